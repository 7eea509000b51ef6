"""What days cost, counted one by one: the oracle of every property test about money for days.

It knows nothing of the product's calendar or rounding. A period is found by walking from day to day to the anchor, and
a day costs the difference of two rounded parts of its period's price, so that any run of days sums to the kopeck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

DAY = timedelta(days=1)

Off = Callable[[date], int]
"""How many kopecks discounts take off the price of the whole period, as it stands on a day."""


@cache
def period(day: date, anchor: int) -> tuple[date, date]:
    """Return the first day of the period that the day lies in, and the first day after it."""
    begins = day
    while not _is_anchor(begins, anchor):
        begins -= DAY
    ends = day + DAY
    while not _is_anchor(ends, anchor):
        ends += DAY
    return begins, ends


def day_cost(day: date, price_minor: int, anchor: int) -> int:
    """Return what one day costs of a period's price."""
    begins, ends = period(day, anchor)
    length, gone = (ends - begins).days, (day - begins).days
    # Python rounds a fraction half to even.
    return round(Fraction(price_minor * (gone + 1), length)) - round(Fraction(price_minor * gone, length))


def cost(days: Iterable[date], price_minor: int, anchor: int, *, off: Off = lambda _day: 0) -> int:
    """Return what the days cost, each at the price of its own day: discounts come and go."""
    return sum(day_cost(day, max(price_minor - off(day), 0), anchor) for day in days)


def between(first: date, until: date) -> list[date]:
    """Return the days from the first one up to the other."""
    return [first + DAY * far for far in range((until - first).days)]


def _is_anchor(day: date, anchor: int) -> bool:
    if day.day == anchor:
        return True
    # The anchor does not exist in a shorter month: its last day stands in.
    return day.day < anchor and (day + DAY).month != day.month
