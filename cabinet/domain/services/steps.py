"""What becomes of a service: its states, its story, what is asked of the network, who is told (3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.services import (
    NetworkDeed,
    NetworkOrder,
    ServiceStep,
    Subscription,
    SubscriptionStatus,
    TrialStatus,
)

TOPIC: Final = "services"
SYSTEM: Final = Actor.system("services")
"""Money that follows from a customer's deed is moved by the house: he may not debit its accounts."""


ENDS: Final = (
    "disconnect_asked",
    "end_came",
    "trial_ended",
    "trial_unpaid",
    "connect_undone",
    "given_up",
    "switched_away",
    "switch_undone",
    "term_over",
)
"""The steps by which a service is switched off; only the customer's own can be undone."""


class ServiceNotFound(NotFound):
    code = "services.not_found"


class NotNow(Conflict):
    """The service is in a state in which this cannot be done."""

    code = "services.not_now"


class NotEnough(Conflict):
    code = "services.not_enough"

    @property
    def missing(self) -> Money:
        """What the account lacks."""
        missing: Money = self.details["missing"]  # type: ignore[assignment]
        return missing


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAsked(events.Event):
    """Something has to be switched: the job tells the network."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceConnected(events.Event):
    topic = TOPIC

    subscription_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFailed(events.Event):
    """It could not be connected; what was charged is back."""

    topic = TOPIC

    subscription_id: UUID
    failure: str
    returned_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEnded(events.Event):
    topic = TOPIC

    subscription_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceResumed(events.Event):
    topic = TOPIC

    subscription_id: UUID


def seen(session: Session, actor: Actor, subscription_id: UUID) -> tuple[billing.Held, BillingAccount]:
    """Return a subscription that the actor may see, with its account."""
    found = session.get(Subscription, subscription_id)
    if found is None:
        raise ServiceNotFound()
    try:
        account = billing_accounts.mine(session, actor, found.billing_account_id)
    except billing_accounts.BillingAccountNotFound as foreign:
        raise ServiceNotFound() from foreign
    version = session.get_one(ProductVersion, found.version_id)
    held = billing.Held(found, version, session.get_one(Product, found.product_id))
    return billing.with_discounts(session, actor, [held])[0], account


def mine(session: Session, actor: Actor, subscription_id: UUID) -> tuple[billing.Held, BillingAccount]:
    """Return a subscription that the actor may change, with its account; nobody else changes either meanwhile."""
    _, account = seen(session, actor, subscription_id)
    session.get_one(BillingAccount, account.id, with_for_update=True)
    session.get_one(Subscription, subscription_id, with_for_update=True, populate_existing=True)
    return seen(session, actor, subscription_id)


def note(
    session: Session,
    actor: Actor,
    held: billing.Held,
    account: BillingAccount,
    name: str,
    *,
    now: datetime,
    quote_id: UUID | None = None,
    **details: Any,
) -> ServiceStep:
    """Write a line of the service's story, and have the customer's open tabs told."""
    step = ServiceStep(
        subscription_id=held.subscription.id,
        name=name,
        at=now,
        actor=actor.label,
        quote_id=quote_id,
        details={key: value for key, value in details.items() if value not in ("", None)},
    )
    session.add(held.subscription)
    session.add(step)
    session.flush()
    events.ring(session, account.person_id, TOPIC)
    return step


def ask_network(
    session: Session, actor: Actor, held: billing.Held, account: BillingAccount, deed: NetworkDeed, *, now: datetime
) -> NetworkOrder:
    """Have the network told after the commit."""
    own = (
        select(func.count()).select_from(NetworkOrder).where(col(NetworkOrder.subscription_id) == held.subscription.id)
    )
    serial = (session.scalar(own) or 0) + 1
    order = NetworkOrder(subscription_id=held.subscription.id, serial=serial, deed=deed, asked_at=now)
    session.add(order)
    session.flush()
    events.record(session, NetworkAsked(order_id=order.id, person_id=account.person_id), now=now)
    return order


def charge(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    held: billing.Held,
    *,
    now: datetime,
    fee: Money | None = None,
    first: date | None = None,
) -> Money:
    """Take what the days that are left cost, and a fee; refuse when the money is not there. Return how much it was."""
    first = first or clock.day_of(now, account.zone)
    invoice = billing.charge_from(session, SYSTEM, account, held, first, fee=fee, now=now)
    taken = Money(invoice.amount_minor if invoice else 0, account.currency)
    if invoice is not None:
        pay(session, actor, account, taken, now=now, invoice_id=invoice.id)
    return taken


def pay(
    session: Session, actor: Actor, account: BillingAccount, amount: Money, *, now: datetime, invoice_id: UUID
) -> None:
    """Settle an invoice of a deed at once, or refuse the deed and say what lacks."""
    available = billing_accounts.balance(session, SYSTEM, account).available
    if available < amount:
        raise NotEnough(missing=amount - available, amount=amount)
    billing.settle(session, SYSTEM, invoice_id, now=now)


def start(session: Session, actor: Actor, account: BillingAccount, held: billing.Held, *, now: datetime) -> Money:
    """Charge a service and have it connected."""
    fee = Money(held.version.connection_minor, held.version.currency)
    held.subscription.status = SubscriptionStatus.connecting
    held.subscription.starts_on = None
    taken = charge(session, actor, account, held, fee=fee, now=now)
    billing.issue_next(session, SYSTEM, account.id, now=now)
    ask_network(session, actor, held, account, NetworkDeed.connect, now=now)
    return taken


def natural_end(held: billing.Held) -> date | None:
    """Return the end that the service has by its own terms: a package's, a trial's that nobody agreed to pay for."""
    subscription = held.subscription
    if subscription.once:
        return subscription.ends_on
    return subscription.trial_until if subscription.trial is TrialStatus.running else None


def stop(session: Session, actor: Actor, account: BillingAccount, held: billing.Held, *, now: datetime) -> Money:
    """Give the days that are left back and have the service disconnected."""
    subscription = held.subscription
    tomorrow = clock.day_of(now, account.zone) + timedelta(days=1)
    subscription.status = SubscriptionStatus.disconnecting
    subscription.ends_on = min(subscription.ends_on or tomorrow, tomorrow)
    subscription.suspends_on = subscription.resumes_on = subscription.blocked_at = None
    returned = billing.give_back(session, SYSTEM, account, held, subscription.ends_on, now=now)
    ask_network(session, actor, held, account, NetworkDeed.disconnect, now=now)
    return returned


def history(session: Session, actor: Actor, subscription_id: UUID) -> list[ServiceStep]:
    """Return a service's story, oldest first."""
    seen(session, actor, subscription_id)
    query = select(ServiceStep).where(col(ServiceStep.subscription_id) == subscription_id)
    return list(session.scalars(query.order_by(col(ServiceStep.id))))
