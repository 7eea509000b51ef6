"""Services in words and rows: what one has, what one may have, one of them with its story, a quote (3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cabinet.domain import services
from cabinet.domain.billing import Held
from cabinet.domain.services import Offer
from cabinet.domain.usage import Remain
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact, Gauge, Step
from cabinet.models.catalog import ProductKind, ProductVersion
from cabinet.models.services import ServiceStep, SubscriptionStatus, TrialStatus
from cabinet.reports import discounts, usage, words
from cabinet.reports import visits as visiting
from cabinet.reports.home import SERVICE_ICONS, service_state
from cabinet.reports.options import (
    breaking,
    bundle_ending,
    bundle_terms,
    package_terms,
    trial_notice,
    trial_state,
    trial_terms,
)
from cabinet.reports.reader import Reader
from cabinet.reports.rows import NOTHING, StepState

CATEGORIES: Final = {
    "internet": mark("Internet"),
    "mobile": mark("Mobile"),
    "tv": mark("Television"),
    "phone": mark("Telephone"),
    "security": mark("Security"),
    "storage": mark("Storage"),
    "support": mark("Support"),
    "leisure": mark("Leisure"),
    "bundle": mark("Bundles"),
}
REASONS: Final = {
    "price": mark("It costs too much"),
    "unused": mark("I do not use it"),
    "quality": mark("It does not work as it should"),
    "moving": mark("I am moving"),
    "other": mark("Another reason"),
}
GONE: Final = (SubscriptionStatus.disconnecting, SubscriptionStatus.ended)
_FAILED: Final = ("failed", "pause_refused", "blocked", "switch_failed")
_DATED: Final = ("scheduled", "end_planned", "pause_planned", "switch_planned", "switch_moved", "return_asked")


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
    left: str = ""
    """What is left of what it counts."""
    off: str = ""
    """The discount, until when, and what it costs without it."""


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
    trial: str = ""


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
    trial: str = ""
    """For how long it may be tried, and what follows."""
    away: str = ""
    """What gives way to a tariff."""
    needs: str = ""
    """What the customer needs for a tariff."""
    goods: str = ""
    """What can be ordered with a switch, with its price."""
    visit: str = ""
    """Where an engineer's hour is chosen."""
    visit_order: str = ""
    """Where the visit that is ordered is seen."""
    renewal: str = ""
    """The first day of the next period, as a field sends it; `renewal_day` in words."""
    renewal_day: str = ""
    renewal_only: bool = False
    can_switch: bool = False
    can_change: bool = False
    """A tariff of one's own: there are others."""
    drop: str = ""
    """What the button of dropping says."""
    can_connect: bool = False
    can_try: bool = False
    can_extend: bool = False
    can_buy: bool = False
    can_join: bool = False
    """A bundle that can be connected."""
    can_disconnect: bool = False
    can_pause: bool = False
    can_resume: bool = False
    can_drop: bool = False
    can_undo: bool = False
    undo: str = ""
    """What the button of undoing says."""
    can_reveal: bool = False
    """There is a link or a code behind a click."""
    gauges: list[Gauge] = field(default_factory=list)
    """What is used and left in the present period, packages last."""
    usage_link: str = ""


def held_row(held: Held, eye: Reader, remains: Sequence[Remain] = ()) -> HeldRow:
    """Return a service of the list, with what is about to happen to it."""
    status, tone = service_state(held, eye.locale, today=eye.today)
    inside, part = held.subscription.bundle_id is not None, eye.say(mark("In the bundle, its price is the bundle's"))
    soon = held.subscription.ends_on if held.subscription.blocked_at is None else None
    trying = held.on_trial and held.subscription.status is SubscriptionStatus.active
    if trying:
        status, tone = eye.say(mark("On trial")), "warn"
    elif held.subscription.status is SubscriptionStatus.active and soon is not None:
        status, tone = eye.say(mark("Until {day}"), day=eye.day(soon - timedelta(days=1))), "warn"
    return HeldRow(
        key=f"s:{held.subscription.id}",
        icon=SERVICE_ICONS.get(held.product.category, "package"),
        title=eye.name(held.version.title),
        detail=trial_state(held, eye) if trying else part if inside else eye.name(held.version.detail),
        price=NOTHING if inside else i18n.money_text(held.rate(eye.today), eye.locale, short=True),
        per=" " if inside else "" if trying else _per(held.price, eye),
        status=status,
        tone=tone,
        left=usage.list_line(remains, held.subscription.id, eye),
        off=discounts.line(held, eye),
    )


def offer_rows(offers: list[Offer], eye: Reader, visits: visiting.Visits | None = None) -> list[OfferRow]:
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
                    why="" if isinstance(offer.hindrance, services.InDebt) else visiting.why(offer, eye),
                    trial=visiting.news(offer, eye, visits or {}),
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


def offer_card(offer: Offer, eye: Reader, visits: visiting.Visits | None = None) -> CardRow:
    """Return a service that may be had."""
    version = offer.version
    bought = offer.product.kind is ProductKind.package
    most = version.temporary_days_max
    term = i18n.plural(eye.locale, "For a time: at most {n} day", "For a time: at most {n} days", most) if most else ""
    return CardRow(
        title=eye.name(version.title),
        detail=eye.name(version.detail),
        price=i18n.money_text(_headline(offer), eye.locale, short=True),
        per=_per(offer.price, eye, once=_headline(offer)),
        **visiting.shown(offer, eye, visits or {}),
        terms=eye.name(version.terms),
        facts=package_terms(version, eye) if bought else [*bundle_terms(offer, eye), *_terms(version, eye)],
        ending=bundle_ending(offer, eye) if version.parts else _ending(version, eye),
        term=term,
        trial=trial_terms(offer, eye),
        can_connect=offer.hindrance is None and not bought and not version.parts,
        can_join=offer.hindrance is None and bool(version.parts),
        can_buy=offer.hindrance is None and bought,
        can_try=offer.hindrance is None and offer.may_try,
    )


