"""What it takes to try forty tariffs on half a year of usage, beside one pass over the same records with pandas."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from bench.table import Line, median
from cabinet import db
from cabinet.domain import billing, billing_accounts, catalog, measures, tariffs, usage
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import ProductKind, Unit
from cabinet.models.people import Person
from cabinet.models.services import Subscription, SubscriptionStatus
from cabinet.models.usage import UsageRecord
from cabinet.operate import migrations

TARIFFS = 40
DAYS = 200
RECORDS_A_DAY = {Unit.gigabytes: 24, Unit.minutes: 12, Unit.messages: 4}
"""Of a lively phone: about 7,400 records in six months."""
MONTH_MS_MAX = 150
ROUNDS = 15
NUMBER = "9000001"
CODE = "mobile-{place:02}"
ZONE = "Europe/Moscow"
SYSTEM = Actor.system("bench")
_MOST = {Unit.gigabytes: 2 * measures.BASE[Unit.gigabytes] // RECORDS_A_DAY[Unit.gigabytes], Unit.minutes: 180}
"""The longest call, the largest piece of traffic; a message is a message."""


def lines(home: Path) -> list[Line]:
    """Measure both in turns, in one process and on one file."""
    database = db.use(db.Database(f"sqlite:///{home / 'tariffs.db'}"))
    migrations.upgrade(database)
    # Nobody is told of these invoices.
    database.hooks.before_commit = lambda _session, _events: None
    now = clock.now()
    database.run(_catalogue, now - timedelta(days=400))
    customer = database.run(_customer, now)
    found = database.look(tariffs.choice, customer, "mobile", now=now)
    assert len(found.fitting.fits) == TARIFFS
    assert len(found.fitting.spans) == tariffs.MONTHS
    since = clock.start_of(found.fitting.spans[0].begins, ZONE)
    until = clock.start_of(found.fitting.spans[-1].ends, ZONE)
    ours, beside = [], []
    for _ in range(ROUNDS):
        ours.append(_milliseconds(lambda: database.look(tariffs.choice, customer, "mobile", now=now)))
        beside.append(_milliseconds(lambda: database.look(_pass, since, until)))
    database.dispose()
    taken, passed = median(ours), median(beside)
    return [
        Line(
            "forty tariffs on six months of usage",
            f"{taken:.0f} ms",
            f"pandas, one pass {passed:.0f} ms",
            taken / passed,
            3,
            instead=(taken, MONTH_MS_MAX),
            unit=" ms",
        )
    ]


def _milliseconds(deed: Callable[[], Any]) -> float:
    began = time.perf_counter()
    deed()
    return 1000 * (time.perf_counter() - began)


def _pass(session: Session, since: Any, until: Any) -> Any:
    """Read the records of the months once and sum them up by day and unit: no tariff is priced in it."""
    query = (
        select(col(UsageRecord.unit), col(UsageRecord.amount), col(UsageRecord.started_at))
        .where(col(UsageRecord.started_at) >= since, col(UsageRecord.started_at) < until)
        .order_by(col(UsageRecord.started_at))
    )
    frame = pd.DataFrame(session.execute(query).all(), columns=["unit", "amount", "started_at"])
    days = pd.to_datetime(frame["started_at"], utc=True).dt.tz_convert(ZONE).dt.date
    return frame.groupby(["unit", days], observed=True)["amount"].sum()


def _catalogue(session: Session, since: Any) -> None:
    """Publish forty tariffs of which no two include the same, and a package."""
    for place in range(TARIFFS):
        code = CODE.format(place=place)
        catalog.add(session, SYSTEM, code, ProductKind.tariff, "mobile", position=place, now=since)
        draft = catalog.Draft(
            title={"ru": code, "en": code},
            price_minor=290_00 + 25_00 * place,
            included={"gigabytes": 3 + 2 * place, "minutes": 100 + 35 * place, "messages": 20 + 5 * place},
            overage={"minutes": 2_00, "messages": 2_50, **({"gigabytes": 30_00} if place % 2 else {})},
            slowed_kbit=0 if place % 2 else 512,
        )
        catalog.publish(session, SYSTEM, code, draft, valid_from=since, now=since)
    catalog.add(session, SYSTEM, "plus-5gb", ProductKind.package, "mobile", position=TARIFFS, now=since)
    draft = catalog.Draft(title={"ru": "+5"}, connection_minor=300_00, amount=5, unit=Unit.gigabytes)
    catalog.publish(session, SYSTEM, "plus-5gb", draft, valid_from=since, now=since)


def _customer(session: Session, now: Any) -> Actor:
    """Write a customer with a tariff, a package in each month, invoices, and half a year of records."""
    since = now - timedelta(days=DAYS + 100)
    person = Person(family_name="Звонкова", given_name="Нина", created_at=since)
    session.add(person)
    session.flush()
    account = billing_accounts.open_for(session, SYSTEM, person.id, zone=ZONE, number=NUMBER, now=since)
    today = clock.day_of(now, ZONE)
    months = [clock.month_after(today.replace(day=1), -back) for back in range(tariffs.MONTHS, -1, -1)]
    _has(session, account, CODE.format(place=8), since, charged_until=months[0])
    for month in months:
        when = clock.start_of(month + timedelta(days=14), ZONE)
        if when < now:
            _has(
                session,
                account,
                "plus-5gb",
                when,
                charged_until=clock.month_after(month),
                ends=clock.month_after(month),
            )
        billing.issue_month(session, SYSTEM, account.id, month, now=now)
    _records(session, now, today)
    return Actor.customer(person.id)


def _has(
    session: Session, account: BillingAccount, code: str, since: Any, *, charged_until: date, ends: date | None = None
) -> None:
    product = catalog.by_code(session, SYSTEM, code)
    _, version = catalog.offered(session, SYSTEM, account, product.id, now=since)
    session.add(
        Subscription(
            billing_account_id=account.id,
            product_id=product.id,
            version_id=version.id,
            status=SubscriptionStatus.active,
            once=ends is not None,
            charged_until=charged_until,
            ends_on=ends,
            connected_at=since,
            created_at=since,
        )
    )
    session.flush()


def _records(session: Session, now: Any, today: date) -> None:
    dice = random.Random(NUMBER)
    records = [
        usage.Incoming(
            account=NUMBER,
            product=CODE.format(place=8),
            unit=unit,
            amount=dice.randint(1, _MOST.get(unit, 1)),
            started_at=clock.start_of(today - timedelta(days=day), ZONE) + timedelta(minutes=dice.randint(0, 1_439)),
            external_id=f"{unit}:{day}:{number}",
        )
        for day in range(1, DAYS)
        for unit, times in RECORDS_A_DAY.items()
        for number in range(times)
    ]
    for first in range(0, len(records), usage.ROWS_MAX):
        taken = usage.take_in(session, SYSTEM, records[first : first + usage.ROWS_MAX], now=now)
        assert all(verdict == usage.Verdict.added for verdict in taken.verdicts), set(taken.verdicts)
