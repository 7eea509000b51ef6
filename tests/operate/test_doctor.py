"""The doctor looks at everything, changes nothing, and says what to do."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta

import pytest
from sqlalchemy import text

from cabinet import db
from cabinet.kit import clock
from cabinet.models.notifications import Channel, Delivery
from cabinet.operate import doctor, frontend
from cabinet.settings import Settings
from tests import personae
from tests.operate.test_safety import SAFE

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def held(tmp_path, monkeypatch):
    monkeypatch.setattr(frontend, "ready", lambda _settings: frontend.Build(tmp_path))
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return Settings(_env_file=None, home=home)


def bad(settings, database):
    return {each.name: each.way_out for each in doctor.examine(settings, database) if not each.well}


def test_a_well_demonstration_is_green(held, database):
    assert bad(held, database) == {}


def test_a_production_names_what_is_unsafe_and_is_green_without_it(held, database):
    unsafe = Settings(_env_file=None, home=held.home, mode="production")
    assert bad(unsafe, database)["The acquirer is the sandbox"].startswith("set CABINET_PAYMENTS")
    assert bad(unsafe, database)["Mail goes to the phone page"].startswith("set CABINET_MAIL=smtp")

    assert bad(Settings(_env_file=None, home=held.home, **SAFE), database) == {}


def test_a_front_end_of_other_sources_is_named(held, database, monkeypatch):
    monkeypatch.setattr(frontend, "ready", lambda _settings: None)

    assert bad(held, database) == {"The front end is built from these sources": "run `cabinet build`"}


def test_a_schema_of_yesterday_is_named(held, tmp_path):
    empty = db.Database(f"sqlite:///{tmp_path / 'empty.db'}")

    assert bad(held, empty) == {"The schema is the newest": "run `cabinet migrate`"}
    empty.dispose()


def test_a_database_that_is_not_there_is_named(held, tmp_path):
    away = db.Database(f"sqlite:///{tmp_path / 'nowhere' / 'cabinet.db'}")

    (name,) = bad(held, away)
    assert name.startswith("The database does not answer: ")
    away.dispose()


def test_a_full_disk_is_named(held, database, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _home: Usage(0, 0, 500 * 1024 * 1024))

    assert bad(held, database) == {"Free disk: 0 GB": "make room in the data directory"}


def test_jobs_that_nobody_carries_out_are_named(held, database):
    old = clock.now() - timedelta(minutes=11)
    with database.transaction() as session:
        session.add(
            Delivery(
                key="k", channel=Channel.email, address="a", kind="welcome", values={}, created_at=old, updated_at=old
            )
        )

    assert bad(held, database) == {"The jobs move": "start `cabinet run`, or a worker"}


def test_a_ledger_that_was_written_by_hand_is_named(held, database):
    with database.transaction() as session:
        personae.anna_in(session)
    with database.transaction() as session:
        session.connection().execute(text("UPDATE ledger_account SET balance_minor = 100 WHERE balance_minor = 0"))

    assert "cabinet ledger verify" in bad(held, database)["The ledger proves itself"]
