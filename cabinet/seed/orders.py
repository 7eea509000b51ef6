"""What «Меридиан» brings and does on order: the shop, an engineer, papers; and what Anna has ordered of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import orders
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.orders import CustomerOrder, OrderGroup, OrderKind, OrderSlot, OrderStage, ShopItem
from cabinet.seed.pen import SYSTEM, ZONE, Pen, named

STORE: Final = {"ru": "Склад", "en": "The warehouse"}
DESK: Final = {"ru": "Отдел заказов", "en": "The orders' desk"}
BOOKS: Final = {"ru": "Ирина Власова, бухгалтерия", "en": "Irina Vlasova, accounting"}
Stage = tuple[str, dict[str, str], int, bool, bool, dict[str, str]]
KINDS: Final[tuple[tuple[str, OrderGroup, dict[str, str], dict[str, str], str, int, tuple[Stage, ...]], ...]] = (
    (
        "goods",
        OrderGroup.goods,
        {"ru": "Товары с\u00a0доставкой", "en": "Goods, delivered"},
        {},
        "courier",
        14,
        (
            ("confirmed", {"ru": "Подтверждён", "en": "Confirmed"}, 4, True, True, DESK),
            ("packed", {"ru": "Собран на складе", "en": "Packed at the warehouse"}, 24, True, True, STORE),
            ("shipped", {"ru": "Передан курьеру", "en": "With the courier"}, 24, True, False, {}),
            ("delivery", {"ru": "Едет к\u00a0вам", "en": "On its way to you"}, 12, False, False, {}),
        ),
    ),
    (
        "engineer",
        OrderGroup.visit,
        {"ru": "Визит мастера", "en": "A visit of an engineer"},
        {
            "ru": "Проложит кабель, настроит роутер, найдёт, почему медленно. Бесплатно.",
            "en": "Lays a cable, sets the router up, finds out why it is slow. Free.",
        },
        "engineer",
        0,
        (
            ("confirmed", {"ru": "Заявка принята", "en": "Accepted"}, 4, True, True, DESK),
            ("assigned", {"ru": "Мастер назначен", "en": "An engineer is assigned"}, 72, True, True, {}),
            ("visit", {"ru": "Мастер едет", "en": "The engineer is on the way"}, 6, False, False, {}),
        ),
    ),
    (
        "connection",
        OrderGroup.connection,
        {"ru": "Подключение с\u00a0мастером", "en": "A connection by an engineer"},
        {},
        "engineer",
        0,
        (
            ("confirmed", {"ru": "Заявка принята", "en": "Accepted"}, 4, True, True, DESK),
            ("assigned", {"ru": "Мастер назначен", "en": "An engineer is assigned"}, 0, True, True, {}),
            ("visit", {"ru": "Мастер едет", "en": "The engineer is on the way"}, 6, False, False, {}),
        ),
    ),
    (
        "certificate",
        OrderGroup.document,
        {"ru": "Справка об оплате", "en": "A certificate of payments"},
        {
            "ru": "Для вычета или работодателя. Напишите, за какой год.",
            "en": "For a tax deduction or an employer. Write for which year.",
        },
        "",
        0,
        (
            ("accepted", {"ru": "Принята", "en": "Accepted"}, 8, True, True, DESK),
            ("approval", {"ru": "На согласовании", "en": "Being approved"}, 24, False, True, BOOKS),
            ("signing", {"ru": "Готовим документ", "en": "Being made out"}, 24, False, False, BOOKS),
        ),
    ),
)
ITEMS: Final = (
    (
        "router-rent",
        "router",
        {"ru": "Роутер в\u00a0аренду", "en": "A router for rent"},
        {
            "ru": "Гигабитный, Wi-Fi 6. Пока вы с\u00a0нами, бесплатно",
            "en": "Gigabit, Wi-Fi 6. Free while you are with us",
        },
        0,
        12,
    ),
    (
        "router-ax",
        "router",
        {"ru": "Роутер AX3000", "en": "Router AX3000"},
        {"ru": "Гигабит по воздуху, до 40\u00a0устройств", "en": "A gigabit over the air, up to 40 devices"},
        4_900_00,
        8,
    ),
    (
        "tv-box",
        "tv",
        {"ru": "ТВ-приставка 4K", "en": "4K set-top box"},
        {"ru": "Для второго телевизора", "en": "For a second television set"},
        2_900_00,
        3,
    ),
    (
        "sim",
        "smartphone",
        {"ru": "SIM-карта", "en": "SIM card"},
        {"ru": "Замена или новый номер", "en": "A replacement or a new number"},
        150_00,
        40,
    ),
)
HOURS: Final = (("courier", 10, 3, 4), ("courier", 15, 3, 4), ("engineer", 9, 2, 2), ("engineer", 18, 2, 2))
DAYS: Final = 10
"""For so many days hours are offered."""


def shelf(pen: Pen) -> None:
    """Fill the shelf and offer hours."""
    pen.do(_shelf, pen.now - timedelta(days=300), pen.now)


def write(pen: Pen, account: BillingAccount) -> None:
    """Let Anna order."""
    owner = account.person_id
    order = _ordered(pen, account, "order:router", pen.now - timedelta(days=6), "router-rent", pen.now)
    for stage, hours in (("confirmed", 141), ("packed", 120), ("shipped", 3)):
        pen.do(orders.advance, SYSTEM, order, after=stage, now=pen.now - timedelta(hours=hours))
        if stage == "packed":
            pen.do(orders.track, SYSTEM, order, "Курьер «Меридиана»", "М-004417", now=pen.now - timedelta(hours=119))
    long_ago = pen.now - timedelta(days=200)
    old = _ordered(pen, account, "order:old-router", long_ago, "router-rent", long_ago)
    for stage in ("confirmed", "packed", "shipped", "delivery"):
        pen.do(orders.advance, SYSTEM, old, after=stage, now=pen.now - timedelta(days=199))
    paper = _wish(account, "order:certificate", note="За 2025 год, для вычета")
    asked = pen.now - timedelta(days=4)
    made = pen.do(orders.request, _customer(owner), "certificate", paper, now=asked)
    pen.do(
        orders.ask, SYSTEM, made.id, "На кого выписать справку: на вас или на Бориса?", now=asked + timedelta(hours=5)
    )


def _ordered(pen: Pen, account: BillingAccount, name: str, when: datetime, code: str, soon: datetime) -> UUID:
    """Let the owner put a thing into the cart and order it, at an hour of the courier's."""
    owner = _customer(account.person_id)
    item, slot = pen.do(_one, code, soon, now=when)
    pen.do(orders.put, owner, account.id, item, 1, now=when)
    made: CustomerOrder = pen.do(orders.check_out, owner, _wish(account, name, slot=slot), now=when)
    return made.id


