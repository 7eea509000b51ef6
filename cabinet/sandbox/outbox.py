"""Webhooks as rows: written with what they tell of, sent by the courier, kept with every attempt and its answer."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from cabinet.sandbox.records import Json, Payment
from cabinet.sandbox.store import ms

RETRY_SECONDS: Final = (1, 2, 5, 15, 60, 300, 900, 3600, 3600, 3600, 3600)
"""How long after an attempt that failed the next one comes; after the last one the webhook is given up."""


@dataclass(frozen=True, slots=True)
class Due:
    """A webhook whose time has come."""

    id: str
    payment_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: the merchant's HTTP status, or why there was none."""

    status: int | None
    error: str
    took_ms: int

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Sent:
    """A webhook with its attempts, oldest first, as the page of switches shows it."""

    id: str
    type: str
    number: str
    state: str
    created_ms: int
    due_ms: int
    attempts: list[tuple[int, int | None, str]]
    """When (ms), the merchant's status, or why there was none."""


def record(db: sqlite3.Connection, payment: Payment, kind: str, told: Json, now: datetime) -> None:
    """Write down that the merchant has to be told; how, the payment's switches say."""
    event_id = f"evt_{uuid4().hex}"
    body = json.dumps(
        {"id": event_id, "type": kind, "created_at": now.isoformat(), "object": told},
        ensure_ascii=False,
        sort_keys=True,
    )
    effects = payment.effects
    first = db.execute("SELECT 1 FROM webhook WHERE payment_id = ?", (payment.id,)).fetchone() is None
    state, delay_seconds = "waiting", effects.get("late_webhook", 0)
    if "lost_webhook" in effects:
        state = "lost"
    elif first and "out_of_order" in effects:
        state, delay_seconds = "held", effects["out_of_order"]
    db.execute(
        "INSERT INTO webhook (id, payment_id, type, body, state, copies, tries, due_ms, created_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
        (
            event_id,
            payment.id,
            kind,
            body,
            state,
            2 if "double_webhook" in effects else 1,
            ms(now) + delay_seconds * 1000,
            ms(now),
        ),
    )


def due(db: sqlite3.Connection, now: datetime, *, but: set[str]) -> list[Due]:
    """Return the earliest due webhook of every payment, except of those that are being told something already."""
    rows = db.execute(
        "SELECT id, payment_id, body, min(seq) FROM webhook"
        " WHERE state IN ('waiting', 'held') AND due_ms <= ? GROUP BY payment_id ORDER BY 4",
        (ms(now),),
    )
    return [Due(row["id"], row["payment_id"], row["body"]) for row in rows if row["payment_id"] not in but]


def next_due_ms(db: sqlite3.Connection) -> int | None:
    """Return when the next webhook will be due."""
    (earliest,) = db.execute("SELECT min(due_ms) FROM webhook WHERE state IN ('waiting', 'held')").fetchone()
    return int(earliest) if earliest is not None else None


def note(db: sqlite3.Connection, webhook: Due, answer: Answer, now: datetime) -> None:
    """Keep the attempt and decide what comes next: another copy, a retry, or nothing."""
    db.execute(
        "INSERT INTO attempt (webhook_id, at_ms, answer, error, took_ms) VALUES (?, ?, ?, ?, ?)",
        (webhook.id, ms(now), answer.status, answer.error, answer.took_ms),
    )
    row = db.execute("SELECT copies, tries FROM webhook WHERE id = ?", (webhook.id,)).fetchone()
    copies, tries = row["copies"], row["tries"] + 1
    due_ms = ms(now)
    if answer.taken:
        copies, tries = copies - 1, 0
        state = "waiting" if copies else "delivered"
    elif tries > len(RETRY_SECONDS):
        state = "given_up"
    else:
        state = "waiting"
        due_ms += RETRY_SECONDS[tries - 1] * 1000
    db.execute(
        "UPDATE webhook SET copies = ?, tries = ?, state = ?, due_ms = ? WHERE id = ?",
        (copies, tries, state, due_ms, webhook.id),
    )
    if state != "waiting":
        # What was held back to arrive after this one goes now.
        db.execute(
            "UPDATE webhook SET state = 'waiting', due_ms = ? WHERE payment_id = ? AND state = 'held' AND id <> ?",
            (ms(now), webhook.payment_id, webhook.id),
        )


def latest(db: sqlite3.Connection, *, rows: int) -> list[Sent]:
    """Return the newest webhooks with their attempts."""
    found = db.execute(
        "SELECT w.id, w.type, w.state, w.created_ms, w.due_ms, p.number FROM webhook w"
        " JOIN payment p ON p.id = w.payment_id ORDER BY w.seq DESC LIMIT ?",
        (rows,),
    ).fetchall()
    return [
        Sent(
            row["id"],
            row["type"],
            row["number"],
            row["state"],
            row["created_ms"],
            row["due_ms"],
            [
                (attempt["at_ms"], attempt["answer"], attempt["error"])
                for attempt in db.execute(
                    "SELECT at_ms, answer, error FROM attempt WHERE webhook_id = ? ORDER BY id", (row["id"],)
                )
            ],
        )
        for row in found
    ]
