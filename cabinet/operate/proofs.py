"""The proofs that an operator or an auditor asks for: the ledger's invariants, the chain of the audit journal."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text
from sqlmodel import Session

from cabinet.db import Database
from cabinet.domain import ledger as ledger_domain
from cabinet.domain.base import audit
from cabinet.domain.ledger import Fault

Say = Callable[[str], None]

_SUMS = """
    SELECT REPLACE(t.about, '-', '') AS subject, SUM(r.amount_minor) AS total
      FROM ledger_transaction t JOIN ledger_row r ON r.transaction_id = t.id
     WHERE t.kind = '{kind}' AND t.reverses IS NULL GROUP BY t.about
"""
"""What was posted about each object of a kind; ids are written with dashes or without, by database."""

_ACROSS = {
    "L12 refunds never exceed what was paid": """
        SELECT p.number FROM payment p
        LEFT JOIN (SELECT payment_id, SUM(amount_minor) AS total FROM refund
                    WHERE status = 'succeeded' AND hold_id IS NOT NULL GROUP BY payment_id) r ON r.payment_id = p.id
        WHERE COALESCE(r.total, 0) <> p.refunded_minor OR p.refunded_minor > p.amount_minor
    """,
    "L12 a credited payment is in the ledger, and only a credited one": f"""
        SELECT p.number FROM payment p
        LEFT JOIN ({_SUMS.format(kind="payment")}) s
          ON s.subject = 'payment:' || REPLACE(CAST(p.id AS TEXT), '-', '')
        WHERE COALESCE(s.total, 0) <> CASE
            WHEN p.status IN ('succeeded', 'partially_refunded') THEN p.amount_minor + p.fee_minor
            WHEN p.status = 'refunded' AND p.refunded_minor > 0 THEN p.amount_minor + p.fee_minor
            ELSE 0 END
    """,
    "L12 a refund that succeeded is in the ledger, and only such a one": f"""
        SELECT f.number FROM refund f
        LEFT JOIN ({_SUMS.format(kind="refund")}) s
          ON s.subject = 'refund:' || REPLACE(CAST(f.id AS TEXT), '-', '')
        WHERE COALESCE(s.total, 0) <> CASE WHEN f.status = 'succeeded' THEN f.amount_minor ELSE 0 END
    """,
    "L13 the history of an account adds up to its balance": """
        SELECT b.number FROM billing_account b JOIN ledger_account a ON a.id = b.ledger_account_id
        LEFT JOIN (SELECT billing_account_id, SUM(amount_minor) AS total FROM operation WHERE status = 'done'
                   GROUP BY billing_account_id) o ON o.billing_account_id = b.id
        WHERE a.balance_minor <> COALESCE(o.total, 0)
    """,
    "L13 a paid invoice is charged once, an open one not at all": """
        SELECT i.number FROM invoice i
        LEFT JOIN operation o ON o.invoice_id = i.id
        WHERE (i.status = 'paid') <> (o.id IS NOT NULL)
    """,
}
"""What binds the ledger to payments, invoices and the history."""


def invariants() -> list[str]:
    """Return the names of what `ledger` proves."""
    return [*ledger_domain.invariants(), *_ACROSS]


def ledger(database: Database, *, say: Say) -> list[Fault]:
    """Prove the ledger and what hangs on it; say what holds and what does not."""
    faults = database.look(_faults)
    broken = {fault.invariant for fault in faults}
    for name in invariants():
        say(f"{'BROKEN' if name in broken else 'holds '}  {name}")
    for fault in faults:
        say(f"        {fault.invariant.partition(' ')[0]}: {fault.where}")
    return faults


def audit_chain(database: Database, *, say: Say) -> audit.ChainFault | None:
    """Walk the audit chain; say its head, to be anchored elsewhere."""
    fault = database.look(audit.verify)
    seq, head = database.look(audit.head)
    say(f"{seq} lines, head {head}")
    say("The chain holds." if fault is None else f"BROKEN at line {fault.seq}: {fault.reason}")
    return fault


def _faults(session: Session) -> list[Fault]:
    faults = ledger_domain.verify(session)
    for name, query in _ACROSS.items():
        faults += [Fault(name, str(where)) for (where,) in session.execute(text(query)).fetchmany(20)]
    return faults
