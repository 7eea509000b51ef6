"""Tariffs as a page shows them: cards by what each would have cost, one's own half year month by month (3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from cabinet.domain import measures, tariffs
from cabinet.domain.measures import After
from cabinet.domain.tariffs import Choice, Fit, Fitting, Shortage, Tariff
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.shapes import Fact, Gauge, Point
from cabinet.models.catalog import Unit
from cabinet.reports import amounts, conditions
from cabinet.reports.reader import Reader, refusal
from cabinet.reports.rows import NOTHING
from cabinet.reports.services import CATEGORIES

ROUTE: Final = "/tariffs"
GAUGED: Final = (Unit.gigabytes, Unit.minutes, Unit.home_gigabytes)
GAUGES_MAX: Final = 2
CARDS_MAX: Final = 12
"""How many cards there are before one asks for more."""


@dataclass
class KindRow:
    """A kind of tariffs to look at."""

    key: str
    title: str
    href: str


@dataclass
class TariffRow:
    """A card of a tariff."""

    key: str
    title: str = ""
    soft: str = ""
    pill: str = ""
    """`own`, `best` or nothing."""
    label: str = ""
    amount: MoneyText = NOTHING
    change: str = ""
    """How it differs from what is paid now; `tone` says whether for the better."""
    tone: str = "calm"
    spread: str = ""
    points: list[Point] = field(default_factory=list)
    since: str = ""
    """Since when the customer has it."""
    why: str = ""
    """Why it cannot be had."""
    facts: list[Fact] = field(default_factory=list)
    picked: bool = False
    pick: str = ""
    """The address with it among the picked ones, or without it; "" when no more fit side by side."""


@dataclass
class BasisRow:
    """What the figures stand on."""

    months: str = ""
    """The months that were replayed; "" when there are none."""
    fewer: str = ""
    gauges: list[Gauge] = field(default_factory=list)
    average: str = ""
    packages: str = ""


@dataclass
class AdviceRow:
    """The line that tells of a better tariff."""

    title: str = ""
    text: str = ""
    href: str = ""
    """Where it stands beside one's own."""


def address(kind: str, *, pick: Sequence[str] = (), compare: Sequence[str] = ()) -> str:
    """Return the page's address with what is chosen: it can be sent to somebody."""
    asked = {"kind": kind, "pick": ",".join(pick), "compare": ",".join(compare)}
    return f"{ROUTE}?{urlencode({name: value for name, value in asked.items() if value}, safe=',')}"


def kinds(found: Sequence[str], eye: Reader) -> list[KindRow]:
    """Return the kinds of tariffs."""
    return [KindRow(each, eye.say(CATEGORIES.get(each, mark("Others"))), address(each)) for each in found]


def columns(chosen: Sequence[Fit], fitting: Fitting, kind: str, eye: Reader) -> list[TariffRow]:
    """Return the heads of tariffs side by side, each with the address without it while two are left."""
    laid = [each.tariff.product.code for each in chosen]
    heads = []
    for each in chosen:
        rest = [code for code in laid if code != each.tariff.product.code]
        away = address(kind, compare=rest) if len(rest) > 1 else ""
        heads.append(replace(_card(each, fitting, kind, laid, eye), pick=away, facts=[], points=[]))
    return heads


def titles(fitting: Fitting, codes: Sequence[str], eye: Reader) -> str:
    """Return what the tariffs of these codes are called, in one line."""
    named = {each.tariff.product.code: conditions.name(each.tariff, eye) for each in fitting.fits}
    return ", ".join(named[code] for code in codes)


def cards(
    fitting: Fitting, kind: str, picked: Sequence[str], eye: Reader, *, whole: bool = False
) -> tuple[list[TariffRow], int]:
    """Return those that can be had, what would have cost least first, and how many more there are.

    One's own and the picked ones are shown wherever they stand.
    """
    fits = [each for each in fitting.fits if each.tariff.hindrance is None]
    shown = [
        each
        for place, each in enumerate(fits)
        if whole or place < CARDS_MAX or each.tariff.held is not None or each.tariff.product.code in picked
    ]
    return [_card(each, fitting, kind, picked, eye) for each in shown], len(fits) - len(shown)


def closed(fitting: Fitting, kind: str, picked: Sequence[str], eye: Reader) -> list[TariffRow]:
    """Return those that cannot be had, each with its reason."""
    shut = [each for each in fitting.fits if each.tariff.hindrance is not None]
    shut.sort(key=lambda each: each.tariff.product.position)
    return [_card(each, fitting, kind, picked, eye) for each in shut]


