"""From a commit to what follows from it: reactions, errands outside, ticks of the clock, batches in pages.

All of it is carried out by `jobs.engine` at least once. A reaction happens once for its event, because the row that
says so is written in the same transaction; jobs, errands and tasks are made safe to repeat by the keys of their deeds.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from cabinet.db import Database
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.events import Event
from cabinet.domain.reactions import NAME_LENGTH_MAX, Reaction, carry_out, name_of
from cabinet.jobs.engine import EVENTS, Engine
from cabinet.jobs.tasks import Lane, Pace, Plain, Task, Tick, Unfinished, Work
from cabinet.kit import clock
from cabinet.kit.errors import Refusal

_LOG = logging.getLogger(__name__)

PAGE_MAX: Final = 200
"""Objects of a batch that one task goes through."""

_ERRAND: Final = "errand"
_PAGE: Final = "page"

Errand = Callable[[Any], Awaitable[None] | None]
"""Outside work after an event, which it gets: read, call a gateway, write; no transaction across the call.

It runs when the event's reactions are through, and again when one that had failed is made up for: so it looks at what
there is to do now, and calls with keys of our own.
"""
Child = Callable[..., Awaitable[None] | None]
"""What a task put by name does with its arguments; for a batch, with the id of one object and the batch's run."""


@dataclass(frozen=True, slots=True)
class Together:
    """A child that is quicker with several objects in one transaction: `run` gets a list of ids, and the batch's run.

    Where it refuses or fails for several, it is carried out for each alone, so that one never stops the others.
    """

    run: Callable[[Sequence[str], str], None]
    at_once: int = 10
    """So few that whoever waits to write does not wait long."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is done by the clock. `run` gets the instant it was due, the same one whenever it is tried again."""

    cron: str
    run: Callable[[datetime], Awaitable[None] | None]
    lane: Lane = Lane.bulk
    every_tick: bool = False
    """Whether each tick counts: missed ones are made up for after downtime, failed ones are tried again."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What is done, by event and by name. Those of the house are in `cabinet.jobs`; tests bring their own."""

    reactions: Mapping[type[Event], tuple[Reaction, ...]]
    errands: Mapping[type[Event], tuple[Errand, ...]]
    jobs: Mapping[str, Job]
    children: Mapping[str, Child | Together]


