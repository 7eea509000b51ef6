"""What people see of payments: the payer's own, and the desk of the staff (2.1, 2.2, 7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlmodel import Session, col

from cabinet.domain import ledger
from cabinet.domain.base.actor import Actor
from cabinet.domain.payments.states import PaymentNotFound
from cabinet.kit import clock, pagination
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.payments import (
    Payment,
    PaymentStatus,
    PaymentStep,
    Refund,
    RefundStatus,
    SavedMethod,
    WebhookCall,
)
from cabinet.models.people import Person

PAGE_ROWS: Final = 30
SEARCH_LENGTH_MAX: Final = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """A payment as the desk lists it."""

    id: UUID
    number: str
    person: str
    account: str
    amount: Money
    method_label: str
    status: PaymentStatus
    failure: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """One day's payments: how many ended how, and how much came in."""

    day: date
    succeeded: int
    failed: int
    received: Money


@dataclass(frozen=True, slots=True)
class Overview:
    """The desk's figures of today: counts, and sums where money moved."""

    succeeded: int
    received: Money
    failed: int
    waiting: int
    review: int
    refunds: int
    refunded: Money
    refunds_waiting: int


@dataclass(frozen=True, slots=True)
class Card:
    """Everything known of a payment, for the staff's card."""

    payment: Payment
    person: Person
    account: BillingAccount
    steps: Sequence[PaymentStep]
    webhooks: Sequence[WebhookCall]
    refunds: Sequence[Refund]
    rows: Sequence[ledger.RowAbout]


def payment(session: Session, actor: Actor, payment_id: UUID) -> Payment:
    """Return the customer's own payment; a stranger's does not exist."""
    found = session.get(Payment, payment_id)
    if found is None or found.person_id != actor.person():
        raise PaymentNotFound()
    return found


def timeline(session: Session, actor: Actor, payment_id: UUID) -> Sequence[PaymentStep]:
    """Return the steps of the customer's own payment, oldest first."""
    payment(session, actor, payment_id)
    query = select(PaymentStep).where(col(PaymentStep.payment_id) == payment_id).order_by(col(PaymentStep.id))
    return session.scalars(query).all()


def saved_methods(session: Session, actor: Actor) -> Sequence[SavedMethod]:
    """Return the customer's saved cards, the newest first."""
    query = select(SavedMethod).where(
        col(SavedMethod.person_id) == actor.person(), col(SavedMethod.removed_at).is_(None)
    )
    return session.scalars(query.order_by(col(SavedMethod.created_at).desc())).all()


def search(
    session: Session, actor: Actor, wanted: str, status: PaymentStatus | None, *, cursor: str = ""
) -> pagination.Page[Listed]:
    """Return payments whose number, contract, name, contact or provider's reference matches, newest first."""
    actor.require("payments.read")
    query = _listed().order_by(col(Payment.created_at).desc(), col(Payment.number).desc()).limit(PAGE_ROWS + 1)
    wanted = wanted.strip()[:SEARCH_LENGTH_MAX]
    if wanted:
        query = query.where(_matches(wanted))
    if status is not None:
        query = query.where(col(Payment.status) == status)
    if cursor:
        at, number = pagination.decode(cursor, str, str)
        try:
            moment = datetime.fromisoformat(str(at))
        except ValueError as broken:
            raise pagination.CursorBroken() from broken
        if moment.tzinfo is None:
            raise pagination.CursorBroken()
        query = query.where(
            or_(
                col(Payment.created_at) < moment,
                (col(Payment.created_at) == moment) & (col(Payment.number) < str(number)),
            )
        )
    found = session.execute(query).all()
    listed = [
        Listed(
            row.id,
            row.number,
            f"{row.family_name} {row.given_name}",
            row.account,
            Money(row.amount_minor, row.currency),
            row.method_label,
            row.status,
            row.failure,
            row.created_at,
        )
        for row in found[:PAGE_ROWS]
    ]
    more = len(found) > PAGE_ROWS
    return pagination.Page(
        listed, pagination.encode(listed[-1].created_at.isoformat(), listed[-1].number) if more else ""
    )


