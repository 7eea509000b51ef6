"""What an engineer has connected: from the day on that he was there it works and is charged (3.1, 3.4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cabinet.domain import billing
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import access, offers, replacing, steps, switch_plans, switching
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductKind, ProductVersion
from cabinet.models.services import NetworkDeed, Subscription, SubscriptionStatus


def connect_visited(
    session: Session, actor: Actor, account_id: UUID, version_id: UUID, *, now: datetime
) -> Subscription:
    """Connect what was agreed upon, in its version; a tariff takes the place of what it replaces.

    The days that are left of the period are invoiced, and paid when the balance covers them: the engineer was there,
    so what lacks is owed and not refused. What connecting costs was paid with the visit.
    """
    actor.require_system()
    account = session.get_one(BillingAccount, account_id, with_for_update=True)
    version = session.get_one(ProductVersion, version_id)
    product = session.get_one(Product, version.product_id)
    own = billing.held_by(session, actor, account.id)
    if any(each.product.id == product.id for each in own):
        raise offers.AlreadyConnected()
    tariff = product.kind is ProductKind.tariff
    found = replacing.effect(own, (product, version)) if tariff else None
    stuck = switch_plans.stuck_among(found) if found else None
    if stuck is not None:
        raise stuck
    today = clock.day_of(now, account.zone)
    subscription = Subscription(
        billing_account_id=account.id,
        product_id=product.id,
        version_id=version.id,
        status=SubscriptionStatus.connecting,
        charged_until=today,
        created_at=now,
    )
    session.add(subscription)
    session.flush()
    held = billing.Held(subscription, version, product)
    nothing = Money(0, account.currency)
    if found is not None:
        for each in found.away:
            each.subscription.gone_for_id = subscription.id
            session.add(each.subscription)
        session.flush()
        asked, returned = switching.settle(session, actor, held, account, today, nothing, now=now, at_once=False)
    else:
        access.set_aside(session, actor, held)
        invoice = billing.charge_from(session, steps.SYSTEM, account, held, today, now=now)
        if invoice is not None:
            billing.settle_if_covered(session, steps.SYSTEM, invoice.id, now=now)
        asked, returned = Money(invoice.amount_minor if invoice else 0, account.currency), nothing
        billing.issue_next(session, steps.SYSTEM, account.id, now=now)
        steps.ask_network(session, actor, held, account, NetworkDeed.connect, now=now)
    steps.note(
        session,
        actor,
        held,
        account,
        "visited",
        now=now,
        asked_minor=asked.minor,
        returned_minor=returned.minor or None,
    )
    return subscription
