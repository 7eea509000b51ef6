"""Trials: free for some days, and paid only after the customer's «yes» to a named price (3.3; docs/domain/options.md).

A trial is a connection with an end. Only `extend`, which carries out a signed quote, takes the end away, and only a
trial that was agreed to is charged when its last day is over; whatever else happens, it goes off and costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from cabinet.domain import billing
from cabinet.domain.base import events, periods, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import offers, steps
from cabinet.domain.services.wishes import Plan, QuoteStep, Wish
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, Invalid
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.services import ServiceStep, Subscription, SubscriptionStatus, TrialStatus


class NoTrial(Invalid):
    """The product has no trial, or one was asked for on days of the customer's choice."""

    code = "services.no_trial"


class TrialUsed(Conflict):
    code = "services.trial_used"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEnding(events.Event):
    """A trial ends on a day, and goes off unless the customer agrees to the price."""

    subscription_id: UUID
    day: str
    price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialContinued(events.Event):
    """The trial is over, and the service goes on at the price that was agreed to."""

    topic = steps.TOPIC

    subscription_id: UUID
    price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialUnpaid(events.Event):
    """The customer had agreed, but the account lacked the money: it goes off, and nothing was charged."""

    topic = steps.TOPIC

    subscription_id: UUID
    price_minor: int


def may_try(session: Session, actor: Actor, account: BillingAccount, product: Product, version: ProductVersion) -> bool:
    """Tell whether the account has a trial of the product left; the caller has read the account."""
    return version.trial_days > 0 and not _tried(session, account, product.id)


def with_trials(
    session: Session, actor: Actor, account: BillingAccount, found: Sequence[offers.Offer]
) -> list[offers.Offer]:
    """Return the offers, each with whether the account may try it first; the caller has read the account."""
    return [replace(offer, may_try=may_try(session, actor, account, offer.product, offer.version)) for offer in found]


def plan(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    wanted: tuple[Product, ProductVersion],
    wish: Wish,
    today: date,
) -> Plan:
    """Work out a trial from today on; refuse a second one."""
    product, version = wanted
    if not version.trial_days or wish.first is not None or wish.until is not None:
        raise NoTrial()
    if _tried(session, account, product.id):
        raise TrialUsed()
    price, nothing = Money(version.price_minor, version.currency), Money(0, version.currency)
    ends_on = today + timedelta(days=version.trial_days)
    return Plan(
        version=version,
        category=product.category,
        taken=nothing,
        returned=nothing,
        monthly=price,
        effect_on=None,
        ends_on=ends_on,
        steps=(
            QuoteStep("trial", today, nothing),
            QuoteStep("trial_ends", ends_on, nothing),
            QuoteStep("if_extended", ends_on, -price),
        ),
        code_needed=version.code_needed,
    )


def plan_extension(
    session: Session, actor: Actor, account: BillingAccount, mine: billing.Held, wish: Wish, today: date, now: datetime
) -> Plan:
    """Work out what it costs to go on after the trial."""
    until = mine.subscription.trial_until
    if mine.subscription.status is not SubscriptionStatus.active or mine.subscription.trial is not TrialStatus.running:
        raise steps.NotNow()
    if until is None or today >= until or wish.first is not None or wish.until is not None:
        raise steps.NotNow()
    debt = billing.debt(session, steps.SYSTEM, account, now=now)
    if debt:
        raise offers.InDebt(amount=debt)
    period = periods.of_day(until, account.anchor_day)
    nothing = Money(0, account.currency)
    lines = [QuoteStep("trial", today, nothing)]
    if until > period.begins:
        lines.append(QuoteStep("days", until, -periods.share(mine.price, period, until, period.ends)))
        period = periods.after(period, account.anchor_day)
    lines.append(QuoteStep("monthly", period.begins, -mine.price))
    return Plan(
        version=mine.version,
        category=mine.product.category,
        taken=nothing,
        returned=nothing,
        monthly=mine.price,
        effect_on=until,
        ends_on=None,
        steps=tuple(lines),
        code_needed=mine.version.code_needed,
    )


def begin(session: Session, actor: Actor, subscription: Subscription, planned: Plan) -> None:
    """Make a subscription that is about to be written a trial."""
    subscription.trial, subscription.trial_until = TrialStatus.running, planned.ends_on
    assert planned.ends_on is not None
    subscription.charged_until = planned.ends_on


