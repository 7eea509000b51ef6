"""Events, reactions and jobs for the tests of the engine; the worker processes of the tests know the same ones."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from cabinet import db
from cabinet.domain import ledger
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.events import Event
from cabinet.jobs import Job, Lane, Pace
from cabinet.kit import clock
from cabinet.kit.money import Money
from tests.moments import NOON

HURRIED = Pace(
    looks_seconds=dict.fromkeys(Lane, 0.05),
    retries_seconds=(0.01, 0.01),
    sweep_seconds=0.3,
    schedule_seconds=0.3,
)
"""An engine that a test need not wait for."""

EMPTY: dict[str, dict[object, object]] = {"reactions": {}, "after": {}, "jobs": {}, "children": {}}
"""In place of the tables of the house, whatever stands in these by now."""

SYSTEM = Actor.system("test")
SPONSOR = ledger.SystemAccount("sponsor")
ANNAS = ledger.SystemAccount("anna")


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPromised(Event):
    """Somebody is to get one rouble."""


def promise(session: Session) -> UUID:
    gift = GiftPromised()
    events.record(session, gift, now=NOON)
    return gift.id


def give(session: Session, actor: Actor, gift: GiftPromised, *, now: datetime) -> None:
    """Post the rouble under a new key each time: a second run would show in the balance."""
    entry = ledger.Entry(f"gift:{gift.id}:{clock.now()}", "gift", [ledger.Move(SPONSOR, ANNAS, Money(1_00))])
    ledger.post(session, actor, entry, now=now)


def thank(session: Session, _actor: Actor, gift: GiftPromised, *, now: datetime) -> None:
    note(session, gift.id.hex[:20])


def note(session: Session, word: str) -> None:
    """Count how often it happened; `noted` tells."""
    session.connection().execute(
        text(
            "INSERT INTO counter (series, year, last) VALUES (:word, 0, 1) "
            "ON CONFLICT (series, year) DO UPDATE SET last = counter.last + 1"
        ),
        {"word": word},
    )


def noted(database: db.Database) -> dict[str, int]:
    """Return how often each word was noted."""
    with database.reading() as session:
        rows = session.connection().execute(text("SELECT series, last FROM counter"))
        return {row.series: row.last for row in rows}


def given(database: db.Database) -> int:
    """Return how many roubles arrived."""
    with database.reading() as session:
        try:
            return ledger.balance(session, SYSTEM, ANNAS.id).amount.minor // 100
        except ledger.AccountNotFound:
            return 0


def change(database: db.Database, statement: str) -> None:
    """Do behind the engine's back what only time or a crash would do."""
    with database.transaction() as session:
        session.connection().execute(text(statement))


def note_the_second(due: datetime) -> None:
    db.current().run(note, due.isoformat()[:19])


EVERY_SECOND = {"second": Job("* * * * * *", note_the_second)}


class Stall:
    """A reaction that says it has begun, and never ends: its process is about to be killed."""

    __module__ = thank.__module__
    __name__ = thank.__name__

    def __init__(self, sign: Path) -> None:
        self._sign = sign

    def __call__(self, session: Session, actor: Actor, gift: GiftPromised, /, *, now: datetime) -> None:
        thank(session, actor, gift, now=now)
        self._sign.touch()
        threading.Event().wait()
