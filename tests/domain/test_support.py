"""The figures of support, counted by hand."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from cabinet.domain import chat, support, tickets, troubleshooting
from cabinet.domain.base.actor import RightMissing
from cabinet.models.people import StaffRole
from cabinet.operate import troubles
from tests import personae
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def anton(session):
    return personae.member_in(session, StaffRole.administrator)[1]


def opened(session, who, now):
    wish = tickets.Wish(draft_id=uuid4(), topic="other", subject="Вопрос", body="Слова")
    return tickets.open_(session, who.actor, wish, now=now)


def answered(session, actor, ticket, how, now):
    seen_id = tickets.last_id(session, SYSTEM, ticket.id)
    tickets.answer(session, actor, ticket.id, "Ответ", how=how, draft_id=uuid4(), seen_id=seen_id, now=now)


def test_what_was_merged_counts_once(session, anna, oleg, anton):
    one, other = opened(session, anna, NOON - 3 * HOUR), opened(session, anna, NOON - 2 * HOUR)
    answered(session, oleg, one, "answered", NOON - 2 * HOUR)
    tickets.merge(session, oleg, other.id, one.number, now=NOON)

    found = support.figures(session, anton, 7, now=NOON + 4 * HOUR)

    assert (found.opened, found.finished, found.open_now) == (1, 0, 1)
    assert found.answered == support.Share(1, 1)
    assert [(each.finished, each.answers) for each in found.workers] == [(0, 1)]


def test_a_week_of_support(session, anna, vera, oleg, anton):
    """Promises of the topic: an answer within two working hours, a solution within twenty; work is from 8 to 24."""
    quick, late, waits = (opened(session, anna, NOON - n * HOUR) for n in (3, 4, 5))
    answered(session, oleg, quick, "finished", NOON - 3 * HOUR + 30 * MINUTE)
    answered(session, oleg, late, "answered", NOON - HOUR)
    tickets.rate(session, anna.actor, quick.id, 4, "", now=NOON)
    tickets.remark(session, oleg, late.id, "Между нами", draft_id=uuid4(), now=NOON)
    opened(session, vera, NOON - timedelta(days=8))
    chat.come(session, anton, now=NOON)
    talk = chat.say(session, vera.actor, "Алло", draft_id=uuid4(), now=NOON).conversation_id
    chat.take(session, anton, talk, now=NOON + 40 * timedelta(seconds=1))
    chat.finish(session, vera.actor, talk, now=NOON + MINUTE)
    chat.rate(session, vera.actor, talk, 5, "", now=NOON + MINUTE)
    troubles.bring(session, SYSTEM)
    troubleshooting.count(session, anna.actor, "no-tv", "solved", now=NOON)

    found = support.figures(session, anton, 7, now=NOON + HOUR)

    assert (found.opened, found.finished, found.open_now) == (3, 1, 3)
    # The third was due after two hours and has no answer: it counts as not in time.
    assert (found.answered, found.answer_minutes) == (support.Share(1, 3), 30)
    assert (found.solved, found.solve_minutes) == (support.Share(1, 1), 30)
    assert sorted(found.marks) == [4, 5]
    assert (found.talks, found.talk_wait_seconds) == (support.Share(1, 1), 40)
    assert (found.alone, found.alone.percent) == (support.Share(1, 4), 25)
    (topic,) = found.topics
    assert (topic.opened, topic.kept) == (3, support.Share(1, 3))
    assert [(each.name, each.answers, each.finished, each.talks, list(each.marks)) for each in found.workers] == [
        ("Сотрудник administrator", 0, 0, 1, [5]),
        ("Сотрудник operator", 2, 1, 0, [4]),
    ]
    assert waits.answered_at is None


def test_without_anything_nothing_is_divided(session, anton):
    found = support.figures(session, anton, 30, now=NOON)

    assert (found.opened, found.answered.percent, found.answer_minutes, found.workers) == (0, 0, 0, [])


def test_figures_are_for_those_who_report(session, oleg, vera):
    for actor in (oleg, vera.actor):
        with pytest.raises(RightMissing):
            support.figures(session, actor, 7, now=NOON)
