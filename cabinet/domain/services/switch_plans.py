"""What a switch to another tariff comes to, and why it cannot be (3.2; docs/domain/tariffs.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session

from cabinet.domain import billing, catalog
from cabinet.domain.base import periods, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import offers, replacing, steps, transitions
from cabinet.domain.services.wishes import Plan, QuoteStep, Wish
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, Invalid, Refusal
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import ProductKind, ProductVersion
from cabinet.models.services import SubscriptionStatus

MOVING: Final = (SubscriptionStatus.connecting, SubscriptionStatus.disconnecting)


class SameTariff(Conflict):
    code = "tariffs.same"


class SwitchPending(Conflict):
    """Another switch is planned: it is dropped first."""

    code = "tariffs.pending"


class SwitchUnderWay(Conflict):
    """The network is changing the tariff right now."""

    code = "tariffs.under_way"


class TemporaryNow(Conflict):
    """A tariff for a time is on: it has to end first."""

    code = "tariffs.temporary_now"


class CannotGo(Conflict):
    """Something that would have to go cannot be touched now: it is paused, tried, cut off, a part of a bundle."""

    code = "tariffs.cannot_go"


class SwitchForbidden(Conflict):
    """A rule of the catalogue forbids it, and says why."""

    code = "tariffs.forbidden"


class AtRenewalOnly(Conflict):
    """The switch begins with a period."""

    code = "tariffs.at_renewal"


class SwitchedLately(Conflict):
    code = "tariffs.lately"


class NotForTime(Invalid):
    code = "tariffs.not_for_time"


class TooShort(Invalid):
    """A tariff for fewer days than it may be taken for."""

    code = "tariffs.too_short"


class TooLong(Invalid):
    code = "tariffs.too_long"


def planned_in(held: Sequence[billing.Held]) -> billing.Held | None:
    """Return the tariff that is planned for a day to come."""
    planned = (each for each in held if each.subscription.status is SubscriptionStatus.scheduled)
    return next((each for each in planned if each.product.kind is ProductKind.tariff), None)


def offer(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    wanted: replacing.Wanted,
    held: Sequence[billing.Held],
    *,
    now: datetime,
) -> offers.Offer:
    """Return a tariff with what stands in the way of switching to it; the caller has read the account."""
    hindered = hindrance(session, actor, account, wanted, held, now=now)
    found = replacing.effect([each for each in held if each is not planned_in(held)], wanted)
    said = terms_of(session, actor, found, wanted, now=now)
    return offers.Offer(
        *wanted,
        hindered,
        away=found.away,
        fee=said.fee,
        at_renewal=said.at_renewal,
        needs=said.needs,
        item_code=said.item_code,
    )


def hindrance(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    wanted: replacing.Wanted,
    held: Sequence[billing.Held],
    *,
    now: datetime,
) -> Refusal | None:
    """Return why the account cannot switch to the tariff; None when it can, at some day at least."""
    product, version = wanted
    own = next((each for each in held if each.product.id == product.id), None)
    planned = planned_in(held)
    if own is not None and own.subscription.status in MOVING:
        return SwitchUnderWay()
    if own is not None and own is not planned:
        return SameTariff()
    if planned is not None and planned is not own:
        return SwitchPending(title=planned.version.title, day=planned.subscription.starts_on)
    if not catalog.for_segment(version, account):
        return offers.ForOthers()
    found = replacing.effect([each for each in held if each is not planned], wanted)
    stuck = stuck_among(found)
    if stuck is not None:
        return stuck
    trouble = offers.disturbed(session, actor, account, product.category, now=now)
    if trouble is not None:
        return trouble
    debt = billing.debt(session, actor, account, now=now)
    if debt:
        return offers.InDebt(amount=debt)
    said = terms_of(session, actor, found, wanted, now=now)
    if not said.allowed:
        return SwitchForbidden(reason=said.reason)
    lately = _lately(session, account, found, now)
    return lately or (offers.VisitNeeded() if version.visit_needed else None)


def terms_of(
    session: Session, actor: Actor, found: replacing.Effect, wanted: replacing.Wanted, *, now: datetime
) -> transitions.Terms:
    """Return what holds for this switch by the rules."""
    product, version = wanted
    gone = [(each.product.code, each.price) for each in found.replaced if each.product.kind is ProductKind.tariff]
    price = Money(version.price_minor, version.currency)
    return transitions.terms(session, actor, gone, (product.code, price), now=now)


def plan(session: Session, actor: Actor, account: BillingAccount, wish: Wish, today: date, now: datetime) -> Plan:
    """Work out what a switch comes to: now, on a day to come, or for a time with the way back."""
    wanted = catalog.offered(session, actor, account, wish.subject, now=now)
    product, version = wanted
    held = billing.held_by(session, actor, account.id)
    hindered = hindrance(session, actor, account, wanted, held, now=now)
    if hindered is not None:
        raise hindered
    planned = planned_in(held)
    found = replacing.effect([each for each in held if each is not planned], wanted)
    first = wish.first or today
    period = periods.of_day(first, account.anchor_day)
    said = terms_of(session, actor, found, wanted, now=now)
    if said.at_renewal and first != period.begins:
        raise AtRenewalOnly(day=period.ends)
    _check_term(session, version, wish, first, now)
    until = min(period.ends, wish.until or period.ends)
    price, nothing = Money(version.price_minor, version.currency), Money(0, account.currency)
    days = periods.share(price, period, first, until)
    returned = sum((billing.taken_back(session, steps.SYSTEM, account, each, first) for each in found.away), nothing)
    return Plan(
        version=version,
        category=product.category,
        taken=nothing if wish.first else said.fee + days,
        returned=nothing if wish.first else returned,
        monthly=price,
        effect_on=wish.first,
        ends_on=wish.until,
        steps=tuple(_lines(account, found, wish, first, (said.fee, returned, days), price)),
        code_needed=version.code_needed,
        away=found.away,
        fee=said.fee,
        needs=dict(said.needs),
        item_code=said.item_code if wish.goods else "",
    )


def refused_now(
    session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime
) -> Refusal | None:
    """Return why a switch that was planned for today cannot be; None when it can."""
    own = billing.held_by(session, actor, account.id)
    found = replacing.effect([each for each in own if each.subscription.id != held.subscription.id], held_wanted(held))
    stuck = stuck_among(found)
    if stuck is not None:
        return stuck
    debt = billing.debt(session, actor, account, now=now)
    return offers.InDebt(amount=debt) if debt else None


def stuck_among(found: replacing.Effect) -> Refusal | None:
    """Return why something that would have to go cannot be touched now; None when all of it can."""
    return next((stuck for stuck in map(_stuck, found.away) if stuck is not None), None)


def held_wanted(held: billing.Held) -> replacing.Wanted:
    """Return the product and the version that were signed for."""
    return held.product, held.version


def _stuck(each: billing.Held) -> Refusal | None:
    """Return why something that would have to go cannot be touched now."""
    subscription = each.subscription
    if subscription.status in MOVING:
        return SwitchUnderWay()
    if (
        subscription.gone_for_id is None
        and subscription.ends_on is not None
        and each.product.kind is ProductKind.tariff
    ):
        return TemporaryNow(title=each.version.title, day=subscription.ends_on)
    working = subscription.status is SubscriptionStatus.active and subscription.blocked_at is None
    if not working or subscription.suspends_on is not None or each.on_trial or each.bundled:
        return CannotGo(title=each.version.title)
    return None


def _lately(session: Session, account: BillingAccount, found: replacing.Effect, now: datetime) -> Refusal | None:
    least = rules.current(session, rules.TariffRules, now=now).days_between_min
    for each in found.replaced:
        since = each.subscription.connected_at
        if not least or since is None or each.product.kind is not ProductKind.tariff:
            continue
        day = clock.day_of(since, account.zone) + timedelta(days=least)
        if day > clock.day_of(now, account.zone):
            return SwitchedLately(day=day)
    return None


def _check_term(session: Session, version: ProductVersion, wish: Wish, first: date, now: datetime) -> None:
    if wish.until is None:
        return
    least = rules.current(session, rules.TariffRules, now=now).temporary_days_min
    if not version.temporary_days_max:
        raise NotForTime()
    if (wish.until - first).days < least:
        raise TooShort(days=least)
    if (wish.until - first).days > version.temporary_days_max:
        raise TooLong(days=version.temporary_days_max)


def _lines(
    account: BillingAccount,
    found: replacing.Effect,
    wish: Wish,
    first: date,
    sums: tuple[Money, Money, Money],
    price: Money,
) -> list[QuoteStep]:
    """Return what will happen, day by day; `sums` are the fee, what goes back, the days to the period's end."""
    fee, returned, days = sums
    period = periods.of_day(first, account.anchor_day)
    lines = [QuoteStep("switch", first, -fee)]
    if any(each.discount_on(first) for each in found.away):
        lines.append(
            QuoteStep("discount_ends" if wish.until is None else "discount_waits", first, Money(0, price.currency))
        )
    if returned:
        lines.append(QuoteStep("returned", first, returned))
    lines.append(QuoteStep("days", first, -days))
    if wish.until is None or wish.until > period.ends:
        following = periods.after(period, account.anchor_day)
        until = min(following.ends, wish.until or following.ends)
        kind = "monthly" if wish.until is None else "term"
        lines.append(QuoteStep(kind, following.begins, -periods.share(price, following, following.begins, until)))
    if wish.until is not None:
        last = periods.of_day(wish.until, account.anchor_day)
        costs = [billing.cost(each, last, wish.until, last.ends) for each in found.away]
        lines.append(QuoteStep("comes_back", wish.until, -sum(costs, Money(0, price.currency))))
    return lines
