"""What every deed of the chat stands on: whose a conversation is, its lines, who is told of a change (4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import files
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.models.chat import ChatFile, ChatMessage, ChatState, Conversation

TOPIC: Final = "chat"
BODY_LENGTH_MAX: Final = 5_000
WAITING_TOLD_MAX: Final = 200
"""So many of those who wait are told at once that the queue has moved; the others look again by themselves."""


class ConversationNotFound(NotFound):
    code = "chat.not_found"


class BodyMissing(Invalid):
    code = "chat.body_missing"


class NotNow(Conflict):
    """The conversation is over, or not over yet."""

    code = "chat.not_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswered(events.Event):
    """An operator has written, and the customer has not seen it for a while."""

    conversation_id: UUID
    staff_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptAsked(events.Event):
    """The customer wants the whole talk by e-mail."""

    conversation_id: UUID


def own(session: Session, actor: Actor, conversation_id: UUID) -> Conversation:
    """Return a conversation that the actor may see: a customer his own, staff with the right any."""
    found = session.get(Conversation, conversation_id)
    if actor.kind is ActorKind.customer:
        if found is None or found.person_id != actor.person():
            raise ConversationNotFound()
        return found
    actor.require("chat.read")
    if found is None:
        raise ConversationNotFound()
    return found


def locked(session: Session, actor: Actor, conversation_id: UUID) -> Conversation:
    """Return it so that nobody else changes it meanwhile."""
    own(session, actor, conversation_id)
    return session.get_one(Conversation, conversation_id, with_for_update=True, populate_existing=True)


def sent(session: Session, actor: Actor, draft_id: UUID) -> ChatMessage | None:
    """Return the line that the actor's draft has become, if it was sent before."""
    return session.scalars(select(ChatMessage).where(col(ChatMessage.draft_id) == _key(actor, draft_id))).first()


def write(
    session: Session,
    actor: Actor,
    talk: Conversation,
    draft_id: UUID,
    body: str,
    *,
    files_id: UUID | None = None,
    now: datetime,
) -> ChatMessage:
    """Put somebody's words into the talk, with the files of the draft `files_id`. A file alone needs no words."""
    said = body.strip()
    beside = files.attach(session, actor, files_id or draft_id, now=now)
    if (not said and not beside) or len(said) > BODY_LENGTH_MAX:
        raise BodyMissing(most=BODY_LENGTH_MAX)
    sender = {"staff_id": actor.id} if actor.kind is ActorKind.staff else {"person_id": actor.person()}
    message = ChatMessage(conversation_id=talk.id, draft_id=_key(actor, draft_id), body=said, sent_at=now, **sender)
    session.add(message)
    session.flush()
    assert message.id is not None
    for each in beside:
        session.add(ChatFile(file_id=each.id, message_id=message.id, conversation_id=talk.id))
    talk.changed_at = now
    session.add(talk)
    session.flush()
    return message


def note(
    session: Session,
    actor: Actor,
    talk: Conversation,
    what: str,
    *,
    now: datetime,
    staff_id: UUID | None = None,
    **details: Any,
) -> None:
    """Write into the talk what has happened to it."""
    session.add(
        ChatMessage(
            conversation_id=talk.id, draft_id=uuid4(), what=what, staff_id=staff_id, details=details, sent_at=now
        )
    )
    talk.changed_at = now
    session.add(talk)
    session.flush()


def ring(session: Session, actor: Actor, talk: Conversation, *, customer: bool = True, staff: bool = True) -> None:
    """Have both sides look again: the customer's tabs, the console of the operator; without one every console."""
    if customer:
        events.ring(session, talk.person_id, TOPIC)
    if staff:
        events.ring(session, talk.operator_id or events.EVERYBODY, TOPIC)


def ring_queue(session: Session, actor: Actor) -> None:
    """Have every console look again, and those who wait: their place or their estimate is another one."""
    events.ring(session, events.EVERYBODY, TOPIC)
    waiting = (
        select(col(Conversation.person_id))
        .where(col(Conversation.state) == ChatState.waiting)
        .order_by(col(Conversation.queued_at), col(Conversation.id))
        .limit(WAITING_TOLD_MAX)
    )
    for person_id in session.scalars(waiting):
        events.ring(session, person_id, TOPIC)


def _key(actor: Actor, draft_id: UUID) -> UUID:
    """Return under which id a draft's message is kept: nobody's browser can name another one's."""
    assert actor.id is not None
    return uuid5(actor.id, str(draft_id))
