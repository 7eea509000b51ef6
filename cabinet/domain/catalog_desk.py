"""The catalogue as its editors see it: every version, who stands on which, what the next one changes for whom (3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlmodel import Session, col

from cabinet.domain import catalog
from cabinet.domain.base.actor import Actor
from cabinet.domain.catalog import Draft
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.services import Subscription, SubscriptionStatus

SEARCH_LENGTH_MAX: Final = 100
ROWS_MAX: Final = 100
_HAS: Final = (
    SubscriptionStatus.connecting,
    SubscriptionStatus.active,
    SubscriptionStatus.suspended,
    SubscriptionStatus.disconnecting,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A product as the staff sees it: its versions, the newest first, and how many have each."""

    product: Product
    versions: list[ProductVersion]
    holders: dict[UUID, int]
    """By the version's id; a version that nobody has is not here."""

    def now(self, moment: datetime) -> ProductVersion | None:
        """Return the version on offer at the moment; None when nothing is offered."""
        begun = [each for each in self.versions if each.valid_from <= moment]
        last = max(begun, key=lambda each: (each.valid_from, each.number), default=None)
        if last is None or (last.valid_until is not None and last.valid_until <= moment):
            return None
        return last

    def coming(self, moment: datetime) -> ProductVersion | None:
        """Return the version that comes next."""
        ahead = [each for each in self.versions if each.valid_from > moment]
        return min(ahead, key=lambda each: (each.valid_from, -each.number), default=None)


def listed(session: Session, actor: Actor, wanted: str = "") -> tuple[list[Listed], bool]:
    """Return the first products whose code or title in any version holds the words, and whether there are more."""
    actor.require("catalog.edit")
    sought = wanted.strip().casefold()
    names: dict[UUID, list[str]] = {}
    for product_id, title in session.execute(select(col(ProductVersion.product_id), col(ProductVersion.title))):
        names.setdefault(product_id, []).extend(title.values())
    products = [
        product
        for product in session.scalars(select(Product).order_by(col(Product.position), col(Product.code)))
        if any(sought in name.casefold() for name in (product.code, *names.get(product.id, ())))
    ]
    return _listed(session, products[:ROWS_MAX]), len(products) > ROWS_MAX


def card(session: Session, actor: Actor, code: str) -> Listed:
    """Return one product."""
    actor.require("catalog.edit")
    product = session.scalars(select(Product).where(col(Product.code) == code)).first()
    if product is None:
        raise catalog.ProductNotFound()
    (found,) = _listed(session, [product])
    return found


@dataclass(frozen=True, slots=True)
class Effect:
    """What a new version does to whom. Whoever has the product keeps it as he signed for it."""

    keep: int
    """Customers who have it now, in any version."""
    planned: int
    """Customers who ordered it for a day to come: they get what they were told then."""
    before: int
    after: int
    """Accounts whose address and kind it is for: by the version that would hold then, and by the new one."""


def effect(
    session: Session,
    actor: Actor,
    code: str,
    draft: Draft,
    *,
    valid_from: datetime,
    valid_until: datetime | None,
    now: datetime,
) -> Effect:
    """Return what publishing the draft would do; refuse what could not be published."""
    catalog.check(session, actor, code, draft, valid_from=valid_from, valid_until=valid_until, now=now)
    found = card(session, actor, code)
    old = found.now(valid_from)
    planned = session.scalar(
        select(func.count())
        .select_from(Subscription)
        .where(
            col(Subscription.product_id) == found.product.id, col(Subscription.status) == SubscriptionStatus.scheduled
        )
    )
    return Effect(
        keep=sum(found.holders.values()),
        planned=planned or 0,
        before=_reached(session, old.segments, old.regions) if old is not None else 0,
        after=_reached(session, draft.segments, draft.regions),
    )


def _listed(session: Session, products: Sequence[Product]) -> list[Listed]:
    ids = [product.id for product in products]
    versions: dict[UUID, list[ProductVersion]] = {}
    query = select(ProductVersion).where(col(ProductVersion.product_id).in_(ids))
    for version in session.scalars(query.order_by(col(ProductVersion.number).desc())):
        versions.setdefault(version.product_id, []).append(version)
    having = (
        select(col(Subscription.version_id), func.count())
        .where(col(Subscription.product_id).in_(ids), col(Subscription.status).in_(_HAS))
        .group_by(col(Subscription.version_id))
    )
    holders: dict[UUID, int] = {row[0]: row[1] for row in session.execute(having)}
    return [
        Listed(
            product,
            own := versions.get(product.id, []),
            {each.id: holders[each.id] for each in own if each.id in holders},
        )
        for product in products
    ]


def _reached(session: Session, segments: Sequence[str], regions: Sequence[str]) -> int:
    """Count the accounts that `catalog` would offer it to."""
    kinds: ColumnElement[bool] = col(BillingAccount.segment).in_(segments) if segments else true()
    address = col(BillingAccount.address)
    places = or_(*(func.substr(address, 1, len(region)) == region for region in regions)) if regions else true()
    return session.scalar(select(func.count()).select_from(BillingAccount).where(kinds, places)) or 0
