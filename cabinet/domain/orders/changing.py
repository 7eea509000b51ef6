"""What customers change about their orders: the hour, an answer, cancelling, giving back; what days bring (3.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing
from cabinet.domain.base.actor import Actor
from cabinet.domain.orders import shop, steps
from cabinet.kit.errors import Conflict, Invalid
from cabinet.kit.money import Money
from cabinet.models.orders import CustomerOrder, OrderStatus


class ReturnTooLate(Conflict):
    code = "orders.return_too_late"


class AnswerEmpty(Invalid):
    code = "orders.answer_empty"


def change_slot(session: Session, actor: Actor, order_id: UUID, slot_id: UUID, *, now: datetime) -> CustomerOrder:
    """Choose another hour while the stage allows it; the old one is free for others."""
    order, _ = steps.mine(session, actor, order_id)
    kind = steps.kind_of(session, actor, order)
    if not kind.slots or not may_change(session, actor, order):
        raise steps.NotNow()
    if order.slot_id == slot_id:
        return order
    taken = steps.take_slot(session, actor, slot_id, kind.slots, now=now)
    steps.free_slot(session, actor, order)
    order.slot_id = taken.id
    steps.note(session, actor, order, "slot_changed", now=now, slot=taken.begins_at.isoformat())
    return order


def answer(session: Session, actor: Actor, order_id: UUID, text: str, *, now: datetime) -> CustomerOrder:
    """Answer what was asked of the customer; the stage has its whole time again."""
    actor.person()
    order, _ = steps.mine(session, actor, order_id)
    said = text.strip()
    if not order.needs or order.status is not OrderStatus.open:
        raise steps.NotNow()
    if not said:
        raise AnswerEmpty()
    if len(said) > shop.NOTE_LENGTH_MAX:
        raise steps.TextTooLong()
    order.answer, order.needs = said, ""
    stage = steps.stage_of(session, actor, order)
    if stage is not None and stage.hours:
        order.due_at = now + timedelta(hours=stage.hours)
    steps.note(session, actor, order, "answered", now=now, text=said)
    return order


def cancel(session: Session, actor: Actor, order_id: UUID, *, now: datetime) -> CustomerOrder:
    """Cancel an order while its stage allows it: what was paid goes back whole, the goods and the hour are free."""
    order, _ = steps.mine(session, actor, order_id)
    if not may_cancel(session, actor, order):
        raise steps.NotNow()
    end(session, actor, order, "canceled", now)
    return order


def ask_return(session: Session, actor: Actor, order_id: UUID, reason: str, *, now: datetime) -> CustomerOrder:
    """Ask to give an order back; somebody decides."""
    actor.person()
    order, _ = steps.mine(session, actor, order_id)
    if not can_return(session, actor, order, now=now):
        raise ReturnTooLate()
    if len(reason) > shop.NOTE_LENGTH_MAX:
        raise steps.TextTooLong()
    steps.move(order, OrderStatus.return_asked)
    steps.note(session, actor, order, "return_asked", now=now, text=reason.strip())
    return order


def may_change(session: Session, actor: Actor, order: CustomerOrder) -> bool:
    """Tell whether the hour may still be changed; the caller has read the order."""
    stage = steps.stage_of(session, actor, order)
    return order.status is OrderStatus.unpaid or (stage is not None and stage.may_change)


def may_cancel(session: Session, actor: Actor, order: CustomerOrder) -> bool:
    """Tell whether the order may still be cancelled; the caller has read it."""
    stage = steps.stage_of(session, actor, order)
    return order.status is OrderStatus.unpaid or (stage is not None and stage.may_cancel)


def can_return(session: Session, actor: Actor, order: CustomerOrder, *, now: datetime) -> bool:
    """Tell whether the order can be given back; the caller has read it."""
    days = steps.kind_of(session, actor, order).return_days
    if order.status is not OrderStatus.done or order.ended_at is None or not days:
        return False
    return now < order.ended_at + timedelta(days=days)


def give_back(session: Session, actor: Actor, order: CustomerOrder, *, now: datetime) -> Money:
    """Give the order's money back whole, or ask for it no more; return what went back."""
    if order.invoice_id is None:
        return Money(0, order.currency)
    return billing.undo_invoice(session, steps.SYSTEM, order.invoice_id, now=now)


def to_drop(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the orders whose money did not come in time."""
    actor.require_system()
    query = select(col(CustomerOrder.id)).where(
        col(CustomerOrder.status) == OrderStatus.unpaid, col(CustomerOrder.due_at) <= now
    )
    return list(session.scalars(query.order_by(col(CustomerOrder.due_at))))


def drop(session: Session, actor: Actor, order_id: UUID, *, now: datetime) -> None:
    """Drop an order whose money did not come in time. Once."""
    actor.require_system()
    order, _ = steps.mine(session, actor, order_id)
    if order.status is OrderStatus.unpaid and order.due_at is not None and order.due_at <= now:
        end(session, actor, order, "expired", now)


def to_tell_late(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the orders whose stage takes longer than was promised, and whose owners do not know yet."""
    actor.require_system()
    query = select(col(CustomerOrder.id)).where(
        col(CustomerOrder.status) == OrderStatus.open,
        col(CustomerOrder.due_at) <= now,
        col(CustomerOrder.late_told_at).is_(None),
        # While the customer is asked, the clock stands.
        col(CustomerOrder.needs) == "",
    )
    return list(session.scalars(query.order_by(col(CustomerOrder.due_at))))


def tell_late(session: Session, actor: Actor, order_id: UUID, *, now: datetime) -> None:
    """Say that a stage takes longer. Once for a promise."""
    actor.require_system()
    order, _ = steps.mine(session, actor, order_id)
    due = order.status is OrderStatus.open and order.due_at is not None and order.due_at <= now
    if due and order.late_told_at is None:
        order.late_told_at = now
        steps.note(session, actor, order, "late", now=now)


def end(session: Session, actor: Actor, order: CustomerOrder, name: str, now: datetime, *, text: str = "") -> None:
    """Let an order be cancelled: its money goes back, its goods and its hour are free; the caller has it locked."""
    steps.move(order, OrderStatus.canceled)
    order.ended_at, order.due_at, order.needs = now, None, ""
    steps.free_slot(session, actor, order)
    shop.put_back(session, actor, order)
    returned = give_back(session, actor, order, now=now)
    steps.note(session, actor, order, name, now=now, returned_minor=returned.minor or None, text=text)
