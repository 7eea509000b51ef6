"""Invoices, what is due and when, and their settlement from the balance (2.2; docs/domain/billing.md).

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
from cabinet.kit.errors import Conflict, NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, InvoiceLine, InvoiceStatus
from cabinet.models.payments import OperationStatus

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
    subscription_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    price: Money | None = None
    """What a whole period costs at the rate of these days."""


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """What to ask money for, once for its key."""

    key: str
    kind: str
    lines: Sequence[LineDraft]
    due_at: datetime
    period: date | None = None
    title: Mapping[str, str] | None = None
    quiet: bool = False
    """Settled by the very deed that issues it: nobody has to be told to have the money ready."""


def issue(session: Session, actor: Actor, account: BillingAccount, draft: InvoiceDraft, *, now: datetime) -> Invoice:
    """Issue the invoice; for a key that has one, return that one."""
    actor.require_system()
    known = session.scalars(select(Invoice).where(col(Invoice.key) == draft.key)).first()
    if known is not None:
        return known
    issued = write(session, actor, account, draft, now=now)
    session.flush()
    return issued


def write(session: Session, actor: Actor, account: BillingAccount, draft: InvoiceDraft, *, now: datetime) -> Invoice:
    """Write an invoice of which the caller knows that its key has none yet; the database refuses it otherwise."""
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
    for position, line in enumerate(draft.lines, 1):
        session.add(
            InvoiceLine(
                invoice_id=invoice.id,
                position=position,
                kind=line.kind,
                title=dict(line.title),
                amount_minor=line.amount.minor,
                subscription_id=line.subscription_id,
                since=line.since,
                until=line.until,
                price_minor=line.price.minor if line.price is not None else None,
            )
        )
    if not draft.quiet:
        events.record(session, InvoiceIssued(invoice_id=invoice.id, person_id=account.person_id), now=now)
    return invoice


def settle(session: Session, actor: Actor, invoice_id: UUID, *, now: datetime) -> Invoice:
    """Take an open invoice's sum from the balance, all of it or nothing (`InsufficientFunds`)."""
    invoice, account = _mine(session, actor, invoice_id, lock=True)
    if invoice.status is not InvoiceStatus.open:
        raise InvoiceNotOpen()
    _settle(session, actor, account, invoice, lines_of(session, invoice), now)
    session.flush()
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


def settle_due(session: Session, actor: Actor, *account_ids: UUID, now: datetime) -> int:
    """Settle what is due on the accounts, oldest first, as far as their money goes; return how many were paid."""
    actor.require_system()
    due = select(Invoice).where(
        col(Invoice.billing_account_id).in_(account_ids),
        col(Invoice.status) == InvoiceStatus.open,
        col(Invoice.due_at) <= now,
    )
    in_turn = due.order_by(col(Invoice.billing_account_id), col(Invoice.due_at), col(Invoice.number))
    found = session.scalars(in_turn.with_for_update().execution_options(populate_existing=True)).all()
    if not found:
        return 0
    owing = session.scalars(select(BillingAccount).where(col(BillingAccount.id).in_(account_ids)))
    accounts = {account.id: account for account in owing}
    money = ledger.balances(session, actor, [each.ledger_account_id for each in accounts.values()])
    left = {account.id: money[account.ledger_account_id].available.minor for account in accounts.values()}
    lines = _lines_of_each(session, found)
    paid = 0
    for invoice in found:
        left[invoice.billing_account_id] -= invoice.amount_minor
        # One that cannot be paid stops those behind it: what is left never grows again.
        if left[invoice.billing_account_id] >= 0:
            _settle(session, actor, accounts[invoice.billing_account_id], invoice, lines[invoice.id], now)
            paid += 1
        else:
            left[invoice.billing_account_id] = -1
    session.flush()
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


def debt(session: Session, actor: Actor, account: BillingAccount, *, now: datetime) -> Money:
    """Return what is due by now and cannot be taken. What the balance covers is no debt, though nobody took it yet."""
    overdue = [each.amount_minor for each in open_of(session, actor, account.id) if each.due_at <= now]
    if overdue:
        left = billing_accounts.balance(session, actor, account).available.minor
        while overdue and overdue[0] <= left:
            left -= overdue.pop(0)
    return Money(sum(overdue), account.currency)


def invoice(session: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """Return an invoice that the actor may see."""
    return _mine(session, actor, invoice_id)[0]


def open_invoices(session: Session, actor: Actor, account_id: UUID) -> list[Invoice]:
    """Return the account's open invoices, the earliest due first."""
    billing_accounts.mine(session, actor, account_id)
    return open_of(session, actor, account_id)


def lines_of(session: Session, of: Invoice) -> list[InvoiceLine]:
    """Return the invoice's lines in order."""
    query = select(InvoiceLine).where(col(InvoiceLine.invoice_id) == of.id).order_by(col(InvoiceLine.position))
    return list(session.scalars(query))


def open_of(session: Session, actor: Actor, account_id: UUID) -> list[Invoice]:
    """Return the open invoices of an account that was read by whoever may."""
    query = (
        select(Invoice)
        .where(col(Invoice.billing_account_id) == account_id, col(Invoice.status) == InvoiceStatus.open)
        .order_by(col(Invoice.due_at), col(Invoice.number))
        .limit(INVOICES_OPEN_MAX)
    )
    return list(session.scalars(query))


def _settle(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    now: datetime,
) -> None:
    revenues: dict[str, int] = {}
    for line in lines:
        revenues[line.kind] = revenues.get(line.kind, 0) + line.amount_minor
    moves = [
        ledger.Move(
            account.ledger_account_id,
            ledger.SystemAccount(f"revenue:{kind}", invoice.currency),
            Money(minor, invoice.currency),
        )
        for kind, minor in revenues.items()
    ]
    kind = f"charge.{invoice.kind}"
    entry = ledger.Entry(f"invoice:{invoice.id}", kind, moves, f"invoice:{invoice.id}")
    posted = ledger.post(session, actor, entry, now=now)
    invoice.status, invoice.paid_at = InvoiceStatus.paid, now
    session.add(invoice)
    told = operations.Line(
        kind=kind,
        amount=-Money(invoice.amount_minor, invoice.currency),
        status=OperationStatus.done,
        title=invoice.title,
        period=invoice.period,
        invoice_id=invoice.id,
        transaction_id=posted.id,
    )
    operations.add(session, actor, account, told, now=now)
    events.record(session, InvoicePaid(invoice_id=invoice.id, person_id=account.person_id), now=now)


def _lines_of_each(session: Session, found: Sequence[Invoice]) -> dict[UUID, list[InvoiceLine]]:
    lines: dict[UUID, list[InvoiceLine]] = {invoice.id: [] for invoice in found}
    query = select(InvoiceLine).where(col(InvoiceLine.invoice_id).in_(list(lines)))
    for line in session.scalars(query.order_by(col(InvoiceLine.position))):
        lines[line.invoice_id].append(line)
    return lines


def _mine(session: Session, actor: Actor, invoice_id: UUID, *, lock: bool = False) -> tuple[Invoice, BillingAccount]:
    found = session.get(Invoice, invoice_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise InvoiceNotFound()
    try:
        return found, billing_accounts.mine(session, actor, found.billing_account_id)
    except billing_accounts.BillingAccountNotFound as foreign:
        raise InvoiceNotFound() from foreign
