"""What the customer sees of his orders (3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing_accounts
from cabinet.domain.base.actor import Actor
from cabinet.domain.orders import changing, steps
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import ProductVersion
from cabinet.models.orders import CustomerOrder, OrderKind, OrderLine, OrderSlot, OrderStage, OrderStatus, OrderStep

LISTED_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Own:
    """An order in the list."""

    order: CustomerOrder
    kind: OrderKind
    stage: OrderStage | None
    slot: OrderSlot | None
    goods: Sequence[OrderLine] = ()
    connects: Mapping[str, str] = field(default_factory=dict)
    """The title of the product that the visit connects."""


@dataclass(frozen=True, slots=True)
class Card:
    """One order with its way, its goods, and what can be done about it now."""

    own: Own
    account: BillingAccount
    stages: Sequence[OrderStage]
    story: Sequence[OrderStep]
    lines: Sequence[OrderLine]
    slots: Sequence[OrderSlot]
    """Hours that it can be moved to."""
    may_change: bool
    may_cancel: bool
    can_return: bool

    @property
    def order(self) -> CustomerOrder:
        """The order itself."""
        return self.own.order


def own(session: Session, actor: Actor) -> list[Own]:
    """Return the orders of the customer's first account: what is under way first, then the newest."""
    account = billing_accounts.primary(session, actor)
    query = (
        select(CustomerOrder, OrderKind, OrderSlot, ProductVersion)
        .join(OrderKind, col(OrderKind.id) == col(CustomerOrder.kind_id))
        .outerjoin(OrderSlot, col(OrderSlot.id) == col(CustomerOrder.slot_id))
        .outerjoin(ProductVersion, col(ProductVersion.id) == col(CustomerOrder.version_id))
        .where(col(CustomerOrder.billing_account_id) == account.id)
        .order_by(col(CustomerOrder.created_at).desc())
        .limit(LISTED_MAX)
    )
    rows = session.execute(query).all()
    lines: dict[UUID, list[OrderLine]] = {}
    ids = [order.id for order, *_ in rows]
    for line in session.scalars(select(OrderLine).where(col(OrderLine.order_id).in_(ids)).order_by(col(OrderLine.id))):
        lines.setdefault(line.order_id, []).append(line)
    found = [
        Own(
            order,
            kind,
            steps.stage_of(session, actor, order),
            slot,
            lines.get(order.id, []),
            version.title if version is not None else {},
        )
        for order, kind, slot, version in rows
    ]
    return sorted(found, key=lambda each: each.order.ended_at is not None)


def under_way(session: Session, actor: Actor) -> list[Own]:
    """Return what is under way, for the home page."""
    running = (OrderStatus.unpaid, OrderStatus.open, OrderStatus.return_asked)
    return [each for each in own(session, actor) if each.order.status in running]


def card(session: Session, actor: Actor, order_id: UUID, *, now: datetime) -> Card:
    """Return one order that the actor may see."""
    order, account = steps.seen(session, actor, order_id)
    kind = steps.kind_of(session, actor, order)
    slot = session.get(OrderSlot, order.slot_id) if order.slot_id else None
    story = select(OrderStep).where(col(OrderStep.order_id) == order.id).order_by(col(OrderStep.id))
    lines = select(OrderLine).where(col(OrderLine.order_id) == order.id).order_by(col(OrderLine.id))
    change = bool(kind.slots) and changing.may_change(session, actor, order)
    return Card(
        Own(
            order,
            kind,
            steps.stage_of(session, actor, order),
            slot,
            list(session.scalars(lines)),
            steps.connects(session, actor, order),
        ),
        account,
        steps.stages(session, actor, order.kind_id),
        list(session.scalars(story)),
        list(session.scalars(lines)),
        steps.slots(session, actor, kind.slots, now=now) if change else [],
        change,
        changing.may_cancel(session, actor, order),
        changing.can_return(session, actor, order, now=now),
    )
