"""Tickets that have to do with each other: near ones, linked ones, merged, split when they are two affairs (4.1).

Merging moves the messages: the thread that stays is told in the order in which things were written. What was merged is
finished, names the ticket that its words went to, and is opened no more: who writes to it, writes there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from cabinet.domain.base import audit, events
from cabinet.domain.base.actor import Actor
from cabinet.domain.tickets import opening
from cabinet.domain.tickets.states import TOPIC, NotNow, TicketMerged, TicketNotFound, locked, move, own
from cabinet.kit.errors import Conflict, NotFound
from cabinet.models.billing import BillingAccount
from cabinet.models.tickets import Ticket, TicketFile, TicketLink, TicketMessage, TicketState, TicketTag

LINKS_MAX: Final = 20
NEAR_MAX: Final = 3
NEAR_DAYS: Final = 30
_FLAT: Final = re.compile(r",\s*((?:кв|оф|пом|комн|apt|flat|office)\b.*)$", re.IGNORECASE)
"""What an address ends with inside its house."""


class OtherNotFound(NotFound):
    """No ticket has that number."""

    code = "tickets.other_not_found"


class CannotMerge(Conflict):
    """They are another customer's each, one is merged already, or they are the same."""

    code = "tickets.cannot_merge"


class CannotSplit(Conflict):
    """It is the thread's only message, a note, or not the customer's."""

    code = "tickets.cannot_split"


class TooManyLinks(Conflict):
    code = "tickets.too_many_links"


@dataclass(frozen=True, slots=True)
class Near:
    """A ticket of the same house on the same topic."""

    ticket: Ticket
    flat: str
    """Where in the house; "" when the address does not say."""


def near(session: Session, actor: Actor, ticket_id: UUID, *, now: datetime) -> list[Near]:
    """Return what others in the same house wrote on the same topic lately and is not linked yet, the newest first."""
    actor.require("tickets.read")
    ticket = own(session, actor, ticket_id)
    houses = {house for house, _ in map(_parted, _addresses(session, ticket.person_id)) if house}
    if not houses:
        return []
    address = col(BillingAccount.address)
    known = [each.id for each in linked(session, actor, ticket_id)]
    query = (
        select(Ticket, address)
        .join(BillingAccount, col(BillingAccount.person_id) == col(Ticket.person_id))
        .where(
            col(Ticket.topic_code) == ticket.topic_code,
            col(Ticket.person_id) != ticket.person_id,
            col(Ticket.merged_into_id).is_(None),
            col(Ticket.created_at) > now - timedelta(days=NEAR_DAYS),
            col(Ticket.id).not_in(known),
            or_(*(address.startswith(house, autoescape=True) for house in sorted(houses))),
        )
        .order_by(col(Ticket.created_at).desc(), col(Ticket.id))
        .limit(10 * NEAR_MAX)
    )
    found: dict[UUID, Near] = {}
    for other, where in session.execute(query):
        house, flat = _parted(where)
        if house in houses:
            found.setdefault(other.id, Near(other, flat))
    return list(found.values())[:NEAR_MAX]


def numbered(session: Session, actor: Actor, number: str) -> Ticket:
    """Return the ticket of a number, as the staff types it: with or without its letter and zeros."""
    actor.require("tickets.read")
    typed = number.strip().upper()[:20]
    found = session.scalars(select(Ticket).where(col(Ticket.number) == typed)).first()
    if found is None and typed.isdecimal():
        query = select(Ticket).where(col(Ticket.number).endswith(f"-{typed.zfill(6)}", autoescape=True))
        found = session.scalars(query.order_by(col(Ticket.created_at).desc())).first()
    if found is None:
        raise OtherNotFound()
    return found


def linked(session: Session, actor: Actor, ticket_id: UUID) -> Sequence[Ticket]:
    """Return the tickets that one has to do with: those that are linked, and those whose words came into it."""
    actor.require("tickets.read")
    pairs = select(TicketLink).where(or_(col(TicketLink.one_id) == ticket_id, col(TicketLink.other_id) == ticket_id))
    others = [each.other_id if each.one_id == ticket_id else each.one_id for each in session.scalars(pairs)]
    query = select(Ticket).where(or_(col(Ticket.id).in_(others), col(Ticket.merged_into_id) == ticket_id))
    return list(session.scalars(query.order_by(col(Ticket.created_at).desc())))


def link(session: Session, actor: Actor, ticket_id: UUID, number: str, *, now: datetime) -> Ticket:
    """Note that two tickets have to do with each other, whoever's they are; no customer sees it."""
    actor.require("tickets.reply")
    other = numbered(session, actor, number)
    ticket = locked(session, actor, ticket_id)
    if other.id == ticket.id:
        raise CannotMerge()
    pair = _pair(ticket.id, other.id)
    if session.get(TicketLink, pair) is None:
        if len(linked(session, actor, ticket_id)) >= LINKS_MAX:
            raise TooManyLinks(most=LINKS_MAX)
        session.add(TicketLink(**pair))
        _told(session, actor, "tickets.link", ticket, other, now)
    return other


