"""The oracle itself, against figures written by hand: were it wrong with the product, nothing would show."""

from __future__ import annotations

from datetime import date

import pytest

from tests import oracle


@pytest.mark.parametrize(
    ("day", "anchor", "begins", "ends"),
    [
        (date(2026, 11, 24), 1, date(2026, 11, 1), date(2026, 12, 1)),
        (date(2027, 1, 31), 31, date(2027, 1, 31), date(2027, 2, 28)),
        (date(2027, 2, 27), 31, date(2027, 1, 31), date(2027, 2, 28)),
        (date(2027, 2, 28), 31, date(2027, 2, 28), date(2027, 3, 31)),
        (date(2028, 2, 29), 30, date(2028, 2, 29), date(2028, 3, 30)),
        (date(2028, 2, 28), 29, date(2028, 1, 29), date(2028, 2, 29)),
        (date(2026, 12, 31), 15, date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_a_period_goes_from_anchor_to_anchor(day, anchor, begins, ends):
    assert oracle.period(day, anchor) == (begins, ends)


def test_days_sum_to_the_price_of_their_period():
    december = oracle.between(date(2026, 12, 1), date(2027, 1, 1))

    assert oracle.cost(december, 100_00, 1) == 100_00
    assert oracle.cost(december[:10], 100_00, 1) == 32_26
    assert oracle.cost(december[10:20], 100_00, 1) == 32_26
    assert oracle.cost(december[20:], 100_00, 1) == 35_48


def test_a_discount_counts_for_its_own_days():
    november = oracle.between(date(2026, 11, 1), date(2026, 12, 1))

    half = oracle.cost(november, 300_00, 1, off=lambda day: 150_00 if day < date(2026, 11, 16) else 0)

    assert half == 75_00 + 150_00
    assert oracle.cost(november, 300_00, 1, off=lambda _: 400_00) == 0
