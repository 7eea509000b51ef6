"""Receipts: the customer's proof of what was paid or returned (2.2). A fiscal one is made by the acquirer's till."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain.base import numbers
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.payments import Receipt, ReceiptKind


class ReceiptNotFound(NotFound):
    code = "receipts.not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a receipt is made of; `key` makes it once."""

    key: str
    kind: ReceiptKind
    person_id: UUID
    payment_id: UUID
    refund_id: UUID | None = None
    lines: Sequence[Mapping[str, Any]]
    """{"kind": "top_up", "account": "4102887", "minor": 500_00} or {"kind": "fee", "minor": 15_00}."""
    total: Money
    method_label: str
    buyer: str
    fiscal: Mapping[str, Any] | None = None


def issue(session: Session, actor: Actor, draft: Draft, *, now: datetime) -> Receipt:
    """Write the receipt; for a key that has one, return that one."""
    actor.require_system()
    known = session.scalars(select(Receipt).where(col(Receipt.key) == draft.key)).first()
    if known is not None:
        return known
    receipt = Receipt(
        number=numbers.take(session, "receipt", now=now),
        key=draft.key,
        kind=draft.kind,
        person_id=draft.person_id,
        payment_id=draft.payment_id,
        refund_id=draft.refund_id,
        lines=[dict(line) for line in draft.lines],
        total_minor=draft.total.minor,
        currency=draft.total.currency,
        method_label=draft.method_label,
        buyer=draft.buyer,
        fiscal=dict(draft.fiscal) if draft.fiscal else None,
        issued_at=now,
    )
    session.add(receipt)
    session.flush()
    return receipt


def receipt(session: Session, actor: Actor, receipt_id: UUID) -> Receipt:
    """Return a receipt: the customer's own, or any to staff who may see payments."""
    found = session.get(Receipt, receipt_id)
    if found is None or (actor.kind is ActorKind.customer and found.person_id != actor.person()):
        raise ReceiptNotFound()
    if actor.kind is not ActorKind.customer:
        actor.require("payments.read")
    return found


def of_payment(session: Session, actor: Actor, payment_id: UUID) -> list[Receipt]:
    """Return the receipts of a payment and of its refunds, oldest first; a stranger gets none."""
    query = select(Receipt).where(col(Receipt.payment_id) == payment_id).order_by(col(Receipt.issued_at))
    if actor.kind is ActorKind.customer:
        query = query.where(col(Receipt.person_id) == actor.person())
    else:
        actor.require("payments.read")
    return list(session.scalars(query))
