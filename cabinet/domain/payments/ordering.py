"""Paying: the quote, the order, its confirmation, its way to the provider (2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts, operations
from cabinet.domain.base import confirmations, events, numbers, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import CreatePayment, FiscalLine
from cabinet.domain.payments import states
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.money import Money
from cabinet.kit.secrets import Keyring
from cabinet.models.billing import BillingAccount, Invoice, InvoiceStatus
from cabinet.models.payments import MethodKind, OperationStatus, Payment, PaymentPurpose, PaymentStatus, SavedMethod
from cabinet.models.people import Person

OPERATION: Final = "payment"
"""The name under which a payment is confirmed by a code."""
QUOTE_MINUTES: Final = 30


class AmountNotPositive(Invalid):
    code = "payments.not_positive"


class AmountTooSmall(Invalid):
    code = "payments.too_small"


class AmountTooLarge(Invalid):
    code = "payments.too_large"


class InvoiceNotCovered(Invalid):
    code = "payments.invoice_not_covered"


class MethodUnknown(NotFound):
    code = "payments.method_unknown"


class QuoteChanged(Conflict):
    code = "payments.quote_changed"


class TooManyOpen(Conflict):
    code = "payments.too_many_open"


class OrderChanged(Conflict):
    """The same attempt with another body: the page was changed under somebody's hands."""

    code = "payments.order_changed"


class NoContactForCode(Conflict):
    code = "payments.no_contact_for_code"


class NotAwaitingCode(Conflict):
    code = "payments.not_awaiting_code"


class NotCancelable(Conflict):
    code = "payments.not_cancelable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAsked(events.Event):
    """The payer does not want to pay any more; the provider has to be told."""

    payment_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to pay and how. `id` names the attempt: a second click with the same id is the same payment."""

    id: UUID
    account_id: UUID
    amount: Money
    method: MethodKind
    saved_method_id: UUID | None = None
    invoice_id: UUID | None = None
    save_method: bool = False
    total_shown: Money | None = None
    """What the payer saw as the sum to be charged; another one now is refused, not charged."""


@dataclass(frozen=True, slots=True)
class QuoteStep:
    """One line of «what will happen»: a day (None for now and right after), what, and how much."""

    kind: str
    day: date | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """What a payment will do, in the order in which it will happen."""

    amount: Money
    fee: Money
    total: Money
    steps: tuple[QuoteStep, ...]
    code_needed: bool
    holds_until: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An amount to offer: `missing` for the next uncovered day, `round`, `month` for a month's fee."""

    kind: str
    amount: Money
    day: date | None = None


def quote(session: Session, actor: Actor, order: Order, *, now: datetime) -> Quote:
    """Tell what the order would do; refuse what could not be ordered."""
    account, invoice = _checked(session, actor, order, now)
    fee = _fee(session, order, now)
    total = order.amount + fee
    available = billing_accounts.balance(session, actor, account).available
    after = available + order.amount
    steps = [QuoteStep("charge", None, -total), QuoteStep("balance_after", None, after)]
    if invoice is not None:
        paid = Money(invoice.amount_minor, invoice.currency)
        steps += [QuoteStep("invoice", None, -paid), QuoteStep("left", None, after - paid)]
    else:
        upcoming = billing.outlook(session, actor, account, after, now=now).planned
        if upcoming:
            following = upcoming[0]
            steps.append(QuoteStep("fee" if following.month else "invoice_on", following.day, -following.amount))
            steps.append(QuoteStep("left_on", following.day, after - following.amount))
    return Quote(
        order.amount,
        fee,
        total,
        tuple(steps),
        _code_needed(session, account, order.amount, now),
        now + timedelta(minutes=QUOTE_MINUTES),
    )


def suggestions(session: Session, actor: Actor, account: BillingAccount, *, now: datetime) -> list[Suggestion]:
    """Return amounts worth offering, the recommended one first: enough for the next uncovered day."""
    held = rules.current(session, rules.PaymentRules, now=now)
    available = billing_accounts.balance(session, actor, account).available
    outlook = billing.outlook(session, actor, account, available, now=now)
    offered: list[Suggestion] = []
    if outlook.missing and outlook.missing.minor >= held.amount_min_minor:
        offered.append(Suggestion("missing", outlook.missing, outlook.missing_on))
    nice = next((minor for minor in _NICE if minor > outlook.missing.minor), _NICE[-1])
    offered.append(Suggestion("round", Money(nice, account.currency)))
    month = billing.monthly_fee(session, actor, account, _next_month(account, now))
    if month.minor >= held.amount_min_minor:
        offered.append(Suggestion("month", month))
    return [each for place, each in enumerate(offered) if each.amount not in [e.amount for e in offered[:place]]]


