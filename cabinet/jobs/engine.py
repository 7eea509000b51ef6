"""The job engine. The only file that knows DBOS: why, and what it costs, in docs/decisions/0001-dbos-runs-the-jobs.md.

A task is put into the database by the very transaction that wants it done, and is carried out after the commit: at
least once, in whichever process runs jobs, and again after a growing pause when it fails. That what a task writes is
written once, is up to the keys of its deeds; a task only has to be safe to repeat.
"""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from anyio.from_thread import BlockingPortal, start_blocking_portal
from dbos import DBOS, ClientScheduleInput, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlmodel import Session

from cabinet.db import Database
from cabinet.domain.base.events import Event
from cabinet.jobs import presence
from cabinet.jobs.tasks import DeadLetter, Lane, Pace, Plain, Task, Tick, Unfinished, Work
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError

_LOG = logging.getLogger(__name__)

APPLICATION: Final = "cabinet"
VERSION: Final = "1"
"""Fixed: DBOS would derive it from the source, and would strand what an older version left undone."""
CLAIMED_MAX: Final = 64
"""Tasks of a lane that one process claims at a look: 64 every 0.2 s are the ceiling of the quick lane."""
CRASHES_MAX: Final = 50
"""A task that was at work in so many dying processes is a dead letter."""
TIDIED_MAX: Final = 500
"""Finished tasks that one transaction deletes."""
CONNECTIONS_MAX: Final = 10
"""Of DBOS itself to PostgreSQL, in one process."""
EVENTS: Final = "events"
"""The work that gets the ids of one transaction's events."""

