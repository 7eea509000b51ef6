"""kill -9 in the middle of everything: what was acknowledged is there once, nothing is half done, the jobs go on.

The seed is printed; `CABINET_PROBE_SEED` plays its deeds and moments again, as far as threads can be played again.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from cabinet import jobs
from cabinet.domain import operations
from cabinet.domain.base import audit
from cabinet.kit.money import Money
from cabinet.models.journal import Rule
from cabinet.models.payments import OperationStatus
from cabinet.operate import proofs
from tests import personae
from tests.jobs.story import HURRIED
from tests.moments import NOON
from tests.waiting import until

ROOT = Path(__file__).parents[2]


def say(words):
    """Pytest shows it with a failure, or with -s."""
    sys.stdout.write(f"{words}\n")


@dataclass
class Child:
    """A process of `tests.jobs.payer` and what it has acknowledged."""

    process: subprocess.Popen
    acknowledged: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self):
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def go(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill(self):
        """End it as a power cut would; every word that it got out before counts."""
        self.process.kill()
        self._reader.join()
        self.process.wait()
        self.process.stdout.close()
        with suppress(BrokenPipeError):
            self.process.stdin.close()

    def _read(self):
        for line in self.process.stdout:
            # The last line may be cut off; a promise that was not heard is none.
            if line.endswith("\n"):
                word, _, object_id = line.strip().partition(" ")
                self.acknowledged.append((word, object_id))


class Probe:
    """Starts the process, kills it at a random moment, starts the next, which has been waiting."""

    def __init__(self, database, url, variant):
        self.database = database
        self._command = [sys.executable, "-m", "tests.jobs.payer", url]
        self._variant = variant
        self._lives = (0.3, 3.7) if variant == "sound" else (0.1, 0.9)
        self.seed = os.environ.get("CABINET_PROBE_SEED") or str(random.SystemRandom().randrange(10**9))
        self._chance = random.Random(self.seed)
        self.acknowledged = []
        self.kills = 0
        self.seconds = 0.0
        self._next = None
        say(f"CABINET_PROBE_SEED={self.seed}")

    def __enter__(self):
        self._next = self._child()
        return self

    def __exit__(self, *_):
        self._next.kill()

    def once(self):
        """Let one process live for a while from its first word on."""
        child, self._next = self._next, self._child()
        try:
            child.go()
            until(lambda: child.acknowledged, seconds=60)
            began = time.monotonic()
            # Not a wait for anything: the moment of the kill is to have nothing to do with what happens.
            threading.Event().wait(self._chance.uniform(*self._lives))
        finally:
            child.kill()
        self.kills += 1
        self.seconds += time.monotonic() - began
        self.acknowledged += child.acknowledged

    def faults(self):
        """Return what is wrong with the database, in words; empty when nothing is."""
        found = [f"{fault.invariant}: {fault.where}" for fault in proofs.ledger(self.database, say=lambda _: None)]
        chain = self.database.look(audit.verify)
        found += [f"the journal: {chain}"] if chain else []
        found += [f"half a gift: {key}" for key in self._column(HALF_GIVEN)]
        found += [f"a gift without its line in the journal: {key}" for key in self._column(UNWRITTEN)]
        there = {word: {key.replace("-", "") for key in self._column(query)} for word, query in THERE.items()}
        for word, object_id in self.acknowledged:
            if word == "failed":
                found.append(object_id)
            elif object_id.replace("-", "") not in there[word]:
                found.append(f"{word} was acknowledged and is lost: {object_id}")
        return found

    def _child(self):
        process = subprocess.Popen(
            [*self._command, str(self._chance.randrange(10**9)), self._variant],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return Child(process)

    def _column(self, query):
        with self.database.reading() as session:
            return [str(value) for (value,) in session.execute(text(query))]


THERE = {
    "paid": "SELECT p.id FROM payment p WHERE p.status = 'succeeded'",
    "issued": "SELECT id FROM invoice",
    "charged": "SELECT id FROM invoice WHERE status = 'paid'",
    "given": "SELECT SUBSTR(key, 7) FROM ledger_transaction WHERE kind = 'given'",
}
"""What has to be there for each word. That money moved with it, and once, the proofs of the ledger tell."""
HALF_GIVEN = """
    SELECT t.key FROM ledger_transaction t LEFT JOIN operation o ON o.transaction_id = t.id
    WHERE t.kind = 'given' GROUP BY t.key HAVING COUNT(o.id) <> 2
"""
UNWRITTEN = """
    SELECT t.key FROM ledger_transaction t
    WHERE t.kind = 'given' AND 1 <> (SELECT COUNT(*) FROM audit_record a WHERE 'given:' || a.object_id = t.key)
"""


def people(session):
    """Six customers with 5,000 roubles each, and no limit on how often they pay."""
    value = {"without_code_per_day_max": 10**9, "open_max": 10**9}
    session.add(Rule(name="payments", value=value, valid_from=NOON.replace(year=2020), set_by="test"))
    for number in range(6):
        someone = personae.customer(
            session,
            f"Анна {number}",
            number=f"410288{number}",
            phone=f"+7916204183{number}",
            email=f"anna{number}@example.ru",
        )
        personae.give(session, someone, 5_000_00)
        line = operations.Line(kind="gift", amount=Money(5_000_00), status=OperationStatus.done)
        operations.write(session, personae.SYSTEM, someone.account, line, now=NOON)


@pytest.fixture
def probe(database, database_url):
    database.run(people)
    return lambda variant="sound": Probe(database, database_url, variant)


def survives(probe, *, kills, seconds):
    with probe() as running:
        while running.kills < kills or running.seconds < seconds:
            running.once()

    assert running.faults() == []
    words = [word for word, _ in running.acknowledged]
    told = ", ".join(f"{word} {words.count(word)}" for word in THERE)
    say(f"{running.kills} kills in {running.seconds:.0f} s; acknowledged: {told}")
    assert all(words.count(word) for word in THERE)
    followed(running.database)


def followed(database):
    """The jobs go on where the dead left them: each success was told of once, and nothing was given up."""
    jobs.install(database, zone="UTC", pace=HURRIED, after={}, jobs={}, children={})
    jobs.start()
    try:
        left = "SELECT COUNT(*) FROM {} WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED')".format(
            "workflow_status" if database.sqlite else "dbos.workflow_status"
        )
        until(lambda: number(database, left) == 0, seconds=240)
        assert jobs.dead() == []
    finally:
        jobs.stop()
    paid = number(database, "SELECT COUNT(*) FROM payment WHERE status = 'succeeded'")
    told = number(database, "SELECT COUNT(*) FROM notification WHERE kind = 'payment_succeeded'")
    recorded = number(database, "SELECT COUNT(*) FROM event WHERE name = 'PaymentSucceeded'")
    assert (told, recorded) == (paid, paid)


def number(database, query):
    return database.look(lambda session: session.scalar(text(query)))


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(probe):
    survives(probe, kills=10, seconds=20)


@pytest.mark.audit
def test_nothing_is_lost_in_minutes_of_kills(probe):
    survives(probe, kills=60, seconds=180)


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["two_transactions", "acknowledged_early", "read_modify_write"])
def test_the_probe_catches_the_naive(probe, variant):
    with probe(variant) as running:
        while not running.faults():
            assert running.kills < 30, "the probe has no teeth"
            running.once()