def open_(
    session: Session,
    actor: Actor,
    order: Order,
    *,
    now: datetime,
    provider: str,
    channels: frozenset[str] = confirmations.CHANNELS,
) -> Payment:
    """Write the payment down: ready to go to the provider, or waiting for its code, sent by one of the channels.

    The same attempt returns the payment that it made before.
    """
    person_id = actor.person()
    known = session.get(Payment, order.id)
    if known is not None:
        return _same(known, person_id, order)
    account, invoice = _checked(session, actor, order, now)
    fee = _fee(session, order, now)
    total = order.amount + fee
    if order.total_shown is not None and order.total_shown != total:
        raise QuoteChanged(total=total)
    held = rules.current(session, rules.PaymentRules, now=now)
    if _open_count(session, account) >= held.open_max:
        raise TooManyOpen()
    person = session.get_one(Person, person_id)
    saved = _saved(session, actor, order)
    needed = _code_needed(session, account, order.amount, now)
    minutes = held.unconfirmed_minutes if needed else held.expires_minutes
    payment = Payment(
        id=order.id,
        number=numbers.take(session, "payment", now=now),
        billing_account_id=account.id,
        person_id=person_id,
        purpose=PaymentPurpose.invoice if invoice else PaymentPurpose.top_up,
        invoice_id=invoice.id if invoice else None,
        amount_minor=order.amount.minor,
        fee_minor=fee.minor,
        currency=account.currency,
        method=order.method,
        saved_method_id=saved.id if saved else None,
        save_method=order.save_method and order.method is MethodKind.card,
        method_label=f"{saved.brand} •• {saved.last4}" if saved else "",
        status=PaymentStatus.unconfirmed if needed else PaymentStatus.created,
        provider=provider,
        receipt_email=(person.email or "") if person.email_verified_at else "",
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    session.add(payment)
    session.flush()
    states.step(session, actor, payment, "opened", now=now, method=str(order.method))
    if needed:
        payment.challenge_id = _ask_code(session, actor, payment, person, account, channels, now)
    session.flush()
    return payment


def confirm(session: Session, actor: Actor, payment_id: UUID, code: str, *, keyring: Keyring, now: datetime) -> Payment:
    """Confirm the payment by its code: what is stored is what will be charged."""
    payment = _mine(session, actor, payment_id)
    if payment.status is not PaymentStatus.unconfirmed or payment.challenge_id is None:
        raise NotAwaitingCode()
    challenge = confirmations.confirm(
        session, actor, payment.challenge_id, code, operation=OPERATION, keyring=keyring, now=now
    )
    signed = confirmations.facts(challenge)
    if signed["payment"] != str(payment.id) or signed["total_minor"] != payment.amount_minor + payment.fee_minor:
        raise OrderChanged()
    held = rules.current(session, rules.PaymentRules, now=now)
    payment.expires_at = now + timedelta(minutes=held.expires_minutes)
    states.move(
        session,
        actor,
        payment,
        "confirmed",
        now=now,
        channel=challenge.channel,
        to=confirmations.masked(challenge.address),
    )
    return payment


def resend_code(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> Payment:
    """Have a new code sent for a payment that waits for one."""
    payment = _mine(session, actor, payment_id)
    if payment.status is not PaymentStatus.unconfirmed or payment.challenge_id is None:
        raise NotAwaitingCode()
    confirmations.resend(session, actor, payment.challenge_id, now=now)
    return payment


def cancel(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> Payment:
    """Give a payment up: at once while it is only ours, by asking the provider when it is already there."""
    payment = _mine(session, actor, payment_id)
    if payment.status in (PaymentStatus.unconfirmed, PaymentStatus.created):
        states.move(session, actor, payment, "canceled", now=now)
        return payment
    if payment.status is not PaymentStatus.pending:
        raise NotCancelable()
    states.step(session, actor, payment, "cancel_asked", now=now)
    events.record(session, CancelAsked(payment_id=payment.id, person_id=payment.person_id), now=now)
    return payment


def leave(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> Payment:
    """Send the payment on its way: from here on it is in the history and only the provider's word ends it."""
    payment = _mine(session, actor, payment_id)
    if states.move(session, actor, payment, "sent", now=now):
        account = session.get_one(BillingAccount, payment.billing_account_id)
        line = operations.Line(
            kind="top_up",
            number=payment.number,
            amount=Money(payment.amount_minor, payment.currency),
            fee=Money(payment.fee_minor, payment.currency),
            status=OperationStatus.pending,
            method_label=payment.method_label,
            payment_id=payment.id,
        )
        operations.write(session, actor, account, line, now=now)
    session.flush()
    return payment


def request_of(session: Session, actor: Actor, payment_id: UUID, *, return_url: str, title: str) -> CreatePayment:
    """Put together what the provider is asked for this payment; the same every time it is asked."""
    actor.require_system()
    payment = session.get(Payment, payment_id)
    if payment is None:
        raise states.PaymentNotFound()
    account = session.get_one(BillingAccount, payment.billing_account_id)
    saved = session.get(SavedMethod, payment.saved_method_id) if payment.saved_method_id else None
    total = Money(payment.amount_minor + payment.fee_minor, payment.currency)
    return CreatePayment(
        id=payment.id,
        number=payment.number,
        amount=total,
        description=f"{title} {account.number}, {payment.number}",
        method=payment.method,
        return_url=return_url,
        customer=str(payment.person_id),
        expires_at=payment.expires_at,
        save_method=payment.save_method,
        saved_token=saved.token if saved else "",
        buyer=payment.receipt_email,
        lines=(FiscalLine(title=f"{title} {account.number}", amount=total, subject="payment", mode="advance"),),
    )


_NICE: Final = (500_00, 1_000_00, 1_500_00, 2_000_00, 3_000_00, 5_000_00, 10_000_00)


def _next_month(account: BillingAccount, now: datetime) -> date:
    return clock.month_after(clock.month_of(now, account.zone))


def _checked(session: Session, actor: Actor, order: Order, now: datetime) -> tuple[BillingAccount, Invoice | None]:
    account = billing_accounts.mine(session, actor, order.account_id)
    held = rules.current(session, rules.PaymentRules, now=now)
    if order.amount.minor <= 0:
        raise AmountNotPositive()
    if order.amount.minor < held.amount_min_minor:
        raise AmountTooSmall(least=Money(held.amount_min_minor, account.currency))
    if order.amount.minor > held.amount_max_minor:
        raise AmountTooLarge(most=Money(held.amount_max_minor, account.currency))
    _saved(session, actor, order)
    if order.invoice_id is None:
        return account, None
    invoice = billing.invoice(session, actor, order.invoice_id)
    if invoice.billing_account_id != account.id:
        raise billing.InvoiceNotFound()
    if invoice.status is not InvoiceStatus.open:
        raise billing.InvoiceNotOpen()
    lacking = invoice.amount_minor - billing_accounts.balance(session, actor, account).available.minor
    if order.amount.minor < lacking:
        raise InvoiceNotCovered(missing=Money(lacking, account.currency))
    return account, invoice


def _saved(session: Session, actor: Actor, order: Order) -> SavedMethod | None:
    if order.method is not MethodKind.saved_card:
        return None
    saved = session.get(SavedMethod, order.saved_method_id) if order.saved_method_id else None
    if saved is None or saved.person_id != actor.person() or saved.removed_at is not None:
        raise MethodUnknown()
    return saved


def _fee(session: Session, order: Order, now: datetime) -> Money:
    held = rules.current(session, rules.PaymentRules, now=now)
    share = {
        MethodKind.card: held.card_fee_bp,
        MethodKind.saved_card: held.saved_card_fee_bp,
        MethodKind.sbp: held.sbp_fee_bp,
    }
    return order.amount.percent(share[order.method])


def _code_needed(session: Session, account: BillingAccount, amount: Money, now: datetime) -> bool:
    """A code is owed above the limit, and below it after several payments without one in a day."""
    held = rules.current(session, rules.PaymentRules, now=now)
    if amount.minor > held.code_above_minor:
        return True
    free = session.scalar(
        select(func.count())
        .select_from(Payment)
        .where(
            col(Payment.billing_account_id) == account.id,
            col(Payment.created_at) > now - timedelta(days=1),
            col(Payment.challenge_id).is_(None),
            col(Payment.status) != PaymentStatus.canceled,
        )
    )
    return (free or 0) >= held.without_code_per_day_max


def _open_count(session: Session, account: BillingAccount) -> int:
    unfinished = (PaymentStatus.unconfirmed, PaymentStatus.created, PaymentStatus.pending)
    return (
        session.scalar(
            select(func.count())
            .select_from(Payment)
            .where(col(Payment.billing_account_id) == account.id, col(Payment.status).in_(unfinished))
        )
        or 0
    )


def _ask_code(
    session: Session,
    actor: Actor,
    payment: Payment,
    person: Person,
    account: BillingAccount,
    channels: frozenset[str],
    now: datetime,
) -> UUID:
    contact = confirmations.contact_of(person, channels)
    if contact is None:
        raise NoContactForCode()
    facts = {
        "payment": str(payment.id),
        "number": payment.number,
        "account": account.number,
        "total_minor": payment.amount_minor + payment.fee_minor,
        "currency": payment.currency,
        "method": payment.method_label or str(payment.method),
    }
    challenge = confirmations.ask(session, actor, OPERATION, facts, contact, person_id=person.id, now=now)
    states.step(session, actor, payment, "code_sent", now=now, to=confirmations.masked(contact.address))
    return challenge.id


def _same(known: Payment, person_id: UUID, order: Order) -> Payment:
    if known.person_id != person_id:
        raise states.PaymentNotFound()
    before = (known.billing_account_id, known.amount_minor, known.method, known.saved_method_id, known.invoice_id)
    after = (order.account_id, order.amount.minor, order.method, order.saved_method_id, order.invoice_id)
    if before != after:
        raise OrderChanged()
    return known


def _mine(session: Session, actor: Actor, payment_id: UUID) -> Payment:
    payment = states.locked(session, payment_id)
    if payment.person_id != actor.person():
        raise states.PaymentNotFound()
    return payment
