"""What customers and the network do to services in tests: quoted, ordered, answered, turned by the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session

from cabinet.domain import services
from cabinet.domain.base.ports import NetworkAnswer
from cabinet.domain.services import Deed, Wish
from cabinet.kit import clock
from cabinet.models.catalog import Product
from cabinet.models.services import NetworkOrder, NetworkStatus, Subscription
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, Customer

DONE: Final = NetworkAnswer(status=NetworkStatus.done)
REFUSED: Final = NetworkAnswer(status=NetworkStatus.failed, failure="equipment")


def at(day: date, hour: int = 9) -> datetime:
    """Return a moment of a day in Moscow."""
    return clock.start_of(day, "Europe/Moscow") + timedelta(hours=hour)


def quoted(session: Session, who: Customer, product: Product, *, now: datetime = NOON, **wish: Any) -> services.Quote:
    """Return a quote for connecting the product."""
    wanted = Wish(deed=Deed.connect, account_id=who.account.id, subject=product.id, **wish)
    return services.quote(session, who.actor, wanted, keyring=KEYRING, now=now)


def ordered(session: Session, who: Customer, quote: services.Quote, *, now: datetime = NOON) -> Subscription:
    """Order what was quoted."""
    made = services.order(session, who.actor, quote.token, keyring=KEYRING, now=now).subscription
    assert made is not None
    return made


def connect(
    session: Session,
    who: Customer,
    product: Product,
    *,
    quote: services.Quote | None = None,
    now: datetime = NOON,
    **wish: Any,
) -> Subscription:
    """Connect the product; the network has not answered yet."""
    return ordered(session, who, quote or quoted(session, who, product, now=now, **wish), now=now)


def change(
    session: Session, who: Customer, deed: Deed, subscription: Subscription, *, now: datetime = NOON, **wish: Any
) -> services.Quote:
    """Quote a change of a service and order it."""
    wanted = Wish(deed=deed, account_id=who.account.id, subject=subscription.id, **wish)
    quote = services.quote(session, who.actor, wanted, keyring=KEYRING, now=now)
    ordered(session, who, quote, now=now)
    return quote


def disconnect(session: Session, who: Customer, subscription: Subscription, **more: Any) -> services.Quote:
    """Give the service up."""
    return change(session, who, Deed.disconnect, subscription, **more)


def asked(session: Session, subscription: Subscription) -> NetworkOrder:
    """Return the newest order that the network was given."""
    query = select(NetworkOrder).where(NetworkOrder.subscription_id == subscription.id)  # type: ignore[arg-type]
    found = session.scalars(query.order_by(NetworkOrder.serial.desc())).first()  # type: ignore[attr-defined]
    assert found is not None
    return found


def answer(session: Session, subscription: Subscription, word: NetworkAnswer = DONE, *, now: datetime = NOON) -> None:
    """Let the network answer its newest order for the service."""
    services.apply(session, SYSTEM, asked(session, subscription).id, word, now=now)


def working(session: Session, who: Customer, product: Product, *, now: datetime = NOON, **wish: Any) -> Subscription:
    """Connect the product and have the network do it."""
    subscription = connect(session, who, product, now=now, **wish)
    answer(session, subscription, now=now)
    return subscription


def turned(session: Session, subscription: Subscription, day: date) -> None:
    """Let the day's round come to the service."""
    services.turn(session, SYSTEM, subscription.id, now=at(day, 1))