def held_card(
    card: services.Card, eye: Reader, remains: Sequence[Remain] = (), *, notice: str = "", drop: str = ""
) -> CardRow:
    """Return a service that the customer has or had; `notice` and `drop` are words for what is planned with it."""
    held, subscription, version = card.held, card.held.subscription, card.held.version
    status, tone = service_state(held, eye.locale, today=eye.today)
    active = subscription.status is SubscriptionStatus.active
    own = subscription.once or subscription.trial is TrialStatus.running
    ends_on = None if own else subscription.ends_on
    planned = active and bool(ends_on or subscription.suspends_on) and subscription.gone_for_id is None
    scheduled = subscription.status is SubscriptionStatus.scheduled
    facts = []
    if subscription.connected_at is not None:
        since = clock.day_of(subscription.connected_at, eye.zone)
        facts.append(Fact(eye.say(mark("Connected on")), eye.day(since)))
    if card.next_charge is not None:
        when, amount = card.next_charge
        said = eye.say(mark("{day}, {amount}"), day=eye.day(when), amount=amount)
        facts.append(Fact(eye.say(mark("Next charge")), said))
    facts += discounts.facts(held, eye)
    suspendable = active and version.suspension_days_max > 0 and not planned and subscription.blocked_at is None
    suspendable = suspendable and not held.on_trial and not held.bundled
    return CardRow(
        title=eye.name(version.title),
        detail=eye.name(version.detail),
        price=i18n.money_text(held.rate(eye.today), eye.locale, short=True),
        per=_per(held.price, eye),
        status=status,
        tone=tone,
        notice=notice or _planned(card, eye),
        drop=drop,
        why=words.trouble(subscription.failure, eye.locale) if subscription.failure else "",
        terms=eye.name(version.terms),
        lost=eye.name(version.lost),
        facts=facts,
        steps=[_step(step, eye) for step in reversed(card.steps)],
        ending=breaking(eye) if subscription.bundle_id else _ending(version, eye),
        pause=_pause(card, eye) if suspendable else "",
        can_disconnect=held.product.kind is not ProductKind.tariff
        and not planned
        and not subscription.once
        and subscription.status in (SubscriptionStatus.active, SubscriptionStatus.suspended),
        can_pause=suspendable,
        can_change=held.product.kind is ProductKind.tariff and active and not planned,
        can_resume=subscription.status is SubscriptionStatus.suspended,
        can_drop=planned or scheduled,
        can_undo=card.undo_until is not None,
        undo=_undo(card, eye),
        can_reveal=card.gives,
        can_extend=card.may_extend,
        gauges=usage.card_gauges(remains, subscription.id, eye),
        usage_link=usage.link(remains, subscription.id),
    )


def effect(version: ProductVersion, eye: Reader) -> str:
    """Return within what time a change works."""
    if version.minutes:
        return i18n.plural(eye.locale, "Within {n} minute", "Within {n} minutes", version.minutes)
    return eye.say(mark("At once"))


def _terms(version: ProductVersion, eye: Reader) -> list[Fact]:
    facts = []
    if version.connection_minor:
        fee = Money(version.connection_minor, version.currency)
        facts.append(Fact(eye.say(mark("Connecting")), str(i18n.money_text(fee, eye.locale, short=True))))
    facts.append(Fact(eye.say(mark("Begins to work")), effect(version, eye)))
    facts.append(Fact(eye.say(mark("Lasts")), eye.say(mark("Until you disconnect it"))))
    if version.valid_until is not None:
        facts.append(Fact(eye.say(mark("On offer until")), eye.day(clock.day_of(version.valid_until, eye.zone))))
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


def _undo(card: services.Card, eye: Reader) -> str:
    if card.undo_until is None:
        return ""
    if card.held.subscription.status in GONE:
        return eye.say(mark("Undo the disconnection"))
    return eye.say(mark("Undo until {time}"), time=i18n.time_text(card.undo_until, eye.zone))


def _planned(card: services.Card, eye: Reader) -> str:
    subscription = card.held.subscription
    if subscription.blocked_at is not None:
        return eye.say(mark("It comes back by itself within a minute once the debt is paid."))
    if card.undo_until is not None and subscription.status in GONE:
        return eye.say(
            mark("The disconnection can be undone until {time}."), time=i18n.time_text(card.undo_until, eye.zone)
        )
    if subscription.status is SubscriptionStatus.scheduled and subscription.starts_on is not None:
        return eye.say(mark("It will be connected on {day}."), day=eye.day(subscription.starts_on))
    if subscription.status is SubscriptionStatus.suspended and subscription.resumes_on is not None:
        return eye.say(mark("It will come back by itself on {day}."), day=eye.day(subscription.resumes_on))
    if subscription.status is not SubscriptionStatus.active:
        return ""
    if card.held.on_trial:
        return trial_notice(card.held, eye)
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
        ("price_minor", mark("{amount} a month.")),
        ("taken_minor", mark("Charged {amount}.")),
        ("asked_minor", mark("Asked for {amount}.")),
        ("returned_minor", mark("Given back {amount}.")),
    ):
        if details.get(name):
            said.append(eye.say(message, amount=Money(int(details[name]))))
    if details.get("reason"):
        said.append(eye.say(REASONS.get(str(details["reason"]), REASONS["other"])))
    if details.get("day") and step.name in _DATED:
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
