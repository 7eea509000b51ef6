"""The promised payment: a debt is paid by a day, and until then nothing is cut off (3.1; docs/domain/services.md).

What was cut off comes back at once and is charged from then on. Nobody has two at a time; who did not keep one waits
longer for the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base import audit, events, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.billing import Held, LineDraft
from cabinet.domain.services import steps
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, Refusal
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, PromisedPayment, PromiseStatus
from cabinet.models.catalog import ProductKind
from cabinet.models.services import SubscriptionStatus

REVENUE: Final = "promise"
TITLE: Final = {"ru": "Обещанный платёж", "en": "Promised payment"}


class NothingOwed(Conflict):
    code = "promises.nothing_owed"


class PromiseOpen(Conflict):
    """One is open already."""

    code = "promises.open"


class PromiseTooLarge(Conflict):
    """The debt is larger than what may be promised."""

    code = "promises.too_large"


class PromiseTooSoon(Conflict):
    """The last one was given too lately, or was not kept."""

    code = "promises.too_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseGiven(events.Event):
    topic = steps.TOPIC

    promise_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseEnding(events.Event):
    """Its last day has come, and the debt is there."""

    promise_id: UUID


@dataclass(frozen=True, slots=True)
class Cut:
    """What is cut off on a day when nothing is paid."""

    day: date
    services: Sequence[Held]


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account owes, what becomes of it, and whether a promise is possible."""

    account: BillingAccount
    debt: Money
    missing: Money
    """What the balance lacks to pay it."""
    since: date | None
    """The day that the oldest debt is of."""
    invoices: Sequence[Invoice]
    """The overdue ones, oldest first."""
    cut_off: Sequence[Held]
    ladder: Sequence[Cut]
    """What else is cut off and when, earliest first."""
    promise: PromisedPayment | None
    last_day: date
    """The day that a promise given now would be for."""
    fee: Money
    hindrance: Refusal | None
    """Why none can be given now."""


def standing(session: Session, actor: Actor, *, now: datetime) -> Standing:
    """Return how the customer's first account stands with what is owed."""
    account = billing_accounts.primary(session, actor)
    held = rules.current(session, rules.PromiseRules, now=now)
    debt = billing.debt(session, actor, account, now=now)
    overdue = [each for each in billing.open_invoices(session, actor, account.id) if each.due_at <= now] if debt else []
    own = billing.held_by(session, actor, account.id)
    left = billing_accounts.balance(session, actor, account).available
    last = _last_promise(session, account)
    open_one = last if last is not None and last.status is PromiseStatus.open else None
    return Standing(
        account=account,
        debt=debt,
        missing=Money(max(debt.minor - max(left.minor, 0), 0), account.currency),
        since=clock.day_of(overdue[0].due_at, account.zone) if overdue else None,
        invoices=overdue,
        cut_off=[each for each in own if each.subscription.blocked_at is not None],
        ladder=_ladder(session, account, overdue, own, open_one, now),
        promise=open_one,
        last_day=clock.day_of(now, account.zone) + timedelta(days=held.days),
        fee=Money(held.fee_minor, account.currency),
        hindrance=_hindrance(account, last, debt, held, now),
    )


def promise(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> PromisedPayment:
    """Take the customer's word that the debt is paid by a day; the caller brings back what is cut off."""
    billing_accounts.mine(session, actor, account_id)
    account = session.get_one(BillingAccount, account_id, with_for_update=True)
    held = rules.current(session, rules.PromiseRules, now=now)
    debt = billing.debt(session, actor, account, now=now)
    hindered = _hindrance(account, _last_promise(session, account), debt, held, now)
    if hindered is not None:
        raise hindered
    given = PromisedPayment(
        billing_account_id=account.id,
        debt_minor=debt.minor,
        fee_minor=held.fee_minor,
        currency=account.currency,
        last_day=clock.day_of(now, account.zone) + timedelta(days=held.days),
        created_at=now,
    )
    session.add(given)
    session.flush()
    if held.fee_minor:
        line = LineDraft(REVENUE, TITLE, Money(held.fee_minor, account.currency))
        draft = billing.InvoiceDraft(
            key=f"promise:{given.id}", kind="single", lines=[line], due_at=now, title=TITLE, quiet=True
        )
        billing.issue(session, steps.SYSTEM, account, draft, now=now)
    told = {"debt_minor": debt.minor, "last_day": str(given.last_day)}
    audit.write(
        session, actor, "promises.give", now=now, object_type="billing_account", object_id=account.number, **told
    )
    events.record(session, PromiseGiven(person_id=account.person_id, promise_id=given.id), now=now)
    events.ring(session, account.person_id, "payments")
    return given


def holds(session: Session, actor: Actor, account: BillingAccount, debt: Money, *, now: datetime) -> bool:
    """Tell whether a promise keeps the account from being cut off; one that has ended is closed.

    The caller has locked the account. On the last day the owner is reminded, once for a round.
    """
    actor.require_system()
    found = _last_promise(session, account)
    if found is None or found.status is not PromiseStatus.open:
        return False
    today = clock.day_of(now, account.zone)
    if debt and today <= found.last_day:
        if today == found.last_day:
            events.record(session, PromiseEnding(person_id=account.person_id, promise_id=found.id), now=now)
        return True
    found.status, found.ended_at = (PromiseStatus.broken if debt else PromiseStatus.kept), now
    session.add(found)
    session.flush()
    events.ring(session, account.person_id, steps.TOPIC)
    return False


def _last_promise(session: Session, account: BillingAccount) -> PromisedPayment | None:
    """Return the newest one: when any is open, it is."""
    query = select(PromisedPayment).where(col(PromisedPayment.billing_account_id) == account.id)
    return session.scalars(query.order_by(col(PromisedPayment.created_at).desc()).limit(1)).first()


def _hindrance(
    account: BillingAccount, last: PromisedPayment | None, debt: Money, held: rules.PromiseRules, now: datetime
) -> Refusal | None:
    if not debt:
        return NothingOwed()
    if last is not None and last.status is PromiseStatus.open:
        return PromiseOpen(day=last.last_day)
    if last is not None:
        days = held.every_days if last.status is PromiseStatus.kept else held.broken_days
        day = clock.day_of(last.created_at, account.zone) + timedelta(days=days)
        if clock.day_of(now, account.zone) < day:
            return PromiseTooSoon(day=day)
    if debt.minor > held.debt_max_minor:
        return PromiseTooLarge(most=Money(held.debt_max_minor, account.currency))
    return None


def _ladder(
    session: Session,
    account: BillingAccount,
    overdue: Sequence[Invoice],
    own: Sequence[Held],
    open_one: PromisedPayment | None,
    now: datetime,
) -> list[Cut]:
    """Return what the rules will cut off: never on a day that has passed, the rounds make up for it tomorrow."""
    if not overdue:
        return []
    held = rules.current(session, rules.ServiceRules, now=now)
    since, tomorrow = clock.day_of(overdue[0].due_at, account.zone), clock.day_of(now, account.zone) + timedelta(days=1)
    spared = open_one.last_day + timedelta(days=1) if open_one is not None else tomorrow
    cuts: dict[date, list[Held]] = {}
    for each in own:
        if each.subscription.blocked_at is not None or each.subscription.status is not SubscriptionStatus.active:
            continue
        tariff = each.product.kind is ProductKind.tariff
        days = held.block_tariffs_after_days if tariff else held.block_after_days
        cuts.setdefault(max(since + timedelta(days=days), tomorrow, spared), []).append(each)
    return [Cut(day, cuts[day]) for day in sorted(cuts)]
