"""How long the money lasts: what will be taken in the coming months, laid over what is there (2.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.billing import invoices, pricing
from cabinet.domain.billing.held import Held, held_by
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice
from cabinet.models.services import SubscriptionStatus

MONTHS_AHEAD: Final = 3
"""How far the plan looks: the month in which the money ends is nearly always among them."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Money that will be taken on a day: an open invoice, or fees that have no invoice yet."""

    day: date
    amount: Money
    invoice: Invoice | None
    month: date | None
    """The month whose fee it is; None for days of a service that begins in the middle."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """How long the money lasts: the planned charges, and where they outrun the balance."""

    planned: Sequence[Planned]
    missing: Money
    """What the first uncovered day lacks; zero when all that is planned is covered."""
    missing_on: date | None
    """The first day that the balance does not cover."""


def outlook(session: Session, actor: Actor, account: BillingAccount, available: Money, *, now: datetime) -> Outlook:
    """Lay the planned charges of the next months over the money that is there."""
    planned = _plan(session, actor, account, now)
    left = available.minor
    for day in sorted({charge.day for charge in planned}):
        left -= sum(charge.amount.minor for charge in planned if charge.day == day)
        if left < 0:
            return Outlook(planned, Money(-left, account.currency), day)
    return Outlook(planned, Money(0, account.currency), None)


def _plan(session: Session, actor: Actor, account: BillingAccount, now: datetime) -> list[Planned]:
    planned = [
        Planned(clock.day_of(each.due_at, account.zone), Money(each.amount_minor, each.currency), each, each.period)
        for each in invoices.open_of(session, actor, account.id)
    ]
    today = clock.day_of(now, account.zone)
    present = periods.of_day(today, account.anchor_day)
    months = [clock.month_after(present.month, far) for far in range(MONTHS_AHEAD + 1)]
    ahead = [periods.of_month(month, account.anchor_day) for month in months]
    fees: dict[tuple[date, date | None], Money] = {}
    for held in held_by(session, actor, account.id):
        for day, month, amount in _coming(held, ahead, today):
            fees[(day, month)] = fees.get((day, month), Money(0, account.currency)) + amount
    planned += [Planned(day, amount, None, month) for (day, month), amount in fees.items() if amount]
    return sorted(planned, key=lambda charge: charge.day)


def _coming(held: Held, ahead: Sequence[Period], today: date) -> Iterator[tuple[date, date | None, Money]]:
    """Yield what the service will cost from here on: the day it is taken, whose month it is, how much."""
    subscription = held.subscription
    first = subscription.charged_until
    if subscription.status is SubscriptionStatus.disconnecting or subscription.blocked_at is not None:
        return
    if subscription.status is SubscriptionStatus.suspended:
        if subscription.resumes_on is None:
            return
        if first > subscription.resumes_on:
            # Whole periods are invoiced already; the days between its return and the first of them are not.
            for period in ahead:
                if period.begins < subscription.resumes_on < period.ends:
                    rest = pricing.cost(held, period, subscription.resumes_on, min(period.ends, first))
                    yield max(subscription.resumes_on, today), None, rest
        first = max(first, subscription.resumes_on)
    if held.on_trial and subscription.trial_until is not None:
        first = max(first, subscription.trial_until)
    if subscription.status is SubscriptionStatus.scheduled:
        assert subscription.starts_on is not None
        first = subscription.starts_on
        if held.version.connection_minor:
            yield max(first, today), None, Money(held.version.connection_minor, held.version.currency)
    for period in ahead:
        since = max(first, period.begins)
        until = min(period.ends, subscription.ends_on or period.ends)
        if since < until:
            whole = since == period.begins
            yield max(since, today), period.month if whole else None, pricing.cost(held, period, since, until)
