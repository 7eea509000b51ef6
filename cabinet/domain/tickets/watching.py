"""Who else of the staff looks at a ticket, and who is answering it: so that two do not write at once (4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import Session, col

from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.domain.tickets.states import TOPIC, own
from cabinet.models.people import StaffMember
from cabinet.models.tickets import TicketWatch

STAYS: Final = timedelta(minutes=10)
"""So long after his last sign somebody is shown as looking at it, or as answering."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """A colleague with the same ticket open."""

    name: str
    answers: bool


def watch(session: Session, actor: Actor, ticket_id: UUID | None, *, answers: bool, now: datetime) -> None:
    """Note that the actor has a ticket open, and whether he answers it; None: he has none open any more.

    Desks are told when it is news to a colleague: somebody else has the one or the other open.
    """
    actor.require("tickets.read")
    assert actor.id is not None
    before = session.get(TicketWatch, actor.id, with_for_update=True)
    was = (before.ticket_id, before.begun_at is not None) if before is not None else (None, False)
    if ticket_id is not None:
        own(session, actor, ticket_id)
        watching = before or TicketWatch(staff_id=actor.id, ticket_id=ticket_id, seen_at=now)
        watching.ticket_id, watching.seen_at, watching.begun_at = ticket_id, now, now if answers else None
        session.add(watching)
    elif before is not None:
        session.delete(before)
    session.flush()
    if was != (ticket_id, answers and ticket_id is not None):
        concerned = col(TicketWatch.ticket_id).in_([each for each in (was[0], ticket_id) if each is not None])
        others = select(col(TicketWatch.staff_id)).where(concerned, col(TicketWatch.staff_id) != actor.id).limit(1)
        if session.scalar(others) is not None:
            events.ring(session, events.EVERYBODY, TOPIC)


def watchers(session: Session, actor: Actor, ticket_id: UUID, *, now: datetime) -> Sequence[Watcher]:
    """Return the colleagues who have the ticket open, those who answer it first."""
    actor.require("tickets.read")
    query = (
        select(TicketWatch, col(StaffMember.name))
        .join(StaffMember, col(StaffMember.id) == col(TicketWatch.staff_id))
        .where(col(TicketWatch.ticket_id) == ticket_id, col(TicketWatch.staff_id) != actor.id)
        .where(col(TicketWatch.seen_at) > now - STAYS)
        .order_by(col(TicketWatch.begun_at).is_(None), col(StaffMember.name))
    )
    return [Watcher(name, each.begun_at is not None) for each, name in session.execute(query)]


def forget_watchers(session: Session, actor: Actor, *, now: datetime) -> None:
    """Forget who closed his desk without a word."""
    actor.require_system()
    session.execute(delete(TicketWatch).where(col(TicketWatch.seen_at) < now - STAYS))
