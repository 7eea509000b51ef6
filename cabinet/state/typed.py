"""What people type into the fields of a form, read: days, moments, counts; what cannot be read is refused in words."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from cabinet.kit.errors import Invalid

DIGITS_MAX: Final = 9
DAY_MINUTES: Final = 24 * 60


class DayNotUnderstood(Invalid):
    code = "state.day_not_understood"


class MomentNotUnderstood(Invalid):
    code = "state.moment_not_understood"


class NumberNotUnderstood(Invalid):
    code = "state.number_not_understood"


def day(text: str) -> date | None:
    """Read a day as a field of dates sends it; "" is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise DayNotUnderstood() from wrong


def moment(text: str, zone: str) -> datetime:
    """Read an instant on the wall clock of a zone, as a field of dates and times sends it."""
    try:
        return datetime.fromisoformat(text[:16]).replace(tzinfo=ZoneInfo(zone))
    except ValueError as wrong:
        raise MomentNotUnderstood() from wrong


def days(text: str) -> tuple[str, ...]:
    """Read days, one on a line, as 2027-01-01 or 01.01.2027; return them in order, each once, as ISO 8601."""
    found = set()
    for line in text.split():
        turned = ".".join(reversed(line.split("."))).replace(".", "-")
        known = day(turned)
        assert known is not None
        found.add(known.isoformat())
    return tuple(sorted(found))


def minute(text: str) -> int:
    """Read a time of the day, 9:00 or 24:00, as minutes since its beginning."""
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})", text.strip(), re.ASCII)
    if found is None or int(found[2]) > 59 or int(found[1]) * 60 + int(found[2]) > DAY_MINUTES:
        raise MomentNotUnderstood()
    return int(found[1]) * 60 + int(found[2])


def key(text: str) -> int:
    """Read the number of a row, as a button of it sends it; what is none is the number of no row."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else 0


def count(text: str, *, empty: int | None = None) -> int:
    """Read a whole number of at most nine digits; an empty field is `empty`, or is refused."""
    typed = text.strip()
    if not typed and empty is not None:
        return empty
    if not typed.isascii() or not typed.isdigit() or len(typed) > DIGITS_MAX:
        raise NumberNotUnderstood()
    return int(typed)
