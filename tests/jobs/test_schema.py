"""The job engine's tables stand in our database: on SQLite beside ours, on PostgreSQL in a schema of their own."""

import pytest
from sqlalchemy import inspect, text

from cabinet import db
from cabinet.jobs.engine import Engine
from cabinet.models import metadata
from cabinet.operate import migrations


@pytest.mark.databases("sqlite")
def test_no_name_of_ours_is_one_of_the_engines(tmp_path):
    database = db.Database(f"sqlite:///{tmp_path / 'engine.db'}")
    Engine(database, {})
    with database.reading() as session:
        engines = set(session.scalars(text("SELECT name FROM sqlite_master")))
    database.dispose()

    tables = metadata.metadata.sorted_tables
    ours = {table.name for table in tables} | {index.name for table in tables for index in table.indexes}
    assert "workflow_status" in engines
    assert engines & ours == set()


@pytest.mark.databases("postgres")
def test_the_engine_keeps_to_its_schema(database):
    inspector = inspect(database.write)

    ours = {table.name for table in metadata.metadata.sorted_tables}
    assert set(inspector.get_table_names()) == ours | {"alembic_version"}
    assert "workflow_status" in inspector.get_table_names("dbos")


def test_the_engine_does_not_disturb_the_migrations(database):
    assert not migrations.pending(database)
