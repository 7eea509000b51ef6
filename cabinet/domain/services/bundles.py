"""Bundles: several products for one price, connected together, and what follows when one part is given up (3.3).

The bundle is a subscription that is charged; its parts are subscriptions beside it that cost nothing. Giving one part
up breaks the bundle: what is left of its price goes back, and the other parts go on at prices of their own. What the
network cannot connect of it is given back whole, with everything else of the bundle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from cabinet.domain import billing, catalog
from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import access, offers, steps
from cabinet.domain.services.wishes import Deed, Plan, QuoteStep, Wish
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, Invalid, Refusal
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.services import NetworkDeed, Subscription, SubscriptionStatus


class BundleNow(Invalid):
    """A bundle is connected, and broken up, now."""

    code = "services.bundle_now"


class PartHeld(Conflict):
    """A part of it is there already, for a price of its own."""

    code = "services.part_held"


class PartMissing(Conflict):
    """A part of it cannot be had here now."""

    code = "services.part_missing"


def parts_on_offer(
    session: Session, actor: Actor, account: BillingAccount, version: ProductVersion, *, now: datetime
) -> list[tuple[Product, ProductVersion]]:
    """Return what a bundle consists of, in the versions of now; the caller has read the account."""
    offered = catalog.on_offer(session, actor, account, now=now)
    return [(product, each) for product, each in offered if product.code in version.parts]


def checked(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    version: ProductVersion,
    held: Sequence[billing.Held],
    wish: Wish,
    *,
    now: datetime,
) -> None:
    """Refuse a bundle of which a part cannot be had."""
    if wish.first is not None or wish.until is not None or wish.trial:
        raise BundleNow()
    found = parts_on_offer(session, actor, account, version, now=now)
    if len(found) != len(version.parts):
        raise PartMissing()
    for product, part in found:
        if any(each.product.id == product.id for each in held):
            raise PartHeld(title=part.title)
        hindered = offers.hindrance(session, actor, account, (product, part), held, now=now, beside=version.parts)
        if hindered is not None:
            raise hindered


def connect_parts(
    session: Session, actor: Actor, account: BillingAccount, bundle: billing.Held, *, now: datetime
) -> None:
    """Connect the parts of a bundle that was charged."""
    today = clock.day_of(now, account.zone)
    for product, version in parts_on_offer(session, actor, account, bundle.version, now=now):
        part = Subscription(
            billing_account_id=account.id,
            product_id=product.id,
            version_id=version.id,
            status=SubscriptionStatus.connecting,
            bundle_id=bundle.subscription.id,
            charged_until=today,
            created_at=now,
        )
        session.add(part)
        session.flush()
        held = billing.Held(part, version, product)
        access.set_aside(session, actor, held)
        steps.ask_network(session, actor, held, account, NetworkDeed.connect, now=now)
        steps.note(session, actor, held, account, "bundle_asked", now=now)


def plan_breaking(
    session: Session, actor: Actor, account: BillingAccount, mine: billing.Held, wish: Wish, today: date
) -> Plan:
    """Work out what giving one part up comes to: what goes back, and what the others cost from tomorrow on."""
    if wish.first is not None:
        raise BundleNow()
    bundle, others = _around(session, actor, account, mine)
    tomorrow = today + timedelta(days=1)
    period = periods.of_day(today, account.anchor_day)
    returned = billing.taken_back(session, steps.SYSTEM, account, bundle, tomorrow)
    nothing = Money(0, account.currency)
    taken = monthly = nothing
    for each in others:
        price = _alone(each)
        taken += periods.share(price, period, tomorrow, period.ends)
        monthly += price
    following = periods.after(period, account.anchor_day)
    lines = [QuoteStep("returned", today, returned)] if returned else []
    lines += [QuoteStep("others", today, -taken)] if taken else []
    lines.append(QuoteStep("last_day", today, nothing))
    lines += [QuoteStep("others_monthly", following.begins, -monthly)] if monthly else []
    return Plan(
        version=mine.version,
        category=mine.product.category,
        taken=taken,
        returned=returned,
        monthly=monthly,
        effect_on=None,
        ends_on=tomorrow,
        steps=tuple(lines),
        code_needed=False,
    )


def break_up(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    held: billing.Held,
    *,
    quote_id: UUID,
    reason: str,
    now: datetime,
) -> tuple[Money, Money]:
    """Give one part up and let the others go on alone; return what was taken and what was given back."""
    bundle, others = _around(session, actor, account, held)
    tomorrow = clock.day_of(now, account.zone) + timedelta(days=1)
    period = periods.of_day(tomorrow - timedelta(days=1), account.anchor_day)
    for each in (held, *others):
        each.subscription.bundle_id, each.subscription.charged_until = None, tomorrow
        session.add(each.subscription)
    session.flush()
    steps.stop(session, actor, account, held, now=now)
    returned = steps.stop(session, actor, account, bundle, now=now)
    steps.note(session, actor, bundle, account, "bundle_broken", now=now, returned_minor=returned.minor)
    taken = Money(0, account.currency)
    for each in others:
        asked = taken
        if tomorrow < period.ends:
            taken += steps.charge(session, actor, account, each, now=now, first=tomorrow)
        steps.note(session, actor, each, account, "alone", now=now, taken_minor=(taken - asked).minor)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)
    steps.note(session, actor, held, account, "given_up", now=now, quote_id=quote_id, reason=reason)
    return taken, returned


def stop_parts(session: Session, actor: Actor, account: BillingAccount, bundle: billing.Held, *, now: datetime) -> None:
    """Have the parts of a bundle that ends disconnected with it."""
    if not bundle.version.parts:
        return
    for each in members(session, actor, account, bundle)[1:]:
        steps.stop(session, actor, account, each, now=now)
        steps.note(session, actor, each, account, "bundle_ended", now=now)


def fail(
    session: Session, actor: Actor, account: BillingAccount, failed: billing.Held, *, failure: str, now: datetime
) -> tuple[billing.Held, Money]:
    """Drop a whole bundle of which a part could not be connected; return the bundle and what was given back."""
    bundle, *parts = members(session, actor, account, failed)
    for each in (bundle, *parts):
        own = each.subscription.id == failed.subscription.id
        each.subscription.status, each.subscription.ended_at = SubscriptionStatus.failed, now
        each.subscription.failure = failure if own else "bundle"
        access.give_up(session, actor, each)
        session.add(each.subscription)
        if not own or failure == "timeout":
            steps.ask_network(session, actor, each, account, NetworkDeed.disconnect, now=now)
    session.flush()
    returned = billing.revoke(session, steps.SYSTEM, account, bundle, now=now)
    for each in (bundle, *parts):
        gone = returned.minor if each is bundle else 0
        steps.note(
            session, actor, each, account, "failed", now=now, failure=each.subscription.failure, returned_minor=gone
        )
    return bundle, returned


def looked_at(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    found: Sequence[offers.Offer],
    held: Sequence[billing.Held],
    *,
    now: datetime,
) -> list[offers.Offer]:
    """Return the offers; bundles with their parts, and with why they cannot be had."""
    looked = []
    for offer in found:
        if not offer.version.parts:
            looked.append(offer)
            continue
        parts = tuple(parts_on_offer(session, actor, account, offer.version, now=now))
        hindered = offer.hindrance
        wish = Wish(deed=Deed.connect, account_id=account.id, subject=offer.product.id)
        try:
            checked(session, actor, account, offer.version, held, wish, now=now)
        except Refusal as refusal:
            hindered = hindered or refusal
        looked.append(replace(offer, parts=parts, hindrance=hindered))
    return looked


def members(session: Session, actor: Actor, account: BillingAccount, held: billing.Held) -> list[billing.Held]:
    """Return the bundle and its parts that the service belongs to, the bundle first; itself when it belongs to none."""
    root = held.subscription.bundle_id or held.subscription.id
    found = billing.held_by(session, actor, account.id)
    family = [each for each in found if root in (each.subscription.id, each.subscription.bundle_id)]
    return sorted(family, key=lambda each: each.subscription.id != root) or [held]


def _around(
    session: Session, actor: Actor, account: BillingAccount, part: billing.Held
) -> tuple[billing.Held, list[billing.Held]]:
    bundle, *parts = members(session, actor, account, part)
    for each in (bundle, *parts):
        if each.subscription.status is not SubscriptionStatus.active or each.subscription.blocked_at is not None:
            raise steps.NotNow()
    return bundle, [each for each in parts if each.subscription.id != part.subscription.id]


def _alone(part: billing.Held) -> Money:
    return Money(part.version.price_minor, part.version.currency)
