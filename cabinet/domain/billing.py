"""Billing: invoices, what is due and when, and their settlement from the balance (2.2; docs/domain/billing.md).

The customer's money is on the balance. An invoice says what will be taken from it and when; it is settled by one ledger
entry keyed by the invoice, so it cannot be charged twice. Money that is not there is never taken: the invoice waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from cabinet.domain import billing_accounts, ledger, operations
from cabinet.domain.base import events, numbers, rules
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, InvoiceLine, InvoiceStatus, Service, ServiceStatus
from cabinet.models.payments import OperationStatus

MONTHS_AHEAD: Final = 3
"""How far the plan looks: the month in which the money ends is nearly always among them."""
INVOICES_OPEN_MAX: Final = 50


class InvoiceNotFound(NotFound):
    code = "billing.invoice_not_found"


class InvoiceNotOpen(Conflict):
    code = "billing.invoice_not_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(events.Event):
    topic = "payments"

    invoice_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePaid(events.Event):
    topic = "payments"

    invoice_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDueSoon(events.Event):
    """The due day is near and the balance does not cover the invoice."""

    invoice_id: UUID
    missing_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceOverdue(events.Event):
    """The due day has come and the balance does not cover the invoice."""

    invoice_id: UUID
    missing_minor: int


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line of an invoice: `kind` is the revenue it becomes, `internet`, `visit`."""

    kind: str
    title: Mapping[str, str]
    amount: Money


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """What to ask money for, once for its key."""

    key: str
    kind: str
    lines: Sequence[LineDraft]
    due_at: datetime
    period: date | None = None
    title: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """Money that will be taken on a day: an open invoice, or a month's fee that has no invoice yet."""

    day: date
    amount: Money
    invoice: Invoice | None
    month: date | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How long the money lasts: the planned charges, and where they outrun the balance."""

    planned: Sequence[Planned]
    missing: Money
    """What the first uncovered day lacks; zero when all that is planned is covered."""
    missing_on: date | None
    """The first day that the balance does not cover."""


def issue(session: Session, actor: Actor, account: BillingAccount, draft: InvoiceDraft, *, now: datetime) -> Invoice:
    """Issue the invoice; for a key that has one, return that one."""
    actor.require_system()
    known = session.scalars(select(Invoice).where(col(Invoice.key) == draft.key)).first()
    if known is not None:
        return known
    total = sum(line.amount.minor for line in draft.lines)
    invoice = Invoice(
        number=numbers.take(session, "invoice", now=now),
        billing_account_id=account.id,
        key=draft.key,
        kind=draft.kind,
        title=dict(draft.title or {}),
        period=draft.period,
        amount_minor=total,
        currency=account.currency,
        issued_at=now,
        due_at=draft.due_at,
    )
    session.add(invoice)
    session.flush()
    for position, line in enumerate(draft.lines, 1):
        session.add(
            InvoiceLine(
                invoice_id=invoice.id,
                position=position,
                kind=line.kind,
                title=dict(line.title),
                amount_minor=line.amount.minor,
            )
        )
    events.record(session, InvoiceIssued(invoice_id=invoice.id, person_id=account.person_id), now=now)
    return invoice


def settle(session: Session, actor: Actor, invoice_id: UUID, *, now: datetime) -> Invoice:
    """Take an open invoice's sum from the balance, all of it or nothing (`InsufficientFunds`)."""
    invoice, account = _mine(session, actor, invoice_id, lock=True)
    if invoice.status is not InvoiceStatus.open:
        raise InvoiceNotOpen()
    lines = lines_of(session, invoice)
    entry = ledger.Entry(
        f"invoice:{invoice.id}",
        f"charge.{invoice.kind}",
        [
            ledger.Move(
                account.ledger_account_id,
                ledger.SystemAccount(f"revenue:{line.kind}", invoice.currency),
                Money(line.amount_minor, invoice.currency),
            )
            for line in lines
        ],
        f"invoice:{invoice.id}",
    )
    posted = ledger.post(session, actor, entry, now=now)
    invoice.status = InvoiceStatus.paid
    invoice.paid_at = now
    session.add(invoice)
    operations.write(
        session,
        actor,
        account,
        operations.Line(
            kind=f"charge.{invoice.kind}",
            amount=-Money(invoice.amount_minor, invoice.currency),
            status=OperationStatus.done,
            title=invoice.title,
            period=invoice.period,
            invoice_id=invoice.id,
            transaction_id=posted.id,
        ),
        now=now,
    )
    events.record(session, InvoicePaid(invoice_id=invoice.id, person_id=account.person_id), now=now)
    return invoice


