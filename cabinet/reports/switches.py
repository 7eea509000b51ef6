"""Tariffs that one may switch to, and what a switch does, in words (3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from cabinet.domain import services
from cabinet.domain.base import periods
from cabinet.domain.billing import Held
from cabinet.domain.services import Offer, Plan
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.kit.shapes import Fact
from cabinet.models.billing import BillingAccount
from cabinet.models.services import SubscriptionStatus
from cabinet.reports import visits as visiting
from cabinet.reports.reader import Reader
from cabinet.reports.services import CardRow, effect


def offer_card(offer: Offer, account: BillingAccount, eye: Reader, visits: visiting.Visits | None = None) -> CardRow:
    """Return a tariff in the drawer, with what it does to what the customer has."""
    version = offer.version
    renewal = periods.of_day(eye.today, account.anchor_day).ends
    term = ""
    if version.temporary_days_max:
        term = i18n.plural(
            eye.locale,
            "At most {n} day, then your tariff comes back by itself",
            "At most {n} days, then your tariff comes back by itself",
            version.temporary_days_max,
        )
    return CardRow(
        title=eye.name(version.title),
        detail=eye.name(version.detail),
        price=i18n.money_text(offer.price, eye.locale, short=True),
        per=eye.say(mark("a month")) if offer.price else "",
        **visiting.shown(offer, eye, visits or {}),
        terms=eye.name(version.terms),
        facts=_facts(offer, eye),
        term=term,
        away=instead_of(offer.away, eye),
        needs=eye.name(offer.needs) if offer.needs else "",
        renewal=renewal.isoformat(),
        renewal_day=eye.day(renewal),
        renewal_only=offer.at_renewal,
        can_switch=offer.hindrance is None,
    )


def instead_of(away: Sequence[Held], eye: Reader) -> str:
    """Return what goes with a switch; "" when nothing does."""
    if not away:
        return ""
    return eye.say(mark("Instead of: {titles}"), titles=", ".join(eye.name(each.version.title) for each in away))


def undone_by(card: services.Card, eye: Reader) -> str:
    """Return what is about to happen with a tariff: when it begins, or what comes back after it; "" when nothing is."""
    subscription = card.held.subscription
    if subscription.status is SubscriptionStatus.scheduled and subscription.starts_on is not None:
        return eye.say(mark("The switch happens on {day} by itself."), day=eye.day(subscription.starts_on))
    if not _for_a_time(card) or subscription.ends_on is None:
        return ""
    return eye.say(
        mark("Until {day}. Then comes back: {titles}."),
        day=eye.day(subscription.ends_on - timedelta(days=1)),
        titles=", ".join(eye.name(each.version.title) for each in card.away),
    )


def dropping(card: services.Card, eye: Reader) -> str:
    """Return what the button says that drops what is planned."""
    if _for_a_time(card):
        return eye.say(mark("Return the tariff tomorrow"))
    if card.held.subscription.status is SubscriptionStatus.scheduled and card.away:
        return eye.say(mark("Cancel the switch"))
    return eye.say(mark("Cancel the plan"))


def heading(plan: Plan, eye: Reader) -> tuple[str, str, str]:
    """Return the heading of a quote for a switch, the button, and what to bear in mind."""
    said = eye.say(mark("Switch to {title}"), title=eye.name(plan.version.title))
    if plan.ends_on is not None:
        button = eye.say(mark("Switch for a time"))
        mind = eye.say(mark("Your tariff comes back by itself. You can return it earlier here."))
    elif plan.effect_on is not None:
        button = eye.say(mark("Switch from {day}"), day=eye.day(plan.effect_on))
        last = eye.day(plan.effect_on - timedelta(days=1))
        mind = eye.say(mark("You can change your mind until {day}, 23:59. One press here cancels it."), day=last)
    else:
        button = eye.say(mark("Switch now"))
        mind = eye.say(mark("For 15 minutes it can be undone whole, to the kopeck."))
    return said, button, mind


def needs(plan: Plan, eye: Reader) -> str:
    """Return what the customer needs for a switch, or that he needs nothing."""
    if plan.needs:
        return eye.name(plan.needs)
    return eye.say(mark("Nothing to buy, nobody has to come. The connection breaks for a minute or two."))


def _for_a_time(card: services.Card) -> bool:
    subscription = card.held.subscription
    ends = subscription.ends_on is not None and subscription.gone_for_id is None
    return ends and subscription.status is SubscriptionStatus.active and bool(card.away)


def _facts(offer: Offer, eye: Reader) -> list[Fact]:
    facts = []
    if offer.fee is not None:
        said = eye.say(mark("Free")) if not offer.fee else str(i18n.money_text(offer.fee, eye.locale, short=True))
        facts.append(Fact(eye.say(mark("Switching")), said))
    facts.append(Fact(eye.say(mark("Begins to work")), effect(offer.version, eye)))
    if offer.at_renewal:
        facts.append(Fact(eye.say(mark("When")), eye.say(mark("From the first day of a period"))))
    return facts
