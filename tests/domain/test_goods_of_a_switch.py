"""Goods that are ordered with another tariff: told before, ordered once, paid for by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import orders, reactions, services
from cabinet.domain.base import events
from cabinet.domain.services import Deed, TransitionDraft, Wish
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind
from cabinet.models.notifications import Notification
from cabinet.models.orders import CustomerOrder, OrderStatus, ShopItem
from tests.moments import NOON
from tests.ordering import kind, slot
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import had, offer

pytestmark = pytest.mark.databases("sqlite", "postgres")


@pytest.fixture
def router(session):
    goods = kind(session)
    made = ShopItem(
        code="router", kind_id=goods.id, title={"ru": "Роутер"}, price_minor=4_900_00, stock=1, created_at=NOON
    )
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def rich(session, anna):
    had(session, anna, offer(session, "slow", 600_00, kind=ProductKind.tariff))
    give(session, anna, 10_000_00)
    return anna


@pytest.fixture
def fast(session, router):
    product = offer(session, "fast", 900_00, kind=ProductKind.tariff, position=2)
    draft = TransitionDraft(to_code="fast", needs={"ru": "Нужен роутер"}, item_code="router")
    services.set_transition(session, SYSTEM, draft, valid_from=NOON, now=NOON)
    return product


def switched(session, who, product, *, goods):
    wish = Wish(deed=Deed.switch, account_id=who.account.id, subject=product.id, goods=goods)
    quote = services.quote(session, who.actor, wish, keyring=KEYRING, now=NOON)
    made = services.order(session, who.actor, quote.token, keyring=KEYRING, now=NOON).subscription
    react(session)
    return quote, made


def react(session):
    for event in events.recorded(session):
        if isinstance(event, services.GoodsWanted):
            reactions.carry_out(session, SYSTEM, reactions.order_goods, event, now=NOON)


def made_orders(session):
    return list(session.scalars(select(CustomerOrder)))


def test_the_goods_are_ordered_once_and_wait_for_their_own_money(session, rich, fast, router):
    quote, subscription = switched(session, rich, fast, goods=True)
    react(session)

    (order,) = made_orders(session)
    session.refresh(router)
    assert quote.plan.item_code == "router"
    assert (order.status, order.total_minor, order.slot_id) == (OrderStatus.unpaid, 4_900_00, None)
    assert (order.subscription_id, order.address, router.stock) == (subscription.id, rich.account.address, 0)
    # Seven of thirty days of 900 are taken. The router is not paid for.
    assert on(session, rich) == Money(9_790_00)
    assert orders.order_for(session, rich.actor, subscription.id).id == order.id
    (told,) = [each for each in session.scalars(select(Notification)) if each.kind == "goods_ordered"]
    assert told.values["number"] == order.number


def test_the_hour_is_chosen_afterwards_and_it_goes_its_way(session, rich, fast):
    switched(session, rich, fast, goods=True)
    (order,) = made_orders(session)
    hour = slot(session, 2)

    orders.change_slot(session, rich.actor, order.id, hour.id, now=NOON)
    orders.pay_from_balance(session, rich.actor, order.id, now=NOON)

    session.refresh(hour)
    assert (order.slot_id, hour.taken, order.status) == (hour.id, 1, OrderStatus.open)


def test_without_the_tick_nothing_is_ordered(session, rich, fast, router):
    quote, _ = switched(session, rich, fast, goods=False)

    session.refresh(router)
    assert (quote.plan.item_code, made_orders(session), router.stock) == ("", [], 1)


def test_when_the_last_one_is_gone_the_switch_stands_and_it_is_said(session, rich, fast, router):
    router.stock = 0
    session.flush()

    _, subscription = switched(session, rich, fast, goods=True)

    assert made_orders(session) == []
    assert subscription is not None
    kinds = [each.kind for each in session.scalars(select(Notification))]
    assert ("goods_gone" in kinds, "goods_ordered" in kinds) == (True, False)
    assert orders.goods(session, rich.actor, "router", now=NOON) is None


def test_a_token_cannot_ask_for_goods_that_it_did_not_sign(session, rich, fast):
    wish = Wish(deed=Deed.switch, account_id=rich.account.id, subject=fast.id, goods=True)
    quote = services.quote(session, rich.actor, wish, keyring=KEYRING, now=NOON)
    later = NOON + timedelta(minutes=1)
    services.set_transition(session, SYSTEM, TransitionDraft(to_code="fast"), valid_from=later, now=later)

    with pytest.raises(services.QuoteChanged):
        services.order(session, rich.actor, quote.token, keyring=KEYRING, now=later)
    assert made_orders(session) == []


def test_a_rule_names_goods_that_there_are(session, rich, fast):
    draft = TransitionDraft(to_code="fast", item_code="unicorn")

    with pytest.raises(services.TransitionWrong):
        services.set_transition(session, SYSTEM, draft, valid_from=NOON, now=NOON)


def test_a_stranger_sees_no_order_of_a_switch(session, rich, vera, fast):
    _, subscription = switched(session, rich, fast, goods=True)

    assert orders.order_for(session, vera.actor, subscription.id) is None
