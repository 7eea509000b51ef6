"""What support comes to: load, first answers, solutions, promises kept, marks, and what needed no person (4.1-4.4)."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain.base import rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.tickets import calendar
from cabinet.models.chat import Conversation
from cabinet.models.knowledge import ArticleVote
from cabinet.models.people import StaffMember
from cabinet.models.tickets import Ticket, TicketMessage, TicketState, TicketStep, TicketTopic
from cabinet.models.troubleshooting import TroubleDay

PERIODS: Final = (7, 30, 90)
"""Days that can be asked for."""


# What the figures are made of, without the words: a quarter of a large house is many rows.
_OWN: Final = col(Ticket.merged_into_id).is_(None)
"""What was merged into another ticket is that one."""
_OPENED: Final = select(
    col(Ticket.topic_code), col(Ticket.created_at), col(Ticket.answer_due_at), col(Ticket.answered_at)
).where(_OWN)
_DONE: Final = select(
    col(Ticket.assignee_id), col(Ticket.spent_minutes), col(Ticket.solve_minutes), col(Ticket.rating)
).where(_OWN)
_TALKS: Final = select(
    col(Conversation.operator_id), col(Conversation.started_at), col(Conversation.joined_at), col(Conversation.rating)
)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        return 100 * self.part // self.whole if self.whole else 0


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic in the period."""

    title: Mapping[str, str]
    opened: int
    kept: Share
    median_minutes: int


@dataclass(frozen=True, slots=True)
class Worker:
    """One member of the staff in the period."""

    name: str
    answers: int
    finished: int
    talks: int
    marks: Sequence[int]


@dataclass(frozen=True, slots=True)
class Figures:
    """A period of support. Minutes are working minutes by the calendar of the tickets."""

    opened: int
    finished: int
    open_now: int
    late_now: int
    answered: Share
    """First answers within their promise, of those that were due."""
    answer_minutes: int
    solved: Share
    """Finished within the promise, of the finished."""
    solve_minutes: int
    reopened: int
    marks: Sequence[int]
    talks: Share
    """Talks that an operator joined, of those begun."""
    talk_wait_seconds: int
    alone: Share
    """Helped by an article or a troubleshooter, of these and the tickets together."""
    topics: Sequence[Topic]
    workers: Sequence[Worker]


def figures(session: Session, actor: Actor, days: int, *, now: datetime) -> Figures:
    """Return what the last `days` came to."""
    actor.require("support.report")
    since = now - timedelta(days=days)
    held = rules.current(session, rules.TicketRules, now=now)
    opened = list(session.execute(_OPENED.where(col(Ticket.created_at) > since)))
    done = list(session.execute(_DONE.where(col(Ticket.done_at) > since)))
    going = col(Ticket.state) != TicketState.done
    talks = list(session.execute(_TALKS.where(col(Conversation.started_at) > since)))
    waits = [(each.joined_at - each.started_at) // timedelta(seconds=1) for each in talks if each.joined_at]
    helped = _helped(session, since)
    return Figures(
        opened=len(opened),
        finished=len(done),
        open_now=_count(session, Ticket, going),
        late_now=_count(session, Ticket, going, col(Ticket.solve_due_at) < now),
        answered=_answered(opened, now),
        answer_minutes=_median(_answer_minutes(held, each) for each in opened if each.answered_at),
        solved=Share(sum(each.spent_minutes <= each.solve_minutes for each in done), len(done)),
        solve_minutes=_median(each.spent_minutes for each in done),
        reopened=_count(session, TicketStep, col(TicketStep.name) == "reopened", col(TicketStep.at) > since),
        marks=[each for each in (*(own.rating for own in done), *(own.rating for own in talks)) if each is not None],
        talks=Share(len(waits), len(talks)),
        talk_wait_seconds=_median(waits),
        alone=Share(helped, helped + len(opened)),
        topics=_topics(session, held, opened, now),
        workers=_workers(session, since, done, talks),
    )


def _count(session: Session, table: Any, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _median(values: Any) -> int:
    found = list(values)
    return statistics.median_low(found) if found else 0


def _answer_minutes(held: rules.TicketRules, ticket: Any) -> int:
    return calendar.worked(held, ticket.created_at, ticket.answered_at)


def _answered(found: Sequence[Any], now: datetime) -> Share:
    due = [each for each in found if each.answered_at is not None or each.answer_due_at < now]
    kept = sum(each.answered_at is not None and each.answered_at <= each.answer_due_at for each in due)
    return Share(kept, len(due))


def _helped(session: Session, since: datetime) -> int:
    voted = _count(session, ArticleVote, col(ArticleVote.helped), col(ArticleVote.at) > since)
    solved = session.scalar(select(func.sum(col(TroubleDay.solved))).where(col(TroubleDay.day) >= since.date())) or 0
    return voted + solved


def _topics(session: Session, held: rules.TicketRules, found: Sequence[Any], now: datetime) -> list[Topic]:
    by_code: dict[str, list[Any]] = {}
    for each in found:
        by_code.setdefault(each.topic_code, []).append(each)
    titles = {topic.code: topic.title for topic in session.scalars(select(TicketTopic))}
    return [
        Topic(
            titles[code],
            len(own),
            _answered(own, now),
            _median(_answer_minutes(held, each) for each in own if each.answered_at),
        )
        for code, own in sorted(by_code.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]


def _workers(session: Session, since: datetime, done: Sequence[Any], talks: Sequence[Any]) -> list[Worker]:
    said = (
        select(col(TicketMessage.staff_id), func.count())
        .where(
            col(TicketMessage.staff_id).is_not(None),
            col(TicketMessage.sent_at) > since,
            col(TicketMessage.private).is_(False),
        )
        .group_by(col(TicketMessage.staff_id))
    )
    answers: dict[UUID, int] = {staff_id: count for staff_id, count in session.execute(said) if staff_id}
    own = {each.assignee_id for each in done} | {each.operator_id for each in talks} | set(answers)
    names = (
        select(StaffMember)
        .where(col(StaffMember.id).in_([each for each in own if each]))
        .order_by(col(StaffMember.name))
    )
    return [
        Worker(
            member.name,
            answers.get(member.id, 0),
            sum(each.assignee_id == member.id for each in done),
            sum(each.operator_id == member.id for each in talks),
            [
                *(each.rating for each in done if each.assignee_id == member.id and each.rating is not None),
                *(each.rating for each in talks if each.operator_id == member.id and each.rating is not None),
            ],
        )
        for member in session.scalars(names)
    ]
