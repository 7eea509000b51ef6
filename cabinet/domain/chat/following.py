"""What goes on beside the words: typing, ticks of what was read, talks that fall silent, answers nobody saw (4.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from cabinet.domain.base import events, rules
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.chat import rows, talking
from cabinet.domain.chat.rows import ChatAnswered, locked
from cabinet.models.chat import ChatMessage, ChatState, Conversation

TOLD_AFTER: Final = timedelta(seconds=60)
"""An answer that was not seen for so long is told of by a notice."""
TENDED_MAX: Final = 100


def typing(session: Session, actor: Actor, conversation_id: UUID, *, now: datetime) -> None:
    """Let the other side see that something is being typed."""
    talk = locked(session, actor, conversation_id)
    if talk.state is ChatState.over:
        return
    if actor.kind is ActorKind.customer:
        talk.customer_typing_at = now
        rows.ring(session, actor, talk, customer=False)
    elif talk.operator_id == actor.id:
        talk.staff_typing_at = now
        rows.ring(session, actor, talk, staff=False)
    session.add(talk)


def mark(session: Session, actor: Actor, conversation_id: UUID, message_id: int, *, read: bool, now: datetime) -> None:
    """Note how far the talk has come to the actor's tab, and with `read` before his eyes; the other side is shown."""
    talk = locked(session, actor, conversation_id)
    if actor.kind is not ActorKind.customer and talk.operator_id != actor.id:
        return
    last = session.scalar(
        select(func.max(col(ChatMessage.id))).where(col(ChatMessage.conversation_id) == conversation_id)
    )
    reached = min(message_id, last or 0)
    side = "customer" if actor.kind is ActorKind.customer else "staff"
    was = (getattr(talk, f"{side}_got_id"), getattr(talk, f"{side}_read_id"))
    now_at = (max(was[0], reached), max(was[1], reached) if read else was[1])
    if now_at == was:
        return
    setattr(talk, f"{side}_got_id", now_at[0])
    setattr(talk, f"{side}_read_id", now_at[1])
    session.add(talk)
    session.flush()
    rows.ring(session, actor, talk, customer=side == "staff" or now_at[1] != was[1], staff=side == "customer")


def idle(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the talks in which the operator has the last word and the customer has not answered for long."""
    actor.require_system()
    query = select(col(Conversation.id)).where(*_silent(session, now)).order_by(col(Conversation.changed_at))
    return list(session.scalars(query.limit(TENDED_MAX)))


def end_idle(session: Session, actor: Actor, conversation_id: UUID, *, now: datetime) -> None:
    """End a talk to which the customer has not come back."""
    actor.require_system()
    talk = locked(session, actor, conversation_id)
    still = select(col(Conversation.id)).where(col(Conversation.id) == conversation_id, *_silent(session, now))
    if session.scalar(still) is not None:
        talking.end(session, actor, talk, "idle", now)


def unseen(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the talks with an answer that the customer has not seen for a while, and was not told of."""
    actor.require_system()
    answered = (
        select(col(ChatMessage.id))
        .where(
            col(ChatMessage.conversation_id) == col(Conversation.id),
            col(ChatMessage.what) == "said",
            col(ChatMessage.staff_id).is_not(None),
            col(ChatMessage.sent_at) < now - TOLD_AFTER,
            col(ChatMessage.id) > col(Conversation.customer_read_id),
            col(ChatMessage.id) > col(Conversation.told_id),
        )
        .exists()
    )
    fresh = col(Conversation.changed_at) > now - timedelta(days=2)
    query = select(col(Conversation.id)).where(fresh, answered).order_by(col(Conversation.changed_at))
    return list(session.scalars(query.limit(TENDED_MAX)))


def tell_unseen(session: Session, actor: Actor, conversation_id: UUID, *, now: datetime) -> None:
    """Have the customer told of an answer; of those that come before he looks again he hears nothing more."""
    actor.require_system()
    talk = locked(session, actor, conversation_id)
    last = _last_answer(session, conversation_id)
    if last is None or last.staff_id is None or (last.id or 0) <= max(talk.customer_read_id, talk.told_id):
        return
    silent = talk.told_id > talk.customer_read_id
    talk.told_id = last.id or 0
    session.add(talk)
    if not silent:
        told = ChatAnswered(person_id=talk.person_id, conversation_id=talk.id, staff_id=last.staff_id)
        events.record(session, told, now=now)


def _silent(session: Session, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a talk that the operator spoke in last, longer ago than the rules wait."""
    held = rules.current(session, rules.ChatRules, now=now)
    last = (
        select(col(ChatMessage.staff_id))
        .where(col(ChatMessage.conversation_id) == col(Conversation.id), col(ChatMessage.what) == "said")
        .order_by(col(ChatMessage.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    late = now - timedelta(minutes=held.idle_minutes)
    return col(Conversation.state) == ChatState.talking, col(Conversation.changed_at) < late, last.is_not(None)


def _last_answer(session: Session, conversation_id: UUID) -> ChatMessage | None:
    query = select(ChatMessage).where(
        col(ChatMessage.conversation_id) == conversation_id,
        col(ChatMessage.what) == "said",
        col(ChatMessage.staff_id).is_not(None),
    )
    return session.scalars(query.order_by(col(ChatMessage.id).desc()).limit(1)).first()
