"""What trying a tariff on tells: month by month, what would have run out, whether it is better (3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cabinet.domain.base.periods import Period
from cabinet.domain.billing import Held
from cabinet.domain.measures import After, Measure
from cabinet.domain.tariffs.comparing import Tariff
from cabinet.kit.money import Money
from cabinet.models.catalog import Unit

SURE_MONTHS: Final = 2
"""In so many of them a tariff has to be cheaper before it is advised."""
DRY: Final = (After.slowed, After.blocked)
"""What comes for nothing when nothing is left, and is worse than what was there."""


@dataclass(frozen=True, slots=True)
class Month:
    """One period: what was really asked for in it, and what would have been."""

    month: date
    charged: Money
    cost: Money

    @property
    def saved(self) -> Money:
        """How much less it would have been; below zero when it would have been more."""
        return self.charged - self.cost


@dataclass(frozen=True, slots=True)
class Shortage:
    """A period in which what the tariff, or a service beside it, includes would not have sufficed."""

    unit: Unit
    included: int
    """How much a whole period includes, in base units."""
    month: date
    day: date
    """The day on which it was used up."""
    beyond: int
    """How much would have gone beyond packages too, in base units."""
    after: After


@dataclass(frozen=True, slots=True)
class Fit:
    """A tariff tried on."""

    tariff: Tariff
    months: Sequence[Month]
    shortages: Sequence[Shortage] = ()
    packages: int = 0
    """How many of the packages that were bought would have been needed."""
    replaced: Sequence[Held] = ()
    lost: Sequence[Held] = ()
    stays: Sequence[Held] = ()
    """Tariffs and services that would stand beside it."""
    missing: Sequence[Unit] = ()
    """What was used and the tariff does not have."""
    slower: bool = False
    """Its speed is below what was seen."""
    channels: int = 0
    """How many TV channels there would be, its own or those of a service that stays."""
    fewer_channels: bool = False

    @property
    def total(self) -> Money:
        """What all the months would have cost."""
        return sum((each.cost for each in self.months), Money(0, self.tariff.version.currency))

    @property
    def average(self) -> Money:
        """What a month would have cost; the list price where nothing was replayed."""
        return self.total.part(1, len(self.months)) if self.months else self.tariff.price

    @property
    def cheapest(self) -> Money:
        """What the cheapest month would have cost."""
        return min((each.cost for each in self.months), key=lambda cost: cost.minor, default=self.tariff.price)

    @property
    def dearest(self) -> Money:
        """What the dearest month would have cost."""
        return max((each.cost for each in self.months), key=lambda cost: cost.minor, default=self.tariff.price)

    @property
    def saved(self) -> Money:
        """How much less all the months would have cost than what was asked for."""
        return sum((each.saved for each in self.months), Money(0, self.tariff.version.currency))

    @property
    def spread(self) -> bool:
        """Tell whether months would have cost differently."""
        return self.cheapest != self.dearest

    @property
    def dry(self) -> int:
        """In how many cases something would have run out, packages too, and gone on worse or not at all."""
        return sum(each.beyond > 0 and each.after in DRY for each in self.shortages)

    def short_of(self, unit: Unit) -> list[Shortage]:
        """Return when the unit would not have sufficed."""
        return [each for each in self.shortages if each.unit is unit]


@dataclass(frozen=True, slots=True)
class Fitting:
    """Tariffs tried on, the one that would have cost least first."""

    spans: Sequence[Period]
    """The periods that were replayed: fewer than `MONTHS` where the account is younger, none without data."""
    fits: Sequence[Fit]
    used: Mapping[Unit, int] = field(default_factory=dict)
    """How much of a unit was used in a month, in base units, on the average, rounded up."""
    counted: Mapping[Unit, Measure] = field(default_factory=dict)
    """What the account's services include of each unit now."""
    peak_mbit: int = 0
    packages: int = 0
    """How many packages were bought in these months."""

    @property
    def current(self) -> Fit | None:
        """The account's own tariff."""
        return next((each for each in self.fits if each.tariff.held is not None), None)

    @property
    def charged(self) -> Money | None:
        """What a month really cost on the average; None without data."""
        if not self.spans or not self.fits:
            return None
        paid = [each.charged for each in self.fits[0].months]
        return sum(paid[1:], paid[0]).part(1, len(paid))

    @property
    def best(self) -> Fit | None:
        """The one to advise: cheaper than what was asked for, in two of the months at least, and in nothing worse."""
        current = self.current
        return next((each for each in self.fits if current is not None and _is_better(each, current)), None)


def _is_better(tried: Fit, current: Fit) -> bool:
    if tried.tariff.held is not None or tried.tariff.hindrance is not None:
        return False
    worse = tried.missing or tried.lost or tried.fewer_channels or (tried.slower and not current.slower)
    if worse or tried.dry > current.dry:
        return False
    return tried.saved > tried.tariff.fee and sum(each.saved.minor > 0 for each in tried.months) >= SURE_MONTHS
