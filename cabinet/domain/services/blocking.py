"""Debt: what is cut off and when, and how it comes back by itself (3.1). The cabinet itself is never cut off.

What was asked for stays owed. While a service is cut off no further period is invoiced for it; once the debt is paid,
the days from then on are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base import events, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import promises, steps
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount, PromisedPayment
from cabinet.models.catalog import ProductKind
from cabinet.models.services import NetworkDeed, Subscription, SubscriptionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockNear(events.Event):
    """Services will be cut off on a day unless the debt is paid."""

    day: str
    debt_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesBlocked(events.Event):
    """Services were cut off for a debt."""

    topic = steps.TOPIC

    debt_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesRestored(events.Event):
    """The debt is paid, and everything works again."""

    topic = steps.TOPIC


def to_look_at(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the accounts that owe something, and those in which something is cut off."""
    actor.require_system()
    cut = select(col(Subscription.billing_account_id)).where(
        col(Subscription.blocked_at).is_not(None), col(Subscription.status) == SubscriptionStatus.active
    )
    return sorted({*billing.accounts_with_due(session, actor, now=now), *session.scalars(cut)})


def block(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> int:
    """Cut off what the age of the debt says, and warn before; return how many services were cut off now."""
    actor.require_system()
    billing_accounts.mine(session, actor, account_id)
    account = session.get_one(BillingAccount, account_id, with_for_update=True)
    debt = billing.debt(session, actor, account, now=now)
    if not debt:
        restore(session, actor, account_id, now=now)
        return 0
    if promises.holds(session, actor, account, debt, now=now):
        return 0
    held = rules.current(session, rules.ServiceRules, now=now)
    today = clock.day_of(now, account.zone)
    overdue = (today - _since(session, actor, account)).days
    cut = 0
    for each in billing.held_by(session, actor, account.id):
        tariff = each.product.kind is ProductKind.tariff
        after = held.block_tariffs_after_days if tariff else held.block_after_days
        if overdue < after or each.subscription.blocked_at is not None:
            continue
        if each.subscription.status is not SubscriptionStatus.active:
            continue
        each.subscription.blocked_at = now
        steps.ask_network(session, actor, each, account, NetworkDeed.suspend, now=now)
        steps.note(session, actor, each, account, "blocked", now=now)
        cut += 1
    if cut:
        told = ServicesBlocked(person_id=account.person_id, debt_minor=debt.minor)
        events.record(session, told, now=now)
    elif overdue == held.block_after_days - held.block_warn_days:
        day = today + timedelta(days=held.block_warn_days)
        near = BlockNear(person_id=account.person_id, day=day.isoformat(), debt_minor=debt.minor)
        events.record(session, near, now=now)
    return cut


def restore(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> int:
    """Bring back what was cut off once nothing is overdue, or payment is promised; return how many came back."""
    actor.require_system()
    billing_accounts.mine(session, actor, account_id)
    account = session.get_one(BillingAccount, account_id, with_for_update=True)
    debt = billing.debt(session, actor, account, now=now)
    if not promises.holds(session, actor, account, debt, now=now) and debt:
        return 0
    back = [each for each in billing.held_by(session, actor, account.id) if each.subscription.blocked_at is not None]
    today = clock.day_of(now, account.zone)
    for each in back:
        each.subscription.blocked_at = None
        steps.ask_network(session, actor, each, account, NetworkDeed.resume, now=now)
        invoice = billing.charge_from(session, actor, account, each, today, now=now)
        if invoice is not None:
            billing.settle_if_covered(session, actor, invoice.id, now=now)
        asked = invoice.amount_minor if invoice is not None else 0
        steps.note(session, actor, each, account, "restored", now=now, asked_minor=asked)
    if back:
        billing.issue_next(session, actor, account.id, now=now)
        if not debt:
            events.record(session, ServicesRestored(person_id=account.person_id), now=now)
    return len(back)


def promise(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> PromisedPayment:
    """Take the customer's promise to pay, and bring back at once what was cut off."""
    given = promises.promise(session, actor, account_id, now=now)
    restore(session, steps.SYSTEM, account_id, now=now)
    return given


def _since(session: Session, actor: Actor, account: BillingAccount) -> date:
    """Return the day that the oldest debt is of."""
    due = min(invoice.due_at for invoice in billing.open_invoices(session, actor, account.id))
    return clock.day_of(due, account.zone)
