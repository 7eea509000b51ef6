"""What is seen of talks: one from its end upwards, a customer's past ones, the console of the staff (4.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session, col

from cabinet.domain import files
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.chat import talking, waiting
from cabinet.domain.chat.rows import own
from cabinet.domain.chat.waiting import OnDuty, Outlook
from cabinet.kit.errors import Refusal
from cabinet.models.chat import ChatFile, ChatMessage, ChatState, Conversation
from cabinet.models.files import StoredFile
from cabinet.models.people import Person, StaffMember

MESSAGES_MAX: Final = 30
LISTED_MAX: Final = 50
PAST_MAX: Final = 20
TYPING: Final = timedelta(seconds=6)
"""So long after the last key somebody is shown as typing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a talk, who of the staff it concerns, and what hangs on it."""

    message: ChatMessage
    name: str
    files: Sequence[StoredFile]


@dataclass(frozen=True, slots=True)
class Seen:
    """A talk with the last of its lines, in the order they were written."""

    talk: Conversation
    person: Person
    operator: str
    about: Mapping[str, str]
    lines: Sequence[Line]
    more: bool
    """There are earlier lines."""
    outlook: Outlook | None
    """Of one that waits."""
    typing: bool
    """The other side is."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A talk in a list: with whom, what was said last, how many lines are new to the reader."""

    talk: Conversation
    name: str
    last: str
    unread: int


