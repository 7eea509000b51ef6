"""Files that people send: what is known of each. The content lies in the store, under a key of ours."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, StringEnum, UtcDateTime


class FileStatus(StrEnum):
    ready = "ready"
    refused = "refused"
    """It was not taken; the row tells its sender why, and goes with the draft."""
    gone = "gone"
    """Its content is to be removed from the store, or has been."""


class StoredFile(SQLModel, table=True):
    """A file of a customer or of a staff member. Without `attached_at` it belongs to something not sent yet."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (staff_id IS NULL)", name="sender"),
        CheckConstraint("size_bytes >= 0", name="size"),
        Index("ix_stored_file_person_id_status", "person_id", "status"),
        Index("ix_stored_file_draft_id", "draft_id"),
        Index("ix_stored_file_status_attached_at_created_at", "status", "attached_at", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(max_length=40, unique=True)
    """Where the content lies. Random, and said to nobody."""
    draft_id: UUID
    """What it was sent for: a message under way."""
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    staff_id: UUID | None = Field(default=None, foreign_key="staff_member.id")
    name: str = Field(max_length=120, sa_column_kwargs=personal("file"))
    media_type: str = Field(default="", max_length=100)
    size_bytes: int = Field(default=0)
    sha256: str = Field(default="", max_length=64)
    has_preview: bool = Field(default=False)
    status: FileStatus = Field(sa_type=StringEnum(FileStatus))
    refusal: str = Field(default="", max_length=60)
    """The code of why it was not taken, with what fills its words."""
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    attached_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when the store does not have it any more."""
