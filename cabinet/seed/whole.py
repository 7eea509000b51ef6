"""The story told whole: who stops its telling half-way finds no half of it the next time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cabinet.db import Database
from cabinet.kit.secrets import Keyring
from cabinet.operate import migrations
from cabinet.seed.meridian import tell


def tell_whole(database: Database, *, keyring: Keyring, now: datetime) -> None:
    """Write the story into an empty database: on SQLite into a file beside it, which then takes its place.

    The story is thousands of transactions, as life was. On PostgreSQL a broken-off telling has to be removed by hand.
    """
    if not database.sqlite:
        tell(database, keyring=keyring, now=now)
        return
    place = Path(str(database.write.url.database))
    aside = place.with_name(f"{place.name}.telling")
    _remove(aside)
    beside = Database(f"sqlite:///{aside}")
    migrations.upgrade(beside)
    tell(beside, keyring=keyring, now=now)
    beside.dispose()
    database.dispose()
    _remove(place)
    aside.rename(place)


def _remove(file: Path) -> None:
    for suffix in ("-wal", "-shm", ""):
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
