"""The life of a payment: opened by the merchant, paid, declined, given up or run out, each exactly once."""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from cabinet.kit.secrets import Keyring, same
from cabinet.sandbox import cards, orders, outbox, switches
from cabinet.sandbox.orders import PaymentOrder
from cabinet.sandbox.records import Payment
from cabinet.sandbox.refusals import Refused, unknown
from cabinet.sandbox.store import ms

BANK_ANSWERS: Final = ("", "low_balance", "issuer_unavailable")
"""What the payer's bank may say to an SBP payment that its payer confirmed: yes, or why not."""
RUN_OUT: Final = "lifetime_over"
GIVEN_UP: Final = "payer_refused"
WITHDRAWN: Final = "merchant_canceled"
WRONG_CODE: Final = "code_failed"


def open_(db: sqlite3.Connection, order: PaymentOrder, key: str, now: datetime) -> tuple[Payment, bool]:
    """Open the payment, or charge the saved card at once. Return it, and whether this key opened it just now."""
    made = orders.known(db, key, order)
    if made is not None:
        return by_id(db, made), False
    amount = order.amount.money
    if find(db, order.merchant_payment_id) is not None:
        raise Refused(409, "merchant_payment_id_taken", "this payment was opened with another key")
    if order.expires_at <= now:
        raise Refused(422, "expires_at_past", "a payment needs some time to be paid")
    method = _method(db, order) if order.method.type == "saved_card" else None
    if method is None:
        stage = "bank" if order.method.type == "sbp" else "card"
    else:
        stage = "code" if method["asks_code"] else "done"
    payment = Payment(
        id=f"pay_{uuid4().hex}",
        page=secrets.token_urlsafe(24),
        merchant_payment_id=order.merchant_payment_id,
        number=order.number,
        description=order.description,
        customer=order.customer,
        kind=order.method.type,
        amount_minor=amount.minor,
        currency=amount.currency,
        return_url=order.return_url,
        save_method=order.save_method and order.method.type == "card",
        status="pending",
        stage=stage,
        tries_left=cards.CODE_TRIES,
        verdict=method["verdict"] if method else "",
        brand=method["brand"] if method else "",
        last4=method["last4"] if method else "",
        expiry=method["expiry"] if method else "",
        keep=False,
        token=order.method.token,
        failure="",
        taken_minor=None,
        refunded_minor=0,
        effects=switches.take(db, "payment"),
        created_ms=ms(now),
        expires_ms=ms(order.expires_at),
        finished_ms=None,
    )
    insert(db, payment, order.receipt.model_dump_json())
    orders.remember(db, key, order, payment.id, now)
    return _decide(db, payment, now) if stage == "done" else payment, True


def by_id(db: sqlite3.Connection, payment_id: str) -> Payment:
    """Return the payment that programs know by this id."""
    row = db.execute("SELECT * FROM payment WHERE id = ?", (payment_id,)).fetchone()
    if row is None:
        raise unknown("payment")
    return Payment.of(row)


def by_page(db: sqlite3.Connection, page: str, now: datetime) -> Payment:
    """Return the payment of the page, closed if its time has run out meanwhile."""
    row = db.execute("SELECT * FROM payment WHERE page = ?", (page,)).fetchone()
    if row is None:
        raise unknown("payment")
    return _closed_in_time(db, Payment.of(row), now)


def find(db: sqlite3.Connection, merchant_payment_id: str) -> Payment | None:
    """Return the payment that the merchant knows by this id; None when it was never opened."""
    row = db.execute("SELECT * FROM payment WHERE merchant_payment_id = ?", (merchant_payment_id,)).fetchone()
    return Payment.of(row) if row else None


def withdraw(db: sqlite3.Connection, payment_id: str, now: datetime) -> Payment:
    """Close a payment that nobody has paid, at the merchant's word; a finished one stays as it is."""
    payment = _closed_in_time(db, by_id(db, payment_id), now)
    return _end(db, payment, "canceled", WITHDRAWN, now) if payment.status == "pending" else payment


def give_up(db: sqlite3.Connection, payment: Payment, now: datetime) -> Payment:
    """Close a payment at the payer's word; a finished one stays as it is."""
    return _end(db, payment, "canceled", GIVEN_UP, now) if payment.status == "pending" else payment


def pay_by_card(
    db: sqlite3.Connection, payment: Payment, card: cards.Card, expiry: str, *, keep: bool, now: datetime
) -> Payment:
    """Take the card for the payment: ask the bank, or the payer for the bank's code first.

    A form that was sent twice finds the payment no longer waiting for a card, and changes nothing. Of the number only
    the last four digits go on from here.
    """
    if payment.stage != "card":
        return payment
    payment = replace(
        payment,
        brand=card.brand,
        last4=card.number[-4:],
        expiry=expiry,
        verdict=card.verdict,
        keep=keep and payment.save_method,
        token=f"card_{uuid4().hex}" if keep and payment.save_method else "",
        stage="code" if card.asks_code else "done",
    )
    if payment.keep:
        # Kept unusable until the first payment succeeds: `_decide` turns it on.
        db.execute(
            "INSERT INTO method (token, customer, brand, last4, expiry, verdict, asks_code, created_ms, removed_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                payment.token,
                payment.customer,
                card.brand,
                payment.last4,
                expiry,
                card.verdict_later,
                card.asks_code_later,
                ms(now),
                ms(now),
            ),
        )
    _save(db, payment)
    return payment if payment.stage == "code" else _decide(db, payment, now)


