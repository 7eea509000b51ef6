"""Numbers that people say on the phone: «П-2026-118204»."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.domain.base.prepared import Prepared
from cabinet.models.journal import Counter

PREFIXES: Final = {
    "payment": "П",
    "refund": "В",
    "invoice": "С",
    "receipt": "Ч",
    "operation": "О",
    "outage": "А",
    "order": "З",
    "ticket": "Т",
}
"""Series and the letter that their numbers begin with."""

_SERIES: Final[dict[str, BindParameter[object]]] = {"series": bindparam("series"), "year": bindparam("year")}
_NEXT: Final = Prepared(
    {
        name: dialect.insert(Counter)
        .values(last=1, **_SERIES)
        .on_conflict_do_update(index_elements=["series", "year"], set_={"last": col(Counter.last) + 1})
        .returning(col(Counter.last))
        for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
    }
)


def take(session: Session, series: str, *, now: datetime) -> str:
    """Return the next number of the series in the year of `now` (UTC); a rolled back transaction leaves no gap."""
    return f"{PREFIXES[series]}-{now.year}-{_next(session, series, now.year):06d}"


def take_contract(session: Session) -> str:
    """Return the next contract number: seven digits, the last of them a check digit by Luhn, so that a typo is seen."""
    digits = str(500_000 + _next(session, "contract", 0))
    return digits + str(check_digit(digits))


def check_digit(digits: str) -> int:
    """Return the Luhn check digit of the digits (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def _next(session: Session, series: str, year: int) -> int:
    row = _NEXT.one(session.connection(), {"series": series, "year": year})
    assert row is not None
    last: int = row[0]
    return last
