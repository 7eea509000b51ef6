"""Ordering what was quoted, with a code where the catalogue asks for one; changing one's mind (3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base import confirmations
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import access, bundles, quotes, steps, switching, trials
from cabinet.domain.services.quotes import Signed
from cabinet.domain.services.steps import NotNow
from cabinet.domain.services.wishes import Deed, Plan
from cabinet.kit import clock
from cabinet.kit.errors import Conflict
from cabinet.kit.money import Money
from cabinet.kit.secrets import Keyring
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductKind
from cabinet.models.confirmations import Challenge
from cabinet.models.people import Person
from cabinet.models.services import (
    NetworkDeed,
    ServiceStep,
    Subscription,
    SubscriptionStatus,
    Suspension,
)

OPERATION: Final = "service"
"""The name under which a service is confirmed by a code."""


class NoContactForCode(Conflict):
    code = "services.no_contact_for_code"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an order came to: a subscription, or a code that has to be given first."""

    subscription: Subscription | None
    challenge: Challenge | None


def order(
    session: Session,
    actor: Actor,
    token: str,
    *,
    keyring: Keyring,
    channels: frozenset[str] = confirmations.CHANNELS,
    now: datetime,
) -> Ordered:
    """Carry out what the quote says, charging exactly that, or ask for the code; a second time is the first."""
    signed = quotes.read(actor, token, keyring=keyring)
    known = done(session, actor, signed)
    if known is not None:
        return Ordered(known, None)
    if now >= signed.expires_at:
        raise quotes.QuoteExpired()
    account = _locked(session, actor, signed.wish.account_id)
    planned = same(session, actor, signed, now=now)
    if not planned.code_needed:
        return Ordered(_perform(session, actor, account, signed, planned, now), None)
    person = session.get_one(Person, actor.person())
    facts = {
        "quote": token,
        "title": planned.version.title.get(person.locale) or planned.version.title["ru"],
        "account": account.number,
        "total_minor": planned.taken.minor,
        "currency": planned.taken.currency,
    }
    contact = confirmations.contact_of(person, channels)
    if contact is None:
        raise NoContactForCode()
    return Ordered(None, confirmations.ask(session, actor, OPERATION, facts, contact, person_id=person.id, now=now))


def confirm(
    session: Session, actor: Actor, challenge_id: UUID, code: str, *, keyring: Keyring, now: datetime
) -> Subscription:
    """Carry out the quote that the code signs, and nothing else."""
    challenge = confirmations.confirm(session, actor, challenge_id, code, operation=OPERATION, keyring=keyring, now=now)
    signed = quotes.read(actor, confirmations.facts(challenge)["quote"], keyring=keyring)
    return carry_out(session, actor, signed, now=now, confirmed_by=confirmations.masked(challenge.address))


def carry_out(session: Session, actor: Actor, signed: Signed, *, now: datetime, confirmed_by: str = "") -> Subscription:
    """Do what was signed, charging exactly that; a second time is the first. The caller minds its hour and its code."""
    account = _locked(session, actor, signed.wish.account_id)
    known = done(session, actor, signed)
    if known is not None:
        return known
    planned = same(session, actor, signed, now=now)
    return _perform(session, actor, account, signed, planned, now, confirmed_by=confirmed_by)


def same(session: Session, actor: Actor, signed: Signed, *, now: datetime) -> Plan:
    """Plan the wish anew; refuse when that is not what the customer was shown."""
    planned = quotes.plan(session, actor, signed.wish, now=now)
    if quotes.terms_of(planned) != signed.terms:
        raise quotes.QuoteChanged()
    return planned


def done(session: Session, actor: Actor, signed: Signed) -> Subscription | None:
    """Return what this very quote was carried out for before."""
    step = session.scalars(select(ServiceStep).where(col(ServiceStep.quote_id) == signed.id)).first()
    return session.get_one(Subscription, step.subscription_id) if step is not None else None


def resend_code(session: Session, actor: Actor, challenge_id: UUID, *, now: datetime) -> Challenge:
    """Have a new code sent."""
    actor.person()
    return confirmations.resend(session, actor, challenge_id, now=now)


def resume(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> Subscription:
    """End a pause early: the days that are left of the period are charged from today on."""
    actor.person()
    held, account = steps.mine(session, actor, subscription_id)
    if held.subscription.status is not SubscriptionStatus.suspended:
        raise NotNow()
    bring_back(session, actor, held, account, now=now)
    taken = steps.charge(session, actor, account, held, now=now)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)
    steps.note(session, actor, held, account, "resumed", now=now, taken_minor=taken.minor)
    return held.subscription


