"""A message that follows from an event: once for the event, however often its reaction is tried."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from cabinet.domain import notifications
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.domain.notifications import Notice


def tell(
    session: Session,
    actor: Actor,
    event: events.Event,
    kind: str,
    values: dict[str, Any],
    link: str,
    *,
    now: datetime,
    attachment: str = "",
    answers: str = "",
) -> None:
    """Put the notice of an event into its person's journal and on the kind's channels."""
    assert event.person_id is not None
    notice = Notice(kind, values, f"{event.id}:{kind}", link, attachment, answers)
    notifications.tell(session, actor, event.person_id, notice, now=now)
