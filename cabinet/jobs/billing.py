"""Billing by the clock: invoices of the coming month, settlement of what is due, warnings (2.2).

Each round puts its accounts in pages and goes through them ten at a time; an account that refuses or fails stops nobody
else, and the deeds' own keys (`month:<account>:<month>`, `invoice:<id>`) make every repeat harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    ids = db.current().look(billing.accounts_to_bill, BILLING, now=clock.now())
    dispatch.in_pages("billing.issue", dispatch.day_of(due), ids)


def issue(account_ids: Sequence[str], _run: str) -> None:
    """Issue the accounts' coming months, when their day has come, and what earlier ones lack."""
    db.current().run(billing.bill, BILLING, [UUID(each) for each in account_ids], now=clock.now())


def settle_all(due: datetime) -> None:
    """Put the accounts that have something due."""
    ids = db.current().look(billing.accounts_with_due, BILLING, now=clock.now())
    dispatch.in_pages("billing.settle", due.isoformat(timespec="minutes"), ids)


def settle(account_ids: Sequence[str], _run: str) -> None:
    """Settle the accounts' due invoices as far as the money goes."""
    db.current().run(billing.settle_due, BILLING, *(UUID(each) for each in account_ids), now=clock.now())


def warn_all(due: datetime) -> None:
    """Put the invoices that are near their day, or past it, without money."""
    ids = db.current().look(billing.invoices_to_warn_of, BILLING, now=clock.now())
    dispatch.in_pages("billing.warn", dispatch.day_of(due), ids)


def warn(invoice_id: str, _run: str) -> None:
    """Warn of one invoice."""
    db.current().run(billing.warn, BILLING, UUID(invoice_id), now=clock.now())
