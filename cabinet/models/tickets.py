"""Tickets: what customers ask, the thread of answers, the states it goes through, the mark it gets (4.1, 4.2)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, Serial, StringEnum, UtcDateTime


class TicketState(StrEnum):
    """The staff's states; customers see four of them, `tickets.LABELS`."""

    accepted = "accepted"
    working = "working"
    second_line = "second_line"
    waiting = "waiting"
    """For the customer's answer: the clock stands."""
    done = "done"


class TicketPriority(StrEnum):
    low = "low"
    normal = "normal"
    high = "high"


class TicketTopic(SQLModel, table=True):
    """What one may write about, with the fields that are asked beside the words."""

    __tablename__ = "ticket_topic"

    code: str = Field(primary_key=True, max_length=40)
    title: dict[str, str] = Field(sa_type=Json)
    fields: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    """Each `{"name", "kind": text|choice|date, "label": {locale: …}, "required", "options": [{locale: …}]}`."""
    category: str = Field(default="", max_length=30)
    """Whose outages are shown before one writes; "" those of every service."""
    priority: TicketPriority = Field(default=TicketPriority.normal, sa_type=StringEnum(TicketPriority))
    position: int = Field(default=0)
    offered: bool = Field(default=True)
    team_code: str = Field(default="", max_length=40)
    """Who answers; "" is everybody."""


class Share(StrEnum):
    """How a team's tickets find who answers them."""

    hand = "hand"
    """Somebody takes them."""
    turn = "turn"
    """By turns: whoever was given none for longest (round robin)."""
    load = "load"
    """Whoever has the fewest open ones."""


class SupportTeam(SQLModel, table=True):
    """A department of support: its topics, its people, how the work is shared."""

    __tablename__ = "support_team"

    code: str = Field(primary_key=True, max_length=40)
    title: dict[str, str] = Field(sa_type=Json)
    share: Share = Field(default=Share.hand, sa_type=StringEnum(Share))


class TeamMember(SQLModel, table=True):
    """Who works in a team, and what he can answer."""

    __tablename__ = "team_member"

    team_code: str = Field(primary_key=True, foreign_key="support_team.code", max_length=40)
    staff_id: UUID = Field(primary_key=True, foreign_key="staff_member.id")
    topics: list[str] = Field(default_factory=list, sa_type=Json)
    """His skills: codes of topics; none named are all of the team's."""
    takes: bool = Field(default=True)
    """False while he wants to be given nothing: on leave, at lunch."""
    given_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When he was given one by itself the last time."""


class Ticket(SQLModel, table=True):
    """One affair of a customer's. Its promises are fixed when it is opened."""

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("spent_minutes >= 0", name="spent"),
        Index("ix_ticket_person_id_changed_at", "person_id", "changed_at"),
        Index("ix_ticket_state_solve_due_at", "state", "solve_due_at"),
        Index("ix_ticket_object_id", "object_id"),
        Index("ix_ticket_assignee_id_state", "assignee_id", "state"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    """The draft's: sent twice, it is opened once."""
    number: str = Field(max_length=20, unique=True)
    person_id: UUID = Field(foreign_key="person.id")
    topic_code: str = Field(foreign_key="ticket_topic.code", max_length=40)
    subject: str = Field(max_length=200, sa_column_kwargs=personal("message"))
    state: TicketState = Field(sa_type=StringEnum(TicketState))
    priority: TicketPriority = Field(sa_type=StringEnum(TicketPriority))
    assignee_id: UUID | None = Field(default=None, foreign_key="staff_member.id")
    team_code: str = Field(default="", max_length=40, index=True)
    """Whose it is; "" is everybody's."""
    merged_into_id: UUID | None = Field(default=None)
    """The ticket that its messages went to, when both were about the same."""
    object_kind: str = Field(default="", max_length=20)
    object_id: UUID | None = Field(default=None)
    answers: dict[str, str] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=personal("message"))
    """What was filled into the topic's fields, by name."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    answer_due_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    solve_minutes: int
    """Working minutes that were promised for the whole."""
    spent_minutes: int = Field(default=0)
    """Working minutes used before the clock was set going the last time."""
    running_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    solve_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """None while the clock stands."""
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rating: int | None = Field(default=None)
    rating_comment: str = Field(default="", max_length=1000, sa_column_kwargs=personal("message"))


class TicketMessage(SQLModel, table=True):
    """One message of the thread, of the customer's or of the staff's."""

    __tablename__ = "ticket_message"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (staff_id IS NULL)", name="sender"),
        Index("ix_ticket_message_ticket_id_id", "ticket_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    ticket_id: UUID = Field(foreign_key="ticket.id")
    draft_id: UUID = Field(unique=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    staff_id: UUID | None = Field(default=None, foreign_key="staff_member.id")
    body: str = Field(max_length=10_000, sa_column_kwargs=personal("message"))
    sent_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    earlier: list[str] = Field(default_factory=list, sa_type=Json, sa_column_kwargs=personal("message"))
    """What it said before it was edited, the oldest first."""
    private: bool = Field(default=False)
    """A note of the staff's among themselves: the customer never sees it, nor its files."""


