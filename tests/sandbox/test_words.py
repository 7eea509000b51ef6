import re
import string

import pytest

from cabinet.sandbox import cards, payments, switches
from cabinet.sandbox.words import WORDS, chosen, words

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LANGUAGES = {"ru": "Русский", "en": "English"}
BREAKS = re.compile(r" —|\d \d{3}\b|[\d}] ₽|(?<![\w-])[вскоуиВСКОУИ] \S")
"""Where a Russian line must not break and a plain space would let it."""


def slots(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(set(WORDS) - {"cvc", "other_language"}))
def test_every_text_is_in_both_languages_with_the_same_slots(key):
    russian, english = words("ru")[key], words("en")[key]

    assert CYRILLIC.search(russian)
    assert not CYRILLIC.search(english)
    assert slots(russian) == slots(english)
    assert not BREAKS.search(russian)


def test_whatever_can_be_shown_has_words():
    vendor_codes = {card.verdict or card.verdict_later for card in cards.CARDS} | set(payments.BANK_ANSWERS)
    ends = {payments.RUN_OUT, payments.GIVEN_UP, payments.WITHDRAWN, payments.WRONG_CODE}
    needed = {f"why_{code}" for code in (vendor_codes | ends) - {""}} | set(cards.BY_NAME)
    needed |= {key for name in switches.BY_NAME for key in (name, f"{name}_what")}

    assert needed <= set(WORDS)


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("en", "ru", "en"),
        ("ru", "en", "ru"),
        ("de", "en", "en"),
        ("", "", "ru"),
        ("", "de, fr;q=0.8", "ru"),
        ("", "en-US,en;q=0.9,ru;q=0.8", "en"),
        ("", "ru;q=0.5, en;q=0.9", "en"),
        ("", "en;q=0, ru;q=0.1", "ru"),
        ("", "en;q=x, ru;q=0.1", "ru"),
        ("", "kk, en;q=0.05, ru;q=0.3", "ru"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_best_accepted(asked, accepted, language):
    assert chosen(asked, accepted) == language
