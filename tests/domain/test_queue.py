"""The desk's queue: what burns first, what narrows it, filters that are kept, who else is there."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import tickets
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor, RightMissing, SignInNeeded
from cabinet.domain.tickets import Wanted
from cabinet.models.people import StaffRole
from cabinet.models.tickets import TicketFilter, TicketWatch
from tests import personae
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def anton(session):
    return personae.member_in(session, StaffRole.administrator)[1]


def opened(session, who, topic="other", subject="Тема", body="Слова", *, now=NOON):
    wish = tickets.Wish(draft_id=uuid4(), topic=topic, subject=subject, body=body, answers={"line": "0"})
    return tickets.open_(session, who.actor, wish, now=now)


def shown(session, actor, *, now=NOON, **wanted):
    return [each.ticket.subject for each in tickets.queue(session, actor, Wanted(**wanted), now=now)]


@pytest.fixture
def several(session, anna, vera, oleg):
    """Four tickets, in the order in which they burn."""
    urgent = opened(session, anna, "internet", "Срочный")
    answered = opened(session, anna, "other", "Отвеченный", "Кабель у двери")
    opened(session, vera, "other", "Верин")
    asked = opened(session, anna, "payment", "Спрошенный")
    for ticket, how in ((answered, "answered"), (asked, "asked")):
        seen = tickets.last_id(session, oleg, ticket.id)
        tickets.answer(session, oleg, ticket.id, "Слова", how=how, draft_id=uuid4(), seen_id=seen, now=NOON)
    tickets.tag(session, oleg, urgent.id, "порт", now=NOON)
    return urgent, answered, asked


def test_the_next_promise_burns_first_and_who_waits_for_the_customer_comes_last(session, oleg, several):
    # First answers within 60 and 120 minutes, then a solution within 1,200; the last one's clock stands.
    assert shown(session, oleg) == ["Срочный", "Верин", "Отвеченный", "Спрошенный"]


@pytest.mark.parametrize(
    ("wanted", "subjects"),
    [
        ({"queue": "mine"}, ["Отвеченный", "Спрошенный"]),
        ({"queue": "free"}, ["Срочный", "Верин"]),
        ({"queue": "done"}, []),
        ({"topic": "other"}, ["Верин", "Отвеченный"]),
        ({"priority": "high"}, ["Срочный"]),
        ({"state": "waiting"}, ["Спрошенный"]),
        ({"tag": "порт"}, ["Срочный"]),
        ({"words": "КАБЕЛЬ у"}, ["Отвеченный"]),
        ({"words": "кабель"}, ["Отвеченный"]),
        ({"words": "Чужая"}, ["Верин"]),
        ({"words": "%"}, []),
        ({"team": "line"}, []),
        ({"topic": "other", "queue": "mine"}, ["Отвеченный"]),
        ({"late": "yes"}, []),
    ],
    ids=str,
)
def test_what_narrows_it(session, oleg, several, wanted, subjects):
    assert shown(session, oleg, **wanted) == subjects


def test_what_is_over_its_promise_is_late(session, oleg, several):
    assert shown(session, oleg, late="yes", now=NOON + 61 * MINUTE) == ["Срочный"]
    assert shown(session, oleg, late="yes", now=NOON + 121 * MINUTE) == ["Срочный", "Верин"]


def test_a_queue_is_counted_by_its_pace(session, oleg, several):
    def told(now=NOON, **wanted):
        found = tickets.tally(session, oleg, Wanted(**wanted), now=now)
        return found.all, found.burning, found.waiting

    # The first answers are due within 60 and 120 minutes; within an hour of one it burns, and over it too.
    assert told(NOON - MINUTE) == (4, 0, 1)
    assert told(NOON + MINUTE) == (4, 1, 1)
    assert told(NOON + 61 * MINUTE) == (4, 2, 1)
    assert told(NOON + 61 * MINUTE, late="yes", state="waiting") == (4, 2, 1)
    assert told(NOON + MINUTE, topic="other") == (2, 0, 0)
    assert told(queue="mine") == (2, 0, 1)
    assert shown(session, oleg, now=NOON + 61 * MINUTE, late="burning") == ["Срочный", "Верин"]
    assert shown(session, oleg, now=NOON + 61 * MINUTE, late="yes") == ["Срочный"]


def test_so_many_are_shown_as_are_asked_for(session, anna, oleg):
    for place in range(4):
        opened(session, anna, now=NOON + MINUTE * place)

    assert len(tickets.queue(session, oleg, now=NOON, most=3)) == 3


def test_a_form_says_only_what_it_may():
    told = {"queue": "all", "priority": "top", "state": "lost", "late": "no", "words": "ы" * 300, "tag": None, "x": 1}

    assert Wanted.read(told) == Wanted(words="ы" * 100)
    assert Wanted.read({}).told() == {}
    assert Wanted.read({"queue": "mine", "topic": "other"}).told() == {"topic": "other"}


def test_a_filter_is_kept_under_its_title_and_shared_if_one_likes(session, oleg, maria):
    tickets.keep_filter(
        session, oleg, "  Мои   срочные ", Wanted(queue="mine", priority="high"), shared=False, now=NOON
    )
    tickets.keep_filter(session, oleg, "Порт", Wanted(tag="порт"), shared=True, now=NOON)
    tickets.keep_filter(session, oleg, "Мои срочные", Wanted(queue="mine"), shared=False, now=NOON)

    assert [each.title for each in tickets.kept_filters(session, oleg)] == ["Мои срочные", "Порт"]
    (shared,) = tickets.kept_filters(session, maria)
    assert (shared.title, shared.wanted) == ("Порт", {"queue": "open", "tag": "порт"})
    with pytest.raises(tickets.FilterNotFound):
        tickets.drop_filter(session, maria, shared.id, now=NOON)
    tickets.drop_filter(session, oleg, shared.id, now=NOON)
    assert tickets.kept_filters(session, maria) == []


def test_a_filter_has_a_title_and_there_are_twenty(session, oleg):
    for title in ("", "   ", "ы" * 61):
        with pytest.raises(tickets.FilterWrong):
            tickets.keep_filter(session, oleg, title, Wanted(), shared=False, now=NOON)
    for place in range(20):
        tickets.keep_filter(session, oleg, f"Фильтр {place}", Wanted(), shared=False, now=NOON)
    with pytest.raises(tickets.TooManyFilters):
        tickets.keep_filter(session, oleg, "Ещё один", Wanted(), shared=False, now=NOON)
    tickets.keep_filter(session, oleg, "Фильтр 7", Wanted(late="yes"), shared=False, now=NOON)

    assert len(session.scalars(select(TicketFilter)).all()) == 20


def test_colleagues_see_who_looks_and_who_answers(session, anna, oleg, maria, anton):
    one, other = opened(session, anna), opened(session, anna)

    def told(actor, ticket=one, now=NOON):
        return [(each.name, each.answers) for each in tickets.watchers(session, actor, ticket.id, now=now)]

    tickets.watch(session, oleg, one.id, answers=False, now=NOON)
    assert told(maria) == [("Сотрудник operator", False)]
    assert told(oleg) == []
    tickets.watch(session, anton, one.id, answers=False, now=NOON)
    tickets.watch(session, oleg, one.id, answers=True, now=NOON)
    assert told(maria) == [("Сотрудник operator", True), ("Сотрудник administrator", False)]
    tickets.watch(session, oleg, other.id, answers=False, now=NOON)
    assert told(maria) == [("Сотрудник administrator", False)]
    assert told(maria, other) == [("Сотрудник operator", False)]
    assert told(maria, other, NOON + timedelta(minutes=11)) == []
    tickets.watch(session, oleg, None, answers=False, now=NOON)
    assert told(maria, other) == []
    tickets.forget_watchers(session, SYSTEM, now=NOON + timedelta(minutes=11))
    assert session.scalars(select(TicketWatch)).all() == []


def test_customers_and_vera_see_no_queue_and_no_colleagues(session, anna, vera, several):
    urgent, *_ = several
    for actor in (anna.actor, vera.actor, Actor.guest()):
        for deed in (
            lambda who: tickets.queue(session, who, now=NOON),
            lambda who: tickets.tally(session, who, Wanted(), now=NOON),
            lambda who: tickets.kept_filters(session, who),
            lambda who: tickets.keep_filter(session, who, "x", Wanted(), shared=True, now=NOON),
            lambda who: tickets.watch(session, who, urgent.id, answers=True, now=NOON),
            lambda who: tickets.watchers(session, who, urgent.id, now=NOON),
            lambda who: tickets.forget_watchers(session, who, now=NOON),
        ):
            with pytest.raises((RightMissing, SignInNeeded)):
                deed(actor)


def test_desks_are_told_only_when_it_is_news_to_a_colleague(session, anna, oleg, maria):
    one, other = opened(session, anna), opened(session, anna)

    def told(actor, ticket_id, *, answers=False):
        session.info.clear()
        tickets.watch(session, actor, ticket_id, answers=answers, now=NOON)
        return bool(events.rings(session))

    assert not told(oleg, one.id)
    assert not told(oleg, one.id, answers=True)
    assert told(maria, one.id)
    assert not told(maria, one.id)
    assert told(oleg, one.id)
    assert told(oleg, other.id)
    assert not told(maria, None)
