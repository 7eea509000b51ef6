"""What is left of a period, and what was used on which day (3.1, 3.2; docs/domain/usage.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing_accounts, measures, services
from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.measures import Measure
from cabinet.domain.usage import books
from cabinet.domain.usage.books import Book, Line
from cabinet.kit import clock
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Unit
from cabinet.models.services import Subscription, SubscriptionStatus
from cabinet.models.usage import UsageDay

LIVE: Final = (SubscriptionStatus.active, SubscriptionStatus.suspended, SubscriptionStatus.connecting)
MONTHS_SHOWN: Final = 12
"""How far back a customer looks, the present period among them."""


class MonthNotFound(NotFound):
    """A period that has not come, or lies too far back."""

    code = "usage.month_not_found"


@dataclass(frozen=True, slots=True)
class Package:
    """What a package still holds, in base units, and its first day without it."""

    subscription_id: UUID
    title: Mapping[str, str]
    whole: int
    left: int
    until: date


@dataclass(frozen=True, slots=True)
class Remain:
    """What is left of one unit of a service in a period; amounts in base units."""

    subscription_id: UUID
    measure: Measure
    period: Period
    whole: int | None
    """What the period includes; None is without limit."""
    used: int
    included: int
    """How much of the use the period's price covers."""
    packaged: int
    """How much of it packages covered."""
    beyond: int
    packages: Sequence[Package]
    """Those that are good now, what ends first before the rest."""
    currency: str = "RUB"

    @property
    def left(self) -> int | None:
        """What can still be used, packages too; None is without limit."""
        if self.whole is None:
            return None
        return self.whole - self.included + sum(package.left for package in self.packages)

    @property
    def total(self) -> int | None:
        """What there is in all: what was covered, and what is left."""
        return None if self.left is None else self.included + self.packaged + self.left

    @property
    def percent(self) -> int:
        """How much of all there is was used, in whole per cent; 100 only when nothing is left."""
        if self.left is None or self.total is None:
            return 0
        return 100 * (self.total - self.left) // self.total if self.total else 100

    @property
    def beyond_units(self) -> int:
        """What is charged beyond: whole units, a begun one counts."""
        return self.measure.units(self.beyond)

    @property
    def cost(self) -> Money:
        """What is asked for it at the end of the period; nothing where no more is sold."""
        return Money(self.measure.cost(self.beyond), self.currency)


@dataclass(frozen=True, slots=True)
class Used:
    """What was used on one day."""

    subscription_id: UUID
    day: date
    unit: Unit
    amount: int
    peak_mbit: int


@dataclass(frozen=True, slots=True)
class Month:
    """A service's period day by day."""

    line: Line
    account: BillingAccount
    period: Period
    remains: Sequence[Remain]
    days: Sequence[Used]
    earlier: bool
    later: bool
    """Whether there is a period before and after it to look at."""


def remains(session: Session, actor: Actor, account: BillingAccount, *, now: datetime) -> list[Remain]:
    """Return what is left in the present period of everything that the account's services count."""
    billing_accounts.mine(session, actor, account.id)
    today = clock.day_of(now, account.zone)
    period = periods.of_day(today, account.anchor_day)
    book = books.counted(session, actor, account, period)
    return [
        remain
        for line in book.lines
        if line.held.subscription.status in LIVE
        for remain in of_line(book, line, period, today)
    ]


def of_line(book: Book, line: Line, period: Period, today: date) -> list[Remain]:
    """Return what is left of everything that a service counts; packages are those good on the day."""
    return [_remain(book, line, measure, period, today) for measure in line.measures.values()]


def counting(session: Session, actor: Actor, account: BillingAccount) -> list[Line]:
    """Return the services of the account that count something, those that are over too."""
    billing_accounts.mine(session, actor, account.id)
    return books.lines_of(session, actor, account)


def month(session: Session, actor: Actor, subscription_id: UUID, wanted: date | None, *, now: datetime) -> Month:
    """Return a service's period day by day: the one that begins in the wanted month, or the present one."""
    held, account = services.seen(session, actor, subscription_id)
    today = clock.day_of(now, account.zone)
    present = periods.of_day(today, account.anchor_day)
    period = periods.of_month(wanted, account.anchor_day) if wanted else present
    began = periods.of_day(clock.day_of(held.subscription.created_at, account.zone), account.anchor_day)
    earliest = max(began.month, clock.month_after(present.month, 1 - MONTHS_SHOWN))
    if not earliest <= period.month <= present.month:
        raise MonthNotFound()
    book = books.counted(session, actor, account, period)
    line = next((each for each in book.lines if each.id == subscription_id), None)
    if line is None:
        raise services.ServiceNotFound()
    return Month(
        line,
        account,
        period,
        of_line(book, line, period, min(today, period.ends - timedelta(days=1))),
        days(session, actor, account, since=period.begins, until=period.ends, of=[subscription_id]),
        earlier=period.month > earliest,
        later=period.month < present.month,
    )


def days(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    *,
    since: date,
    until: date,
    of: Sequence[UUID] | None = None,
) -> list[Used]:
    """Return what the account's services used, day by day, up to the day before `until`: in one pass."""
    billing_accounts.mine(session, actor, account.id)
    own = select(col(Subscription.id)).where(col(Subscription.billing_account_id) == account.id)
    query = (
        select(
            col(UsageDay.subscription_id),
            col(UsageDay.day),
            col(UsageDay.unit),
            col(UsageDay.amount),
            col(UsageDay.peak_mbit),
        )
        .where(
            col(UsageDay.subscription_id).in_(own),
            col(UsageDay.day) >= since,
            col(UsageDay.day) < until,
        )
        .order_by(col(UsageDay.day), col(UsageDay.subscription_id), col(UsageDay.unit))
    )
    if of is not None:
        query = query.where(col(UsageDay.subscription_id).in_(of))
    return [Used(*row) for row in session.execute(query)]


def _remain(book: Book, line: Line, measure: Measure, period: Period, today: date) -> Remain:
    found = book.of(line, measure.unit, period.month)
    packages = [
        Package(
            grant.subscription_id,
            grant.title,
            grant.amount * measures.BASE[grant.unit],
            book.left(grant),
            grant.until,
        )
        for grant in book.grants
        if grant.unit is measure.unit
        and books.usable(grant, line)
        and clock.day_of(grant.since, book.account.zone) <= today < grant.until
    ]
    return Remain(
        line.id,
        measure,
        period,
        line.included(measure.unit, period, book.account.zone),
        found.used,
        found.included,
        sum(found.packaged.values()),
        found.beyond,
        packages,
        book.account.currency,
    )
