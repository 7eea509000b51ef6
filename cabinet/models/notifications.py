"""Notifications: the journal in the cabinet, and each message that leaves it (1.3)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, Serial, StringEnum, UtcDateTime


class Channel(StrEnum):
    email = "email"
    sms = "sms"
    push = "push"


class DeliveryStatus(StrEnum):
    queued = "queued"
    sent = "sent"
    failed = "failed"


class Notification(SQLModel, table=True):
    """One line of a person's journal. Its text is made when it is shown, in the language of that moment."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_person_at", "person_id", "at", "id"),
        Index("ix_notification_person_unread", "person_id", "read_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    public_id: UUID = Field(default_factory=uuid4, unique=True)
    person_id: UUID = Field(foreign_key="person.id")
    kind: str = Field(max_length=40)
    values: dict[str, Any] = Field(sa_type=Json)
    link: str = Field(default="", max_length=200)
    dedupe: str = Field(max_length=120, unique=True)
    """`<event>:<kind>`: the same event never tells a person twice."""
    at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Delivery(SQLModel, table=True):
    """One message on one channel to one address, with its state; retried by the job, sent once by its key."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_status_updated", "status", "updated_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(max_length=140, unique=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    channel: Channel = Field(sa_type=StringEnum(Channel))
    address: str = Field(max_length=254, sa_column_kwargs=personal("contact"))
    locale: str = Field(default="ru", max_length=5)
    kind: str = Field(max_length=40)
    values: dict[str, Any] = Field(sa_type=Json)
    link: str = Field(default="", max_length=200)
    """Where the message's button leads in the cabinet; empty means its front page."""
    attachment: str = Field(default="", max_length=80)
    """`receipt:<id>`: made into a file by the sending job."""
    answers: str = Field(default="", max_length=80)
    """`ticket:<id>:<message>`: a reply lands in that thread, and the letter shows the message; 0 is none."""
    challenge_id: UUID | None = Field(default=None, foreign_key="challenge.id", index=True)
    """For a code: the sending job derives it; it is never stored here."""
    status: DeliveryStatus = Field(default=DeliveryStatus.queued, sa_type=StringEnum(DeliveryStatus))
    attempts: int = Field(default=0)
    error: str = Field(default="", max_length=300)
    vendor_ref: str = Field(default="", max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class PhoneMessage(SQLModel, table=True):
    """Demonstration only: what the stub gateways were given, shown on the phone page."""

    __tablename__ = "phone_message"

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    key: str = Field(max_length=140, unique=True)
    channel: Channel = Field(sa_type=StringEnum(Channel))
    address: str = Field(max_length=254, index=True, sa_column_kwargs=personal("contact"))
    subject: str = Field(default="", max_length=300)
    body: str = Field(max_length=20000)
    attachments: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    reply_to: str = Field(default="", max_length=254)
    """Where a reply to it goes; "" where none is read."""
    at: datetime = Field(sa_type=UtcDateTime)


class PhoneLetter(SQLModel, table=True):
    """Demonstration only: a letter that somebody sent from the phone page, as it lies in the company's mailbox."""

    __tablename__ = "phone_letter"

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    raw: str = Field(max_length=200_000, sa_column_kwargs=personal("message"))
    """RFC 5322, in 7 bits."""
    sent_at: datetime = Field(sa_type=UtcDateTime)
    dealt_with: bool = Field(default=False)
