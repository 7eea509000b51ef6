"""Refunds: in full or in parts, never more than was taken, each once by its key."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from uuid import uuid4

from cabinet.sandbox import orders, outbox, payments, switches
from cabinet.sandbox.orders import RefundOrder
from cabinet.sandbox.records import Refund
from cabinet.sandbox.refusals import Refused, unknown
from cabinet.sandbox.store import ms

BANK_REFUSED = "account_closed"


def open_(db: sqlite3.Connection, order: RefundOrder, key: str, now: datetime) -> tuple[Refund, int]:
    """Return money to the payer. Return the refund, and for how many seconds its answer is kept back (a switch)."""
    made = orders.known(db, key, order)
    if made is not None:
        return by_id(db, made), 0
    amount = order.amount.money
    payment = payments.by_id(db, order.payment_id)
    if find(db, order.merchant_refund_id) is not None:
        raise Refused(409, "merchant_refund_id_taken", "this refund was asked with another key")
    if payment.taken_minor is None:
        raise Refused(422, "payment_not_paid", "nothing was taken, so nothing can be returned")
    (promised,) = db.execute(
        "SELECT coalesce(sum(amount_minor), 0) FROM refund WHERE payment_id = ? AND status <> 'failed'", (payment.id,)
    ).fetchone()
    if promised + amount.minor > payment.taken_minor:
        raise Refused(422, "refund_too_large", "more than is left of the payment")
    effects = switches.take(db, "refund")
    refund_id = f"ref_{uuid4().hex}"
    db.execute(
        "INSERT INTO refund (id, payment_id, merchant_refund_id, amount_minor, currency, reason, receipt, status,"
        " failure, created_ms, settles_ms) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)",
        (
            refund_id,
            payment.id,
            order.merchant_refund_id,
            amount.minor,
            amount.currency,
            order.reason,
            order.receipt.model_dump_json(),
            BANK_REFUSED if "refund_refused" in effects else "",
            ms(now),
            ms(now) + effects.get("refund_slow", 0) * 1000,
        ),
    )
    orders.remember(db, key, order, refund_id, now)
    settle_due(db, now)
    return by_id(db, refund_id), effects.get("refund_timeout", 0)


def by_id(db: sqlite3.Connection, refund_id: str) -> Refund:
    """Return the refund that programs know by this id."""
    row = db.execute("SELECT * FROM refund WHERE id = ?", (refund_id,)).fetchone()
    if row is None:
        raise unknown("refund")
    return Refund.of(row)


def find(db: sqlite3.Connection, merchant_refund_id: str) -> Refund | None:
    """Return the refund that the merchant knows by this id; None when it was never asked for."""
    row = db.execute("SELECT * FROM refund WHERE merchant_refund_id = ?", (merchant_refund_id,)).fetchone()
    return Refund.of(row) if row else None


def settle_due(db: sqlite3.Connection, now: datetime) -> int:
    """Finish the refunds whose time has come; return how many. `failure` already says how each one ends."""
    rows = db.execute("SELECT * FROM refund WHERE status = 'pending' AND settles_ms <= ?", (ms(now),)).fetchall()
    for row in rows:
        refund = Refund.of(row)
        status = "failed" if refund.failure else "succeeded"
        db.execute("UPDATE refund SET status = ?, finished_ms = ? WHERE id = ?", (status, ms(now), refund.id))
        if status == "succeeded":
            db.execute(
                "UPDATE payment SET refunded_minor = refunded_minor + ? WHERE id = ?",
                (refund.amount_minor, refund.payment_id),
            )
        payment = payments.by_id(db, refund.payment_id)
        told = by_id(db, refund.id).told(payment.merchant_payment_id)
        outbox.record(db, payment, f"refund.{status}", told, now)
    return len(rows)
