"""Outages and works on the network: where, since when, until when, who waits to hear, what was given back (3.4)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cabinet.models.types import Json, Serial, StringEnum, UtcDateTime


class OutageKind(StrEnum):
    outage = "outage"
    """Something broke: its end is a forecast."""
    works = "works"
    """It was planned: it ends when it was said to."""


class Compensation(StrEnum):
    none = "none"
    claimed = "claimed"
    """The customer takes it with one press."""
    automatic = "automatic"
    """It is given when the outage is over."""


class Outage(SQLModel, table=True):
    """What touches a category of services at some addresses for a while."""

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("forecast_at IS NULL OR begins_at < forecast_at", name="forecast"),
        CheckConstraint("ended_at IS NULL OR begins_at <= ended_at", name="order"),
        Index("ix_outage_ended_at_begins_at", "ended_at", "begins_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: str = Field(max_length=20, unique=True)
    kind: OutageKind = Field(sa_type=StringEnum(OutageKind))
    category: str = Field(max_length=30)
    """The category of products that it touches."""
    regions: list[str] = Field(default_factory=list, sa_type=Json)
    """How the addresses begin that it touches; none named means everywhere."""
    title: dict[str, str] = Field(sa_type=Json)
    detail: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    compensation: Compensation = Field(default=Compensation.none, sa_type=StringEnum(Compensation))
    begins_at: datetime = Field(sa_type=UtcDateTime)
    forecast_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it is to be over; None while nobody can say."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class OutageStep(SQLModel, table=True):
    """A line of an outage's story."""

    __tablename__ = "outage_step"

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    outage_id: UUID = Field(foreign_key="outage.id", index=True)
    name: str = Field(max_length=40)
    """`announced`, `moved`, `ended`."""
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class OutageWatch(SQLModel, table=True):
    """A customer who wants to hear of its end."""

    __tablename__ = "outage_watch"

    outage_id: UUID = Field(foreign_key="outage.id", primary_key=True)
    billing_account_id: UUID = Field(foreign_key="billing_account.id", primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class OutageCompensation(SQLModel, table=True):
    """What an account was given for an outage, once."""

    __tablename__ = "outage_compensation"
    __table_args__ = (
        UniqueConstraint("outage_id", "billing_account_id"),
        CheckConstraint("amount_minor > 0", name="positive"),
        Index("ix_outage_compensation_billing_account_id", "billing_account_id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    outage_id: UUID = Field(foreign_key="outage.id")
    billing_account_id: UUID = Field(foreign_key="billing_account.id")
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(default="RUB", max_length=3)
    created_at: datetime = Field(sa_type=UtcDateTime)
