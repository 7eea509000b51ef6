"""What follows from usage: who is told that it runs out, and what is asked for beyond (2.2, 3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts, notifications
from cabinet.domain.base import events, periods, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.measures import After
from cabinet.domain.notifications import Notice
from cabinet.domain.usage import books, reading
from cabinet.domain.usage.books import Book, Line
from cabinet.domain.usage.reading import Remain
from cabinet.kit import clock, i18n
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice
from cabinet.models.catalog import Unit
from cabinet.models.people import Person
from cabinet.models.services import Subscription
from cabinet.models.usage import UsagePeriod

SYSTEM: Final = Actor.system("usage")
TOPIC: Final = "services"
KIND: Final = "usage"
"""Of the invoices."""


@dataclass(frozen=True, slots=True)
class _Change:
    """How many units more, or fewer, are to be paid for than were asked for so far."""

    row: UsagePeriod
    line: Line
    units: int

    @property
    def amount(self) -> Money:
        version = self.line.held.version
        price = Money(self.line.measures[self.row.unit].overage_minor, version.currency)
        return Money(price.minor * self.units, price.currency)


def look(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """Count the account's usage anew where records came, and tell its owner what runs out; once for each limit."""
    actor.require_system()
    account = billing_accounts.mine(session, actor, account_id)
    held = rules.current(session, rules.UsageRules, now=now)
    today = clock.day_of(now, account.zone)
    present = periods.of_day(today, account.anchor_day)
    book = _count_anew(session, actor, account, present)
    for line in book.lines:
        if line.held.subscription.status in reading.LIVE:
            for remain in reading.of_line(book, line, present, today):
                _tell(session, actor, account, line, remain, held, now)
    events.ring(session, account.person_id, TOPIC)


def to_charge(session: Session, actor: Actor) -> list[UUID]:
    """Return the accounts for which something is to be counted, asked for or given back."""
    actor.require_system()
    query = (
        select(col(Subscription.billing_account_id))
        .join(UsagePeriod, col(UsagePeriod.subscription_id) == col(Subscription.id))
        .where(or_(~col(UsagePeriod.counted), col(UsagePeriod.beyond) != col(UsagePeriod.asked)))
        .distinct()
        .order_by(col(Subscription.billing_account_id))
    )
    return list(session.scalars(query))


