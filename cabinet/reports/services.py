"""Services in words and rows: what one has, what one may have, one of them with its story, a quote (3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cabinet.domain import services
from cabinet.domain.billing import Held
from cabinet.domain.services import Deed, Offer
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact, QuoteLine, Step
from cabinet.models.catalog import ProductKind, ProductVersion
from cabinet.models.services import ServiceStep, SubscriptionStatus
from cabinet.reports import words
from cabinet.reports.home import SERVICE_ICONS, service_state
from cabinet.reports.reader import Reader, refusal
from cabinet.reports.rows import NOTHING, StepState

CATEGORIES: Final = {
    "internet": mark("Internet"),
    "mobile": mark("Mobile"),
    "tv": mark("Television"),
    "phone": mark("Telephone"),
}
REASONS: Final = {
    "price": mark("It costs too much"),
    "unused": mark("I do not use it"),
    "quality": mark("It does not work as it should"),
    "moving": mark("I am moving"),
    "other": mark("Another reason"),
}
_FAILED: Final = ("failed", "pause_refused", "blocked")
QUOTE: Final = {
    "connection": mark("For connecting"),
    "days": mark("For the days to the end of the period"),
    "monthly": mark("Then, for each period"),
    "ends": mark("It goes off by itself"),
    "returned": mark("We give back for unused days"),
    "last_day": mark("The last day of work"),
    "pause": mark("For the pause"),
    "resumes": mark("It comes back; for the days to the end of the period"),
}
_WITHOUT_SUM: Final = ("ends", "last_day")


@dataclass
class HeldRow:
    """A service that the customer has, or had lately."""

    key: str
    icon: str
    title: str
    detail: str
    price: MoneyText
    per: str
    status: str
    tone: str


@dataclass
class OfferRow:
    """A service that may be had; `group` is the heading of its category on the first line of one."""

    key: str
    group: str
    icon: str
    title: str
    detail: str
    price: MoneyText
    per: str
    """For what the price is: "a month", "once"; "" when it is free."""
    why: str


@dataclass
class CardRow:
    """A service in the drawer, and what can be done about it now."""

    title: str = ""
    detail: str = ""
    price: MoneyText = NOTHING
    per: str = ""
    status: str = ""
    tone: str = ""
    notice: str = ""
    why: str = ""
    terms: str = ""
    lost: str = ""
    facts: list[Fact] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    ending: str = ""
    """What disconnecting does with the money and until when it works."""
    pause: str = ""
    """The limits and the price of a pause."""
    term: str = ""
    """For how long it may be taken for a time."""
    can_connect: bool = False
    can_disconnect: bool = False
    can_pause: bool = False
    can_resume: bool = False
    can_drop: bool = False
    can_undo: bool = False


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


def held_row(held: Held, eye: Reader) -> HeldRow:
    """Return a service of the list, with what is about to happen to it."""
    status, tone = service_state(held, eye.locale, today=eye.today)
    soon = held.subscription.ends_on if held.subscription.blocked_at is None else None
    if held.subscription.status is SubscriptionStatus.active and soon is not None:
        status, tone = eye.say(mark("Until {day}"), day=eye.day(soon - timedelta(days=1))), "warn"
    return HeldRow(
        key=f"s:{held.subscription.id}",
        icon=SERVICE_ICONS.get(held.product.category, "package"),
        title=eye.name(held.version.title),
        detail=eye.name(held.version.detail),
        price=i18n.money_text(held.price, eye.locale, short=True),
        per=_per(held.price, eye),
        status=status,
        tone=tone,
    )


def offer_rows(offers: list[Offer], eye: Reader) -> list[OfferRow]:
    """Return what may be had, by category, with the reason where it cannot be now."""
    rows, last = [], ""
    for category in (*CATEGORIES, *{offer.product.category for offer in offers} - set(CATEGORIES)):
        for offer in offers:
            if offer.product.category != category:
                continue
            rows.append(
                OfferRow(
                    key=f"p:{offer.product.id}",
                    group=eye.say(CATEGORIES.get(category, mark("Others"))) if category != last else "",
                    icon=SERVICE_ICONS.get(category, "package"),
                    title=eye.name(offer.version.title),
                    detail=eye.name(offer.version.detail),
                    price=i18n.money_text(_headline(offer), eye.locale, short=True),
                    per=_per(offer.price, eye, once=_headline(offer)),
                    # A debt stands over the page once, not under each of its lines.
                    why=""
                    if offer.hindrance is None or isinstance(offer.hindrance, services.InDebt)
                    else refusal(offer.hindrance, eye),
                )
            )
            last = category
    return rows


def _headline(offer: Offer) -> Money:
    """Return what a list says that it costs: a period, or connecting when nothing follows."""
    return offer.price or Money(offer.version.connection_minor, offer.version.currency)


def _per(price: Money, eye: Reader, *, once: Money | None = None) -> str:
    if price:
        return eye.say(mark("a month"))
    return eye.say(mark("once")) if once else ""


def offer_card(offer: Offer, eye: Reader) -> CardRow:
    """Return a service that may be had."""
    version = offer.version
    term = ""
    if version.temporary_days_max:
        term = i18n.plural(
            eye.locale, "For a time: at most {n} day", "For a time: at most {n} days", version.temporary_days_max
        )
    return CardRow(
        title=eye.name(version.title),
        detail=eye.name(version.detail),
        price=i18n.money_text(_headline(offer), eye.locale, short=True),
        per=_per(offer.price, eye, once=_headline(offer)),
        why=refusal(offer.hindrance, eye) if offer.hindrance else "",
        terms=eye.name(version.terms),
        facts=_terms(version, eye),
        term=term,
        can_connect=offer.hindrance is None,
    )


def held_card(card: services.Card, eye: Reader) -> CardRow:
    """Return a service that the customer has or had."""
    held, subscription, version = card.held, card.held.subscription, card.held.version
    status, tone = service_state(held, eye.locale, today=eye.today)
    active = subscription.status is SubscriptionStatus.active
    planned = active and bool(subscription.ends_on or subscription.suspends_on)
    scheduled = subscription.status is SubscriptionStatus.scheduled
    facts = []
    if subscription.connected_at is not None:
        since = clock.day_of(subscription.connected_at, eye.zone)
        facts.append(Fact(eye.say(mark("Connected on")), eye.day(since)))
    if card.next_charge is not None:
        when, amount = card.next_charge
        said = eye.say(mark("{day}, {amount}"), day=eye.day(when), amount=amount)
        facts.append(Fact(eye.say(mark("Next charge")), said))
    suspendable = active and version.suspension_days_max > 0 and not planned and subscription.blocked_at is None
    return CardRow(
        title=eye.name(version.title),
        detail=eye.name(version.detail),
        price=i18n.money_text(held.price, eye.locale, short=True),
        per=_per(held.price, eye),
        status=status,
        tone=tone,
        notice=_planned(card, eye),
        why=words.trouble(subscription.failure, eye.locale) if subscription.failure else "",
        terms=eye.name(version.terms),
        lost=eye.name(version.lost),
        facts=facts,
        steps=[_step(step, eye) for step in reversed(card.steps)],
        ending=_ending(version, eye),
        pause=_pause(card, eye) if suspendable else "",
        can_disconnect=held.product.kind is not ProductKind.tariff
        and not planned
        and subscription.status in (SubscriptionStatus.active, SubscriptionStatus.suspended),
        can_pause=suspendable,
        can_resume=subscription.status is SubscriptionStatus.suspended,
        can_drop=planned or scheduled,
        can_undo=card.undo_until is not None,
    )


def quote_row(quote: services.Quote, deed: Deed, eye: Reader) -> QuoteRow:
    """Return what will happen, when, and what the button says."""
    plan = quote.plan
    title = eye.name(plan.version.title)
    if deed is Deed.connect:
        heading, button = eye.say(mark("Connect {title}"), title=title), eye.say(mark("Connect"))
        if plan.taken:
            button = eye.say(mark("Connect for {amount}"), amount=plan.taken)
        if plan.effect_on is not None:
            button = eye.say(mark("Connect from {day}"), day=eye.day(plan.effect_on))
        mind = eye.say(mark("You can disconnect it here at any time.")) if plan.effect_on is None else ""
    elif deed is Deed.disconnect:
        heading, button = eye.say(mark("Disconnect {title}"), title=title), eye.say(mark("Disconnect"))
        mind = eye.say(mark("It can be undone with one press for 15 minutes.")) if plan.effect_on is None else ""
    else:
        heading, button = eye.say(mark("Pause {title}"), title=title), eye.say(mark("Pause"))
        mind = eye.say(mark("It can be ended early."))
        if plan.version.suspension_day_minor:
            mind = eye.say(mark("It can be ended early. What the pause cost stays paid."))
    if plan.effect_on is not None:
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
    effect = _effect(plan.version, eye) if plan.effect_on is None and deed is Deed.connect else ""
    return QuoteRow(heading, lines, holds, effect, mind, button, plan.code_needed)


def _sum(amount: Money, eye: Reader) -> MoneyText:
    return i18n.money_text(amount if amount.minor > 0 else -amount, eye.locale, signed=amount.minor > 0, short=True)


def _effect(version: ProductVersion, eye: Reader) -> str:
    if version.minutes:
        return i18n.plural(eye.locale, "Within {n} minute", "Within {n} minutes", version.minutes)
    return eye.say(mark("At once"))


def _terms(version: ProductVersion, eye: Reader) -> list[Fact]:
    facts = []
    if version.connection_minor:
        fee = Money(version.connection_minor, version.currency)
        facts.append(Fact(eye.say(mark("Connecting")), str(i18n.money_text(fee, eye.locale, short=True))))
    facts.append(Fact(eye.say(mark("Begins to work")), _effect(version, eye)))
    if version.code_needed:
        facts.append(Fact(eye.say(mark("Confirmation")), eye.say(mark("By a code"))))
    return facts


def _ending(version: ProductVersion, eye: Reader) -> str:
    if version.gives_back:
        return eye.say(mark("It goes off at once. Today is paid for; we give the days after it back to the account."))
    return eye.say(mark("It works to the end of the paid period; nothing more is charged after it."))


def _pause(card: services.Card, eye: Reader) -> str:
    version = card.held.version
    said = eye.say(
        mark("From {least} to {most} days at a time, {left} more days this year."),
        least=version.suspension_days_min,
        most=version.suspension_days_max,
        left=card.pause_left,
    )
    if not version.suspension_day_minor:
        return said + " " + eye.say(mark("The pause is free."))
    cost = Money(version.suspension_day_minor, version.currency)
    return said + " " + eye.say(mark("A day of pause costs {amount}."), amount=cost)


def _planned(card: services.Card, eye: Reader) -> str:
    subscription = card.held.subscription
    if subscription.blocked_at is not None:
        return eye.say(mark("It comes back by itself within a minute once the debt is paid."))
    if card.undo_until is not None:
        return eye.say(
            mark("The disconnection can be undone until {time}."), time=i18n.time_text(card.undo_until, eye.zone)
        )
    if subscription.status is SubscriptionStatus.scheduled and subscription.starts_on is not None:
        return eye.say(mark("It will be connected on {day}."), day=eye.day(subscription.starts_on))
    if subscription.status is SubscriptionStatus.suspended and subscription.resumes_on is not None:
        return eye.say(mark("It will come back by itself on {day}."), day=eye.day(subscription.resumes_on))
    if subscription.status is not SubscriptionStatus.active:
        return ""
    if subscription.suspends_on is not None and subscription.resumes_on is not None:
        return eye.say(
            mark("It will be paused from {day} to {until}."),
            day=eye.day(subscription.suspends_on),
            until=eye.day(subscription.resumes_on - timedelta(days=1)),
        )
    if subscription.ends_on is not None:
        return eye.say(
            mark("It works until {day} and then goes off by itself."),
            day=eye.day(subscription.ends_on - timedelta(days=1)),
        )
    return ""


def _step(step: ServiceStep, eye: Reader) -> Step:
    said = []
    details = step.details
    if details.get("failure"):
        said.append(words.trouble(str(details["failure"]), eye.locale))
    for name, message in (
        ("taken_minor", mark("Charged {amount}.")),
        ("asked_minor", mark("Asked for {amount}.")),
        ("returned_minor", mark("Given back {amount}.")),
    ):
        if details.get(name):
            said.append(eye.say(message, amount=Money(int(details[name]))))
    if details.get("reason"):
        said.append(eye.say(REASONS.get(str(details["reason"]), REASONS["other"])))
    if details.get("day") and step.name in ("scheduled", "end_planned", "pause_planned"):
        said.append(eye.say(mark("For {day}."), day=eye.day(date.fromisoformat(str(details["day"])))))
    if details.get("to"):
        said.append(eye.say(mark("Code to {address}."), address=details["to"]))
    state: StepState = "failed" if step.name in _FAILED else "done"
    return Step(
        eye.say(words.SERVICE_STEPS.get(step.name, step.name)),
        i18n.moment_short(step.at, eye.locale, eye.zone, now=eye.now),
        " ".join(said),
        state,
    )