def overview(session: Session, actor: Actor, *, zone: str, now: datetime) -> Overview:
    """Return today's figures, today being the company's calendar day."""
    actor.require("overview.read")
    start = clock.start_of(clock.day_of(now, zone), zone)
    in_states = select(
        func.count().filter(col(Payment.status) == PaymentStatus.failed, col(Payment.finished_at) >= start),
        func.count().filter(col(Payment.status) == PaymentStatus.pending),
        func.count().filter(col(Payment.status) == PaymentStatus.review),
    )
    failed, waiting, review = session.execute(in_states).one()
    received = session.execute(
        select(func.count(), func.coalesce(func.sum(col(Payment.amount_minor)), 0)).where(
            col(Payment.status).in_(_RECEIVED), col(Payment.finished_at) >= start
        )
    ).one()
    refunded = session.execute(
        select(
            func.count().filter(col(Refund.status) == RefundStatus.succeeded, col(Refund.finished_at) >= start),
            func.coalesce(
                func.sum(col(Refund.amount_minor)).filter(
                    col(Refund.status) == RefundStatus.succeeded, col(Refund.finished_at) >= start
                ),
                0,
            ),
            func.count().filter(col(Refund.status) == RefundStatus.requested),
        )
    ).one()
    return Overview(
        received[0], Money(int(received[1])), failed, waiting, review, refunded[0], Money(int(refunded[1])), refunded[2]
    )


def days(session: Session, actor: Actor, *, zone: str, now: datetime, count: int = 14) -> list[Day]:
    """Return the last days' payments by the company's calendar days, oldest first, today last."""
    actor.require("overview.read")
    today = clock.day_of(now, zone)
    first = today - timedelta(days=count - 1)
    rows = session.execute(
        select(col(Payment.finished_at), col(Payment.status), col(Payment.amount_minor)).where(
            col(Payment.finished_at) >= clock.start_of(first, zone)
        )
    ).all()
    counted: dict[date, list[int]] = {first + timedelta(days=ahead): [0, 0, 0] for ahead in range(count)}
    for row in rows:
        tally = counted.get(clock.day_of(row.finished_at, zone))
        if tally is None:
            continue
        if row.status in _RECEIVED:
            tally[0] += 1
            tally[2] += row.amount_minor
        elif row.status is PaymentStatus.failed:
            tally[1] += 1
    return [Day(day, ended[0], ended[1], Money(ended[2])) for day, ended in counted.items()]


def card(session: Session, actor: Actor, payment_id: UUID) -> Card:
    """Return a payment with its whole timeline: steps, webhooks, refunds, rows of the ledger."""
    actor.require("payments.read")
    found = session.get(Payment, payment_id)
    if found is None:
        raise PaymentNotFound()
    refunds = session.scalars(
        select(Refund).where(col(Refund.payment_id) == payment_id).order_by(col(Refund.created_at))
    ).all()
    steps = session.scalars(
        select(PaymentStep).where(col(PaymentStep.payment_id) == payment_id).order_by(col(PaymentStep.id))
    ).all()
    calls = session.scalars(
        select(WebhookCall)
        .where(
            col(WebhookCall.provider) == found.provider, col(WebhookCall.provider_ref) == (found.provider_ref or "-")
        )
        .order_by(col(WebhookCall.received_at))
    ).all()
    subjects = [f"payment:{payment_id}", *(f"refund:{refund.id}" for refund in refunds)]
    return Card(
        found,
        session.get_one(Person, found.person_id),
        session.get_one(BillingAccount, found.billing_account_id),
        steps,
        calls,
        refunds,
        ledger.about(session, actor, *subjects),
    )


_RECEIVED: Final = (PaymentStatus.succeeded, PaymentStatus.partially_refunded, PaymentStatus.refunded)


def _listed() -> Select[*tuple[object, ...]]:
    return (
        select(
            col(Payment.id),
            col(Payment.number),
            col(Payment.amount_minor),
            col(Payment.currency),
            col(Payment.method_label),
            col(Payment.status),
            col(Payment.failure),
            col(Payment.created_at),
            col(Person.family_name),
            col(Person.given_name),
            col(BillingAccount.number).label("account"),
        )
        .join(Person, col(Person.id) == col(Payment.person_id))
        .join(BillingAccount, col(BillingAccount.id) == col(Payment.billing_account_id))
    )


def _matches(wanted: str) -> ColumnElement[bool]:
    """Match what people say on the phone: a number or its tail, a contract, a name, a phone, an e-mail, a reference."""
    digits = "".join(sign for sign in wanted if sign.isdigit())
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    conditions = [
        col(Person.family_name).like(f"{escaped.capitalize()}%", escape="\\"),
        col(Person.email) == wanted.lower(),
        col(Payment.provider_ref) == wanted,
        col(Payment.number) == wanted.upper(),
    ]
    if digits:
        conditions += [
            col(BillingAccount.number) == digits,
            col(Person.phone) == f"+7{digits[-10:]}",
            col(Payment.number).like(f"%-{digits[-6:].zfill(6)}"),
        ]
    return or_(*conditions)
