"""The desk's queue: what of it is looked at, what burns first, filters that are kept under a name (4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session, col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.matching import has
from cabinet.domain.tickets.talking import seen_by
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.models.people import Person, StaffMember
from cabinet.models.tickets import Ticket, TicketFilter, TicketMessage, TicketPriority, TicketState, TicketTag

LISTED_MAX: Final = 50
MORE_MAX: Final = 500
WORDS_LENGTH_MAX: Final = 100
TITLE_LENGTH_MAX: Final = 60
FILTERS_MAX: Final = 20
"""Kept by one."""
QUEUES: Final = ("open", "mine", "free", "done")
BURNS_WITHIN: Final = timedelta(hours=1)


class FilterWrong(Invalid):
    code = "tickets.filter_wrong"


class TooManyFilters(Conflict):
    code = "tickets.too_many_filters"


class FilterNotFound(NotFound):
    code = "tickets.filter_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the tickets is looked at; "" is all."""

    queue: str = "open"
    """One of `QUEUES`: what is not finished, one's own of it, nobody's of it, what is finished."""
    team: str = ""
    topic: str = ""
    priority: str = ""
    state: str = ""
    tag: str = ""
    words: str = ""
    """In the number, the subject, the messages, the customer's name."""
    late: str = ""
    """"yes": only what is over its promise; "burning": also what has less than an hour left."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Return what a form or a kept filter says; what it may not say is left out."""
        said = {each.name: str(told.get(each.name) or "").strip()[:WORDS_LENGTH_MAX] for each in fields(cls)}
        allowed = {
            "queue": QUEUES,
            "priority": tuple(TicketPriority),
            "state": tuple(TicketState),
            "late": ("yes", "burning"),
        }
        for name, values in allowed.items():
            if said[name] not in values:
                said[name] = "open" if name == "queue" else ""
        return cls(**said)

    def told(self) -> dict[str, str]:
        """Return what narrows the queue, by field."""
        return {name: value for name, value in asdict(self).items() if value and name != "queue"}


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of the staff's queue."""

    ticket: Ticket
    customer: str
    assignee: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tickets a queue has, how many of them burn, how many wait for their customer."""

    all: int
    burning: int
    waiting: int


def queue(
    session: Session, actor: Actor, wanted: Wanted | None = None, *, now: datetime, most: int = LISTED_MAX
) -> Sequence[Queued]:
    """Return the staff's queue, what burns first on top; what waits for the customer comes after it."""
    actor.require("tickets.read")
    asked = wanted or Wanted()
    query = (
        select(Ticket, Person, col(StaffMember.name))
        .join(Person, col(Person.id) == col(Ticket.person_id))
        .outerjoin(StaffMember, col(StaffMember.id) == col(Ticket.assignee_id))
        .where(*_conditions(actor, asked, now))
    )
    if asked.queue == "done":
        query = query.order_by(col(Ticket.done_at).desc())
    else:
        query = query.order_by(col(Ticket.solve_due_at).is_(None), due(), col(Ticket.changed_at))
    found = session.execute(query.order_by(col(Ticket.id)).limit(min(most, MORE_MAX + 1)))
    return [Queued(ticket, person.name, name or "") for ticket, person, name in found]


def tally(session: Session, actor: Actor, wanted: Wanted, *, now: datetime) -> Tally:
    """Count a queue as it is narrowed, whatever its deadlines and states are narrowed to."""
    actor.require("tickets.read")
    burns = _burns(now + BURNS_WITHIN)
    waits = col(Ticket.state) == TicketState.waiting
    counted = (func.count(), func.count().filter(burns), func.count().filter(waits))
    query = select(*counted).select_from(Ticket).join(Person, col(Person.id) == col(Ticket.person_id))
    row = session.execute(query.where(*_conditions(actor, replace(wanted, late="", state=""), now))).one()
    return Tally(*row)


