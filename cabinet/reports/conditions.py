"""The conditions of tariffs in words: one by one, and side by side with what differs (3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Final

from cabinet.domain import measures
from cabinet.domain.measures import After, Measure
from cabinet.domain.tariffs import Fit, Tariff
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact
from cabinet.models.catalog import ProductVersion, Unit
from cabinet.reports import amounts
from cabinet.reports.reader import Reader, refusal
from cabinet.reports.services import effect

NONE: Final = "—"


@dataclass
class ConditionRow:
    """One condition of several tariffs."""

    name: str
    cells: list[str] = field(default_factory=list)
    """In the order of the tariffs."""
    differs: bool = False


def short(title: str) -> str:
    """Return what a tariff is called in a sentence: «Оптима 300» of «Домашний интернет «Оптима 300»»."""
    _, opened, rest = title.partition("«")
    inside, closed, after = rest.partition("»")
    return inside if opened and closed and not after else title


def name(tariff: Tariff, eye: Reader) -> str:
    """Return what a tariff is called in a sentence."""
    return short(eye.name(tariff.version.title))


def rounded(amount_of: Money) -> Money:
    """Return an average to the rouble: its kopecks say nothing."""
    return Money(amount_of.part(1, 100).minor * 100, amount_of.currency)


def amount(measure: Measure, eye: Reader) -> str:
    """Return how much of a unit a month includes: «20 ГБ», «600 мин», «без ограничений»."""
    if measure.base is None:
        return eye.say(mark("without limit"))
    return amounts.amount(measure.unit, measure.base, eye.locale)


def brief(version: ProductVersion, eye: Reader) -> str:
    """Return the tariff in one line: «500 Мбит/с, 40 ГБ, 800 мин, 160 каналов»."""
    said = [_speed(version, eye)] if version.speed_mbit else []
    said += [
        amount(measure, eye)
        for measure in measures.of(version)
        if measure.base is not None and measure.unit is not Unit.messages
    ]
    if version.channels:
        said.append(i18n.plural(eye.locale, "{n} channel", "{n} channels", version.channels))
    return ", ".join(said)


def facts(fit: Fit, eye: Reader) -> list[Fact]:
    """Return all the conditions of a tariff, in the order in which they are compared; the full text is the last."""
    return [Fact(name, value) for name, value in _conditions(fit, eye).values()]


def side_by_side(fits: Sequence[Fit], eye: Reader) -> list[ConditionRow]:
    """Return the conditions of tariffs in rows: each that one of them names, and whether they differ in it.

    Full texts always differ in their words, so nothing is made of that.
    """
    told = [_conditions(fit, eye) for fit in fits]
    rows = []
    for key in sorted({key for each in told for key in each}):
        name = next(each[key][0] for each in told if key in each)
        cells = [each[key][1] if key in each else NONE for each in told]
        rows.append(ConditionRow(name, cells, len(set(cells)) > 1 and key[0] is not Place.terms))
    return rows


class Place(IntEnum):
    """Where a condition stands."""

    money = auto()
    speed = auto()
    counted = auto()
    channels = auto()
    facts = auto()
    around = auto()
    term = auto()
    hindrance = auto()
    terms = auto()


Key = tuple[Place, int, str]


def _conditions(fit: Fit, eye: Reader) -> dict[Key, tuple[str, str]]:
    """Return a tariff's conditions; what is the same condition of two tariffs has the same key."""
    found: dict[Key, tuple[str, str]] = {}
    parts = (
        (Place.money, _money_lines(fit, eye)),
        (Place.around, _around(fit, eye)),
        (Place.term, _term(fit, eye)),
    )
    for place, lines in parts:
        for number, name, value in lines:
            found[place, number, ""] = (name, value)
    version = fit.tariff.version
    if version.speed_mbit:
        found[Place.speed, 0, ""] = (eye.say(mark("Speed")), _speed(version, eye))
    for measure in measures.of(version):
        name = amounts.name(measure.unit, eye.locale)
        found[Place.counted, list(measures.BASE).index(measure.unit), ""] = (name, _counted(version, measure, eye))
    if version.channels:
        said = i18n.plural(eye.locale, "{n} channel", "{n} channels", version.channels)
        found[Place.channels, 0, ""] = (eye.say(mark("TV")), said)
    for name, value in measures.facts(version, eye.locale):
        found[Place.facts, 0, name] = (name, value)
    if fit.tariff.hindrance is not None:
        found[Place.hindrance, 0, ""] = (eye.say(mark("Cannot be had")), refusal(fit.tariff.hindrance, eye))
    if version.terms:
        found[Place.terms, 0, ""] = (eye.say(mark("Full terms")), eye.name(version.terms))
    return dict(sorted(found.items()))


