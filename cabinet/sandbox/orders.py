"""What a merchant asks of the acquirer, as JSON, and the one rule of repeating: a key is one request for ever."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from cabinet.kit.money import Money
from cabinet.sandbox.refusals import Refused
from cabinet.sandbox.store import ms

CURRENCY = "RUB"
AMOUNT_MINOR_MAX = 10_000_000_00

Short = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
Line = Annotated[str, StringConstraints(max_length=300)]


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    @property
    def print(self) -> str:
        """The fingerprint of everything that was asked."""
        canonical = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(f"{type(self).__name__}:{canonical}".encode()).hexdigest()


class Amount(_Order):
    value: Annotated[str, StringConstraints(pattern=r"^\d{1,10}\.\d{2}$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    @property
    def money(self) -> Money:
        """The amount. Raise `Refused` when it is not one that the acquirer takes."""
        if self.currency != CURRENCY:
            raise Refused(422, "currency_unsupported", f"only {CURRENCY}, not {self.currency}")
        found = Money.parse(self.value, self.currency)
        if not 0 < found.minor <= AMOUNT_MINOR_MAX:
            raise Refused(422, "amount_wrong", "more than 0.00 and at most 10000000.00")
        return found


class ReceiptLine(_Order):
    title: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    amount: Amount
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    subject: Short
    mode: Short
    vat: Short


class Receipt(_Order):
    """What the till would print by 54-FZ. This acquirer has no till: it keeps the lines and registers nothing."""

    buyer: Annotated[str, StringConstraints(max_length=254)] = ""
    lines: Annotated[list[ReceiptLine], Field(max_length=100)] = []


class Method(_Order):
    type: Literal["card", "saved_card", "sbp"]
    token: Annotated[str, StringConstraints(max_length=120)] = ""

    @model_validator(mode="after")
    def _token_for_a_saved_card_only(self) -> Method:
        if (self.type == "saved_card") != bool(self.token):
            raise ValueError("a token goes with a saved card, and only with it")
        return self


class PaymentOrder(_Order):
    merchant_payment_id: Short
    number: Annotated[str, StringConstraints(max_length=40)] = ""
    amount: Amount
    description: Line
    customer: Short
    method: Method
    save_method: bool = False
    return_url: Annotated[str, StringConstraints(max_length=500)]
    expires_at: Annotated[AwareDatetime, Field(strict=False)]
    receipt: Receipt = Receipt()

    @field_validator("return_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or not url.isascii():
            raise ValueError("an http or https address without a user")
        if any(sign <= " " or sign in "\"'<>;,\\" for sign in url):
            raise ValueError("an address without blanks and quotes")
        return url


class RefundOrder(_Order):
    payment_id: Short
    merchant_refund_id: Short
    amount: Amount
    reason: Line = ""
    receipt: Receipt = Receipt()


def known(db: sqlite3.Connection, key: str, order: _Order) -> str | None:
    """Return the object that this key made; None when the key is new. Another request by the same key is refused."""
    row = db.execute("SELECT request, object_id FROM idempotency WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["request"] != order.print:
        raise Refused(409, "idempotency_key_reused", "this key came with another request before")
    return str(row["object_id"])


def remember(db: sqlite3.Connection, key: str, order: _Order, object_id: str, now: datetime) -> None:
    """Tie the key to what it made."""
    db.execute(
        "INSERT INTO idempotency (key, request, object_id, created_ms) VALUES (?, ?, ?, ?)",
        (key, order.print, object_id, ms(now)),
    )