def due() -> ColumnElement[datetime]:
    """Return the next promise of a ticket: its first answer, then its solution."""
    return case((col(Ticket.answered_at).is_(None), col(Ticket.answer_due_at)), else_=col(Ticket.solve_due_at))


def kept_filters(session: Session, actor: Actor) -> list[TicketFilter]:
    """Return the filters that the actor keeps, and those that others share, by title."""
    actor.require("tickets.read")
    mine = or_(col(TicketFilter.staff_id) == actor.id, col(TicketFilter.shared))
    return list(session.scalars(select(TicketFilter).where(mine).order_by(col(TicketFilter.title)).limit(100)))


def keep_filter(
    session: Session, actor: Actor, title: str, wanted: Wanted, *, shared: bool, now: datetime
) -> TicketFilter:
    """Keep what is looked at under a title; the same title takes the place of one's earlier filter."""
    actor.require("tickets.reply")
    assert actor.id is not None
    called = " ".join(title.split())
    if not called or len(called) > TITLE_LENGTH_MAX:
        raise FilterWrong(most=TITLE_LENGTH_MAX)
    session.get_one(StaffMember, actor.id, with_for_update=True)
    own = list(session.scalars(select(TicketFilter).where(col(TicketFilter.staff_id) == actor.id)))
    kept = next((each for each in own if each.title == called), None)
    if kept is None and len(own) >= FILTERS_MAX:
        raise TooManyFilters(most=FILTERS_MAX)
    kept = kept or TicketFilter(staff_id=actor.id, title=called)
    kept.wanted, kept.shared = {**wanted.told(), "queue": wanted.queue}, shared
    session.add(kept)
    session.flush()
    audit.write(session, actor, "tickets.filter_kept", now=now, object_type="ticket_filter", object_id=str(kept.id))
    return kept


def drop_filter(session: Session, actor: Actor, filter_id: UUID, *, now: datetime) -> None:
    """Forget a filter of one's own."""
    actor.require("tickets.reply")
    kept = session.get(TicketFilter, filter_id)
    if kept is None or kept.staff_id != actor.id:
        raise FilterNotFound()
    session.delete(kept)
    session.flush()
    audit.write(session, actor, "tickets.filter_dropped", now=now, object_type="ticket_filter", object_id=str(kept.id))


def _conditions(actor: Actor, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    done = col(Ticket.state) == TicketState.done
    found = [done if wanted.queue == "done" else ~done]
    if wanted.queue == "mine":
        found.append(col(Ticket.assignee_id) == actor.id)
    elif wanted.queue == "free":
        found.append(col(Ticket.assignee_id).is_(None))
    for name, column in _COLUMNS.items():
        if getattr(wanted, name):
            found.append(column == getattr(wanted, name))
    if wanted.tag:
        bears = select(col(TicketTag.ticket_id)).where(col(TicketTag.tag) == wanted.tag)
        found.append(col(Ticket.id).in_(bears))
    if wanted.late:
        found.append(_burns(now + BURNS_WITHIN if wanted.late == "burning" else now))
    return [*found, _says(actor, wanted.words)] if wanted.words else found


def _burns(by: datetime) -> ColumnElement[bool]:
    return and_(col(Ticket.running_since).is_not(None), due() < by)


def _says(actor: Actor, words: str) -> ColumnElement[bool]:
    inside = select(col(TicketMessage.ticket_id)).where(
        col(TicketMessage.ticket_id) == col(Ticket.id), seen_by(actor), has(col(TicketMessage.body), words)
    )
    names = (col(Person.given_name), col(Person.family_name), col(Ticket.subject), col(Ticket.number))
    return or_(*(has(each, words) for each in names), inside.exists())


_COLUMNS: Final[dict[str, Any]] = {
    "team": col(Ticket.team_code),
    "topic": col(Ticket.topic_code),
    "priority": col(Ticket.priority),
    "state": col(Ticket.state),
}
