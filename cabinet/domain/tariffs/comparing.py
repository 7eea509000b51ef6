"""Which tariffs there are for an account, why one cannot be had, and what gives way to one (3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from cabinet.domain import billing, billing_accounts, catalog, services
from cabinet.domain.base.actor import Actor
from cabinet.domain.billing import Held
from cabinet.kit.errors import Conflict, Refusal
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductKind, ProductVersion
from cabinet.models.services import SubscriptionStatus

COMPARED_MAX: Final = 4
"""How many stand side by side."""
Wanted = tuple[Product, ProductVersion]


class NotAtAddress(Conflict):
    code = "tariffs.not_at_address"


class ForOtherCustomers(Conflict):
    """A tariff for another kind of customer."""

    code = "tariffs.for_others"


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff in the version that the account would sign for; its own one in the version that it has."""

    product: Product
    version: ProductVersion
    held: Held | None
    """The account's own subscription to it."""
    hindrance: Refusal | None
    """Why it cannot be had."""
    terms: services.Terms | None = None
    """What holds for switching to it; None for one's own."""

    @property
    def fee(self) -> Money:
        """What is taken once for switching to it."""
        return self.terms.fee if self.terms is not None else Money(0, self.version.currency)

    @property
    def wanted(self) -> Wanted:
        """The product with its version."""
        return self.product, self.version

    @property
    def price(self) -> Money:
        """What a whole period costs, without anything beside it."""
        return Money(self.version.price_minor, self.version.currency)


def listed(session: Session, actor: Actor, account: BillingAccount, *, now: datetime) -> list[Tariff]:
    """Return every tariff that is sold, and the account's own ones sold no more, in the catalogue's order.

    One that is not for this address or this kind of customer is among them, with its hindrance.
    """
    billing_accounts.mine(session, actor, account.id)
    held = billing.held_by(session, actor, account.id)
    own = {
        each.product.id: each
        for each in held
        if each.product.kind is ProductKind.tariff and each.subscription.status is not SubscriptionStatus.scheduled
    }
    found = [Tariff(each.product, each.version, each, None) for each in own.values()]
    on_sale = catalog.on_sale(session, actor, ProductKind.tariff, now=now)
    others = [each for each in on_sale if each[0].id not in own and each[1].currency == account.currency]
    switches = [_switch([*own.values()], each) for each in others]
    for wanted, terms in zip(others, services.terms_of_each(session, actor, switches, now=now), strict=True):
        hindrance = _hindrance(session, actor, account, wanted[1], held, now)
        if hindrance is None and not terms.allowed:
            hindrance = services.SwitchForbidden(reason=terms.reason)
        found.append(Tariff(*wanted, None, hindrance, terms))
    return sorted(found, key=lambda each: (each.product.position, each.product.code))


def categories(tariffs: Sequence[Tariff]) -> list[str]:
    """Return the kinds of tariffs that the account has or may have, its own ones first."""
    own = [each.product.category for each in tariffs if each.held is not None]
    others = [each.product.category for each in tariffs if each.hindrance is None]
    return list(dict.fromkeys([*own, *others]))


def of_category(tariffs: Sequence[Tariff], category: str) -> list[Tariff]:
    """Return the tariffs of a kind, and those of other kinds that would take the place of the account's one."""
    own = [each for each in tariffs if each.held is not None and each.product.category == category]
    return [
        each
        for each in tariffs
        if each.product.category == category
        or any(held.held is not None and services.gives_way(held.held, each.wanted) for held in own)
    ]


def _switch(own: Sequence[Held], wanted: Wanted) -> services.Switch:
    product, version = wanted
    gone = [(each.product.code, each.price) for each in own if services.gives_way(each, wanted)]
    return gone, (product.code, Money(version.price_minor, version.currency))


def _hindrance(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    version: ProductVersion,
    held: Sequence[Held],
    now: datetime,
) -> Refusal | None:
    if not catalog.for_segment(version, account):
        return ForOtherCustomers()
    if not catalog.at_address(version, account):
        return NotAtAddress()
    if version.requires and not any(each.product.code in version.requires for each in held):
        return services.TariffNeeded(titles=catalog.titles(session, actor, version.requires, now=now))
    return None
