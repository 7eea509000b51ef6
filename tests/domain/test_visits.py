"""A service that an engineer connects: his hour and his fee first, and when he is done it works and is charged."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import billing, catalog, ledger, orders, services
from cabinet.domain.billing_accounts import BillingAccountNotFound
from cabinet.kit.money import Money
from cabinet.models.billing import Invoice, InvoiceStatus
from cabinet.models.catalog import ProductKind
from cabinet.models.orders import CustomerOrder, OrderGroup, OrderStatus
from cabinet.models.services import NetworkOrder, Subscription, SubscriptionStatus
from tests.moments import NOON
from tests.ordering import DESK, brought, kind, slot, wish
from tests.personae import SYSTEM, give, on
from tests.serving import had, offer, version_of

pytestmark = pytest.mark.databases("sqlite", "postgres")

# NOON is 24 November 2026: 7 of the 30 days of November are left, today among them.
WEEK_OF_300 = Money(70_00)


@pytest.fixture
def connection(session):
    return kind(session, "connection", OrderGroup.connection, slots="engineer")


@pytest.fixture
def cable(session, connection):
    return offer(session, "gigabit", 300_00, connection_minor=900_00, visit_needed=True)


@pytest.fixture
def hour(session):
    return slot(session, 1, calendar="engineer")


@pytest.fixture
def rich(session, anna):
    give(session, anna, 5_000_00)
    return anna


def ordered(session, who, product, hour, **more):
    return orders.connect(session, who.actor, product.id, wish(who, hour, **more), now=NOON)


def paid(session, who, product, hour):
    order = ordered(session, who, product, hour)
    return orders.pay_from_balance(session, who.actor, order.id, now=NOON)


def subscriptions(session):
    return list(session.scalars(select(Subscription).order_by(Subscription.created_at)))


def test_the_fee_is_asked_for_and_nothing_is_connected_before_the_visit(session, rich, cable, hour):
    order = ordered(session, rich, cable, hour)

    session.refresh(hour)
    assert (order.status, order.total_minor, hour.taken) == (OrderStatus.unpaid, 900_00, 1)
    assert subscriptions(session) == []
    (found,) = orders.visits(session, rich.actor).items()
    assert (found[0], found[1][0].id, found[1][1].id) == (cable.id, order.id, hour.id)
    assert orders.own(session, rich.actor)[0].connects == {"ru": "gigabit", "en": "gigabit"}


def test_when_the_engineer_is_done_it_is_connected_and_charged_from_that_day(session, rich, cable, hour):
    order = paid(session, rich, cable, hour)
    assert on(session, rich) == Money(4_100_00)

    brought(session, order)

    (subscription,) = subscriptions(session)
    assert (order.status, order.subscription_id) == (OrderStatus.done, subscription.id)
    assert (subscription.status, subscription.version_id) == (
        SubscriptionStatus.connecting,
        version_of(session, cable).id,
    )
    assert on(session, rich) == Money(4_100_00) - WEEK_OF_300
    assert len(session.scalars(select(NetworkOrder)).all()) == 1
    assert orders.visits(session, rich.actor) == {}
    assert [step.name for step in services.card(session, rich.actor, subscription.id, now=NOON).steps] == ["visited"]
    assert ledger.verify(session) == []


def test_what_the_balance_lacks_is_owed_since_the_engineer_was_there(session, anna, cable, hour):
    give(session, anna, 900_00)
    brought(session, paid(session, anna, cable, hour))

    assert on(session, anna) == Money(0)
    assert subscriptions(session)[0].status is SubscriptionStatus.connecting
    open_ones = [each for each in session.scalars(select(Invoice)) if each.status is InvoiceStatus.open]
    assert 70_00 in {each.amount_minor for each in open_ones}


def test_the_version_of_then_is_connected(session, rich, cable, hour):
    order = paid(session, rich, cable, hour)
    dearer = catalog.Draft(title={"ru": "gigabit", "en": "gigabit"}, price_minor=600_00, visit_needed=True)
    agreed = version_of(session, cable)
    catalog.publish(session, SYSTEM, "gigabit", dearer, valid_from=NOON, now=NOON)

    brought(session, order, now=NOON)

    assert subscriptions(session)[0].version_id == agreed.id
    assert on(session, rich) == Money(4_100_00) - WEEK_OF_300


def test_one_visit_for_a_product_is_under_way(session, rich, cable, hour):
    first = ordered(session, rich, cable, hour)

    with pytest.raises(orders.AlreadyOrdered) as refused:
        ordered(session, rich, cable, slot(session, 2, calendar="engineer"))
    assert refused.value.details == {"number": first.number}

    orders.cancel(session, rich.actor, first.id, now=NOON)
    assert ordered(session, rich, cable, slot(session, 3, calendar="engineer")).status is OrderStatus.unpaid


def test_a_second_press_is_the_same_visit(session, rich, cable, hour):
    attempt = uuid4()
    first = ordered(session, rich, cable, hour, attempt=attempt)

    assert ordered(session, rich, cable, hour, attempt=attempt).id == first.id
    session.refresh(hour)
    assert hour.taken == 1


def test_cancelled_it_gives_the_fee_back_and_connects_nothing(session, rich, cable, hour):
    order = paid(session, rich, cable, hour)

    orders.cancel(session, rich.actor, order.id, now=NOON)

    session.refresh(hour)
    assert (on(session, rich), hour.taken, subscriptions(session)) == (Money(5_000_00), 0, [])


def test_the_desk_calls_off_what_it_cannot_do_and_says_why(session, rich, cable, hour):
    order = paid(session, rich, cable, hour)
    for stage in ("confirmed", "packed"):
        orders.advance(session, DESK, order.id, after=stage, now=NOON)
    with pytest.raises(orders.DeskWrong):
        orders.call_off(session, DESK, order.id, "  ", now=NOON)

    orders.call_off(session, DESK, order.id, "Нет кабельной трассы", now=NOON)

    assert (order.status, on(session, rich)) == (OrderStatus.canceled, Money(5_000_00))
    assert orders.card(session, rich.actor, order.id, now=NOON).story[-1].details["text"] == "Нет кабельной трассы"
    with pytest.raises(orders.NotNow):
        orders.call_off(session, DESK, order.id, "Ещё раз", now=NOON)


def test_a_tariff_takes_the_place_of_the_old_one_when_the_engineer_is_done(session, rich, connection, hour):
    old = had(session, rich, offer(session, "copper", 600_00, kind=ProductKind.tariff), charged_until=date(2026, 11, 1))
    billing.issue_next(session, SYSTEM, rich.account.id, now=NOON)
    for invoice in session.scalars(select(Invoice)).all():
        billing.settle_if_covered(session, SYSTEM, invoice.id, now=NOON)
    fibre = offer(session, "fibre", 900_00, kind=ProductKind.tariff, visit_needed=True, position=2)
    fee = orders.visit(session, rich.actor, fibre.id, now=NOON).fee
    order = ordered(session, rich, fibre, hour)
    assert order.total_minor == fee.minor
    if order.status is OrderStatus.unpaid:
        order = orders.pay_from_balance(session, rich.actor, order.id, now=NOON)

    brought(session, order)

    session.refresh(old)
    new = next(each for each in subscriptions(session) if each.product_id == fibre.id)
    assert (old.status, old.gone_for_id) == (SubscriptionStatus.disconnecting, new.id)
    assert new.status is SubscriptionStatus.connecting
    assert ledger.verify(session) == []


def test_had_meanwhile_it_is_not_connected_twice(session, rich, cable, hour):
    order = paid(session, rich, cable, hour)
    had(session, rich, cable)
    for stage in ("confirmed", "packed"):
        orders.advance(session, DESK, order.id, after=stage, now=NOON)

    with pytest.raises(services.AlreadyConnected), session.begin_nested():
        orders.advance(session, DESK, order.id, after="on_its_way", now=NOON)
    assert session.get_one(CustomerOrder, order.id, populate_existing=True).status is OrderStatus.open


def test_what_needs_no_visit_or_cannot_be_had_gets_none(session, rich, vera, connection, hour):
    plain = offer(session, "radio", 100_00)
    picky = offer(session, "cinema", 100_00, visit_needed=True, requires=["tv"])

    with pytest.raises(orders.KindNotFound):
        orders.visit(session, rich.actor, plain.id, now=NOON)
    with pytest.raises(services.TariffNeeded):
        ordered(session, rich, picky, hour)
    with pytest.raises(orders.KindNotFound):
        orders.request(session, rich.actor, "connection", wish(rich, hour), now=NOON)
    assert orders.requests(session, rich.actor, now=NOON) == []
    session.refresh(hour)
    assert hour.taken == 0


def test_a_company_that_offers_no_visits_says_to_call(session, rich):
    cable = offer(session, "gigabit", 300_00, visit_needed=True)

    with pytest.raises(orders.NobodyComes):
        orders.visit(session, rich.actor, cable.id, now=NOON)


def test_another_sum_than_shown_is_refused(session, rich, cable, hour):
    with pytest.raises(orders.PriceChanged):
        ordered(session, rich, cable, hour, total_shown=Money(1))


def test_a_stranger_orders_nothing_for_another(session, rich, vera, cable, hour):
    order = ordered(session, rich, cable, hour)

    assert orders.visits(session, vera.actor) == {}
    with pytest.raises(orders.OrderNotFound):
        orders.connect(session, vera.actor, cable.id, wish(vera, hour, attempt=order.id), now=NOON)
    with pytest.raises(BillingAccountNotFound):
        orders.connect(session, vera.actor, cable.id, wish(rich, hour), now=NOON + timedelta(minutes=1))
