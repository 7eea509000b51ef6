"""The queue: who is on duty, how many wait before one, how long it will take and how good such promises were (4.4).

The estimate is of the past: how long talks took lately, how soon a free operator answered. docs/domain/chat.md tells
the sum; what was promised is kept with each talk, so that the staff sees how often it came true.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from cabinet.domain.base import audit, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.chat import rows
from cabinet.kit.errors import Conflict
from cabinet.models.chat import ChatDuty, ChatState, Conversation
from cabinet.models.people import PersonStatus, StaffMember

HISTORY_DAYS: Final = 28
HISTORY_MAX: Final = 200
HISTORY_MIN: Final = 5
"""With fewer talks behind it the estimate is made of the rules."""
STEP_SECONDS: Final = 30
"""What is promised is whole steps: nobody waits to the second."""
LEAST_SECONDS: Final = 60
SECOND: Final = timedelta(seconds=1)


class NotOnDuty(Conflict):
    code = "chat.not_on_duty"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a customer who waits is told."""

    ahead: int
    on_duty: int
    turns: int
    """How many talks have to end first; 0 when an operator is free, or nobody is there."""
    low: int | None
    high: int | None
    """From and to, in seconds; None when nobody is on duty."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How the promises of the last days came out."""

    promised: int
    kept: int
    """Answered no later than was told."""
    median_seconds: int
    """Half of those who were promised something waited no longer than this."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """An operator who is there, and in how many talks."""

    staff_id: UUID
    name: str
    talks: int


def come(session: Session, actor: Actor, *, now: datetime) -> None:
    """Begin one's duty: whoever waits is told anew how long it takes."""
    staff_id = _operator(actor)
    found = session.get(ChatDuty, staff_id, with_for_update=True)
    if found is None:
        session.add(ChatDuty(staff_id=staff_id, since=now, heard_at=now))
        session.flush()
        audit.write(session, actor, "chat.come", now=now, object_type="staff", object_id=staff_id)
        rows.ring_queue(session, actor)


def leave(session: Session, actor: Actor, *, now: datetime) -> None:
    """End one's duty: the talks that one was in go back to the front of the queue."""
    dismiss(session, actor, _operator(actor), now=now)


def hear(session: Session, actor: Actor, *, now: datetime) -> None:
    """Note that the console of an operator is still there."""
    found = session.get(ChatDuty, _operator(actor), with_for_update=True)
    if found is not None:
        found.heard_at = now
        session.add(found)


def dismiss(session: Session, actor: Actor, staff_id: UUID, *, now: datetime) -> None:
    """End somebody's duty, one's own or that of one who was not heard of for too long."""
    if actor.id != staff_id:
        actor.require_system()
    found = session.get(ChatDuty, staff_id, with_for_update=True)
    if found is None:
        return
    session.delete(found)
    held = col(Conversation.operator_id) == staff_id, col(Conversation.state) == ChatState.talking
    for talk in session.scalars(select(Conversation).where(*held).with_for_update()):
        give_back(session, actor, talk, now=now)
    audit.write(session, actor, "chat.leave", now=now, object_type="staff", object_id=staff_id)
    rows.ring_queue(session, actor)


def give_back(session: Session, actor: Actor, talk: Conversation, *, now: datetime) -> None:
    """Put a talk back to where it stood in the queue: those who came later wait behind it."""
    rows.note(session, actor, talk, "left", now=now, staff_id=talk.operator_id)
    rows.ring(session, actor, talk)
    talk.state, talk.operator_id, talk.queued_at = ChatState.waiting, None, talk.started_at
    session.add(talk)
    session.flush()


