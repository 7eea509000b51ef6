"""What was asked for in past periods, service by service (3.2): what a comparison of tariffs is measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, InvoiceLine, InvoiceStatus


@dataclass(frozen=True, slots=True)
class Charge:
    """Money asked for a service in a period: for some of its days, or once."""

    subscription_id: UUID
    month: date
    """The month in which the period begins."""
    amount: Money
    since: date | None
    until: date | None
    """The days that it pays for; None for what was taken once."""


def charges(
    session: Session, actor: Actor, account: BillingAccount, spans: Sequence[Period], *, besides: Sequence[str] = ()
) -> list[Charge]:
    """Return what was asked for the account's services in adjoining periods; the caller has read the account.

    Days that were given back are not in it, void invoices neither; invoices of the kinds `besides` are left out.
    """
    if not spans:
        return []
    first, last = spans[0].begins, spans[-1].ends
    query = (
        select(
            col(InvoiceLine.subscription_id),
            col(Invoice.period),
            col(InvoiceLine.amount_minor),
            col(InvoiceLine.since),
            col(InvoiceLine.until),
            col(InvoiceLine.price_minor),
        )
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(
            col(Invoice.billing_account_id) == account.id,
            col(Invoice.status) != InvoiceStatus.void,
            col(Invoice.kind).not_in(besides),
            col(InvoiceLine.subscription_id).is_not(None),
            or_(
                and_(col(InvoiceLine.since) < last, col(InvoiceLine.until) > first),
                and_(col(InvoiceLine.since).is_(None), col(Invoice.period).in_([span.month for span in spans])),
            ),
        )
        .order_by(col(InvoiceLine.since), col(Invoice.issued_at), col(InvoiceLine.position))
    )
    return [_charge(account, *row) for row in session.execute(query) if row.since is None or row.since < row.until]


def _charge(
    account: BillingAccount,
    subscription_id: UUID,
    month: date,
    amount_minor: int,
    since: date | None,
    until: date | None,
    price_minor: int | None,
) -> Charge:
    amount = Money(amount_minor, account.currency)
    if since is None or until is None:
        return Charge(subscription_id, month, amount, None, None)
    period = periods.of_day(since, account.anchor_day)
    if price_minor is not None:
        amount = periods.share(Money(price_minor, account.currency), period, since, until)
    return Charge(subscription_id, period.month, amount, since, until)
