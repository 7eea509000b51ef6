"""Usage for tests: a tariff that counts, records of it as the network sends them, what is left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, Final

from sqlmodel import Session

from cabinet.domain import measures, usage
from cabinet.kit import clock
from cabinet.models.catalog import Product, ProductKind, Unit
from cabinet.models.services import Subscription, SubscriptionStatus
from tests.moments import NOON
from tests.personae import SYSTEM, Customer
from tests.serving import had, offer, version_of

GB: Final = measures.BASE[Unit.gigabytes]
FAMILY: Final = {
    "included": {"gigabytes": 20, "minutes": 600, "messages": 100},
    "overage": {"minutes": 2_00, "messages": 2_50},
    "slowed_kbit": 64,
}
"""20 GB, then slow; 600 minutes and 100 messages, then 2.00 and 2.50 each."""
_ids = count(1)


def tariff(session: Session, code: str = "mobile", *, position: int = 1, **terms: Any) -> Product:
    """Publish a mobile tariff that counts."""
    return offer(session, code, 450_00, category="mobile", kind=ProductKind.tariff, position=position, **terms)


def counting(session: Session, who: Customer, code: str = "mobile", *, position: int = 1, **terms: Any) -> Subscription:
    """Let the customer have a tariff that counts, since long ago."""
    return had(session, who, tariff(session, code, position=position, **(terms or FAMILY)))


def package(
    session: Session,
    who: Customer,
    since: datetime,
    last: date,
    amount: int,
    *,
    unit: Unit = Unit.gigabytes,
    requires: tuple[str, ...] = (),
) -> Subscription:
    """Let the customer have a package from a moment to the end of a day."""
    code = f"plus-{next(_ids)}"
    terms = {"amount": amount, "unit": unit, "requires": requires}
    kind = ProductKind.package
    product = offer(session, code, category="mobile", kind=kind, position=500, connection_minor=1_00, **terms)
    bought = Subscription(
        billing_account_id=who.account.id,
        product_id=product.id,
        version_id=version_of(session, product).id,
        status=SubscriptionStatus.active,
        once=True,
        charged_until=last + timedelta(days=1),
        ends_on=last + timedelta(days=1),
        connected_at=since,
        created_at=since,
    )
    session.add(bought)
    session.flush()
    return bought


def moscow(text: str) -> datetime:
    """Read a moment on Moscow's wall clock: `2026-11-20 10:00`, or noon of a day."""
    day, _, time = text.partition(" ")
    hour, minute = (int(each) for each in (time or "12:00").split(":"))
    return clock.start_of(date.fromisoformat(day), "Europe/Moscow") + timedelta(hours=hour, minutes=minute)


def record(who: Customer, unit: Unit | str, amount: int, at: str | datetime, **more: Any) -> usage.Incoming:
    """Return a record as the network sends it, with an id of its own."""
    moment = moscow(at) if isinstance(at, str) else at
    named = {"external_id": f"cdr-{next(_ids)}", "product": "mobile", **more}
    return usage.Incoming(account=who.account.number, unit=Unit(unit), amount=amount, started_at=moment, **named)


def used(
    session: Session, who: Customer, unit: Unit | str, amount: int, at: str | datetime, **more: Any
) -> usage.Verdict:
    """Let one record come in."""
    now = more.pop("now", NOON)
    (verdict,) = usage.take_in(session, SYSTEM, [record(who, unit, amount, at, **more)], now=now).verdicts
    return verdict


def left(session: Session, who: Customer, unit: Unit | str, *, now: datetime = NOON) -> usage.Remain:
    """Return what is left of the unit of the customer's only service that counts it."""
    (found,) = [each for each in usage.remains(session, who.actor, who.account, now=now) if each.measure.unit == unit]
    return found