def absent(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return who is on duty by name only: the console was not heard of for longer than the rules allow."""
    actor.require_system()
    held = rules.current(session, rules.ChatRules, now=now)
    late = now - timedelta(minutes=held.absent_minutes)
    return list(session.scalars(select(col(ChatDuty.staff_id)).where(col(ChatDuty.heard_at) < late)))


def on_duty(session: Session, actor: Actor) -> Sequence[OnDuty]:
    """Return who is there, those with the fewest talks first."""
    actor.require("chat.read")
    talks = func.count(col(Conversation.id))
    holds = and_(col(Conversation.operator_id) == col(ChatDuty.staff_id), col(Conversation.state) == ChatState.talking)
    query = (
        select(col(ChatDuty.staff_id), col(StaffMember.name), talks)
        .join(StaffMember, col(StaffMember.id) == col(ChatDuty.staff_id))
        .outerjoin(Conversation, holds)
        .where(col(StaffMember.status) == PersonStatus.active)
        .group_by(col(ChatDuty.staff_id), col(StaffMember.name))
        .order_by(talks, col(StaffMember.name))
    )
    return [OnDuty(*found) for found in session.execute(query)]


def is_on_duty(session: Session, actor: Actor, staff_id: UUID) -> bool:
    """Tell whether an operator is there."""
    return session.get(ChatDuty, staff_id) is not None


def outlook(session: Session, actor: Actor, talk: Conversation | None = None, *, now: datetime) -> Outlook:
    """Return what is told to one who waits, or to one who is about to write: how many are before, how long it takes."""
    before: tuple[ColumnElement[bool], ...] = ()
    if talk is not None:
        rows.own(session, actor, talk.id)
        sooner = col(Conversation.queued_at) < talk.queued_at
        beside = and_(col(Conversation.queued_at) == talk.queued_at, col(Conversation.id) < talk.id)
        before = (or_(sooner, beside),)
    ahead = _count(session, col(Conversation.state) == ChatState.waiting, *before)
    there = select(col(ChatDuty.staff_id))
    operators = session.scalar(select(func.count()).select_from(ChatDuty)) or 0
    if not operators:
        return Outlook(ahead, 0, 0, None, None)
    held = rules.current(session, rules.ChatRules, now=now)
    busy = _count(session, col(Conversation.state) == ChatState.talking, col(Conversation.operator_id).in_(there))
    slots = operators * held.dialogues_max
    first, last = _pick_up(session, held, now)
    turns = max(ahead + 1 - max(slots - busy, 0), 0)
    if turns:
        each = _handling(session, held, now) // slots
        spread = math.isqrt(turns * each * each)
        first += max(turns * each - spread, 0)
        last += turns * each + spread
    low, high = STEP_SECONDS * (first // STEP_SECONDS), -STEP_SECONDS * (-last // STEP_SECONDS)
    return Outlook(ahead, operators, turns, low, max(high, LEAST_SECONDS))


def accuracy(session: Session, actor: Actor, *, now: datetime) -> Accuracy:
    """Return how the estimates of the last days came out."""
    actor.require("chat.read")
    query = select(col(Conversation.started_at), col(Conversation.joined_at), col(Conversation.promised_high)).where(
        col(Conversation.joined_at) > now - timedelta(days=HISTORY_DAYS), col(Conversation.promised_high).is_not(None)
    )
    waits = [((joined - began) // SECOND, high) for began, joined, high in session.execute(query)]
    kept = sum(wait <= high for wait, high in waits)
    return Accuracy(len(waits), kept, statistics.median_low([wait for wait, _ in waits]) if waits else 0)


def _operator(actor: Actor) -> UUID:
    actor.require("chat.reply")
    if actor.id is None:
        raise NotOnDuty()
    return actor.id


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Conversation).where(*where)) or 0


def _pick_up(session: Session, held: rules.ChatRules, now: datetime) -> tuple[int, int]:
    """Return within how many seconds a free operator has answered, of the middle half of the last talks."""
    query = (
        select(col(Conversation.started_at), col(Conversation.joined_at))
        .where(col(Conversation.joined_at) > now - timedelta(days=HISTORY_DAYS), col(Conversation.turns) == 0)
        .order_by(col(Conversation.joined_at).desc())
        .limit(HISTORY_MAX)
    )
    waits = sorted((joined - began) // SECOND for began, joined in session.execute(query))
    if len(waits) < HISTORY_MIN:
        return 0, held.pick_up_minutes * 60
    quarter = (len(waits) - 1) // 4
    return waits[quarter], waits[-quarter - 1]


def _handling(session: Session, held: rules.ChatRules, now: datetime) -> int:
    """Return how many seconds a talk takes, the mean of the last ones."""
    query = (
        select(col(Conversation.joined_at), col(Conversation.over_at))
        .where(col(Conversation.over_at) > now - timedelta(days=HISTORY_DAYS), col(Conversation.joined_at).is_not(None))
        .order_by(col(Conversation.over_at).desc())
        .limit(HISTORY_MAX)
    )
    took = [(over - joined) // SECOND for joined, over in session.execute(query)]
    return sum(took) // len(took) if len(took) >= HISTORY_MIN else held.handling_minutes * 60
