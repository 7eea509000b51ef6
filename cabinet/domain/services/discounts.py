"""Discounts: what is taken off the price of a service on days that nobody paid for yet (3.1; docs/domain/billing.md).

A discount changes what is asked for, never what was paid: it begins with the first unpaid day. Open invoices that ask
for its days are voided and asked anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base import audit, events
from cabinet.domain.base.actor import Actor
from cabinet.domain.billing import Held
from cabinet.domain.services import steps
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.models.billing import BillingAccount, Discount
from cabinet.models.services import Subscription

FIXED_MAX_MINOR: Final = 1_000_000_00
TITLE_LENGTH_MAX: Final = 80
REASON_LENGTH_MAX: Final = 200
REMIND_DAYS: Final = 5


class DiscountWrong(Invalid):
    """Neither a share from 1 to 100 % nor a sum, or no title, or days that are none."""

    code = "discounts.wrong"


class DiscountNotFound(NotFound):
    code = "discounts.not_found"


class DiscountsMeet(Conflict):
    """The service has a discount on some of these days."""

    code = "discounts.meet"


class DaysPaid(Conflict):
    """Every day that it would be for is paid."""

    code = "discounts.paid"


class NotDiscounted(Conflict):
    """A package, a part of a bundle, or what is over: there is no price of a period to take anything off."""

    code = "discounts.not_here"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountGiven(events.Event):
    topic = steps.TOPIC

    discount_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountEnding(events.Event):
    """The discount's last day is near."""

    discount_id: UUID


