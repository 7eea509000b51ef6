"""Texts, amounts and dates in the person's language, from gettext catalogues (`cabinet/locales`).

A msgid is either an English sentence (`Top up`) or a key with dots and no blanks (`payments.too_small`, a refusal's
code): a key has its text in every catalogue, English included.
"""

from __future__ import annotations

import gettext as gnu
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from cabinet.kit import clock
from cabinet.kit.money import EXPONENTS, Money

LOCALES: Final = ("ru", "en")
DEFAULT_LOCALE: Final = "ru"
LOCALES_DIR: Final = Path(__file__).parent.parent / "locales"

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"

_SYMBOLS = {"RUB": "₽", "USD": "$", "EUR": "€", "KZT": "₸", "BYN": "Br", "PTS": ""}
_MONTHS_SHORT = {
    "ru": ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_MONTHS_OF = {
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"),  # noqa: E501
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),  # noqa: E501
}  # fmt: skip
_WEEKDAYS = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "ru": ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),  # noqa: E501
    "en": _MONTHS_OF["en"],
}  # fmt: skip


def known(locale: str | None) -> str:
    """Return the locale when there is a catalogue for it, the default one otherwise."""
    return locale if locale in LOCALES else DEFAULT_LOCALE


@lru_cache
def catalogue(locale: str) -> Catalog:
    """Return the locale's parsed catalogue."""
    with (LOCALES_DIR / locale / "LC_MESSAGES" / "cabinet.po").open("rb") as file:
        return read_po(file, locale=locale)


@lru_cache
def _translations(locale: str) -> gnu.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(locale))
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def text(locale: str, message: str, /, **values: object) -> str:
    """Return the message in the locale with its `{slots}` filled; money and dates are written as the locale does."""
    translated = _translations(known(locale)).gettext(message)
    return _fill(translated, locale, values)


def plural(locale: str, one: str, many: str, count: int, /, **values: object) -> str:
    """Return the right plural form for the count, which also fills the slot `{n}`."""
    translated = _translations(known(locale)).ngettext(one, many, count)
    return _fill(translated, locale, {"n": number(count, locale), **values})


def forms(locale: str, one: str, many: str) -> dict[str, str]:
    """Return the plural forms by CLDR category, for the browser's `Intl.PluralRules`."""
    found = catalogue(locale).get(one)
    if found is None or not isinstance(found.string, (tuple, list)) or not all(found.string):
        return {"one": one, "other": many}
    strings = list(found.string)
    if locale == "ru":
        return {"one": strings[0], "few": strings[1], "many": strings[2], "other": strings[1]}
    return {"one": strings[0], "other": strings[1]}


def mark(message: str) -> str:
    """Mark a message for the catalogues where it stands in a table; the text is looked up when it is shown."""
    return message


def localized(names: Mapping[str, str], locale: str) -> str:
    """Choose the locale's text of a name that is kept as data: {"ru": …, "en": …}."""
    return names.get(known(locale)) or names.get(DEFAULT_LOCALE) or next(iter(names.values()), "")


@dataclass(frozen=True, slots=True)
class MoneyText:
    """An amount cut where the soft part begins: «−1 234» and «,50 ₽»; `₽1,234` and `.50`."""

    whole: str
    rest: str

    def __str__(self) -> str:
        return self.whole + self.rest


def typed_amount(text: str, locale: str) -> str:
    """Return a typed amount without the commas that part thousands in English; `Money.parse` takes them for points."""
    return re.sub(r",(?=\d{3}(?!\d))", "", text) if locale == "en" else text


def money_text(amount: Money, locale: str, *, signed: bool = False, short: bool = False) -> MoneyText:
    """Write an amount. `signed` adds «+» to a positive one; `short` drops the kopecks of a round one."""
    digits = EXPONENTS[amount.currency]
    whole, fraction = divmod(abs(amount.minor), 10**digits)
    sign = MINUS if amount.minor < 0 else "+" if signed and amount.minor > 0 else ""
    shown = "" if digits == 0 or (short and fraction == 0) else f"{fraction:0{digits}d}"
    symbol = _SYMBOLS[amount.currency]
    if known(locale) == "ru":
        rest = (f",{shown}" if shown else "") + (f"{NBSP}{symbol}" if symbol else "")
        return MoneyText(sign + number(whole, "ru"), rest)
    return MoneyText(f"{sign}{symbol}{number(whole, 'en')}", f".{shown}" if shown else "")


