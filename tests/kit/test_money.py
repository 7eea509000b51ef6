from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cabinet.kit.money import AmountNotUnderstood, AmountTooLarge, AmountTooPrecise, CurrencyUnknown, Money


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1234,50", 123450),
        ("1 234,50", 123450),
        ("1\u00a0234,5", 123450),
        ("1\u202f234.50", 123450),
        ("0,01", 1),
        ("500", 50000),
        ("500 ₽", 50000),
        ("+7", 700),
        ("\u2212265,50", -26550),
        ("-265.5", -26550),
        ("10,000", 1000),
        ("9999999999999", 999999999999900),
    ],
)
def test_what_people_type_is_understood(typed, minor):
    assert Money.parse(typed) == Money(minor)


@pytest.mark.parametrize("typed", ["", " ", "сто", "1e5", "12,3,4", "0x10", "--5", "1/2", "nan", "Infinity", "٣"])
def test_what_is_not_an_amount_is_refused(typed):
    with pytest.raises(AmountNotUnderstood):
        Money.parse(typed)


@pytest.mark.parametrize("typed", ["1,234", "0.001", "99,999"])
def test_a_fraction_of_a_kopeck_is_refused_and_never_rounded(typed):
    with pytest.raises(AmountTooPrecise):
        Money.parse(typed)


@pytest.mark.parametrize("typed", ["10000000000001", "999999999999999", "9" * 16, "9" * 400])
def test_an_amount_beyond_the_limit_is_refused(typed):
    with pytest.raises(AmountTooLarge):
        Money.parse(typed)


def test_points_have_no_fraction():
    assert Money.parse("300", "PTS") == Money(300, "PTS")
    with pytest.raises(AmountTooPrecise):
        Money.parse("1,5", "PTS")


def test_an_unknown_currency_is_refused():
    with pytest.raises(CurrencyUnknown):
        Money(1, "ZZZ")


def test_floats_and_booleans_are_not_minor_units():
    for wrong in (1.0, True, "1"):
        with pytest.raises(TypeError):
            Money(wrong)  # type: ignore[arg-type]


def test_two_currencies_never_mix():
    with pytest.raises(TypeError):
        Money(1) + Money(1, "USD")
    with pytest.raises(TypeError):
        assert Money(1) < Money(1, "USD")


@pytest.mark.parametrize(
    ("minor", "basis_points", "share"),
    [
        (100_00, 150, 1_50),
        (33, 5000, 16),
        (35, 5000, 18),
        (34, 5000, 17),
        (-33, 5000, -16),
        (1, 1, 0),
        (606_28, 101, 6_12),
    ],
)
def test_a_percentage_is_rounded_half_to_even(minor, basis_points, share):
    assert Money(minor).percent(basis_points) == Money(share)


def test_a_split_gives_spare_kopecks_to_the_largest_remainders():
    assert Money(100).split([1, 1, 1]) == [Money(34), Money(33), Money(33)]
    assert Money(1500_00).split([800, 450, 250]) == [Money(800_00), Money(450_00), Money(250_00)]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_the_parts_of_a_split_sum_to_the_whole(minor, weights):
    parts = Money(minor).split(weights)

    assert sum(part.minor for part in parts) == minor
    assert max(
        abs(part.minor * sum(weights) - minor * weight) for part, weight in zip(parts, weights, strict=True)
    ) <= sum(weights)


@given(st.integers(-(10**15), 10**15))
def test_an_amount_survives_being_written_and_read(minor):
    assert Money.of_decimal(Money(minor).decimal, "RUB") == Money(minor)
    assert Money.parse(str(Money(minor).decimal)) == Money(minor)


def test_a_vendors_fraction_of_a_kopeck_is_refused():
    with pytest.raises(AmountTooPrecise):
        Money.of_decimal(Decimal("1.005"), "RUB")