def settle_if_covered(session: Session, actor: Actor, invoice_id: UUID, *, now: datetime) -> bool:
    """Settle the invoice when it is open and the balance covers it; tell whether it is paid."""
    invoice, account = _mine(session, actor, invoice_id)
    if invoice.status is not InvoiceStatus.open:
        return invoice.status is InvoiceStatus.paid
    if billing_accounts.balance(session, actor, account).available.minor < invoice.amount_minor:
        return False
    settle(session, actor, invoice_id, now=now)
    return True


def settle_due(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> int:
    """Settle the account's due invoices, oldest first, as far as the money goes; return how many were paid."""
    actor.require_system()
    paid = 0
    for invoice in _open_of(session, account_id):
        if invoice.due_at > now or not settle_if_covered(session, actor, invoice.id, now=now):
            break
        paid += 1
    return paid


def warn(session: Session, actor: Actor, invoice_id: UUID, *, now: datetime) -> None:
    """Tell of an invoice that the balance does not cover: before its due day, and on it."""
    actor.require_system()
    invoice, account = _mine(session, actor, invoice_id)
    missing = invoice.amount_minor - billing_accounts.balance(session, actor, account).available.minor
    if invoice.status is not InvoiceStatus.open or missing <= 0:
        return
    kind = InvoiceOverdue if invoice.due_at <= now else InvoiceDueSoon
    event = kind(invoice_id=invoice.id, person_id=account.person_id, missing_minor=missing)
    events.record(session, event, now=now)


def issue_month(session: Session, actor: Actor, account_id: UUID, month: date, *, now: datetime) -> Invoice | None:
    """Issue the month's invoice for the account's services; None when nothing is to be paid."""
    actor.require_system()
    account = billing_accounts.mine(session, actor, account_id)
    begins = clock.on_anchor(month, account.anchor_day)
    lines = [
        LineDraft(service.kind, service.title, Money(service.price_minor, service.currency))
        for service in _served(session, account, begins)
        if service.price_minor > 0
    ]
    if not lines:
        return None
    draft = InvoiceDraft(
        key=f"month:{account.id}:{month.isoformat()}",
        kind="monthly",
        lines=lines,
        due_at=clock.start_of(begins, account.zone),
        period=month,
    )
    return issue(session, actor, account, draft, now=now)


def issue_next(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> Invoice | None:
    """Issue the coming month's invoice once its day to be issued has come; None before."""
    actor.require_system()
    account = billing_accounts.mine(session, actor, account_id)
    held = rules.current(session, rules.BillingRules, now=now)
    today = clock.day_of(now, account.zone)
    month = clock.month_after(today)
    if today < clock.on_anchor(month, account.anchor_day) - timedelta(days=held.issue_days_before):
        return None
    return issue_month(session, actor, account_id, month, now=now)


def credit(
    session: Session, actor: Actor, account: BillingAccount, line: LineDraft, *, key: str, now: datetime
) -> None:
    """Give back a part of what a service cost, say for days without it, onto the balance; once for its key."""
    actor.require_system()
    revenue = ledger.SystemAccount(f"revenue:{line.kind}", account.currency)
    move = ledger.Move(revenue, account.ledger_account_id, line.amount)
    posted = ledger.post(session, actor, ledger.Entry(key, "compensation", [move], f"account:{account.id}"), now=now)
    if posted.replayed:
        return
    told = operations.Line(
        kind="compensation",
        amount=line.amount,
        status=OperationStatus.done,
        title=line.title,
        transaction_id=posted.id,
    )
    operations.write(session, actor, account, told, now=now)


def accounts_to_bill(session: Session, actor: Actor) -> list[UUID]:
    """Return every account that has a service to pay for."""
    actor.require_system()
    query = select(col(Service.billing_account_id)).where(col(Service.status) != ServiceStatus.ended).distinct()
    return list(session.scalars(query.order_by(col(Service.billing_account_id))))


def accounts_with_due(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return every account that has an open invoice due by `now`."""
    actor.require_system()
    query = (
        select(col(Invoice.billing_account_id))
        .where(col(Invoice.status) == InvoiceStatus.open, col(Invoice.due_at) <= now)
        .distinct()
        .order_by(col(Invoice.billing_account_id))
    )
    return list(session.scalars(query))


def invoices_to_warn_of(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return open invoices that fell due in the last day, or will in the operator's number of days."""
    actor.require_system()
    held = rules.current(session, rules.BillingRules, now=now)
    soon = now + timedelta(days=held.remind_days_before)
    query = select(col(Invoice.id)).where(
        col(Invoice.status) == InvoiceStatus.open,
        or_(
            and_(col(Invoice.due_at) > now - timedelta(days=1), col(Invoice.due_at) <= now),
            and_(col(Invoice.due_at) > soon - timedelta(days=1), col(Invoice.due_at) <= soon),
        ),
    )
    return list(session.scalars(query))


def invoice(session: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Return an invoice that the actor may see."""
    return _mine(session, actor, invoice_id)[0]


def open_invoices(session: Session, actor: Actor, account_id: UUID) -> list[Invoice]:
    """Return the account's open invoices, the earliest due first."""
    billing_accounts.mine(session, actor, account_id)
    return _open_of(session, account_id)


def lines_of(session: Session, of: Invoice) -> list[InvoiceLine]:
    """Return the invoice's lines in order."""
    query = select(InvoiceLine).where(col(InvoiceLine.invoice_id) == of.id).order_by(col(InvoiceLine.position))
    return list(session.scalars(query))


def outlook(session: Session, actor: Actor, account: BillingAccount, available: Money, *, now: datetime) -> Outlook:
    """Lay the planned charges of the next months over the money that is there."""
    planned = _plan(session, account, now)
    left = available.minor
    for charge in planned:
        left -= charge.amount.minor
        if left < 0:
            return Outlook(planned, Money(-left, account.currency), charge.day)
    return Outlook(planned, Money(0, account.currency), None)


def monthly_fee(session: Session, actor: Actor, account: BillingAccount, month: date) -> Money:
    """Return what the account's services cost in the month."""
    begins = clock.on_anchor(month, account.anchor_day)
    return Money(sum(service.price_minor for service in _served(session, account, begins)), account.currency)


def _plan(session: Session, account: BillingAccount, now: datetime) -> list[Planned]:
    planned = [
        Planned(clock.day_of(each.due_at, account.zone), Money(each.amount_minor, each.currency), each, each.period)
        for each in _open_of(session, account.id)
    ]
    this_month = clock.month_of(now, account.zone)
    invoiced = set(
        session.scalars(
            select(col(Invoice.period)).where(
                col(Invoice.billing_account_id) == account.id, col(Invoice.period) >= this_month
            )
        )
    )
    for ahead in range(1, MONTHS_AHEAD + 1):
        month = clock.month_after(this_month, ahead)
        begins = clock.on_anchor(month, account.anchor_day)
        fee = sum(service.price_minor for service in _served(session, account, begins))
        if month not in invoiced and fee > 0:
            planned.append(Planned(begins, Money(fee, account.currency), None, month))
    return sorted(planned, key=lambda charge: charge.day)


def _served(session: Session, account: BillingAccount, begins: date) -> list[Service]:
    """Return the services paid for in the period that begins on the day; a paused one when it is back by then."""
    query = select(Service).where(
        col(Service.billing_account_id) == account.id, col(Service.status) != ServiceStatus.ended
    )
    return [
        service
        for service in session.scalars(query.order_by(col(Service.position)))
        if service.status is ServiceStatus.active or (service.resumes_on is not None and service.resumes_on <= begins)
    ]


def _open_of(session: Session, account_id: UUID) -> list[Invoice]:
    query = (
        select(Invoice)
        .where(col(Invoice.billing_account_id) == account_id, col(Invoice.status) == InvoiceStatus.open)
        .order_by(col(Invoice.due_at), col(Invoice.number))
        .limit(INVOICES_OPEN_MAX)
    )
    return list(session.scalars(query))


def _mine(session: Session, actor: Actor, invoice_id: UUID, *, lock: bool = False) -> tuple[Invoice, BillingAccount]:
    found = session.get(Invoice, invoice_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise InvoiceNotFound()
    try:
        return found, billing_accounts.mine(session, actor, found.billing_account_id)
    except billing_accounts.BillingAccountNotFound as foreign:
        raise InvoiceNotFound() from foreign
