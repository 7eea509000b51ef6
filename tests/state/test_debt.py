"""The page of a debt, by its events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing
from cabinet.domain.billing import InvoiceDraft, LineDraft
from cabinet.kit.money import Money
from cabinet.models.billing import PromisedPayment
from cabinet.state.dashboard import DashboardState
from cabinet.state.debt import DebtState
from tests.moments import NOON
from tests.personae import SYSTEM

VISIT = {"ru": "Выезд мастера"}


@pytest.fixture
def owing(installation, people):
    """Anna owes 1,200 since a week ago."""
    due = NOON - timedelta(days=7)
    draft = InvoiceDraft("visit", "single", [LineDraft("visit", VISIT, Money(1_200_00))], due, title=VISIT)
    installation.do(billing.issue, SYSTEM, people.anna.account, draft, now=due)


def promised(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(PromisedPayment)))


def test_a_debt_is_shown_and_promised_once(installation, anna, owing):
    anna.do(DebtState.load)
    assert anna[DebtState].card.debt == "1\u00a0200\u00a0₽"
    assert [row.title for row in anna[DebtState].owed] == ["Выезд мастера"]
    anna.do(DebtState.ask)

    anna.do(DebtState.promise)
    anna.do(DebtState.promise)

    (given,) = promised(installation)
    assert given.debt_minor == 1_200_00
    assert not anna[DebtState].asking
    assert anna[DebtState].card.promise != ""
    assert anna[DebtState].card.offer == ""


def test_home_says_it_first(installation, anna, vera, owing):
    for tab in (anna, vera):
        tab.do(DashboardState.load)

    (line,) = anna[DashboardState].lines
    assert (line.title, line.href) == ("1\u00a0200\u00a0₽\u00a0— долг.", "/debt")
    assert vera[DashboardState].lines == []


def test_who_owes_nothing_is_told_so(installation, vera, owing):
    vera.do(DebtState.load)
    vera.do(DebtState.ask)
    vera.do(DebtState.promise)

    assert vera[DebtState].card.debt == ""
    assert vera[DebtState].refusal == "Долга нет: обещать нечего."
    assert promised(installation) == []
