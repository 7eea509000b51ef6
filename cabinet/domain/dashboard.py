"""The home page's figures: the balance and how long it lasts, what is due, operations, spending by month (5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import Session

from cabinet.domain import billing, billing_accounts, ledger, operations, outages, payments, services, usage
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.people import Person

OPERATIONS_SHOWN: Final = 5
MONTHS_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """The dark panel: what is there and what will be taken from it."""

    given_name: str
    account: BillingAccount
    balance: ledger.Balance
    outlook: billing.Outlook
    recommended: Money
    debt: Money
    """What is overdue and not covered."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What the account's services cost, month by month, the present one last; months without charges are zero."""

    months: Sequence[tuple[date, Money]]
    singles: Sequence[operations.Listed]
    """One-off charges of the present month: nearly always the reason of a difference."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything on the home page, read in one go."""

    standing: Standing
    services: Sequence[billing.Held]
    operations: Sequence[operations.Listed]
    spending: Spending
    network: Sequence[outages.Seen]
    remains: Sequence[usage.Remain]


def seen(session: Session, actor: Actor, *, now: datetime) -> Seen:
    """Return the whole home page as of one moment."""
    return Seen(
        money(session, actor, now=now),
        current_services(session, actor),
        last_operations(session, actor),
        spending(session, actor, now=now),
        outages.news(session, actor, now=now),
        usage.remains(session, actor, billing_accounts.primary(session, actor), now=now),
    )


def money(session: Session, actor: Actor, *, now: datetime) -> Standing:
    """Return the balance of the customer's first account and its outlook."""
    account = billing_accounts.primary(session, actor)
    balance = billing_accounts.balance(session, actor, account)
    outlook = billing.outlook(session, actor, account, balance.available, now=now)
    offered = payments.suggestions(session, actor, account, now=now)
    person = session.get_one(Person, account.person_id)
    debt = billing.debt(session, actor, account, now=now)
    return Standing(person.given_name, account, balance, outlook, offered[0].amount, debt)


def last_operations(session: Session, actor: Actor) -> Sequence[operations.Listed]:
    """Return the newest lines of the history."""
    return operations.own_history(session, actor, rows=OPERATIONS_SHOWN).rows


def spending(session: Session, actor: Actor, *, now: datetime) -> Spending:
    """Return what was charged in the last months; top-ups and refunds are not spending."""
    account = billing_accounts.primary(session, actor)
    this_month = clock.month_of(now, account.zone)
    months = [clock.month_after(this_month, -back) for back in range(MONTHS_SHOWN - 1, -1, -1)]
    charged = dict.fromkeys(months, Money(0, account.currency))
    for turnover in ledger.turnovers(session, actor, account.ledger_account_id, since=months[0]):
        if turnover.kind.startswith("charge.") and turnover.month in charged:
            charged[turnover.month] += turnover.lost - turnover.gained
    singles = operations.charged_singly(session, actor, account, since=clock.start_of(this_month, account.zone))
    return Spending(list(charged.items()), singles)


def current_services(session: Session, actor: Actor) -> Sequence[billing.Held]:
    """Return the services of the customer's first account."""
    account = billing_accounts.primary(session, actor)
    return services.current(session, actor, account.id)
