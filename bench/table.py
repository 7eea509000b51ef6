"""The lines of the table: what was measured, beside what, and whether the goal is met."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTHS = (46, 22, 30, 9, 9)
HEADS = ("what", "cabinet", "beside", "ratio", "goal")


@dataclass(frozen=True, slots=True)
class Line:
    """One goal. `ratio` is None where the goal is an absolute figure; `value` is compared with `goal` then."""

    what: str
    ours: str
    beside: str
    value: float
    goal: float
    at_least: bool = False
    absolute: bool = False
    instead: tuple[float, float] | None = None
    """A figure and its bound, on the same side as the goal: a goal of two bounds is met by either."""
    unit: str = "/s"
    """Of that figure."""

    @property
    def met(self) -> bool:
        bounds = [(self.value, self.goal), *([self.instead] if self.instead is not None else [])]
        return any(value >= bound if self.at_least else value <= bound for value, bound in bounds)


def show(title: str, lines: Iterable[Line]) -> None:
    """Print a part of the table."""
    say(f"\n{title}")
    say(_row(HEADS))
    for line in lines:
        sign = "≥" if line.at_least else "≤"
        ratio = "" if line.absolute else f"{line.value:.2f}"
        goal = f"{sign} {line.goal:g}"
        if line.instead is not None:
            goal += f" or {sign} {line.instead[1]:g}{line.unit}"
        say(_row((line.what, line.ours, line.beside, ratio, goal)) + ("  met" if line.met else "  NOT MET"))


def median(values: Sequence[float]) -> float:
    """Return the middle of the values."""
    return statistics.median(values)


def spread(values: Sequence[float], unit: str, digits: int = 2) -> str:
    """Write the median and the range."""
    low, high = min(values), max(values)
    return f"{median(values):.{digits}f} [{low:.{digits}f}-{high:.{digits}f}] {unit}"


def say(words: str) -> None:
    """Print at once: the whole takes minutes."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _row(cells: Sequence[str]) -> str:
    return "  " + " ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