class CannedReply(SQLModel, table=True):
    """A text that the staff sends often. `[name]` and `[number]` stand for the customer's name and the ticket's."""

    __tablename__ = "canned_reply"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    title: str = Field(max_length=100)
    body: str = Field(max_length=5_000)
    topic_code: str = Field(default="", max_length=40)
    """Shown for tickets on this topic only; "" is any."""
    made_by: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TicketTag(SQLModel, table=True):
    """A word that the staff gives a ticket, to find those alike."""

    __tablename__ = "ticket_tag"

    ticket_id: UUID = Field(foreign_key="ticket.id", primary_key=True)
    tag: str = Field(max_length=30, primary_key=True, index=True)


class TicketLink(SQLModel, table=True):
    """Two tickets that have to do with each other; the lesser id first, so that a pair is linked once."""

    __tablename__ = "ticket_link"
    __table_args__ = (CheckConstraint("one_id < other_id", name="order"),)

    one_id: UUID = Field(foreign_key="ticket.id", primary_key=True)
    other_id: UUID = Field(foreign_key="ticket.id", primary_key=True, index=True)


class TicketFilter(SQLModel, table=True):
    """What a member of the staff looks at often, kept under a name."""

    __tablename__ = "ticket_filter"
    __table_args__ = (UniqueConstraint("staff_id", "title"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    staff_id: UUID = Field(foreign_key="staff_member.id")
    title: str = Field(max_length=60)
    wanted: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """By field: `queue`, `team`, `topic`, `priority`, `state`, `tag`, `words`, `late`."""
    shared: bool = Field(default=False)
    """Everybody at the desk sees it."""


class TicketWatch(SQLModel, table=True):
    """Who of the staff has a ticket open, and whether he is answering it."""

    __tablename__ = "ticket_watch"

    staff_id: UUID = Field(foreign_key="staff_member.id", primary_key=True)
    ticket_id: UUID = Field(foreign_key="ticket.id", index=True)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    begun_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When he began to answer; None while he reads."""


class TicketFile(SQLModel, table=True):
    """A file beside a message."""

    __tablename__ = "ticket_file"

    file_id: UUID = Field(foreign_key="stored_file.id", primary_key=True)
    message_id: int = Field(foreign_key="ticket_message.id", index=True, sa_type=Serial)
    ticket_id: UUID = Field(foreign_key="ticket.id")


class TicketLetter(SQLModel, table=True):
    """A letter that came about a ticket: dealt with once, however often the post brings it."""

    __tablename__ = "ticket_letter"

    key: str = Field(primary_key=True, max_length=64)
    """SHA-256 of its Message-ID, or of the whole where it has none."""
    ticket_id: UUID = Field(foreign_key="ticket.id", index=True)
    sender: str = Field(max_length=254, sa_column_kwargs=personal("contact"))
    refusal: str = Field(default="", max_length=60)
    """Why it was not taken; "" when it was."""
    came_at: datetime = Field(sa_type=UtcDateTime, index=True)
    settled: bool = Field(default=False)
    """False while a worker is at it."""


class TicketStep(SQLModel, table=True):
    """A line of the ticket's story."""

    __tablename__ = "ticket_step"

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    ticket_id: UUID = Field(foreign_key="ticket.id", index=True)
    name: str = Field(max_length=40)
    state: TicketState = Field(sa_type=StringEnum(TicketState))
    """The one it came into."""
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80)


class TicketDraft(SQLModel, table=True):
    """What a customer has begun to write: one for each, taken up on any device."""

    __tablename__ = "ticket_draft"

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    draft_id: UUID
    words: dict[str, str] = Field(default_factory=dict, sa_type=Json, sa_column_kwargs=personal("message"))
    saved_at: datetime = Field(sa_type=UtcDateTime)
