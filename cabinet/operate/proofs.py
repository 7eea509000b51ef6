"""The proofs that an operator or an auditor asks for: the ledger's invariants, the chain of the audit journal."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from cabinet.db import Database
from cabinet.domain import ledger as ledger_domain
from cabinet.domain.base import audit
from cabinet.domain.ledger import Fault

Say = Callable[[str], None]
Anchor = tuple[int, str]
"""The number and the hash of a line that was once the last one of the audit journal."""

_ANCHOR = re.compile(r"(0|[1-9][0-9]{0,17}) ([0-9a-f]{64})\n?", re.ASCII)

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


class AnchorUnusable(Exception):
    """A sentence about a file that holds no anchor, or cannot take one."""


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


def audit_chain(database: Database, *, say: Say, anchor: Path | None = None, save: Path | None = None) -> bool:
    """Walk the audit chain, say its head, return whether it holds, and with it an earlier head out of `anchor`.

    The head goes into `save` only if it holds: an anchor of a broken chain would hide the break.
    """
    earlier = read_anchor(anchor) if anchor else None
    # Before the walk, so that every line up to the head is walked; others may write meanwhile.
    seq, head = database.look(audit.head)
    fault = database.look(audit.verify, anchor=earlier)
    say(f"{seq} lines, head {head}")
    say("The chain holds." if fault is None else f"BROKEN at line {fault.seq}: {fault.reason}")
    if fault is None and save:
        _save_anchor(save, (seq, head))
    return fault is None


def read_anchor(file: Path) -> Anchor:
    """Return the head that `audit_chain` saved."""
    try:
        written = _ANCHOR.fullmatch(file.read_text("ascii"))
    except OSError as error:
        raise AnchorUnusable(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        written = None
    if written is None or (written[1] == "0" and written[2] != audit.GENESIS):
        raise AnchorUnusable(
            f"{file} is no anchor: it has to hold the number and the hash of a line, as --save wrote it."
        )
    return int(written[1]), written[2]


def _save_anchor(file: Path, head: Anchor) -> None:
    # In one step: a full disk must not take the earlier anchor along.
    fresh = file.with_name(f"{file.name}.new")
    try:
        fresh.write_text(f"{head[0]} {head[1]}\n", "ascii")
        os.replace(fresh, file)
    except OSError as error:
        raise AnchorUnusable(f"{file} cannot be written: {error.strerror}.") from error


def _faults(session: Session) -> list[Fault]:
    faults = ledger_domain.verify(session)
    for name, query in _ACROSS.items():
        faults += [Fault(name, str(where)) for (where,) in session.execute(text(query)).fetchmany(20)]
    return faults
