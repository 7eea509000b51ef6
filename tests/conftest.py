"""What every test stands on: a fresh database made by the migrations, the personae, one time of day."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from cabinet import db
from cabinet.operate import migrations

pytest_plugins = ["tests.browser"]

NOON = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)
"""24 November 2026, 14:05 in Moscow: the moment of the mock screens."""


@pytest.fixture(scope="session")
def _empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "empty.db"
    database = db.Database(f"sqlite:///{file}")
    migrations.upgrade(database)
    with database.write.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return file


@pytest.fixture
def database(_empty_database: Path, tmp_path: Path) -> Iterator[db.Database]:
    """A database of the test's own, with every table and nothing in them. Events are taken and forgotten."""
    file = tmp_path / "cabinet.db"
    shutil.copy(_empty_database, file)
    fresh = db.use(db.Database(f"sqlite:///{file}"))
    fresh.hooks.before_commit = lambda _session, _events: None
    yield fresh
    fresh.dispose()


@pytest.fixture
def session(database: db.Database) -> Iterator[Session]:
    """One open transaction, rolled back at the end."""
    with Session(database.write, expire_on_commit=False, autoflush=False) as open_session:
        yield open_session
        open_session.rollback()
