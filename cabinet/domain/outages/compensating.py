"""What an outage costs the company: the minutes without a service, as a share of its price (3.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base import audit, events, periods, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.outages import announcing
from cabinet.kit import clock
from cabinet.kit.errors import Conflict
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.outages import Compensation, Outage, OutageCompensation
from cabinet.models.services import ServiceStep, Subscription, Suspension

SYSTEM: Final = Actor.system("outages")
TOPIC: Final = "services"
MINUTE: Final = timedelta(minutes=1)
FAR: Final = datetime.max.replace(tzinfo=UTC)

Span = tuple[datetime, datetime]
"""From a moment up to another one."""


class NotOver(Conflict):
    code = "outages.not_over"


class NothingDue(Conflict):
    code = "outages.nothing_due"


class AlreadyGiven(Conflict):
    code = "outages.already_given"


class TooLate(Conflict):
    code = "outages.too_late"


def due_for(session: Session, actor: Actor, account: BillingAccount, outage: Outage, *, now: datetime) -> Money:
    """Return what the account is due for an outage by now, or by its end; nothing for one that is not compensated.

    Each service of the category counts with the minutes that it should have worked: connected, neither paused nor cut
    off, and not given back for another outage already. A minute costs the price by the minutes of its period.
    """
    held = rules.current(session, rules.OutageRules, now=now)
    nothing = Money(0, account.currency)
    if outage.compensation is Compensation.none or not _touches(outage, account):
        return nothing
    whole = (outage.begins_at, outage.ended_at or min(now, outage.forecast_at or now))
    if whole[1] - whole[0] < held.minutes_min * MINUTE:
        return nothing
    owed = Fraction(0)
    given = _given_spans(session, account, outage)
    for had in _subscriptions(session, actor, account, outage):
        subscription = had.subscription
        idle = [*given, *_pauses(session, account, subscription), *_blocked(session, subscription)]
        lived = (subscription.connected_at or whole[1], subscription.ended_at or FAR)
        for span in _without([_both(whole, lived)], idle):
            owed += _cost(account, had, span)
    return Money(round(owed), account.currency)


def take(session: Session, actor: Actor, account_id: UUID, outage_id: UUID, *, now: datetime) -> Money:
    """Give the account what it is due for an outage that is over: once, however often it is asked for."""
    account = billing_accounts.mine(session, actor, account_id)
    session.get_one(BillingAccount, account.id, with_for_update=True)
    outage = session.get(Outage, outage_id)
    if outage is None or not _touches(outage, account):
        raise announcing.OutageNotFound()
    if outage.ended_at is None or outage.ended_at > now:
        raise NotOver()
    if given(session, actor, account, outage_id) is not None:
        raise AlreadyGiven()
    held = rules.current(session, rules.OutageRules, now=now)
    if outage.ended_at < now - timedelta(days=held.claim_days):
        raise TooLate(days=held.claim_days)
    amount = due_for(session, actor, account, outage, now=now)
    if not amount:
        raise NothingDue()
    line = billing.LineDraft(outage.category, outage.title, amount)
    billing.credit(session, SYSTEM, account, line, key=f"outage:{outage.id}:{account.id}", now=now)
    session.add(
        OutageCompensation(
            outage_id=outage.id,
            billing_account_id=account.id,
            amount_minor=amount.minor,
            currency=amount.currency,
            created_at=now,
        )
    )
    session.flush()
    audit.write(session, actor, "outages.compensate", now=now, object_type="outage", object_id=outage.number)
    events.ring(session, account.person_id, TOPIC)
    events.ring(session, account.person_id, "payments")
    return amount


def given(session: Session, actor: Actor, account: BillingAccount, outage_id: UUID) -> Money | None:
    """Return what the account was given for the outage; None when nothing was."""
    query = select(OutageCompensation).where(
        col(OutageCompensation.outage_id) == outage_id, col(OutageCompensation.billing_account_id) == account.id
    )
    found = session.scalars(query).first()
    return Money(found.amount_minor, found.currency) if found else None


def _touches(outage: Outage, account: BillingAccount) -> bool:
    return not outage.regions or account.address.startswith(tuple(outage.regions))


def _subscriptions(session: Session, actor: Actor, account: BillingAccount, outage: Outage) -> Iterable[billing.Held]:
    query = (
        select(Subscription, ProductVersion, Product)
        .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(
            col(Subscription.billing_account_id) == account.id,
            col(Product.category) == outage.category,
            col(Subscription.connected_at).is_not(None),
        )
        .order_by(col(Subscription.created_at))
    )
    return billing.with_discounts(session, actor, [billing.Held(*row) for row in session.execute(query)])


def _pauses(session: Session, account: BillingAccount, subscription: Subscription) -> list[Span]:
    query = select(Suspension).where(col(Suspension.subscription_id) == subscription.id)
    return [
        (clock.start_of(each.begins_on, account.zone), clock.start_of(each.ends_on, account.zone))
        for each in session.scalars(query)
    ]


def _blocked(session: Session, subscription: Subscription) -> list[Span]:
    """Return when the service was cut off for a debt, from its story."""
    query = (
        select(ServiceStep)
        .where(col(ServiceStep.subscription_id) == subscription.id, col(ServiceStep.name).in_(("blocked", "restored")))
        .order_by(col(ServiceStep.id))
    )
    spans: list[Span] = []
    since: datetime | None = None
    for step in session.scalars(query):
        if step.name == "blocked":
            since = since or step.at
        elif since is not None:
            spans.append((since, step.at))
            since = None
    return [*spans, (since, FAR)] if since is not None else spans


def _given_spans(session: Session, account: BillingAccount, outage: Outage) -> list[Span]:
    """Return the times of other outages of the category that the account was given something for."""
    query = (
        select(Outage)
        .join(OutageCompensation, col(OutageCompensation.outage_id) == col(Outage.id))
        .where(
            col(OutageCompensation.billing_account_id) == account.id,
            col(Outage.category) == outage.category,
            col(Outage.id) != outage.id,
            col(Outage.ended_at) > outage.begins_at,
        )
    )
    return [(each.begins_at, each.ended_at) for each in session.scalars(query) if each.ended_at is not None]


def _both(one: Span, other: Span) -> Span:
    begins, ends = max(one[0], other[0]), min(one[1], other[1])
    return begins, max(begins, ends)


def _without(spans: list[Span], idle: Iterable[Span]) -> list[Span]:
    """Return the parts of the spans that lie in none of the others."""
    for begins, ends in idle:
        spans = [
            part
            for since, until in spans
            for part in ((since, min(until, begins)), (max(since, ends), until))
            if part[0] < part[1]
        ]
    return [span for span in spans if span[0] < span[1]]


def _cost(account: BillingAccount, had: billing.Held, span: Span) -> Fraction:
    """Return the span's share of a period's price, rate by rate and period by period, exact."""
    owed = Fraction(0)
    since, until = span
    while since < until:
        day = clock.day_of(since, account.zone)
        period = periods.of_day(day, account.anchor_day)
        begins, ends = clock.start_of(period.begins, account.zone), clock.start_of(period.ends, account.zone)
        turns = [edge for each in had.discounts for edge in (each.since, each.until) if edge and edge > day]
        last = min([until, ends, *(clock.start_of(edge, account.zone) for edge in turns)])
        price_minor = had.version.price_minor if had.subscription.bundle_id else had.rate(day).minor
        owed += Fraction(price_minor * ((last - since) // MINUTE), (ends - begins) // MINUTE)
        since = last
    return owed
