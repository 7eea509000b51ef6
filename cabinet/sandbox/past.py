"""What the acquirer did before it was first started: the past of a demonstration, told to it straight into its file.

A real acquirer remembers by itself. Refunds of old payments and charges of old cards work only if this one does too.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from cabinet.kit.money import Money
from cabinet.sandbox import payments
from cabinet.sandbox.records import Payment
from cabinet.sandbox.store import Store, ms


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPayment:
    """A finished payment. `failure` is the acquirer's own code; `taken` differs from `amount` when it took another."""

    id: str
    merchant_payment_id: str
    number: str
    description: str
    customer: str
    kind: Literal["card", "saved_card", "sbp"]
    amount: Money
    status: Literal["succeeded", "failed", "canceled"]
    at: datetime
    taken: Money | None = None
    refunded: Money | None = None
    failure: str = ""
    brand: str = ""
    last4: str = ""
    expiry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRefund:
    """A refund that succeeded. The payment's `refunded` counts it already."""

    id: str
    payment_id: str
    merchant_refund_id: str
    amount: Money
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCard:
    """A card that was saved."""

    token: str
    customer: str
    brand: str
    last4: str
    expiry: str
    at: datetime


def remember(
    file: Path,
    past_payments: Iterable[PastPayment] = (),
    past_refunds: Iterable[PastRefund] = (),
    past_cards: Iterable[PastCard] = (),
) -> None:
    """Write the past into the acquirer's file, running or not. What it remembers already stays as it is."""
    store = Store(file)
    try:
        with store.transaction() as db:
            known = {row["id"] for row in db.execute("SELECT id FROM payment")}
            for past in past_payments:
                if past.id not in known:
                    payments.insert(db, _payment(past), "{}")
            db.executemany(
                "INSERT OR IGNORE INTO refund (id, payment_id, merchant_refund_id, amount_minor, currency, reason,"
                " receipt, status, failure, created_ms, settles_ms, finished_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, '{}', 'succeeded', '', ?, ?, ?)",
                [
                    (
                        past.id,
                        past.payment_id,
                        past.merchant_refund_id,
                        past.amount.minor,
                        past.amount.currency,
                        past.reason,
                        *[ms(past.at)] * 3,
                    )
                    for past in past_refunds
                ],
            )
            db.executemany(
                "INSERT OR IGNORE INTO method (token, customer, brand, last4, expiry, verdict, asks_code, created_ms)"
                " VALUES (?, ?, ?, ?, ?, '', 0, ?)",
                [(past.token, past.customer, past.brand, past.last4, past.expiry, ms(past.at)) for past in past_cards],
            )
    finally:
        store.close()


def _payment(past: PastPayment) -> Payment:
    taken = (past.taken or past.amount) if past.status == "succeeded" else None
    return Payment(
        id=past.id,
        page=secrets.token_urlsafe(24),
        merchant_payment_id=past.merchant_payment_id,
        number=past.number,
        description=past.description,
        customer=past.customer,
        kind=past.kind,
        amount_minor=past.amount.minor,
        currency=past.amount.currency,
        return_url="",
        save_method=False,
        status=past.status,
        stage="done",
        tries_left=0,
        verdict="",
        brand=past.brand,
        last4=past.last4,
        expiry=past.expiry,
        keep=False,
        token="",
        failure=past.failure,
        taken_minor=taken.minor if taken else None,
        refunded_minor=past.refunded.minor if past.refunded else 0,
        effects={},
        created_ms=ms(past.at),
        expires_ms=ms(past.at + timedelta(minutes=30)),
        finished_ms=ms(past.at),
    )
