"""The billing run: whole periods of all services of an account, by the month's invoice (3.1; docs/domain/billing.md).

A subscription knows the first day that nothing was asked for yet (`charged_until`); whatever issues an invoice moves it
in the same transaction, under the account's lock. The database refuses a second line for a day besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing_accounts
from cabinet.domain.base import periods, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.billing import invoices, pricing
from cabinet.domain.billing.held import CHARGED, Held, held_by, held_by_each
from cabinet.domain.billing.invoices import InvoiceDraft, LineDraft
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, InvoiceStatus
from cabinet.models.services import Subscription

MONTHS_BACK_MAX: Final = 24
"""How far a round makes up for periods that were never invoiced."""


def accounts_to_bill(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return every account that has something to be asked for by now, wherever on earth it is."""
    actor.require_system()
    before = rules.current(session, rules.BillingRules, now=now).issue_days_before
    latest = clock.day_of(now, "Pacific/Kiritimati") + timedelta(days=before)
    query = select(col(Subscription.billing_account_id)).where(
        col(Subscription.status).in_(CHARGED),
        col(Subscription.charged_until) <= latest,
        col(Subscription.blocked_at).is_(None),
    )
    return list(session.scalars(query.distinct().order_by(col(Subscription.billing_account_id))))


def bill(session: Session, actor: Actor, account_ids: Sequence[UUID], *, now: datetime) -> list[Invoice]:
    """Issue what the accounts are to be asked for by now: the coming period once its day has come, and what is missing.

    Return the invoices that were issued now. A second time issues nothing.
    """
    actor.require_system()
    # All of them are locked before anything is written, in one order: nobody waits for us while we wait for him.
    locking = select(BillingAccount).where(col(BillingAccount.id).in_(account_ids)).order_by(col(BillingAccount.id))
    accounts = session.scalars(locking.with_for_update().execution_options(populate_existing=True)).all()
    before = rules.current(session, rules.BillingRules, now=now).issue_days_before
    held = held_by_each(session, actor, account_ids)
    spans = {account.id: _to_ask(account, held[account.id], before, now) for account in accounts}
    months = [months[0] for months in spans.values() if months]
    keys = keys_of(session, actor, account_ids, min(months)) if months else []
    issued = []
    for account in accounts:
        book = _Book(account, held[account.id], keys)
        for month in spans[account.id]:
            invoice = _issue(session, actor, book, periods.of_month(month, account.anchor_day), now)
            issued += [invoice] if invoice is not None else []
    session.flush()
    return issued


def issue_month(session: Session, actor: Actor, account_id: UUID, month: date, *, now: datetime) -> Invoice | None:
    """Invoice what nobody was asked for yet of the period that begins in the month.

    Return the month's last invoice, an earlier one when there is nothing to add; None when nothing is to be paid.
    """
    actor.require_system()
    account = locked(session, actor, account_id)
    book = _Book(account, held_by(session, actor, account.id), keys_of(session, actor, [account.id], month))
    issued = _issue(session, actor, book, periods.of_month(month, account.anchor_day), now)
    session.flush()
    return issued or _last_of(session, account, month)


def issue_next(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> Invoice | None:
    """Issue the coming period's invoice once its day to be issued has come, and what earlier periods still lack.

    Return the invoice of the latest period; None when there is none to be issued yet.
    """
    issued = bill(session, actor, [account_id], now=now)
    account = session.get_one(BillingAccount, account_id)
    before = rules.current(session, rules.BillingRules, now=now).issue_days_before
    month = _last_to_ask(account, before, now).month
    return next((each for each in issued if each.period == month), None) or _last_of(session, account, month)


def monthly_fee(session: Session, actor: Actor, account: BillingAccount, month: date) -> Money:
    """Return what the account's services cost in the period that begins in the month."""
    period = periods.of_month(month, account.anchor_day)
    held = held_by(session, actor, account.id)
    spans = [(each, each.served(period)) for each in held]
    fees = [pricing.cost(each, period, *span) for each, span in spans if span is not None]
    return sum(fees, Money(0, account.currency))


def locked(session: Session, actor: Actor, account_id: UUID) -> BillingAccount:
    """Read the account and let no other transaction bill it meanwhile."""
    billing_accounts.mine(session, actor, account_id)
    return session.get_one(BillingAccount, account_id, with_for_update=True)


def lines_for(held: Held, period: Period, since: date, until: date) -> list[LineDraft]:
    """Return what an invoice says of these days of a service; days that cost nothing are not on it."""
    return [
        LineDraft(
            held.product.category,
            held.version.title,
            piece.amount,
            held.subscription.id,
            piece.since,
            piece.until,
            piece.price,
        )
        for piece in pricing.pieces(held, period, since, until)
        if piece.amount
    ]


def keys_of(session: Session, actor: Actor, account_ids: Sequence[UUID], since: date) -> list[str]:
    """Return the keys of the accounts' invoices of that period and later ones."""
    known = select(col(Invoice.key)).where(
        col(Invoice.billing_account_id).in_(account_ids), col(Invoice.period) >= since
    )
    return list(session.scalars(known))


def numbered(key: str, known: Sequence[str]) -> str:
    """Return the key, and for the second and later invoices of one matter the key with their number."""
    count = sum(each == key or each.startswith(f"{key}:") for each in known)
    return f"{key}:{count + 1}" if count else key


def _to_ask(account: BillingAccount, held: Sequence[Held], before: int, now: datetime) -> list[date]:
    """Return the months whose periods have something to be asked for by now."""
    asked = [each.subscription.charged_until for each in held if each.charged]
    last = _last_to_ask(account, before, now)
    if not asked or min(asked) >= last.ends:
        return []
    first = max(periods.of_day(min(asked), account.anchor_day).month, clock.month_after(last.month, -MONTHS_BACK_MAX))
    far = (last.month.year - first.year) * 12 + last.month.month - first.month
    return [clock.month_after(first, each) for each in range(far + 1)]


@dataclass(frozen=True, slots=True)
class _Book:
    """What a round knows of an account."""

    account: BillingAccount
    held: Sequence[Held]
    keys: Sequence[str]
    """Of its invoices, and perhaps of others'."""


def _issue(session: Session, actor: Actor, book: _Book, period: Period, now: datetime) -> Invoice | None:
    """Invoice what of the period nobody was asked for yet; what costs nothing is asked for by no invoice."""
    account, lines = book.account, []
    for each in book.held:
        span = each.owed(period)
        if span is None:
            continue
        lines += lines_for(each, period, *span)
        each.subscription.charged_until = span[1]
        session.add(each.subscription)
    if not lines:
        return None
    draft = InvoiceDraft(
        key=numbered(f"month:{account.id}:{period.month.isoformat()}", book.keys),
        kind="monthly",
        lines=lines,
        due_at=clock.start_of(period.begins, account.zone),
        period=period.month,
    )
    return invoices.write(session, actor, account, draft, now=now)


def _last_to_ask(account: BillingAccount, before: int, now: datetime) -> Period:
    """Return the last period that is to be asked for by now: the coming one once its day has come, else the present."""
    today = clock.day_of(now, account.zone)
    present = periods.of_day(today, account.anchor_day)
    coming = periods.after(present, account.anchor_day)
    return coming if today >= coming.begins - timedelta(days=before) else present


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
