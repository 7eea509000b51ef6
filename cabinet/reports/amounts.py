"""Amounts of usage in words: «12,4 ГБ», «386 мин», «13,4 из 20 ГБ» (3.1)."""

from __future__ import annotations

from typing import Final

from cabinet.domain import measures
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.models.catalog import Unit

NAMES: Final = {
    Unit.home_gigabytes: mark("Home internet"),
    Unit.gigabytes: mark("Mobile internet"),
    Unit.minutes: mark("Calls"),
    Unit.messages: mark("SMS"),
}
EACH: Final = {
    Unit.home_gigabytes: mark("a gigabyte"),
    Unit.gigabytes: mark("a gigabyte"),
    Unit.minutes: mark("a minute"),
    Unit.messages: mark("a message"),
}
"""One more of it, in the middle of a sentence."""
_INTERNET: Final = measures.INTERNET
_MEGABYTE: Final = 1_024


def name(unit: Unit, locale: str) -> str:
    """Return what is counted."""
    return i18n.text(locale, NAMES[unit])


def amount(unit: Unit, base: int, locale: str, *, up: bool = False) -> str:
    """Write an amount in base units: gigabytes with a tenth, less than one in megabytes, whole minutes.

    What is left is written so that it is surely there; `up` writes what was used, a begun tenth or minute counts.
    """
    if unit in _INTERNET:
        if 0 < base < measures.BASE[unit]:
            return i18n.text(locale, "{n} MB", n=i18n.number(_parts(base, _MEGABYTE, up), locale))
        return i18n.text(locale, "{n} GB", n=tenths(unit, base, locale, up=up))
    count = _parts(base, measures.BASE[unit], up)
    if unit is Unit.minutes:
        return i18n.text(locale, "{n} min", n=i18n.number(count, locale))
    return i18n.text(locale, "{n} SMS", n=i18n.number(count, locale))


def of(unit: Unit, base: int, whole: int, locale: str, *, up: bool = False) -> str:
    """Write an amount of a whole: «13,4 из 20 ГБ», «214 из 600 мин»."""
    if unit in _INTERNET:
        part, total = (tenths(unit, each, locale, up=rounds) for each, rounds in ((base, up), (whole, False)))
        return i18n.text(locale, "{part} of {whole} GB", part=part, whole=total)
    part = i18n.number(_parts(base, measures.BASE[unit], up), locale)
    total = i18n.number(whole // measures.BASE[unit], locale)
    if unit is Unit.minutes:
        return i18n.text(locale, "{part} of {whole} min", part=part, whole=total)
    return i18n.text(locale, "{part} of {whole} SMS", part=part, whole=total)


def tenths(unit: Unit, base: int, locale: str, *, up: bool = False) -> str:
    """Write gigabytes with one digit after the point, without it when it is none: «12,4», «20»."""
    whole, tenth = divmod(_parts(base * 10, measures.BASE[unit], up), 10)
    point = "," if i18n.known(locale) == "ru" else "."
    return i18n.number(whole, locale) + (f"{point}{tenth}" if tenth else "")


def told(unit: Unit, left: int, locale: str) -> dict[str, object]:
    """Return the words that fill a message about what is left."""
    return {
        "what": name(unit, locale),
        "left": amount(unit, left, locale),
        "each": i18n.text(locale, EACH[unit]),
    }


def _parts(base: int, size: int, up: bool) -> int:
    return -(-base // size) if up else base // size
