"""The counter: everything that the payment page offers, read in one go (2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from cabinet.domain import billing, billing_accounts, payments
from cabinet.domain.base import rules
from cabinet.domain.base.actor import Actor
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice
from cabinet.models.payments import SavedMethod
from cabinet.models.people import Person


@dataclass(frozen=True, slots=True)
class Counter:
    """What can be paid, with what, how much."""

    account: BillingAccount
    available: Money
    invoices: Sequence[Invoice]
    saved: Sequence[SavedMethod]
    suggestions: Sequence[payments.Suggestion]
    least: Money
    most: Money
    receipt_email: str


def counter(session: Session, actor: Actor, *, now: datetime) -> Counter:
    """Return what the customer can pay from his first account's page."""
    account = billing_accounts.primary(session, actor)
    person = session.get_one(Person, actor.person())
    held = rules.current(session, rules.PaymentRules, now=now)
    return Counter(
        account,
        billing_accounts.balance(session, actor, account).available,
        billing.open_invoices(session, actor, account.id),
        payments.saved_methods(session, actor),
        payments.suggestions(session, actor, account, now=now),
        Money(held.amount_min_minor, account.currency),
        Money(held.amount_max_minor, account.currency),
        (person.email or "") if person.email_verified_at else "",
    )
