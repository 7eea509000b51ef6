"""Packages: bought once, counted, over by their own terms, given back when the network cannot add them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cabinet.domain import billing, catalog, ledger, services
from cabinet.domain.services import Deed, Grant
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind, Unit
from cabinet.models.services import SubscriptionStatus
from tests import documents
from tests.moments import NOON
from tests.personae import SYSTEM, give, on
from tests.serving import offer, served
from tests.switching import REFUSED, answer, at, change, connect, disconnect, ordered, quoted, turned, working

OPTIONS = "docs/domain/options.md"
END = date(2026, 12, 1)


def package(session, code="plus", price=300_00, **terms):
    counted = {"amount": 5, "unit": Unit.gigabytes, **terms}
    return offer(session, code, category="mobile", kind=ProductKind.package, connection_minor=price, **counted)


@pytest.fixture
def rich(session, anna):
    give(session, anna, 1_000_00)
    return anna


@pytest.fixture
def plus(session):
    return package(session)


@pytest.mark.parametrize("row", documents.tables(OPTIONS, "Packages")[0], ids=str)
def test_a_package_costs_and_lasts_what_the_document_says(session, rich, row):
    sold = package(session, price=documents.money(row["price"]).minor, valid_days=int(row["valid days"] or 0))

    bought = working(session, rich, sold)

    assert bought.ends_on == date.fromisoformat(row["ends after"]) + timedelta(days=1)
    assert Money(1_000_00) - on(session, rich) == documents.money(row["taken"])


def test_it_is_quoted_charged_once_and_over_by_itself(session, rich, plus):
    quote = quoted(session, rich, plus)
    assert [(step.kind, step.day, step.amount) for step in quote.plan.steps] == [
        ("package", date(2026, 11, 24), Money(-300_00)),
        ("package_ends", END, Money(0)),
    ]
    bought = ordered(session, rich, quote)
    answer(session, bought)
    billing.issue_next(session, SYSTEM, rich.account.id, now=NOON)
    assert billing.open_invoices(session, rich.actor, rich.account.id) == []

    turned(session, bought, END - timedelta(days=1))
    assert bought.status is SubscriptionStatus.active
    turned(session, bought, END)
    answer(session, bought, now=at(END))

    assert (bought.status, on(session, rich)) == (SubscriptionStatus.ended, Money(700_00))
    assert ledger.verify(session) == []


def test_what_the_network_cannot_add_is_given_back_whole(session, rich, plus):
    bought = connect(session, rich, plus)

    answer(session, bought, REFUSED)

    assert (bought.status, on(session, rich)) == (SubscriptionStatus.failed, Money(1_000_00))
    assert services.granted(session, rich.actor, rich.account.id) == []
    assert ledger.verify(session) == []


def test_each_order_is_one_more_and_the_same_quote_is_one(session, rich, plus):
    first, second = quoted(session, rich, plus), quoted(session, rich, plus)
    one, same, other = ordered(session, rich, first), ordered(session, rich, first), ordered(session, rich, second)

    assert one.id == same.id != other.id
    assert on(session, rich) == Money(400_00)


def test_what_is_granted_is_told_by_what_ends_first(session, rich, plus):
    long = working(session, rich, package(session, "long", 100_00, amount=100, unit=Unit.minutes, valid_days=30))
    short = working(session, rich, plus)
    connect(session, rich, plus)

    assert services.granted(session, rich.actor, rich.account.id) == [
        Grant(short.id, Unit.gigabytes, 5, NOON, END),
        Grant(long.id, Unit.minutes, 100, NOON, date(2026, 12, 24)),
    ]
    long.blocked_at = NOON
    assert [grant.unit for grant in services.granted(session, rich.actor, rich.account.id)] == [Unit.gigabytes]


@pytest.mark.parametrize("wish", [{"first": END}, {"until": END}, {"trial": True}], ids=str)
def test_a_package_begins_now_and_ends_by_its_own_terms(session, rich, plus, wish):
    with pytest.raises(services.PackageNow):
        quoted(session, rich, plus, **wish)


def test_a_package_is_neither_given_up_nor_paused_nor_made_endless(session, rich, plus):
    bought = working(session, rich, plus)

    with pytest.raises(services.NotNow):
        disconnect(session, rich, bought)
    with pytest.raises(services.NoSuspension):
        change(session, rich, Deed.suspend, bought, until=END)
    with pytest.raises(services.NotNow):
        services.cancel_change(session, rich.actor, bought.id, now=NOON)
    with pytest.raises(services.NotNow):
        change(session, rich, Deed.extend, bought)
    assert (bought.ends_on, on(session, rich)) == (END, Money(700_00))


def test_without_the_money_or_with_a_debt_it_is_not_sold(session, anna, plus):
    give(session, anna, 299_99)
    quote = quoted(session, anna, plus)
    with pytest.raises(services.NotEnough) as refused, session.begin_nested():
        ordered(session, anna, quote)
    assert refused.value.missing == Money(1)

    served(session, anna, 5_000_00, charged_until=date(2026, 11, 1))
    billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 11, 1), now=NOON)
    with pytest.raises(services.InDebt):
        quoted(session, anna, plus)


@pytest.mark.parametrize(
    "terms",
    [
        {"amount": 0, "unit": Unit.gigabytes},
        {"amount": 5},
        {"amount": 5, "unit": Unit.gigabytes, "price_minor": 1},
        {"amount": 5, "unit": Unit.gigabytes, "trial_days": 1},
        {"amount": 5, "unit": Unit.gigabytes, "valid_days": -1},
    ],
    ids=str,
)
def test_a_package_counts_something_and_costs_once(session, terms):
    catalog.add(session, SYSTEM, "wrong", ProductKind.package, "mobile", now=NOON)

    with pytest.raises(catalog.VersionWrong):
        catalog.publish(session, SYSTEM, "wrong", catalog.Draft(title={"ru": "x"}, **terms), valid_from=NOON, now=NOON)


def test_nothing_else_is_counted(session):
    with pytest.raises(catalog.VersionWrong):
        offer(session, "option", amount=5, unit=Unit.gigabytes)


def test_vera_is_told_of_no_package_of_annas(session, rich, vera, plus):
    working(session, rich, plus)

    with pytest.raises(NotFound):
        services.granted(session, vera.actor, rich.account.id)
    assert services.granted(session, vera.actor, vera.account.id) == []
