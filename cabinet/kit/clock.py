"""The only place that reads the clock, and the arithmetic of calendar days in a zone.

Everywhere below the edges `now` is an argument: an aware datetime in UTC.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """Return the same instant on the wall clock of `zone` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone))


def day_of(moment: datetime, zone: str) -> date:
    """Return the calendar day of the instant in the zone."""
    return local(moment, zone).date()


def month_of(moment: datetime, zone: str) -> date:
    """Return the first day of the instant's month in the zone."""
    return day_of(moment, zone).replace(day=1)


def start_of(day: date, zone: str) -> datetime:
    """Return the first instant of the day in the zone, in UTC.

    Where the local midnight does not exist (a zone that skips it), the result is the instant at which the day begins.
    """
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def month_after(day: date, months: int = 1) -> date:
    """Return the first day of the month that lies `months` months after the month of `day` (negative: before)."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def on_anchor(month: date, anchor: int) -> date:
    """Return the anchor's day in the month, clamped to the month's end: 31 in February is the 28th or the 29th."""
    last = month_after(month) - timedelta(days=1)
    return month.replace(day=min(anchor, last.day))
