"""What rows, scales and charts are made of: words and amounts ready to show, handed from a state to a component."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cabinet.kit.i18n import MoneyText


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a description: «Номер», «П-2026-000123»."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; what was sought is marked."""

    words: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What will happen to the money and from which date; the first line is `now`."""

    when: str
    what: str
    amount: MoneyText
    now: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of an affair, as a timeline shows it."""

    title: str
    when: str = ""
    soft: str = ""
    state: Literal["done", "now", "waits", "next", "failed"] = "next"


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a chart. `share` is its height in per cent of the highest."""

    label: str
    value: str
    share: int
    now: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of a month side by side: what was, what would have been; heights in per cent of the highest."""

    label: str
    value: str
    """The difference, under the month."""
    tone: Literal["good", "warn", "calm"]
    was: int
    would: int


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a card: what speaks for a thing, what against it, what is only so."""

    tone: Literal["good", "warn", "bad", "calm"]
    text: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """A scale with its words: «Интернет», «13,4 из 20 ГБ», «осталось 6,6 ГБ, до 30 ноября»."""

    name: str
    value: str
    share: int
    """How much of it is used, in per cent."""
    sentence: str
    fill: Literal["plain", "near", "spent"] = "plain"
    soft: str = ""
    endless: bool = False
    """Without limit: there is no scale to show."""


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of a chart of days: «14 ноября», «1,3 ГБ»."""

    label: str
    value: str
    share: int
    """Its height in per cent of the highest."""
    now: bool = False
    axis: str = ""
    """What stands under it, on a few days only."""
    top: str = ""
    """What stands over it, on the highest one only."""


@dataclass(frozen=True, slots=True)
class DayMark:
    """Words under or over a scale of days. `place` is where they stand, in per cent of its length."""

    title: str
    soft: str = ""
    place: int = 0
    side: Literal["start", "middle", "after", "end"] = "middle"


Tick = Literal["month", "past", "today", "paid", "event", "bare_month", "bare"]
"""One day of a scale: past, today, paid for (`event` among the paid ones), and not paid for yet; months stand out."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: its SVG path, and where it ends."""

    path: str
    x: float
    y: float


def area_line(values: Sequence[int], *, highest: int) -> Line:
    """Draw values over a field of 100 by 100 whose top is `highest` and whose base is nothing."""
    return _line(values, across=(0, 100), down=(0, 100), between=(0, highest))


def spark_line(values: Sequence[int]) -> Line:
    """Draw values over the field of a sparkline, 96 by 28, from the lowest to the highest."""
    return _line(values, across=(3, 93), down=(4, 24), between=(min(values), max(values)))


def _line(values: Sequence[int], *, across: tuple[int, int], down: tuple[int, int], between: tuple[int, int]) -> Line:
    (left, right), (top, base), (low, high) = across, down, between
    steps, span = max(len(values) - 1, 1), max(high - low, 1)
    points = [
        (
            round(left + (right - left) * place / steps, 1),
            round(base - (base - top) * (value - low) / span, 1),
        )
        for place, value in enumerate(values)
    ]
    return Line("M " + " L ".join(f"{x} {y}" for x, y in points), *points[-1])
