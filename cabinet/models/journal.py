"""What the house writes down about itself: events, the audit chain, spoken numbers, operator's rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from cabinet.models.types import Json, Serial, UtcDateTime


class EventRow(SQLModel, table=True):
    """A fact that a deed recorded; what follows from it is in `domain/reactions/`."""

    __tablename__ = "event"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(max_length=60)
    payload: dict[str, Any] = Field(sa_type=Json)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ReactionDone(SQLModel, table=True):
    """That a reaction to an event was carried out, written in the reaction's own transaction."""

    __tablename__ = "reaction_done"

    event_id: UUID = Field(foreign_key="event.id", primary_key=True)
    reaction: str = Field(max_length=80, primary_key=True)
    done_at: datetime = Field(sa_type=UtcDateTime)


class AuditRecord(SQLModel, table=True):
    """One line of the audit journal. `hash` covers the line and the hash before it: nothing can be altered unseen."""

    __tablename__ = "audit_record"
    __table_args__ = (Index("ix_audit_record_object", "object_type", "object_id", "seq"),)

    seq: int = Field(primary_key=True, sa_type=Serial, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80, index=True)
    session_id: UUID | None = Field(default=None)
    address: str = Field(default="", max_length=45)
    action: str = Field(max_length=60, index=True)
    object_type: str = Field(default="", max_length=40)
    object_id: str = Field(default="", max_length=60)
    details: str = Field(default="{}", max_length=4000)
    """Canonical JSON. Personal data only as ids and names of fields, so that erasure does not break the chain."""
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class Counter(SQLModel, table=True):
    """The last spoken number of a series in a year."""

    __tablename__ = "counter"

    series: str = Field(max_length=20, primary_key=True)
    year: int = Field(primary_key=True)
    last: int = Field(sa_type=Serial)


class Rule(SQLModel, table=True):
    """A version of an operator's rule (limits, fees, terms); the newest one that is already valid holds."""

    __tablename__ = "rule"
    __table_args__ = (Index("ix_rule_name_valid_from", "name", "valid_from"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(max_length=40)
    value: dict[str, Any] = Field(sa_type=Json)
    valid_from: datetime = Field(sa_type=UtcDateTime)
    set_by: str = Field(max_length=80)
