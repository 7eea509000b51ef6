"""Who is at work: every process that runs jobs holds a lock that ends with the process, however it ends.

So whoever finds work in the hands of a process whose lock is free may take it over. On SQLite one process at a time
runs jobs (a locked file beside the database); on PostgreSQL any number do, each under an advisory lock of its own.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

import psycopg

from cabinet.db import Database

_LOG = logging.getLogger(__name__)

_LOCKS: Final = 0x0CAB
"""The first of the two keys of our advisory locks; the second is the hash of a name."""
_DEATH_NOTICED: Final = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""The server frees the lock of a machine that vanished after 25 seconds, not after its usual two hours."""


class JobsElsewhere(Exception):
    """Another process already runs the jobs of this SQLite file."""


class Presence(Protocol):
    """The lock of this process. Its `name` is new at every start, so a name never comes back to life."""

    name: str

    def renew(self) -> None:
        """Take the lock again if the database dropped it."""

    def gone(self, name: str) -> AbstractContextManager[bool]:
        """Tell whether the process of that name is dead. No two processes are told so at the same time."""

    def leave(self) -> None:
        """Free the lock."""


def enter(database: Database) -> Presence:
    """Announce this process. Raise `JobsElsewhere` when the database allows only one and has it."""
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    return _FilePresence(name, database) if database.sqlite else _AdvisoryPresence(name, database)


class _FilePresence:
    """SQLite: the lock admits one process, so that every other name is a dead one's."""

    def __init__(self, name: str, database: Database) -> None:
        self.name = name
        path = f"{database.write.url.database}-jobs"
        # The file stays when the lock goes: removing it would let two processes lock two files of one name.
        self._file = open(path, "a")  # noqa: SIM115  held for as long as the process lives
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise JobsElsewhere(
                f"Another cabinet is running on {path.removesuffix('-jobs')}. Stop it first: an SQLite file has one "
                "process at a time, PostgreSQL any number."
            ) from None

    def renew(self) -> None:
        pass

    @contextmanager
    def gone(self, name: str) -> Iterator[bool]:
        yield name != self.name

    def leave(self) -> None:
        self._file.close()


class _AdvisoryPresence:
    """PostgreSQL: a session of its own, outside every pool, that does nothing but hold the lock."""

    def __init__(self, name: str, database: Database) -> None:
        self.name = name
        self._url = database.write.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._session = self._connect()
        self._held = self._try(name)

    def renew(self) -> None:
        try:
            self._session.execute("SELECT 1")
        except psycopg.OperationalError:
            _LOG.warning("the database dropped the session that holds our lock; opening another")
            self._session.close()
            self._held = False
            self._session = self._connect()
        if not self._held:
            self._held = self._try(self.name)

    @contextmanager
    def gone(self, name: str) -> Iterator[bool]:
        if name == self.name or not self._try(name):
            yield False
            return
        try:
            yield True
        finally:
            self._session.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", (_LOCKS, name))

    def leave(self) -> None:
        self._session.close()

    def _connect(self) -> psycopg.Connection[tuple[bool]]:
        return psycopg.connect(self._url, autocommit=True, options=_DEATH_NOTICED)

    def _try(self, name: str) -> bool:
        taken = self._session.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_LOCKS, name)).fetchone()
        return taken is not None and taken[0]
