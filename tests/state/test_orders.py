"""Orders by their events: from the cart to the order, what is changed, the desk; strangers and wrong values."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cabinet.domain.orders.steps import NEXT
from cabinet.models.orders import CustomerOrder, OrderGroup, OrderKind, OrderSlot, OrderStage, OrderStatus, ShopItem
from cabinet.models.people import StaffRole
from cabinet.state.base import NoticeState
from cabinet.state.orders import OrdersState, ShopState
from cabinet.state.services import ServicesState
from cabinet.state.staff.orders import StaffOrdersState
from cabinet.state.tickets import NewTicketState
from tests import documents, ordering, personae, serving
from tests.moments import NOON


def shelf(session):
    kind = OrderKind(
        code="goods", group=OrderGroup.goods, title={"ru": "Товары"}, slots="courier", return_days=14, created_at=NOON
    )
    session.add(kind)
    session.flush()
    for place, code in enumerate(("confirmed", "shipped")):
        session.add(
            OrderStage(
                kind_id=kind.id,
                code=code,
                position=place,
                title={"ru": code},
                hours=4,
                may_change=not place,
                may_cancel=not place,
            )
        )
    item = ShopItem(
        code="router", kind_id=kind.id, title={"ru": "Роутер"}, price_minor=4_900_00, stock=2, created_at=NOON
    )
    slots = [
        OrderSlot(
            calendar="courier",
            begins_at=NOON + timedelta(days=day),
            ends_at=NOON + timedelta(days=day, hours=3),
            capacity=1,
        )
        for day in (1, 2)
    ]
    session.add_all([item, *slots])
    session.flush()
    return item, slots


@pytest.fixture
def shop(installation, people):
    installation.do(personae.give, people.anna, 10_000_00)
    return installation.do(shelf)


def made(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(CustomerOrder)))


def ordered(tab, shop, **form):
    item, slots = shop
    tab.do(ShopState.load)
    tab.do(ShopState.put, key=str(item.id), count=1)
    tab.do(ShopState.ask, code="")
    tab.do(ShopState.order, form={"address": "Тверь", "slot": str(slots[0].id), "note": "", **form})
    return tab[ShopState]


def test_an_order_leads_to_the_choice_of_how_to_pay(installation, anna, shop):
    shown = ordered(anna, shop)

    (order,) = made(installation)
    assert shown.leave == f"/pay?invoice={order.invoice_id}"
    assert (order.status, shown.count) == (OrderStatus.unpaid, 1)
    anna.do(ShopState.refresh)
    assert anna[ShopState].count == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"slot": ""},
        {"slot": "nonsense"},
        {"slot": "0f8d2a44-5b1c-4f0e-9a67-3c1d5e2b7a90"},
        {"address": " "},
        {"note": "х" * 1_002},
    ],
    ids=["no hour", "nonsense", "unknown hour", "no address", "long"],
)
def test_what_cannot_be_ordered_is_said_in_the_form(installation, anna, shop, wrong):
    shown = ordered(anna, shop, **wrong)

    assert shown.refusal != ""
    assert shown.leave == ""
    assert made(installation) == []


def test_it_is_paid_moved_and_cancelled_on_its_page(installation, anna, shop):
    ordered(anna, shop)
    (order,) = made(installation)
    anna.do(OrdersState.load)
    anna.do(OrdersState.open, key=str(order.id))
    assert anna[OrdersState].card.pay_link == f"/pay?invoice={order.invoice_id}"

    anna.do(OrdersState.pay)
    anna.do(OrdersState.change_slot, form={"slot": str(shop[1][1].id)})
    (order,) = made(installation)
    assert (order.status, order.slot_id) == (OrderStatus.open, shop[1][1].id)

    anna.do(OrdersState.cancel)
    (order,) = made(installation)
    assert order.status is OrderStatus.canceled
    assert [(row.title, row.soft.partition(",")[0]) for row in anna[OrdersState].past] == [("Роутер", order.number)]


def test_the_desk_brings_it_to_its_end(installation, anna, staff_tab, shop):
    ordered(anna, shop)
    (order,) = made(installation)
    anna.do(OrdersState.open, key=str(order.id))
    anna.do(OrdersState.pay)
    desk = staff_tab(StaffRole.operator, "/staff/orders")
    desk.do(StaffOrdersState.load)
    desk.do(StaffOrdersState.choose, key=str(order.id))
    assert desk[StaffOrdersState].next == "Дальше: shipped"

    desk.do(StaffOrdersState.ask_form, form="ask")
    desk.do(StaffOrdersState.save, form={"text": "Какой домофон?"})
    anna.do(OrdersState.refresh)
    anna.do(OrdersState.open, key=str(order.id))
    assert anna[OrdersState].card.needs == "Какой домофон?"
    anna.do(OrdersState.answer, form={"answer": "12В"})
    desk.do(StaffOrdersState.ask_form, form="delay")
    desk.do(StaffOrdersState.save, form={"until": "вчера", "text": "Ждём"})
    assert desk[StaffOrdersState].refusal != ""
    desk.do(StaffOrdersState.advance)
    desk.do(StaffOrdersState.advance)

    (order,) = made(installation)
    assert (order.status, order.answer) == (OrderStatus.done, "12В")
    desk.do(StaffOrdersState.ask_shelf, key=str(shop[0].id))
    desk.do(StaffOrdersState.stock, form={"stock": "много", "price": "1"})
    assert desk[StaffOrdersState].refusal != ""
    desk.do(StaffOrdersState.stock, form={"stock": "9", "price": "5 000"})
    with installation.database.reading() as session:
        item = session.get_one(ShopItem, shop[0].id)
        assert (item.stock, item.price_minor) == (9, 5_000_00)
    desk.do(
        StaffOrdersState.offer_hour,
        form={"calendar": "courier", "begins": "2026-12-01T10:00", "ends": "2026-12-01T12:00", "capacity": "3"},
    )
    with installation.database.reading() as session:
        assert len(session.scalars(select(OrderSlot)).all()) == 3


def test_vera_sees_and_cancels_nothing_of_it(installation, anna, vera, shop):
    ordered(anna, shop)
    (order,) = made(installation)

    vera.do(OrdersState.load)
    vera.do(OrdersState.open, key=str(order.id))
    assert not vera[OrdersState].drawer
    vera.do(OrdersState.cancel)

    assert (vera[OrdersState].running, made(installation)[0].status) == ([], OrderStatus.unpaid)


def test_the_states_are_those_of_the_document():
    from_code = {old.value: sorted(each.value for each in new) for old, new in NEXT.items() if new}
    written = documents.tables("docs/domain/orders.md", "States")[0]

    assert from_code == {row["from"]: sorted(row["to"].split(", ")) for row in written}


@pytest.fixture
def cable(installation, shop):
    """A service that an engineer connects, with an hour of his."""

    def laid(session):
        ordering.kind(session, "connection", OrderGroup.connection, slots="engineer")
        product = serving.offer(session, "gigabit", 300_00, connection_minor=900_00, visit_needed=True)
        return product.id, ordering.slot(session, 1, calendar="engineer").id

    return installation.do(laid)


def asked_visit(installation, people, who, product_id):
    cookie = installation.cookie(people.anna.person.id if who == "anna" else people.vera.person.id)
    tab = installation.tab(cookie, path=f"/shop?connect={product_id}")
    tab.do(ShopState.load)
    return tab


def test_a_visit_that_connects_is_ordered_from_the_service(installation, people, anna, cable):
    product_id, slot_id = cable
    anna.do(ServicesState.load)
    (offer,) = [row for row in anna[ServicesState].offers if row.key == f"p:{product_id}"]
    assert offer.trial == "Подключает мастер, время выберете сами"
    anna.do(ServicesState.open, key=offer.key)
    assert anna[ServicesState].card.visit == f"/shop?connect={product_id}"

    tab = asked_visit(installation, people, "anna", product_id)
    assert (tab[ShopState].wanted.title, tab[ShopState].ordering) == ("Подключение: gigabit", True)
    tab.do(ShopState.order, form={"address": "Тверь", "slot": str(slot_id), "note": ""})

    (order,) = made(installation)
    assert (order.product_id, order.slot_id, order.total_minor) == (product_id, slot_id, 900_00)
    assert tab[ShopState].leave == f"/pay?invoice={order.invoice_id}"
    anna.do(ServicesState.load)
    (offer,) = [row for row in anna[ServicesState].offers if row.key == f"p:{product_id}"]
    assert offer.trial.startswith("Мастер придёт: ")
    anna.do(ServicesState.open, key=offer.key)
    assert (anna[ServicesState].card.visit, anna[ServicesState].card.visit_order) == ("", f"/orders?open={order.id}")


@pytest.mark.parametrize("product", ["nonsense", "0f8d2a44-5b1c-4f0e-9a67-3c1d5e2b7a90", "х" * 100])
def test_a_visit_for_nothing_is_refused_in_words(installation, people, cable, product):
    tab = asked_visit(installation, people, "anna", product)

    assert (tab[ShopState].ordering, tab[ShopState].ready) == (False, True)
    assert tab[NoticeState].words != ""
    assert made(installation) == []


def test_a_form_of_the_cart_forgets_the_visit(installation, people, shop, cable):
    tab = asked_visit(installation, people, "anna", cable[0])
    tab.do(ShopState.put_away)
    ordered(tab, shop)

    (order,) = made(installation)
    assert order.product_id is None
    assert order.total_minor == 4_900_00


def test_what_was_written_about_an_order_stands_beside_it(installation, people, anna, vera, staff_tab, shop):
    ordered(anna, shop)
    (order,) = made(installation)
    tab = installation.tab(installation.cookie(people.anna.person.id), path=f"/support/new?order={order.id}")
    tab.do(NewTicketState.load)
    assert tab[NewTicketState].about == f"Заказ {order.number}"
    tab.do(NewTicketState.send, form={"topic": "other", "subject": "Где курьер?", "body": "Жду с утра"})

    anna.do(OrdersState.open, key=str(order.id))
    assert [row.title for row in anna[OrdersState].card.threads] == ["Где курьер?"]
    anna.do(OrdersState.pay)
    desk = staff_tab(StaffRole.operator, "/staff/orders")
    desk.do(StaffOrdersState.load)
    desk.do(StaffOrdersState.choose, key=str(order.id))
    assert any("Принято" in fact.value for fact in desk[StaffOrdersState].facts if fact.name == "Обращение")

    foreign = installation.tab(installation.cookie(people.vera.person.id), path=f"/support/new?order={order.id}")
    foreign.do(NewTicketState.load)
    assert foreign[NewTicketState].about == ""


def test_the_desk_calls_an_order_off_with_a_reason(installation, anna, staff_tab, shop):
    ordered(anna, shop)
    (order,) = made(installation)
    anna.do(OrdersState.open, key=str(order.id))
    anna.do(OrdersState.pay)
    desk = staff_tab(StaffRole.operator, "/staff/orders")
    desk.do(StaffOrdersState.load)
    desk.do(StaffOrdersState.choose, key=str(order.id))
    desk.do(StaffOrdersState.ask_form, form="call_off")
    desk.do(StaffOrdersState.save, form={"text": ""})
    assert desk[StaffOrdersState].refusal != ""

    desk.do(StaffOrdersState.save, form={"text": "Не осталось на складе"})

    (order,) = made(installation)
    assert order.status is OrderStatus.canceled
    anna.do(OrdersState.open, key=str(order.id))
    assert any("Не осталось на складе" in step.soft for step in anna[OrdersState].card.steps)
