"""What services cost: whole periods by the month's invoice, days by an invoice of their own, days that go back (3.1).

A subscription knows the first day that nothing was asked for yet (`charged_until`); whatever issues an invoice moves it
in the same transaction, so no day is asked for twice and none is forgotten. Days are shared out by `base/periods.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain import billing_accounts, ledger, operations
from cabinet.domain.base import periods, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.billing import invoices
from cabinet.domain.billing.held import Held
from cabinet.domain.billing.invoices import InvoiceDraft, LineDraft
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, InvoiceLine, InvoiceStatus
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.payments import Operation, OperationStatus
from cabinet.models.services import Subscription, SubscriptionStatus

MONTHS_BACK_MAX: Final = 24
"""How far a round makes up for periods that were never invoiced."""
CHARGED: Final = (SubscriptionStatus.connecting, SubscriptionStatus.active, SubscriptionStatus.suspended)
OVER: Final = (SubscriptionStatus.ended, SubscriptionStatus.failed)


def issue_month(session: Session, actor: Actor, account_id: UUID, month: date, *, now: datetime) -> Invoice | None:
    """Invoice what nobody was asked for yet of the period that begins in the month.

    Return the month's last invoice, an earlier one when there is nothing to add; None when nothing is to be paid.
    """
    actor.require_system()
    account = _locked(session, actor, account_id)
    period = periods.of_month(month, account.anchor_day)
    lines = []
    for held in held_by(session, actor, account.id):
        span = _owed(held, period)
        if span is not None:
            lines.append(_line(held, period, *span))
            held.subscription.charged_until = span[1]
            session.add(held.subscription)
    if not lines:
        return _last_of(session, account, month)
    draft = InvoiceDraft(
        key=_numbered(session, f"month:{account.id}:{month.isoformat()}"),
        kind="monthly",
        lines=lines,
        due_at=clock.start_of(period.begins, account.zone),
        period=month,
    )
    return invoices.issue(session, actor, account, draft, now=now)


def issue_next(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> Invoice | None:
    """Issue the coming period's invoice once its day to be issued has come, and what earlier periods still lack.

    Return the invoice of the latest period; None when there is none to be issued yet.
    """
    actor.require_system()
    account = billing_accounts.mine(session, actor, account_id)
    held = rules.current(session, rules.BillingRules, now=now)
    today = clock.day_of(now, account.zone)
    present = periods.of_day(today, account.anchor_day)
    coming = periods.after(present, account.anchor_day)
    last = coming if today >= coming.begins - timedelta(days=held.issue_days_before) else present
    first = min(_first_unasked(session, account) or last.month, last.month)
    month = max(first, clock.month_after(present.month, -MONTHS_BACK_MAX))
    issued = None
    while month <= last.month:
        found = issue_month(session, actor, account_id, month, now=now)
        issued = found if found is not None and found.status is not InvoiceStatus.void else issued
        month = clock.month_after(month)
    return issued if issued is not None and issued.period == last.month else None


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
    days = _line(held, period, since, until)
    if days.amount:
        lines.append(days)
    if not lines:
        return None
    draft = InvoiceDraft(
        key=_numbered(session, f"charge:{subscription.id}:{period.month.isoformat()}"),
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
        amount = _part(held, account, start, line.until)
        line.until = start
        session.add(line)
        if amount:
            _return(session, actor, account, held, amount, f"return:{line.id}:{start}", now)
            returned += amount
    held.subscription.charged_until = min(held.subscription.charged_until, first)
    session.add(held.subscription)
    session.flush()
    for month in sorted(months):
        issue_month(session, actor, account.id, month, now=now)
    return returned


def taken_back(session: Session, actor: Actor, account: BillingAccount, held: Held, first: date) -> Money:
    """Tell how much `give_back` would give back, and change nothing."""
    amounts = [
        _part(held, account, max(line.since or first, first), line.until)
        for line in _paid_lines(session, held.subscription, first)
    ]
    return sum(amounts, Money(0, account.currency))


def revoke(session: Session, actor: Actor, account: BillingAccount, held: Held, *, now: datetime) -> Money:
    """Undo every invoice of a subscription that never worked: paid ones by mirrored entries; return what went back."""
    actor.require_system()
    own = select(Invoice).where(
        col(Invoice.id).in_(
            select(col(InvoiceLine.invoice_id)).where(col(InvoiceLine.subscription_id) == held.subscription.id)
        ),
        col(Invoice.kind) == "service",
        col(Invoice.status) == InvoiceStatus.paid,
    )
    returned = Money(0, account.currency)
    for invoice in session.scalars(own).all():
        entry = select(col(Operation.transaction_id)).where(col(Operation.invoice_id) == invoice.id)
        origin = session.scalars(entry).one()
        assert origin is not None
        posted = ledger.reverse(session, actor, origin, key=f"revoke:{invoice.id}", now=now)
        invoice.status = InvoiceStatus.void
        session.add(invoice)
        amount = Money(invoice.amount_minor, invoice.currency)
        _write_return(session, actor, account, held, amount, posted.id, now)
        returned += amount
    first = clock.day_of(held.subscription.created_at, account.zone)
    return returned + give_back(session, actor, account, held, first, now=now)


def monthly_fee(session: Session, actor: Actor, account: BillingAccount, month: date) -> Money:
    """Return what the account's services cost in the period that begins in the month."""
    period = periods.of_month(month, account.anchor_day)
    spans = [(held, _served(held, period)) for held in held_by(session, actor, account.id)]
    fees = [periods.share(held.price, period, *span) for held, span in spans if span is not None]
    return sum(fees, Money(0, account.currency))


