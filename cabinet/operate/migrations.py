"""The schema: `upgrade` brings a database to the newest version, `pending` tells whether it has to."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cabinet.db import Database
from cabinet.settings import ROOT


def upgrade(database: Database) -> None:
    """Run every migration that the database has not seen, in one transaction each (SQLite and PostgreSQL)."""
    config = _config()
    with database.write.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def downgrade(database: Database, revision: str) -> None:
    """Go back to a revision; `base` is an empty database."""
    config = _config()
    with database.write.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def empty(database: Database) -> bool:
    """Tell whether no migration was ever run here."""
    with database.read.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is None


def pending(database: Database) -> bool:
    """Tell whether the database is behind the code."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    with database.read.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != newest


def draft(database: Database, message: str) -> None:
    """Write a new migration from the difference between the models and the (upgraded) database."""
    config = _config()
    with database.write.connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s")
    return config
