"""Days that are charged by themselves, outside of the month's invoice, and days that go back (3.1).

What goes back is a part of what was paid, at the rate at which it was paid, whatever the price is by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import ledger, operations
from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.billing import invoices, rounds
from cabinet.domain.billing.held import Held
from cabinet.domain.billing.invoices import InvoiceDraft, LineDraft
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, InvoiceLine, InvoiceStatus
from cabinet.models.payments import Operation, OperationStatus
from cabinet.models.services import Subscription


def charge_from(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    held: Held,
    first: date,
    *,
    now: datetime,
    fee: Money | None = None,
) -> Invoice | None:
    """Invoice the days from `first` to the period's end that nobody was asked for yet, and a fee.

    Return None when that costs nothing. The invoice is due at once; the caller settles it, or leaves it to wait.
    """
    actor.require_system()
    subscription = held.subscription
    if held.on_trial:
        return None
    period = periods.of_day(first, account.anchor_day)
    since, until = _uncovered(session, held, period, first)
    subscription.charged_until = max(subscription.charged_until, until)
    session.add(subscription)
    lines = []
    if fee is not None and fee:
        lines.append(LineDraft(held.product.category, held.version.title, fee, subscription.id))
    lines += rounds.lines_for(held, period, since, until)
    if not lines:
        return None
    draft = InvoiceDraft(
        key=rounds.numbered(
            f"charge:{subscription.id}:{period.month.isoformat()}",
            rounds.keys_of(session, actor, [account.id], period.month),
        ),
        kind="service",
        lines=lines,
        due_at=now,
        period=period.month,
        title=held.version.title,
        quiet=True,
    )
    return invoices.issue(session, actor, account, draft, now=now)


def give_back(
    session: Session, actor: Actor, account: BillingAccount, held: Held, first: date, *, now: datetime
) -> Money:
    """Give back what was taken for days of the service from `first` on, and ask no more for them; return how much.

    An open invoice that asks for such days is voided, and what remains of it is asked for by a new one.
    """
    actor.require_system()
    months = _withdraw(session, held.subscription, first)
    returned = Money(0, account.currency)
    for line in _paid_lines(session, held.subscription, first):
        assert line.since is not None
        start = max(line.since, first)
        amount = _part(line, account, start)
        line.until = start
        session.add(line)
        if amount:
            _return(session, actor, account, held, amount, f"return:{line.id}:{start}", now)
            returned += amount
    held.subscription.charged_until = min(held.subscription.charged_until, first)
    session.add(held.subscription)
    session.flush()
    for month in sorted(months):
        rounds.issue_month(session, actor, account.id, month, now=now)
    return returned


def ask_no_more(
    session: Session, actor: Actor, account: BillingAccount, held: Held, first: date, *, now: datetime
) -> None:
    """Void the open invoices that ask for days of the service from `first` on, and ask anew for what remains of them.

    What was paid for such days stays paid until `give_back`.
    """
    actor.require_system()
    months = _withdraw(session, held.subscription, first)
    session.flush()
    for month in sorted(months):
        rounds.issue_month(session, actor, account.id, month, now=now)


def taken_back(session: Session, actor: Actor, account: BillingAccount, held: Held, first: date) -> Money:
    """Tell how much `give_back` would give back, and change nothing."""
    amounts = [
        _part(line, account, max(line.since or first, first)) for line in _paid_lines(session, held.subscription, first)
    ]
    return sum(amounts, Money(0, account.currency))


def paid_until(session: Session, actor: Actor, held: Held, first: date) -> date:
    """Return the first day from `first` on that is not paid for: days are paid without gaps from the first paid one."""
    return max((line.until for line in _paid_lines(session, held.subscription, first) if line.until), default=first)


def revoke(session: Session, actor: Actor, account: BillingAccount, held: Held, *, now: datetime) -> Money:
    """Undo the invoices that were issued for a subscription alone: paid ones by mirrored entries, open ones by voiding.

    Return what went back, with its share of what was paid by a month's invoice.
    """
    actor.require_system()
    own = select(Invoice).where(
        col(Invoice.id).in_(
            select(col(InvoiceLine.invoice_id)).where(col(InvoiceLine.subscription_id) == held.subscription.id)
        ),
        col(Invoice.kind) == "service",
        col(Invoice.status).in_((InvoiceStatus.paid, InvoiceStatus.open)),
    )
    returned = Money(0, account.currency)
    for invoice in session.scalars(own.with_for_update()).all():
        returned += _undone(session, actor, account, invoice, held.version.title, now)
    first = clock.day_of(held.subscription.created_at, account.zone)
    return returned + give_back(session, actor, account, held, first, now=now)


def undo_invoice(session: Session, actor: Actor, invoice_id: UUID, *, now: datetime) -> Money:
    """Void an open invoice, or give a paid one back whole by mirrored entries; return what went back. Once."""
    actor.require_system()
    invoice = session.get_one(Invoice, invoice_id, with_for_update=True, populate_existing=True)
    account = session.get_one(BillingAccount, invoice.billing_account_id)
    return _undone(session, actor, account, invoice, invoice.title, now)


def _undone(
    session: Session, actor: Actor, account: BillingAccount, invoice: Invoice, title: Mapping[str, str], now: datetime
) -> Money:
    """Void the invoice; what was paid by it goes back by entries that mirror it."""
    paid = invoice.status is InvoiceStatus.paid
    invoice.status = InvoiceStatus.void
    session.add(invoice)
    amount = Money(invoice.amount_minor if paid else 0, invoice.currency)
    if paid:
        entry = select(col(Operation.transaction_id)).where(col(Operation.invoice_id) == invoice.id)
        origin = session.scalars(entry).one()
        assert origin is not None
        posted = ledger.reverse(session, actor, origin, key=f"revoke:{invoice.id}", now=now)
        _write_return(session, actor, account, title, amount, posted.id, now)
    return amount


def _uncovered(session: Session, held: Held, period: Period, first: date) -> tuple[date, date]:
    """Return the first days of the period from `first` on that no invoice asks for; they may be none."""
    until = min(period.ends, held.subscription.ends_on or period.ends)
    query = (
        select(col(InvoiceLine.since), col(InvoiceLine.until))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(
            col(InvoiceLine.subscription_id) == held.subscription.id,
            col(InvoiceLine.price_minor).is_not(None),
            col(InvoiceLine.until) > first,
            col(InvoiceLine.since) < col(InvoiceLine.until),
            col(Invoice.status) != InvoiceStatus.void,
        )
        .order_by(col(InvoiceLine.since))
    )
    for since, ends in session.execute(query):
        if since > first:
            until = min(until, since)
            break
        first = ends
    return min(first, until), until


def _part(line: InvoiceLine, account: BillingAccount, since: date) -> Money:
    """Return what a paid line's days from `since` on cost, at the rate at which they were paid for."""
    assert line.until is not None
    assert line.price_minor is not None
    period = periods.of_day(since, account.anchor_day)
    return periods.share(Money(line.price_minor, account.currency), period, since, line.until)


