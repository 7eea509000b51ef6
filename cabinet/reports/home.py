"""The home page in words and rows: one maker for the live page and for the fragment that is painted before it (5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from cabinet.domain.billing import Held, Outlook, Planned
from cabinet.domain.dashboard import Spending, Standing
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Bar, DayMark, Gauge, Tick
from cabinet.models.services import SubscriptionStatus
from cabinet.reports import words
from cabinet.reports.rows import NOTHING

SERVICE_ICONS: Final = {
    "internet": "router",
    "mobile": "smartphone",
    "tv": "tv",
    "security": "shield-check",
    "storage": "cloud",
    "support": "headset",
    "leisure": "book-open",
    "bundle": "boxes",
}
SERVICE_STATES: Final = {
    SubscriptionStatus.scheduled: mark("Planned"),
    SubscriptionStatus.connecting: mark("Being connected…"),
    SubscriptionStatus.active: mark("Works"),
    SubscriptionStatus.suspended: mark("Paused"),
    SubscriptionStatus.disconnecting: mark("Being disconnected…"),
    SubscriptionStatus.ended: mark("Disconnected"),
    SubscriptionStatus.failed: mark("Not connected"),
}
SERVICE_TONES: Final = {
    SubscriptionStatus.scheduled: "calm",
    SubscriptionStatus.connecting: "warn",
    SubscriptionStatus.active: "good",
    SubscriptionStatus.suspended: "calm",
    SubscriptionStatus.disconnecting: "warn",
    SubscriptionStatus.ended: "calm",
    SubscriptionStatus.failed: "bad",
}
CLOSE_PERCENT: Final = 16
"""Labels nearer than that to each other would touch."""
NOON_HOUR: Final = 12
EVENING_HOUR: Final = 18
MORNING_HOUR: Final = 5


@dataclass
class ServiceRow:
    """A service that the customer has."""

    icon: str
    title: str
    detail: str
    price: MoneyText
    status: str
    tone: str
    gauges: list[Gauge] = field(default_factory=list)


@dataclass
class Panel:
    """The dark panel: the balance, how long it lasts, the scale of two months of days."""

    greeting: str = ""
    balance: MoneyText = NOTHING
    sentence: str = ""
    missing: str = ""
    link: str = "/pay"
    days: list[Tick] = field(default_factory=list)
    days_words: str = ""
    marks: list[DayMark] = field(default_factory=list)


@dataclass
class Chart:
    """Spending by month, with its reason."""

    bars: list[Bar] = field(default_factory=list)
    said: str = ""
    title: str = ""
    why: str = ""


def panel(standing: Standing, locale: str, zone: str, *, now: datetime) -> Panel:
    """Return the dark panel."""
    today = clock.day_of(now, zone)
    outlook = standing.outlook
    sentence, missing = _sentence(outlook, locale, today)
    return Panel(
        greeting=_greeting(standing.given_name, locale, clock.local(now, zone).hour),
        balance=i18n.money_text(standing.balance.available, locale),
        sentence=sentence,
        missing=missing,
        link=f"/pay?amount={standing.recommended.decimal}",
        days=_days(outlook, today),
        days_words=_days_said(outlook, locale, today),
        marks=_marks(outlook, locale, today),
    )


def service(held: Held, locale: str, *, today: date, gauges: Sequence[Gauge] = ()) -> ServiceRow:
    """Return a service as a row: works, is being connected, or is paused until a day."""
    status, tone = service_state(held, locale, today=today)
    return ServiceRow(
        icon=SERVICE_ICONS.get(held.product.category, "package"),
        title=i18n.localized(held.version.title, locale),
        detail=i18n.localized(held.version.detail, locale),
        price=i18n.money_text(held.rate(today), locale, short=True),
        status=status,
        tone=tone,
        gauges=list(gauges),
    )


def service_state(held: Held, locale: str, *, today: date) -> tuple[str, str]:
    """Return in which state a service is, in words and in a tone."""
    subscription = held.subscription
    if subscription.blocked_at is not None:
        return i18n.text(locale, mark("Cut off for a debt")), "bad"
    day = subscription.starts_on or subscription.resumes_on or subscription.ends_on
    said = i18n.day_text(day, locale, today=today) if day else ""
    match subscription.status:
        case SubscriptionStatus.scheduled:
            return i18n.text(locale, mark("From {day}"), day=said), "calm"
        case SubscriptionStatus.suspended if subscription.resumes_on is not None:
            return i18n.text(locale, mark("Paused until {day}"), day=said), "calm"
    return i18n.text(locale, SERVICE_STATES[subscription.status]), SERVICE_TONES[subscription.status]


def chart(spending: Spending, locale: str) -> Chart:
    """Return the months as bars, and why the present one differs from the one before."""
    months = list(spending.months)
    tallest = max((spent.minor for _, spent in months), default=0)
    if tallest <= 0:
        return Chart()
    bars = [
        Bar(
            label=i18n.month_label(month, locale),
            value=i18n.number(round(spent.decimal), locale),
            share=max(spent.minor, 0) * 100 // tallest,
            now=place == len(months) - 1,
        )
        for place, (month, spent) in enumerate(months)
    ]
    said = ", ".join(f"{i18n.month_name(month, locale)} {_short(spent, locale)}" for month, spent in months)
    title, why = _difference(spending, locale)
    return Chart(bars, i18n.text(locale, mark("Spending by month: {months}"), months=said), title, why)


def _greeting(name: str, locale: str, hour: int) -> str:
    if hour < MORNING_HOUR:
        words_ = mark("Good night, {name}")
    elif hour < NOON_HOUR:
        words_ = mark("Good morning, {name}")
    elif hour < EVENING_HOUR:
        words_ = mark("Good afternoon, {name}")
    else:
        words_ = mark("Good evening, {name}")
    return i18n.text(locale, words_, name=name)


def _sentence(outlook: Outlook, locale: str, today: date) -> tuple[str, str]:
    """Return what is said of the money, and the sum that lacks ("" when nothing does)."""
    if not outlook.planned:
        return i18n.text(locale, mark("Nothing will be charged in the coming months.")), ""
    if outlook.missing_on is None:
        first = outlook.planned[0]
        day = i18n.day_text(first.day, locale, today=today)
        until = i18n.day_text(outlook.planned[-1].day, locale, today=today)
        return (
            i18n.text(
                locale,
                mark("The money lasts beyond {until}. The next charge is {amount} on {day}."),
                until=until,
                amount=first.amount,
                day=day,
            ),
            "",
        )
    lacking = _short(outlook.missing, locale)
    short_of = next(charge for charge in outlook.planned if charge.day == outlook.missing_on)
    if outlook.missing_on <= today:
        day = i18n.day_text(outlook.missing_on, locale, today=today)
        return i18n.text(locale, mark("The charge of {day} is waiting: the account lacks"), day=day), lacking
    until = i18n.day_text(outlook.missing_on - timedelta(days=1), locale, today=today)
    if short_of.month is not None:
        month = i18n.month_name(short_of.month, locale)
        return i18n.text(
            locale, mark("The money lasts until {until}. {month} lacks"), until=until, month=month
        ), lacking
    return i18n.text(locale, mark("The money lasts until {until}. The next charge lacks"), until=until), lacking


def _days(outlook: Outlook, today: date) -> list[Tick]:
    first = today.replace(day=1)
    count = (clock.month_after(today, 2) - first).days
    charges = {charge.day for charge in outlook.planned}
    return [_tick(first + timedelta(days=ahead), outlook.missing_on, charges, today) for ahead in range(count)]


def _tick(day: date, missing_on: date | None, charges: set[date], today: date) -> Tick:
    if day == today:
        return "today"
    if missing_on is not None and day >= missing_on:
        return "bare_month" if day.day == 1 or day in charges else "bare"
    if day in charges and day > today:
        return "event"
    if day.day == 1:
        return "month"
    return "past" if day < today else "paid"


def _days_said(outlook: Outlook, locale: str, today: date) -> str:
    first = i18n.day_text(today.replace(day=1), locale, today=today)
    last = i18n.day_text(clock.month_after(today, 2) - timedelta(days=1), locale, today=today)
    here = i18n.day_text(today, locale, today=today)
    said = i18n.text(locale, mark("Days from {first} to {last}, today is {today}."), first=first, last=last, today=here)
    shown = _first_shown(outlook, today)
    if shown is not None:
        day = i18n.day_text(shown.day, locale, today=today)
        said += " " + i18n.text(locale, mark("{amount} will be charged on {day}."), amount=shown.amount, day=day)
    return said


def _marks(outlook: Outlook, locale: str, today: date) -> list[DayMark]:
    """Return the words under the scale: where it begins, today, the next charge, where it ends; none touch."""
    first = today.replace(day=1)
    last = clock.month_after(today, 2) - timedelta(days=1)
    span = (last - first).days
    here = 100 * (today - first).days // span
    charge = _first_shown(outlook, today)
    taken = 100 * (charge.day - first).days // span if charge else 100 + CLOSE_PERCENT
    marks = []
    if here > CLOSE_PERCENT:
        marks.append(DayMark(i18n.day_text(first, locale, today=today), side="start"))
    side: Literal["after", "middle"] = "after" if here < CLOSE_PERCENT // 2 else "middle"
    marks.append(DayMark(i18n.text(locale, mark("Today")), i18n.day_text(today, locale, today=today), here, side))
    if charge is not None and taken - here >= CLOSE_PERCENT // 2:
        minus = str(i18n.money_text(-charge.amount, locale, short=True))
        marks.append(DayMark(i18n.day_text(charge.day, locale, today=today), minus, taken, "after"))
    if taken < 100 - 2 * CLOSE_PERCENT or charge is None:
        marks.append(DayMark(i18n.day_text(last, locale, today=today), side="end"))
    return marks


def _first_shown(outlook: Outlook, today: date) -> Planned | None:
    """Return the next charge that lies on the scale, with all that is charged on its day."""
    end = clock.month_after(today, 2)
    shown = next((charge for charge in outlook.planned if today < charge.day < end), None)
    if shown is None:
        return None
    same = [charge.amount for charge in outlook.planned if charge.day == shown.day]
    return replace(shown, amount=sum(same[1:], same[0]))


def _difference(spending: Spending, locale: str) -> tuple[str, str]:
    before, now = [*list(spending.months)[-2:], None, None][:2]
    if before is None or now is None or not now[1]:
        return "", ""
    more = now[1] - before[1]
    if not more:
        return i18n.text(locale, mark("The same as in {month}."), month=i18n.month_inside(before[0], locale)), ""
    much = _short(Money(abs(more.minor), more.currency), locale)
    msgid = mark("{much} more than in {month}.") if more.minor > 0 else mark("{much} less than in {month}.")
    title = i18n.text(locale, msgid, much=much, month=i18n.month_inside(before[0], locale))
    return title, _reason(spending, locale) if more.minor > 0 else ""


def _reason(spending: Spending, locale: str) -> str:
    named = [words.operation(each.kind, each.title, each.period, locale) for each in spending.singles]
    return i18n.text(locale, mark("One-off charges: {names}."), names=", ".join(named)) if named else ""


def _short(amount: Money, locale: str) -> str:
    return str(i18n.money_text(amount, locale, short=True))
