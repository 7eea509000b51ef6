"""What can be ordered, hours to come at, a desk that brings it: for tests."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from cabinet.domain import orders
from cabinet.domain.base.actor import Actor
from cabinet.models.orders import OrderGroup, OrderKind, OrderSlot, OrderStage, OrderStatus
from cabinet.models.people import StaffRole
from tests.moments import NOON

DESK = Actor.staff(uuid4(), StaffRole.operator)


def kind(session, code="goods", group=OrderGroup.goods, *, slots="courier", **more):
    made = OrderKind(code=code, group=group, title={"ru": code}, slots=slots, created_at=NOON, **more)
    session.add(made)
    session.flush()
    stages = (("confirmed", 2, True, True), ("packed", 24, True, True), ("on_its_way", 24, False, False))
    for place, (name, hours, change, cancel) in enumerate(stages):
        session.add(
            OrderStage(
                kind_id=made.id,
                code=name,
                position=place,
                title={"ru": name},
                hours=hours,
                may_change=change,
                may_cancel=cancel,
            )
        )
    session.flush()
    return made


def slot(session, days, *, capacity=1, calendar="courier"):
    begins = NOON + timedelta(days=days)
    made = OrderSlot(calendar=calendar, begins_at=begins, ends_at=begins + timedelta(hours=3), capacity=capacity)
    session.add(made)
    session.flush()
    return made


def wish(who, hour=None, *, attempt=None, **more):
    return orders.Wish(
        attempt=attempt or uuid4(),
        account_id=who.account.id,
        slot_id=hour.id if hour else None,
        address="Тверь, Волжская наб., 12",
        **more,
    )


def brought(session, order, *, now=NOON):
    """Bring an order through all its stages."""
    while order.status is OrderStatus.open:
        orders.advance(session, DESK, order.id, after=order.stage, now=now)
    return order
