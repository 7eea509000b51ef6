"""What days and the network bring: planned changes begin, pauses end, orders are answered (3.1).

All of it may come twice or late: a day that has come is looked at again each round, an order that was answered stays
answered, and only the newest order of a service moves it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import Session, col

from cabinet.domain import billing
from cabinet.domain.base import events, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import NetworkAnswer, NetworkRequest
from cabinet.domain.services import access, bundles, offers, ordering, steps, switching, trials
from cabinet.kit import clock
from cabinet.kit.errors import Refusal
from cabinet.kit.secrets import Keyring
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import ProductKind
from cabinet.models.services import (
    NetworkDeed,
    NetworkOrder,
    NetworkStatus,
    Subscription,
    SubscriptionStatus,
)

SILENT_SECONDS: Final = 20
"""An order that was not answered for so long is asked about again."""
SILENT_MAX: Final = 100


def due(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the services whose planned day has come somewhere on earth."""
    actor.require_system()
    latest = clock.day_of(now, "Pacific/Kiritimati")
    status, over = col(Subscription.status), (SubscriptionStatus.active, SubscriptionStatus.suspended)
    query = select(col(Subscription.id)).where(
        or_(
            (status == SubscriptionStatus.scheduled) & (col(Subscription.starts_on) <= latest),
            status.in_(over) & (col(Subscription.ends_on) <= latest),
            (status == SubscriptionStatus.active)
            & col(Subscription.trial).in_(billing.ON_TRIAL)
            & (col(Subscription.trial_until) <= latest),
            (status == SubscriptionStatus.active) & (col(Subscription.suspends_on) <= latest),
            (status == SubscriptionStatus.suspended) & (col(Subscription.resumes_on) <= latest),
        )
    )
    return list(session.scalars(query.order_by(col(Subscription.id))))