def unlink(session: Session, actor: Actor, ticket_id: UUID, other_id: UUID, *, now: datetime) -> None:
    """Take a link away."""
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    other = own(session, actor, other_id)
    session.execute(delete(TicketLink).filter_by(**_pair(ticket_id, other_id)))
    _told(session, actor, "tickets.unlink", ticket, other, now)


def merge(session: Session, actor: Actor, ticket_id: UUID, number: str, *, now: datetime) -> Ticket:
    """Bring a ticket into another one of the same customer, which is returned; done twice it is done once."""
    actor.require("tickets.reply")
    other = numbered(session, actor, number)
    for each in sorted((ticket_id, other.id)):
        locked(session, actor, each)
    ticket, into = session.get_one(Ticket, ticket_id), session.get_one(Ticket, other.id)
    if ticket.merged_into_id == into.id:
        return into
    if ticket.id == into.id or ticket.person_id != into.person_id:
        raise CannotMerge()
    if ticket.merged_into_id is not None or into.merged_into_id is not None or into.state is TicketState.done:
        raise CannotMerge()
    for table in (TicketMessage, TicketFile):
        session.execute(update(table).where(col(table.ticket_id) == ticket.id).values(ticket_id=into.id))
    session.execute(update(Ticket).where(col(Ticket.merged_into_id) == ticket.id).values(merged_into_id=into.id))
    _move_tags(session, ticket, into)
    if ticket.state is not TicketState.done:
        move(session, actor, ticket, "finished", now=now)
    ticket.merged_into_id = into.id
    into.changed_at = now
    session.add_all([ticket, into])
    session.flush()
    _told(session, actor, "tickets.merge", ticket, into, now)
    told = TicketMerged(person_id=ticket.person_id, ticket_id=ticket.id, into_id=into.id)
    events.record(session, told, now=now)
    return into


def split(session: Session, actor: Actor, message_id: int, subject: str, *, now: datetime) -> Ticket:
    """Make a ticket of its own out of a customer's message: the same topic, fresh promises, linked to where it was."""
    actor.require("tickets.reply")
    message = session.get(TicketMessage, message_id)
    if message is None:
        raise TicketNotFound()
    ticket = locked(session, actor, message.ticket_id)
    if ticket.merged_into_id is not None:
        raise NotNow()
    if message.person_id is None or _count(session, ticket.id) < 2:
        raise CannotSplit()
    fresh = opening.open_beside(session, actor, ticket, uuid4(), subject, now=now)
    message.ticket_id = fresh.id
    session.add(message)
    session.execute(update(TicketFile).where(col(TicketFile.message_id) == message_id).values(ticket_id=fresh.id))
    session.add(TicketLink(**_pair(ticket.id, fresh.id)))
    session.flush()
    _told(session, actor, "tickets.split", ticket, fresh, now)
    return fresh


def _pair(one: UUID, other: UUID) -> dict[str, UUID]:
    """Return two tickets as a link names them: the lesser id first."""
    return dict(zip(("one_id", "other_id"), sorted((one, other)), strict=True))


def _addresses(session: Session, person_id: UUID) -> list[str]:
    return list(session.scalars(select(col(BillingAccount.address)).where(col(BillingAccount.person_id) == person_id)))


def _parted(address: str) -> tuple[str, str]:
    """Return the house of an address and what is said of the place in it."""
    flat = _FLAT.search(address)
    return (address[: flat.start()], flat[1]) if flat else (address, "")


def _count(session: Session, ticket_id: UUID) -> int:
    """Return how many messages the customer sees in a thread."""
    told = col(TicketMessage.ticket_id) == ticket_id, col(TicketMessage.private).is_(False)
    return session.scalar(select(func.count()).select_from(TicketMessage).where(*told)) or 0


def _move_tags(session: Session, ticket: Ticket, into: Ticket) -> None:
    there = set(session.scalars(select(col(TicketTag.tag)).where(col(TicketTag.ticket_id) == into.id)))
    mine = set(session.scalars(select(col(TicketTag.tag)).where(col(TicketTag.ticket_id) == ticket.id)))
    session.execute(delete(TicketTag).where(col(TicketTag.ticket_id) == ticket.id))
    session.add_all(TicketTag(ticket_id=into.id, tag=tag) for tag in sorted(mine - there))


def _told(session: Session, actor: Actor, action: str, ticket: Ticket, other: Ticket, now: datetime) -> None:
    told = {"object_type": "ticket", "object_id": ticket.number, "other": other.number}
    audit.write(session, actor, action, now=now, **told)
    for person_id in {ticket.person_id, other.person_id}:
        events.ring(session, person_id, TOPIC)
