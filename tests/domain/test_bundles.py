"""Bundles: one price for several services, all or nothing, and broken up only as quoted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing, catalog, ledger, services
from cabinet.domain.base import events
from cabinet.domain.services import Deed
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind
from cabinet.models.services import NetworkDeed, Subscription, SubscriptionStatus
from tests import documents
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import had, offer
from tests.switching import REFUSED, answer, asked, at, change, connect, disconnect, ordered, quoted

OPTIONS = "docs/domain/options.md"
DAY = date(2026, 12, 11)
WHOLE = Money(5_000_00)
NAMES = {"the one of 310.00": "virus", "the one of 155.00": "help", "the bundle": "calm"}
ACTIVE, ENDED = SubscriptionStatus.active, SubscriptionStatus.ended


@pytest.fixture
def rich(session, anna):
    give(session, anna, 5_000_00)
    return anna


@pytest.fixture
def calm(session):
    """A bundle of two."""
    offer(session, "virus", 310_00, kind=ProductKind.option, connection_minor=40_00)
    offer(session, "help", 155_00, kind=ProductKind.option, gives_back=False, requires=("virus",))
    return offer(session, "calm", 300_00, kind=ProductKind.bundle, category="bundle", parts=("virus", "help"))


def mine(session, who):
    """What the customer has, by code."""
    return {each.product.code: each for each in billing.held_by(session, SYSTEM, who.account.id)}


def at_work(session, who, calm, now=NOON):
    connect(session, who, calm, now=now)
    for each in mine(session, who).values():
        answer(session, each.subscription, now=now)
    return mine(session, who)


def told(session, kind):
    return [event for event in events.recorded(session) if type(event) is kind]


@pytest.mark.parametrize("row", documents.tables(OPTIONS, "Bundles")[0], ids=lambda row: row["given up"])
def test_giving_up_costs_what_the_document_says(session, rich, calm, row):
    held = at_work(session, rich, calm, now=at(DAY))
    assert on(session, rich) == WHOLE - Money(203_23)

    quote = disconnect(session, rich, held[NAMES[row["given up"]]].subscription, now=at(DAY))

    returned, taken = documents.money(row["given back"]), documents.money(row["taken"])
    assert (quote.plan.returned, quote.plan.taken) == (returned, taken)
    assert on(session, rich) == WHOLE - Money(203_23) + returned - taken
    billing.issue_next(session, SYSTEM, rich.account.id, now=at(date(2026, 12, 23)))
    asked_for = sum(each.amount_minor for each in billing.open_invoices(session, SYSTEM, rich.account.id))
    assert Money(asked_for) == documents.money(row["for each month after"])
    assert ledger.verify(session) == []


def test_a_bundle_is_charged_once_and_its_parts_cost_nothing(session, rich, calm):
    quote = quoted(session, rich, calm)
    assert quote.plan.taken == Money(70_00)

    ordered(session, rich, quote)

    held = mine(session, rich)
    assert sorted(held) == ["calm", "help", "virus"]
    assert [held[code].price for code in ("calm", "help", "virus")] == [Money(300_00), Money(0), Money(0)]
    assert on(session, rich) == Money(4_930_00)
    assert {asked(session, each.subscription).deed for each in held.values()} == {NetworkDeed.connect}
    (december,) = billing.open_invoices(session, SYSTEM, rich.account.id)
    assert december.amount_minor == 300_00


def test_who_has_a_bundle_is_told_once(session, rich, calm):
    held = at_work(session, rich, calm)

    assert {each.subscription.status for each in held.values()} == {ACTIVE}
    assert [event.subscription_id for event in told(session, services.ServiceConnected)] == [
        held["calm"].subscription.id
    ]


@pytest.mark.parametrize("which", ["virus", "help", "calm"])
def test_what_cannot_be_connected_of_it_gives_all_of_it_back(session, rich, calm, which):
    connect(session, rich, calm)
    held = mine(session, rich)
    others = [each for code, each in held.items() if code != which]
    answer(session, others[0].subscription)

    answer(session, held[which].subscription, REFUSED)

    assert on(session, rich) == WHOLE
    found = session.scalars(select(Subscription)).all()
    assert {each.status for each in found} == {SubscriptionStatus.failed}
    assert held[which].subscription.failure == "equipment"
    assert {each.subscription.failure for each in others} == {"bundle"}
    assert {asked(session, each.subscription).deed for each in others} == {NetworkDeed.disconnect}
    (event,) = told(session, services.ServiceFailed)
    assert (event.subscription_id, event.returned_minor) == (held["calm"].subscription.id, 70_00)
    assert billing.open_invoices(session, SYSTEM, rich.account.id) == []
    assert ledger.verify(session) == []


def test_given_up_whole_it_goes_off_with_its_parts(session, rich, calm):
    held = at_work(session, rich, calm)

    disconnect(session, rich, held["calm"].subscription)
    for each in held.values():
        answer(session, each.subscription)

    assert {each.subscription.status for each in held.values()} == {ENDED}
    assert on(session, rich) == Money(4_990_00)
    assert [event.subscription_id for event in told(session, services.ServiceEnded)] == [held["calm"].subscription.id]


def test_a_planned_end_takes_the_parts_along(session, rich, calm):
    held = at_work(session, rich, calm)
    disconnect(session, rich, held["calm"].subscription, first=date(2026, 11, 27))
    assert held["virus"].subscription.status is ACTIVE

    services.turn(session, SYSTEM, held["calm"].subscription.id, now=at(date(2026, 11, 27), 1))

    assert {each.subscription.status for each in held.values()} == {SubscriptionStatus.disconnecting}
    assert on(session, rich) == Money(4_970_00)


def test_a_part_given_up_leaves_the_others_at_work_alone(session, rich, calm):
    held = at_work(session, rich, calm)

    quote = disconnect(session, rich, held["virus"].subscription)

    assert [(step.kind, step.day, step.amount) for step in quote.plan.steps] == [
        ("returned", date(2026, 11, 24), Money(60_00)),
        ("others", date(2026, 11, 24), Money(-31_00)),
        ("last_day", date(2026, 11, 24), Money(0)),
        ("others_monthly", date(2026, 12, 1), Money(-155_00)),
    ]
    assert held["help"].subscription.bundle_id is None
    assert (held["help"].subscription.status, held["help"].price) == (ACTIVE, Money(155_00))
    assert held["calm"].subscription.status is SubscriptionStatus.disconnecting
    assert on(session, rich) == Money(4_959_00)
    with pytest.raises(services.UndoTooLate):
        services.undo(session, rich.actor, held["virus"].subscription.id, now=NOON)


def test_broken_up_twice_by_the_same_quote_is_once(session, rich, calm):
    held = at_work(session, rich, calm)
    wish = services.Wish(deed=Deed.disconnect, account_id=rich.account.id, subject=held["virus"].subscription.id)
    quote = services.quote(session, rich.actor, wish, keyring=KEYRING, now=NOON)
    ordered(session, rich, quote)
    left = on(session, rich)

    ordered(session, rich, quote)

    assert on(session, rich) == left


def test_without_the_money_for_the_others_it_is_not_broken_up(session, anna):
    offer(session, "virus", 10_00, kind=ProductKind.option)
    offer(session, "help", 3_000_00, kind=ProductKind.option)
    cheap = offer(session, "calm", 300_00, kind=ProductKind.bundle, parts=("virus", "help"))
    give(session, anna, 70_00)
    held = at_work(session, anna, cheap)

    with pytest.raises(services.NotEnough), session.begin_nested():
        disconnect(session, anna, held["virus"].subscription)
    assert on(session, anna) == Money(0)


def test_a_part_that_one_has_stands_in_the_way(session, rich, calm):
    had(session, rich, catalog.by_code(session, SYSTEM, "virus"))

    with pytest.raises(services.PartHeld) as refused:
        quoted(session, rich, calm)
    assert refused.value.details == {"title": {"ru": "virus", "en": "virus"}}
    (shown,) = [each for each in services.overview(session, rich.actor, now=NOON).offers if each.version.parts]
    assert type(shown.hindrance) is services.PartHeld


def test_a_part_of_a_bundle_is_not_had_beside_it(session, rich, calm):
    virus = catalog.by_code(session, SYSTEM, "virus")
    alone = quoted(session, rich, virus)
    at_work(session, rich, calm)

    with pytest.raises(services.AlreadyConnected):
        ordered(session, rich, alone)


def test_a_part_that_is_sold_no_more_stands_in_the_way(session, rich, calm):
    quote = quoted(session, rich, calm)
    catalog.withdraw(session, SYSTEM, "help", now=NOON)

    with pytest.raises(services.PartMissing):
        ordered(session, rich, quote)
    assert on(session, rich) == WHOLE


@pytest.mark.parametrize("wish", [{"first": DAY}, {"trial": True}], ids=str)
def test_a_bundle_begins_now(session, rich, calm, wish):
    with pytest.raises(services.BundleNow):
        quoted(session, rich, calm, **wish)


def test_a_bundle_is_neither_paused_nor_undone_nor_broken_up_on_a_day(session, rich, calm):
    held = at_work(session, rich, calm)

    for each in held.values():
        with pytest.raises((services.NoSuspension, services.NotNow)):
            change(session, rich, Deed.suspend, each.subscription, until=DAY)
        with pytest.raises(services.NotNow):
            services.undo(session, rich.actor, each.subscription.id, now=NOON)
        assert services.card(session, rich.actor, each.subscription.id, now=NOON).undo_until is None
    with pytest.raises(services.BundleNow):
        disconnect(session, rich, held["virus"].subscription, first=NOON.date() + timedelta(days=3))


@pytest.mark.parametrize(
    "terms",
    [{"parts": ("virus",)}, {"parts": ("virus", "nothing")}, {"parts": ()}, {"trial_days": 3}, {"gives_back": False}],
    ids=str,
)
def test_a_bundle_is_of_two_services_at_least(session, calm, terms):
    draft = {"parts": ("virus", "help"), **terms}

    with pytest.raises(catalog.VersionWrong):
        catalog.publish(session, SYSTEM, "calm", catalog.Draft(title={"ru": "x"}, **draft), valid_from=NOON, now=NOON)


def test_vera_breaks_up_nothing_of_annas(session, rich, vera, calm):
    held = at_work(session, rich, calm)

    with pytest.raises(NotFound):
        disconnect(session, vera, held["virus"].subscription)
