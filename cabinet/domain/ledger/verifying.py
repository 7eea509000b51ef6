"""The proof of the ledger: the invariants of docs/domain/ledger.md, each one query over everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

FAULTS_SHOWN_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must never be: which invariant, where."""

    invariant: str
    where: str


_POSTINGS = """
    SELECT debit_account_id AS account_id, currency, -amount_minor AS delta, debit_after_minor AS after, id,
           transaction_id
      FROM ledger_row
    UNION ALL
    SELECT credit_account_id, currency, amount_minor, credit_after_minor, id, transaction_id FROM ledger_row
"""

_CHECKS: Final[dict[str, str]] = {
    "L1 all balances of a currency sum to zero": """
        SELECT currency || ' ' || SUM(balance_minor) FROM ledger_account GROUP BY currency
        HAVING SUM(balance_minor) <> 0
    """,
    "L2 a balance is the sum of its postings": f"""
        SELECT a.name || ' ' || a.balance_minor FROM ledger_account a
        LEFT JOIN (SELECT account_id, SUM(delta) AS total FROM ({_POSTINGS}) p GROUP BY account_id) s
          ON s.account_id = a.id
        WHERE a.balance_minor <> COALESCE(s.total, 0)
    """,
    "L3 a transaction has rows": """
        SELECT t.key FROM ledger_transaction t
        WHERE NOT EXISTS (SELECT 1 FROM ledger_row r WHERE r.transaction_id = t.id)
    """,
    "L4 a reversal mirrors its origin": f"""
        SELECT key FROM (
            SELECT t.key, p.account_id, p.currency, p.delta FROM ledger_transaction t
            JOIN ({_POSTINGS}) p ON p.transaction_id = t.id WHERE t.reverses IS NOT NULL
            UNION ALL
            SELECT t.key, p.account_id, p.currency, p.delta FROM ledger_transaction t
            JOIN ({_POSTINGS}) p ON p.transaction_id = t.reverses
        ) both_ways GROUP BY key, account_id, currency HAVING SUM(delta) <> 0
    """,
    "L5 a row has a positive amount and two accounts": """
        SELECT id FROM ledger_row WHERE amount_minor <= 0 OR debit_account_id = credit_account_id
    """,
    "L6 a key is posted once": """
        SELECT key FROM ledger_transaction GROUP BY key HAVING COUNT(*) > 1
    """,
    "L7 no account is below its floor": """
        SELECT name FROM ledger_account WHERE floor_minor IS NOT NULL AND balance_minor - held_minor < floor_minor
    """,
    "L8 money stays in its currency": """
        SELECT r.id FROM ledger_row r
        JOIN ledger_account d ON d.id = r.debit_account_id JOIN ledger_account c ON c.id = r.credit_account_id
        WHERE r.currency <> d.currency OR r.currency <> c.currency
    """,
    "L9 what is held is the sum of open holds": """
        SELECT a.name FROM ledger_account a
        LEFT JOIN (SELECT account_id, SUM(amount_minor) AS total FROM ledger_hold WHERE status = 'open'
                   GROUP BY account_id) h ON h.account_id = a.id
        WHERE a.held_minor <> COALESCE(h.total, 0)
    """,
    "L11 a running balance is the sum so far": f"""
        SELECT account_id || ' row ' || id FROM (
            SELECT account_id, id, after, SUM(delta) OVER (PARTITION BY account_id ORDER BY id) AS running
            FROM ({_POSTINGS}) p
        ) w WHERE after <> running
    """,
    "L13 monthly turnovers are the sums of their rows": """
        SELECT account_id || ' ' || kind FROM (
            SELECT account_id, kind, debit_minor, credit_minor FROM ledger_month
            UNION ALL
            SELECT r.debit_account_id, t.kind, -r.amount_minor, 0
              FROM ledger_row r JOIN ledger_transaction t ON t.id = r.transaction_id
            UNION ALL
            SELECT r.credit_account_id, t.kind, 0, -r.amount_minor
              FROM ledger_row r JOIN ledger_transaction t ON t.id = r.transaction_id
        ) both_ways GROUP BY account_id, kind HAVING SUM(debit_minor) <> 0 OR SUM(credit_minor) <> 0
    """,
}


def verify(session: Session) -> list[Fault]:
    """Check every invariant over the whole ledger; an empty list means that it holds."""
    return [fault for name in _CHECKS for fault in _faults(session, name)]


def invariants() -> list[str]:
    """Return the names of what `verify` checks."""
    return list(_CHECKS)


def _faults(session: Session, name: str) -> Iterator[Fault]:
    for (where,) in session.execute(text(_CHECKS[name])).fetchmany(FAULTS_SHOWN_MAX):
        yield Fault(name, str(where))
