"""Who there is: customers, staff members, and what customers agreed to (1.1, 1.2, 7.1)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, StringEnum, UtcDateTime


class PersonStatus(StrEnum):
    active = "active"
    blocked = "blocked"


class StaffRole(StrEnum):
    operator = "operator"
    editor = "editor"
    finance = "finance"
    auditor = "auditor"
    administrator = "administrator"


class Person(SQLModel, table=True):
    """A customer. Without a password hash the company knows the person and the cabinet is not opened yet."""

    __tablename__ = "person"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    family_name: str = Field(max_length=80, sa_column_kwargs=personal("name"))
    given_name: str = Field(max_length=80, sa_column_kwargs=personal("name"))
    patronymic: str = Field(default="", max_length=80, sa_column_kwargs=personal("name"))
    email: str | None = Field(default=None, max_length=254, unique=True, sa_column_kwargs=personal("contact"))
    email_verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    phone: str | None = Field(default=None, max_length=20, unique=True, sa_column_kwargs=personal("contact"))
    """E.164, `+79162041836`."""
    phone_verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    locale: str = Field(default="ru", max_length=5)
    zone: str = Field(default="Europe/Moscow", max_length=40)
    password_hash: str | None = Field(default=None, max_length=200)
    password_set_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: PersonStatus = Field(default=PersonStatus.active, sa_type=StringEnum(PersonStatus))
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def name(self) -> str:
        """Given and family name, as others are shown it."""
        return f"{self.given_name} {self.family_name}".strip()


class StaffMember(SQLModel, table=True):
    """An employee of the company. The second factor is mandatory: without it the entry ends at its set-up."""

    __tablename__ = "staff_member"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    login: str = Field(max_length=254, unique=True, sa_column_kwargs=personal("contact"))
    name: str = Field(max_length=120, sa_column_kwargs=personal("name"))
    role: StaffRole = Field(sa_type=StringEnum(StaffRole))
    locale: str = Field(default="ru", max_length=5)
    zone: str = Field(default="Europe/Moscow", max_length=40)
    password_hash: str | None = Field(default=None, max_length=200)
    totp_sealed: str | None = Field(default=None, max_length=300)
    """The TOTP secret, AES-GCM under the installation's key."""
    totp_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    totp_step: int = Field(default=0)
    """The last 30-second step whose code was accepted: no code works twice."""
    invite_sha256: str | None = Field(default=None, max_length=64, unique=True)
    invite_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: PersonStatus = Field(default=PersonStatus.active, sa_type=StringEnum(PersonStatus))
    created_at: datetime = Field(sa_type=UtcDateTime)


class LegalText(SQLModel, table=True):
    """A version of a text that a customer agrees to. Published versions never change."""

    __tablename__ = "legal_text"
    __table_args__ = (Index("ix_legal_text_purpose_version", "purpose", "version", unique=True),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    purpose: str = Field(max_length=40)
    version: int
    title: dict[str, str] = Field(sa_type=Json)
    body: dict[str, str] = Field(sa_type=Json)
    sha256: str = Field(max_length=64)
    published_at: datetime = Field(sa_type=UtcDateTime)


class Consent(SQLModel, table=True):
    """That a person agreed to one version of one text, for one purpose; withdrawn by a date, never deleted."""

    __tablename__ = "consent"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    text_id: UUID = Field(foreign_key="legal_text.id")
    purpose: str = Field(max_length=40)
    text_sha256: str = Field(max_length=64)
    address: str = Field(default="", max_length=45, sa_column_kwargs=personal("network"))
    user_agent: str = Field(default="", max_length=300, sa_column_kwargs=personal("network"))
    given_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