def charge(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> list[Invoice]:
    """Ask for what went beyond in periods that are over, or give back what later records took away; once."""
    actor.require_system()
    billing_accounts.mine(session, actor, account_id)
    account = session.get_one(BillingAccount, account_id, with_for_update=True)
    held = rules.current(session, rules.UsageRules, now=now)
    today = clock.day_of(now, account.zone)
    book = _count_anew(session, actor, account, periods.of_day(today, account.anchor_day))
    over = today - timedelta(days=held.charge_after_days)
    issued = []
    for line, month, rows in _open_rows(session, account, book):
        period = periods.of_month(month, account.anchor_day)
        if period.ends <= over:
            invoice = _settle_period(session, actor, account, line, period, rows, now)
            issued += [invoice] if invoice is not None else []
    return issued


def _count_anew(session: Session, actor: Actor, account: BillingAccount, present: Period) -> Book:
    """Count from the earliest period in which records came, note what went beyond; return the count.

    The rows are locked before the days are read: records that come meanwhile wait, and mark them again.
    """
    own = select(col(Subscription.id)).where(col(Subscription.billing_account_id) == account.id)
    query = (
        select(UsagePeriod)
        .where(col(UsagePeriod.subscription_id).in_(own), ~col(UsagePeriod.counted))
        .order_by(col(UsagePeriod.subscription_id), col(UsagePeriod.month), col(UsagePeriod.unit))
        .with_for_update()
    )
    stale = list(session.scalars(query))
    month = min((row.month for row in stale), default=present.month)
    first = periods.of_month(min(month, present.month), account.anchor_day)
    book = books.counted(session, actor, account, first, ends=present.ends)
    if not stale:
        return book
    known = {line.id: line for line in book.lines}
    later = select(UsagePeriod).where(col(UsagePeriod.subscription_id).in_(own), col(UsagePeriod.month) >= month)
    for row in session.scalars(later.order_by(col(UsagePeriod.subscription_id), col(UsagePeriod.month))):
        # A package that is good across periods moves with its past: what follows is counted too.
        row.beyond = _beyond(book, known.get(row.subscription_id), row, account)
        row.counted = True
        session.add(row)
    session.flush()
    return book


def _beyond(book: Book, line: Line | None, row: UsagePeriod, account: BillingAccount) -> int:
    """Return for how many units beyond money is to be asked: whole ones, a begun one counts."""
    if line is None or row.unit not in line.measures or line.measures[row.unit].after is not After.charged:
        return 0
    period = periods.of_month(row.month, account.anchor_day)
    if not line.pays_beyond(period):
        return 0
    (remain,) = [each for each in reading.of_line(book, line, period, period.begins) if each.measure.unit is row.unit]
    return remain.beyond_units


def _open_rows(
    session: Session, account: BillingAccount, book: Book
) -> Iterator[tuple[Line, date, Sequence[UsagePeriod]]]:
    """Yield by service and period what is still to be asked for or given back."""
    known = {line.id: line for line in book.lines}
    query = (
        select(UsagePeriod)
        .where(
            col(UsagePeriod.subscription_id).in_(known),
            col(UsagePeriod.counted),
            col(UsagePeriod.beyond) != col(UsagePeriod.asked),
        )
        .order_by(col(UsagePeriod.month), col(UsagePeriod.subscription_id), col(UsagePeriod.unit))
    )
    found: dict[tuple[date, UUID], list[UsagePeriod]] = defaultdict(list)
    for row in session.scalars(query):
        found[(row.month, row.subscription_id)].append(row)
    for (month, subscription_id), rows in found.items():
        yield known[subscription_id], month, rows


def _settle_period(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    line: Line,
    period: Period,
    rows: Sequence[UsagePeriod],
    now: datetime,
) -> Invoice | None:
    """Bring what was asked for a service in a period to what went beyond."""
    changes = [_Change(row, line, row.beyond - row.asked) for row in rows]
    serial = _next_serial(session, line, period)
    more = [change for change in changes if change.units > 0]
    invoice = None
    if more:
        total = sum((change.amount for change in more), Money(0, account.currency))
        covered = billing_accounts.balance(session, actor, account).available >= total
        draft = replace(_draft(line, period, more, serial, now), quiet=covered)
        invoice = billing.issue(session, SYSTEM, account, draft, now=now)
        billing.settle_if_covered(session, SYSTEM, invoice.id, now=now)
    for change in changes:
        if change.units < 0:
            drawn = billing.LineDraft(line.held.product.category, _title(change), -change.amount)
            key = f"usage:{line.id}:{period.month.isoformat()}:{change.row.unit}:{serial}"
            billing.credit(session, SYSTEM, account, drawn, key=key, now=now)
        change.row.asked += change.units
        change.row.serial = serial
        session.add(change.row)
    session.flush()
    return invoice


def _draft(line: Line, period: Period, more: Sequence[_Change], serial: int, now: datetime) -> billing.InvoiceDraft:
    category = line.held.product.category
    return billing.InvoiceDraft(
        key=f"usage:{line.id}:{period.month.isoformat()}:{serial}",
        kind=KIND,
        lines=[billing.LineDraft(category, _title(change), change.amount, line.id) for change in more],
        due_at=now,
        period=period.month,
    )


def _next_serial(session: Session, line: Line, period: Period) -> int:
    """Return the number of this settlement of a service's period: all its units share the count."""
    query = select(func.max(col(UsagePeriod.serial))).where(
        col(UsagePeriod.subscription_id) == line.id, col(UsagePeriod.month) == period.month
    )
    return (session.scalar(query) or 0) + 1


def _title(change: _Change) -> dict[str, str]:
    """Return what a line of an invoice says, in every language: «Сверх тарифа: 12 минут»."""
    return {locale: _said(change.row.unit, abs(change.units), locale) for locale in i18n.LOCALES}


def _said(unit: Unit, count: int, locale: str) -> str:
    match unit:
        case Unit.minutes:
            return i18n.plural(locale, "Beyond the tariff: {n} minute", "Beyond the tariff: {n} minutes", count)
        case Unit.messages:
            return i18n.plural(locale, "Beyond the tariff: {n} message", "Beyond the tariff: {n} messages", count)
        case Unit.home_gigabytes:
            return i18n.text(locale, "Beyond the tariff: {n} GB of home internet", n=count)
    return i18n.text(locale, "Beyond the tariff: {n} GB", n=count)


def _tell(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    line: Line,
    remain: Remain,
    held: rules.UsageRules,
    now: datetime,
) -> None:
    """Tell that little is left, or nothing: once for what there is, and once more when a package adds to it."""
    if remain.left is None or not remain.total or not remain.used:
        return
    level = 100 if not remain.left else held.near_percent if remain.percent >= held.near_percent else 0
    if not level:
        return
    measure = remain.measure
    person = session.get_one(Person, account.person_id)
    values: dict[str, object] = {
        "title": i18n.localized(line.held.version.title, person.locale),
        "unit": str(measure.unit),
        "left_base": remain.left,
        "percent": remain.percent,
        "until": remain.period.ends - timedelta(days=1),
        "renews": remain.period.ends,
        "price": Money(measure.overage_minor, line.held.version.currency),
        "kbit": line.held.version.slowed_kbit,
    }
    notice = Notice(
        f"usage_over_{measure.after}" if level == 100 else "usage_near",
        values,
        f"usage:{line.id}:{remain.period.month.isoformat()}:{measure.unit}:{level}:{remain.total}",
        f"/services/usage?service={line.id}",
    )
    notifications.tell(session, actor, account.person_id, notice, now=now)
