"""Working time: how much of it lies between two moments, and when so much of it will have passed (4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from cabinet.domain.base.rules import TicketRules
from cabinet.kit import clock

DAYS_MAX: Final = 400
"""How far one looks for a working day: beyond it the calendar is wrong."""
MINUTE: Final = timedelta(minutes=1)


def worked(held: TicketRules, since: datetime, until: datetime) -> int:
    """Return the whole working minutes between two moments."""
    passed = timedelta()
    for opens, closes in _days(held, clock.day_of(since, held.zone)):
        if opens >= until:
            break
        passed += max(min(closes, until) - max(opens, since), timedelta())
    return passed // MINUTE


def after(held: TicketRules, since: datetime, minutes: int) -> datetime:
    """Return the moment at which so many working minutes will have passed."""
    left = timedelta(minutes=minutes)
    for opens, closes in _days(held, clock.day_of(since, held.zone)):
        begins = max(opens, since)
        if begins + left <= closes:
            return begins + left
        left -= max(closes - begins, timedelta())
    raise ValueError("a calendar without working days")


def _days(held: TicketRules, first: date) -> Iterator[tuple[datetime, datetime]]:
    """Return when each working day from the first on opens and closes."""
    for ahead in range(DAYS_MAX):
        day = first + timedelta(days=ahead)
        if str(day.isoweekday()) in held.weekdays and day.isoformat() not in held.holidays:
            begins = clock.start_of(day, held.zone)
            yield begins + timedelta(minutes=held.opens_minute), begins + timedelta(minutes=held.closes_minute)
