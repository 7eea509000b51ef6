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


def seen(
    session: Session, actor: Actor, conversation_id: UUID, *, count: int | None = MESSAGES_MAX, now: datetime
) -> Seen:
    """Return a talk with its last `count` lines; None is all of them."""
    talk = own(session, actor, conversation_id)
    query = (
        select(ChatMessage, col(StaffMember.name))
        .outerjoin(StaffMember, col(StaffMember.id) == col(ChatMessage.staff_id))
        .where(col(ChatMessage.conversation_id) == conversation_id)
        .order_by(col(ChatMessage.id).desc())
        .limit(None if count is None else count + 1)
    )
    found = [(message, name or "") for message, name in session.execute(query)]
    more, shown = count is not None and len(found) > count, found[:count][::-1]
    beside = _files(session, actor, talk, shown[0][0].id or 0) if shown else {}
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


def current(session: Session, actor: Actor, *, count: int = MESSAGES_MAX, now: datetime) -> Seen | None:
    """Return the customer's talk under way."""
    talk = talking.under_way(session, actor)
    return seen(session, actor, talk.id, count=count, now=now) if talk is not None else None


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a customer's talk: what one would wait who writes now, the talks before."""

    outlook: Outlook
    past: Sequence[Listed]


def beside(session: Session, actor: Actor, *, now: datetime) -> Beside:
    """Return what stands beside the customer's talk."""
    over = (
        select(Conversation, col(StaffMember.name))
        .outerjoin(StaffMember, col(StaffMember.id) == col(Conversation.operator_id))
        .where(col(Conversation.person_id) == actor.person(), col(Conversation.state) == ChatState.over)
        .order_by(col(Conversation.started_at).desc())
        .limit(PAST_MAX)
    )
    past = [Listed(talk, name or "", "", 0) for talk, name in session.execute(over)]
    return Beside(waiting.outlook(session, actor, now=now), past)


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
    query = (
        select(func.count(col(ChatMessage.id)))
        .join(Conversation, col(Conversation.id) == col(ChatMessage.conversation_id))
        .where(
            col(Conversation.person_id) == actor.person(),
            col(Conversation.state) != ChatState.over,
            col(ChatMessage.id) > col(Conversation.customer_read_id),
            col(ChatMessage.what) == "said",
            col(ChatMessage.staff_id).is_not(None),
        )
    )
    return session.scalar(query) or 0


def whole(session: Session, actor: Actor, conversation_id: UUID, *, now: datetime) -> Seen:
    """Return a talk with all its lines, to be saved or sent."""
    return seen(session, actor, conversation_id, count=None, now=now)


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
    return [Listed(talk, person.name, body or "", count) for talk, person, body, count in session.execute(query)]


def _about(session: Session, actor: Actor, talk: Conversation) -> Mapping[str, str]:
    """Return what the thing is called; nothing for staff who may not see it."""
    try:
        return talking.about(session, actor, talk.object_kind, talk.object_id)
    except Refusal:
        return {}


def _files(session: Session, actor: Actor, talk: Conversation, first: int) -> dict[int, list[StoredFile]]:
    """Return the files of a talk from its message `first` on, by message."""
    query = select(ChatFile).where(col(ChatFile.conversation_id) == talk.id, col(ChatFile.message_id) >= first)
    beside = {each.file_id: each.message_id for each in session.scalars(query)}
    found: dict[int, list[StoredFile]] = {}
    for file_id, stored in files.of(session, actor, list(beside)).items():
        found.setdefault(beside[file_id], []).append(stored)
    return found
