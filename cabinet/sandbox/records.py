"""What the acquirer keeps, as objects, and how it tells programs about it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from cabinet.kit.money import Money
from cabinet.sandbox.store import moment

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment. `stage` is what it waits for while it is pending: a card, a code, the payer's bank."""

    id: str
    page: str
    """The secret part of the address at which the payer pays; programs know the payment by `id`."""
    merchant_payment_id: str
    number: str
    description: str
    customer: str
    kind: str
    amount_minor: int
    currency: str
    return_url: str
    save_method: bool
    status: str
    stage: str
    tries_left: int
    verdict: str
    """What the bank will say when the code is right: "" for a yes."""
    brand: str
    last4: str
    expiry: str
    keep: bool
    """The payer agreed that the card is saved."""
    token: str
    failure: str
    taken_minor: int | None
    refunded_minor: int
    effects: dict[str, int]
    """The switches that this payment took when it was created."""
    created_ms: int
    expires_ms: int
    finished_ms: int | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Payment:
        values = {field.name: row[field.name] for field in fields(cls)}
        values |= {name: bool(values[name]) for name in ("save_method", "keep")}
        return cls(**values | {"effects": json.loads(values["effects"])})

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def taken(self) -> Money | None:
        return None if self.taken_minor is None else Money(self.taken_minor, self.currency)

    @property
    def expires_at(self) -> datetime:
        return moment(self.expires_ms)

    def told(self, site: str = "") -> Json:
        """Return the payment as programs see it; the site's address is needed only while it is pending."""
        return {
            "id": self.id,
            "merchant_payment_id": self.merchant_payment_id,
            "number": self.number,
            "description": self.description,
            "customer": self.customer,
            "status": self.status,
            "amount": amount_told(self.amount),
            "taken_amount": amount_told(self.taken) if self.taken else None,
            "refunded_amount": amount_told(Money(self.refunded_minor, self.currency)),
            "confirmation": self._confirmation(site),
            "method": self._method(),
            "failure": {"code": self.failure} if self.failure else None,
            "fiscal": None,
            "created_at": moment(self.created_ms).isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "finished_at": moment(self.finished_ms).isoformat() if self.finished_ms else None,
        }

    def _confirmation(self, site: str) -> Json | None:
        if self.status != "pending":
            return None
        url = page_address(site, self)
        if self.kind == "sbp":
            return {"type": "qr", "url": url, "qr": bank_address(site, self)}
        return {"type": "redirect", "url": url}

    def _method(self) -> Json | None:
        if self.kind == "sbp":
            return {"type": "sbp", "brand": "СБП", "last4": "", "expiry": "", "token": None}
        if not self.last4:
            return None
        return {
            "type": self.kind,
            "brand": self.brand,
            "last4": self.last4,
            "expiry": self.expiry,
            "token": self.token or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that goes back to the payer."""

    id: str
    payment_id: str
    merchant_refund_id: str
    amount_minor: int
    currency: str
    reason: str
    status: str
    failure: str
    """While it is pending: how it will end."""
    created_ms: int
    settles_ms: int
    finished_ms: int | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Refund:
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    def told(self, merchant_payment_id: str) -> Json:
        """Return the refund as programs see it."""
        return {
            "id": self.id,
            "payment_id": self.payment_id,
            "merchant_payment_id": merchant_payment_id,
            "merchant_refund_id": self.merchant_refund_id,
            "status": self.status,
            "amount": amount_told(Money(self.amount_minor, self.currency)),
            "reason": self.reason,
            "failure": {"code": self.failure} if self.status == "failed" else None,
            "fiscal": None,
            "created_at": moment(self.created_ms).isoformat(),
            "finished_at": moment(self.finished_ms).isoformat() if self.finished_ms else None,
        }


def amount_told(amount: Money) -> Json:
    """Return the amount as programs see it: {"value": "500.00", "currency": "RUB"}."""
    return {"value": f"{amount.decimal:f}", "currency": amount.currency}


def page_address(site: str, payment: Payment) -> str:
    """Return where the payer pays."""
    return f"{site}/pay/{payment.page}"


def bank_address(site: str, payment: Payment) -> str:
    """Return what the QR code of an SBP payment holds: in a real one, a link that the payer's bank opens."""
    return f"{site}/bank/{payment.page}"
