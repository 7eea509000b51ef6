"""Closing what the shell has opened: a notice, an incident, the dialog of a session that is over."""

from __future__ import annotations

import reflex as rx

from cabinet.state.base import NoticeState, SessionState
from cabinet.state.guard import public


class NoticesState(rx.State):
    """Handlers only: the words are in `NoticeState`, which the guard itself writes to."""

    @public
    async def close(self):
        """Close the notice."""
        (await self.get_state(NoticeState)).words = ""

    @public
    async def forget_incident(self):
        """Close the incident's dialog."""
        (await self.get_state(NoticeState)).incident = ""

    @public
    async def stay(self):
        """Close the dialog of the ended session; the page can be read on, and nothing can be done on it."""
        (await self.get_state(SessionState)).session_over = ""
