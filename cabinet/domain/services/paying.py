"""Paying what a quote lacks, and the order that goes on by itself when the money is there (docs/domain/options.md).

The payment is an ordinary top-up; beside it stands what was signed. When the money is on the balance the order is
carried out exactly as quoted, or not at all: then the money stays on the balance, and the customer is told why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cabinet.domain import billing_accounts, payments
from cabinet.domain.base import confirmations, events, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import ordering, quotes, steps
from cabinet.kit.errors import Conflict, Refusal
from cabinet.kit.money import Money
from cabinet.kit.secrets import Keyring
from cabinet.models.payments import MethodKind, Payment
from cabinet.models.services import WaitingOrder, WaitingStatus


class NothingLacks(Conflict):
    """The balance covers it, or it was ordered already."""

    code = "services.nothing_lacks"


class CodeFirst(Conflict):
    """It is confirmed by a code: the order cannot go on without its owner."""

    code = "services.code_first"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNotContinued(events.Event):
    """The money has come, and the order was not carried out: the money is on the balance."""

    topic = steps.TOPIC

    payment_id: UUID
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to pay. `attempt` names the try: a second click with the same id is the same payment."""

    attempt: UUID
    method: MethodKind
    saved_method_id: UUID | None = None


def pay_lack(
    session: Session,
    actor: Actor,
    token: str,
    way: Way,
    *,
    keyring: Keyring,
    provider: str,
    channels: frozenset[str] = confirmations.CHANNELS,
    now: datetime,
) -> Payment:
    """Open a payment of what the balance lacks for the quote; once it has come, the order goes on by itself."""
    signed = quotes.read(actor, token, keyring=keyring)
    if ordering.done(session, actor, signed) is not None:
        raise NothingLacks()
    if now >= signed.expires_at:
        raise quotes.QuoteExpired()
    planned = ordering.same(session, actor, signed, now=now)
    if planned.code_needed:
        raise CodeFirst()
    account = billing_accounts.mine(session, actor, signed.wish.account_id)
    missing = planned.taken - planned.returned - billing_accounts.balance(session, actor, account).available
    if missing.minor <= 0:
        raise NothingLacks()
    least = rules.current(session, rules.PaymentRules, now=now).amount_min_minor
    order = payments.Order(
        id=way.attempt,
        account_id=account.id,
        amount=Money(max(missing.minor, least), missing.currency),
        method=way.method,
        saved_method_id=way.saved_method_id,
    )
    payment = payments.open_(session, actor, order, now=now, provider=provider, channels=channels)
    waiting = session.get(WaitingOrder, payment.id)
    if waiting is None:
        waiting = WaitingOrder(payment_id=payment.id, person_id=actor.person(), body={}, created_at=now)
    waiting.body = quotes.body_of(signed)
    session.add(waiting)
    session.flush()
    return payment


def go_on(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Carry out the order that waited for this payment, exactly as quoted, or say why it was not."""
    actor.require_system()
    waiting = session.get(WaitingOrder, payment_id, with_for_update=True, populate_existing=True)
    if waiting is None or waiting.status is not WaitingStatus.waiting:
        return
    signed = quotes.signed_of(waiting.body)
    try:
        if now >= signed.expires_at:
            raise quotes.QuoteExpired()
        with session.begin_nested():
            ordering.carry_out(session, Actor.customer(waiting.person_id), signed, now=now)
    except Refusal as refusal:
        waiting.status, waiting.failure = WaitingStatus.refused, refusal.code.rpartition(".")[2][:40]
        told = OrderNotContinued(person_id=waiting.person_id, payment_id=payment_id, failure=waiting.failure)
        events.record(session, told, now=now)
    else:
        waiting.status = WaitingStatus.done
    session.add(waiting)
