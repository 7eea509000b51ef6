"""Another tariff in the place of what it replaces, and how that comes about (3.2; docs/domain/tariffs.md).

The new tariff is a subscription beside what it replaces; what gives way bears its id (`gone_for_id`) and is switched
off in the network only once the new tariff works. Until then all of it can come back, to the kopeck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import discounts, steps, switch_plans
from cabinet.domain.services.wishes import Plan
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductKind, ProductVersion
from cabinet.models.services import NetworkDeed, ServiceStep, Subscription, SubscriptionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffSwitched(events.Event):
    """The new tariff works; `returned` when it is the one from before a tariff for a time."""

    topic = steps.TOPIC

    subscription_id: UUID
    returned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffPlanned(events.Event):
    """A switch is planned for a day."""

    topic = steps.TOPIC

    subscription_id: UUID
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsWanted(events.Event):
    """With a switch its goods were ordered: the order is made by whoever sells them."""

    subscription_id: UUID
    item_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffKept(events.Event):
    """The switch did not come about: what was there goes on, what was taken is back."""

    topic = steps.TOPIC

    subscription_id: UUID
    failure: str
    returned_minor: int


def gone_for(session: Session, actor: Actor, subscription: Subscription) -> list[billing.Held]:
    """Return what gave way to the tariff, in the catalogue's order; the caller has read it."""
    query = (
        select(Subscription, ProductVersion, Product)
        .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(col(Subscription.gone_for_id) == subscription.id)
        .order_by(col(Product.position), col(Product.code))
    )
    return billing.with_discounts(session, actor, [billing.Held(*row) for row in session.execute(query)])


def order(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    planned: Plan,
    *,
    quote_id: UUID,
    confirmed_by: str,
    now: datetime,
) -> tuple[Subscription, Money, Money]:
    """Switch as planned; return the new subscription, what was taken, what was given back."""
    before = switch_plans.planned_in(billing.held_by(session, actor, account.id))
    if before is not None:
        _drop(session, actor, before, account, now)
        steps.note(session, actor, before, account, "switch_moved", now=now, day=str(planned.effect_on or ""))
    today = clock.day_of(now, account.zone)
    subscription = Subscription(
        billing_account_id=account.id,
        product_id=planned.version.product_id,
        version_id=planned.version.id,
        status=SubscriptionStatus.scheduled,
        starts_on=planned.effect_on,
        ends_on=planned.ends_on,
        charged_until=planned.effect_on or today,
        created_at=now,
    )
    session.add(subscription)
    session.flush()
    held = billing.Held(subscription, planned.version, session.get_one(Product, planned.version.product_id))
    for each in planned.away:
        each.subscription.gone_for_id = subscription.id
        session.add(each.subscription)
    if planned.item_code:
        wanted = GoodsWanted(subscription_id=subscription.id, person_id=account.person_id, item_code=planned.item_code)
        events.record(session, wanted, now=now)
    said: dict[str, Any] = {"quote_id": quote_id, "until": str(planned.ends_on or ""), "to": confirmed_by}
    fee = planned.fee or Money(0, account.currency)
    if planned.effect_on is None:
        taken, returned = settle(session, actor, held, account, today, fee, now=now, at_once=True)
        steps.note(
            session, actor, held, account, "switch_asked", now=now, taken_minor=taken.minor,
            returned_minor=returned.minor, **said,
        )  # fmt: skip
        return subscription, taken, returned
    for each in planned.away:
        each.subscription.ends_on = min(each.subscription.ends_on or planned.effect_on, planned.effect_on)
    session.flush()
    for each in planned.away:
        billing.ask_no_more(session, steps.SYSTEM, account, each, planned.effect_on, now=now)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)
    steps.note(
        session,
        actor,
        held,
        account,
        "switch_planned",
        now=now,
        fee_minor=fee.minor,
        day=str(planned.effect_on),
        **said,
    )
    told = TariffPlanned(
        subscription_id=subscription.id, person_id=account.person_id, day=planned.effect_on.isoformat()
    )
    events.record(session, told, now=now)
    return subscription, Money(0, account.currency), Money(0, account.currency)


def begin(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime) -> None:
    """Do a switch that was planned for a day that has come; where it cannot be, what was there goes on."""
    actor.require_system()
    first = held.subscription.starts_on
    assert first is not None
    refused = switch_plans.refused_now(session, actor, held, account, now=now)
    if refused is not None:
        failure = refused.code.rpartition(".")[2][:40]
        _drop(session, actor, held, account, now, status=SubscriptionStatus.failed, failure=failure)
        steps.note(session, actor, held, account, "switch_failed", now=now, failure=failure)
        _tell_kept(session, held, account, failure, Money(0, account.currency), now)
        return
    story = steps.history(session, actor, held.subscription.id)
    minor = next((step.details.get("fee_minor", 0) for step in story if step.name == "switch_planned"), 0)
    fee = Money(int(minor), account.currency)
    taken, returned = settle(session, actor, held, account, first, fee, now=now, at_once=False)
    steps.note(
        session, actor, held, account, "switch_begun", now=now, asked_minor=taken.minor, returned_minor=returned.minor
    )


