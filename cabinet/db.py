"""Engines and the one commit.

A deed is a plain function whose first argument is a session; `in_transaction(deed, …)` runs it in a worker thread
inside one transaction. Nothing else in the product commits.

SQLite (WAL, synchronous=FULL): one FIFO queue of writers per process stands before BEGIN IMMEDIATE, because SQLite's
own waiting is unfair (it polls) and made the unluckiest writer wait thirty times longer. Reading goes past the queue
on an engine that cannot write. PostgreSQL: READ COMMITTED, and a deed that lost a race (40001, 40P01,
55P03) is run again.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import Context, copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

import anyio
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from cabinet.domain.base.events import Event, Ring, recorded, rings
from cabinet.kit.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS_MAX: Final = 8
WORKERS_MAX: Final = 24
"""Threads that run deeds; the pool has a connection for each, so none of them ever waits for a connection."""
WRITER_WAIT_SECONDS_MAX: Final = 30.0
BUSY_TIMEOUT_MS: Final = 15_000
"""How long a write waits for another process (the command line beside the web)."""

_LOST_RACE = {"40001", "40P01", "55P03"}
"""PostgreSQL's words for it: serialization failure, deadlock, and a lock that did not come within two seconds."""


class WriterBusy(Exception):
    """The writers' queue did not move for half a minute: something holds a transaction across slow work."""


class WriterQueue:
    """First come, first served: the one writer of an SQLite file in this process.

    It is held by a connection, not by a thread, since an engine's pool may move connections between threads.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._holder: object | None = None
        self._waiting: deque[tuple[object, threading.Lock]] = deque()

    def take(self, holder: object) -> None:
        """Wait for the turn. Raise `WriterBusy` after `WRITER_WAIT_SECONDS_MAX`."""
        with self._guard:
            if self._holder is holder:
                return
            if self._holder is None:
                self._holder = holder
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append((holder, turn))
        if turn.acquire(timeout=WRITER_WAIT_SECONDS_MAX):
            return
        with self._guard:
            if self._holder is holder:
                return
            self._waiting.remove((holder, turn))
        raise WriterBusy(f"no turn to write within {WRITER_WAIT_SECONDS_MAX:.0f} s")

    def give_back(self, holder: object) -> None:
        """Let the next one write; a no-op for whoever does not hold the queue."""
        with self._guard:
            if self._holder is not holder:
                return
            self._holder = None
            if self._waiting:
                self._holder, turn = self._waiting.popleft()
                turn.release()


class _QueuedConnection(sqlite3.Connection):
    """An SQLite connection that gives the writers' queue back at the very end of its transaction, not before."""

    queue: WriterQueue

    def commit(self) -> None:
        super().commit()
        self.queue.give_back(self)

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.queue.give_back(self)

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.queue.give_back(self)


class BeforeCommit(Protocol):
    def __call__(self, session: Session, events: list[Event], /) -> None: ...


class AfterCommit(Protocol):
    def __call__(self, rings: list[Ring], /) -> None: ...


class Hooks:
    """What the edges hang on a commit: hand the events to the job engine, ring the bells."""

    before_commit: BeforeCommit | None = None
    after_commit: AfterCommit | None = None


