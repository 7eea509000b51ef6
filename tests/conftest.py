"""What every test stands on: a fresh database made by the migrations, the personae, one time of day."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from cabinet import db
from cabinet.domain.base.actor import Actor
from cabinet.models.people import StaffRole
from cabinet.operate import migrations
from tests import personae


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
    with Session(database.write, expire_on_commit=False) as open_session:
        yield open_session
        open_session.rollback()


@pytest.fixture
def anna(session: Session) -> personae.Customer:
    """A customer."""
    return personae.anna_in(session)


@pytest.fixture
def boris(session: Session) -> personae.Customer:
    """A customer of the same family, with an account of his own."""
    return personae.boris_in(session)


@pytest.fixture
def vera(session: Session) -> personae.Customer:
    """A stranger: whatever is Anna's does not exist for her."""
    return personae.vera_in(session)


@pytest.fixture
def oleg(session: Session) -> Actor:
    """Support operator: sees payments, moves no money."""
    return personae.member_in(session, StaffRole.operator)[1]


@pytest.fixture
def maria(session: Session) -> Actor:
    """Finance: may refund."""
    return personae.member_in(session, StaffRole.finance)[1]


@pytest.fixture
def ilya(session: Session) -> Actor:
    """Auditor: reads journals, changes nothing."""
    return personae.member_in(session, StaffRole.auditor)[1]
