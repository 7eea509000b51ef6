"""Orders: goods and hours set aside once, paid once, brought stage by stage, cancelled and given back to the kopeck."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import billing, ledger, orders
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import Invoice, InvoiceStatus
from cabinet.models.orders import OrderGroup, OrderSlot, OrderStatus, ShopItem
from cabinet.models.people import StaffRole
from tests.moments import NOON
from tests.ordering import DESK, brought, kind, slot, wish
from tests.personae import SYSTEM, give, on

pytestmark = pytest.mark.databases("sqlite", "postgres")

WHOLE = Money(10_000_00)


@pytest.fixture
def goods(session):
    return kind(session, return_days=14)


@pytest.fixture
def router(session, goods):
    made = ShopItem(
        code="router", kind_id=goods.id, title={"ru": "Роутер"}, price_minor=4_900_00, stock=2, created_at=NOON
    )
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def hour(session):
    return slot(session, 1)


@pytest.fixture
def rich(session, anna):
    give(session, anna, 10_000_00)
    return anna


def checked_out(session, who, router, hour, *, quantity=1, now=NOON, **more):
    orders.put(session, who.actor, who.account.id, router.id, quantity, now=now)
    return orders.check_out(session, who.actor, wish(who, hour, **more), now=now)


def bought(session, who, router, hour, **more):
    order = checked_out(session, who, router, hour, **more)
    return orders.pay_from_balance(session, who.actor, order.id, now=NOON)


def told(session):
    return [event.name for event in events.recorded(session) if isinstance(event, orders.OrderMoved)]


def test_an_order_sets_goods_and_the_hour_aside_and_asks_for_its_money(session, rich, router, hour):
    order = checked_out(session, rich, router, hour, quantity=2)

    session.refresh(router)
    assert (order.status, order.number, order.total_minor) == (OrderStatus.unpaid, "З-2026-000001", 9_800_00)
    assert (router.stock, hour.taken) == (0, 1)
    invoice = session.get_one(Invoice, order.invoice_id)
    assert (invoice.amount_minor, invoice.status, invoice.due_at) == (
        9_800_00,
        InvoiceStatus.open,
        NOON + timedelta(hours=24),
    )
    assert on(session, rich) == WHOLE
    assert billing.debt(session, SYSTEM, rich.account, now=NOON) == Money(0)
    assert orders.shop(session, rich.actor, now=NOON).cart == []


def test_paid_it_goes_on_its_way_once(session, rich, router, hour):
    order = checked_out(session, rich, router, hour)
    orders.pay_from_balance(session, rich.actor, order.id, now=NOON)

    assert (order.status, order.stage, order.due_at) == (OrderStatus.open, "confirmed", NOON + timedelta(hours=2))
    assert on(session, rich) == WHOLE - Money(4_900_00)
    # The event of the paid invoice comes too: nothing happens a second time.
    orders.paid(session, SYSTEM, order.invoice_id, now=NOON)
    with pytest.raises(orders.NotNow):
        orders.pay_from_balance(session, rich.actor, order.id, now=NOON)
    assert told(session) == ["ordered", "paid", "stage"]
    assert ledger.verify(session) == []


def test_a_second_press_is_the_same_order(session, rich, router, hour):
    attempt = uuid4()
    first = checked_out(session, rich, router, hour, attempt=attempt)

    second = orders.check_out(session, rich.actor, wish(rich, hour, attempt=attempt), now=NOON)

    session.refresh(router)
    assert first.id == second.id
    assert (router.stock, hour.taken) == (1, 1)


def test_the_last_one_is_sold_once(session, rich, vera, router, hour):
    router.stock = 1
    orders.put(session, rich.actor, rich.account.id, router.id, 1, now=NOON)
    orders.put(session, vera.actor, vera.account.id, router.id, 1, now=NOON)
    orders.check_out(session, vera.actor, wish(vera, hour), now=NOON)

    with pytest.raises(orders.NotInStock), session.begin_nested():
        orders.check_out(session, rich.actor, wish(rich, slot(session, 2)), now=NOON)
    session.refresh(router)
    assert router.stock == 0


def test_an_hour_that_another_took_is_refused(session, rich, vera, router, hour):
    checked_out(session, vera, router, hour)

    orders.put(session, rich.actor, rich.account.id, router.id, 1, now=NOON)
    with pytest.raises(orders.SlotTaken):
        orders.check_out(session, rich.actor, wish(rich, hour), now=NOON)


def test_an_hour_that_has_passed_is_refused(session, rich, router, hour):
    orders.put(session, rich.actor, rich.account.id, router.id, 1, now=NOON)

    with pytest.raises(orders.SlotTaken):
        orders.check_out(session, rich.actor, wish(rich, hour), now=NOON + timedelta(days=2))


@pytest.mark.parametrize("quantity", [-1, 11], ids=str)
def test_a_cart_holds_only_so_much(session, rich, router, quantity):
    with pytest.raises(orders.QuantityWrong):
        orders.put(session, rich.actor, rich.account.id, router.id, quantity, now=NOON)
    with pytest.raises(orders.NotInStock):
        orders.put(session, rich.actor, rich.account.id, router.id, 3, now=NOON)


def test_what_is_not_there_is_not_ordered(session, rich, router, hour):
    with pytest.raises(orders.CartEmpty):
        orders.check_out(session, rich.actor, wish(rich, hour), now=NOON)
    with pytest.raises(orders.ItemNotFound):
        orders.put(session, rich.actor, rich.account.id, uuid4(), 1, now=NOON)
    orders.put(session, rich.actor, rich.account.id, router.id, 1, now=NOON)
    with pytest.raises(orders.SlotNeeded):
        orders.check_out(session, rich.actor, wish(rich), now=NOON)
    with pytest.raises(orders.CartChanged):
        orders.check_out(session, rich.actor, wish(rich, hour, total_shown=Money(1)), now=NOON)
    with pytest.raises(orders.TextTooLong):
        orders.check_out(session, rich.actor, wish(rich, hour, note="х" * 1_001), now=NOON)


def test_unpaid_in_time_it_is_dropped_and_frees_what_it_held(session, rich, router, hour):
    order = checked_out(session, rich, router, hour)
    late = NOON + timedelta(hours=24)
    assert orders.to_drop(session, SYSTEM, now=late - timedelta(minutes=1)) == []
    assert orders.to_drop(session, SYSTEM, now=late) == [order.id]

    orders.drop(session, SYSTEM, order.id, now=late)
    orders.drop(session, SYSTEM, order.id, now=late)

    session.refresh(router)
    session.refresh(hour)
    assert (order.status, router.stock, hour.taken) == (OrderStatus.canceled, 2, 0)
    assert session.get_one(Invoice, order.invoice_id).status is InvoiceStatus.void
    assert told(session) == ["ordered", "expired"]


def test_cancelled_in_time_everything_goes_back(session, rich, router, hour):
    order = bought(session, rich, router, hour)
    assert on(session, rich) == WHOLE - Money(4_900_00)

    orders.cancel(session, rich.actor, order.id, now=NOON)

    session.refresh(router)
    session.refresh(hour)
    assert (order.status, router.stock, hour.taken) == (OrderStatus.canceled, 2, 0)
    assert on(session, rich) == WHOLE
    assert ledger.verify(session) == []
    with pytest.raises(orders.NotNow):
        orders.cancel(session, rich.actor, order.id, now=NOON)


def test_on_its_way_it_is_neither_cancelled_nor_moved(session, rich, router, hour):
    order = bought(session, rich, router, hour)
    orders.advance(session, DESK, order.id, after="confirmed", now=NOON)
    orders.advance(session, DESK, order.id, after="packed", now=NOON)

    with pytest.raises(orders.NotNow):
        orders.cancel(session, rich.actor, order.id, now=NOON)
    with pytest.raises(orders.NotNow):
        orders.change_slot(session, rich.actor, order.id, slot(session, 3).id, now=NOON)
    assert on(session, rich) == WHOLE - Money(4_900_00)


def test_another_hour_frees_the_old_one(session, rich, router, hour):
    order = bought(session, rich, router, hour)
    later = slot(session, 3)

    orders.change_slot(session, rich.actor, order.id, later.id, now=NOON)

    session.refresh(hour)
    session.refresh(later)
    assert (order.slot_id, hour.taken, later.taken) == (later.id, 0, 1)


def test_a_press_at_the_desk_counts_for_the_stage_that_it_saw(session, rich, router, hour):
    order = bought(session, rich, router, hour)
    orders.advance(session, DESK, order.id, after="confirmed", now=NOON)

    with pytest.raises(orders.NotNow):
        orders.advance(session, DESK, order.id, after="confirmed", now=NOON)
    assert order.stage == "packed"


def test_a_stage_that_takes_longer_is_told_once(session, rich, router, hour):
    order = bought(session, rich, router, hour)
    late = NOON + timedelta(hours=2)
    assert orders.to_tell_late(session, SYSTEM, now=late) == [order.id]

    orders.tell_late(session, SYSTEM, order.id, now=late)

    assert orders.to_tell_late(session, SYSTEM, now=late) == []
    assert told(session)[-1] == "late"
    orders.delay(session, DESK, order.id, late + timedelta(days=1), "Ждём поставку", now=late)
    assert (order.delay, order.due_at) == ("Ждём поставку", late + timedelta(days=1))
    assert orders.to_tell_late(session, SYSTEM, now=late + timedelta(days=2)) == [order.id]


def test_what_is_asked_of_the_customer_waits_for_his_answer(session, rich, router, hour):
    order = bought(session, rich, router, hour)
    with pytest.raises(orders.NotNow):
        orders.answer(session, rich.actor, order.id, "Да", now=NOON)
    orders.ask(session, DESK, order.id, "Какой домофон?", now=NOON)

    with pytest.raises(orders.AnswerEmpty):
        orders.answer(session, rich.actor, order.id, "  ", now=NOON)
    orders.answer(session, rich.actor, order.id, "12В", now=NOON)

    assert (order.needs, order.answer) == ("", "12В")


def test_what_is_done_can_be_given_back_for_some_days(session, rich, router, hour):
    order = brought(session, bought(session, rich, router, hour))
    assert order.status is OrderStatus.done
    with pytest.raises(orders.ReturnTooLate):
        orders.ask_return(session, rich.actor, order.id, "", now=NOON + timedelta(days=14))

    orders.ask_return(session, rich.actor, order.id, "Не подошёл", now=NOON + timedelta(days=13))
    assert on(session, rich) == WHOLE - Money(4_900_00)
    orders.decide_return(session, DESK, order.id, granted=True, reason="", now=NOON + timedelta(days=13))

    session.refresh(router)
    assert (order.status, router.stock, on(session, rich)) == (OrderStatus.returned, 2, WHOLE)
    assert ledger.verify(session) == []


def test_a_return_is_denied_with_a_reason(session, rich, router, hour):
    order = brought(session, bought(session, rich, router, hour))
    orders.ask_return(session, rich.actor, order.id, "", now=NOON)

    with pytest.raises(orders.DeskWrong):
        orders.decide_return(session, DESK, order.id, granted=False, reason="", now=NOON)
    orders.decide_return(session, DESK, order.id, granted=False, reason="Вскрыта упаковка", now=NOON)

    assert (order.status, on(session, rich)) == (OrderStatus.done, WHOLE - Money(4_900_00))


def test_a_document_is_asked_for_and_reported(session, rich):
    kind(session, "paper", OrderGroup.document, slots="")

    order = orders.request(session, rich.actor, "paper", wish(rich, note="За 2025 год"), now=NOON)
    orders.report(session, DESK, order.id, "Справка ждёт вас в офисе", now=NOON)
    brought(session, order)

    assert (order.status, order.result, order.invoice_id) == (OrderStatus.done, "Справка ждёт вас в офисе", None)
    with pytest.raises(orders.KindNotFound):
        orders.request(session, rich.actor, "nothing", wish(rich), now=NOON)


def test_the_desk_keeps_the_shop_and_the_hours(session, rich, router, goods):
    orders.stock(session, DESK, router.id, 7, 5_000_00, now=NOON)
    assert (router.stock, router.price_minor) == (7, 5_000_00)
    with pytest.raises(orders.DeskWrong):
        orders.stock(session, DESK, router.id, -1, 0, now=NOON)
    begins = NOON + timedelta(days=5)
    made = orders.add_slot(session, DESK, "courier", begins, begins + timedelta(hours=2), 3, now=NOON)
    again = orders.add_slot(session, DESK, "courier", begins, begins + timedelta(hours=2), 5, now=NOON)
    assert (made.id, made.capacity) == (again.id, 5)
    with pytest.raises(orders.DeskWrong):
        orders.add_slot(session, DESK, "nobody", begins, begins + timedelta(hours=2), 3, now=NOON)


def test_for_vera_annas_order_does_not_exist(session, rich, vera, router, hour):
    order = bought(session, rich, router, hour)

    for deed in (
        lambda: orders.card(session, vera.actor, order.id, now=NOON),
        lambda: orders.cancel(session, vera.actor, order.id, now=NOON),
        lambda: orders.answer(session, vera.actor, order.id, "Да", now=NOON),
        lambda: orders.change_slot(session, vera.actor, order.id, hour.id, now=NOON),
        lambda: orders.ask_return(session, vera.actor, order.id, "", now=NOON),
        lambda: orders.pay_from_balance(session, vera.actor, order.id, now=NOON),
        lambda: orders.check_out(session, vera.actor, wish(vera, attempt=order.id), now=NOON),
        lambda: orders.put(session, vera.actor, rich.account.id, router.id, 1, now=NOON),
    ):
        with pytest.raises(NotFound):
            deed()
    assert orders.own(session, vera.actor) == []


@pytest.mark.parametrize("role", [StaffRole.editor, StaffRole.finance, StaffRole.auditor], ids=str)
def test_only_the_desk_does_the_desks_work(session, rich, router, hour, role):
    order = bought(session, rich, router, hour)
    other = Actor.staff(uuid4(), role)

    for deed in (
        lambda: orders.queue(session, other, now=NOON),
        lambda: orders.advance(session, other, order.id, after="confirmed", now=NOON),
        lambda: orders.stock(session, other, router.id, 1, 1, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises((NotAllowed, NotFound, Conflict, Invalid)):
        orders.advance(session, rich.actor, order.id, after="confirmed", now=NOON)


def test_the_queue_shows_what_burns_first(session, rich, router):
    first = bought(session, rich, router, slot(session, 1))
    second = bought(session, rich, router, slot(session, 2))
    orders.advance(session, DESK, first.id, after="confirmed", now=NOON)

    assert [row.order.id for row in orders.queue(session, DESK, now=NOON)] == [second.id, first.id]
    assert isinstance(first.created_at, datetime)
    assert session.scalars(select(OrderSlot)).all()


def test_the_clock_stands_while_the_customer_is_asked(session, rich, router, hour):
    order = bought(session, rich, router, hour)
    orders.ask(session, DESK, order.id, "Какой домофон?", now=NOON)
    late = NOON + timedelta(hours=3)
    assert orders.to_tell_late(session, SYSTEM, now=late) == []

    orders.answer(session, rich.actor, order.id, "12В", now=late)

    assert order.due_at == late + timedelta(hours=2)
