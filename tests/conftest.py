"""What every test stands on: a fresh database made by the migrations, the personae, one time of day.

Tests of the domain and of the jobs run on SQLite and on PostgreSQL, all others on SQLite; the mark
`databases("sqlite", "postgres")` says otherwise.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from cabinet import db
from cabinet.domain.base.actor import Actor
from cabinet.models.people import StaffRole
from tests import databases, personae

pytest_plugins = ["tests.browser", "tests.tabs"]

_ON_BOTH = [Path(__file__).parent / folder for folder in ("domain", "jobs")]


def pytest_xdist_auto_num_workers() -> int:
    """Let three work on two cores: journeys and kills wait for others nearly half of their time."""
    cores = os.cpu_count() or 1
    return cores + cores // 2


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("databases")
    if mark is not None:
        metafunc.parametrize("database_kind", mark.args)
    elif any(metafunc.definition.path.is_relative_to(folder) for folder in _ON_BOTH):
        metafunc.parametrize("database_kind", ("sqlite", "postgres"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest begin first: a file goes to one worker as a whole, and all are to end together.

    One worker builds the front end, for which every journey waits; meanwhile the other has the kills and the like.
    """
    sizes = Counter(item.path for item in items)
    builder = next((item.path for item in items if item.get_closest_marker("journey")), None)

    def place(item: pytest.Item) -> tuple[int, int]:
        journey, slow = (item.get_closest_marker(name) is not None for name in ("journey", "slow"))
        if journey:
            return (0, 0) if item.path == builder else (2, 0)
        if "jobs" in item.path.parts:
            return 1, 0
        return (3, 0) if slow else (4, -sizes[item.path])

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much the tests went through that record what they count: a corpus, golden queries."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    told = {each for report in reports if getattr(report, "when", "") == "call" for each in report.user_properties}
    for name, count in sorted(each for each in told if isinstance(each[1], int)):
        terminalreporter.write_line(f"{count} {name}")


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def empty_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "empty.db"
    databases.with_schema(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.Postgres]:
    with databases.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a Redis that the tests of a session share."""
    with databases.redis() as url:
        yield url


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own, with every table and nothing in them."""
    if database_kind == "postgres":
        with request.getfixturevalue("postgres").fresh() as url:
            yield url
        return
    file = tmp_path / "cabinet.db"
    shutil.copy(request.getfixturevalue("empty_sqlite_file"), file)
    yield f"sqlite:///{file}"


@pytest.fixture
def database(database_url: str) -> Iterator[db.Database]:
    """The test's own database, as the process's. Events are taken and forgotten."""
    fresh = db.use(db.Database(database_url))
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
