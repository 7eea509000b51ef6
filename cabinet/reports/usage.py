"""Usage in words and rows: what is used and left, packages with their ends, a period day by day (3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from cabinet.domain import measures
from cabinet.domain.measures import After
from cabinet.domain.usage import Line, Month, Package, Remain
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import DayBar, Fact, Gauge
from cabinet.models.catalog import Unit
from cabinet.reports import amounts
from cabinet.reports.reader import Reader

NEAR_PERCENT: Final = 80
HOME_MAX: Final = 2
"""How many scales of one service the home page shows; what runs out is shown besides."""
AXIS_DAYS: Final = 7


@dataclass
class ChoiceRow:
    """A service, or something that it counts, to be chosen."""

    key: str
    title: str


@dataclass
class DayRow:
    """A day of the table under the chart."""

    day: str
    amount: str


@dataclass
class PeriodRow:
    """The page of one service's period."""

    key: str = ""
    """The service."""
    title: str = ""
    month: str = ""
    """The period's own name: «Ноябрь 2026»."""
    span: str = ""
    earlier: str = ""
    later: str = ""
    """The months before and after it, as the address says them; "" when there is none to look at."""
    gauges: list[Gauge] = field(default_factory=list)
    packages: list[Gauge] = field(default_factory=list)
    limited: bool = False
    """Something of it runs out: a package may add to it."""
    units: list[ChoiceRow] = field(default_factory=list)
    unit: str = ""
    chart: str = ""
    """What the chart says, as its title: the day with the most."""
    sum: str = ""
    bars: list[DayBar] = field(default_factory=list)
    sentence: str = ""
    facts: list[Fact] = field(default_factory=list)
    file: str = ""
    empty: bool = True


def gauge(remain: Remain, eye: Reader) -> Gauge:
    """Return what is used and left of one unit, and what comes when nothing is left."""
    unit = remain.measure.unit
    name = amounts.name(unit, eye.locale)
    if remain.whole is None:
        said = amounts.amount(unit, remain.used, eye.locale, up=True)
        return Gauge(name, said, 0, "", soft=eye.say(mark("Without limit")), endless=True)
    value = amounts.of(unit, remain.included, remain.whole, eye.locale, up=True)
    return Gauge(
        name,
        value,
        _share(remain.included, remain.whole),
        eye.say(mark("{what}: {value} used"), what=name, value=value),
        "spent" if remain.percent >= 100 else "near" if remain.percent >= NEAR_PERCENT else "plain",
        soft=left(remain, eye),
    )


def left(remain: Remain, eye: Reader) -> str:
    """Return what is left of it and until when; where nothing is, what comes instead."""
    unit, until = remain.measure.unit, eye.day(remain.period.ends - timedelta(days=1))
    if not remain.left:
        return _after(remain, eye, until)
    assert remain.whole is not None
    packed = sum(package.left for package in remain.packages)
    own = amounts.amount(unit, remain.whole - remain.included, eye.locale)
    if not packed:
        return eye.say(mark("{left} left, until {day}"), left=own, day=until)
    more = amounts.amount(unit, packed, eye.locale)
    if remain.whole == remain.included:
        return eye.say(mark("{left} left in packages"), left=more)
    return eye.say(mark("{left} left until {day}, and {more} in packages"), left=own, day=until, more=more)


def package_gauge(package: Package, unit: Unit, eye: Reader) -> Gauge:
    """Return what is left of a package, and its last day."""
    spent = package.whole - package.left
    value = amounts.of(unit, spent, package.whole, eye.locale, up=True)
    name, until = eye.name(package.title), eye.day(package.until - timedelta(days=1))
    rest = amounts.amount(unit, package.left, eye.locale)
    return Gauge(
        name,
        value,
        _share(spent, package.whole),
        eye.say(mark("{what}: {value} used"), what=name, value=value),
        "plain" if package.left else "spent",
        soft=eye.say(mark("{left} left, until {day}"), left=rest, day=until)
        if package.left
        else eye.say(mark("Used up")),
    )


def package_gauges(remains: Sequence[Remain], eye: Reader) -> list[Gauge]:
    """Return the packages that the service draws on, what ends first before the rest."""
    found = [(package, remain.measure.unit) for remain in remains for package in remain.packages]
    found.sort(key=lambda each: each[0].until)
    return [package_gauge(package, unit, eye) for package, unit in found]