class Dispatch:
    """The jobs of one database: what the tasks of its engine mean."""

    def __init__(
        self, database: Database, tables: Tables, *, zone: str, pace: Pace | None, alarm: Callable[[str], None]
    ) -> None:
        """Check the tables and make the engine; `zone` is where the jobs' clock hangs."""
        self.database = database
        self.zone = zone
        self._tables = tables
        for kind in (tables.reactions, tables.errands):
            for event, functions in kind.items():
                _check_names(event, functions)
        works = {
            EVENTS: Work(self._events),
            _ERRAND: Work(self._errand, Lane.outside),
            _PAGE: Work(self.page, Lane.bulk),
        }
        works |= {
            f"job.{name}": Work(partial(_due, job), job.lane, job.every_tick) for name, job in tables.jobs.items()
        }
        works |= {
            f"child.{name}": Work(child, Lane.outside)
            for name, child in tables.children.items()
            if not isinstance(child, Together)
        }
        ticks = [Tick(job.cron, f"job.{name}", zone, job.every_tick) for name, job in tables.jobs.items()]
        followed = {*tables.reactions, *tables.errands}
        self.engine = Engine(database, works, ticks, followed=followed, pace=pace, alarm=alarm)

    def enqueue(self, name: str, key: str, *args: Plain, after_seconds: float = 0.0) -> None:
        """Have the child done once for its key, in a transaction of its own."""
        child = Task(f"child.{name}", f"{name}:{key}", args, after_seconds)
        self.database.run(self.engine.put, child)

    def in_pages(self, name: str, run: str, ids: Iterable[UUID]) -> int:
        """Have the child done for each id, in tasks of at most `PAGE_MAX` ids; return how many tasks that makes.

        The tasks `billing:2026-11:0001` and on are put in one transaction: were only some of them there after a
        crash, the ids that changed places meanwhile would fall between two pages.
        """
        if inspect.iscoroutinefunction(self._tables.children[name]):
            raise TypeError(f"{name} waits for the outside world: it is a task of its own for each object")
        all_ids = [str(object_id) for object_id in ids]
        pages = [all_ids[at : at + PAGE_MAX] for at in range(0, len(all_ids), PAGE_MAX)]
        tasks = [
            Task(_PAGE, f"{name}:{run}:{number:04}", (name, run, page)) for number, page in enumerate(pages, start=1)
        ]
        self.database.run(self.engine.put, *tasks)
        return len(tasks)

    def _events(self, *event_ids: str) -> None:
        failed = []
        for event_id in event_ids:
            try:
                done = self._event(UUID(event_id))
            except Exception:
                _LOG.exception("event %s cannot be followed", event_id)
                done = False
            if not done:
                failed.append(event_id)
        if failed:
            raise Unfinished(*failed)

    def _event(self, event_id: UUID) -> bool:
        """Carry out the reactions that are still to be carried out, then put the errands; False if one failed."""
        event = self.database.look(events.load, event_id)
        reactions = self._tables.reactions.get(type(event), ())
        done = sum([self._react(reaction, event) for reaction in reactions])
        errands = self._tables.errands.get(type(event), ())
        # The number is part of the id: an errand comes again for what a later attempt added, and only then.
        tasks = [
            Task(_ERRAND, f"{name_of(errand)}:{event_id}:{done}", (name_of(errand), str(event_id)))
            for errand in errands
        ]
        if tasks:
            self.database.run(self.engine.put, *tasks)
        return done == len(reactions)

    def _react(self, reaction: Reaction, event: Event) -> bool:
        name = name_of(reaction)
        try:
            self.database.run(carry_out, Actor.system(f"reaction:{name}"), reaction, event, now=clock.now())
        except Exception:
            _LOG.exception("%s failed for %s %s", name, type(event).__name__, event.id)
            return False
        return True

    def _errand(self, name: str, event_id: str) -> Awaitable[None] | None:
        event = self.database.look(events.load, UUID(event_id))
        (errand,) = [one for one in self._tables.errands[type(event)] if name_of(one) == name]
        return errand(event)

    def page(self, name: str, run: str, ids: Sequence[str]) -> None:
        """Go through one page of a batch. Raise `Unfinished` with what failed."""
        child = self._tables.children[name]
        if isinstance(child, Together):
            ids = self._together(name, run, child, ids)
            child = partial(_alone, child)
        failed = []
        for object_id in ids:
            try:
                child(object_id, run)
            except Refusal as refusal:
                _LOG.info("%s %s refused %s: %s", name, run, object_id, refusal.code)
            except Exception:
                _LOG.exception("%s %s failed for %s", name, run, object_id)
                failed.append(object_id)
        if failed:
            raise Unfinished(name, run, failed)

    def _together(self, name: str, run: str, child: Together, ids: Sequence[str]) -> list[str]:
        """Carry the child out for several ids at a time; return those that have to be tried alone."""
        left: list[str] = []
        for at in range(0, len(ids), child.at_once):
            some = ids[at : at + child.at_once]
            try:
                child.run(some, run)
            except Exception as error:
                _LOG.warning("%s %s does not go together: %r", name, run, error)
                left += some
        return left


def _alone(child: Together, object_id: str, run: str) -> None:
    child.run([object_id], run)


def _due(job: Job, due: str) -> Awaitable[None] | None:
    return job.run(datetime.fromisoformat(due))


def _check_names(event: type[Event], functions: Sequence[Callable[..., object]]) -> None:
    names = [name_of(function) for function in functions]
    if len(set(names)) < len(names):
        raise ValueError(f"two of one name follow {event.__name__}: {names}")
    if any(len(name) > NAME_LENGTH_MAX for name in names):
        raise ValueError(f"a name of more than {NAME_LENGTH_MAX} characters follows {event.__name__}: {names}")


_installed: Dispatch | None = None


def install(
    database: Database, tables: Tables, *, zone: str, pace: Pace | None, alarm: Callable[[str], None]
) -> Dispatch:
    """Have the events of every commit followed; see `jobs.install`."""
    global _installed
    _installed = Dispatch(database, tables, zone=zone, pace=pace, alarm=alarm)
    database.hooks.before_commit = _installed.engine.hand
    return _installed


def current() -> Dispatch:
    """Return the process's jobs."""
    if _installed is None:
        raise RuntimeError("no jobs yet: an edge calls jobs.install() first")
    return _installed


def enqueue(name: str, key: str, *args: Plain, after_seconds: float = 0.0) -> None:
    """Have the child of that name done with the arguments, once for its key: the task's id is `name:key`."""
    current().enqueue(name, key, *args, after_seconds=after_seconds)


def day_of(due: datetime) -> str:
    """Return the day of a tick in the zone of the jobs' clock: what a daily batch calls its run.

    Not the day in UTC, which two ticks may share in the spring.
    """
    return clock.day_of(due, current().zone).isoformat()


def in_pages(name: str, run: str, ids: Iterable[UUID]) -> int:
    """Have the child of that name done for each id; return the number of tasks, `name:run:0001` and on.

    A refused object never stops its page, and one that failed is tried again without the rest. The same run again
    adds nothing to the tasks that it put before.
    """
    return current().in_pages(name, run, ids)
