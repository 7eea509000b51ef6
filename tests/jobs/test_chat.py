"""The chat without a click: absent operators leave, silent talks end, answers nobody saw are told of."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import chat
from cabinet.domain.base import events
from cabinet.jobs import chat as tending
from cabinet.kit import clock
from cabinet.models.chat import ChatDuty, ChatState, Conversation
from cabinet.models.people import StaffRole
from tests import personae

HOUR = timedelta(hours=1)


@pytest.fixture
def told(database):
    """The events of every commit."""
    heard: list[events.Event] = []
    database.hooks.before_commit = lambda _session, come: heard.extend(come)
    return heard


def talking(database, *, ago):
    """Add Anna's talk in which Oleg answered so long ago."""

    def begun(session):
        anna, (_, oleg) = personae.anna_in(session), personae.member_in(session, StaffRole.operator)
        then = clock.now() - ago
        chat.come(session, oleg, now=then)
        talk_id = chat.say(session, anna.actor, "Алло", draft_id=uuid4(), now=then).conversation_id
        chat.take(session, oleg, talk_id, now=then)
        chat.answer(session, oleg, talk_id, "Слушаю", draft_id=uuid4(), now=then)
        return oleg

    return database.run(begun)


def now_there(database):
    with database.reading() as session:
        return session.scalars(select(Conversation)).one(), list(session.scalars(select(ChatDuty)))


def test_an_operator_who_is_gone_leaves_the_talk_to_the_next_one(database):
    talking(database, ago=timedelta(minutes=6))

    tending.tend(clock.now())

    talk, duty = now_there(database)
    assert (talk.state, talk.operator_id, duty) == (ChatState.waiting, None, [])


def test_a_silent_talk_ends_while_its_operator_is_there(database):
    oleg = talking(database, ago=2 * HOUR)
    database.run(chat.hear, oleg, now=clock.now())

    tending.tend(clock.now())
    tending.tend(clock.now())

    talk, duty = now_there(database)
    assert (talk.state, len(duty)) == (ChatState.over, 1)


def test_an_answer_nobody_saw_is_told_of_once(database, told):
    oleg = talking(database, ago=timedelta(minutes=2))
    database.run(chat.hear, oleg, now=clock.now())

    tending.tend(clock.now())
    tending.tend(clock.now())

    assert [type(each).__name__ for each in told] == ["ChatAnswered"]
