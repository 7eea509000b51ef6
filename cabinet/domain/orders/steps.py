"""An order's states, its stages, its story, who is told (3.4; docs/domain/orders.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import Session, col

from cabinet.domain import billing_accounts
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import ProductVersion
from cabinet.models.orders import CustomerOrder, OrderKind, OrderSlot, OrderStage, OrderStatus, OrderStep

TOPIC: Final = "services"
"""What open pages listen to: orders stand beside the services."""
SYSTEM: Final = Actor.system("orders")

NEXT: Final[dict[OrderStatus, frozenset[OrderStatus]]] = {
    OrderStatus.unpaid: frozenset({OrderStatus.open, OrderStatus.canceled}),
    OrderStatus.open: frozenset({OrderStatus.done, OrderStatus.canceled}),
    OrderStatus.done: frozenset({OrderStatus.return_asked}),
    OrderStatus.return_asked: frozenset({OrderStatus.done, OrderStatus.returned}),
    OrderStatus.canceled: frozenset(),
    OrderStatus.returned: frozenset(),
}
"""What may become of an order; within `open` it goes from stage to stage."""


class OrderNotFound(NotFound):
    code = "orders.not_found"


class KindNotFound(NotFound):
    code = "orders.kind_not_found"


class NotNow(Conflict):
    """The order is in a state or at a stage in which this cannot be done."""

    code = "orders.not_now"


class SlotTaken(Conflict):
    code = "orders.slot_taken"


class SlotNeeded(Invalid):
    code = "orders.slot_needed"


class TextTooLong(Invalid):
    code = "orders.text_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMoved(events.Event):
    """Something has become of an order: `name` is the step of its story."""

    topic = TOPIC

    order_id: UUID
    name: str


def seen(session: Session, actor: Actor, order_id: UUID) -> tuple[CustomerOrder, BillingAccount]:
    """Return an order that the actor may see, with its account; a stranger's does not exist."""
    found = session.get(CustomerOrder, order_id)
    if found is None:
        raise OrderNotFound()
    if actor.kind is ActorKind.staff:
        actor.require("orders.keep")
        return found, session.get_one(BillingAccount, found.billing_account_id)
    try:
        return found, billing_accounts.mine(session, actor, found.billing_account_id)
    except billing_accounts.BillingAccountNotFound as foreign:
        raise OrderNotFound() from foreign


def mine(session: Session, actor: Actor, order_id: UUID) -> tuple[CustomerOrder, BillingAccount]:
    """Return an order that the actor may change; nobody else changes it or its account meanwhile."""
    _, account = seen(session, actor, order_id)
    session.get_one(BillingAccount, account.id, with_for_update=True)
    order = session.get_one(CustomerOrder, order_id, with_for_update=True, populate_existing=True)
    return order, account


def move(order: CustomerOrder, to: OrderStatus) -> None:
    """Take the order to another state, or refuse."""
    if to not in NEXT[order.status]:
        raise NotNow()
    order.status = to


def note(
    session: Session, actor: Actor, order: CustomerOrder, name: str, *, now: datetime, **details: Any
) -> OrderStep:
    """Write a line of the order's story, and have its owner told."""
    kept = {key: value for key, value in details.items() if value not in ("", None)}
    step = OrderStep(order_id=order.id, name=name, at=now, actor=actor.label, details=kept)
    session.add(order)
    session.add(step)
    session.flush()
    account = session.get_one(BillingAccount, order.billing_account_id)
    events.ring(session, account.person_id, TOPIC)
    events.record(session, OrderMoved(order_id=order.id, name=name, person_id=account.person_id), now=now)
    return step


def kind_of(session: Session, actor: Actor, order: CustomerOrder) -> OrderKind:
    """Return the kind of an order that the caller has read."""
    return session.get_one(OrderKind, order.kind_id)


def connects(session: Session, actor: Actor, order: CustomerOrder) -> Mapping[str, str]:
    """Return the title of what the order's visit connects, {} for none; the caller has read the order."""
    return session.get_one(ProductVersion, order.version_id).title if order.version_id else {}


def stages(session: Session, actor: Actor, kind_id: UUID) -> list[OrderStage]:
    """Return the stages of a kind of orders, in their order."""
    query = select(OrderStage).where(col(OrderStage.kind_id) == kind_id).order_by(col(OrderStage.position))
    return list(session.scalars(query))


def stage_of(session: Session, actor: Actor, order: CustomerOrder) -> OrderStage | None:
    """Return the stage that an open order is at."""
    if order.status is not OrderStatus.open:
        return None
    return next((each for each in stages(session, actor, order.kind_id) if each.code == order.stage), None)


def enter(session: Session, actor: Actor, order: CustomerOrder, stage: OrderStage, *, now: datetime) -> None:
    """Bring an open order to a stage: the promise, the delay and the question begin anew."""
    order.stage = stage.code
    order.due_at = now + timedelta(hours=stage.hours) if stage.hours else None
    order.late_told_at, order.delay, order.needs = None, "", ""
    note(session, actor, order, "stage", now=now, stage=stage.code)


def begin(session: Session, actor: Actor, order: CustomerOrder, *, now: datetime) -> None:
    """Bring an order to the first stage of its kind."""
    first = stages(session, actor, order.kind_id)[0]
    enter(session, actor, order, first, now=now)


def take_slot(session: Session, actor: Actor, slot_id: UUID, calendar: str, *, now: datetime) -> OrderSlot:
    """Take a place at an hour that lies ahead; of two that want the last place one gets it."""
    taking = (
        update(OrderSlot)
        .where(
            col(OrderSlot.id) == slot_id,
            col(OrderSlot.calendar) == calendar,
            col(OrderSlot.begins_at) > now,
            col(OrderSlot.taken) < col(OrderSlot.capacity),
        )
        .values(taken=col(OrderSlot.taken) + 1)
        .returning(col(OrderSlot.id))
        .execution_options(synchronize_session=False)
    )
    if session.execute(taking).first() is None:
        raise SlotTaken()
    return session.get_one(OrderSlot, slot_id, populate_existing=True)


def free_slot(session: Session, actor: Actor, order: CustomerOrder) -> None:
    """Give the order's place at its hour to others."""
    if order.slot_id is None:
        return
    freeing = (
        update(OrderSlot)
        .where(col(OrderSlot.id) == order.slot_id, col(OrderSlot.taken) > 0)
        .values(taken=col(OrderSlot.taken) - 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(freeing)
    order.slot_id = None


def slots(session: Session, actor: Actor, calendar: str, *, now: datetime, most: int = 40) -> list[OrderSlot]:
    """Return the hours of a calendar that can still be taken, the next first."""
    query = (
        select(OrderSlot)
        .where(
            col(OrderSlot.calendar) == calendar,
            col(OrderSlot.begins_at) > now,
            col(OrderSlot.taken) < col(OrderSlot.capacity),
        )
        .order_by(col(OrderSlot.begins_at))
        .limit(most)
    )
    return list(session.scalars(query))
