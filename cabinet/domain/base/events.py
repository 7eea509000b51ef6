"""Events: facts that deeds record in their own transaction; what follows stands in `domain/reactions/`."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.models.journal import EventRow, ReactionDone

_KEY = "cabinet.events"
_RINGS = "cabinet.rings"

Ring = tuple[UUID, str]
"""A person and a live topic whose open tabs may want to look again."""

KINDS: dict[str, type[Event]] = {}
"""Every event by the name it is stored under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact in the past tense. Fields are ids, short words and whole numbers: workflows and logs carry them."""

    topic: ClassVar[str] = ""
    """The live topic to ring for `person_id` after the commit; "" rings nothing."""

    id: UUID = dataclasses.field(default_factory=uuid4)
    person_id: UUID | None = None
    """Whose fact it is."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super(Event, cls).__init_subclass__(**kwargs)
        KINDS[cls.__name__] = cls

    def payload(self) -> dict[str, Any]:
        """Return the fields as JSON values, without the id."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "id"}
        return {name: str(value) if isinstance(value, UUID) else value for name, value in fields.items()}


EVERYBODY: Final = UUID(int=0)
"""Rung, it concerns nobody in particular; listened to, it hears every ring: the staff's desk, the phone page."""


def record(session: Session, event: Event, *, now: datetime) -> None:
    """Write the event down; its reactions run after this transaction commits, exactly as often as it commits."""
    session.add(EventRow(id=event.id, name=type(event).__name__, payload=event.payload(), recorded_at=now))
    session.info.setdefault(_KEY, []).append(event)
    if event.topic and event.person_id is not None:
        ring(session, event.person_id, event.topic)


def ring(session: Session, person_id: UUID, topic: str) -> None:
    """Have the person's open tabs told after the commit. A hint: when it is lost, a reload shows the same."""
    session.info.setdefault(_RINGS, {})[(person_id, topic)] = None


def rings(session: Session) -> list[Ring]:
    """Return whom to ring about what, each once, in the order they came up."""
    return list(session.info.get(_RINGS, ()))


def recorded(session: Session) -> list[Event]:
    """Return the events recorded in this session so far."""
    return list(session.info.get(_KEY, ()))


def claim(session: Session, event_id: UUID, reaction: str, *, now: datetime) -> bool:
    """Note that this transaction carries the reaction out; False when another one did before."""
    connection = session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    note = dialect.insert(ReactionDone).on_conflict_do_nothing().returning(col(ReactionDone.event_id))
    values = {"event_id": event_id, "reaction": reaction, "done_at": now}
    return connection.execute(note, values).first() is not None


def load(session: Session, event_id: UUID) -> Event:
    """Read an event back as the object that was recorded."""
    row = session.get_one(EventRow, event_id)
    kind = KINDS[row.name]
    hints = typing.get_type_hints(kind)
    values = {
        name: UUID(value) if isinstance(value, str) and UUID in (hints[name], *typing.get_args(hints[name])) else value
        for name, value in row.payload.items()
    }
    return kind(id=row.id, **values)