def accounts_to_bill(session: Session, actor: Actor) -> list[UUID]:
    """Return every account that has a service to pay for."""
    actor.require_system()
    query = select(col(Subscription.billing_account_id)).where(col(Subscription.status).in_(CHARGED)).distinct()
    return list(session.scalars(query.order_by(col(Subscription.billing_account_id))))


def held_by(session: Session, actor: Actor, account_id: UUID) -> list[Held]:
    """Return what an account has or is about to have, in the catalogue's order; the caller has read the account."""
    query = (
        select(Subscription, ProductVersion, Product)
        .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(col(Subscription.billing_account_id) == account_id, col(Subscription.status).not_in(OVER))
        .order_by(col(Product.position), col(Product.code))
    )
    return [Held(*row) for row in session.execute(query)]


def _served(held: Held, period: Period) -> tuple[date, date] | None:
    """Return the days of the period that a whole-period invoice asks for; a paused service once it is back by then."""
    subscription = held.subscription
    if subscription.status not in CHARGED or subscription.blocked_at is not None:
        return None
    if subscription.status is SubscriptionStatus.suspended and (
        subscription.resumes_on is None or subscription.resumes_on > period.begins
    ):
        return None
    begins = period.begins
    if held.on_trial and subscription.trial_until is not None:
        begins = max(begins, subscription.trial_until)
    until = min(period.ends, subscription.ends_on or period.ends)
    return (begins, until) if begins < until else None


def _owed(held: Held, period: Period) -> tuple[date, date] | None:
    """Return what of it was not asked for yet, when that costs anything."""
    span = _served(held, period)
    if span is None or held.on_trial:
        return None
    since, until = max(span[0], held.subscription.charged_until), span[1]
    return (since, until) if since < until and periods.share(held.price, period, since, until) else None


def _uncovered(session: Session, held: Held, period: Period, first: date) -> tuple[date, date]:
    """Return the first days of the period from `first` on that no invoice asks for; they may be none."""
    until = min(period.ends, held.subscription.ends_on or period.ends)
    query = (
        select(col(InvoiceLine.since), col(InvoiceLine.until))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(
            col(InvoiceLine.subscription_id) == held.subscription.id,
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


def _line(held: Held, period: Period, since: date, until: date) -> LineDraft:
    amount = periods.share(held.price, period, since, until)
    return LineDraft(held.product.category, held.version.title, amount, held.subscription.id, since, until)


def _part(held: Held, account: BillingAccount, since: date, until: date | None) -> Money:
    assert until is not None
    return periods.share(held.price, periods.of_day(since, account.anchor_day), since, until)


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
        _write_return(session, actor, account, held, amount, posted.id, now)


def _write_return(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    held: Held,
    amount: Money,
    transaction_id: UUID,
    now: datetime,
) -> None:
    told = operations.Line(
        kind="charge.return",
        amount=amount,
        status=OperationStatus.done,
        title=held.version.title,
        transaction_id=transaction_id,
    )
    operations.write(session, actor, account, told, now=now)


def _first_unasked(session: Session, account: BillingAccount) -> date | None:
    """Return the month of the earliest period in which somebody may still have to be asked; None without services."""
    earliest = session.scalar(
        select(func.min(col(Subscription.charged_until))).where(
            col(Subscription.billing_account_id) == account.id, col(Subscription.status).in_(CHARGED)
        )
    )
    return None if earliest is None else periods.of_day(earliest, account.anchor_day).month


def _last_of(session: Session, account: BillingAccount, month: date) -> Invoice | None:
    query = (
        select(Invoice)
        .where(
            col(Invoice.billing_account_id) == account.id,
            col(Invoice.kind) == "monthly",
            col(Invoice.period) == month,
            col(Invoice.status) != InvoiceStatus.void,
        )
        .order_by(col(Invoice.issued_at).desc(), col(Invoice.number).desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _numbered(session: Session, key: str) -> str:
    """Return the key, and for the second and later invoices of one matter the key with their number."""
    known = (
        select(func.count())
        .select_from(Invoice)
        .where((col(Invoice.key) == key) | col(Invoice.key).startswith(f"{key}:", autoescape=True))
    )
    count = session.scalar(known) or 0
    return f"{key}:{count + 1}" if count else key


def _locked(session: Session, actor: Actor, account_id: UUID) -> BillingAccount:
    """Read the account and let no other transaction bill it meanwhile."""
    billing_accounts.mine(session, actor, account_id)
    return session.get_one(BillingAccount, account_id, with_for_update=True)
