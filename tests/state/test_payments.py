"""The history and its drawer, by their events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import operations
from cabinet.kit.money import Money
from cabinet.models.payments import Operation, OperationStatus
from cabinet.state.base import NoticeState
from cabinet.state.dashboard import DashboardState
from cabinet.state.payments import PaymentsState
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.tabs import words_of


@pytest.fixture
def operation(installation, paid):
    """The line of Anna's payment in her history."""
    with installation.database.reading() as session:
        return str(session.scalars(select(Operation.public_id)).one())


def test_the_history_shows_what_was_paid(anna, paid):
    anna.do(PaymentsState.load)

    (row,) = anna[PaymentsState].even_rows
    assert "500" in str(row.amount)
    assert str(anna[PaymentsState].balance).replace("\u00a0", " ") == "500,00 ₽"
    assert not anna[PaymentsState].more


def test_an_operation_opens_in_the_drawer_and_closes(anna, operation):
    anna.do(PaymentsState.open, operation_id=operation)
    assert anna[PaymentsState].drawer
    assert len(anna[PaymentsState].opened.receipts) == 1

    anna.do(PaymentsState.close)
    assert not anna[PaymentsState].drawer


@pytest.mark.parametrize("wanted", ["", "x", "00000000-0000-0000-0000-000000000000", "' OR 1=1 --"])
def test_an_operation_that_is_not_there_is_said(anna, operation, wanted):
    anna.do(PaymentsState.open, operation_id=wanted)

    assert not anna[PaymentsState].drawer
    assert anna[NoticeState].tone == "bad"


def test_vera_opens_nothing_of_annas(vera, operation, paid):
    vera.do(PaymentsState.load)
    vera.do(PaymentsState.open, operation_id=operation)

    assert vera[PaymentsState].even_rows == []
    assert not vera[PaymentsState].drawer
    assert vera[NoticeState].tone == "bad"
    assert paid.number not in words_of(vera.told)


def test_the_home_page_counts_the_balance_from_the_ledger(anna, vera, paid):
    anna.do(DashboardState.load)
    vera.do(DashboardState.load)

    assert str(anna[DashboardState].panel.balance).replace("\u00a0", " ") == "500,00 ₽"
    assert len(anna[DashboardState].operations) == 1
    assert str(vera[DashboardState].panel.balance).replace("\u00a0", " ") == "0,00 ₽"
    assert vera[DashboardState].operations == []


def shown(tab):
    state = tab[PaymentsState]
    pages = [state.even_rows, state.odd_rows]
    return [int(row.amount.whole[1:]) for rows in pages[:: -1 if state.odd_first else 1] for row in rows]


def test_a_further_page_takes_the_place_of_the_oldest_and_comes_alone(installation, people, anna):
    def spend(session):
        for place in range(70):
            line = operations.Line(
                kind="charge.single", amount=Money(-100_00 - 100 * place), status=OperationStatus.done
            )
            operations.write(session, SYSTEM, people.anna.account, line, now=NOON - timedelta(hours=place))

    installation.do(spend)
    anna.do(PaymentsState.load)
    first = shown(anna)
    told = len(anna.told)
    windows = [anna.do(PaymentsState.show_more) or shown(anna) for _ in range(3)]

    assert first == list(range(100, 120))
    assert windows == [list(range(100, 140)), list(range(120, 160)), list(range(140, 170))]
    lists = [value for delta in anna.told[told:] for state in delta.values() for value in state.values()]
    assert [len(value) for value in lists if isinstance(value, list)] == [20, 20, 10]
    assert anna[PaymentsState].trimmed
    assert not anna[PaymentsState].more

    for ring in (anna.reconnect, lambda: anna.do(PaymentsState.refresh)):
        ring()
        assert shown(anna) == windows[-1]

    anna.do(PaymentsState.newest)

    assert shown(anna) == first
    assert not anna[PaymentsState].trimmed
    headings = [row.month for row in anna[PaymentsState].even_rows]
    assert headings == ["Ноябрь", *[""] * 19]