def seen(session: Session, actor: Actor, conversation_id: UUID, *, count: int = MESSAGES_MAX, now: datetime) -> Seen:
    """Return a talk with its last `count` lines."""
    talk = own(session, actor, conversation_id)
    query = (
        select(ChatMessage, col(StaffMember.name))
        .outerjoin(StaffMember, col(StaffMember.id) == col(ChatMessage.staff_id))
        .where(col(ChatMessage.conversation_id) == conversation_id)
        .order_by(col(ChatMessage.id).desc())
        .limit(count + 1)
    )
    found = [(message, name or "") for message, name in session.execute(query)]
    more, shown = len(found) > count, found[:count][::-1]
    beside = _files(session, actor, [message.id for message, _ in shown if message.id])
    operator = session.get(StaffMember, talk.operator_id) if talk.operator_id else None
    typed = talk.staff_typing_at if actor.kind is ActorKind.customer else talk.customer_typing_at
    return Seen(
        talk=talk,
        person=session.get_one(Person, talk.person_id),
        operator=operator.name if operator else "",
        about=_about(session, actor, talk),
        lines=[Line(message, name, beside.get(message.id or 0, [])) for message, name in shown],
        more=more,
        outlook=waiting.outlook(session, actor, talk, now=now) if talk.state is ChatState.waiting else None,
        typing=typed is not None and now - typed < TYPING,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """The customer's page: the talk under way, or the one asked for; what one would wait; the talks before."""

    seen: Seen | None
    fresh: Outlook | None
    past: Sequence[Listed]


def page(
    session: Session, actor: Actor, conversation_id: UUID | None = None, *, count: int = MESSAGES_MAX, now: datetime
) -> Page:
    """Return what a customer's page shows; without an id the talk under way."""
    if conversation_id is None:
        talk = talking.under_way(session, actor)
        conversation_id = talk.id if talk else None
    shown = seen(session, actor, conversation_id, count=count, now=now) if conversation_id else None
    waits = shown is not None and shown.talk.state is ChatState.waiting
    fresh = None if waits else waiting.outlook(session, actor, now=now)
    return Page(shown, fresh, past(session, actor))


def past(session: Session, actor: Actor, person_id: UUID | None = None) -> Sequence[Listed]:
    """Return the talks that are over, the latest first: a customer's own, or those of one customer to the staff."""
    if actor.kind is ActorKind.customer:
        person_id = actor.person()
    else:
        actor.require("chat.read")
    query = (
        select(Conversation, col(StaffMember.name))
        .outerjoin(StaffMember, col(StaffMember.id) == col(Conversation.operator_id))
        .where(col(Conversation.person_id) == person_id, col(Conversation.state) == ChatState.over)
        .order_by(col(Conversation.started_at).desc())
        .limit(PAST_MAX)
    )
    return [Listed(talk, name or "", "", 0) for talk, name in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Console:
    """What every operator sees: who waits, his own talks, who is there."""

    queue: Sequence[Listed]
    mine: Sequence[Listed]
    on_duty: Sequence[OnDuty]


def console(session: Session, actor: Actor) -> Console:
    """Return the lists of the console."""
    return Console(queue(session, actor), mine(session, actor), waiting.on_duty(session, actor))


def queue(session: Session, actor: Actor) -> Sequence[Listed]:
    """Return who waits, the first of the queue on top."""
    return _listed(session, actor, (col(Conversation.state) == ChatState.waiting,), by_queue=True)


def mine(session: Session, actor: Actor) -> Sequence[Listed]:
    """Return the talks that the operator is in, what changed last on top."""
    where = (col(Conversation.operator_id) == actor.id, col(Conversation.state) == ChatState.talking)
    return _listed(session, actor, where, by_queue=False)


def unread(session: Session, actor: Actor) -> int:
    """Return how many lines of the staff the customer has not seen in the talk under way."""
    talk = talking.under_way(session, actor)
    return _unread(session, talk, customer=True) if talk is not None else 0


def whole(session: Session, actor: Actor, conversation_id: UUID, *, now: datetime) -> Seen:
    """Return a talk with all its lines, to be saved or sent."""
    return seen(session, actor, conversation_id, count=100_000, now=now)


def _listed(session: Session, actor: Actor, where: tuple[ColumnElement[bool], ...], *, by_queue: bool) -> list[Listed]:
    actor.require("chat.read")
    order = (col(Conversation.queued_at), col(Conversation.id)) if by_queue else (col(Conversation.changed_at).desc(),)
    said = and_(
        col(ChatMessage.conversation_id) == col(Conversation.id),
        col(ChatMessage.person_id).is_not(None),
        col(ChatMessage.id) > col(Conversation.staff_read_id),
    )
    last = (
        select(col(ChatMessage.body))
        .where(col(ChatMessage.conversation_id) == col(Conversation.id), col(ChatMessage.what) == "said")
        .order_by(col(ChatMessage.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    fresh = select(func.count(col(ChatMessage.id))).where(said).scalar_subquery()
    query = (
        select(Conversation, Person, last, fresh)
        .join(Person, col(Person.id) == col(Conversation.person_id))
        .where(*where)
        .order_by(*order)
        .limit(LISTED_MAX)
    )
    return [
        Listed(talk, f"{person.given_name} {person.family_name}".strip(), body or "", count)
        for talk, person, body, count in session.execute(query)
    ]


def _unread(session: Session, talk: Conversation, *, customer: bool) -> int:
    whose = col(ChatMessage.staff_id) if customer else col(ChatMessage.person_id)
    reached = talk.customer_read_id if customer else talk.staff_read_id
    query = select(func.count(col(ChatMessage.id))).where(
        col(ChatMessage.conversation_id) == talk.id,
        col(ChatMessage.what) == "said",
        whose.is_not(None),
        col(ChatMessage.id) > reached,
    )
    return session.scalar(query) or 0


def _about(session: Session, actor: Actor, talk: Conversation) -> Mapping[str, str]:
    """Return what the thing is called; nothing for staff who may not see it."""
    try:
        return talking.about(session, actor, talk.object_kind, talk.object_id)
    except Refusal:
        return {}


def _files(session: Session, actor: Actor, message_ids: Sequence[int]) -> dict[int, list[StoredFile]]:
    query = select(ChatFile).where(col(ChatFile.message_id).in_(message_ids))
    beside = {each.file_id: each.message_id for each in session.scalars(query)}
    found: dict[int, list[StoredFile]] = {}
    for file_id, stored in files.of(session, actor, list(beside)).items():
        found.setdefault(beside[file_id], []).append(stored)
    return found
