"""How many deeds a second the ledger does, and how long the unluckiest one waits, beside the raw driver."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from sqlmodel import Session

from bench.baseline import raw_driver
from bench.table import Line, median
from cabinet import db, jobs, settings
from cabinet.domain import billing_accounts, ledger
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.people import Person
from cabinet.operate import migrations

WRITERS = 8
SECONDS = 4.0
ROUNDS = 5
EVENTS_A_SECOND = 25
"""What the job engine is kept busy with: near the most that it takes on SQLite."""
SYSTEM = Actor.system("bench")
ACQUIRER = ledger.SystemAccount("acquirer:bench")
KINDS = ("deeds", "raw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(events.Event):
    """Something happened that somebody reacts to."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did: its commits a second, its longest wait, the events that were followed meanwhile."""

    rate: float
    longest_ms: float
    followed: int


def lines(home: Path) -> list[Line]:
    """Measure both in turns, each in a process and a file of its own."""
    found: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    for number in range(ROUNDS):
        for kind in KINDS if number % 2 == 0 else reversed(KINDS):
            place = home / f"ledger-{kind}-{number}"
            place.mkdir()
            told = subprocess.run(
                [sys.executable, "-m", "bench.ledger", kind, str(place)],
                cwd=settings.ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            found[kind].append(Run(**json.loads(told.stdout.splitlines()[-1])))
    ours, raw = found["deeds"], found["raw"]
    rate, raw_rate = median([run.rate for run in ours]), median([run.rate for run in raw])
    longest, raw_longest = median([run.longest_ms for run in ours]), median([run.longest_ms for run in raw])
    followed = sum(run.followed for run in ours) / (ROUNDS * SECONDS)
    return [
        Line(
            "deeds a second, FULL, 8 writers, jobs busy",
            f"{rate:.0f}/s, {followed:.0f} events/s",
            f"raw driver {raw_rate:.0f}/s",
            rate / raw_rate,
            0.4,
            at_least=True,
        ),
        Line(
            "the longest wait of a deed",
            f"{longest:.0f} ms",
            f"busy_timeout {raw_longest:.0f} ms",
            longest / raw_longest,
            1 / 8,
        ),
    ]


def _accounts(database: db.Database) -> list[UUID]:
    def open_all(session: Session) -> list[UUID]:
        now = clock.now()
        opened = []
        for place in range(WRITERS):
            person = Person(family_name="Писарев", given_name=str(place), created_at=now)
            session.add(person)
            session.flush()
            account = billing_accounts.open_for(
                session, SYSTEM, person.id, zone="Europe/Moscow", number=f"9{place:06d}", now=now
            )
            opened.append(account.ledger_account_id)
            _give(session, account.ledger_account_id)
        return opened

    return database.run(open_all)


def _give(session: Session, account: UUID) -> None:
    entry = ledger.Entry(f"bench:{uuid4()}", "payment", [ledger.Move(ACQUIRER, account, Money(1_00))])
    ledger.post(session, SYSTEM, entry, now=clock.now())


def _react(session: Session, _actor: Actor, _event: Ticked, *, now: object) -> None:
    _give(session, _reacted[0])


_reacted: list[UUID] = []


def _deeds(home: Path) -> Run:
    """Post through the whole ledger while the job engine follows events in the same process and the same file."""
    database = db.use(db.Database(f"sqlite:///{home / 'cabinet.db'}"))
    migrations.upgrade(database)
    jobs.install(database, reactions={Ticked: (_react,)}, after={}, jobs={}, children={}, zone="UTC")
    accounts = _accounts(database)
    _reacted.append(accounts[0])
    jobs.start()
    waits: list[list[float]] = [[] for _ in accounts]
    begin, over = threading.Barrier(WRITERS + 2), threading.Event()

    def write(account: UUID, mine: list[float]) -> None:
        begin.wait()
        while not over.is_set():
            started = time.perf_counter()
            database.run(_give, account)
            mine.append(time.perf_counter() - started)

    def tick() -> None:
        begin.wait()
        while not over.wait(1 / EVENTS_A_SECOND):
            database.run(lambda session: events.record(session, Ticked(), now=clock.now()))

    threads = [threading.Thread(target=write, args=pair) for pair in zip(accounts, waits, strict=True)]
    threads.append(threading.Thread(target=tick))
    for thread in threads:
        thread.start()
    begin.wait()
    started = time.perf_counter()
    over.wait(SECONDS)
    over.set()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    done = sum(len(mine) for mine in waits)
    with database.reading() as session:
        posted = session.connection().exec_driver_sql("SELECT count(*) FROM ledger_transaction").scalar_one()
    jobs.stop()
    database.dispose()
    return Run(done / took, 1000 * max(max(mine) for mine in waits), posted - done - WRITERS)


def _raw(home: Path) -> Run:
    database = db.Database(f"sqlite:///{home / 'cabinet.db'}")
    migrations.upgrade(database)
    accounts = _accounts(database)
    database.dispose()
    waits, took = raw_driver.post(home / "cabinet.db", ACQUIRER.id.hex, [account.hex for account in accounts], SECONDS)
    return Run(len(waits) / took, 1000 * max(waits), 0)


if __name__ == "__main__":
    made = {"deeds": _deeds, "raw": _raw}[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(json.dumps({"rate": made.rate, "longest_ms": made.longest_ms, "followed": made.followed}) + "\n")
