"""Goods that are ordered with another tariff: their order is made beside the switch (3.2, 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing
from cabinet.domain.base import numbers
from cabinet.domain.base.actor import Actor
from cabinet.domain.orders import shop, steps
from cabinet.models.billing import BillingAccount
from cabinet.models.orders import CustomerOrder, OrderKind, OrderLine, OrderStatus, ShopItem
from cabinet.models.services import Subscription

_NAMES: Final = UUID("5c1f3f0e-6a52-4f2f-9f5b-0b6b6c4f2a11")


def goods(session: Session, actor: Actor, code: str, *, now: datetime) -> ShopItem | None:
    """Return goods that can be ordered with a switch; None when there are none left, or none such."""
    actor.person()
    if not code:
        return None
    query = select(ShopItem).where(col(ShopItem.code) == code, shop.on_offer(ShopItem, now), col(ShopItem.stock) > 0)
    return session.scalars(query).first()


def goods_titles(session: Session, actor: Actor) -> dict[str, Mapping[str, str]]:
    """Return what the shop has by its code, for those who keep the rules of switches."""
    actor.require("catalog.edit")
    query = select(ShopItem).where(col(ShopItem.withdrawn_at).is_(None)).order_by(col(ShopItem.position))
    return {each.code: each.title for each in session.scalars(query)}


def order_goods(
    session: Session, actor: Actor, subscription_id: UUID, item_code: str, *, now: datetime
) -> CustomerOrder:
    """Order the goods for the address of the account, once for a switch; the hour is chosen on the order's page.

    Refused when somebody else took the last ones.
    """
    actor.require_system()
    order_id = uuid5(_NAMES, str(subscription_id))
    known = session.get(CustomerOrder, order_id)
    if known is not None:
        return known
    subscription = session.get_one(Subscription, subscription_id)
    account = session.get_one(BillingAccount, subscription.billing_account_id, with_for_update=True)
    item = session.scalars(select(ShopItem).where(col(ShopItem.code) == item_code)).one()
    kind = session.get_one(OrderKind, item.kind_id)
    row = shop.CartRow(item, 1)
    shop.take_stock(session, actor, row)
    order = CustomerOrder(
        id=order_id,
        number=numbers.take(session, "order", now=now),
        billing_account_id=account.id,
        kind_id=kind.id,
        status=OrderStatus.unpaid,
        address=account.address,
        currency=account.currency,
        subscription_id=subscription.id,
        total_minor=row.sum.minor,
        created_at=now,
    )
    session.add(order)
    session.flush()
    session.add(
        OrderLine(order_id=order.id, item_id=item.id, title=dict(item.title), quantity=1, price_minor=item.price_minor)
    )
    lines = [billing.LineDraft(shop.REVENUE, item.title, row.sum)]
    return shop.asked_for(session, steps.SYSTEM, account, kind, order, lines, now)


def order_for(session: Session, actor: Actor, subscription_id: UUID) -> CustomerOrder | None:
    """Return the order under way that belongs to a service of the customer."""
    person_id = actor.person()
    query = (
        select(CustomerOrder)
        .join(BillingAccount, col(BillingAccount.id) == col(CustomerOrder.billing_account_id))
        .where(
            col(CustomerOrder.subscription_id) == subscription_id,
            col(CustomerOrder.status).in_((OrderStatus.unpaid, OrderStatus.open)),
            col(BillingAccount.person_id) == person_id,
        )
    )
    return session.scalars(query).first()
