"""Numbers that people say on the phone: «П-2026-118204»."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

PREFIXES: Final = {"payment": "П", "refund": "В", "invoice": "С", "receipt": "Ч", "operation": "О", "outage": "А"}
"""Series and the letter that their numbers begin with."""

_NEXT = text(
    "INSERT INTO counter (series, year, last) VALUES (:series, :year, 1) "
    "ON CONFLICT (series, year) DO UPDATE SET last = counter.last + 1 RETURNING last"
)


def take(session: Session, series: str, *, now: datetime) -> str:
    """Return the next number of the series in the year of `now` (UTC); a rolled back transaction leaves no gap."""
    last = session.execute(_NEXT, {"series": series, "year": now.year}).scalar_one()
    return f"{PREFIXES[series]}-{now.year}-{last:06d}"


def take_contract(session: Session) -> str:
    """Return the next contract number: seven digits, the last of them a check digit by Luhn, so that a typo is seen."""
    last = session.execute(_NEXT, {"series": "contract", "year": 0}).scalar_one()
    digits = str(500_000 + last)
    return digits + str(check_digit(digits))


def check_digit(digits: str) -> int:
    """Return the Luhn check digit of the digits (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10
