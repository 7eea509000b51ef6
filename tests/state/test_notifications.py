"""The journal of notifications and the bell, by their events."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from cabinet.domain import notifications
from cabinet.domain.notifications import Notice
from cabinet.kit.money import Money
from cabinet.models.notifications import Notification
from cabinet.state.notifications import NotificationsState
from cabinet.state.shell import ShellState
from tests.moments import NOON
from tests.personae import SYSTEM


def tell(installation, who, number):
    values = {"amount": Money(500_00), "number": f"П-{number}", "account": "4102887"}
    notice = Notice("payment_succeeded", values, f"event-{number}:payment_succeeded")
    installation.do(notifications.tell, SYSTEM, who.person.id, notice, now=NOON)


@pytest.fixture
def told(installation, people):
    """Anna was told of two payments."""
    for number in (1, 2):
        tell(installation, people.anna, number)


@pytest.mark.parametrize("category", list(notifications.Category))
def test_a_message_of_every_category_can_be_read(installation, people, anna, category):
    kind = next(name for name, each in notifications.KINDS.items() if each.category == category and each.journal)
    said = notifications.KINDS[kind]
    values = dict.fromkeys(re.findall(r"{(\w+)", said.title + said.body), "100")
    installation.do(notifications.tell, SYSTEM, people.anna.person.id, Notice(kind, values, f"event:{kind}"), now=NOON)

    anna.do(NotificationsState.load)

    assert [bool(row.icon and row.title) for row in anna[NotificationsState].rows] == [True]


def test_the_bell_counts_what_is_new_until_it_is_seen(installation, anna, told):
    anna.do(ShellState.load_customer)
    assert anna[ShellState].unread == 2

    anna.do(NotificationsState.load)
    anna.do(ShellState.count_unread)

    assert [row.fresh for row in anna[NotificationsState].rows] == [True, True]
    assert anna[ShellState].unread == 0
    with installation.database.reading() as session:
        assert set(session.scalars(select(Notification.read_at))) == {NOON}


def test_what_was_new_stays_marked_until_the_page_is_opened_anew(installation, people, anna, told):
    anna.do(NotificationsState.load)

    anna.do(NotificationsState.refresh)
    assert [row.fresh for row in anna[NotificationsState].rows] == [True, True]
    tell(installation, people.anna, 3)
    anna.do(NotificationsState.refresh)
    assert [row.fresh for row in anna[NotificationsState].rows] == [True, True, True]
    anna.do(NotificationsState.load)
    assert [row.fresh for row in anna[NotificationsState].rows] == [False, False, False]


def test_vera_reads_nothing_of_annas_and_marks_nothing_read(installation, vera, told):
    vera.do(ShellState.load_customer)
    vera.do(NotificationsState.load)
    vera.do(NotificationsState.refresh)
    vera.do(NotificationsState.show_more)

    assert vera[ShellState].unread == 0
    assert vera[NotificationsState].rows == []
    with installation.database.reading() as session:
        assert set(session.scalars(select(Notification.read_at))) == {None}


def test_the_journal_goes_on_where_the_page_ended(installation, people, anna):
    for number in range(60):
        tell(installation, people.anna, number)
    anna.do(NotificationsState.load)
    first = [row.id for row in anna[NotificationsState].rows]
    assert anna[NotificationsState].more

    anna.do(NotificationsState.show_more)

    rows = [row.id for row in anna[NotificationsState].rows]
    assert len(rows) <= 50
    assert len(set(rows)) == len(rows)
    assert rows[-1] not in first
