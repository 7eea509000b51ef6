"""Whose eyes a text is for, and a refusal in their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cabinet.kit import clock, i18n
from cabinet.kit.errors import Refusal


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes it is for: language, zone, moment."""

    locale: str
    zone: str
    now: datetime

    @property
    def today(self) -> date:
        return clock.day_of(self.now, self.zone)

    def say(self, message: str, /, **values: object) -> str:
        return i18n.text(self.locale, message, **values)

    def day(self, day: date) -> str:
        return i18n.day_text(day, self.locale, today=self.today)

    def name(self, names: Mapping[str, str]) -> str:
        return i18n.localized(names, self.locale)


def refusal(found: Refusal, eye: Reader) -> str:
    """Return a refusal in words: days, instants and names of products in the reader's language."""
    return eye.say(found.code, **{name: _said(value, eye) for name, value in found.details.items()})


def _said(value: Any, eye: Reader) -> object:
    if isinstance(value, datetime):
        return i18n.moment_short(value, eye.locale, eye.zone, now=eye.now)
    if isinstance(value, date):
        return eye.day(value)
    if isinstance(value, Mapping):
        return eye.name(value)
    if isinstance(value, list):
        return ", ".join(eye.name(each) for each in value)
    return value