def _money_lines(fit: Fit, eye: Reader) -> Iterator[tuple[int, str, str]]:
    if fit.months:
        yield 0, eye.say(mark("For you, a month")), _money(fit.average, eye)
        between = (
            eye.say(mark("from {least} to {most}"), least=fit.cheapest, most=fit.dearest)
            if fit.spread
            else eye.say(mark("the same each month"))
        )
        yield 1, eye.say(mark("Months differ")), between
    yield 2, eye.say(mark("The tariff alone, a month")), _money(fit.tariff.price, eye)
    if fit.tariff.held is None:
        fee = fit.tariff.fee
        yield 3, eye.say(mark("Switching")), _money(fee, eye) if fee else eye.say(mark("free"))


def _around(fit: Fit, eye: Reader) -> Iterator[tuple[int, str, str]]:
    """Yield what it does to other services."""
    if fit.replaced:
        yield 0, eye.say(mark("Takes the place of")), titles([each.version for each in fit.replaced], eye)
    if fit.stays:
        yield 1, eye.say(mark("Stays beside it")), titles([each.version for each in fit.stays], eye)
    if fit.lost:
        yield 2, eye.say(mark("Goes off with it")), titles([each.version for each in fit.lost], eye)


def _term(fit: Fit, eye: Reader) -> Iterator[tuple[int, str, str]]:
    """Yield what has to be done for it, when it works and how long."""
    version, terms = fit.tariff.version, fit.tariff.terms
    if terms is not None:
        needs = eye.name(terms.needs) if terms.needs else eye.say(mark("Nothing to buy or to replace"))
        yield 5, eye.say(mark("What is needed")), needs
        when = eye.say(mark("From the first day of a period")) if terms.at_renewal else effect(version, eye)
        yield 1, eye.say(mark("Begins to work")), when
    visit = eye.say(mark("needed")) if version.visit_needed else eye.say(mark("not needed"))
    yield 0, eye.say(mark("Engineer's visit")), visit
    if version.temporary_days_max:
        days = i18n.plural(eye.locale, "at most {n} day", "at most {n} days", version.temporary_days_max)
        yield 2, eye.say(mark("For a time")), days
    if version.suspension_days_max:
        days = i18n.plural(eye.locale, "at most {n} day", "at most {n} days", version.suspension_days_max)
        yield 3, eye.say(mark("A pause")), days
    if version.valid_until is not None:
        yield 4, eye.say(mark("On offer until")), eye.day(clock.day_of(version.valid_until, eye.zone))


def titles(versions: Sequence[ProductVersion], eye: Reader) -> str:
    """Return what products are called, in one line; a name is not torn apart."""
    return ", ".join(short(eye.name(each.title)).replace(" ", i18n.NBSP) for each in versions)


def _counted(version: ProductVersion, measure: Measure, eye: Reader) -> str:
    said = amount(measure, eye)
    if measure.after is After.charged:
        each = i18n.text(eye.locale, amounts.EACH[measure.unit])
        price = Money(measure.overage_minor, version.currency)
        return eye.say(mark("{amount}, then {each} costs {price}"), amount=said, each=each, price=price)
    if measure.after is After.slowed:
        return eye.say(mark("{amount}, then {kbit} kbit/s"), amount=said, kbit=version.slowed_kbit)
    if measure.after is After.blocked:
        return eye.say(mark("{amount}, then no more until the next month"), amount=said)
    return said


def _speed(version: ProductVersion, eye: Reader) -> str:
    return eye.say(mark("{n} Mbit/s"), n=i18n.number(version.speed_mbit, eye.locale))


def _money(amount_of: Money, eye: Reader) -> str:
    return str(i18n.money_text(amount_of, eye.locale, short=True))