def works(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime) -> bool:
    """Have what gave way switched off, since the new tariff works; False when nothing gave way to it."""
    actor.require_system()
    away = gone_for(session, actor, held.subscription)
    if not away:
        return False
    for each in away:
        if each.subscription.status is SubscriptionStatus.disconnecting:
            steps.ask_network(session, actor, each, account, NetworkDeed.disconnect, now=now)
    told = TariffSwitched(
        subscription_id=held.subscription.id, person_id=account.person_id, returned=is_way_back(session, actor, held)
    )
    events.record(session, told, now=now)
    return True


def fail(
    session: Session, actor: Actor, held: billing.Held, account: BillingAccount, failure: str, *, now: datetime
) -> None:
    """Let everything that gave way go on, since the network could not switch; all that was taken goes back."""
    actor.require_system()
    away = gone_for(session, actor, held.subscription)
    held.subscription.status, held.subscription.ended_at = SubscriptionStatus.failed, now
    held.subscription.failure = failure
    session.add(held.subscription)
    session.flush()
    returned = billing.revoke(session, steps.SYSTEM, account, held, now=now)
    if failure == "timeout":
        # It may be done there all the same: what nobody pays for is switched off.
        steps.ask_network(session, actor, held, account, NetworkDeed.disconnect, now=now)
    _bring_back(session, actor, away, account, now, worked=False)
    steps.note(session, actor, held, account, "switch_failed", now=now, failure=failure, returned_minor=returned.minor)
    _tell_kept(session, held, account, failure, returned, now)


def drop(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime) -> None:
    """Drop a switch that is planned; what was to give way goes on."""
    _drop(session, actor, held, account, now)
    steps.note(session, actor, held, account, "switch_dropped", now=now)


def return_early(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime) -> None:
    """End a tariff for a time with today: what was there before comes back tomorrow."""
    tomorrow = clock.day_of(now, account.zone) + timedelta(days=1)
    if held.subscription.ends_on is None or held.subscription.ends_on <= tomorrow:
        raise steps.NotNow()
    held.subscription.ends_on = tomorrow
    returned = billing.give_back(session, steps.SYSTEM, account, held, tomorrow, now=now)
    steps.note(session, actor, held, account, "return_asked", now=now, returned_minor=returned.minor, day=str(tomorrow))


def is_temporary(session: Session, actor: Actor, held: billing.Held) -> bool:
    """Tell whether it is a tariff for a time, in the place of what comes back by itself."""
    ends = held.subscription.ends_on is not None and held.product.kind is ProductKind.tariff
    return ends and held.subscription.gone_for_id is None and bool(gone_for(session, actor, held.subscription))


def come_back(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime) -> None:
    """End a tariff for a time: what it stood in for comes back in the versions that were signed for."""
    actor.require_system()
    day = held.subscription.ends_on
    assert day is not None
    away = gone_for(session, actor, held.subscription)
    back = []
    for each in away:
        again = Subscription(
            billing_account_id=account.id,
            product_id=each.product.id,
            version_id=each.version.id,
            status=SubscriptionStatus.connecting,
            charged_until=day,
            created_at=now,
        )
        session.add(again)
        session.flush()
        after = billing.Held(again, each.version, each.product)
        back.append(discounts.carry(session, steps.SYSTEM, each, after, day, now=now))
    held.subscription.status = SubscriptionStatus.disconnecting
    held.subscription.gone_for_id = _heir(held, back).subscription.id
    for each in back:
        invoice = billing.charge_from(session, steps.SYSTEM, account, each, day, now=now)
        if invoice is not None:
            billing.settle_if_covered(session, steps.SYSTEM, invoice.id, now=now)
        steps.ask_network(session, actor, each, account, NetworkDeed.connect, now=now)
        asked = invoice.amount_minor if invoice else 0
        steps.note(session, actor, each, account, "came_back", now=now, asked_minor=asked)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)
    steps.note(session, actor, held, account, "term_over", now=now)


def is_way_back(session: Session, actor: Actor, held: billing.Held) -> bool:
    """Tell whether it has come back after a tariff for a time: the network is asked until it does that."""
    query = select(col(ServiceStep.id)).where(
        col(ServiceStep.subscription_id) == held.subscription.id, col(ServiceStep.name) == "came_back"
    )
    return session.scalar(query.limit(1)) is not None


