"""The acquirer's own SQLite file: what it has answered is on the disk, whatever kills it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

VERSION: Final = 1
"""Of the tables below. An acquirer of the demonstration has nothing worth a migration: another version is refused."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS payment (
  id TEXT PRIMARY KEY,
  page TEXT NOT NULL UNIQUE,
  merchant_payment_id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL,
  description TEXT NOT NULL,
  customer TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('card', 'saved_card', 'sbp')),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  currency TEXT NOT NULL,
  return_url TEXT NOT NULL,
  save_method INTEGER NOT NULL,
  receipt TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed', 'canceled')),
  stage TEXT NOT NULL CHECK (stage IN ('card', 'code', 'bank', 'done')),
  tries_left INTEGER NOT NULL CHECK (tries_left >= 0),
  verdict TEXT NOT NULL,
  brand TEXT NOT NULL,
  last4 TEXT NOT NULL CHECK (length(last4) <= 4),
  expiry TEXT NOT NULL,
  keep INTEGER NOT NULL,
  token TEXT NOT NULL,
  failure TEXT NOT NULL,
  taken_minor INTEGER,
  refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0 AND refunded_minor <= coalesce(taken_minor, 0)),
  effects TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  finished_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS ix_payment_open ON payment (expires_ms) WHERE status = 'pending';

CREATE TABLE IF NOT EXISTS refund (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL REFERENCES payment (id),
  merchant_refund_id TEXT NOT NULL UNIQUE,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  receipt TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
  failure TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  settles_ms INTEGER NOT NULL,
  finished_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS ix_refund_payment ON refund (payment_id);
CREATE INDEX IF NOT EXISTS ix_refund_open ON refund (settles_ms) WHERE status = 'pending';

CREATE TABLE IF NOT EXISTS method (
  token TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  brand TEXT NOT NULL,
  last4 TEXT NOT NULL CHECK (length(last4) <= 4),
  expiry TEXT NOT NULL,
  verdict TEXT NOT NULL,
  asks_code INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  removed_ms INTEGER
) STRICT;

CREATE TABLE IF NOT EXISTS idempotency (
  key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  object_id TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS switch (
  name TEXT PRIMARY KEY,
  remaining INTEGER NOT NULL CHECK (remaining > 0),
  value INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS webhook (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  payment_id TEXT NOT NULL REFERENCES payment (id),
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'delivered', 'lost', 'given_up')),
  copies INTEGER NOT NULL CHECK (copies >= 0),
  tries INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ix_webhook_due ON webhook (due_ms) WHERE state IN ('waiting', 'held');
CREATE INDEX IF NOT EXISTS ix_webhook_payment ON webhook (payment_id);

CREATE TABLE IF NOT EXISTS attempt (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook_id TEXT NOT NULL REFERENCES webhook (id),
  at_ms INTEGER NOT NULL,
  answer INTEGER,
  error TEXT NOT NULL,
  took_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ix_attempt_webhook ON attempt (webhook_id);
"""


class OtherVersion(Exception):
    """The file was written by another version of the acquirer."""


class Store:
    """One connection, one transaction at a time. `after_commit` tells whoever waits for work that there may be some."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.after_commit: Callable[[], None] = lambda: None
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        (found,) = self._connection.execute("PRAGMA user_version").fetchone()
        if found not in (0, VERSION):
            raise OtherVersion(f"{file} is of version {found}, not {VERSION}: move it away and start again")
        self._connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open the one transaction of a deed: committed to the disk when the block ends well, undone when it raises."""
        with self._turn:
            before = self._connection.total_changes
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            changed = self._connection.total_changes != before
        if changed:
            self.after_commit()

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._connection.close()


def ms(moment: datetime) -> int:
    """Return the instant as it is stored: milliseconds since 1970 in UTC."""
    return round(moment.timestamp() * 1000)


def moment(stored_ms: int) -> datetime:
    """Return the instant that was stored."""
    return datetime.fromtimestamp(stored_ms / 1000, UTC)
