"""Rules of switches between tariffs as the desk shows them (3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.models.tariffs import TariffTransition
from cabinet.reports.reader import Reader


@dataclass
class RuleRow:
    """A rule: from which tariff to which one, what it says, since when it holds."""

    key: str
    title: str
    soft: str
    price: str
    status: str
    tone: str


def rule_rows(found: Sequence[TariffTransition], titles: Mapping[str, Mapping[str, str]], eye: Reader) -> list[RuleRow]:
    """Return the rules with names instead of codes."""
    return [_row(each, titles, eye) for each in found]


def choices(titles: Mapping[str, Mapping[str, str]], eye: Reader) -> list[tuple[str, str]]:
    """Return the tariffs to choose from, any of them first."""
    return [("", eye.say(mark("Any tariff"))), *((code, eye.name(title)) for code, title in titles.items())]


def _row(rule: TariffTransition, titles: Mapping[str, Mapping[str, str]], eye: Reader) -> RuleRow:
    names = [
        eye.name(titles[code]) if code in titles else eye.say(mark("Any tariff"))
        for code in (rule.from_code, rule.to_code)
    ]
    said = [eye.name(text) for text in (rule.reason, rule.needs) if text]
    if rule.at_renewal:
        said.insert(0, eye.say(mark("From the first day of a period")))
    since = clock.day_of(rule.valid_from, eye.zone)
    coming = rule.valid_from > eye.now
    when = mark("Will hold from {day}") if coming else mark("Holds since {day}")
    price = Money(rule.price_minor)
    return RuleRow(
        key=str(rule.id),
        title=" → ".join(names),
        soft=". ".join([*(each.rstrip(".") for each in said), eye.say(when, day=eye.day(since))]),
        price=str(i18n.money_text(price, eye.locale, short=True)) if price else eye.say(mark("Free")),
        status=eye.say(mark("Allowed") if rule.allowed else mark("Forbidden")),
        tone=("warn" if coming else "good") if rule.allowed else "bad",
    )