def take_back(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime) -> None:
    """Undo a switch: what was taken goes back by mirrored entries, what gave way comes back and is charged anew."""
    away = gone_for(session, actor, held.subscription)
    worked = held.subscription.status is SubscriptionStatus.active
    returned = billing.revoke(session, steps.SYSTEM, account, held, now=now)
    held.subscription.ends_on = None
    steps.stop(session, actor, account, held, now=now)
    _bring_back(session, actor, away, account, now, worked=worked)
    steps.note(session, actor, held, account, "switch_undone", now=now, returned_minor=returned.minor)


def settle(
    session: Session,
    actor: Actor,
    held: billing.Held,
    account: BillingAccount,
    first: date,
    fee: Money,
    *,
    now: datetime,
    at_once: bool,
) -> tuple[Money, Money]:
    """Settle what gives way, charge the new tariff from the day on, and have the network told."""
    returned = taken = Money(0, account.currency)
    held.subscription.status, held.subscription.starts_on = SubscriptionStatus.connecting, None
    away = gone_for(session, actor, held.subscription)
    for each in away:
        each.subscription.status = SubscriptionStatus.disconnecting
        each.subscription.ends_on, each.subscription.suspends_on, each.subscription.resumes_on = first, None, None
        session.add(each.subscription)
    session.flush()
    for each in away:
        mine = billing.give_back(session, steps.SYSTEM, account, each, first, now=now)
        returned += mine
        steps.note(session, actor, each, account, "switched_away", now=now, returned_minor=mine.minor)
    invoice = billing.charge_from(session, steps.SYSTEM, account, held, first, fee=fee, now=now)
    if invoice is not None:
        taken = Money(invoice.amount_minor, account.currency)
        if at_once:
            steps.pay(session, actor, account, taken, now=now, invoice_id=invoice.id)
        else:
            billing.settle_if_covered(session, steps.SYSTEM, invoice.id, now=now)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)
    steps.ask_network(session, actor, held, account, NetworkDeed.connect, now=now)
    return taken, returned


def _drop(
    session: Session,
    actor: Actor,
    held: billing.Held,
    account: BillingAccount,
    now: datetime,
    *,
    status: SubscriptionStatus = SubscriptionStatus.ended,
    failure: str = "",
) -> None:
    """Let a switch that has not begun be as if it had never been planned."""
    first = held.subscription.starts_on
    assert first is not None
    away = gone_for(session, actor, held.subscription)
    held.subscription.status, held.subscription.ended_at = status, now
    held.subscription.failure = failure
    for each in away:
        each.subscription.gone_for_id = None
        each.subscription.ends_on = steps.natural_end(each)
        session.add(each.subscription)
    session.add(held.subscription)
    session.flush()
    billing.give_back(session, steps.SYSTEM, account, held, first, now=now)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)


def _bring_back(
    session: Session,
    actor: Actor,
    away: Sequence[billing.Held],
    account: BillingAccount,
    now: datetime,
    *,
    worked: bool,
) -> None:
    """Let what gave way go on from today: charged as before, connected anew where the network switched it off."""
    today = clock.day_of(now, account.zone)
    for each in away:
        each.subscription.gone_for_id, each.subscription.ended_at = None, None
        each.subscription.status = SubscriptionStatus.connecting if worked else SubscriptionStatus.active
        each.subscription.ends_on = steps.natural_end(each)
        session.add(each.subscription)
    session.flush()
    for each in away:
        invoice = billing.charge_from(session, steps.SYSTEM, account, each, today, now=now)
        if invoice is not None:
            billing.settle_if_covered(session, steps.SYSTEM, invoice.id, now=now)
        if worked:
            steps.ask_network(session, actor, each, account, NetworkDeed.connect, now=now)
        asked = invoice.amount_minor if invoice else 0
        steps.note(session, actor, each, account, "kept", now=now, asked_minor=asked)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)


def _heir(held: billing.Held, back: Sequence[billing.Held]) -> billing.Held:
    """Return which of what comes back takes the place of the tariff: the one of its kind, else the first."""
    same = (each for each in back if each.product.kind is ProductKind.tariff)
    return next((each for each in same if each.product.category == held.product.category), back[0])


def _tell_kept(
    session: Session, held: billing.Held, account: BillingAccount, failure: str, returned: Money, now: datetime
) -> None:
    told = TariffKept(
        subscription_id=held.subscription.id,
        person_id=account.person_id,
        failure=failure,
        returned_minor=returned.minor,
    )
    events.record(session, told, now=now)
