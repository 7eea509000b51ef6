"""Every text of the code exists in every language, reads as that language, and breaks where it may."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir

from cabinet.kit import extraction, i18n

ROOT = i18n.LOCALES_DIR.parent.parent
KEYWORDS = {"t": None, "tn": (1, 2), "mark": None, "phrase": None, "text": (2,), "plural": (2, 3)}

SAME_EVERYWHERE = re.compile(r"[\W\d_]*|PDF|E-mail")
"""Texts that are no words of any language."""
FOREIGN_WORDS = re.compile(r"PDF|CRC|DNS|IP|ID|QR|API|SMS|XLSX|CSV|e-mail|\{\w+\}")
"""Latin words that a Russian text may hold."""

NARROW = {
    "before a dash": re.compile(r" —"),
    "inside a number": re.compile(r"\d \d{3}\b"),
    "before a unit": re.compile(r"[\d}] (?=[₽%$€]|ГБ|МБ|GB|MB|Мбит|Mbit|тыс)"),
    "inside a card's number": re.compile(r"•• \d"),
}
NARROW_RUSSIAN = {
    "after a short word": re.compile(r"(?<![\w-])[вскоуиВСКОУИ] \S"),
    "before a month": re.compile(r"\d (?=январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр)"),
}
"""Where a line must not break: a no-break space stands there."""


def found_in_code() -> Iterator[tuple[str, object]]:
    found = extract_from_dir(
        ROOT,
        method_map=[("cabinet/**.py", "cabinet.kit.extraction:extract")],
        options_map={"cabinet/**.py": {}},
        keywords=KEYWORDS,
        comment_tags=(extraction.REFUSAL,),
    )
    for file, _, message, _, _ in found:
        yield file, message


def texts(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string,)


def translated(locale: str) -> Iterator[tuple[Message, str]]:
    for message in i18n.catalogue(locale):
        if message.id:
            for text in texts(message):
                if text:
                    yield message, text


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def is_russian(text: str) -> bool:
    return re.search("[а-яё]", text, re.IGNORECASE) is not None


def own_words(message: Message, catalogue: Catalog) -> bool:
    """An English sentence is its own text; a refusal's code and every Russian message need words."""
    return catalogue.locale.language != "en" or extraction.REFUSAL in message.auto_comments


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_text_of_the_code_is_in_the_catalogue(locale):
    catalogue = i18n.catalogue(locale)
    absent = {f"{file}: {message}" for file, message in found_in_code() if message not in catalogue}

    assert not absent, "run `make translations`"


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_no_text_of_the_catalogue_has_left_the_code(locale):
    in_code = {message[0] if isinstance(message, tuple) else message for _, message in found_in_code()}
    in_catalogue = {
        message.id[0] if isinstance(message.id, tuple) else message.id
        for message in i18n.catalogue(locale)
        if message.id
    }

    assert not in_catalogue - in_code, "run `make translations`"


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_no_text_is_missing_or_doubtful(locale):
    catalogue = i18n.catalogue(locale)
    missing = [message.id for message in catalogue if own_words(message, catalogue) and not all(texts(message))]
    doubtful = [message.id for message in catalogue if message.id and message.fuzzy]

    assert not missing
    assert not doubtful


def test_a_text_reads_as_its_language():
    not_russian = [
        text
        for _, text in translated("ru")
        if not is_russian(text) and not SAME_EVERYWHERE.fullmatch(FOREIGN_WORDS.sub("", text))
    ]
    not_english = [text for _, text in translated("en") if is_russian(text)]
    not_english += [str(message) for _, message in found_in_code() if is_russian(str(message))]

    assert not not_russian
    assert not not_english


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_the_slots_of_a_text_are_those_of_its_message(locale):
    reference = i18n.catalogue("en")
    for message, text in translated(locale):
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = slots(forms[-1])
        if extraction.REFUSAL in message.auto_comments:
            wanted = slots(texts(reference.get(message.id))[0])
        assert slots(text) == wanted, message.id


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_a_line_never_breaks_where_it_hurts(locale):
    rules = {**NARROW, **(NARROW_RUSSIAN if locale == "ru" else {})}
    every = [text for _, text in translated(locale)]
    broken = [f"{where}: {text}" for text in every for where, rule in rules.items() if rule.search(text)]

    assert not broken


def test_a_refusal_fills_its_text_in_the_language_of_the_reader():
    from cabinet.kit.money import Money

    russian = i18n.text("ru", "ledger.insufficient_funds", available=Money(1234_50))
    english = i18n.text("en", "ledger.insufficient_funds", available=Money(1234_50))

    assert russian.replace(i18n.NBSP, " ") == "На счёте не хватает денег. Доступно 1 234,50 ₽."
    assert english == "There is not enough money on the account. Available: ₽1,234.50."