def number(value: int, locale: str) -> str:
    """Write a whole number with its thousands apart: «12 345», `12,345`."""
    grouped = f"{abs(value):,}"
    sign = MINUS if value < 0 else ""
    return sign + (grouped.replace(",", NBSP) if known(locale) == "ru" else grouped)


def spoken(digits: str) -> str:
    """Write a contract's or account's number in groups of three from the right: «4 102 887»."""
    head = len(digits) % 3
    groups = ([digits[:head]] if head else []) + [digits[place : place + 3] for place in range(head, len(digits), 3)]
    return NBSP.join(groups)


def day_text(day: date, locale: str, *, today: date) -> str:
    """Write a day of a sentence: «24 ноября», with the year only when it is not the present one."""
    month = _MONTHS_OF[known(locale)][day.month - 1]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day}{NBSP}{month}{year}"


def day_short(day: date, locale: str, *, today: date) -> str:
    """Write a day of a list: «сегодня», «24 ноя», «24 ноя 2025»."""
    if day == today:
        return text(locale, "today")
    if day == today - timedelta(days=1):
        return text(locale, "yesterday")
    month = _MONTHS_SHORT[known(locale)][day.month - 1]
    year = "" if day.year == today.year else f"{NBSP}{day.year}"
    return f"{day.day}{NBSP}{month}{year}"


def moment_short(moment: datetime, locale: str, zone: str, *, now: datetime) -> str:
    """Write an instant of a list on the zone's wall clock: «сегодня, 13:52», «24 ноя, 9:00»."""
    there = clock.local(moment, zone)
    return moment_of_day(day_short(there.date(), locale, today=clock.day_of(now, zone)), there)


def moment_of_day(day: str, there: datetime) -> str:
    """Write an instant of a list whose day is written already: «сегодня» and 13:52 are «сегодня, 13:52»."""
    return f"{day}, {there.hour}:{there.minute:02d}"


def moment_text(moment: datetime, locale: str, zone: str) -> str:
    """Write an instant in full, with the year: «24 ноября 2026, 13:52»."""
    there = clock.local(moment, zone)
    month = _MONTHS_OF[known(locale)][there.month - 1]
    return f"{there.day}{NBSP}{month} {there.year}, {time_text(moment, zone)}"


def time_text(moment: datetime, zone: str) -> str:
    """Write the wall-clock time: «9:05», «13:52»."""
    there = clock.local(moment, zone)
    return f"{there.hour}:{there.minute:02d}"


def weekday(number: int, locale: str) -> str:
    """Return the name of a day of the week by ISO 8601, Monday is 1: «понедельник»."""
    return _WEEKDAYS[known(locale)][number - 1]


def month_text(month: date, locale: str, *, today: date | None = None) -> str:
    """Write a month as a heading: «Ноябрь», «Ноябрь 2025» when it is not of this year."""
    name = _MONTHS[known(locale)][month.month - 1].capitalize()
    return name if today is not None and month.year == today.year else f"{name} {month.year}"


def month_label(month: date, locale: str) -> str:
    """Write a month under a bar of a chart: «ноя»; May is «май» there, not «мая»."""
    if known(locale) == "ru" and month.month == 5:
        return "май"
    return _MONTHS_SHORT[known(locale)][month.month - 1]


def month_name(month: date, locale: str) -> str:
    """Write a month inside a sentence: «за ноябрь», `for November`."""
    return _MONTHS[known(locale)][month.month - 1]


def month_inside(month: date, locale: str) -> str:
    """Write a month as it stands after «в»: «октябре»; Russian has a case for it."""
    name = month_name(month, locale)
    if known(locale) != "ru":
        return name
    return f"{name}е" if name[-1] == "т" else f"{name[:-1]}е"


def _fill(template: str, locale: str, values: Mapping[str, object]) -> str:
    if not values:
        return template
    return template.format_map({name: _written(value, locale) for name, value in values.items()})


def _written(value: object, locale: str) -> object:
    if isinstance(value, Money):
        return str(money_text(value, locale, short=True))
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return number(value, locale)
    return value
