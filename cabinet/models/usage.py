"""What of a service was used: records as the network sends them, days summed up with the write (3.1, 3.2)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from cabinet.models.catalog import Unit
from cabinet.models.metadata import personal
from cabinet.models.types import Serial, StringEnum, UtcDateTime


class UsageRecord(SQLModel, table=True):
    """A call, a session of traffic, a message, in base units: seconds, kilobytes, pieces."""

    __tablename__ = "usage_record"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="something"),
        Index("ix_usage_record_subscription_id_started_at", "subscription_id", "started_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    subscription_id: UUID = Field(foreign_key="subscription.id")
    unit: Unit = Field(sa_type=StringEnum(Unit))
    amount: int = Field(sa_type=BigInteger)
    """Below zero it corrects an earlier record of the same day."""
    peak_mbit: int = Field(default=0)
    """The highest speed that was seen in it; 0 says nothing of it."""
    external_id: str = Field(max_length=80, unique=True)
    """What the network calls it: brought twice, it is one record."""
    started_at: datetime = Field(sa_type=UtcDateTime, index=True, sa_column_kwargs=personal("usage"))
    came_at: datetime = Field(sa_type=UtcDateTime)


class UsageDay(SQLModel, table=True):
    """What was used on one day of the account's zone: the sum of the day's records."""

    __tablename__ = "usage_day"
    __table_args__ = (CheckConstraint("amount >= 0", name="not_below_zero"),)

    subscription_id: UUID = Field(foreign_key="subscription.id", primary_key=True)
    day: date = Field(primary_key=True)
    unit: Unit = Field(primary_key=True, sa_type=StringEnum(Unit))
    amount: int = Field(sa_type=BigInteger)
    records: int
    peak_mbit: int = Field(default=0)


class UsagePeriod(SQLModel, table=True):
    """What of a unit went beyond in one period, and for how many of it money was asked."""

    __tablename__ = "usage_period"
    __table_args__ = (
        Index(
            "ix_usage_period_open",
            "subscription_id",
            sqlite_where=text("NOT counted OR beyond <> asked"),
            postgresql_where=text("NOT counted OR beyond <> asked"),
        ),
    )

    subscription_id: UUID = Field(foreign_key="subscription.id", primary_key=True)
    month: date = Field(primary_key=True)
    """The month in which the period begins."""
    unit: Unit = Field(primary_key=True, sa_type=StringEnum(Unit))
    beyond: int = Field(default=0, sa_type=BigInteger)
    """Whole units beyond what was included and in packages, as they were counted last."""
    asked: int = Field(default=0, sa_type=BigInteger)
    """For how many of them an invoice was issued, less those given back."""
    serial: int = Field(default=0)
    """How many times money was asked or given back for it: each has a key of its own."""
    counted: bool = Field(default=False)
    """False when records came since: it is to be counted anew."""


class UsageImport(SQLModel, table=True):
    """A file that is being brought in, or was: one that was broken off goes on where it stopped."""

    __tablename__ = "usage_import"

    digest: str = Field(primary_key=True, max_length=64)
    """SHA-256 of its content."""
    name: str = Field(max_length=200)
    rows: int = Field(default=0, sa_type=BigInteger)
    """How many of its rows are through."""
    added: int = Field(default=0, sa_type=BigInteger)
    known: int = Field(default=0, sa_type=BigInteger)
    wrong: int = Field(default=0, sa_type=BigInteger)
    untold_first: int = Field(default=0, sa_type=BigInteger)
    untold_last: int = Field(default=0, sa_type=BigInteger)
    """The first and the last record of which nobody was told yet; 0 when there is none."""
    untold_pages: int = Field(default=0)
    tell_after: int = Field(default=1)
    """After so many pages customers are told; it doubles, so that a huge file counts nobody anew all along."""
    begun_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
