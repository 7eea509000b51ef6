"""What a version includes, what comes when that is used up, and what a comparison reads (3.2; docs/domain/usage.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from cabinet.kit import i18n
from cabinet.models.catalog import UNLIMITED, Unit

BASE: Final[Mapping[Unit, int]] = {
    Unit.home_gigabytes: 1_048_576,
    Unit.gigabytes: 1_048_576,
    Unit.minutes: 60,
    Unit.messages: 1,
}
"""How many of what records count (kilobytes, seconds, messages) are one of the unit; in the order of showing."""
INTERNET: Final = (Unit.gigabytes, Unit.home_gigabytes)


class After(StrEnum):
    """What comes when what is included is used up, packages too."""

    never = "never"
    """Nothing: it is without limit."""
    charged = "charged"
    """Each one more has a price."""
    slowed = "slowed"
    """The internet goes on slowly, for nothing."""
    blocked = "blocked"
    """No more until the next period or a package."""


class Counting(Protocol):
    """What a version and the draft of one have in common here."""

    @property
    def included(self) -> Mapping[str, int]: ...
    @property
    def overage(self) -> Mapping[str, int]: ...
    @property
    def slowed_kbit(self) -> int: ...
    @property
    def facts(self) -> Mapping[str, str] | None: ...


@dataclass(frozen=True, slots=True)
class Measure:
    """One unit that a version counts."""

    unit: Unit
    included: int
    """In the unit itself for a whole period; `UNLIMITED` never runs out."""
    overage_minor: int
    """The price of one more; 0 where none is sold."""
    after: After

    @property
    def base(self) -> int | None:
        """What is included in what records count; None when it is without limit."""
        return None if self.included == UNLIMITED else self.included * BASE[self.unit]

    def units(self, beyond: int) -> int:
        """Return how many are paid for when so much in base units went beyond: whole ones, a begun one counts."""
        return -(-beyond // BASE[self.unit])

    def cost(self, beyond: int) -> int:
        """Return what that costs, in minor units; nothing where no more is sold."""
        return self.units(beyond) * self.overage_minor if self.after is After.charged else 0


def of(version: Counting) -> list[Measure]:
    """Return what the version counts, in the order of showing; nothing for one that counts nothing."""
    found = []
    for unit in BASE:
        included = version.included.get(unit)
        if included is None:
            continue
        price = version.overage.get(unit, 0)
        if included == UNLIMITED:
            after = After.never
        elif price:
            after = After.charged
        else:
            after = After.slowed if unit in INTERNET and version.slowed_kbit else After.blocked
        found.append(Measure(unit, included, price, after))
    return found


def facts(version: Counting, locale: str) -> list[tuple[str, str]]:
    """Return what else the version names for a comparison: a name, what holds."""
    lines = i18n.localized(version.facts or {}, locale).splitlines()
    parted = (line.partition(":") for line in lines if line.strip())
    return [(name.strip(), value.strip()) for name, _, value in parted]


def fit(draft: Counting) -> bool:
    """Tell whether it can be counted so: known units, prices only of what runs out, lines of facts that have both."""
    known = set(BASE)
    if not {*draft.included, *draft.overage} <= known or min(draft.included.values(), default=0) < UNLIMITED:
        return False
    if any(price <= 0 or draft.included.get(unit, UNLIMITED) == UNLIMITED for unit, price in draft.overage.items()):
        return False
    if draft.slowed_kbit and not any(each.after is After.slowed for each in of(draft)):
        return False
    return all(name and value for locale in draft.facts or {} for name, value in facts(draft, locale))
