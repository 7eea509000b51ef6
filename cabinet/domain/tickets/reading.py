"""What is seen of tickets: one's own list with its search, a thread from its end upwards, the staff's queue (4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import Session, col

from cabinet.domain import files
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.base.matching import has
from cabinet.domain.tickets import joining, objects, sorting, talking
from cabinet.domain.tickets.states import own
from cabinet.kit.errors import Refusal
from cabinet.models.files import StoredFile
from cabinet.models.people import Person, StaffMember, StaffRole
from cabinet.models.tickets import SupportTeam, Ticket, TicketFile, TicketMessage, TicketStep, TicketTopic

LISTED_MAX: Final = 50
ABOUT_MAX: Final = 20
MESSAGES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Said:
    """A message with who wrote it and what hangs on it."""

    message: TicketMessage
    name: str
    files: Sequence[StoredFile]
    role: StaffRole | None = None
    """The writer's on the staff; None is the customer."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket with the last of its messages, in the order they were written."""

    ticket: Ticket
    topic: TicketTopic
    person: Person
    assignee: str
    about: Mapping[str, str]
    said: Sequence[Said]
    steps: Sequence[TicketStep]
    more: bool
    """There are earlier messages."""
    tags: Sequence[str] = ()
    """What the staff calls it; a customer gets none."""
    linked: Sequence[Ticket] = ()
    """What the staff has linked with it, and what came into it."""
    merged_into: Ticket | None = None
    """Where its words went, when it was merged."""
    team: Mapping[str, str] = field(default_factory=dict)
    """What the team is called whose it is; empty while it is everybody's."""


def mine(session: Session, actor: Actor, wanted: str = "") -> Sequence[Ticket]:
    """Return the customer's tickets, what changed last first; `wanted` is looked for in all that was written."""
    query = select(Ticket).where(col(Ticket.person_id) == actor.person())
    words = wanted.strip()[:100]
    if words:
        inside = select(col(TicketMessage.ticket_id)).where(
            col(TicketMessage.ticket_id) == col(Ticket.id), talking.seen_by(actor), has(col(TicketMessage.body), words)
        )
        query = query.where(or_(has(col(Ticket.subject), words), has(col(Ticket.number), words), inside.exists()))
    return list(session.scalars(query.order_by(col(Ticket.changed_at).desc(), col(Ticket.id)).limit(LISTED_MAX)))


def about(session: Session, actor: Actor, kind: str, object_id: UUID) -> Sequence[Ticket]:
    """Return the tickets about a thing, the newest first: a customer's own, or all of them to who reads tickets."""
    query = select(Ticket).where(col(Ticket.object_kind) == kind, col(Ticket.object_id) == object_id)
    if actor.kind is ActorKind.staff:
        actor.require("tickets.read")
    else:
        query = query.where(col(Ticket.person_id) == actor.person())
    return list(session.scalars(query.order_by(col(Ticket.created_at).desc()).limit(ABOUT_MAX)))


def thread(session: Session, actor: Actor, ticket_id: UUID, *, count: int = MESSAGES_MAX) -> Thread:
    """Return a ticket with the last `count` messages of its thread."""
    ticket = own(session, actor, ticket_id)
    query = (
        select(TicketMessage, col(StaffMember.name), col(StaffMember.role))
        .outerjoin(StaffMember, col(StaffMember.id) == col(TicketMessage.staff_id))
        .where(col(TicketMessage.ticket_id) == ticket_id, talking.seen_by(actor))
        .order_by(col(TicketMessage.id).desc())
        .limit(count + 1)
    )
    found = list(session.execute(query))
    more, shown = len(found) > count, found[:count][::-1]
    beside = _files(session, actor, [message.id for message, _, _ in shown if message.id])
    steps = select(TicketStep).where(col(TicketStep.ticket_id) == ticket_id).order_by(col(TicketStep.id))
    member = session.get(StaffMember, ticket.assignee_id) if ticket.assignee_id else None
    team = session.get(SupportTeam, ticket.team_code) if ticket.team_code else None
    of_staff = actor.kind is ActorKind.staff
    return Thread(
        ticket=ticket,
        topic=session.get_one(TicketTopic, ticket.topic_code),
        person=session.get_one(Person, ticket.person_id),
        assignee=member.name if member else "",
        about=_about(session, actor, ticket),
        said=[Said(message, name or "", beside.get(message.id or 0, []), role) for message, name, role in shown],
        steps=list(session.scalars(steps)),
        more=more,
        tags=sorting.tags(session, actor, ticket_id) if of_staff else (),
        linked=joining.linked(session, actor, ticket_id) if of_staff else (),
        merged_into=session.get(Ticket, ticket.merged_into_id) if ticket.merged_into_id else None,
        team=team.title if team else {},
    )


def _about(session: Session, actor: Actor, ticket: Ticket) -> Mapping[str, str]:
    """Return what the thing is called; nothing for staff who may not see it."""
    try:
        return objects.title(session, actor, ticket.object_kind, ticket.object_id)
    except Refusal:
        return {}


def _files(session: Session, actor: Actor, message_ids: Sequence[int]) -> dict[int, list[StoredFile]]:
    query = select(TicketFile).where(col(TicketFile.message_id).in_(message_ids))
    beside = {each.file_id: each.message_id for each in session.scalars(query)}
    found: dict[int, list[StoredFile]] = {}
    for file_id, stored in files.of(session, actor, list(beside)).items():
        found.setdefault(beside[file_id], []).append(stored)
    return found