def home_gauges(remains: Sequence[Remain], subscription_id: UUID, eye: Reader) -> list[Gauge]:
    """Return what the home page shows of a service: what has a limit, the first of it and whatever runs out."""
    own = [each for each in remains if each.subscription_id == subscription_id and each.whole is not None]
    shown = [each for place, each in enumerate(own) if place < HOME_MAX or each.percent >= NEAR_PERCENT]
    return [gauge(each, eye) for each in shown]


def card_gauges(remains: Sequence[Remain], subscription_id: UUID, eye: Reader) -> list[Gauge]:
    """Return what the drawer of a service shows: all that it counts and its packages; of a package, its own scale."""
    packages = _of_package(remains, subscription_id, eye)
    if packages:
        return packages
    own = [each for each in remains if each.subscription_id == subscription_id]
    return [*(gauge(each, eye) for each in own), *package_gauges(own, eye)]


def link(remains: Sequence[Remain], subscription_id: UUID) -> str:
    """Return where the days of a service's usage are; "" for one that counts nothing."""
    for each in remains:
        if subscription_id in (each.subscription_id, *(package.subscription_id for package in each.packages)):
            return f"/services/usage?service={each.subscription_id}"
    return ""


def list_line(remains: Sequence[Remain], subscription_id: UUID, eye: Reader) -> str:
    """Return what is left of a service in one line: «осталось 6,6 ГБ, 386 мин, 71 SMS»."""
    packages = _of_package(remains, subscription_id, eye)
    if packages:
        return packages[0].soft
    own = [
        amounts.amount(each.measure.unit, each.left, eye.locale)
        for each in remains
        if each.subscription_id == subscription_id and each.left is not None
    ]
    return eye.say(mark("{left} left"), left=", ".join(own)) if own else ""


def packed(remains: Sequence[Remain], subscription_id: UUID) -> bool:
    """Tell whether it is a package that a service draws on: what is left of it stands with the service."""
    return any(package.subscription_id == subscription_id for each in remains for package in each.packages)


def choices(lines: Sequence[Line], eye: Reader) -> list[ChoiceRow]:
    """Return the services whose usage can be looked at."""
    rows = []
    for line in lines:
        title, ended = eye.name(line.held.version.title), line.held.subscription.ended_at
        if ended is not None:
            title = eye.say(mark("{title}, until {day}"), title=title, day=eye.day(clock.day_of(ended, eye.zone)))
        rows.append(ChoiceRow(str(line.id), title))
    return rows


def first(lines: Sequence[Line]) -> str:
    """Return the service that one most likely wants to see: one whose units run out; "" when there is none at all."""
    limited = [line for line in lines if any(each.base is not None for each in line.measures.values())]
    living = [line for line in (*limited, *lines) if line.held.subscription.ended_at is None]
    return next((str(line.id) for line in (*living, *lines)), "")


def period(month: Month, wanted: str, eye: Reader) -> PeriodRow:
    """Return a service's period day by day, with the chart of the wanted unit or of the first one that was used."""
    units = [each.measure.unit for each in month.remains]
    used = [each.measure.unit for each in month.remains if each.used]
    unit = next((each for each in units if each == wanted), (used or units)[0])
    (remain,) = [each for each in month.remains if each.measure.unit is unit]
    by_day = {each.day: each.amount for each in month.days if each.unit is unit}
    most = max(by_day, key=lambda day: by_day[day], default=None)
    start, last = month.period.begins, month.period.ends - timedelta(days=1)
    return PeriodRow(
        key=str(month.line.id),
        title=eye.name(month.line.held.version.title),
        month=i18n.month_text(month.period.month, eye.locale),
        span=eye.say(mark("{first} to {last}"), first=eye.day(start), last=eye.day(last)),
        earlier=_month(month, -1) if month.earlier else "",
        later=_month(month, 1) if month.later else "",
        gauges=[gauge(each, eye) for each in month.remains],
        packages=package_gauges(month.remains, eye),
        limited=not month.later and any(each.whole is not None for each in month.remains),
        units=[ChoiceRow(str(each), amounts.name(each, eye.locale)) for each in units],
        unit=str(unit),
        chart=_most(unit, most, by_day, eye),
        sum=amounts.amount(unit, remain.used, eye.locale, up=True),
        bars=list(_bars(month, unit, by_day, most, eye)),
        sentence=_sentence(unit, by_day, eye),
        facts=_facts(remain, month, eye),
        file=f"/usage/{month.line.id}/{month.period.month.isoformat()[:7]}.csv",
        empty=not month.days,
    )


