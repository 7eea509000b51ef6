"""What the job engine is told: tasks, the work they stand for, the lanes they queue in, the clock's ticks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from cabinet.kit import clock

Plain = str | int | list[str]
"""What a task may carry: ids, short words, whole numbers. It is stored as plain text, so nothing personal."""


class Lane(StrEnum):
    """Where tasks queue, so that slow ones never stand before quick ones."""

    quick = "quick"
    """What follows from an event: short transactions, and somebody may be waiting."""
    outside = "outside"
    """What calls a gateway: seconds of waiting, no transaction meanwhile."""
    bulk = "bulk"
    """What runs by the clock: batches and their pages."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the engine looks, how much it does at a time, how long it keeps what is done."""

    looks_seconds: Mapping[Lane, float] = field(
        default_factory=lambda: {Lane.quick: 0.2, Lane.outside: 0.5, Lane.bulk: 1.0}
    )
    at_a_time: Mapping[Lane, int] = field(default_factory=lambda: {Lane.quick: 4, Lane.outside: 8, Lane.bulk: 2})
    """Tasks at work in one process. On SQLite each of them may stand before a customer in the writers' queue."""
    retries_seconds: tuple[float, ...] = (1, 5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600)
    """The pauses after failures; after the last one the task is a dead letter."""
    sweep_seconds: float = 20.0
    """How soon the work of a dead process is taken over, at most 25 s later when its whole machine vanished."""
    schedule_seconds: float = 30.0
    """How soon a schedule is seen that another process changed."""
    stop_seconds: int = 10
    """How long a stopping process waits for what it is doing; the rest is done elsewhere, or after the restart."""
    keep_done_days: int = 30
    keep_dead_days: int = 365


@dataclass(frozen=True, slots=True)
class Work:
    """What a task does. `run` gets the task's arguments; what it awaits runs on the engine's own event loop."""

    run: Callable[..., Awaitable[None] | None]
    lane: Lane = Lane.quick
    retries: bool = True
    """Whether a failure is made up for; False when the next tick of a clock does the same anyway."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, once for its `id`."""

    work: str
    id: str
    args: tuple[Plain, ...] = ()
    after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Tick:
    """When the clock puts a task; its work gets the instant that was due, ISO 8601 in UTC."""

    cron: str
    work: str
    zone: str
    catches_up: bool = False
    """Whether the ticks that nobody was there for are made up for at the next start."""

    def name_of(self, due: datetime) -> str:
        """Return what the tick at that instant is called: one task of a name is put.

        What comes at a fixed hour is called by its day: that hour comes twice in a night when the clocks go back.
        """
        *_, hour, _, _, _ = self.cron.split()
        return clock.day_of(due, self.zone).isoformat() if hour.isdigit() else due.astimezone(UTC).isoformat()


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A task that is not tried any more."""

    id: str
    since: datetime | None


class Unfinished(Exception):
    """The work was done in part: only `left`, the arguments of what remains, is tried again."""

    def __init__(self, *left: Plain) -> None:
        super().__init__("a part of it failed")
        self.left = left
