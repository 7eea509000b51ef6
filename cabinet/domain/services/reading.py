"""What the pages of services show: what one has, what one may have, one of them with its story (3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts, catalog
from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import access, bundles, offers, quotes, steps, switch_plans, switching, trials, undoing
from cabinet.domain.services.offers import Offer
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, InvoiceLine, InvoiceStatus
from cabinet.models.catalog import Product, ProductKind, ProductVersion
from cabinet.models.services import ServiceStep, Subscription, SubscriptionStatus, TrialStatus

ENDED_SHOWN: Final = 5
"""How many services that are over are still listed."""
ENDED_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page."""

    account: BillingAccount
    held: Sequence[billing.Held]
    over: Sequence[billing.Held]
    offers: Sequence[Offer]
    monthly: Money
    debt: Money


@dataclass(frozen=True, slots=True)
class Card:
    """One service: its story and what can be done about it now."""

    held: billing.Held
    account: BillingAccount
    steps: Sequence[ServiceStep]
    next_charge: tuple[date, Money] | None
    pause_left: int
    """How many days this year may still hold."""
    undo_until: datetime | None
    may_extend: bool
    """It is on a trial that nobody has agreed to pay for."""
    gives: bool
    """There is a link or a code that the owner may have shown."""
    away: Sequence[billing.Held]
    """What gives way to it, where it is a tariff that is planned or stands in for others for a time."""


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Tariffs that the account has, the one that is planned, those that it may switch to."""

    account: BillingAccount
    held: Sequence[billing.Held]
    planned: billing.Held | None
    offers: Sequence[Offer]
    debt: Money


def current(session: Session, actor: Actor, account_id: UUID) -> list[billing.Held]:
    """Return the account's services that have not ended, in the catalogue's order."""
    billing_accounts.mine(session, actor, account_id)
    return billing.held_by(session, actor, account_id)


def overview(session: Session, actor: Actor, *, now: datetime) -> Overview:
    """Return what the customer's first account has and may have."""
    account = billing_accounts.primary(session, actor)
    period = periods.of_day(clock.day_of(now, account.zone), account.anchor_day)
    coming = periods.after(period, account.anchor_day)
    held = billing.held_by(session, actor, account.id)
    found = trials.with_trials(session, actor, account, offers.available(session, actor, account, now=now))
    return Overview(
        account,
        held,
        _over(session, actor, account, now),
        bundles.looked_at(session, actor, account, found, held, now=now),
        billing.monthly_fee(session, actor, account, coming.month),
        billing.debt(session, actor, account, now=now),
    )


def switchboard(session: Session, actor: Actor, *, now: datetime) -> Switchboard:
    """Return what the customer's first account has for a tariff, and may have."""
    account = billing_accounts.primary(session, actor)
    held = billing.held_by(session, actor, account.id)
    planned = switch_plans.planned_in(held)
    tariffs = [each for each in held if each.product.kind is ProductKind.tariff and each is not planned]
    own = {each.product.id for each in tariffs}
    found = [
        switch_plans.offer(session, actor, account, (product, version), held, now=now)
        for product, version in catalog.on_offer(session, actor, account, now=now)
        if product.kind is ProductKind.tariff and product.id not in own
    ]
    return Switchboard(account, tariffs, planned, found, billing.debt(session, actor, account, now=now))


def offer(session: Session, actor: Actor, product_id: UUID, *, now: datetime) -> Offer:
    """Return a product that the customer may have at the address of his first account."""
    account = billing_accounts.primary(session, actor)
    product, version = catalog.offered(session, actor, account, product_id, now=now)
    held = billing.held_by(session, actor, account.id)
    if product.kind is ProductKind.tariff:
        return switch_plans.offer(session, actor, account, (product, version), held, now=now)
    hindered = offers.hindrance(session, actor, account, (product, version), held, now=now)
    found = Offer(product, version, hindered)
    (found,) = trials.with_trials(session, actor, account, [found])
    return bundles.looked_at(session, actor, account, [found], held, now=now)[0]


def card(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> Card:
    """Return one service that the actor may see."""
    held, account = steps.seen(session, actor, subscription_id)
    story = steps.history(session, actor, subscription_id)
    subscription = held.subscription
    today = clock.day_of(now, account.zone)
    return Card(
        held,
        account,
        story,
        _next_charge(session, held, account, today),
        max(held.version.suspension_days_year - quotes.paused_days(session, actor, subscription, today.year), 0),
        undoing.until(session, actor, held, story, now=now),
        subscription.status is SubscriptionStatus.active and subscription.trial is TrialStatus.running,
        access.given(session, actor, held),
        switching.gone_for(session, actor, subscription),
    )


def _next_charge(
    session: Session, held: billing.Held, account: BillingAccount, today: date
) -> tuple[date, Money] | None:
    """Return the day on which the service is charged next, and how much; None when it never is."""
    subscription = held.subscription
    if subscription.status is not SubscriptionStatus.active or subscription.blocked_at is not None:
        return None
    waiting = (
        select(col(InvoiceLine.since), col(InvoiceLine.amount_minor))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(
            col(InvoiceLine.subscription_id) == subscription.id,
            col(Invoice.status) == InvoiceStatus.open,
            col(InvoiceLine.since).is_not(None),
        )
        .order_by(col(InvoiceLine.since))
        .limit(1)
    )
    for since, minor in session.execute(waiting):
        return since, Money(minor, account.currency)
    free = subscription.trial_until if held.on_trial else None
    since = max(subscription.charged_until, today, free or today)
    period = periods.of_day(since, account.anchor_day)
    until = min(period.ends, subscription.ends_on or period.ends)
    amount = billing.cost(held, period, since, until)
    return (since, amount) if amount else None


def _over(session: Session, actor: Actor, account: BillingAccount, now: datetime) -> list[billing.Held]:
    query = (
        select(Subscription, ProductVersion, Product)
        .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(
            col(Subscription.billing_account_id) == account.id,
            col(Subscription.status).in_(billing.OVER),
            col(Subscription.ended_at) > now - timedelta(days=ENDED_DAYS),
        )
        .order_by(col(Subscription.ended_at).desc())
        .limit(ENDED_SHOWN)
    )
    return billing.with_discounts(session, actor, [billing.Held(*row) for row in session.execute(query)])
