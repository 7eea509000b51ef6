"""Challenges: an operation as it was shown, waiting for the code that signs it (1.1, 2.2, 3.1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import UtcDateTime


class Challenge(SQLModel, table=True):
    """One operation, one channel, one code at a time. The code itself is derived from a key and stored nowhere."""

    __tablename__ = "challenge"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    operation: str = Field(max_length=40)
    canonical: str = Field(max_length=4000)
    """Canonical JSON of what is confirmed: its SHA-256 is part of the code."""
    silent: bool = Field(default=False)
    """No code goes out and none fits: the answer to somebody who must not learn whether an account exists."""
    channel: str = Field(max_length=10)
    address: str = Field(max_length=254, sa_column_kwargs=personal("contact"))
    locale: str = Field(default="ru", max_length=5)
    resend: int = Field(default=0)
    tries_left: int
    failures: int = Field(default=0)
    """Wrong codes so far, over all resends."""
    sent_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