def turn(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> None:
    """Do what was planned for a day that has come in the account's zone."""
    actor.require_system()
    held, account = steps.mine(session, actor, subscription_id)
    subscription, today = held.subscription, clock.day_of(now, account.zone)
    match subscription.status:
        case SubscriptionStatus.scheduled if subscription.starts_on is not None and subscription.starts_on <= today:
            if held.product.kind is ProductKind.tariff:
                switching.begin(session, actor, held, account, now=now)
                return
            _begin(session, actor, held, account, now)
        case SubscriptionStatus.active if trials.is_over(held, today):
            trials.end(session, actor, held, account, now=now)
        case SubscriptionStatus.active | SubscriptionStatus.suspended if (
            subscription.ends_on is not None and subscription.ends_on <= today
        ):
            if subscription.gone_for_id is not None:
                return  # The tariff that takes its place has the same day, and settles it.
            if switching.is_temporary(session, actor, held):
                switching.come_back(session, actor, held, account, now=now)
                return
            bundles.stop_parts(session, actor, account, held, now=now)
            returned = steps.stop(session, actor, account, held, now=now)
            steps.note(session, actor, held, account, "end_came", now=now, returned_minor=returned.minor)
        case SubscriptionStatus.active if subscription.suspends_on is not None and subscription.suspends_on <= today:
            _pause(session, actor, held, account, now)
        case SubscriptionStatus.suspended if subscription.resumes_on is not None and subscription.resumes_on <= today:
            _resume(session, actor, held, account, now)


def request_of(session: Session, actor: Actor, order_id: UUID) -> NetworkRequest | None:
    """Return what the network has to be told; None when the order was answered."""
    actor.require_system()
    order = session.get_one(NetworkOrder, order_id)
    if order.status is not NetworkStatus.pending:
        return None
    held, account = steps.seen(session, actor, order.subscription_id)
    return NetworkRequest(id=order.id, deed=order.deed, product=held.product.code, account=account.number)


def silent(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the orders that the network owes an answer to."""
    actor.require_system()
    query = (
        select(col(NetworkOrder.id))
        .where(
            col(NetworkOrder.status) == NetworkStatus.pending,
            col(NetworkOrder.asked_at) <= now - timedelta(seconds=SILENT_SECONDS),
        )
        .order_by(col(NetworkOrder.asked_at))
        .limit(SILENT_MAX)
    )
    return list(session.scalars(query))


def overdue(session: Session, actor: Actor, order_id: UUID, *, now: datetime) -> bool:
    """Tell whether a connection has taken so long that it is to be dropped."""
    actor.require_system()
    order = session.get_one(NetworkOrder, order_id)
    minutes = rules.current(session, rules.ServiceRules, now=now).give_up_minutes
    held, _ = steps.seen(session, actor, order.subscription_id)
    if order.deed is not NetworkDeed.connect or switching.is_way_back(session, actor, held):
        return False
    return now >= order.asked_at + timedelta(minutes=minutes)


def apply(
    session: Session,
    actor: Actor,
    order_id: UUID,
    answer: NetworkAnswer,
    *,
    keyring: Keyring | None = None,
    now: datetime,
) -> None:
    """Take the network's word: the service works, is off, or could not be connected and is paid back. Once.

    Where the network gives what opens the service, the keyring seals it.
    """
    actor.require_system()
    order = session.get_one(NetworkOrder, order_id)
    held, account = steps.mine(session, actor, order.subscription_id)
    order = session.get_one(NetworkOrder, order_id, with_for_update=True, populate_existing=True)
    if order.status is not NetworkStatus.pending or answer.status is NetworkStatus.pending:
        return
    ours = order.deed is not NetworkDeed.connect or switching.is_way_back(session, actor, held)
    if answer.status is NetworkStatus.failed and ours:
        # This is ours to bring about: the customer is settled with, the network is asked until it does it.
        order.failure = answer.failure
        session.add(order)
        return
    order.status, order.failure, order.answered_at = answer.status, answer.failure, now
    session.add(order)
    if order.id != _newest(session, held.subscription):
        return
    if order.deed is NetworkDeed.connect and held.subscription.status is SubscriptionStatus.connecting:
        if answer.status is NetworkStatus.done:
            access.issue(session, actor, held, answer.access, keyring=keyring, now=now)
            _connected(session, actor, held, account, now)
        else:
            _failed(session, actor, held, account, answer.failure, now)
    elif order.deed is NetworkDeed.disconnect and held.subscription.status is SubscriptionStatus.disconnecting:
        held.subscription.status, held.subscription.ended_at = SubscriptionStatus.ended, now
        steps.note(session, actor, held, account, "disconnected", now=now)
        if held.subscription.bundle_id is None and held.subscription.gone_for_id is None:
            _tell(session, steps.ServiceEnded, held, account, now)


def _begin(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, now: datetime) -> None:
    """Connect what was planned for today, when it still can be and the money is there."""
    others = [
        each for each in billing.held_by(session, actor, account.id) if each.subscription.id != held.subscription.id
    ]
    refused = offers.hindrance(session, actor, account, (held.product, held.version), others, now=now)
    try:
        if refused is not None:
            raise refused
        with session.begin_nested():
            access.set_aside(session, actor, held)
            taken = steps.start(session, actor, account, held, now=now)
    except Refusal as refusal:
        session.refresh(held.subscription)
        held.subscription.status, held.subscription.ended_at = SubscriptionStatus.failed, now
        held.subscription.failure = refusal.code.rpartition(".")[2][:40]
        steps.note(session, actor, held, account, "failed", now=now, failure=held.subscription.failure)
        _tell(session, steps.ServiceFailed, held, account, now, failure=held.subscription.failure, returned_minor=0)
        return
    steps.note(session, actor, held, account, "connect_asked", now=now, taken_minor=taken.minor)


def _pause(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, now: datetime) -> None:
    """Begin the pause that was planned for today; without the money for it the service goes on."""
    assert held.subscription.suspends_on is not None
    pause = ordering.pause_that_begins(session, actor, held.subscription, held.subscription.suspends_on)
    try:
        with session.begin_nested():
            taken, returned = ordering.begin_pause(session, actor, held, account, pause, now=now)
    except steps.NotEnough:
        session.refresh(held.subscription)
        session.delete(pause)
        held.subscription.suspends_on = held.subscription.resumes_on = None
        steps.note(session, actor, held, account, "pause_refused", now=now)
        return
    steps.note(
        session,
        actor,
        held,
        account,
        "suspended",
        now=now,
        taken_minor=taken.minor,
        returned_minor=returned.minor,
        until=str(pause.ends_on),
    )


def _resume(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, now: datetime) -> None:
    """End a pause on its day. What the days cost is taken when the money is there, and waits as an invoice else."""
    first = held.subscription.resumes_on
    assert first is not None
    ordering.bring_back(session, actor, held, account, now=now)
    invoice = billing.charge_from(session, steps.SYSTEM, account, held, first, now=now)
    if invoice is not None:
        billing.settle_if_covered(session, steps.SYSTEM, invoice.id, now=now)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)
    steps.note(session, actor, held, account, "resumed", now=now, asked_minor=invoice.amount_minor if invoice else 0)
    _tell(session, steps.ServiceResumed, held, account, now)


def _connected(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, now: datetime) -> None:
    held.subscription.status = SubscriptionStatus.active
    held.subscription.connected_at = held.subscription.connected_at or now
    steps.note(session, actor, held, account, "connected", now=now)
    if not switching.works(session, actor, held, account, now=now) and held.subscription.bundle_id is None:
        _tell(session, steps.ServiceConnected, held, account, now)


def _failed(
    session: Session, actor: Actor, held: billing.Held, account: BillingAccount, failure: str, now: datetime
) -> None:
    """Give everything back for what never worked; for what did, the days from tomorrow on."""
    subscription = held.subscription
    if switching.gone_for(session, actor, subscription):
        switching.fail(session, actor, held, account, failure, now=now)
        return
    if held.bundled:
        bundle, whole = bundles.fail(session, actor, account, held, failure=failure, now=now)
        _tell(session, steps.ServiceFailed, bundle, account, now, failure=failure, returned_minor=whole.minor)
        return
    worked = subscription.connected_at is not None
    subscription.status = SubscriptionStatus.failed
    subscription.ended_at, subscription.failure = now, failure
    access.give_up(session, actor, held)
    session.add(subscription)
    session.flush()
    tomorrow = clock.day_of(now, account.zone) + timedelta(days=1)
    returned = (
        billing.give_back(session, steps.SYSTEM, account, held, tomorrow, now=now)
        if worked
        else billing.revoke(session, steps.SYSTEM, account, held, now=now)
    )
    if failure == "timeout":
        # It may be done there all the same: what nobody pays for is switched off.
        steps.ask_network(session, actor, held, account, NetworkDeed.disconnect, now=now)
    steps.note(session, actor, held, account, "failed", now=now, failure=failure, returned_minor=returned.minor)
    _tell(session, steps.ServiceFailed, held, account, now, failure=failure, returned_minor=returned.minor)


def _tell(
    session: Session,
    kind: type[events.Event],
    held: billing.Held,
    account: BillingAccount,
    now: datetime,
    **facts: object,
) -> None:
    values = {"subscription_id": held.subscription.id, "person_id": account.person_id, **facts}
    events.record(session, kind(**values), now=now)  # type: ignore[arg-type]


def _newest(session: Session, subscription: Subscription) -> UUID | None:
    query = (
        select(col(NetworkOrder.id))
        .where(col(NetworkOrder.subscription_id) == subscription.id)
        .order_by(col(NetworkOrder.serial).desc())
        .limit(1)
    )
    return session.scalar(query)