def basis(fitting: Fitting, eye: Reader) -> BasisRow:
    """Return what is counted, and on how many months."""
    if not fitting.spans or fitting.charged is None:
        return BasisRow()
    months = [span.month for span in fitting.spans]
    fewer = ""
    if len(months) < tariffs.MONTHS:
        fewer = i18n.plural(
            eye.locale,
            "We have only {n} whole month of your use, so the figures are rough.",
            "We have only {n} whole months of your use, so the figures are rough.",
            len(months),
        )
    bought = ""
    if fitting.packages:
        bought = i18n.plural(eye.locale, "with {n} package", "with {n} packages", fitting.packages)
    return BasisRow(
        months=_between(months[0], months[-1], eye),
        fewer=fewer,
        gauges=list(_gauges(fitting, eye))[:GAUGES_MAX],
        average=str(i18n.money_text(fitting.charged, eye.locale, short=True)),
        packages=bought,
    )


def advice(found: Choice | None, eye: Reader) -> AdviceRow:
    """Return what tariff would serve better, and what it would have saved; nothing when there is none."""
    if found is None or found.fitting.best is None or found.fitting.current is None:
        return AdviceRow()
    best, own = found.fitting.best, found.fitting.current
    saved = i18n.plural(
        eye.locale,
        "In the last {n} month you would have saved {amount}",
        "In the last {n} months you would have saved {amount}",
        len(best.months),
        amount=best.saved,
    )
    cheaper = sum(each.saved.minor > 0 for each in best.months)
    if cheaper == len(best.months):
        text = eye.say(mark("{saved}, cheaper in each of them."), saved=saved)
    else:
        text = eye.say(mark("{saved}, cheaper in {n} of them."), saved=saved, n=cheaper)
    codes = [own.tariff.product.code, best.tariff.product.code]
    return AdviceRow(
        eye.say(mark("«{title}» suits you better"), title=conditions.name(best.tariff, eye)),
        text,
        address(found.kind, compare=codes),
    )


def _card(fit: Fit, fitting: Fitting, kind: str, picked: Sequence[str], eye: Reader) -> TariffRow:
    tariff, code = fit.tariff, fit.tariff.product.code
    change, tone = _change(fit, fitting, eye)
    toggled = [each for each in picked if each != code] if code in picked else [*picked, code]
    since = ""
    if tariff.held is not None and tariff.held.subscription.connected_at is not None:
        since = eye.say(mark("Since {day}"), day=eye.day(clock.day_of(tariff.held.subscription.connected_at, eye.zone)))
    spread = ""
    if fit.months and fit.spread:
        spread = eye.say(mark("from {least} to {most} by month"), least=fit.cheapest, most=fit.dearest)
    return TariffRow(
        key=code,
        title=conditions.name(tariff, eye),
        soft=conditions.brief(tariff.version, eye),
        pill="own" if tariff.held is not None else "best" if fit is fitting.best else "",
        label=eye.say(mark("It would cost you")) if fit.months else eye.say(mark("The tariff alone")),
        amount=i18n.money_text(conditions.rounded(fit.average), eye.locale, short=True),
        change=change,
        tone=tone,
        spread=spread,
        points=list(_points(fit, fitting, eye)),
        since=since,
        why=refusal(tariff.hindrance, eye) if tariff.hindrance is not None else "",
        facts=conditions.facts(fit, eye),
        picked=code in picked,
        pick=address(kind, pick=toggled) if len(toggled) <= tariffs.COMPARED_MAX else "",
    )


def _change(fit: Fit, fitting: Fitting, eye: Reader) -> tuple[str, str]:
    if fitting.charged is None or not fit.months:
        return "", "calm"
    saved = conditions.rounded(fitting.charged) - conditions.rounded(fit.average)
    if saved.minor > 0:
        return eye.say(mark("{amount} less"), amount=saved), "good"
    if saved.minor < 0:
        return eye.say(mark("{amount} more"), amount=-saved), "warn"
    return eye.say(mark("as now")), "calm"