_TIDY: Final = "engine.tidy"
_PERFORM: Final = "perform"
_TICK: Final = "tick"
_CRASHED: Final = ["MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_DEAD: Final = ["ERROR", *_CRASHED]
_DONE: Final = ["SUCCESS", "CANCELLED"]


class TaskDead(Exception):
    """What DBOS records of a dead letter: nothing of the failure itself, whose words may be about a person."""


class _LeftForLater(BaseException):
    """Ends a task past DBOS's `except Exception`, so without an outcome: a sweep gives it out again."""


class Engine:
    """The jobs of one database. Every process may `put` tasks; those that `start` carry them out."""

    def __init__(
        self,
        database: Database,
        works: Mapping[str, Work],
        ticks: Sequence[Tick] = (),
        *,
        followed: Collection[type[Event]] = (),
        pace: Pace | None = None,
        alarm: Callable[[str], None] = lambda _task_id: None,
    ) -> None:
        """Make DBOS's tables where they are missing.

        `followed` are the events that something follows from; `alarm` hears the id of every dead letter.
        """
        self._database = database
        self._works = {**works, _TIDY: Work(self._tidy_now, Lane.bulk, retries=False)}
        self._ticks = [*ticks, Tick("23 3 * * *", _TIDY, "UTC")]
        self._followed = followed
        self._pace = pace or Pace()
        self._alarm = alarm
        self._alarmed: set[str] = set()
        self._room = {lane: threading.Semaphore(self._pace.at_a_time[lane]) for lane in Lane}
        self._busy: set[str] = set()
        self._strays: set[str] = set()
        self._stopping = threading.Event()
        _make_tables(database)
        # It writes tasks through the caller's connection; only reading, resuming and tidying are its own transactions.
        self._client = DBOSClient(
            system_database_engine=database.write,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
        )

    def put(self, session: Session, *tasks: Task) -> None:
        """Have the tasks done once the session's transaction commits. An id that was put before stays as it is."""
        for task in tasks:
            self._put(session, task, attempt=1)

    def hand(self, session: Session, events: list[Event]) -> None:
        """Put one task for the transaction's events: what `Database.hooks.before_commit` calls."""
        ids = tuple(str(event.id) for event in events if type(event) in self._followed)
        if ids:
            self.put(session, Task(EVENTS, f"{EVENTS}:{ids[0]}", ids))

    def start(self) -> None:
        """Carry tasks out in this process. Raise `presence.JobsElsewhere` where only one may and another one does."""
        global _running
        if _running is not None:
            raise RuntimeError("the engine of this process runs already")
        self._stopping.clear()
        with ExitStack() as undo:
            self._presence = presence.enter(self._database)
            undo.callback(self._presence.leave)
            self._portal = undo.enter_context(start_blocking_portal())
            undo.callback(_cancel_what_waits, self._portal)
            _running = self
            undo.callback(_forget)
            self._dbos = DBOS(config=self._config(undo))
            undo.callback(self._destroy)
            DBOS.listen_queues(list(Lane))
            self._register()
            DBOS.launch()
            self._sweeper = threading.Thread(target=self._keep_sweeping, name="jobs-sweeper", daemon=True)
            self._sweeper.start()
            self._undo = undo.pop_all()

    def stop(self) -> None:
        """Claim nothing more, wait some seconds for what is being done, let go. A no-op when it does not run."""
        if _running is not self:
            return
        self._stopping.set()
        self._sweeper.join()
        self._undo.close()

    def dead(self) -> list[DeadLetter]:
        """Return the dead letters, oldest first."""
        rows = self._client.list_workflows(status=_DEAD, load_input=False, load_output=False)
        return [DeadLetter(row.workflow_id, _instant(row.completed_at)) for row in rows]

    def resume(self, task_id: str) -> None:
        """Try a dead letter once more. Raise `LookupError` when it is none."""
        if not self._client.list_workflows(workflow_ids=[task_id], status=_DEAD, load_input=False, load_output=False):
            raise LookupError(f"{task_id} is no dead letter")
        self._client.rewind_workflow(task_id, queue_name=Lane.quick)

    def sweep(self) -> None:
        """Give out again what dead processes held and what was dropped here; sound the alarm for dead letters."""
        self._presence.renew()
        held: dict[str, set[str]] = {}
        for row in self._client.list_workflows(status="PENDING", load_input=False, load_output=False):
            held.setdefault(row.executor_id or "", set()).add(row.workflow_id)
        mine = held.pop(self._presence.name, set()) - self._busy
        # In nobody's hands at two sweeps running: claimed here and dropped, say because the database was away.
        self._give_out(mine & self._strays, self._presence.name)
        self._strays = mine
        for name, task_ids in held.items():
            with self._presence.gone(name) as gone:
                if gone:
                    self._give_out(task_ids, name)
        for letter in self._client.list_workflows(status=_CRASHED, load_input=False, load_output=False):
            if letter.workflow_id not in self._alarmed:
                self._alarmed.add(letter.workflow_id)
                self._bury(letter.workflow_id, f"it was at work in {CRASHES_MAX} dying processes")

    def tidy(self, *, now: datetime) -> int:
        """Delete what was done, or died, long ago; return how many tasks that were."""
        done = self._delete(_DONE, now - timedelta(days=self._pace.keep_done_days))
        return done + self._delete(_DEAD, now - timedelta(days=self._pace.keep_dead_days))

    def perform(self, work_name: str, task_id: str, attempt: int, args: tuple[Plain, ...]) -> None:
        """Carry out one attempt of a task, in the thread that DBOS gave it."""
        work = self._known(work_name)
        with self._turn(work.lane):
            try:
                outcome = work.run(*args)
                if inspect.isawaitable(outcome):
                    self._portal.call(_wait_for, outcome)
            except Exception as error:
                self._failed(work, Task(work_name, task_id, args), attempt, error)

    def tick(self, due: datetime, work_name: str) -> None:
        """Put the task of one tick of the clock: once, however many processes heard it."""
        self._known(work_name)
        (tick,) = [each for each in self._ticks if each.work == work_name]
        instant = due.astimezone(UTC).isoformat()
        with self._turn(Lane.quick):
            self._database.run(self.put, Task(work_name, f"{work_name}:{tick.name_of(due)}", (instant,)))

    def _put(self, session: Session, task: Task, *, attempt: int) -> None:
        options = EnqueueOptions(
            workflow_name=_PERFORM,
            queue_name=self._works[task.work].lane,
            workflow_id=_id_of(task, attempt),
        )
        if task.after_seconds:
            options["delay_seconds"] = task.after_seconds
        self._client.enqueue_in_transaction(session.connection(), options, task.work, task.id, attempt, *task.args)

    def _known(self, work_name: str) -> Work:
        """Return the work; leave what only another version of the program knows to a process of that version."""
        if work_name not in self._works:
            _LOG.warning("this process knows no work %s and leaves it to another", work_name)
            raise _LeftForLater
        return self._works[work_name]

    def _failed(self, work: Work, task: Task, attempt: int, error: Exception) -> None:
        """Put the next attempt as a task of its own, so that nothing holds a thread during the pause."""
        if self._stopping.is_set():
            raise _LeftForLater from error
        if not work.retries:
            _LOG.error("%s failed; the next tick does it anew", task.id, exc_info=error)
            return
        hopeless = isinstance(error, GatewayError) and error.permanent
        if hopeless or attempt > len(self._pace.retries_seconds):
            raise self._bury(_id_of(task, attempt), f"attempt {attempt} failed", error)
        _LOG.warning("attempt %d of %s failed", attempt, task.id, exc_info=error)
        left = error.left if isinstance(error, Unfinished) else task.args
        again = Task(task.work, task.id, left, after_seconds=self._pace.retries_seconds[attempt - 1])
        try:
            self._database.run(self._put, again, attempt=attempt + 1)
        except Exception as away:
            raise _LeftForLater from away

    def _bury(self, task_id: str, why: str, error: Exception | None = None) -> TaskDead:
        _LOG.error("%s is a dead letter: %s", task_id, why, exc_info=error)
        self._alarm(task_id)
        return TaskDead(f"{task_id}: {why}")

    @contextmanager
    def _turn(self, lane: Lane) -> Iterator[None]:
        """Wait until the lane has room for one more; when the engine stops meanwhile, leave the task for later."""
        workflow_id = str(DBOS.workflow_id)
        self._busy.add(workflow_id)
        try:
            with self._room[lane]:
                if self._stopping.is_set():
                    raise _LeftForLater
                yield
        finally:
            self._busy.discard(workflow_id)

    def _give_out(self, task_ids: Collection[str], holder: str) -> None:
        if task_ids:
            _LOG.warning("giving out again %d tasks that %s left behind", len(task_ids), holder)
        for task_id in task_ids:
            # Not DBOS.resume_workflow: that forgets how many processes the task was at work in when they died, and
            # takes it from whoever got it meanwhile. This one moves it only while the holder is still `holder`.
            self._dbos._sys_db.reenqueue_for_recovery(task_id, [holder], Lane.quick)

    def _delete(self, status: list[str], before: datetime) -> int:
        deleted = 0
        while True:
            rows = self._client.list_workflows(
                status=status,
                completed_before=before.isoformat(),
                limit=TIDIED_MAX,
                load_input=False,
                load_output=False,
            )
            if not rows:
                return deleted
            self._client.delete_workflows([row.workflow_id for row in rows])
            deleted += len(rows)

    def _tidy_now(self, _due: str) -> None:
        self.tidy(now=clock.now())

    def _keep_sweeping(self) -> None:
        while not self._stopping.is_set():
            try:
                self.sweep()
            except Exception:
                _LOG.exception("a sweep failed; the next is due in %.0f s", self._pace.sweep_seconds)
            self._stopping.wait(self._pace.sweep_seconds)

    def _config(self, undo: ExitStack) -> DBOSConfig:
        config = DBOSConfig(
            name=APPLICATION,
            application_version=VERSION,
            executor_id=self._presence.name,
            serializer=DBOSPortableJSONSerializer(),
            run_migrations=False,
            log_level="WARNING",
            scheduler_polling_interval_sec=self._pace.schedule_seconds,
            # A listener for messages between workflows, of which there are none: it only wakes to see the end coming.
            notification_listener_polling_interval_sec=0.1,
        )
        if self._database.sqlite:
            config["system_database_engine"] = engine = self._database.queued_engine()
            undo.callback(engine.dispose)
        else:
            config["system_database_url"] = self._database.url
            config["sys_db_pool_size"] = CONNECTIONS_MAX
        return config

    def _register(self) -> None:
        for lane in Lane:
            self._client.register_queue(
                lane,
                worker_concurrency=CLAIMED_MAX,
                polling_interval_sec=self._pace.looks_seconds[lane],
                application_name=APPLICATION,
            )
        names = {tick.work for tick in self._ticks}
        for known in self._client.list_schedules():
            if known["schedule_name"] not in names:
                self._client.delete_schedule(known["schedule_name"])
        self._client.apply_schedules(
            [
                ClientScheduleInput(
                    schedule_name=tick.work,
                    workflow_name=_TICK,
                    schedule=tick.cron,
                    context=tick.work,
                    cron_timezone=tick.zone,
                    automatic_backfill=tick.catches_up,
                )
                for tick in self._ticks
            ]
        )

    def _destroy(self) -> None:
        # DBOS waits in whole seconds, and for one at least.
        DBOS.destroy(workflow_completion_timeout_sec=self._pace.stop_seconds if self._busy else 0)


_running: Engine | None = None


def _forget() -> None:
    global _running
    _running = None


def _engine() -> Engine:
    if _running is None:
        raise _LeftForLater
    return _running


@DBOS.workflow(name=_PERFORM, max_recovery_attempts=CRASHES_MAX)
def _perform(work_name: str, task_id: str, attempt: int, *args: Plain) -> None:
    _engine().perform(work_name, task_id, attempt, args)


@DBOS.workflow(name=_TICK, max_recovery_attempts=CRASHES_MAX)
def _tick(due: datetime, work_name: str) -> None:
    _engine().tick(due, work_name)


def _id_of(task: Task, attempt: int) -> str:
    return task.id if attempt == 1 else f"{task.id}~{attempt}"


def _make_tables(database: Database) -> None:
    with database.write.connect():
        pass  # The first connection turns an SQLite file to WAL; DBOS would leave it as it is.
    DBOS.migrate(database.write.url.render_as_string(hide_password=False))


async def _wait_for(outcome: Awaitable[None]) -> None:
    await outcome


def _cancel_what_waits(portal: BlockingPortal) -> None:
    portal.call(portal.stop, True)


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _is_news(record: logging.LogRecord) -> bool:
    """Drop DBOS's report of a dead letter: `_bury` has told it, with the reason."""
    return not (record.exc_info and isinstance(record.exc_info[1], TaskDead))


# A handler of ours and a level, before DBOS hangs a console of its own on its logger.
_DBOS_LOG = logging.getLogger("dbos")
_DBOS_LOG.addHandler(logging.NullHandler())
_DBOS_LOG.addFilter(_is_news)
_DBOS_LOG.setLevel(logging.WARNING)
