"""What can be connected, and why what cannot (3.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel import Session

from cabinet.domain import billing, billing_accounts, catalog, outages
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import access
from cabinet.kit.errors import Conflict, Refusal
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductKind, ProductVersion
from cabinet.models.outages import OutageKind
from cabinet.models.services import SubscriptionStatus

WORKING: Final = (SubscriptionStatus.active, SubscriptionStatus.connecting, SubscriptionStatus.suspended)


class AlreadyConnected(Conflict):
    code = "services.already"


class TariffNeeded(Conflict):
    """It stands on something that the customer does not have."""

    code = "services.needs"


class DoesNotFit(Conflict):
    """It cannot stand beside something that the customer has."""

    code = "services.excludes"


class ForOthers(Conflict):
    """An option of another kind of customer."""

    code = "services.segment"


class UnderWorks(Conflict):
    code = "services.works"


class UnderOutage(Conflict):
    code = "services.outage"


class InDebt(Conflict):
    code = "services.debt"


class VisitNeeded(Conflict):
    """Nothing else stands in the way: an engineer has to connect it, and his hour can be chosen."""

    code = "services.visit"


class ChangedWithTariff(Conflict):
    """A tariff is switched, neither added nor taken away."""

    code = "services.tariff"


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that may be had at this address, and what stands in the way of having it now."""

    product: Product
    version: ProductVersion
    hindrance: Refusal | None
    parts: tuple[tuple[Product, ProductVersion], ...] = ()
    """What a bundle consists of."""
    may_try: bool = False
    """The account has a trial of it left."""
    away: Sequence[billing.Held] = ()
    """What gives way to a tariff."""
    fee: Money | None = None
    """What switching to a tariff costs."""
    at_renewal: bool = False
    """The switch begins with a period only."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """What the customer needs for it, in words by language."""
    item_code: str = ""
    """The goods that can be ordered with a switch."""

    @property
    def price(self) -> Money:
        """What a whole period costs."""
        return Money(self.version.price_minor, self.version.currency)


def available(session: Session, actor: Actor, account: BillingAccount, *, now: datetime) -> list[Offer]:
    """Return what the account does not have yet and may have at its address, in the catalogue's order."""
    billing_accounts.mine(session, actor, account.id)
    held = billing.held_by(session, actor, account.id)
    known = {each.product.id for each in held if each.product.kind is not ProductKind.package}
    return [
        Offer(product, version, hindrance(session, actor, account, (product, version), held, now=now))
        for product, version in catalog.on_offer(session, actor, account, now=now)
        if product.kind is not ProductKind.tariff and product.id not in known
    ]


def hindrance(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    wanted: tuple[Product, ProductVersion],
    held: Sequence[billing.Held],
    *,
    beside: Sequence[str] = (),
    now: datetime,
) -> Refusal | None:
    """Return why the product cannot be connected now; None when nothing stands in the way.

    `beside` are codes of products that are connected with it.
    """
    product, version = wanted
    if product.kind is not ProductKind.package and any(each.product.id == product.id for each in held):
        return AlreadyConnected()
    if product.kind is ProductKind.tariff:
        return ChangedWithTariff()
    if not catalog.for_segment(version, account):
        return ForOthers()
    if version.requires and not _has(held, version.requires) and not {*beside} & {*version.requires}:
        return TariffNeeded(titles=catalog.titles(session, actor, version.requires, now=now))
    rival = next((each for each in held if _rivals(each, wanted)), None)
    if rival is not None:
        return DoesNotFit(title=rival.version.title)
    trouble = disturbed(session, actor, account, product.category, now=now)
    if trouble is not None:
        return trouble
    if access.hindered(session, actor, version):
        return access.NoCodesLeft()
    debt = billing.debt(session, actor, account, now=now)
    if debt:
        return InDebt(amount=debt)
    return VisitNeeded() if version.visit_needed else None


def disturbed(
    session: Session, actor: Actor, account: BillingAccount, category: str, *, now: datetime
) -> Refusal | None:
    """Return what goes on with the network, when nothing can be changed for it; None when all is well."""
    outage = outages.touching(session, actor, account, category, now=now)
    if outage is None:
        return None
    if outage.kind is OutageKind.works:
        return UnderWorks(title=outage.title, until=outage.forecast_at)
    return UnderOutage(title=outage.title)


def _has(held: Sequence[billing.Held], codes: Sequence[str]) -> bool:
    return any(each.product.code in codes and each.subscription.status in WORKING for each in held)


def _rivals(each: billing.Held, wanted: tuple[Product, ProductVersion]) -> bool:
    product, version = wanted
    return each.product.code in version.excludes or product.code in each.version.excludes
