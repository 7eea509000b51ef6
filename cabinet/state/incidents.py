"""A bug in a handler: logged under a number, and the tab says the number instead of staying silent."""

from __future__ import annotations

import secrets

import reflex as rx
import structlog
from reflex_base.event import EventSpec

from cabinet.state.base import NoticeState
from cabinet.state.guard import public

log = structlog.get_logger("incidents")


class IncidentState(rx.State):
    """Shows the number of a bug that this very tab has met."""

    @public
    async def show(self, number: str):
        """Open the dialog with the number."""
        (await self.get_state(NoticeState)).incident = number[:20]


def note_page_error(exception: Exception) -> None:
    """Write down what a page complains of past its events; Reflex has bounded how often and how much."""
    log.error("a page broke", error=str(exception))


def show_incident(exception: Exception) -> EventSpec:
    """Log the bug and have the tab show its number. Nothing of the error reaches the browser."""
    number = f"MR-{secrets.token_hex(3).upper()}"
    log.error("a bug", incident=number, exc_info=exception)
    return IncidentState.show(number)