def _wish(account: BillingAccount, name: str, *, slot: UUID | None = None, note: str = "") -> orders.Wish:
    return orders.Wish(attempt=named(name), account_id=account.id, slot_id=slot, address=account.address, note=note)


def _customer(person_id: UUID) -> Actor:
    return Actor.customer(person_id)


def _one(session: Session, code: str, soon: datetime, *, now: datetime) -> tuple[UUID, UUID]:
    """Return the thing and the next hour of the courier's after a moment."""
    item = session.scalars(select(ShopItem).where(col(ShopItem.code) == code)).one()
    hours = select(OrderSlot).where(col(OrderSlot.calendar) == "courier", col(OrderSlot.begins_at) > soon)
    return item.id, session.scalars(hours.order_by(col(OrderSlot.begins_at)).limit(1)).one().id


def _shelf(session: Session, since: datetime, now: datetime) -> None:
    """Write the kinds with their stages, the goods, the hours of the coming days."""
    kinds = {}
    for place, (code, group, title, detail, calendar, back, stages) in enumerate(KINDS, 1):
        kind = OrderKind(
            code=code,
            group=group,
            title=title,
            detail=detail,
            slots=calendar,
            return_days=back,
            position=place,
            created_at=since,
        )
        session.add(kind)
        session.flush()
        kinds[code] = kind.id
        for position, (name, words, hours, change, cancel, responsible) in enumerate(stages):
            session.add(
                OrderStage(
                    kind_id=kind.id,
                    code=name,
                    position=position,
                    title=words,
                    hours=hours,
                    may_change=change,
                    may_cancel=cancel,
                    responsible=responsible,
                )
            )
    for place, (code, icon, title, detail, price, stock) in enumerate(ITEMS, 1):
        session.add(
            ShopItem(
                code=code,
                kind_id=kinds["goods"],
                icon=icon,
                title=title,
                detail=detail,
                price_minor=price,
                stock=stock,
                position=place,
                created_at=since,
            )
        )
    today = clock.start_of(clock.day_of(now, ZONE), ZONE)
    for day in (-199, *range(1, DAYS + 1)):
        for calendar, hour, length, capacity in HOURS:
            begins = today + timedelta(days=day, hours=hour)
            ends = begins + timedelta(hours=length)
            session.add(OrderSlot(calendar=calendar, begins_at=begins, ends_at=ends, capacity=capacity))
    session.flush()
