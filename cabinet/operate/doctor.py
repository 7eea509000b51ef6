"""`cabinet doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cabinet import db
from cabinet.domain import health, ledger
from cabinet.domain.base import audit
from cabinet.kit import clock
from cabinet.operate import frontend, migrations, safety
from cabinet.settings import Settings

DISK_FREE_BYTES_MIN: Final = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: well, or not, with the way out."""

    name: str
    well: bool
    way_out: str = ""


def examine(settings: Settings, database: db.Database) -> Iterator[Finding]:
    """Look at everything that can be looked at without changing it."""
    yield from _settings(settings)
    yield from _files(settings)
    try:
        pending = migrations.pending(database)
    except Exception as error:
        yield Finding(f"The database does not answer: {error}", False, "check DATABASE_URL")
        return
    yield Finding("The database answers", True)
    yield Finding("The schema is the newest", not pending, "run `cabinet migrate`")
    if pending:
        return
    yield from _data(settings, database)


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.demo:
        yield Finding("Demonstration: sandbox acquirer, phone page, known sign-ins", True)
        return
    found = safety.unsafe(settings)
    for each in found:
        yield Finding(each.what, False, each.way_out)
    if not found:
        yield Finding("The settings are safe for production", True)


def _files(settings: Settings) -> Iterator[Finding]:
    for each in safety.unsafe_files(settings):
        yield Finding(each.what, False, each.way_out)
    free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.parent).free
    yield Finding(f"Free disk: {free // 1024**3} GB", free > DISK_FREE_BYTES_MIN, "make room in the data directory")
    built = frontend.ready(settings)
    yield Finding("The front end is built from these sources", built is not None, "run `cabinet build`")


def _data(settings: Settings, database: db.Database) -> Iterator[Finding]:
    if not settings.demo:
        for each in safety.unsafe_data(database):
            yield Finding(each.what, False, each.way_out)
    faults = database.look(ledger.verify)
    yield Finding("The ledger proves itself", not faults, f"{len(faults)} faults: run `cabinet ledger verify`")
    broken = database.look(audit.verify)
    yield Finding("The audit chain holds", broken is None, f"run `cabinet audit verify`: {broken}")
    standing = database.look(health.standing, now=clock.now())
    yield Finding("The jobs move", standing.jobs_move, "start `cabinet run`, or a worker")
    yield Finding(
        "No payment waits for a person", standing.payments_review == 0 or settings.demo, "see the payments desk"
    )
