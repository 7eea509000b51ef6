"""What an account has: a subscription with the version that was signed for (3.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.kit.money import Money
from cabinet.models.billing import Discount
from cabinet.models.catalog import Product, ProductKind, ProductVersion
from cabinet.models.services import Subscription, SubscriptionStatus, TrialStatus

ON_TRIAL: Final = (TrialStatus.running, TrialStatus.agreed)
CHARGED: Final = (SubscriptionStatus.connecting, SubscriptionStatus.active, SubscriptionStatus.suspended)
AHEAD: Final = timedelta(days=1)
"""A tariff that is planned is on the invoice of a period that begins later than that after it was planned."""
OVER: Final = (SubscriptionStatus.ended, SubscriptionStatus.failed)
AnyRow = TypeVar("AnyRow", Product, ProductVersion)


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription with the version that was signed for."""

    subscription: Subscription
    version: ProductVersion
    product: Product
    discounts: tuple[Discount, ...] = ()
    """In the order of their days; no two of them share one."""

    @property
    def price(self) -> Money:
        """What a whole period costs by what was signed for; the parts of a bundle cost nothing beside it."""
        return Money(0 if self.subscription.bundle_id else self.version.price_minor, self.version.currency)

    def discount_on(self, day: date) -> Discount | None:
        """Return the discount of a day; None when the whole price is asked for."""
        return next(
            (each for each in self.discounts if each.since <= day and (not each.until or day < each.until)), None
        )

    def rate(self, day: date) -> Money:
        """What a whole period costs at the price of this day, with its discount; never less than nothing."""
        off = self.discount_on(day)
        if off is None:
            return self.price
        left = round(Fraction(self.price.minor * (100 - off.percent), 100)) - off.fixed_minor
        return Money(max(left, 0), self.price.currency)

    @property
    def bundled(self) -> bool:
        """Tell whether it is a bundle, or a part of one."""
        return bool(self.version.parts or self.subscription.bundle_id)

    @property
    def on_trial(self) -> bool:
        """Tell whether it is free now: nothing is charged for it, whoever asks."""
        return self.subscription.trial in ON_TRIAL

    @property
    def charged(self) -> bool:
        """Tell whether periods are asked for at all: it is there, and not cut off for a debt."""
        return (self.subscription.status in CHARGED or self.planned) and self.subscription.blocked_at is None

    @property
    def planned(self) -> bool:
        """Tell whether it is a tariff for a day to come: the invoice of that day's period has it already."""
        scheduled = self.subscription.status is SubscriptionStatus.scheduled
        return scheduled and self.product.kind is ProductKind.tariff and self.subscription.starts_on is not None

    def served(self, period: Period) -> tuple[date, date] | None:
        """Return the days of the period that a whole-period invoice asks for; a pause has to be over by then."""
        subscription = self.subscription
        if not self.charged:
            return None
        if subscription.status is SubscriptionStatus.suspended and (
            subscription.resumes_on is None or subscription.resumes_on > period.begins
        ):
            return None
        begins = period.begins
        if self.planned and subscription.starts_on is not None:
            if period.begins <= subscription.created_at.date() + AHEAD:
                return None  # Its first days are asked for when they come: that invoice is due already.
            begins = max(begins, subscription.starts_on)
        if self.on_trial and subscription.trial_until is not None:
            begins = max(begins, subscription.trial_until)
        until = min(period.ends, subscription.ends_on or period.ends)
        return (begins, until) if begins < until else None

    def owed(self, period: Period) -> tuple[date, date] | None:
        """Return the days of the period that nobody was asked for yet."""
        span = self.served(period)
        if span is None or self.on_trial:
            return None
        since = max(span[0], self.subscription.charged_until)
        return (since, span[1]) if since < span[1] else None


def held_by(session: Session, actor: Actor, account_id: UUID) -> list[Held]:
    """Return what an account has or is about to have, in the catalogue's order; the caller has read the account."""
    query = (
        select(Subscription, ProductVersion, Product)
        .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(col(Subscription.billing_account_id) == account_id, col(Subscription.status).not_in(OVER))
        .order_by(col(Product.position), col(Product.code))
    )
    return with_discounts(session, actor, [Held(*row) for row in session.execute(query)])


def had_by(session: Session, actor: Actor, account_id: UUID) -> list[Held]:
    """Return what an account has or ever had, packages too, in the catalogue's order; the caller has read the account.

    What could not be connected, and what is only planned, is not among it.
    """
    query = (
        select(Subscription, ProductVersion, Product)
        .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(
            col(Subscription.billing_account_id) == account_id,
            col(Subscription.status).not_in((SubscriptionStatus.failed, SubscriptionStatus.scheduled)),
        )
        .order_by(col(Product.position), col(Product.code), col(Subscription.created_at), col(Subscription.id))
    )
    return with_discounts(session, actor, [Held(*row) for row in session.execute(query)])


def held_by_each(session: Session, actor: Actor, account_ids: Sequence[UUID]) -> dict[UUID, list[Held]]:
    """Return the same of many accounts at once: their versions, which are few, are read once."""
    query = select(Subscription).where(
        col(Subscription.billing_account_id).in_(account_ids), col(Subscription.status).not_in(OVER)
    )
    found = session.scalars(query).all()
    versions = _by_id(session, ProductVersion, {each.version_id for each in found})
    products = _by_id(session, Product, {each.product_id for each in found})
    held: dict[UUID, list[Held]] = {account_id: [] for account_id in account_ids}
    own_discounts = _discounts(session, [each.id for each in found])
    for each in found:
        row = Held(each, versions[each.version_id], products[each.product_id], own_discounts.get(each.id, ()))
        held[each.billing_account_id].append(row)
    for own in held.values():
        own.sort(key=lambda each: (each.product.position, each.product.code))
    return held


def with_discounts(session: Session, actor: Actor, found: Sequence[Held]) -> list[Held]:
    """Return the same with their discounts, which are read at once."""
    discounts = _discounts(session, [each.subscription.id for each in found])
    return [replace(each, discounts=discounts.get(each.subscription.id, ())) for each in found]


def _discounts(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[Discount, ...]]:
    query = select(Discount).where(col(Discount.subscription_id).in_(list(ids))).order_by(col(Discount.since))
    found: defaultdict[UUID, tuple[Discount, ...]] = defaultdict(tuple)
    for each in session.scalars(query):
        found[each.subscription_id] += (each,)
    return found


def _by_id(session: Session, kind: type[AnyRow], ids: set[UUID]) -> dict[UUID, AnyRow]:
    return {row.id: row for row in session.scalars(select(kind).where(col(kind.id).in_(ids)))}
