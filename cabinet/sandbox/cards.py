"""The test cards, and how a typed card is read. No other card is taken: nobody's real number has any business here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

NUMBER_DIGITS_MIN: Final = 12
NUMBER_DIGITS_MAX: Final = 19
CODE_TRIES: Final = 3
EXAMPLE_YEARS: Final = 3
"""How far ahead the expiry of an example lies."""

_EXPIRY = re.compile(r"(?P<month>\d{1,2})\s*[/.\-\s]?\s*(?P<year>\d{2}|20\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Card:
    """A card that exists only here. A verdict is "" for a yes, or the bank's code of its no."""

    name: str
    """What it is called in addresses and texts; a number never stands in an address."""
    number: str
    brand: str
    verdict: str = ""
    asks_code: bool = False
    """The bank asks for a one-time code on the page."""
    verdict_later: str = ""
    """What the bank says when the saved card is charged."""
    asks_code_later: bool = False


CARDS: Final = (
    Card("mir", "2200000000000004", "Мир"),
    Card("visa", "4111111111111111", "Visa"),
    Card("mir_code", "2200000000000012", "Мир", asks_code=True),
    Card("mastercard_code", "5555555555554444", "Mastercard", asks_code=True, asks_code_later=True),
    Card("low_balance", "2200000000000020", "Мир", "low_balance"),
    Card("low_balance_code", "2200000000000038", "Мир", "low_balance", asks_code=True),
    Card("low_balance_later", "2200000000000087", "Мир", verdict_later="low_balance"),
    Card("do_not_honor", "4000000000000002", "Visa", "do_not_honor"),
    Card("expired_card", "4000000000000069", "Visa", "expired_card"),
    Card("lost_card", "4000000000009987", "Visa", "lost_card"),
    Card("over_limit", "2200000000000046", "Мир", "over_limit"),
    Card("issuer_unavailable", "2200000000000053", "Мир", "issuer_unavailable"),
    Card("suspected_fraud", "2200000000000061", "Мир", "suspected_fraud"),
)
BY_NUMBER: Final = {card.number: card for card in CARDS}
BY_NAME: Final = {card.name: card for card in CARDS}


@dataclass(frozen=True, slots=True)
class Typed:
    """A card form as it was read: the card and its expiry, or what is wrong with which field."""

    card: Card | None
    expiry: str
    """MM/YYYY."""
    errors: dict[str, str]
    """Field → the key of its text."""


def read(number: str, expiry: str, cvc: str, *, today: date) -> Typed:
    """Read the form's three fields. A card is good through the last day of its month."""
    errors: dict[str, str] = {}
    digits = re.sub(r"[\s\-\u00a0]", "", number)
    card = BY_NUMBER.get(digits)
    if not digits:
        errors["number"] = "number_empty"
    elif not re.fullmatch(r"\d+", digits, re.ASCII):
        errors["number"] = "number_digits"
    elif not NUMBER_DIGITS_MIN <= len(digits) <= NUMBER_DIGITS_MAX:
        errors["number"] = "number_length"
    elif not passes_luhn(digits):
        errors["number"] = "number_luhn"
    elif card is None:
        errors["number"] = "number_foreign"
    good_through, wrong = _expiry(expiry, today)
    if wrong:
        errors["expiry"] = wrong
    if not re.fullmatch(r"\d{3}", cvc.strip(), re.ASCII):
        errors["cvc"] = "cvc_wrong" if cvc.strip() else "cvc_empty"
    return Typed(None if errors else card, good_through, errors)


def example_expiry(today: date) -> str:
    """Return an expiry that every test card may have, as it is typed: «11/29»."""
    return f"{today.month:02d}/{(today.year + EXAMPLE_YEARS) % 100:02d}"


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of the others (ISO/IEC 7812)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def spaced(number: str) -> str:
    """Write a number as it is embossed: «2200 0000 0000 0004»."""
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def _expiry(typed: str, today: date) -> tuple[str, str]:
    if not typed.strip():
        return "", "expiry_empty"
    found = _EXPIRY.fullmatch(typed.strip())
    if found is None or not 1 <= int(found["month"]) <= 12:
        return "", "expiry_wrong"
    month, year = int(found["month"]), 2000 + int(found["year"][-2:])
    if (year, month) < (today.year, today.month):
        return "", "expiry_past"
    if year > today.year + 20:
        return "", "expiry_wrong"
    return f"{month:02d}/{year}", ""
