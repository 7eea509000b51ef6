"""Money: whole minor units of a currency. No fraction of a kopeck exists anywhere in the product."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from cabinet.kit.errors import Invalid

EXPONENTS = {"RUB": 2, "USD": 2, "EUR": 2, "KZT": 2, "BYN": 2, "PTS": 0}
"""Digits after the point, by ISO 4217 code; PTS are loyalty points."""

MINOR_MAX = 10**15
"""The largest amount in minor units. Ten trillion roubles fit in 64 bits with room for their sums."""

_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'_]")
_PLAIN = re.compile(r"(?P<sign>[+\-\u2212]?)(?P<whole>\d{1,15})(?:[.,](?P<fraction>\d*))?", re.ASCII)


class AmountNotUnderstood(Invalid):
    code = "money.not_understood"


class AmountTooPrecise(Invalid):
    code = "money.too_precise"


class AmountTooLarge(Invalid):
    code = "money.too_large"


class CurrencyUnknown(Invalid):
    code = "money.currency_unknown"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` units (kopecks, cents) of an ISO 4217 `currency`. Amounts of two currencies never mix."""

    minor: int
    currency: str = "RUB"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")
        if self.currency not in EXPONENTS:
            raise CurrencyUnknown(currency=self.currency[:3])
        if abs(self.minor) > MINOR_MAX:
            raise AmountTooLarge()

    @classmethod
    def parse(cls, text: str, currency: str = "RUB") -> Self:
        """Read what a person typed: «1 234,50», "1234.5", «−12». A fraction of a minor unit is refused, not rounded."""
        found = _PLAIN.fullmatch(_BLANKS.sub("", text).removesuffix("₽"))
        if found is None:
            if re.fullmatch(r"[+\-\u2212]?\d{16,}([.,]\d*)?", _BLANKS.sub("", text), re.ASCII):
                raise AmountTooLarge()
            raise AmountNotUnderstood()
        digits = EXPONENTS[currency]
        fraction = (found["fraction"] or "").rstrip("0")
        if len(fraction) > digits:
            raise AmountTooPrecise()
        minor = int(found["whole"] + fraction.ljust(digits, "0"))
        return cls(-minor if found["sign"] in ("-", "\u2212") else minor, currency)

    @classmethod
    def of_decimal(cls, amount: Decimal, currency: str) -> Self:
        """Read an exact decimal of major units, as vendors send it; a fraction of a minor unit is refused."""
        scaled = amount.scaleb(EXPONENTS[currency])
        if scaled != scaled.to_integral_value():
            raise AmountTooPrecise()
        return cls(int(scaled), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact, for vendors and documents."""
        return Decimal(self.minor).scaleb(-EXPONENTS[self.currency])

    def percent(self, basis_points: int) -> Self:
        """Return that share of the amount (100 basis points are 1 %), rounded half to even in the minor unit."""
        return type(self)(_divide_half_even(self.minor * basis_points, 10_000), self.currency)

    def part(self, taken: int, whole: int) -> Self:
        """Return `taken` of `whole` equal parts of the amount, rounded half to even in the minor unit."""
        return type(self)(_divide_half_even(self.minor * taken, whole), self.currency)

    def split(self, weights: list[int]) -> list[Self]:
        """Share the amount by weights so that the parts sum to the whole: largest remainders get the spare units."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights are non-negative and not all zero")
        shares = [divmod(self.minor * weight, total) for weight in weights]
        spare = self.minor - sum(whole for whole, _ in shares)
        by_remainder = sorted(range(len(weights)), key=lambda place: (-shares[place][1], place))
        lucky = set(by_remainder[:spare])
        return [type(self)(whole + (place in lucky), self.currency) for place, (whole, _) in enumerate(shares)]

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __mul__(self, times: int) -> Self:
        return type(self)(self.minor * times, self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise TypeError(f"{self.currency} and {other.currency} do not mix")
        return other.minor


def _divide_half_even(numerator: int, denominator: int) -> int:
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient % 2):
        quotient += 1
    return quotient