def enter_code(db: sqlite3.Connection, payment: Payment, code: str, now: datetime) -> Payment:
    """Check the bank's one-time code. The right one asks the bank; the third wrong one ends the payment."""
    if payment.stage != "code":
        return payment
    if same(code.strip(), one_time_code(db, payment)):
        return _decide(db, payment, now)
    payment = replace(payment, tries_left=payment.tries_left - 1)
    _save(db, payment)
    return payment if payment.tries_left else _end(db, payment, "failed", WRONG_CODE, now)


def one_time_code(db: sqlite3.Connection, payment: Payment) -> str:
    """Return the code that the bank sends to the payer's phone: derived from a key of the file, stored nowhere."""
    db.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('code_key', ?)", (secrets.token_hex(32),))
    (key,) = db.execute("SELECT value FROM meta WHERE name = 'code_key'").fetchone()
    return Keyring(bytes.fromhex(key)).code("one-time code", payment.id)


def answer_by_bank(db: sqlite3.Connection, payment: Payment, answer: str, now: datetime) -> Payment:
    """Let the payer's bank answer an SBP payment that the payer confirmed there."""
    if payment.stage != "bank":
        return payment
    return _decide(db, replace(payment, verdict=answer if answer in BANK_ANSWERS else "issuer_unavailable"), now)


def close_overdue(db: sqlite3.Connection, now: datetime) -> int:
    """Close the payments whose time has run out; return how many."""
    rows = db.execute("SELECT * FROM payment WHERE status = 'pending' AND expires_ms <= ?", (ms(now),)).fetchall()
    for row in rows:
        _end(db, Payment.of(row), "canceled", RUN_OUT, now)
    return len(rows)


def forget_method(db: sqlite3.Connection, token: str, now: datetime) -> None:
    """Drop a saved card; it cannot be charged any more. Dropped twice, it is dropped."""
    if db.execute("SELECT 1 FROM method WHERE token = ?", (token,)).fetchone() is None:
        raise unknown("method")
    db.execute("UPDATE method SET removed_ms = ? WHERE token = ? AND removed_ms IS NULL", (ms(now), token))


def insert(db: sqlite3.Connection, payment: Payment, receipt: str) -> None:
    """Write a new payment down."""
    values = _columns(payment) | {"receipt": receipt}
    marks = ", ".join(f":{name}" for name in values)
    db.execute(f"INSERT INTO payment ({', '.join(values)}) VALUES ({marks})", values)


def _method(db: sqlite3.Connection, order: PaymentOrder) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM method WHERE token = ? AND customer = ? AND removed_ms IS NULL",
        (order.method.token, order.customer),
    ).fetchone()
    if row is None:
        raise Refused(422, "method_unknown", "this customer has no such saved card")
    return row


def _closed_in_time(db: sqlite3.Connection, payment: Payment, now: datetime) -> Payment:
    if payment.status == "pending" and payment.expires_ms <= ms(now):
        return _end(db, payment, "canceled", RUN_OUT, now)
    return payment


def _decide(db: sqlite3.Connection, payment: Payment, now: datetime) -> Payment:
    if payment.verdict:
        return _end(db, payment, "failed", payment.verdict, now)
    if payment.keep:
        db.execute("UPDATE method SET removed_ms = NULL WHERE token = ?", (payment.token,))
    more = payment.effects.get("other_amount", 0)
    return _end(db, replace(payment, taken_minor=payment.amount_minor + more), "succeeded", "", now)


def _end(db: sqlite3.Connection, payment: Payment, status: str, failure: str, now: datetime) -> Payment:
    kept = payment.token if status == "succeeded" or payment.kind == "saved_card" else ""
    payment = replace(payment, status=status, failure=failure, stage="done", token=kept, finished_ms=ms(now))
    _save(db, payment)
    outbox.record(db, payment, f"payment.{status}", payment.told(), now)
    return payment


def _save(db: sqlite3.Connection, payment: Payment) -> None:
    values = _columns(payment)
    db.execute(f"UPDATE payment SET {', '.join(f'{name} = :{name}' for name in values)} WHERE id = :id", values)


def _columns(payment: Payment) -> dict[str, str | int | None]:
    values = {name: getattr(payment, name) for name in Payment.__slots__}
    return values | {"effects": json.dumps(payment.effects, sort_keys=True)}
