"""Outages and works in words: the line over a page, the customer's list, the staff's desk (3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cabinet.domain.outages import Listed, Seen
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.kit.shapes import Step
from cabinet.models.outages import Compensation, Outage, OutageKind, OutageStep
from cabinet.reports.home import SERVICE_ICONS
from cabinet.reports.services import CATEGORIES

LINES_MAX: Final = 2
STEPS: Final = {
    "announced": mark("Announced"),
    "moved": mark("The forecast is another one"),
    "ended": mark("Over"),
    "dropped": mark("Called off"),
}
KINDS: Final = {OutageKind.outage: mark("Outage"), OutageKind.works: mark("Works on the network")}
COMPENSATIONS: Final = {
    Compensation.none: mark("None"),
    Compensation.claimed: mark("Taken by the customer with one press"),
    Compensation.automatic: mark("Given by itself at the end"),
}


@dataclass
class LineRow:
    """The one line over a page: what, in a few words more, and where to go."""

    title: str = ""
    text: str = ""
    link: str = ""
    good: bool = False
    """Money that waits, not trouble."""
    href: str = "/outages"


@dataclass
class OutageRow:
    """An outage as a customer sees it."""

    key: str = ""
    icon: str = "package"
    title: str = ""
    soft: str = ""
    detail: str = ""
    when: str = ""
    forecast: str = ""
    status: str = ""
    tone: str = "calm"
    steps: list[Step] = field(default_factory=list)
    can_watch: bool = False
    watched: bool = False
    can_take: bool = False
    money: str = ""
    """What is due, will be, or was given, as a sentence."""
    take: str = ""


@dataclass
class DeskRow:
    """An outage as the staff sees it."""

    key: str = ""
    number: str = ""
    icon: str = "package"
    title: str = ""
    soft: str = ""
    detail: str = ""
    status: str = ""
    tone: str = "calm"
    place: str = ""
    when: str = ""
    forecast: str = ""
    accounts: str = ""
    compensation: str = ""
    steps: list[Step] = field(default_factory=list)
    can_end: bool = False
    can_move: bool = False
    can_drop: bool = False


def lines(found: Sequence[Seen], locale: str, zone: str, *, now: datetime) -> list[LineRow]:
    """Return the lines over a page, what goes on first."""
    going, coming, waiting = [], [], []
    for each in found:
        outage = each.outage
        if outage.ended_at is not None:
            waiting.append(_waiting(each, locale, zone, now))
        elif outage.begins_at <= now:
            going.append(_going(each, locale, zone, now))
        else:
            coming.append(_coming(each, locale, zone, now))
    return [*going, *coming, *waiting][:LINES_MAX]


def rows(found: Sequence[Seen], locale: str, zone: str, *, now: datetime) -> list[OutageRow]:
    """Return what the customer sees of each."""
    return [_row(each, locale, zone, now) for each in found]


def desk_row(outage: Outage, locale: str, zone: str, *, now: datetime) -> DeskRow:
    """Return a line of the desk."""
    status, tone = _status(outage, locale, now)
    return DeskRow(
        key=str(outage.id),
        number=outage.number,
        icon=SERVICE_ICONS.get(outage.category, "package"),
        title=i18n.localized(outage.title, locale),
        soft=f"{outage.number}, {i18n.text(locale, KINDS[outage.kind]).lower()}",
        when=_when(outage, locale, zone, now),
        status=status,
        tone=tone,
    )


def desk_card(found: Listed, locale: str, zone: str, *, now: datetime) -> DeskRow:
    """Return an outage with everything that the desk knows of it."""
    outage = found.outage
    row = desk_row(outage, locale, zone, now=now)
    row.detail = i18n.localized(outage.detail, locale) if outage.detail else ""
    row.place = ", ".join(outage.regions) or i18n.text(locale, mark("Everywhere"))
    row.forecast = _moment(outage.forecast_at, locale, zone, now) if outage.forecast_at else ""
    row.accounts = i18n.number(found.accounts, locale)
    row.compensation = i18n.text(locale, COMPENSATIONS[outage.compensation])
    row.steps = _steps(found.steps, locale, zone, now)
    begun, over = outage.begins_at <= now, outage.ended_at is not None
    row.can_end, row.can_move, row.can_drop = begun and not over, not over, not begun and not over
    return row


def _row(each: Seen, locale: str, zone: str, now: datetime) -> OutageRow:
    outage, over = each.outage, each.outage.ended_at is not None
    status, tone = _status(outage, locale, now)
    category = i18n.text(locale, CATEGORIES.get(outage.category, mark("Others")))
    return OutageRow(
        key=str(outage.id),
        icon=SERVICE_ICONS.get(outage.category, "package"),
        title=i18n.localized(outage.title, locale),
        soft=f"{category}, {i18n.text(locale, KINDS[outage.kind]).lower()}",
        detail=i18n.localized(outage.detail, locale) if outage.detail else "",
        when=_when(outage, locale, zone, now),
        forecast="" if over else _forecast(outage, locale, zone, now),
        status=status,
        tone=tone,
        steps=_steps(each.steps, locale, zone, now),
        can_watch=not over,
        watched=each.watched and not over,
        can_take=over and each.given is None and bool(each.due) and outage.compensation is Compensation.claimed,
        money=_money(each, locale),
        take=i18n.text(locale, mark("Take {amount}"), amount=each.due),
    )


def _money(each: Seen, locale: str) -> str:
    if each.given is not None:
        return i18n.text(locale, mark("Returned to the account: {amount}."), amount=each.given)
    if not each.due:
        return ""
    if each.outage.compensation is Compensation.automatic:
        return i18n.text(locale, mark("We will return {amount} by ourselves."), amount=each.due)
    if each.outage.ended_at is not None:
        return i18n.text(locale, mark("You are due {amount} for the time without service."), amount=each.due)
    return i18n.text(locale, mark("By now you are due {amount}; take it when all is mended."), amount=each.due)


def _going(each: Seen, locale: str, zone: str, now: datetime) -> LineRow:
    outage = each.outage
    title = i18n.text(
        locale, mark("{kind}: {title}."), kind=i18n.text(locale, KINDS[outage.kind]), title=_inside(outage, locale)
    )
    return LineRow(title, _forecast(outage, locale, zone, now), i18n.text(locale, mark("What is known")))


def _coming(each: Seen, locale: str, zone: str, now: datetime) -> LineRow:
    outage = each.outage
    assert outage.forecast_at is not None or outage.kind is OutageKind.outage
    title = i18n.text(
        locale,
        mark("{day} from {since} to {until}: {title}."),
        day=i18n.day_text(clock.day_of(outage.begins_at, zone), locale, today=clock.day_of(now, zone)),
        since=i18n.time_text(outage.begins_at, zone),
        until=i18n.time_text(outage.forecast_at, zone) if outage.forecast_at else "…",
        title=_inside(outage, locale),
    )
    return LineRow(title[:1].upper() + title[1:], _money(each, locale), i18n.text(locale, mark("What and why")))


def _waiting(each: Seen, locale: str, zone: str, now: datetime) -> LineRow:
    day = i18n.day_text(clock.day_of(each.outage.begins_at, zone), locale, today=clock.day_of(now, zone))
    return LineRow(
        i18n.text(locale, mark("{amount} for the break of {day} wait for you."), amount=each.due, day=day),
        i18n.localized(each.outage.title, locale) + ".",
        i18n.text(locale, mark("Take")),
        good=True,
    )


def _inside(outage: Outage, locale: str) -> str:
    title = i18n.localized(outage.title, locale)
    return title[:1].lower() + title[1:]


def _status(outage: Outage, locale: str, now: datetime) -> tuple[str, str]:
    if outage.ended_at is not None:
        return i18n.text(locale, mark("Over")), "good"
    if outage.begins_at > now:
        return i18n.text(locale, mark("To come")), "calm"
    return i18n.text(locale, mark("Going on")), "bad" if outage.kind is OutageKind.outage else "warn"


def _forecast(outage: Outage, locale: str, zone: str, now: datetime) -> str:
    if outage.forecast_at is None:
        return i18n.text(locale, mark("We are finding out when it will be over."))
    if outage.forecast_at <= now:
        return i18n.text(locale, mark("It takes longer than we expected; the forecast is being renewed."))
    if outage.begins_at > now:
        return ""
    return i18n.text(
        locale, mark("We expect it to be over {moment}."), moment=_until(outage.forecast_at, locale, zone, now)
    )


def _until(moment: datetime, locale: str, zone: str, now: datetime) -> str:
    day, today = clock.day_of(moment, zone), clock.day_of(now, zone)
    return i18n.text(
        locale,
        mark("{day} by {time}"),
        day=i18n.day_text(day, locale, today=today),
        time=i18n.time_text(moment, zone),
    )


def _when(outage: Outage, locale: str, zone: str, now: datetime) -> str:
    ends = outage.ended_at or (outage.forecast_at if outage.kind is OutageKind.works else None)
    begins = _moment(outage.begins_at, locale, zone, now)
    if ends is None:
        return i18n.text(locale, mark("Since {moment}"), moment=begins)
    if clock.day_of(ends, zone) == clock.day_of(outage.begins_at, zone):
        return f"{begins}–{i18n.time_text(ends, zone)}"
    return f"{begins} — {_moment(ends, locale, zone, now)}"


def _moment(moment: datetime, locale: str, zone: str, now: datetime) -> str:
    day = i18n.day_text(clock.day_of(moment, zone), locale, today=clock.day_of(now, zone))
    return f"{day}, {i18n.time_text(moment, zone)}"


def _steps(found: Sequence[OutageStep], locale: str, zone: str, now: datetime) -> list[Step]:
    return [
        Step(
            title=i18n.text(locale, STEPS[each.name]),
            when=_moment(each.at, locale, zone, now),
            soft=_told(each, locale, zone, now),
            state="done",
        )
        for each in found
    ]


def _told(step: OutageStep, locale: str, zone: str, now: datetime) -> str:
    if not step.details.get("forecast"):
        return ""
    moment = datetime.fromisoformat(step.details["forecast"])
    return i18n.text(locale, mark("Now {moment}"), moment=_until(moment, locale, zone, now))
