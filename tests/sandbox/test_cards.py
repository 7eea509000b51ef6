from datetime import date

import pytest

from cabinet.sandbox import cards

TODAY = date(2026, 11, 24)
MIR = "2200 0000 0000 0004"


def read(number=MIR, expiry="11/29", cvc="123"):
    return cards.read(number, expiry, cvc, today=TODAY)


def test_every_test_card_passes_luhn_and_is_named_once():
    assert all(cards.passes_luhn(card.number) for card in cards.CARDS)
    assert len(cards.BY_NUMBER) == len(cards.BY_NAME) == len(cards.CARDS)


@pytest.mark.parametrize("digits", ["79927398710", "79927398712", "4111111111111112", "2200000000000040"])
def test_one_wrong_digit_does_not_pass_luhn(digits):
    assert not cards.passes_luhn(digits)


@pytest.mark.parametrize(
    "number", ["2200000000000004", "2200 0000 0000 0004", " 2200-0000-0000-0004 ", "2200\xa00000\xa000000004"]
)
def test_a_number_is_read_however_it_is_spaced(number):
    assert read(number).card is cards.BY_NAME["mir"]


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("", "number_empty"),
        ("   ", "number_empty"),
        ("2200 0000 0000 000x", "number_digits"),
        ("٢٢٠٠٠٠٠٠٠٠٠٠٠٠٠٤", "number_digits"),
        ("2200 0000 000", "number_length"),
        ("2" * 20, "number_length"),
        ("2200 0000 0000 0001", "number_luhn"),
        ("4242 4242 4242 4242", "number_foreign"),
    ],
)
def test_a_wrong_number_is_named_for_what_is_wrong(number, wrong):
    typed = read(number)

    assert (typed.card, typed.errors) == (None, {"number": wrong})


@pytest.mark.parametrize("expiry", ["11/29", "1129", "11.29", "11 / 29", "11/2029", "112029", " 11-29 "])
def test_an_expiry_is_read_however_it_is_typed(expiry):
    assert read(expiry=expiry).expiry == "11/2029"


@pytest.mark.parametrize(
    ("expiry", "wrong"),
    [
        ("", "expiry_empty"),
        ("13/29", "expiry_wrong"),
        ("00/29", "expiry_wrong"),
        ("29/11", "expiry_wrong"),
        ("11/1929", "expiry_wrong"),
        ("11/47", "expiry_wrong"),
        ("soon", "expiry_wrong"),
        ("10/26", "expiry_past"),
        ("12/25", "expiry_past"),
    ],
)
def test_a_wrong_expiry_is_named_for_what_is_wrong(expiry, wrong):
    assert read(expiry=expiry).errors == {"expiry": wrong}


def test_a_card_is_good_through_its_last_month():
    assert read(expiry="11/26").errors == {}


@pytest.mark.parametrize(
    ("cvc", "wrong"), [("", "cvc_empty"), ("12", "cvc_wrong"), ("1234", "cvc_wrong"), ("12a", "cvc_wrong")]
)
def test_a_cvc_has_three_digits(cvc, wrong):
    assert read(cvc=cvc).errors == {"cvc": wrong}


def test_the_example_is_an_expiry_that_passes():
    assert cards.example_expiry(TODAY) == "11/29"
    assert read(expiry=cards.example_expiry(TODAY)).errors == {}
