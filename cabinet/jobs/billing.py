"""Billing by the clock: invoices of the coming month, settlement of what is due, warnings (2.2).

Each round puts its accounts in pages; an account that refuses or fails never stops its page, and the deeds' own keys
(`month:<account>:<month>`, `invoice:<id>`) make every repeat harmless.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cabinet import db
from cabinet.domain import billing
from cabinet.domain.base.actor import Actor
from cabinet.jobs import dispatch
from cabinet.kit import clock

BILLING = Actor.system("billing")


def issue_all(due: datetime) -> None:
    """Put the accounts whose coming month may have to be invoiced."""
    ids = db.current().look(billing.accounts_to_bill, BILLING)
    dispatch.in_pages("billing.issue", due.date().isoformat(), ids)


def issue(account_id: str, _run: str) -> None:
    """Issue one account's coming month, when its day has come."""
    db.current().run(billing.bill, BILLING, UUID(account_id), now=clock.now())


def settle_all(due: datetime) -> None:
    """Put the accounts that have something due."""
    ids = db.current().look(billing.accounts_with_due, BILLING, now=clock.now())
    dispatch.in_pages("billing.settle", due.isoformat(timespec="minutes"), ids)


def settle(account_id: str, _run: str) -> None:
    """Settle one account's due invoices as far as the money goes."""
    db.current().run(billing.settle_due, BILLING, UUID(account_id), now=clock.now())


def warn_all(due: datetime) -> None:
    """Put the invoices that are near their day, or past it, without money."""
    ids = db.current().look(billing.invoices_to_warn_of, BILLING, now=clock.now())
    dispatch.in_pages("billing.warn", due.date().isoformat(), ids)


def warn(invoice_id: str, _run: str) -> None:
    """Warn of one invoice."""
    db.current().run(billing.warn, BILLING, UUID(invoice_id), now=clock.now())
