"""Packages: something counted, bought once, good until a day: +5 GB to the end of the period (3.3).

A package is a subscription that costs its price once and has an end by its own terms; an account may have several of
one kind. What is used of it is counted elsewhere, which asks `granted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from cabinet.domain import billing_accounts
from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.services.wishes import Plan, QuoteStep, Wish
from cabinet.kit import clock
from cabinet.kit.errors import Invalid
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductVersion, Unit
from cabinet.models.services import Subscription, SubscriptionStatus


class PackageNow(Invalid):
    """A package begins now and ends by its own terms."""

    code = "services.package_now"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a package adds: so many units from a moment on, until the first day without them."""

    subscription_id: UUID
    unit: Unit
    amount: int
    since: datetime
    until: date
    products: tuple[str, ...] = field(default=(), compare=False)
    """Codes of the products that it stands on: their usage draws on it; none named means any."""
    title: Mapping[str, str] = field(default_factory=dict, compare=False)


def plan(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    wanted: tuple[Product, ProductVersion],
    wish: Wish,
    today: date,
) -> Plan:
    """Work out a package bought now."""
    product, version = wanted
    if wish.first is not None or wish.until is not None or wish.trial:
        raise PackageNow()
    price, nothing = Money(version.connection_minor, version.currency), Money(0, version.currency)
    days = timedelta(days=version.valid_days)
    ends_on = today + days if days else periods.of_day(today, account.anchor_day).ends
    return Plan(
        version=version,
        category=product.category,
        taken=price,
        returned=nothing,
        monthly=nothing,
        effect_on=None,
        ends_on=ends_on,
        steps=(QuoteStep("package", today, -price), QuoteStep("package_ends", ends_on, nothing)),
        code_needed=version.code_needed,
    )


def granted(session: Session, actor: Actor, account_id: UUID) -> list[Grant]:
    """Return what the account's packages add now, what ends first before the rest."""
    billing_accounts.mine(session, actor, account_id)
    working = (col(Subscription.status) == SubscriptionStatus.active, col(Subscription.blocked_at).is_(None))
    return [grant for _, grant in _granted(session, account_id, *working)]


def granted_since(session: Session, actor: Actor, account: BillingAccount, day: date) -> list[Grant]:
    """Return what packages added on a day or after it, those that are over too; the caller has read the account.

    One that is cut off for a debt is good to the end of that day.
    """
    found = _granted(
        session,
        account.id,
        col(Subscription.connected_at).is_not(None),
        col(Subscription.status) != SubscriptionStatus.failed,
        col(Subscription.ends_on) > day,
    )
    grants = []
    for subscription, grant in found:
        until = grant.until
        if subscription.blocked_at is not None:
            until = min(until, clock.day_of(subscription.blocked_at, account.zone) + timedelta(days=1))
        grants.append(replace(grant, until=until))
    return sorted(grants, key=lambda each: (each.until, each.since, each.subscription_id))


def _granted(session: Session, account_id: UUID, *which: ColumnElement[bool]) -> Iterator[tuple[Subscription, Grant]]:
    query = (
        select(Subscription, ProductVersion)
        .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
        .where(col(Subscription.billing_account_id) == account_id, col(Subscription.once), *which)
        .order_by(col(Subscription.ends_on), col(Subscription.connected_at), col(Subscription.id))
    )
    for subscription, version in session.execute(query):
        assert subscription.connected_at is not None
        assert subscription.ends_on is not None
        yield (
            subscription,
            Grant(
                subscription.id,
                version.unit,
                version.amount,
                subscription.connected_at,
                subscription.ends_on,
                tuple(version.requires),
                version.title,
            ),
        )
