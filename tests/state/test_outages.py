"""The page of outages and the line over others, by their events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing_accounts, outages
from cabinet.kit.money import Money
from cabinet.models.outages import Compensation, OutageCompensation, OutageKind, OutageWatch
from cabinet.state.base import NoticeState
from cabinet.state.dashboard import DashboardState
from cabinet.state.outages import OutagesState
from cabinet.state.services import ServicesState
from tests import serving
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.words import spaced

BROKEN = NOON - timedelta(hours=5, minutes=40)


@pytest.fixture(autouse=True)
def internet(installation, people):
    """Anna and Vera have the internet for 720.00, in different towns."""

    def tell(session):
        product = serving.offer(session, "internet", 720_00, category="internet")
        for who, address in ((people.anna, "Тверь, Волжская наб., 12"), (people.vera, "Москва, Арбат, 1")):
            account = billing_accounts.mine(session, SYSTEM, who.account.id)
            account.address = address
            session.add(account)
            serving.had(session, who, product)

    installation.do(tell)


@pytest.fixture
def broken(installation):
    """The cable of Тверь is broken since 340 minutes."""

    def tell(session):
        draft = outages.Draft(
            kind=OutageKind.outage,
            category="internet",
            title={"ru": "Повреждён кабель"},
            detail={"ru": "Бригада на месте."},
            regions=["Тверь"],
            begins_at=BROKEN,
            forecast_at=NOON + timedelta(hours=1, minutes=55),
            compensation=Compensation.claimed,
        )
        return outages.announce(session, SYSTEM, draft, now=BROKEN).id

    return installation.do(tell)


def mended(installation, outage_id):
    installation.do(outages.end, SYSTEM, outage_id, now=NOON)


def rows_of(installation, table):
    with installation.database.reading() as session:
        return list(session.scalars(select(table)))


def balance(installation, who):
    return installation.database.look(lambda session: billing_accounts.balance(session, SYSTEM, who.account).amount)


def test_what_goes_on_is_said_over_the_pages_and_on_its_own(installation, anna, vera, broken):
    anna.do(DashboardState.load)
    anna.do(ServicesState.load)
    anna.do(OutagesState.load)
    vera.do(DashboardState.load)
    vera.do(OutagesState.load)

    (line,) = anna[DashboardState].lines
    assert spaced(line.title) == "Авария: повреждён кабель."
    assert spaced(line.text) == "Ждём, что всё заработает 24 ноября к 16:00."
    assert anna[ServicesState].network == [line]
    (row,) = anna[OutagesState].rows
    assert (row.status, row.can_watch, row.can_take) == ("Сейчас", True, False)
    assert vera[DashboardState].lines == []
    assert vera[OutagesState].rows == []


def test_one_waits_for_the_end_and_may_stop_waiting(installation, anna, people, broken):
    anna.do(OutagesState.load)

    anna.do(OutagesState.watch, key=str(broken), wanted=True)
    (watch,) = rows_of(installation, OutageWatch)
    assert (watch.outage_id, watch.billing_account_id) == (broken, people.anna.account.id)
    assert anna[OutagesState].rows[0].watched
    anna.do(OutagesState.watch, key=str(broken), wanted=False)

    assert rows_of(installation, OutageWatch) == []


def test_a_compensation_is_taken_with_one_press_and_once(installation, anna, people, broken):
    mended(installation, broken)
    before = balance(installation, people.anna)
    anna.do(DashboardState.load)
    (line,) = anna[DashboardState].lines
    assert (spaced(line.title), line.good) == ("5,67 ₽ за перерыв 24 ноября ждут вас.", True)
    anna.do(OutagesState.load)
    assert spaced(anna[OutagesState].rows[0].take) == "Забрать 5,67 ₽"

    anna.do(OutagesState.take, key=str(broken))
    assert anna[NoticeState].tone == "good"
    anna.do(OutagesState.take, key=str(broken))

    assert anna[NoticeState].tone == "bad"
    assert balance(installation, people.anna) - before == Money(5_67)
    (given,) = rows_of(installation, OutageCompensation)
    assert (given.billing_account_id, given.amount_minor) == (people.anna.account.id, 5_67)
    anna.do(DashboardState.load)
    assert anna[DashboardState].lines == []


@pytest.mark.parametrize("key", ["", "nothing", "x" * 100_000, "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_outage_is_refused_in_words(installation, anna, key):
    anna.do(OutagesState.load)
    for event, more in ((OutagesState.take, {}), (OutagesState.watch, {"wanted": True})):
        anna.do(event, key=key, **more)

        assert anna[NoticeState].tone == "bad"
    assert rows_of(installation, OutageCompensation) == rows_of(installation, OutageWatch) == []


def test_a_stranger_takes_nothing_of_annas(installation, vera, people, broken):
    mended(installation, broken)
    vera.do(OutagesState.load)

    vera.do(OutagesState.take, key=str(broken))
    vera.do(OutagesState.watch, key=str(broken), wanted=True)

    assert rows_of(installation, OutageCompensation) == rows_of(installation, OutageWatch) == []