def cancel_change(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> Subscription:
    """Drop what was planned for a later day: a connection, an end, a pause, a switch; end a tariff for a time early."""
    actor.person()
    held, account = steps.mine(session, actor, subscription_id)
    subscription = held.subscription
    today = clock.day_of(now, account.zone)
    if held.product.kind is ProductKind.tariff and subscription.status is SubscriptionStatus.scheduled:
        switching.drop(session, actor, held, account, now=now)
    elif subscription.status is SubscriptionStatus.active and switching.is_temporary(session, actor, held):
        switching.return_early(session, actor, held, account, now=now)
    elif subscription.gone_for_id is not None:
        raise NotNow()
    elif subscription.status is SubscriptionStatus.scheduled:
        subscription.status, subscription.ended_at = SubscriptionStatus.ended, now
        steps.note(session, actor, held, account, "connection_dropped", now=now)
    elif subscription.status is SubscriptionStatus.active and subscription.suspends_on is not None:
        for pause in _pauses(session, subscription, since=today):
            session.delete(pause)
        subscription.suspends_on = subscription.resumes_on = None
        steps.note(session, actor, held, account, "pause_dropped", now=now)
    elif subscription.status is SubscriptionStatus.active and subscription.ends_on != steps.natural_end(held):
        subscription.ends_on = steps.natural_end(held)
        taken = steps.charge(session, actor, account, held, now=now)
        billing.issue_next(session, steps.SYSTEM, account.id, now=now)
        steps.note(session, actor, held, account, "end_dropped", now=now, taken_minor=taken.minor)
    else:
        raise NotNow()
    return subscription


def bring_back(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, *, now: datetime) -> None:
    """Let a paused service work again; the caller charges it."""
    today = clock.day_of(now, account.zone)
    for pause in _pauses(session, held.subscription, since=None):
        if pause.ends_on > today:
            pause.ends_on = max(today, pause.begins_on)
            session.add(pause)
    held.subscription.status = SubscriptionStatus.active
    held.subscription.resumes_on = None
    steps.ask_network(session, actor, held, account, NetworkDeed.resume, now=now)


def begin_pause(
    session: Session, actor: Actor, held: billing.Held, account: BillingAccount, pause: Suspension, *, now: datetime
) -> tuple[Money, Money]:
    """Pause a service from the suspension's day on; return what was taken for it and what was given back."""
    subscription = held.subscription
    subscription.status = SubscriptionStatus.suspended
    subscription.suspends_on, subscription.resumes_on = None, pause.ends_on
    returned = billing.give_back(session, steps.SYSTEM, account, held, pause.begins_on, now=now)
    taken = Money(pause.amount_minor, account.currency)
    if taken:
        draft = billing.InvoiceDraft(
            key=f"suspension:{pause.id}",
            kind="service",
            lines=[billing.LineDraft(held.product.category, held.version.title, taken, subscription.id)],
            due_at=now,
            period=clock.month_of(now, account.zone),
            title=held.version.title,
            quiet=True,
        )
        invoice = billing.issue(session, steps.SYSTEM, account, draft, now=now)
        steps.pay(session, actor, account, taken, now=now, invoice_id=invoice.id)
    steps.ask_network(session, actor, held, account, NetworkDeed.suspend, now=now)
    return taken, returned


def pause_that_begins(session: Session, actor: Actor, subscription: Subscription, day: date) -> Suspension:
    """Return the pause that was planned for the day; the caller has read the subscription."""
    return next(each for each in _pauses(session, subscription, since=None) if each.begins_on == day)


def _perform(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    signed: Signed,
    planned: Plan,
    now: datetime,
    *,
    confirmed_by: str = "",
) -> Subscription:
    if signed.wish.deed is Deed.connect:
        return _connect(session, actor, account, signed, planned, now, confirmed_by)
    if signed.wish.deed is Deed.switch:
        subscription, *moved = switching.order(
            session, actor, account, planned, quote_id=signed.id, confirmed_by=confirmed_by, now=now
        )
        if moved != [planned.taken, planned.returned]:
            raise quotes.QuoteChanged()
        return subscription
    held, _ = steps.mine(session, actor, signed.wish.subject)
    if signed.wish.deed is Deed.disconnect:
        return _disconnect(session, actor, account, held, signed, planned, now)
    if signed.wish.deed is Deed.extend:
        return trials.extend(
            session, actor, account, held, planned, quote_id=signed.id, confirmed_by=confirmed_by, now=now
        )
    return _suspend(session, actor, account, held, signed, planned, now)


def _connect(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    signed: Signed,
    planned: Plan,
    now: datetime,
    confirmed_by: str,
) -> Subscription:
    today = clock.day_of(now, account.zone)
    subscription = Subscription(
        billing_account_id=account.id,
        product_id=planned.version.product_id,
        version_id=planned.version.id,
        status=SubscriptionStatus.scheduled,
        starts_on=planned.effect_on,
        ends_on=planned.ends_on,
        once=planned.version.amount > 0,
        charged_until=planned.effect_on or today,
        created_at=now,
    )
    if signed.wish.trial:
        trials.begin(session, actor, subscription, planned)
    session.add(subscription)
    session.flush()
    held = billing.Held(subscription, planned.version, session.get_one(Product, planned.version.product_id))
    taken = Money(0, account.currency)
    if planned.effect_on is None:
        access.set_aside(session, actor, held)
        taken = steps.start(session, actor, account, held, now=now)
        if taken != planned.taken:
            raise quotes.QuoteChanged()
        if planned.version.parts:
            bundles.connect_parts(session, actor, account, held, now=now)
    steps.note(
        session,
        actor,
        held,
        account,
        "scheduled" if planned.effect_on else "trial_asked" if signed.wish.trial else "connect_asked",
        now=now,
        quote_id=signed.id,
        taken_minor=taken.minor,
        day=str(planned.effect_on or ""),
        until=str(planned.ends_on or ""),
        to=confirmed_by,
    )
    return subscription


def _disconnect(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    held: billing.Held,
    signed: Signed,
    planned: Plan,
    now: datetime,
) -> Subscription:
    subscription = held.subscription
    if subscription.bundle_id is not None:
        moved = bundles.break_up(session, actor, account, held, quote_id=signed.id, reason=signed.wish.reason, now=now)
        if moved != (planned.taken, planned.returned):
            raise quotes.QuoteChanged()
        return subscription
    if planned.effect_on is None:
        bundles.stop_parts(session, actor, account, held, now=now)
        returned = steps.stop(session, actor, account, held, now=now)
    else:
        subscription.ends_on = planned.effect_on
        session.add(subscription)
        returned = billing.give_back(session, steps.SYSTEM, account, held, planned.effect_on, now=now)
    if returned != planned.returned:
        raise quotes.QuoteChanged()
    steps.note(
        session,
        actor,
        held,
        account,
        "end_planned" if planned.effect_on else "disconnect_asked",
        now=now,
        quote_id=signed.id,
        returned_minor=returned.minor,
        day=str(planned.effect_on or ""),
        reason=signed.wish.reason,
    )
    return subscription


def _suspend(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    held: billing.Held,
    signed: Signed,
    planned: Plan,
    now: datetime,
) -> Subscription:
    subscription = held.subscription
    assert signed.wish.until is not None
    first = planned.effect_on or clock.day_of(now, account.zone) + timedelta(days=1)
    pause = Suspension(
        subscription_id=subscription.id,
        begins_on=first,
        ends_on=signed.wish.until,
        amount_minor=held.version.suspension_day_minor * (signed.wish.until - first).days,
        created_at=now,
    )
    session.add(pause)
    session.flush()
    taken = returned = Money(0, account.currency)
    if planned.effect_on is None:
        taken, returned = begin_pause(session, actor, held, account, pause, now=now)
    else:
        subscription.suspends_on, subscription.resumes_on = first, signed.wish.until
    if (taken, returned) != (planned.taken, planned.returned):
        raise quotes.QuoteChanged()
    steps.note(
        session,
        actor,
        held,
        account,
        "pause_planned" if planned.effect_on else "suspended",
        now=now,
        quote_id=signed.id,
        taken_minor=taken.minor,
        returned_minor=returned.minor,
        day=str(first),
        until=str(signed.wish.until),
    )
    return subscription


def _locked(session: Session, actor: Actor, account_id: UUID) -> BillingAccount:
    """Read the account; two tabs of one customer order one after the other."""
    billing_accounts.mine(session, actor, account_id)
    return session.get_one(BillingAccount, account_id, with_for_update=True)


def _pauses(session: Session, subscription: Subscription, *, since: date | None) -> list[Suspension]:
    query = select(Suspension).where(col(Suspension.subscription_id) == subscription.id)
    if since is not None:
        query = query.where(col(Suspension.begins_on) > since)
    return list(session.scalars(query))
