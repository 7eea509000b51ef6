"""What makes sense for a rule: its least and its most, what it is counted in, which may not be larger than which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from zoneinfo import available_timezones

from cabinet.kit.errors import Invalid


class RuleWrong(Invalid):
    """A value out of its bounds, or a group that staff do not keep."""

    code = "rules.wrong"


class RuleOrder(Invalid):
    """Two values that contradict each other."""

    code = "rules.order"


AT_MOST: Final[dict[str, int]] = {
    "minor": 1_000_000_00,
    "bp": 10_000,
    "percent": 100,
    "minute": 60 * 24,
    "minutes": 60 * 24 * 31,
    "days": 3_650,
    "max": 1_000,
}
"""The largest value by the last word of a name that is a unit."""
AT_LEAST: Final[dict[str, int]] = {
    "amount_min_minor": 1,
    "open_max": 1,
    "unconfirmed_minutes": 1,
    "expires_minutes": 5,
    "issue_days_before": 1,
    "quote_minutes": 1,
    "block_after_days": 1,
    "block_tariffs_after_days": 1,
    "give_up_minutes": 1,
    "near_percent": 1,
    "claim_days": 1,
    "answer_minutes": 1,
    "solve_minutes": 1,
    "opened_per_hour_max": 1,
    "messages_per_hour_max": 1,
    "dialogues_max": 1,
    "handling_minutes": 1,
    "pick_up_minutes": 1,
    "idle_minutes": 5,
    "absent_minutes": 2,
    "messages_per_minute_max": 1,
}
"""What makes no sense below; all else may be nothing."""
IN_ORDER: Final = (
    ("amount_min_minor", "amount_max_minor"),
    ("block_after_days", "block_tariffs_after_days"),
    ("trial_remind_again_days", "trial_remind_days"),
    ("unconfirmed_minutes", "expires_minutes"),
    ("answer_minutes", "solve_minutes"),
)
"""Pairs of which the first is never larger than the second; where there are several values, each with its own."""
WORKING_MINUTES_MIN: Final = 60
"""A working day is not shorter."""
HOLIDAYS_MAX: Final = 100
"""Enough for three years; a calendar needs a working day within `calendar.DAYS_MAX`."""


def unit(name: str) -> str:
    """Return in what a rule is counted: the word of its name that `AT_MOST` knows."""
    return next(word for word in reversed(name.split("_")) if word in AT_MOST)


def check_order(values: Mapping[str, Any]) -> None:
    """Refuse a group of which two values contradict each other."""
    if not all(_in_order(values[small], values[large]) for small, large in IN_ORDER if small in values):
        raise RuleOrder()
    if "opens_minute" in values and values["closes_minute"] - values["opens_minute"] < WORKING_MINUTES_MIN:
        raise RuleOrder()


def check(name: str, value: Any, default: Any) -> None:
    """Refuse a value that is not of its rule's kind, or out of its bounds."""
    if type(value) is not type(default):
        raise RuleWrong()
    if name in _CALENDAR:
        if not _CALENDAR[name](value):
            raise RuleWrong()
    elif isinstance(value, tuple):
        if len(value) != len(default):
            raise RuleWrong()
        for each, its in zip(value, default, strict=True):
            check(name, each, its)
    elif type(value) is int and not AT_LEAST.get(name, 0) <= value <= AT_MOST[unit(name)]:
        raise RuleWrong(least=AT_LEAST.get(name, 0), most=AT_MOST[unit(name)])


def _are_days(value: tuple[Any, ...]) -> bool:
    try:
        return len(value) <= HOLIDAYS_MAX and all(date.fromisoformat(each).isoformat() == each for each in value)
    except (TypeError, ValueError):
        return False


_CALENDAR: Final[dict[str, Callable[[Any], bool]]] = {
    "zone": lambda value: value in available_timezones(),
    "weekdays": lambda value: 0 < len(value) == len(set(value)) and set(value) <= set("1234567"),
    "holidays": _are_days,
}


def _in_order(small: Any, large: Any) -> bool:
    if isinstance(small, tuple):
        return all(less <= more for less, more in zip(small, large, strict=True))
    return bool(small <= large)
