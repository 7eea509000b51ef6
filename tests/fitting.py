"""Half a year for tests of tariffs: what was used, bought and asked for in the months before November 2026."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session

from cabinet.domain import billing, tariffs
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.catalog import Product, ProductKind
from cabinet.models.services import Subscription
from tests import using
from tests.moments import NOON
from tests.personae import SYSTEM, Customer
from tests.serving import had, offer

MONTHS: Final = tuple(date(2026, month, 1) for month in range(5, 11))
"""May to October: the six whole months before `NOON`."""
FIRST: Final = MONTHS[0]
UNITS: Final = {"gigabytes": using.GB, "home_gigabytes": using.GB, "minutes": 60, "messages": 1}


def tariff(session: Session, code: str, minor: int, *, category: str = "mobile", **terms: Any) -> Product:
    """Publish a tariff; later ones stand lower in the catalogue."""
    place = terms.pop("position", 10)
    return offer(session, code, minor, category=category, kind=ProductKind.tariff, position=place, **terms)


def since_may(session: Session, who: Customer, product: Product) -> Subscription:
    """Let the customer have a product since long ago; nobody was asked for the days from May on."""
    return had(session, who, product, charged_until=FIRST)


def uses(session: Session, who: Customer, product: str, unit: str, amounts: Sequence[float], *, day: int = 10) -> None:
    """Let so much be used on one day of each month from May on."""
    for month, amount in zip(MONTHS, amounts, strict=False):
        if amount:
            base = int(amount * UNITS[unit])
            at = f"{month.replace(day=day)} 12:00"
            assert using.used(session, who, unit, base, at, product=product) == "added"


def bought(
    session: Session, who: Customer, at: str | datetime, gigabytes: int, minor: int, *, of: Sequence[str] = ()
) -> None:
    """Let a package be bought at a moment, good to the end of its month, and asked for."""
    moment = using.moscow(at) if isinstance(at, str) else at
    month = clock.month_of(moment, "Europe/Moscow")
    last = date.fromordinal(clock.month_after(month).toordinal() - 1)
    package = using.package(session, who, moment, last, gigabytes, requires=tuple(of))
    line = billing.LineDraft("mobile", {"ru": "Пакет"}, Money(minor), package.id)
    draft = billing.InvoiceDraft(key=f"package:{package.id}", kind="service", lines=[line], due_at=moment, period=month)
    billing.issue(session, SYSTEM, who.account, draft, now=moment)


def asked(session: Session, who: Customer) -> None:
    """Ask for every month from May to November."""
    for month in (*MONTHS, date(2026, 11, 1)):
        billing.issue_month(session, SYSTEM, who.account.id, month, now=NOON)


def fitted(session: Session, who: Customer, category: str = "mobile", *, now: datetime = NOON) -> tariffs.Fitting:
    """Try on the tariffs of a kind."""
    found = tariffs.listed(session, who.actor, who.account, now=now)
    return tariffs.fit(session, who.actor, who.account, tariffs.of_category(found, category), now=now)


def fit_of(fitting: tariffs.Fitting, code: str) -> tariffs.Fit:
    """Return how one tariff fits."""
    (found,) = [each for each in fitting.fits if each.tariff.product.code == code]
    return found


def costs(fit: tariffs.Fit) -> list[int]:
    """Return what the months would have cost, in whole roubles where they are whole."""
    return [each.cost.minor for each in fit.months]