def _of_package(remains: Sequence[Remain], subscription_id: UUID, eye: Reader) -> list[Gauge]:
    """Return the scale of a package; nothing when the subscription is none, or none that anything draws on."""
    for each in remains:
        for package in each.packages:
            if package.subscription_id == subscription_id:
                return [package_gauge(package, each.measure.unit, eye)]
    return []


def _after(remain: Remain, eye: Reader, until: str) -> str:
    measure = remain.measure
    if measure.after is After.slowed:
        return eye.say(mark("All used; slow internet until {day}"), day=until)
    if measure.after is After.blocked:
        return eye.say(mark("All used; more from {day}"), day=eye.day(remain.period.ends))
    if not remain.beyond:
        price = _short(Money(measure.overage_minor, remain.currency), eye)
        each = i18n.text(eye.locale, amounts.EACH[measure.unit])
        return eye.say(mark("All used; from here on {each} costs {price}"), each=each, price=price)
    more = amounts.amount(measure.unit, remain.beyond, eye.locale, up=True)
    return eye.say(mark("{more} beyond: {cost}"), more=more, cost=_short(remain.cost, eye))


def _share(part: int, whole: int) -> int:
    """Return a part in per cent to the nearest; 100 only for the whole."""
    if part >= whole:
        return 100
    return min((200 * part // whole + 1) // 2, 99)


def _short(amount: Money, eye: Reader) -> str:
    return str(i18n.money_text(amount, eye.locale, short=True))


def _month(month: Month, far: int) -> str:
    year, number = divmod(month.period.month.year * 12 + month.period.month.month - 1 + far, 12)
    return f"{year:04}-{number + 1:02}"


def _most(unit: Unit, most: date | None, by_day: dict[date, int], eye: Reader) -> str:
    if most is None:
        return eye.say(mark("Nothing was used in this period"))
    return eye.say(
        mark("Most of all on {day}: {amount}"),
        day=eye.day(most),
        amount=amounts.amount(unit, by_day[most], eye.locale, up=True),
    )


def _bars(month: Month, unit: Unit, by_day: dict[date, int], most: date | None, eye: Reader) -> Iterator[DayBar]:
    highest = by_day[most] if most else 0
    for place in range(month.period.days):
        day = month.period.begins + timedelta(days=place)
        amount = by_day.get(day, 0)
        yield DayBar(
            label=eye.day(day),
            value=amounts.amount(unit, amount, eye.locale, up=True),
            share=max(100 * amount // highest, 1) if amount else 0,
            now=day == eye.today,
            axis=str(day.day) if place % AXIS_DAYS == 0 else "",
            top=_top(unit, amount, eye) if day == most else "",
        )


def _top(unit: Unit, amount: int, eye: Reader) -> str:
    if unit in measures.INTERNET:
        return amounts.amount(unit, amount, eye.locale, up=True)
    return i18n.number(-(-amount // measures.BASE[unit]), eye.locale)


def _sentence(unit: Unit, by_day: dict[date, int], eye: Reader) -> str:
    said = ", ".join(
        f"{eye.day(day)} {amounts.amount(unit, amount, eye.locale, up=True)}" for day, amount in sorted(by_day.items())
    )
    name = amounts.name(unit, eye.locale)
    return eye.say(mark("{what} by day: {days}"), what=name, days=said) if said else name


def _facts(remain: Remain, month: Month, eye: Reader) -> list[Fact]:
    unit = remain.measure.unit
    facts = [Fact(eye.say(mark("Used in all")), amounts.amount(unit, remain.used, eye.locale, up=True))]
    if remain.whole is not None:
        included = amounts.amount(unit, remain.included, eye.locale, up=True)
        facts.append(Fact(eye.say(mark("Out of the tariff")), included))
    if remain.packaged:
        packaged = amounts.amount(unit, remain.packaged, eye.locale, up=True)
        facts.append(Fact(eye.say(mark("Out of packages")), packaged))
    if remain.beyond:
        beyond = amounts.amount(unit, remain.beyond, eye.locale, up=True)
        cost = f"{beyond}, {_short(remain.cost, eye)}" if remain.cost else beyond
        facts.append(Fact(eye.say(mark("Beyond the tariff")), cost))
    peak = max((each.peak_mbit for each in month.days if each.unit is unit), default=0)
    if peak:
        facts.append(
            Fact(eye.say(mark("The highest speed")), eye.say(mark("{n} Mbit/s"), n=i18n.number(peak, eye.locale)))
        )
    return facts
