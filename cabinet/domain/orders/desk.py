"""The orders' desk: stages, delays, questions, tracking, returns, what stands in the shop, hours (3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.orders import changing, connecting, shop, steps
from cabinet.kit.errors import Invalid
from cabinet.models.billing import BillingAccount
from cabinet.models.orders import (
    CustomerOrder,
    OrderKind,
    OrderSlot,
    OrderStage,
    OrderStatus,
    OrderStep,
    ShopItem,
)

QUEUE_MAX: Final = 100
TEXT_LENGTH_MAX: Final = 300
WORKING: Final = (OrderStatus.open, OrderStatus.return_asked)
CAPACITY_MAX: Final = 100
PRICE_MAX_MINOR: Final = 1_000_000_00


class DeskWrong(Invalid):
    """A price, a stock, an hour or a text out of bounds."""

    code = "orders.desk_wrong"


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of the queue."""

    order: CustomerOrder
    kind: OrderKind
    stage: OrderStage | None
    account: BillingAccount


@dataclass(frozen=True, slots=True)
class DeskCard:
    """One order with everything that the desk does with it."""

    queued: Queued
    stages: Sequence[OrderStage]
    story: Sequence[OrderStep]
    slot: OrderSlot | None
    connects: Mapping[str, str]
    """The title of what the visit connects."""


def queue(session: Session, actor: Actor, *, now: datetime) -> list[Queued]:
    """Return what waits for the desk: what is late first, then by its promise."""
    actor.require("orders.keep")
    query = (
        select(CustomerOrder, OrderKind, BillingAccount)
        .join(OrderKind, col(OrderKind.id) == col(CustomerOrder.kind_id))
        .join(BillingAccount, col(BillingAccount.id) == col(CustomerOrder.billing_account_id))
        .where(col(CustomerOrder.status).in_(WORKING))
        .order_by(col(CustomerOrder.due_at).is_(None), col(CustomerOrder.due_at), col(CustomerOrder.created_at))
        .limit(QUEUE_MAX)
    )
    return [
        Queued(order, kind, steps.stage_of(session, actor, order), account)
        for order, kind, account in session.execute(query)
    ]


def card(session: Session, actor: Actor, order_id: UUID) -> DeskCard:
    """Return one order for the desk."""
    actor.require("orders.keep")
    order, account = steps.seen(session, actor, order_id)
    kind = steps.kind_of(session, actor, order)
    story = select(OrderStep).where(col(OrderStep.order_id) == order.id).order_by(col(OrderStep.id))
    return DeskCard(
        Queued(order, kind, steps.stage_of(session, actor, order), account),
        steps.stages(session, actor, order.kind_id),
        list(session.scalars(story)),
        session.get(OrderSlot, order.slot_id) if order.slot_id else None,
        steps.connects(session, actor, order),
    )


def advance(session: Session, actor: Actor, order_id: UUID, *, after: str, now: datetime) -> CustomerOrder:
    """Bring an open order to its next stage; after the last one it is done.

    `after` is the stage that the desk saw it at: a second press does nothing twice.
    """
    order = _held(session, actor, order_id)
    found = steps.stages(session, actor, order.kind_id)
    place = next((place for place, each in enumerate(found) if each.code == order.stage), None)
    if order.status is not OrderStatus.open or place is None or order.stage != after:
        raise steps.NotNow()
    if place + 1 < len(found):
        steps.enter(session, actor, order, found[place + 1], now=now)
    else:
        steps.move(order, OrderStatus.done)
        order.ended_at, order.due_at, order.needs = now, None, ""
        connecting.finish(session, actor, order, now=now)
        steps.note(session, actor, order, "done", now=now, text=order.result)
    _audit(session, actor, "orders.advance", order, now, stage=order.stage)
    return order


def delay(session: Session, actor: Actor, order_id: UUID, until: datetime, reason: str, *, now: datetime) -> None:
    """Promise another moment, and say why."""
    order = _held(session, actor, order_id)
    said = _text(reason)
    if not said or until <= now or until > now + timedelta(days=365):
        raise DeskWrong()
    if order.status is not OrderStatus.open:
        raise steps.NotNow()
    order.due_at, order.delay, order.late_told_at = until, said, None
    steps.note(session, actor, order, "delayed", now=now, text=said, until=until.isoformat())
    _audit(session, actor, "orders.delay", order, now)


def ask(session: Session, actor: Actor, order_id: UUID, question: str, *, now: datetime) -> None:
    """Ask something of the customer: the order says so until he answers."""
    order = _held(session, actor, order_id)
    said = _text(question)
    if not said:
        raise DeskWrong()
    if order.status is not OrderStatus.open:
        raise steps.NotNow()
    order.needs = said
    steps.note(session, actor, order, "asked", now=now, text=said)
    _audit(session, actor, "orders.ask", order, now)


