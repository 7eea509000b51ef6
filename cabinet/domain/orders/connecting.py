"""A service that an engineer connects: his hour is chosen, and when he is done it works (3.1, 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts, services
from cabinet.domain.base.actor import Actor
from cabinet.domain.orders import shop, steps
from cabinet.kit.errors import Conflict
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.orders import CustomerOrder, OrderGroup, OrderKind, OrderSlot, OrderStatus

UNDER_WAY = (OrderStatus.unpaid, OrderStatus.open)


class AlreadyOrdered(Conflict):
    """A visit that connects it is under way."""

    code = "orders.already_ordered"


class NobodyComes(Conflict):
    """The company has no kind of order for it: the hour is agreed upon by telephone."""

    code = "orders.nobody_comes"


class PriceChanged(Conflict):
    """It costs another sum than was shown."""

    code = "orders.price_changed"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that connects a product, before it is ordered."""

    account: BillingAccount
    offer: services.Offer
    kind: OrderKind
    fee: Money
    """What is paid with the order: the visit, and what connecting or switching costs."""
    slots: Sequence[OrderSlot]


def visit(session: Session, actor: Actor, product_id: UUID, *, now: datetime) -> Visit:
    """Return what a visit for the product would be; refuse what needs none, or cannot be had."""
    account = billing_accounts.primary(session, actor)
    offer = services.offer(session, actor, product_id, now=now)
    if not isinstance(offer.hindrance, services.VisitNeeded):
        raise offer.hindrance or steps.KindNotFound()
    running = _under_way(session, account, product_id)
    if running is not None:
        raise AlreadyOrdered(number=running.number)
    query = select(OrderKind).where(col(OrderKind.group) == OrderGroup.connection, shop.on_offer(OrderKind, now))
    kind = session.scalars(query.order_by(col(OrderKind.position))).first()
    if kind is None:
        raise NobodyComes()
    fee = Money(kind.price_minor + offer.version.connection_minor, account.currency)
    if offer.fee is not None:
        fee += offer.fee
    return Visit(account, offer, kind, fee, steps.slots(session, actor, kind.slots, now=now))


def connect(session: Session, actor: Actor, product_id: UUID, wish: shop.Wish, *, now: datetime) -> CustomerOrder:
    """Order the visit that connects the product: the hour is set aside, what it costs is asked for."""
    known = shop.known(session, actor, wish)
    if known is not None:
        return known
    account = shop.locked(session, actor, wish)
    found = visit(session, actor, product_id, now=now)
    if found.account.id != account.id:
        raise steps.KindNotFound()
    if wish.total_shown is not None and wish.total_shown != found.fee:
        raise PriceChanged()
    order = shop.new(session, actor, account, found.kind, wish, now)
    order.product_id, order.version_id = product_id, found.offer.version.id
    order.total_minor = found.fee.minor
    title = found.offer.version.title
    lines = [billing.LineDraft(found.offer.product.category, title, found.fee)]
    return shop.asked_for(session, actor, account, found.kind, order, lines, now)


def visits(session: Session, actor: Actor) -> dict[UUID, tuple[CustomerOrder, OrderSlot | None]]:
    """Return the visits under way of the customer's first account, by the product that each connects."""
    account = billing_accounts.primary(session, actor)
    query = (
        select(CustomerOrder, OrderSlot)
        .outerjoin(OrderSlot, col(OrderSlot.id) == col(CustomerOrder.slot_id))
        .where(
            col(CustomerOrder.billing_account_id) == account.id,
            col(CustomerOrder.product_id).is_not(None),
            col(CustomerOrder.status).in_(UNDER_WAY),
        )
    )
    return {order.product_id: (order, slot) for order, slot in session.execute(query) if order.product_id}


def finish(session: Session, actor: Actor, order: CustomerOrder, *, now: datetime) -> None:
    """Connect what the visit was for; the caller has the order locked and lets it be done."""
    if order.version_id is None:
        return
    made = services.connect_visited(session, steps.SYSTEM, order.billing_account_id, order.version_id, now=now)
    order.subscription_id = made.id


def _under_way(session: Session, account: BillingAccount, product_id: UUID) -> CustomerOrder | None:
    query = select(CustomerOrder).where(
        col(CustomerOrder.billing_account_id) == account.id,
        col(CustomerOrder.product_id) == product_id,
        col(CustomerOrder.status).in_(UNDER_WAY),
    )
    return session.scalars(query).first()
