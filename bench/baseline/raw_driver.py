"""The ledger's rows by the raw driver: sqlite3 with the same PRAGMAs, the same statements, one commit each.

It checks nothing: no hash is compared, no floor of a system account, no owner. Eight threads, each with a connection
of its own; who waits for the file waits by SQLite's own busy_timeout.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from uuid import uuid4

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000")
CLAIM = (
    "INSERT INTO ledger_transaction (id, key, request_hash, kind, about, reverses, posted_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id"
)
UPDATE = (
    "UPDATE ledger_account SET balance_minor = balance_minor + ? "
    "WHERE id = ? AND (floor_minor IS NULL OR ? >= 0 OR balance_minor - held_minor + ? >= floor_minor) "
    "RETURNING balance_minor, currency, zone, owner_id, name"
)
ROW = (
    "INSERT INTO ledger_row (transaction_id, debit_account_id, credit_account_id, currency, amount_minor, "
    "debit_after_minor, credit_after_minor) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
MONTH = (
    "INSERT INTO ledger_month (account_id, month, kind, debit_minor, credit_minor) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (account_id, month, kind) DO UPDATE SET debit_minor = debit_minor + excluded.debit_minor, "
    "credit_minor = credit_minor + excluded.credit_minor"
)


def post(file: Path, debit: str, credits: list[str], seconds: float) -> tuple[list[float], float]:
    """Post from one account to one of its own per thread, for so long; return each wait and the time it took."""
    waits: list[list[float]] = [[] for _ in credits]
    begin = threading.Barrier(len(credits) + 1)
    end = [0.0]
    threads = [
        threading.Thread(target=_keep_posting, args=(file, debit, credit, waits[place], begin, end))
        for place, credit in enumerate(credits)
    ]
    for thread in threads:
        thread.start()
    end[0] = time.perf_counter() + seconds
    begin.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return [wait for each in waits for wait in each], time.perf_counter() - started


def _keep_posting(
    file: Path, debit: str, credit: str, waits: list[float], begin: threading.Barrier, end: list[float]
) -> None:
    connection = sqlite3.connect(file, isolation_level=None, timeout=15)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    begin.wait()
    while time.perf_counter() < end[0]:
        started = time.perf_counter()
        _once(connection, debit, credit)
        waits.append(time.perf_counter() - started)
    connection.close()


def _once(connection: sqlite3.Connection, debit: str, credit: str) -> None:
    transaction, amount = uuid4().hex, 100
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        CLAIM, (transaction, f"raw:{transaction}", "0" * 64, "payment", "", None, "2026-11-24 11:05:00.000000")
    ).fetchone()
    after = {}
    for account, delta in sorted(((debit, -amount), (credit, amount))):
        after[account] = connection.execute(UPDATE, (delta, account, delta, delta)).fetchone()[0]
    connection.execute(ROW, (transaction, debit, credit, "RUB", amount, after[debit], after[credit]))
    connection.executemany(
        MONTH, [(debit, "2026-11-01", "payment", amount, 0), (credit, "2026-11-01", "payment", 0, amount)]
    )
    connection.execute("COMMIT")
