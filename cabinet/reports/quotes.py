"""A quote as the drawer shows it: what will happen, when, what it costs, what the button says (3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cabinet.domain import services
from cabinet.domain.services import Deed, Plan
from cabinet.kit import i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import QuoteLine
from cabinet.reports import switches
from cabinet.reports.reader import Reader
from cabinet.reports.rows import NOTHING
from cabinet.reports.services import effect

QUOTE: Final = {
    "switch": mark("For the switch"),
    "comes_back": mark("Your tariff comes back; for the days to the end of the period"),
    "term": mark("For the days that are left"),
    "connection": mark("For connecting"),
    "days": mark("For the days to the end of the period"),
    "monthly": mark("Then, for each period"),
    "ends": mark("It goes off by itself"),
    "trial": mark("The trial, for nothing"),
    "trial_ends": mark("It goes off by itself, unless you extend it"),
    "if_extended": mark("Only if you extend it, for each month"),
    "package": mark("For the package"),
    "package_ends": mark("It is over, what is left goes"),
    "others": mark("For the other parts, to the end of the period"),
    "others_monthly": mark("Then the other parts, for each period"),
    "returned": mark("We give back for unused days"),
    "last_day": mark("The last day of work"),
    "pause": mark("For the pause"),
    "discount_ends": mark("Your discount goes with the old tariff"),
    "discount_waits": mark("Your discount waits with the old tariff"),
    "resumes": mark("It comes back; for the days to the end of the period"),
}
_WITHOUT_SUM: Final = ("ends", "last_day", "trial_ends", "package_ends", "discount_ends", "discount_waits")


@dataclass
class QuoteRow:
    """A quote before it is ordered."""

    title: str = ""
    lines: list[QuoteLine] = field(default_factory=list)
    holds: str = ""
    effect: str = ""
    mind: str = ""
    button: str = ""
    coded: bool = False
    away: str = ""
    """What gives way to a tariff."""
    needs: str = ""
    """What a switch asks of the customer; `warns` when that is something."""
    warns: bool = False
    goods: str = ""
    """What is ordered with a switch."""


def quote_row(quote: services.Quote, deed: Deed, eye: Reader, goods: str = "") -> QuoteRow:
    """Return what will happen, when, and what the button says; `goods` are what is ordered with it, in words."""
    plan = quote.plan
    title = eye.name(plan.version.title)
    if deed is Deed.connect:
        heading, button, mind = _connecting(plan, eye)
    elif deed is Deed.switch:
        heading, button, mind = switches.heading(plan, eye)
    elif deed is Deed.extend:
        heading, button = eye.say(mark("Extend {title}"), title=title), eye.say(mark("Yes, extend"))
        mind = ""
    elif deed is Deed.disconnect:
        heading, button = eye.say(mark("Disconnect {title}"), title=title), eye.say(mark("Disconnect"))
        mind = eye.say(mark("It can be undone with one press for 15 minutes.")) if plan.effect_on is None else ""
        if plan.version.parts or any(step.kind.startswith("others") for step in plan.steps):
            mind = ""
    else:
        heading, button = eye.say(mark("Pause {title}"), title=title), eye.say(mark("Pause"))
        mind = eye.say(mark("It can be ended early."))
        if plan.version.suspension_day_minor:
            mind = eye.say(mark("It can be ended early. What the pause cost stays paid."))
    if plan.effect_on is not None and deed not in (Deed.extend, Deed.switch):
        mind = eye.say(mark("Until then it can be cancelled here."))
    lines = [
        QuoteLine(
            when=eye.say(mark("Today")) if step.day == eye.today else eye.day(step.day),
            what=eye.say(QUOTE[step.kind]),
            amount=NOTHING if step.kind in _WITHOUT_SUM else _sum(step.amount, eye),
            now=step.day == eye.today,
        )
        for step in plan.steps
    ]
    holds = eye.say(mark("The quote holds until {time}"), time=i18n.time_text(quote.holds_until, eye.zone))
    within = effect(plan.version, eye) if plan.effect_on is None and deed is Deed.connect else ""
    made = QuoteRow(heading, lines, holds, within, mind, button, plan.code_needed)
    if deed is Deed.switch:
        made.away, made.needs = switches.instead_of(plan.away, eye), switches.needs(plan, eye)
        made.warns = bool(plan.needs)
        if plan.item_code and goods:
            made.goods = eye.say(
                mark("With it we order: {goods}. You choose the hour and how to pay on the page of orders."),
                goods=goods,
            )
    return made


def _connecting(plan: Plan, eye: Reader) -> tuple[str, str, str]:
    """Return the heading, the button, and what to bear in mind."""
    title = eye.name(plan.version.title)
    if plan.version.amount:
        return eye.say(mark("Buy {title}"), title=title), eye.say(mark("Buy for {amount}"), amount=plan.taken), ""
    button, mind = eye.say(mark("Connect")), ""
    if plan.taken:
        button = eye.say(mark("Connect for {amount}"), amount=plan.taken)
    if plan.effect_on is not None:
        button = eye.say(mark("Connect from {day}"), day=eye.day(plan.effect_on))
    elif plan.version.parts:
        mind = eye.say(mark("You can disconnect it here at any time."))
    elif plan.steps[0].kind == "trial":
        button, mind = eye.say(mark("Try for nothing")), eye.say(mark("It never becomes paid by itself."))
    else:
        mind = eye.say(mark("For 15 minutes it can be undone whole, then disconnected here at any time."))
    return eye.say(mark("Connect {title}"), title=title), button, mind


def _sum(amount: Money, eye: Reader) -> MoneyText:
    return i18n.money_text(amount if amount.minor > 0 else -amount, eye.locale, signed=amount.minor > 0, short=True)
