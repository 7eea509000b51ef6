"""Products and those who have them, for tests: what a customer pays for each period, and what could be connected."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, catalog, outages
from cabinet.models.catalog import Product, ProductKind, ProductVersion
from cabinet.models.outages import OutageKind
from cabinet.models.services import Subscription, SubscriptionStatus
from tests.moments import NOON
from tests.personae import SYSTEM, Customer

NEXT_PERIOD = date(2026, 12, 1)
"""The first day that nobody was asked for yet at `NOON`."""
LONG_AGO = NOON - timedelta(days=400)


def offer(
    session: Session,
    code: str,
    minor: int = 0,
    *,
    category: str = "internet",
    kind: ProductKind = ProductKind.service,
    position: int = 0,
    since: datetime = LONG_AGO,
    **terms: Any,
) -> Product:
    """Publish the first version of a product."""
    product = catalog.add(session, SYSTEM, code, kind, category, position=position, now=since)
    draft = catalog.Draft(title={"ru": code, "en": code}, price_minor=minor, **terms)
    catalog.publish(session, SYSTEM, code, draft, valid_from=since, now=since)
    return product


def version_of(session: Session, product: Product) -> ProductVersion:
    """Return a product's only version."""
    return session.scalars(select(ProductVersion).where(col(ProductVersion.product_id) == product.id)).one()


def had(
    session: Session,
    who: Customer,
    product: Product,
    *,
    status: SubscriptionStatus = SubscriptionStatus.active,
    resumes_on: date | None = None,
    charged_until: date = NEXT_PERIOD,
) -> Subscription:
    """Let the customer have a product since long ago; what was before the coming period is paid and forgotten."""
    subscription = Subscription(
        billing_account_id=who.account.id,
        product_id=product.id,
        version_id=version_of(session, product).id,
        status=status,
        resumes_on=resumes_on,
        charged_until=charged_until,
        connected_at=LONG_AGO,
        created_at=LONG_AGO,
    )
    session.add(subscription)
    session.flush()
    return subscription


def served(
    session: Session, who: Customer, minor: int, *, kind: str = "internet", position: int = 1, **state: Any
) -> Subscription:
    """Let the customer have a service at a price, a product of its own."""
    product = offer(session, f"{kind}-{who.account.number}", minor, category=kind, position=position)
    return had(session, who, product, **state)


def held(session: Session, who: Customer, subscription: Subscription) -> billing.Held:
    """Return the subscription with its version."""
    product = session.get_one(Product, subscription.product_id)
    found = billing.Held(subscription, session.get_one(ProductVersion, subscription.version_id), product)
    return billing.with_discounts(session, SYSTEM, [found])[0]


def works(session: Session, category: str, begins_at: datetime, ends_at: datetime) -> None:
    """Announce works on the network, everywhere."""
    draft = outages.Draft(
        kind=OutageKind.works,
        category=category,
        title={"ru": "Работы"},
        detail={},
        regions=[],
        begins_at=begins_at,
        forecast_at=ends_at,
    )
    outages.announce(session, SYSTEM, draft, now=begins_at)