def extend(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    held: billing.Held,
    planned: Plan,
    *,
    quote_id: UUID,
    confirmed_by: str = "",
    now: datetime,
) -> Subscription:
    """Write down that the customer agreed to the price; it is charged when the trial is over."""
    held.subscription.trial, held.subscription.ends_on = TrialStatus.agreed, None
    steps.note(
        session,
        actor,
        held,
        account,
        "trial_agreed",
        now=now,
        quote_id=quote_id,
        price_minor=planned.monthly.minor,
        day=str(planned.effect_on),
        to=confirmed_by,
    )
    return held.subscription


def is_over(held: billing.Held, today: date) -> bool:
    """Tell whether the last free day has passed and nothing followed from it yet."""
    until = held.subscription.trial_until
    return held.on_trial and until is not None and until <= today


def end(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime) -> None:
    """Let the service go on as agreed when the money is there; else it goes off and costs nothing."""
    actor.require_system()
    subscription = held.subscription
    agreed = subscription.trial is TrialStatus.agreed
    if agreed and subscription.blocked_at is None:
        try:
            with session.begin_nested():
                subscription.trial = TrialStatus.over
                taken = steps.charge(session, actor, account, held, now=now)
        except steps.NotEnough:
            session.refresh(subscription)
        else:
            billing.issue_next(session, steps.SYSTEM, account.id, now=now)
            steps.note(session, actor, held, account, "trial_continued", now=now, taken_minor=taken.minor)
            _tell(session, TrialContinued, held, account, now)
            return
    # The days are given back before the trial is closed: whatever is free is never asked for.
    steps.stop(session, actor, account, held, now=now)
    subscription.trial = TrialStatus.over
    steps.note(session, actor, held, account, "trial_unpaid" if agreed else "trial_ended", now=now)
    if agreed:
        _tell(session, TrialUnpaid, held, account, now)


def to_remind(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the trials that end soon and that nobody has agreed to pay for."""
    actor.require_system()
    held = rules.current(session, rules.ServiceRules, now=now)
    latest = clock.day_of(now, "Pacific/Kiritimati") + timedelta(days=held.trial_remind_days)
    query = select(col(Subscription.id)).where(
        col(Subscription.status) == SubscriptionStatus.active,
        col(Subscription.trial) == TrialStatus.running,
        col(Subscription.trial_until) <= latest,
    )
    return list(session.scalars(query.order_by(col(Subscription.id))))


def remind(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> bool:
    """Tell of a trial's end some days before, and once more on the last day; tell whether it was told now."""
    actor.require_system()
    held, account = steps.mine(session, actor, subscription_id)
    subscription, today = held.subscription, clock.day_of(now, account.zone)
    until = subscription.trial_until
    if subscription.status is not SubscriptionStatus.active or subscription.trial is not TrialStatus.running:
        return False
    if until is None or until <= today:
        return False
    held_rules = rules.current(session, rules.ServiceRules, now=now)
    days = (held_rules.trial_remind_days, held_rules.trial_remind_again_days)
    told = session.scalar(
        select(func.count())
        .select_from(ServiceStep)
        .where(col(ServiceStep.subscription_id) == subscription.id, col(ServiceStep.name) == "trial_reminded")
    )
    if (told or 0) >= sum((until - today).days <= each for each in days):
        return False
    steps.note(session, actor, held, account, "trial_reminded", now=now, day=str(until))
    ending = TrialEnding(
        person_id=account.person_id,
        subscription_id=subscription.id,
        day=until.isoformat(),
        price_minor=held.version.price_minor,
    )
    events.record(session, ending, now=now)
    return True


def _tried(session: Session, account: BillingAccount, product_id: UUID) -> bool:
    """Tell whether the account has tried the product; a try that the network could not begin does not count."""
    query = (
        select(func.count())
        .select_from(Subscription)
        .where(
            col(Subscription.billing_account_id) == account.id,
            col(Subscription.product_id) == product_id,
            col(Subscription.trial) != TrialStatus.none,
            or_(col(Subscription.status) != SubscriptionStatus.failed, col(Subscription.connected_at).is_not(None)),
        )
    )
    return bool(session.scalar(query))


def _tell(
    session: Session,
    kind: type[TrialContinued | TrialUnpaid],
    held: billing.Held,
    account: BillingAccount,
    now: datetime,
) -> None:
    price = held.version.price_minor
    event = kind(person_id=account.person_id, subscription_id=held.subscription.id, price_minor=price)
    events.record(session, event, now=now)
