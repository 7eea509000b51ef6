"""Sessions, sign-ups and recoveries under way, personal tokens of the API (1.2)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, StringEnum, UtcDateTime


class SessionKind(StrEnum):
    customer = "customer"
    staff = "staff"
    staff_half = "staff_half"
    """The password was right, the second factor is still owed: opens nothing but its page."""


class PendingKind(StrEnum):
    sign_up = "sign_up"
    recovery = "recovery"


class Session(SQLModel, table=True):
    """A signed-in browser. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    token_sha256: str = Field(max_length=64, unique=True)
    kind: SessionKind = Field(sa_type=StringEnum(SessionKind))
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    staff_id: UUID | None = Field(default=None, foreign_key="staff_member.id", index=True)
    address: str = Field(default="", max_length=45, sa_column_kwargs=personal("network"))
    user_agent: str = Field(default="", max_length=300, sa_column_kwargs=personal("network"))
    trusted: bool = Field(default=False)
    """«Доверять этому устройству»: a longer life; money still asks for a code."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    idle_until: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_reason: str = Field(default="", max_length=40)


class Pending(SQLModel, table=True):
    """A sign-up or a recovery that waits for its code. The browser holds a random ticket, never an id."""

    __tablename__ = "pending"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    ticket_sha256: str = Field(max_length=64, unique=True)
    kind: PendingKind = Field(sa_type=StringEnum(PendingKind))
    contact: str = Field(max_length=254, sa_column_kwargs=personal("contact"))
    contact_kind: str = Field(max_length=10)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    challenge_id: UUID = Field(foreign_key="challenge.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiToken(SQLModel, table=True):
    """A personal token of the REST API: scopes, an expiry, and the last use."""

    __tablename__ = "api_token"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=80)
    token_sha256: str = Field(max_length=64, unique=True)
    scopes: list[str] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
