"""Chat: a conversation with an operator, its messages, who of the staff is on duty (4.4)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, Serial, StringEnum, UtcDateTime


class ChatState(StrEnum):
    waiting = "waiting"
    """In the queue: nobody answers yet."""
    talking = "talking"
    over = "over"


class Conversation(SQLModel, table=True):
    """One talk of a customer's. A customer has one at a time that is not over."""

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
        Index("ix_conversation_person_id_started_at", "person_id", "started_at"),
        Index("ix_conversation_state_queued_at", "state", "queued_at"),
        Index("ix_conversation_operator_id_state", "operator_id", "state"),
        Index("ix_conversation_over_at", "over_at"),
        Index(
            "ix_conversation_open",
            "person_id",
            unique=True,
            sqlite_where=text("state <> 'over'"),
            postgresql_where=text("state <> 'over'"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    state: ChatState = Field(sa_type=StringEnum(ChatState))
    operator_id: UUID | None = Field(default=None, foreign_key="staff_member.id")
    subject: str = Field(max_length=120, sa_column_kwargs=personal("message"))
    """The beginning of its first message."""
    page: str = Field(default="", max_length=200)
    """The address of the page it was begun from."""
    object_kind: str = Field(default="", max_length=20)
    object_id: UUID | None = Field(default=None)
    started_at: datetime = Field(sa_type=UtcDateTime)
    queued_at: datetime = Field(sa_type=UtcDateTime)
    """Its place in the queue: the earlier, the sooner."""
    changed_at: datetime = Field(sa_type=UtcDateTime)
    joined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When an operator answered for the first time."""
    turns: int | None = Field(default=None)
    """How many talks had to end before its turn when it began; 0: an operator was free, None: nobody on duty."""
    promised_low: int | None = Field(default=None)
    promised_high: int | None = Field(default=None)
    """The wait that was told at its beginning, in seconds, from and to."""
    over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rating: int | None = Field(default=None)
    rating_comment: str = Field(default="", max_length=1000, sa_column_kwargs=personal("message"))
    ticket_id: UUID | None = Field(default=None, foreign_key="ticket.id")
    customer_got_id: int = Field(default=0)
    customer_read_id: int = Field(default=0)
    staff_got_id: int = Field(default=0)
    staff_read_id: int = Field(default=0)
    """The last message that each side's tab was given, and the last one that was before somebody's eyes."""
    told_id: int = Field(default=0)
    """The last message that the customer was told of by a notice."""
    customer_typing_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    staff_typing_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ChatMessage(SQLModel, table=True):
    """A line of a conversation: somebody's words, or what happened to it."""

    __tablename__ = "chat_message"
    __table_args__ = (
        CheckConstraint("person_id IS NULL OR staff_id IS NULL", name="sender"),
        Index("ix_chat_message_conversation_id_id", "conversation_id", "id"),
        Index("ix_chat_message_person_id_sent_at", "person_id", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    conversation_id: UUID = Field(foreign_key="conversation.id")
    draft_id: UUID = Field(unique=True)
    """Sent twice, it is there once."""
    what: str = Field(default="said", max_length=20)
    """`said`, or what happened: joined, passed, left, returned, over, ticket."""
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    staff_id: UUID | None = Field(default=None, foreign_key="staff_member.id")
    body: str = Field(default="", max_length=5_000, sa_column_kwargs=personal("message"))
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    sent_at: datetime = Field(sa_type=UtcDateTime)


class ChatFile(SQLModel, table=True):
    """A file beside a line."""

    __tablename__ = "chat_file"

    file_id: UUID = Field(foreign_key="stored_file.id", primary_key=True)
    message_id: int = Field(foreign_key="chat_message.id", index=True, sa_type=Serial)
    conversation_id: UUID = Field(foreign_key="conversation.id")


class ChatDuty(SQLModel, table=True):
    """An operator on duty. The row goes when the duty ends."""

    __tablename__ = "chat_duty"

    staff_id: UUID = Field(foreign_key="staff_member.id", primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)
    heard_at: datetime = Field(sa_type=UtcDateTime)
    """When the console was heard of last."""
