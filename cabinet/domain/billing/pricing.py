"""What the days of a service cost, piece by piece: days at one rate, with what the rate is of a whole period (3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cabinet.domain.base import periods
from cabinet.domain.base.periods import Period
from cabinet.domain.billing.held import Held
from cabinet.kit.money import Money


@dataclass(frozen=True, slots=True)
class Piece:
    """Days of a service at one rate."""

    since: date
    until: date
    price: Money
    """What a whole period costs at this rate."""
    amount: Money
    """What these days cost."""


def pieces(held: Held, period: Period, since: date, until: date) -> list[Piece]:
    """Cut the days of one period where the rate changes; together they are exactly these days."""
    if since >= until:
        return []
    edges = {since, until}
    for each in held.discounts:
        edges |= {day for day in (each.since, each.until) if day and since < day < until}
    return [
        Piece(first, last, held.rate(first), periods.share(held.rate(first), period, first, last))
        for first, last in pairwise(sorted(edges))
    ]


def cost(held: Held, period: Period, since: date, until: date) -> Money:
    """Return what the days of one period cost."""
    return sum((piece.amount for piece in pieces(held, period, since, until)), Money(0, held.price.currency))
