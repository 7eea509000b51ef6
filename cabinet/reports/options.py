"""Options as a page shows them: their trials, what one gives once it works (3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cabinet.domain.billing import Held
from cabinet.domain.services import Offer
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact
from cabinet.models.catalog import ProductVersion, Unit
from cabinet.models.payments import SavedMethod
from cabinet.models.services import TrialStatus
from cabinet.reports.reader import Reader

ACCESS: Final = {
    "link": mark("Link"),
    "login": mark("Login"),
    "password": mark("Password"),
    "code": mark("Code"),
}
SAFE_LINKS: Final = ("https://", "http://")
"""What a page makes a link of; anything else is only read."""


@dataclass
class AccessRow:
    """One thing that opens a service."""

    name: str
    value: str
    href: str = ""


@dataclass
class WayRow:
    """A way to pay what lacks."""

    key: str
    title: str


def way_rows(saved: Sequence[SavedMethod], missing: Money, eye: Reader) -> list[WayRow]:
    """Return how what lacks can be paid: by a saved card, through the system of fast payments."""
    cards = [
        WayRow(
            f"saved_card:{card.id}",
            eye.say(mark("Pay {amount}, {card}"), amount=missing, card=f"{card.brand} ••\u00a0{card.last4}"),
        )
        for card in saved
    ]
    return [*cards, WayRow("sbp", eye.say(mark("Pay {amount} through SBP"), amount=missing))]


def access_rows(opened: Mapping[str, str], eye: Reader) -> list[AccessRow]:
    """Return what opens a service, in words."""
    return [
        AccessRow(
            name=eye.say(ACCESS.get(kind, kind)),
            value=value,
            href=value if kind == "link" and value.startswith(SAFE_LINKS) else "",
        )
        for kind, value in opened.items()
    ]


def trial_offer(offer: Offer, eye: Reader) -> str:
    """Return for how long the product may be tried; "" when it may not."""
    if not offer.may_try:
        return ""
    return i18n.plural(eye.locale, "{n} day for nothing", "{n} days for nothing", offer.version.trial_days)


def trial_terms(offer: Offer, eye: Reader) -> str:
    """Return what a trial is; "" when there is none left."""
    said = trial_offer(offer, eye)
    after = eye.say(mark("It never becomes paid by itself: we remind you, and without your «Yes, extend» it goes off."))
    return f"{said}. {after}" if said else ""


def trial_state(held: Held, eye: Reader) -> str:
    """Return the last free day, and what follows."""
    assert held.subscription.trial_until is not None
    if held.subscription.trial is TrialStatus.agreed:
        until = eye.day(held.subscription.trial_until - timedelta(days=1))
        return eye.say(mark("Free until {day}, then {amount} a month"), day=until, amount=held.price)
    return eye.say(
        mark("Free until {day}, then off by itself"), day=eye.day(held.subscription.trial_until - timedelta(days=1))
    )


def trial_notice(held: Held, eye: Reader) -> str:
    """Return what happens when the trial is over."""
    until = held.subscription.trial_until
    assert until is not None
    if held.subscription.trial is TrialStatus.agreed:
        return eye.say(
            mark("Free until {day}. You have agreed to {amount} a month from {next} on."),
            day=eye.day(until - timedelta(days=1)),
            amount=held.price,
            next=eye.day(until),
        )
    return eye.say(
        mark("Free until {day}. Without your «Yes, extend» it goes off by itself, and nothing is charged."),
        day=eye.day(until - timedelta(days=1)),
    )


def package_terms(version: ProductVersion, eye: Reader) -> list[Fact]:
    """Return how much a package holds, and how long it is good."""
    if version.valid_days:
        lasts = i18n.plural(eye.locale, "{n} day", "{n} days", version.valid_days)
    else:
        lasts = eye.say(mark("To the end of the period"))
    return [
        Fact(eye.say(mark("It adds")), _amount(version.unit, version.amount, eye)),
        Fact(eye.say(mark("Lasts")), lasts),
    ]


def _amount(unit: Unit, amount: int, eye: Reader) -> str:
    if unit is Unit.minutes:
        return i18n.plural(eye.locale, "{n} minute", "{n} minutes", amount)
    if unit is Unit.messages:
        return i18n.plural(eye.locale, "{n} message", "{n} messages", amount)
    return eye.say(mark("{n} GB"), n=amount)


def bundle_terms(offer: Offer, eye: Reader) -> list[Fact]:
    """Return what a bundle consists of, and what that costs separately."""
    if not offer.parts:
        return []
    names = ", ".join(eye.name(version.title) for _, version in offer.parts)
    alone = sum((Money(version.price_minor, version.currency) for _, version in offer.parts), Money(0))
    return [
        Fact(eye.say(mark("In the bundle")), names),
        Fact(eye.say(mark("Separately")), eye.say(mark("{amount} a month"), amount=alone)),
    ]


def bundle_ending(offer: Offer, eye: Reader) -> str:
    """Return what follows when a part is given up, with the prices of the others."""
    prices = ", ".join(
        f"{eye.name(version.title)} {i18n.money_text(Money(version.price_minor), eye.locale, short=True)}"
        for _, version in offer.parts
    )
    return breaking(eye) + " " + eye.say(mark("The prices: {prices}."), prices=prices)


def breaking(eye: Reader) -> str:
    """Return what follows when a part of a bundle is given up."""
    return eye.say(
        mark("Without one part the bundle breaks up: we give its days back, the others go on at prices of their own.")
    )
