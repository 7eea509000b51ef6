"""Billing periods and shares of a price by days (docs/domain/billing.md). Days are those of the account's zone.

A span is written as its first day and the first day after it, so that spans that meet share a day's name and no day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cabinet.kit import clock
from cabinet.kit.money import Money


@dataclass(frozen=True, slots=True)
class Period:
    """The days from one anchor to the next. It bears the name of the month in which it begins."""

    month: date
    begins: date
    ends: date
    """The first day of the period after it."""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends - self.begins).days


def of_month(month: date, anchor: int) -> Period:
    """Return the period that begins in the month."""
    return Period(month, clock.on_anchor(month, anchor), clock.on_anchor(clock.month_after(month), anchor))


def of_day(day: date, anchor: int) -> Period:
    """Return the period that the day lies in; the anchor's own day belongs to the new one."""
    month = day.replace(day=1)
    if clock.on_anchor(month, anchor) > day:
        month = clock.month_after(month, -1)
    return of_month(month, anchor)


def after(period: Period, anchor: int) -> Period:
    """Return the next period."""
    return of_month(clock.month_after(period.month), anchor)


def share(price: Money, period: Period, since: date, until: date) -> Money:
    """Return what the days from `since` up to `until` cost of the period's price.

    It is the difference of two rounded parts of the whole, so that adjoining spans always sum to their union.
    """
    if not period.begins <= since <= until <= period.ends:
        raise ValueError(f"{since} to {until} is not within {period}")
    first, last = (since - period.begins).days, (until - period.begins).days
    return price.part(last, period.days) - price.part(first, period.days)