def _withdraw(session: Session, subscription: Subscription, first: date) -> set[date]:
    """Void the open invoices that ask for days of the service from `first` on; return the months to be asked anew."""
    lines = (
        select(col(InvoiceLine.invoice_id))
        .where(col(InvoiceLine.subscription_id) == subscription.id, col(InvoiceLine.until) > first)
        .distinct()
    )
    found = select(Invoice).where(col(Invoice.id).in_(lines), col(Invoice.status) == InvoiceStatus.open)
    months = set()
    for invoice in session.scalars(found.with_for_update()).all():
        invoice.status = InvoiceStatus.void
        session.add(invoice)
        for line in invoices.lines_of(session, invoice):
            if line.subscription_id is not None and line.since is not None:
                asked = session.get_one(Subscription, line.subscription_id)
                asked.charged_until = min(asked.charged_until, line.since)
                session.add(asked)
        if invoice.period is not None:
            months.add(invoice.period)
    session.flush()
    return months


def _paid_lines(session: Session, subscription: Subscription, first: date) -> Sequence[InvoiceLine]:
    query = (
        select(InvoiceLine)
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(
            col(InvoiceLine.subscription_id) == subscription.id,
            col(InvoiceLine.price_minor).is_not(None),
            col(InvoiceLine.until) > first,
            col(InvoiceLine.since) < col(InvoiceLine.until),
            col(Invoice.status) == InvoiceStatus.paid,
        )
        .order_by(col(InvoiceLine.since))
    )
    return session.scalars(query).all()


def _return(
    session: Session, actor: Actor, account: BillingAccount, held: Held, amount: Money, key: str, now: datetime
) -> None:
    revenue = ledger.SystemAccount(f"revenue:{held.product.category}", account.currency)
    move = ledger.Move(revenue, account.ledger_account_id, amount)
    entry = ledger.Entry(key, "charge.return", [move], f"subscription:{held.subscription.id}")
    posted = ledger.post(session, actor, entry, now=now)
    if not posted.replayed:
        _write_return(session, actor, account, held.version.title, amount, posted.id, now)


def _write_return(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    title: Mapping[str, str],
    amount: Money,
    transaction_id: UUID,
    now: datetime,
) -> None:
    told = operations.Line(
        kind="charge.return",
        amount=amount,
        status=OperationStatus.done,
        title=title,
        transaction_id=transaction_id,
    )
    operations.write(session, actor, account, told, now=now)
