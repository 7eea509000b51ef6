"""The promised payment: nothing is cut off until its last day, and what was comes back at once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from cabinet.domain import billing, services
from cabinet.domain.base import events
from cabinet.domain.base.rules import PromiseRules
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import PromisedPayment, PromiseStatus
from cabinet.models.journal import Rule
from tests.owing import FIRST, block, blocked, on_day, owe
from tests.personae import SYSTEM, give, on

pytestmark = pytest.mark.databases("sqlite", "postgres")


@pytest.fixture
def debtor(session, anna):
    return owe(session, anna)


def promise(session, who, days):
    return services.promise(session, who.actor, who.account.id, now=on_day(days))


def told(session, kind):
    return [event for event in events.recorded(session) if type(event) is kind]


def rule(session, **values):
    session.add(Rule(name=PromiseRules.name, value=values, valid_from=on_day(-30), set_by="test"))
    session.flush()


def test_nothing_is_cut_off_until_its_last_day_and_then_it_is(session, debtor):
    given = promise(session, debtor, 4)

    assert (given.last_day, given.debt_minor) == (date(2026, 12, 10), 1_110_00)
    assert [block(session, debtor, day) for day in range(5, 10)] == [0] * 5
    assert blocked(session, debtor) == []
    assert len(told(session, services.PromiseEnding)) == 1
    assert block(session, debtor, 10) == 1
    assert blocked(session, debtor) == ["tv"]
    assert given.status is PromiseStatus.broken


def test_what_was_cut_off_works_again_at_once_and_is_paid_from_then_on(session, debtor):
    block(session, debtor, 5)
    assert blocked(session, debtor) == ["tv"]

    promise(session, debtor, 6)

    assert blocked(session, debtor) == []
    assert told(session, services.ServicesRestored) == []
    assert block(session, debtor, 7) == 0


def test_paid_in_time_it_is_kept(session, debtor):
    given = promise(session, debtor, 5)
    give(session, debtor, 1_110_00)
    billing.settle_due(session, SYSTEM, debtor.account.id, now=on_day(6))

    services.restore(session, SYSTEM, debtor.account.id, now=on_day(6))

    assert (given.status, given.ended_at) == (PromiseStatus.kept, on_day(6))
    assert blocked(session, debtor) == []


def test_one_at_a_time_and_pressed_twice_it_is_one(session, debtor):
    promise(session, debtor, 5)

    with pytest.raises(services.PromiseOpen):
        promise(session, debtor, 5)
    assert len(session.scalars(select(PromisedPayment)).all()) == 1


@pytest.mark.parametrize(("kept", "soonest"), [(True, 35), (False, 65)])
def test_the_next_one_is_later_for_who_did_not_keep_it(session, debtor, kept, soonest):
    given = promise(session, debtor, 5)
    given.status = PromiseStatus.kept if kept else PromiseStatus.broken
    session.flush()

    with pytest.raises(services.PromiseTooSoon):
        promise(session, debtor, soonest - 1)
    assert promise(session, debtor, soonest).status is PromiseStatus.open


def test_a_debt_that_is_too_large_is_not_promised(session, debtor):
    rule(session, debt_max_minor=1_109_99)

    with pytest.raises(services.PromiseTooLarge):
        promise(session, debtor, 5)
    assert session.scalars(select(PromisedPayment)).all() == []


def test_what_lies_on_the_account_is_told_apart_from_what_lacks(session, debtor):
    give(session, debtor, 310_00)

    found = services.standing(session, debtor.actor, now=on_day(5))

    assert (found.debt, found.missing) == (Money(1_110_00), Money(800_00))


def test_without_a_debt_there_is_nothing_to_promise(session, debtor):
    give(session, debtor, 1_110_00)

    with pytest.raises(services.NothingOwed):
        promise(session, debtor, 5)


def test_its_price_is_asked_for_by_an_invoice_of_its_own(session, debtor):
    rule(session, fee_minor=50_00)

    given = promise(session, debtor, 5)

    fee = next(each for each in billing.open_invoices(session, SYSTEM, debtor.account.id) if each.kind == "single")
    assert (fee.amount_minor, fee.key, given.fee_minor) == (50_00, f"promise:{given.id}", 50_00)
    give(session, debtor, 1_160_00)
    billing.settle_due(session, SYSTEM, debtor.account.id, now=on_day(6))
    assert on(session, debtor) == Money(0)


def test_what_will_be_cut_off_is_said_by_days(session, debtor):
    before = services.standing(session, debtor.actor, now=on_day(3))
    assert (before.debt, before.since, before.hindrance) == (Money(1_110_00), FIRST, None)
    assert [(cut.day, [each.product.code for each in cut.services]) for cut in before.ladder] == [
        (date(2026, 12, 6), ["tv"]),
        (date(2026, 12, 16), ["internet"]),
    ]

    promise(session, debtor, 3)
    after = services.standing(session, debtor.actor, now=on_day(3))

    assert [cut.day for cut in after.ladder] == [date(2026, 12, 10), date(2026, 12, 16)]


def test_vera_promises_nothing_for_anna(session, debtor, vera):
    with pytest.raises(NotFound):
        services.promise(session, vera.actor, debtor.account.id, now=on_day(5))
    assert services.standing(session, vera.actor, now=on_day(5)).debt == Money(0)
    assert session.scalars(select(PromisedPayment)).all() == []
