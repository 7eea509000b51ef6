"""What may become of a ticket: one literal table, and the clock that goes and stands with it (4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from cabinet.domain.base import events, rules
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.tickets import calendar
from cabinet.kit.errors import Conflict, NotFound
from cabinet.kit.i18n import mark
from cabinet.models.tickets import Ticket, TicketState, TicketStep

TOPIC: Final = "tickets"
S = TicketState

LABELS: Final[dict[TicketState, str]] = {
    S.accepted: mark("Ticket accepted"),
    S.working: mark("Being worked on"),
    S.second_line: mark("Being worked on"),
    S.waiting: mark("Needs your answer"),
    S.done: mark("Finished"),
}
"""What the customer reads for each of the staff's states."""

MOVES: Final[dict[tuple[TicketState, str], TicketState]] = {
    (S.accepted, "added"): S.accepted,
    (S.accepted, "taken"): S.working,
    (S.accepted, "passed"): S.second_line,
    (S.accepted, "answered"): S.working,
    (S.accepted, "asked"): S.waiting,
    (S.accepted, "finished"): S.done,
    (S.accepted, "closed"): S.done,
    (S.working, "added"): S.working,
    (S.working, "taken"): S.working,
    (S.working, "passed"): S.second_line,
    (S.working, "answered"): S.working,
    (S.working, "asked"): S.waiting,
    (S.working, "finished"): S.done,
    (S.working, "closed"): S.done,
    (S.second_line, "added"): S.second_line,
    (S.second_line, "taken"): S.working,
    (S.second_line, "answered"): S.second_line,
    (S.second_line, "asked"): S.waiting,
    (S.second_line, "finished"): S.done,
    (S.second_line, "closed"): S.done,
    (S.waiting, "added"): S.working,
    (S.waiting, "taken"): S.waiting,
    (S.waiting, "answered"): S.waiting,
    (S.waiting, "asked"): S.waiting,
    (S.waiting, "finished"): S.done,
    (S.waiting, "closed"): S.done,
    (S.done, "reopened"): S.working,
}
"""Every move there is: the state, what happened, the next state. What is not here is refused."""

RUNNING: Final = frozenset({S.accepted, S.working, S.second_line})
"""Where the clock goes."""


class TicketNotFound(NotFound):
    code = "tickets.not_found"


class NotNow(Conflict):
    """In its state that cannot be done."""

    code = "tickets.not_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(events.Event):
    topic = TOPIC

    ticket_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswered(events.Event):
    """The staff wrote, asked, or finished it; `how` is the name of the move."""

    topic = TOPIC

    ticket_id: UUID
    how: str
    message_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged(events.Event):
    """A customer's two tickets became one: `into_id` goes on."""

    topic = TOPIC

    ticket_id: UUID
    into_id: UUID


def own(session: Session, actor: Actor, ticket_id: UUID) -> Ticket:
    """Return a ticket that the actor may see: a customer his own, staff with the right any."""
    found = session.get(Ticket, ticket_id)
    if actor.kind is ActorKind.customer:
        if found is None or found.person_id != actor.person():
            raise TicketNotFound()
        return found
    actor.require("tickets.read")
    if found is None:
        raise TicketNotFound()
    return found


def locked(session: Session, actor: Actor, ticket_id: UUID) -> Ticket:
    """Return it so that nobody else changes it meanwhile."""
    own(session, actor, ticket_id)
    return session.get_one(Ticket, ticket_id, with_for_update=True, populate_existing=True)


def move(session: Session, actor: Actor, ticket: Ticket, happened: str, *, now: datetime) -> None:
    """Bring it into the next state, let the clock go or stand, and write the step down."""
    following = MOVES.get((ticket.state, happened))
    if following is None:
        raise NotNow()
    was = ticket.state
    ticket.state = following
    ticket.changed_at = now
    _clock(session, ticket, now)
    session.add(ticket)
    if was is not following or happened != "added":
        session.add(TicketStep(ticket_id=ticket.id, name=happened, state=following, at=now, actor=actor.label))
    session.flush()
    events.ring(session, ticket.person_id, TOPIC)


def left_minutes(ticket: Ticket) -> int:
    """Return the working minutes that are left of the promise while the clock stands."""
    return max(ticket.solve_minutes - ticket.spent_minutes, 0)


def _clock(session: Session, ticket: Ticket, now: datetime) -> None:
    held = rules.current(session, rules.TicketRules, now=now)
    if ticket.state in RUNNING:
        if ticket.running_since is None:
            ticket.running_since = now
            ticket.solve_due_at = calendar.after(held, now, left_minutes(ticket))
    elif ticket.running_since is not None:
        ticket.spent_minutes += calendar.worked(held, ticket.running_since, now)
        ticket.running_since = ticket.solve_due_at = None
    ticket.done_at = now if ticket.state is TicketState.done else None
