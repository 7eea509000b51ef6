"""What follows from what: the one table of events and their reactions.

A reaction is a deed `(session, actor, event, *, now)` that runs after the commit of the transaction that recorded the
event, in a transaction of its own, as the actor `system:reaction:<its name>`. It is carried out once for an event,
however often it is tried: the row that says so commits with what it wrote. One that fails is tried again and does not
stop its siblings. What calls the outside world is no reaction; it stands in `jobs.AFTER`.

A reaction is remembered by its name, `loyalty.accrue`: renamed, it runs again for the events that wait for a retry.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Protocol

from sqlmodel import Session

from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.events import Event

NAME_LENGTH_MAX: Final = 80


class Reaction(Protocol):
    """A deed that follows from an event; `event` is of the class it stands under in the table."""

    def __call__(self, session: Session, actor: Actor, event: Any, /, *, now: datetime) -> object: ...


REACTIONS: Final[dict[type[Event], tuple[Reaction, ...]]] = {}


def carry_out(session: Session, actor: Actor, reaction: Reaction, event: Event, *, now: datetime) -> bool:
    """Run the reaction unless it was carried out for this event before; tell whether it ran."""
    actor.require_system()
    if not events.claim(session, event.id, name_of(reaction), now=now):
        return False
    reaction(session, actor, event, now=now)
    return True


def name_of(function: Callable[..., object]) -> str:
    """Return `loyalty.accrue` for `accrue` of `cabinet.domain.loyalty`, or of any module of a package of that name."""
    path = function.__module__.split(".")
    subject = path[2] if path[0] == "cabinet" else path[-1]
    return f"{subject}.{function.__name__}"
