"""What Anna and Boris use: half a year of traffic, calls and messages, as the network would have sent it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cabinet.domain import measures, usage
from cabinet.domain.usage import Incoming
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Unit
from cabinet.seed.pen import SYSTEM, ZONE, Pen

MONTHS: Final = 6
"""Whole months before the present one."""
DAY_OF_THE_MOCKS: Final = 24
"""The figures of the present month are those of this day; on another day they are so much less or more."""
Amounts = dict[Unit, tuple[float, Sequence[float]]]
"""By unit: the present month up to the 24th, and the months before it, the last one first."""

ANNAS_MOBILE: Final[Amounts] = {
    Unit.gigabytes: (13.4, (23.9, 23.8, 24.3, 25.4, 22.6, 23.4)),
    Unit.minutes: (214, (512, 547, 480, 560, 533, 498)),
    Unit.messages: (29, (38, 41, 35, 47, 44, 39)),
}
ANNAS_HOME: Final[Amounts] = {Unit.home_gigabytes: (268, (341, 352, 318, 294, 307, 330))}
BORIS_MOBILE: Final[Amounts] = {
    Unit.gigabytes: (4.2, (4.8, 4.6, 5.0, 4.1, 4.4, 4.7)),
    Unit.minutes: (121, (163, 171, 148, 188, 176, 159)),
    Unit.messages: (11, (16, 14, 19, 12, 17, 15)),
}
PEAKS: Final = (212, 280)
"""The highest speeds of an evening, Mbit/s."""
HOURS: Final = {
    Unit.home_gigabytes: (9, 15, 21),
    Unit.gigabytes: (8, 12, 17, 20),
    Unit.minutes: (9, 11, 14, 18),
    Unit.messages: (10, 19),
}
"""When it is used, about."""
SATURDAY: Final = 5
WEEKEND: Final = 1.5
"""So much more is used on its days."""


def write(pen: Pen, anna: BillingAccount, boris: BillingAccount) -> None:
    """Let the records come in, and those to whom they belong be told."""
    used = ((anna, "family-20", ANNAS_MOBILE), (anna, "optima-300", ANNAS_HOME), (boris, "start-5", BORIS_MOBILE))
    records = [
        record
        for account, product, amounts in used
        for unit, (present, before) in amounts.items()
        for record in _Phone(pen, account.number, product, unit).records(present, before)
    ]
    for first in range(0, len(records), usage.ROWS_MAX):
        taken = pen.do(usage.take_in, SYSTEM, records[first : first + usage.ROWS_MAX], now=pen.now)
        assert all(verdict.well for verdict in taken.verdicts), taken.verdicts
    for account in (anna, boris):
        pen.do(usage.look, SYSTEM, account.id, now=pen.now)


@dataclass(frozen=True, slots=True)
class _Phone:
    """A service whose records are written, of one unit."""

    pen: Pen
    account: str
    product: str
    unit: Unit

    def records(self, present: float, before: Sequence[float]) -> Iterator[Incoming]:
        """Yield its records of all the months."""
        this_month, today = self.pen.today.replace(day=1), self.pen.today
        dice = random.Random(f"{self.account}:{self.unit}")  # noqa: S311  the story is to be the same each time
        for back, amount in enumerate(reversed(before)):
            month = clock.month_after(this_month, back - MONTHS)
            yield from self._month(month, (clock.month_after(month) - month).days, amount, dice)
        yield from self._month(this_month, today.day, present * today.day / DAY_OF_THE_MOCKS, dice)

    def _month(self, month: date, days: int, amount: float, dice: random.Random) -> Iterator[Incoming]:
        """Yield a month's records: they sum up to the amount, weekends have more."""
        places = [(month + timedelta(days=day), hour) for day in range(days) for hour in HOURS[self.unit]]
        weights = [dice.uniform(0.3, 1.5) * (WEEKEND if day.weekday() >= SATURDAY else 1) for day, _ in places]
        parts = _shares(int(amount * measures.BASE[self.unit]), weights)
        for place, ((day, hour), part) in enumerate(zip(places, parts, strict=True)):
            moment, peak = self.pen.at(day, hour, dice.randint(0, 59)), dice.randint(*PEAKS)
            if part:
                yield Incoming(
                    account=self.account,
                    product=self.product,
                    unit=self.unit,
                    amount=part,
                    started_at=max(moment, clock.start_of(day, ZONE)),
                    external_id=f"demo:{self.account}:{self.unit}:{month:%Y-%m}:{place}",
                    peak_mbit=peak if self.unit is Unit.home_gigabytes else 0,
                )


def _shares(total: int, weights: Sequence[float]) -> Iterator[int]:
    """Cut a whole into parts by their weights; what rounding leaves goes from part to part."""
    whole, given, upto = sum(weights), 0, 0.0
    for weight in weights:
        upto += weight
        part = int(total * upto / whole + 1e-9) - given
        given += part
        yield part
