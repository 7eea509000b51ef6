"""What the ledger says: balances, turnovers by month, the rows about an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.ledger.entries import AccountNotFound
from cabinet.kit.money import Money
from cabinet.models.ledger import LedgerAccount, LedgerMonth, LedgerRow, LedgerTransaction


@dataclass(frozen=True, slots=True)
class Balance:
    """What is on an account, and how much of it can be spent."""

    amount: Money
    held: Money
    available: Money


@dataclass(frozen=True, slots=True)
class Turnover:
    """What an account lost and gained in a month by one kind of entry."""

    month: date
    kind: str
    lost: Money
    gained: Money


@dataclass(frozen=True, slots=True)
class RowAbout:
    """A row of the ledger in words: for the staff's timeline of a payment."""

    transaction_id: UUID
    kind: str
    debit: str
    credit: str
    amount: Money
    posted_at: datetime


def balance(session: Session, actor: Actor, account_id: UUID) -> Balance:
    """Return the account's balance; a customer sees only his own account."""
    account = _mine(session, actor, account_id)
    return _balance(account.balance_minor, account.held_minor, account.floor_minor, account.currency)


def balances(session: Session, actor: Actor, account_ids: Sequence[UUID]) -> dict[UUID, Balance]:
    """Return the balances of many accounts at once, for what the house does by itself."""
    actor.require_system()
    columns = (
        col(LedgerAccount.balance_minor),
        col(LedgerAccount.held_minor),
        col(LedgerAccount.floor_minor),
        col(LedgerAccount.currency),
    )
    query = select(col(LedgerAccount.id), *columns).where(col(LedgerAccount.id).in_(account_ids))
    return {account_id: _balance(*values) for account_id, *values in session.execute(query)}


def turnovers(session: Session, actor: Actor, account_id: UUID, *, since: date) -> list[Turnover]:
    """Return the account's monthly turnovers from the month of `since` on, oldest first."""
    account = _mine(session, actor, account_id)
    rows = session.execute(
        select(
            col(LedgerMonth.month), col(LedgerMonth.kind), col(LedgerMonth.debit_minor), col(LedgerMonth.credit_minor)
        )
        .where(col(LedgerMonth.account_id) == account_id, col(LedgerMonth.month) >= since.replace(day=1))
        .order_by(col(LedgerMonth.month), col(LedgerMonth.kind))
    )
    return [
        Turnover(
            row.month, row.kind, Money(row.debit_minor, account.currency), Money(row.credit_minor, account.currency)
        )
        for row in rows
    ]


def about(session: Session, actor: Actor, *subjects: str) -> Sequence[RowAbout]:
    """Return the rows posted about the subjects (`payment:<id>`), oldest first; for staff who may see payments."""
    actor.require("payments.read")
    debit, credit = aliased(LedgerAccount), aliased(LedgerAccount)
    rows = session.execute(
        select(
            col(LedgerTransaction.id),
            col(LedgerTransaction.kind),
            col(debit.name).label("debit"),
            col(credit.name).label("credit"),
            col(LedgerRow.amount_minor),
            col(LedgerRow.currency),
            col(LedgerTransaction.posted_at),
        )
        .join(LedgerRow, col(LedgerRow.transaction_id) == col(LedgerTransaction.id))
        .join(debit, col(debit.id) == col(LedgerRow.debit_account_id))
        .join(credit, col(credit.id) == col(LedgerRow.credit_account_id))
        .where(col(LedgerTransaction.about).in_(subjects))
        .order_by(col(LedgerRow.id))
    )
    return [
        RowAbout(row.id, row.kind, row.debit, row.credit, Money(row.amount_minor, row.currency), row.posted_at)
        for row in rows
    ]


def _balance(balance_minor: int, held_minor: int, floor_minor: int | None, currency: str) -> Balance:
    spendable = balance_minor - held_minor - (floor_minor or 0)
    return Balance(Money(balance_minor, currency), Money(held_minor, currency), Money(spendable, currency))


def _mine(session: Session, actor: Actor, account_id: UUID) -> LedgerAccount:
    account = session.get(LedgerAccount, account_id)
    if account is None or actor.kind is ActorKind.guest:
        raise AccountNotFound()
    if actor.kind is ActorKind.customer and account.owner_id != actor.id:
        raise AccountNotFound()
    if actor.kind is ActorKind.staff:
        actor.require("payments.read")
    return account
