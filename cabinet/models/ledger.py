"""The ledger: accounts, immutable transactions of rows, holds, monthly turnovers (docs/domain/ledger.md)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from cabinet.models.types import Serial, StringEnum, UtcDateTime


class HoldStatus(StrEnum):
    open = "open"
    posted = "posted"
    voided = "voided"


class LedgerAccount(SQLModel, table=True):
    """Whose money it is. `balance_minor` is credits minus debits; it is a copy that the rows prove.

    A customer's account has a floor (0, or minus the agreed credit); a system account has none.
    """

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint("floor_minor IS NULL OR balance_minor - held_minor >= floor_minor", name="floor"),
        CheckConstraint("held_minor >= 0", name="held"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(max_length=80, unique=True)
    """`customer:<number>` or `system:<role>:<currency>`: what an auditor reads."""
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    """The customer whose money it is: nobody else's deed may debit it. None for the system's own accounts."""
    currency: str = Field(max_length=3)
    zone: str = Field(max_length=40)
    """The zone whose months its turnovers are kept in."""
    balance_minor: int = Field(default=0, sa_type=BigInteger)
    held_minor: int = Field(default=0, sa_type=BigInteger)
    floor_minor: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)


class LedgerTransaction(SQLModel, table=True):
    """One fact of money, recorded once: the key makes it so, the hash tells a replay from a reuse."""

    __tablename__ = "ledger_transaction"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(max_length=120, unique=True)
    request_hash: str = Field(max_length=64)
    kind: str = Field(max_length=40)
    about: str = Field(default="", max_length=80)
    """What it is about, `payment:<id>`: for the staff's timeline and for reconciliation."""
    reverses: UUID | None = Field(default=None, foreign_key="ledger_transaction.id", unique=True)
    posted_at: datetime = Field(sa_type=UtcDateTime)


class LedgerRow(SQLModel, table=True):
    """One debit and one credit of the same amount: a transaction sums to zero by construction."""

    __tablename__ = "ledger_row"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="positive"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        Index("ix_ledger_row_debit_account_id_id", "debit_account_id", "id"),
        Index("ix_ledger_row_credit_account_id_id", "credit_account_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    transaction_id: UUID = Field(foreign_key="ledger_transaction.id", index=True)
    debit_account_id: UUID = Field(foreign_key="ledger_account.id")
    credit_account_id: UUID = Field(foreign_key="ledger_account.id")
    currency: str = Field(max_length=3)
    amount_minor: int = Field(sa_type=BigInteger)
    debit_after_minor: int = Field(sa_type=BigInteger)
    """The debited account's balance right after this row (L11)."""
    credit_after_minor: int = Field(sa_type=BigInteger)


class LedgerHold(SQLModel, table=True):
    """Money promised elsewhere and not yet moved: it cannot be spent until the hold is posted or voided (L9)."""

    __tablename__ = "ledger_hold"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="positive"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(max_length=120, unique=True)
    request_hash: str = Field(max_length=64)
    account_id: UUID = Field(foreign_key="ledger_account.id", index=True)
    currency: str = Field(max_length=3)
    amount_minor: int = Field(sa_type=BigInteger)
    about: str = Field(default="", max_length=80)
    status: HoldStatus = Field(default=HoldStatus.open, sa_type=StringEnum(HoldStatus))
    expires_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LedgerMonth(SQLModel, table=True):
    """Turnover of an account by month and kind, written with each row so that a chart is one index read."""

    __tablename__ = "ledger_month"

    account_id: UUID = Field(foreign_key="ledger_account.id", primary_key=True)
    month: date = Field(primary_key=True)
    kind: str = Field(max_length=40, primary_key=True)
    debit_minor: int = Field(default=0, sa_type=BigInteger)
    credit_minor: int = Field(default=0, sa_type=BigInteger)
