"""Half a year of usage for each customer of the benchmarks: rows written in bulk, days that sum up to their records."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select
from sqlmodel import Session, col

from cabinet.domain import catalog
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductKind, ProductVersion, Unit
from cabinet.models.services import Subscription, SubscriptionStatus
from cabinet.models.usage import UsageDay, UsagePeriod, UsageRecord
from cabinet.seed.pen import SYSTEM

CODE: Final = "scale-mobile"
DAYS: Final = 184
A_DAY: Final = {Unit.gigabytes: 700_000, Unit.minutes: 1_080, Unit.messages: 2}
"""About 20 GB, 540 minutes and 60 messages a month; each day has a little more or less than the one before."""
RECORDS_A_DAY: Final = 4


def tariff(session: Session, *, now: datetime) -> ProductVersion:
    """Return the tariff of the benchmarks' customers, published with the first of them."""
    query = select(ProductVersion).join(Product, col(Product.id) == col(ProductVersion.product_id))
    known = session.scalars(query.where(col(Product.code) == CODE)).first()
    if known is not None:
        return known
    draft = catalog.Draft(
        title={"ru": "Нагрузочный", "en": "Of the benchmarks"},
        price_minor=450_00,
        included={"gigabytes": 20, "minutes": 600, "messages": 100},
        overage={"minutes": 2_00, "messages": 2_50},
        slowed_kbit=512,
    )
    since = now - timedelta(days=400)
    catalog.add(session, SYSTEM, CODE, ProductKind.tariff, "mobile", position=900, now=since)
    return catalog.publish(session, SYSTEM, CODE, draft, valid_from=since, now=since)


def fill(session: Session, account: BillingAccount, *, now: datetime) -> None:
    """Let the account have the tariff for a year, and its usage of half a year; nothing of it is to be charged."""
    version = tariff(session, now=now)
    since = now - timedelta(days=365)
    today = clock.day_of(now, account.zone)
    had = Subscription(
        billing_account_id=account.id,
        product_id=version.product_id,
        version_id=version.id,
        status=SubscriptionStatus.active,
        charged_until=clock.month_after(today),
        connected_at=since,
        created_at=since,
    )
    session.add(had)
    session.flush()
    records: list[dict[str, Any]] = []
    days: list[dict[str, Any]] = []
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        begins = clock.start_of(day, account.zone)
        for unit, usual in A_DAY.items():
            amount = max(usual * (80 + back * 7 % 41) // 100, 1)
            parts = min(RECORDS_A_DAY, amount)
            for place in range(parts):
                part = amount * (place + 1) // parts - amount * place // parts
                moment = begins + timedelta(hours=8 + 3 * place)
                records.append(_record(had, account, unit, part, moment, now))
            days.append(_row(had, unit, amount=amount, records=parts, peak_mbit=0, day=day))
    session.execute(insert(UsageRecord), records)
    session.execute(insert(UsageDay), days)
    months = sorted({row["day"].replace(day=1) for row in days})
    session.execute(
        insert(UsagePeriod),
        [_row(had, unit, month=month, beyond=0, asked=0, serial=0, counted=True) for month in months for unit in A_DAY],
    )


def _record(
    had: Subscription, account: BillingAccount, unit: Unit, amount: int, moment: datetime, now: datetime
) -> dict[str, Any]:
    return _row(
        had,
        unit,
        amount=amount,
        peak_mbit=0,
        external_id=f"scale:{account.number}:{unit}:{moment:%Y%m%d%H}",
        started_at=moment,
        came_at=now,
    )


def _row(had: Subscription, unit: Unit, **more: Any) -> dict[str, Any]:
    return {"subscription_id": had.id, "unit": unit, **more}
