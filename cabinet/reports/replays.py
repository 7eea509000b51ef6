"""One's own months on a tariff, beside what was really charged (3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cabinet.domain import tariffs
from cabinet.domain.tariffs import Fit, Fitting
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.kit.shapes import Fact, Pair
from cabinet.reports import amounts
from cabinet.reports.conditions import name, rounded
from cabinet.reports.reader import Reader


@dataclass
class ReplayRow:
    """One's own months on one tariff."""

    key: str = ""
    title: str = ""
    soft: str = ""
    pairs: list[Pair] = field(default_factory=list)
    sentence: str = ""
    facts: list[Fact] = field(default_factory=list)


def replay(fitting: Fitting, wanted: str, eye: Reader) -> ReplayRow:
    """Return the months on the wanted tariff, or on the best one, or on the first that is not one's own."""
    others = [each for each in fitting.fits if each.tariff.held is None and each.tariff.hindrance is None]
    named = [each for each in fitting.fits if each.tariff.product.code == wanted]
    best = [fitting.best] if fitting.best is not None else []
    chosen = next(iter((*named, *best, *others)), None)
    if chosen is None or not chosen.months:
        return ReplayRow()
    saved, count = chosen.saved, len(chosen.months)
    if saved.minor > 0:
        soft = eye.say(mark("You would have saved {amount}"), amount=saved)
    elif saved.minor < 0:
        soft = eye.say(mark("You would have paid {amount} more"), amount=-saved)
    else:
        soft = eye.say(mark("You would have paid the same"))
    title = (
        mark("If you had been on «{title}» for the last half year")
        if count == tariffs.MONTHS
        else mark("If you had been on «{title}» in these months")
    )
    return ReplayRow(
        key=chosen.tariff.product.code,
        title=eye.say(title, title=name(chosen.tariff, eye)),
        soft=soft,
        pairs=list(_pairs(chosen, eye)),
        sentence=_sentence(chosen, eye),
        facts=_facts(chosen, eye),
    )


def _pairs(fit: Fit, eye: Reader) -> Iterator[Pair]:
    highest = max(max(each.cost.minor, each.charged.minor) for each in fit.months) or 1
    for each in fit.months:
        saved = each.saved
        yield Pair(
            label=i18n.month_label(each.month, eye.locale),
            value=str(i18n.money_text(-rounded(saved), eye.locale, signed=True, short=True)),
            tone="good" if saved.minor > 0 else "warn" if saved.minor < 0 else "calm",
            was=max(100 * each.charged.minor // highest, 0),
            would=max(100 * each.cost.minor // highest, 0),
        )


def _sentence(fit: Fit, eye: Reader) -> str:
    said = "; ".join(
        eye.say(
            mark("{month}: paid {charged}, would have paid {cost}"),
            month=i18n.month_name(each.month, eye.locale),
            charged=each.charged,
            cost=each.cost,
        )
        for each in fit.months
    )
    return eye.say(mark("Month by month. {months}"), months=said)


def _facts(fit: Fit, eye: Reader) -> list[Fact]:
    return [
        Fact(
            i18n.month_text(each.month, eye.locale, today=eye.today),
            eye.say(mark("{charged} → {cost}"), charged=each.charged, cost=each.cost),
        )
        for each in fit.months
    ] + [
        Fact(eye.say(mark("{what} would have run out"), what=amounts.name(each.unit, eye.locale)), eye.day(each.day))
        for each in fit.shortages
    ]