def track(session: Session, actor: Actor, order_id: UUID, carrier: str, tracking: str, *, now: datetime) -> None:
    """Write who brings it and under which number."""
    order = _held(session, actor, order_id)
    if len(carrier) > 40 or len(tracking) > 60 or not tracking.strip():
        raise DeskWrong()
    if order.status is not OrderStatus.open:
        raise steps.NotNow()
    order.carrier, order.tracking = carrier.strip(), tracking.strip()
    steps.note(session, actor, order, "tracked", now=now, carrier=order.carrier, tracking=order.tracking)
    _audit(session, actor, "orders.track", order, now)


def report(session: Session, actor: Actor, order_id: UUID, result: str, *, now: datetime) -> None:
    """Write what came of it, in words for the customer: where the document lies, what the engineer did."""
    order = _held(session, actor, order_id)
    said = result.strip()
    if not said or len(said) > shop.NOTE_LENGTH_MAX:
        raise DeskWrong()
    order.result = said
    steps.note(session, actor, order, "reported", now=now, text=said)
    _audit(session, actor, "orders.report", order, now)


def call_off(session: Session, actor: Actor, order_id: UUID, reason: str, *, now: datetime) -> CustomerOrder:
    """End an order that cannot be fulfilled, and say why: its money goes back whole, its goods and hour are free."""
    order = _held(session, actor, order_id)
    said = _text(reason)
    if not said:
        raise DeskWrong()
    if order.status not in (OrderStatus.open, OrderStatus.unpaid):
        raise steps.NotNow()
    changing.end(session, actor, order, "called_off", now, text=said)
    _audit(session, actor, "orders.call_off", order, now, reason=said)
    return order


def decide_return(session: Session, actor: Actor, order_id: UUID, *, granted: bool, reason: str, now: datetime) -> None:
    """Take an order back and give its money back whole, or say why not."""
    order = _held(session, actor, order_id)
    said = _text(reason)
    if order.status is not OrderStatus.return_asked:
        raise steps.NotNow()
    if not granted:
        if not said:
            raise DeskWrong()
        steps.move(order, OrderStatus.done)
        steps.note(session, actor, order, "return_denied", now=now, text=said)
    else:
        steps.move(order, OrderStatus.returned)
        shop.put_back(session, actor, order)
        returned = changing.give_back(session, actor, order, now=now)
        steps.note(session, actor, order, "returned", now=now, returned_minor=returned.minor)
    _audit(session, actor, "orders.return", order, now, granted=granted)


def items(session: Session, actor: Actor) -> list[ShopItem]:
    """Return what stands in the shop, withdrawn things too."""
    actor.require("orders.keep")
    return list(session.scalars(select(ShopItem).order_by(col(ShopItem.position), col(ShopItem.code))))


def stock(session: Session, actor: Actor, item_id: UUID, count: int, price_minor: int, *, now: datetime) -> ShopItem:
    """Say how many there are and what one costs from now on; what was ordered keeps its price."""
    actor.require("orders.keep")
    item = session.get(ShopItem, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise shop.ItemNotFound()
    if not 0 <= count <= 1_000_000 or not 0 <= price_minor <= PRICE_MAX_MINOR:
        raise DeskWrong()
    before = {"stock_before": item.stock, "price_before_minor": item.price_minor}
    item.stock, item.price_minor = count, price_minor
    session.add(item)
    values = {"stock": count, "price_minor": price_minor, **before}
    audit.write(session, actor, "orders.stock", now=now, object_type="shop_item", object_id=item.code, **values)
    return item


def add_slot(
    session: Session,
    actor: Actor,
    calendar: str,
    begins_at: datetime,
    ends_at: datetime,
    capacity: int,
    *,
    now: datetime,
) -> OrderSlot:
    """Offer an hour of a calendar, or change how many orders it takes."""
    actor.require("orders.keep")
    known = set(session.scalars(select(col(OrderKind.slots)).where(col(OrderKind.slots) != "")))
    hours = timedelta(0) < ends_at - begins_at <= timedelta(hours=24)
    if calendar not in known or not hours or begins_at <= now or not 0 < capacity <= CAPACITY_MAX:
        raise DeskWrong()
    query = select(OrderSlot).where(col(OrderSlot.calendar) == calendar, col(OrderSlot.begins_at) == begins_at)
    slot = session.scalars(query.with_for_update()).first()
    if slot is None:
        slot = OrderSlot(calendar=calendar, begins_at=begins_at, ends_at=ends_at, capacity=capacity)
    if capacity < slot.taken:
        raise DeskWrong()
    slot.capacity, slot.ends_at = capacity, ends_at
    session.add(slot)
    session.flush()
    audit.write(
        session, actor, "orders.slot", now=now, object_type="order_slot", object_id=str(slot.id), capacity=capacity
    )
    return slot


def _held(session: Session, actor: Actor, order_id: UUID) -> CustomerOrder:
    actor.require("orders.keep")
    return steps.mine(session, actor, order_id)[0]


def _text(text: str) -> str:
    said = text.strip()
    if len(said) > TEXT_LENGTH_MAX:
        raise steps.TextTooLong()
    return said


def _audit(session: Session, actor: Actor, action: str, order: CustomerOrder, now: datetime, **more: object) -> None:
    audit.write(session, actor, action, now=now, object_type="order", object_id=order.number, **more)