def _points(fit: Fit, fitting: Fitting, eye: Reader) -> Iterator[Point]:
    """Yield what matters to this customer, in the same order on each card."""
    version = fit.tariff.version
    if fit.slower:
        said = mark("{n} Mbit/s, and you have used up to {peak}")
        speed = i18n.number(version.speed_mbit, eye.locale)
        yield Point("warn", eye.say(said, n=speed, peak=i18n.number(fitting.peak_mbit, eye.locale)))
    elif version.speed_mbit:
        yield Point("good", eye.say(mark("{n} Mbit/s"), n=i18n.number(version.speed_mbit, eye.locale)))
    channels = fit.channels
    if channels:
        yield Point(
            "warn" if fit.fewer_channels else "good",
            i18n.plural(eye.locale, "TV, {n} channel", "TV, {n} channels", channels),
        )
    for name, value in measures.facts(version, eye.locale):
        yield Point("calm", f"{name}: {value}")
    short_units = list(dict.fromkeys(each.unit for each in fit.shortages))
    for measure in measures.of(version):
        if measure.unit not in short_units and measure.base is not None and measure.unit is not Unit.messages:
            yield _enough(measure, fit, fitting, eye)
    for unit in short_units:
        yield _short(fit.short_of(unit), fit, eye)
    for unit in fit.missing:
        yield Point("bad", eye.say(mark("{what}: not in the tariff"), what=amounts.name(unit, eye.locale)))
    others = [each.version for each in fit.replaced if each.product.category != fit.tariff.product.category]
    if others:
        yield Point("calm", eye.say(mark("Takes the place of {titles}"), titles=conditions.titles(others, eye)))
    if fit.lost:
        lost = conditions.titles([each.version for each in fit.lost], eye)
        yield Point("bad", eye.say(mark("Goes off: {titles}"), titles=lost))
    yield from _switching(fit.tariff, eye)


def _switching(tariff: Tariff, eye: Reader) -> Iterator[Point]:
    """Yield what a switch to it needs and costs."""
    terms = tariff.terms
    if terms is not None and terms.needs:
        yield Point("warn", eye.name(terms.needs))
    if tariff.fee:
        yield Point("calm", eye.say(mark("Switching costs {amount}, once"), amount=tariff.fee))
    if terms is not None and terms.at_renewal:
        yield Point("calm", eye.say(mark("Only from the first day of a period")))
    if tariff.version.visit_needed:
        yield Point("warn", eye.say(mark("An engineer's visit is needed")))


def _enough(measure: measures.Measure, fit: Fit, fitting: Fitting, eye: Reader) -> Point:
    said = conditions.amount(measure, eye)
    if not fit.months:
        return Point("calm", said)
    if measure.unit is Unit.gigabytes and fitting.packages and not fit.packages:
        return Point("good", eye.say(mark("{amount}: no packages needed"), amount=said))
    return Point("good", eye.say(mark("{amount}: enough in each month"), amount=said))


def _short(shortages: Sequence[Shortage], fit: Fit, eye: Reader) -> Point:
    first = min(shortages, key=lambda each: (each.day.day, each.day))
    said = amounts.amount(first.unit, first.included, eye.locale)
    months = len({each.month for each in shortages})
    words = i18n.plural(
        eye.locale,
        "{amount} would not suffice in {n} month",
        "{amount} would not suffice in {n} months",
        months,
        amount=said,
    )
    if first.after is After.charged:
        return Point("warn", eye.say(mark("{short}; what is beyond is in the price"), short=words))
    if not any(each.beyond for each in shortages):
        return Point("calm", eye.say(mark("{short}; your packages are in the price"), short=words))
    return Point("bad", eye.say(mark("{short}, on {day} at the earliest"), short=words, day=eye.day(first.day)))


def _gauges(fitting: Fitting, eye: Reader) -> Iterator[Gauge]:
    """Yield the speed that was seen, and what was used of what has a limit."""
    current = fitting.current
    most = current.tariff.version.speed_mbit if current is not None else 0
    if fitting.peak_mbit and most:
        peak = eye.say(mark("up to {n} Mbit/s"), n=i18n.number(fitting.peak_mbit, eye.locale))
        whole = eye.say(mark("{n} Mbit/s"), n=i18n.number(most, eye.locale))
        sentence = eye.say(mark("{part} of {whole}"), part=peak, whole=whole)
        share = min(100 * fitting.peak_mbit // most, 100)
        yield Gauge(eye.say(mark("Speed in the evening")), peak, share, sentence)
    for unit in GAUGED:
        used, measure = fitting.used.get(unit), fitting.counted.get(unit)
        if not used or measure is None or not measure.base:
            continue
        name = amounts.name(unit, eye.locale)
        said = amounts.amount(unit, used, eye.locale, up=True)
        whole = amounts.amount(unit, measure.base, eye.locale)
        sentence = eye.say(mark("{what}: {used} of {whole}"), what=name, used=said, whole=whole)
        share = min(100 * used // measure.base, 100)
        value = eye.say(mark("{amount} a month"), amount=said)
        yield Gauge(name, value, share, sentence, "near" if used > measure.base else "plain")


def _between(first: date, last: date, eye: Reader) -> str:
    if first == last:
        return i18n.month_text(first, eye.locale)
    return eye.say(
        mark("{first} to {last}, everything on the contract"),
        first=i18n.month_text(first, eye.locale, today=last),
        last=i18n.month_name(last, eye.locale) + f" {last.year}",
    )