@dataclass(frozen=True, slots=True)
class DiscountDraft:
    """What to take off: a share in percent, or a sum off a whole period; from a day to a first day without it."""

    title: Mapping[str, str] = field(default_factory=dict)
    percent: int = 0
    fixed_minor: int = 0
    since: date | None = None
    """None: from now."""
    until: date | None = None
    """None: for as long as the service."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Discounted:
    """An account with what a discount can be given on."""

    account: BillingAccount
    held: Sequence[Held]


def discounted(session: Session, actor: Actor, number: str) -> Discounted:
    """Return the account of a contract number for who gives discounts, with its services and their discounts."""
    actor.require("discounts.give")
    digits = "".join(each for each in number if each.isdigit())[:20]
    account = session.scalars(select(BillingAccount).where(col(BillingAccount.number) == digits)).first()
    if account is None:
        raise billing_accounts.BillingAccountNotFound()
    return Discounted(account, billing.held_by(session, actor, account.id))


def give_discount(
    session: Session, actor: Actor, subscription_id: UUID, draft: DiscountDraft, *, now: datetime
) -> Discount:
    """Give a service a discount, from its first unpaid day at the earliest."""
    actor.require("discounts.give")
    if not draft.title.get("ru") or any(len(each) > TITLE_LENGTH_MAX for each in draft.title.values()):
        raise DiscountWrong()
    held, account = steps.mine(session, steps.SYSTEM, subscription_id)
    given = grant(session, actor, account, held, draft, now=now)
    told = {"percent": given.percent, "fixed_minor": given.fixed_minor, "since": str(given.since)}
    told |= {"until": str(given.until or ""), "reason": given.reason}
    audit.write(
        session, actor, "discounts.give", now=now, object_type="billing_account", object_id=account.number, **told
    )
    return given


def grant(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    held: Held,
    draft: DiscountDraft,
    *,
    now: datetime,
    promo_code_id: UUID | None = None,
) -> Discount:
    """Write a discount of an account that the caller has locked, and have its days asked for anew."""
    fixed = 0 < draft.fixed_minor <= FIXED_MAX_MINOR
    if (1 <= draft.percent <= 100) == fixed or (draft.percent and draft.fixed_minor):
        raise DiscountWrong()
    if len(draft.reason) > REASON_LENGTH_MAX:
        raise DiscountWrong()
    if not takes(held):
        raise NotDiscounted()
    today = clock.day_of(now, account.zone)
    wanted = max(draft.since or today, today)
    if draft.until is not None and draft.until <= wanted:
        raise DiscountWrong()
    since = max(wanted, billing.paid_until(session, actor, held, wanted))
    if draft.until is not None and draft.until <= since:
        raise DaysPaid(day=since)
    for other in held.discounts:
        if (other.until is None or other.until > since) and (draft.until is None or other.since < draft.until):
            raise DiscountsMeet(title=other.title)
    given = Discount(
        billing_account_id=account.id,
        subscription_id=held.subscription.id,
        title=dict(draft.title),
        percent=draft.percent,
        fixed_minor=draft.fixed_minor,
        since=since,
        until=draft.until,
        promo_code_id=promo_code_id,
        given_by=actor.label,
        reason=draft.reason,
        created_at=now,
    )
    session.add(given)
    session.flush()
    _ask_anew(session, account, held, since, "discount_given", given, now)
    events.record(session, DiscountGiven(person_id=account.person_id, discount_id=given.id), now=now)
    return given


def end_discount(session: Session, actor: Actor, discount_id: UUID, *, now: datetime) -> Discount:
    """End a discount with its first unpaid day; days that were paid for at its price stay so."""
    actor.require("discounts.give")
    found = session.get(Discount, discount_id)
    if found is None:
        raise DiscountNotFound()
    held, account = steps.mine(session, steps.SYSTEM, found.subscription_id)
    found = session.get_one(Discount, discount_id, with_for_update=True, populate_existing=True)
    today = clock.day_of(now, account.zone)
    last = max(found.since, today, billing.paid_until(session, actor, held, today))
    if found.until is not None and found.until <= last:
        raise DaysPaid(day=found.until)
    found.until = last
    session.add(found)
    session.flush()
    _ask_anew(session, account, held, last, "discount_ended", found, now)
    audit.write(
        session, actor, "discounts.end", now=now, object_type="billing_account", object_id=account.number, day=str(last)
    )
    return found


def carry(session: Session, actor: Actor, before: Held, after: Held, day: date, *, now: datetime) -> Held:
    """Let a service that stands in for another have what is left of its discounts from a day on."""
    actor.require_system()
    for each in before.discounts:
        if each.until is not None and each.until <= day:
            continue
        rest = Discount(**each.model_dump(exclude={"id", "promo_code_id", "subscription_id", "since"}))
        rest.subscription_id, rest.since = after.subscription.id, max(each.since, day)
        session.add(rest)
        each.until = max(each.since, day)
        session.add(each)
    session.flush()
    return billing.with_discounts(session, actor, [after])[0]


def discounts_ending(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the discounts whose owners are to be reminded today of their end."""
    actor.require_system()
    day = now.date() + timedelta(days=REMIND_DAYS)
    query = (
        select(col(Discount.id))
        .join(Subscription, col(Subscription.id) == col(Discount.subscription_id))
        .where(
            col(Discount.until) == day,
            col(Discount.until) > col(Discount.since),
            col(Subscription.status).not_in(billing.OVER),
        )
        .order_by(col(Discount.id))
    )
    return list(session.scalars(query))


def remind_of_discount(session: Session, actor: Actor, discount_id: UUID, *, now: datetime) -> None:
    """Tell the owner that the discount ends soon."""
    actor.require_system()
    found = session.get_one(Discount, discount_id)
    account = session.get_one(BillingAccount, found.billing_account_id)
    events.record(session, DiscountEnding(person_id=account.person_id, discount_id=found.id), now=now)


def takes(held: Held) -> bool:
    """Tell whether anything can be taken off: it has a price of a period, and goes on."""
    subscription = held.subscription
    return bool(held.price) and not subscription.once and held.charged


def _ask_anew(
    session: Session, account: BillingAccount, held: Held, since: date, name: str, given: Discount, now: datetime
) -> None:
    (anew,) = billing.with_discounts(session, steps.SYSTEM, [held])
    billing.ask_no_more(session, steps.SYSTEM, account, anew, since, now=now)
    details: dict[str, Any] = {
        "percent": given.percent,
        "fixed_minor": given.fixed_minor,
        "until": str(given.until or ""),
    }
    steps.note(session, steps.SYSTEM, held, account, name, now=now, **details)
    events.ring(session, account.person_id, "payments")