class Database:
    """The engines of one database: `write`, `read`, and on SQLite the queue of writers between them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.queue = WriterQueue() if self.sqlite else None
        self.hooks = Hooks()
        if self.sqlite:
            self.write = self.queued_engine()
            self.read = _sqlite_engine(url, None, read_only=True)
        else:
            self.write = self.read = _postgres_engine(url)

    def queued_engine(self) -> Engine:
        """Return a writing engine of its own that stands in the same queue (SQLite): the job engine's, for one."""
        assert self.queue is not None
        return _sqlite_engine(self.url, self.queue, read_only=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open the one transaction of a deed: commit when the block ends well, roll back when it raises.

        A refusal that `keeps` commits first and is raised afterwards: a spent try must not be rolled back.
        """
        kept: Refusal | None = None
        with Session(self.write, expire_on_commit=False) as session, session.begin():
            try:
                yield session
            except Refusal as refusal:
                if not refusal.keeps:
                    raise
                kept = refusal
            session.flush()
            events = recorded(session)
            if events:
                if self.hooks.before_commit is None:
                    raise RuntimeError(f"events were recorded and nobody takes them: {events}")
                self.hooks.before_commit(session, events)
                session.flush()
            heard = rings(session)
        if heard and self.hooks.after_commit is not None:
            self.hooks.after_commit(heard)
        if kept is not None:
            raise kept

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a snapshot that cannot write."""
        with Session(self.read, expire_on_commit=False, autoflush=False) as session:
            if not self.sqlite:
                session.connection(execution_options={"postgresql_readonly": True})
            # No rollback at the end: it would empty the rows that the reader returns. Closing lets the snapshot go.
            yield session

    def run(self, deed: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the deed in one transaction; run it again when it lost a race, up to eight times."""
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                with self.transaction() as session:
                    return deed(session, *args, **kwargs)
            except DBAPIError as error:
                if attempt == ATTEMPTS_MAX or not _lost_race(error):
                    raise
                time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311  jitter, not a secret
        raise AssertionError("unreachable")

    def look(self, reader: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the reader on a snapshot."""
        with self.reading() as session:
            return reader(session, *args, **kwargs)

    def dispose(self) -> None:
        """Close every pooled connection (before a fork, at the end of a test)."""
        self.write.dispose()
        self.read.dispose()


_current: Database | None = None


def use(database: Database) -> Database:
    """Make it the process's database; called once by the edges (cli, the assembly, a worker) and by tests."""
    global _current
    _current = database
    return database


def current() -> Database:
    """Return the process's database."""
    if _current is None:
        raise RuntimeError("no database yet: an edge calls db.use() first")
    return _current


class _Workers:
    """The threads that deeds and readers run in, started as they are needed.

    `anyio.to_thread` and asyncio's executor do the same, and cost as much as a short read of the database does.
    """

    def __init__(self) -> None:
        self._work: SimpleQueue[tuple[asyncio.Future[Any], Context, Callable[[], Any]]] = SimpleQueue()
        self._guard = threading.Lock()
        self._threads = 0
        self._free = 0
        """How many threads have nothing to do; below zero, how much work waits for one."""

    async def run(self, work: Callable[[], R]) -> R:
        """Run the work in a thread, with the context variables of whoever asks.

        A deed that has begun is waited for, also by who is told to stop meanwhile: the scope is anyio's, and keeps
        off its cancellations only.
        """
        outcome: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        with self._guard:
            if self._free > 0 or self._threads == WORKERS_MAX:
                self._free -= 1
            else:
                self._threads += 1
                threading.Thread(target=self._keep_working, name=f"database-{self._threads}", daemon=True).start()
        self._work.put((outcome, copy_context(), work))
        with anyio.CancelScope(shield=True):
            await outcome
        return outcome.result()

    def _keep_working(self) -> None:
        while True:
            self._do(*self._work.get())

    def _do(self, outcome: asyncio.Future[R], context: Context, work: Callable[[], R]) -> None:
        told: Callable[[], object]
        try:
            told = partial(_tell, outcome, context.run(work))
        except BaseException as error:
            told = partial(_fail, outcome, error)
        with self._guard:
            self._free += 1
        with suppress(RuntimeError):  # The loop was closed meanwhile: there is nobody to tell.
            outcome.get_loop().call_soon_threadsafe(told)


def _tell(outcome: asyncio.Future[R], result: R) -> None:
    if not outcome.done():
        outcome.set_result(result)


def _fail(outcome: asyncio.Future[Any], error: BaseException) -> None:
    if not outcome.done():
        outcome.set_exception(error)


_workers: Final = _Workers()


async def in_transaction(deed: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run the deed in one transaction, in a worker thread. The event loop never waits for the database."""
    return await _workers.run(partial(current().run, deed, *args, **kwargs))


async def in_reading(reader: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run the reader on a snapshot, in a worker thread."""
    return await _workers.run(partial(current().look, reader, *args, **kwargs))


def _sqlite_engine(url: str, queue: WriterQueue | None, *, read_only: bool) -> Engine:
    factory = type("Connection", (_QueuedConnection,), {"queue": queue}) if queue else sqlite3.Connection
    engine = create_engine(
        url,
        connect_args={"factory": factory, "timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        json_deserializer=_read_json,
        pool_size=WORKERS_MAX,
        max_overflow=WORKERS_MAX,
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        if not read_only:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # By the driver itself: each transaction begins so, and a statement of SQLAlchemy's costs twenty times as much.
        driver: Any = connection.connection.dbapi_connection
        if queue is None:
            driver.execute("BEGIN")
            return
        queue.take(driver)
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as busy:
            queue.give_back(driver)
            raise OperationalError("BEGIN IMMEDIATE", None, busy) from busy
        except BaseException:
            queue.give_back(driver)
            raise

    return engine


_decode: Final = json.JSONDecoder().raw_decode


def _read_json(text: str) -> Any:
    """Read a small document of ours: `json.loads` spends most of its time on blanks around it, and there are none."""
    return _decode(text)[0]


def _postgres_engine(url: str) -> Engine:
    limits = "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=30000"
    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        connect_args={"options": limits},
        pool_size=WORKERS_MAX,
        max_overflow=WORKERS_MAX,
        pool_pre_ping=True,
    )


def _lost_race(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _LOST_RACE:
        return True
    return isinstance(error.orig, sqlite3.OperationalError) and "database is locked" in str(error.orig)
