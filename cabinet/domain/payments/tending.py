"""What keeps payments moving when nobody looks: webhooks taken in, and the rounds of the janitor (2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import WebhookEvent
from cabinet.domain.payments import states
from cabinet.models.payments import Payment, PaymentStatus, WebhookCall

ASK_AFTER_SECONDS: Final = 20
"""A payment that has been silent so long is asked about."""
ASK_AGAIN_SECONDS: Final = 30
PAGE_OBJECTS_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCalled(events.Event):
    """The provider sent a webhook about a payment: its state has to be fetched."""

    payment_id: UUID


def take_in(session: Session, actor: Actor, provider: str, call: WebhookEvent, *, now: datetime) -> bool:
    """Keep a webhook whose signature held, once; tell whether it is new. What it says is fetched afterwards."""
    actor.require_system()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(WebhookCall).on_conflict_do_nothing(index_elements=["call_id"]).returning(WebhookCall.id)
    payment = session.scalars(
        select(Payment).where(
            col(Payment.provider) == provider,
            or_(
                col(Payment.provider_ref) == call.ref,
                and_(col(Payment.id) == call.payment_id, col(Payment.provider_ref).is_(None)),
            ),
        )
    ).first()
    values: dict[str, Any] = {
        "id": uuid4(),
        "provider": provider,
        "call_id": f"{provider}:{call.call_id}"[:120],
        "event": call.event[:60],
        "provider_ref": call.ref[:80],
        "payload": dict(call.payload),
        "outcome": "taken" if payment else "unknown_payment",
        "received_at": now,
    }
    if session.execute(fresh, values).scalar() is None:
        return False
    if payment is not None:
        events.record(session, ProviderCalled(payment_id=payment.id, person_id=payment.person_id), now=now)
    return True


def known_as(session: Session, actor: Actor, provider: str, ref: str) -> UUID | None:
    """Return our payment's id for the provider's reference."""
    actor.require_system()
    return session.scalars(
        select(col(Payment.id)).where(col(Payment.provider) == provider, col(Payment.provider_ref) == ref)
    ).first()


def silent(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return payments that the provider has to be asked about, the longest unasked first."""
    actor.require_system()
    asked_long_ago = or_(
        col(Payment.checked_at).is_(None), col(Payment.checked_at) < now - timedelta(seconds=ASK_AGAIN_SECONDS)
    )
    query = (
        select(col(Payment.id))
        .where(
            col(Payment.status) == PaymentStatus.pending,
            col(Payment.updated_at) < now - timedelta(seconds=ASK_AFTER_SECONDS),
            asked_long_ago,
        )
        .order_by(col(Payment.checked_at).nulls_first(), col(Payment.updated_at))
        .limit(PAGE_OBJECTS_MAX)
    )
    return list(session.scalars(query))


def expired(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> bool:
    """Tell whether a payment at the provider has outlived its time: then the provider is asked to close it."""
    actor.require_system()
    payment = states.locked(session, payment_id)
    return payment.status is PaymentStatus.pending and payment.expires_at <= now


def abandoned(session: Session, actor: Actor, *, now: datetime) -> int:
    """Close payments that never left for the provider: no code came, or nobody pressed the button. Return how many."""
    actor.require_system()
    ids = session.scalars(
        select(col(Payment.id))
        .where(
            col(Payment.status).in_((PaymentStatus.unconfirmed, PaymentStatus.created)), col(Payment.expires_at) <= now
        )
        .limit(PAGE_OBJECTS_MAX)
    ).all()
    for payment_id in ids:
        payment = states.locked(session, payment_id)
        states.move(session, actor, payment, "canceled", now=now, failure="expired")
    return len(ids)


def asked(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Note that the provider was asked, even when it did not answer: the janitor asks others first."""
    actor.require_system()
    session.execute(update(Payment).where(col(Payment.id) == payment_id).values(checked_at=now))


def unsent_end(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> Payment:
    """Close a payment of which the provider has never heard and which the payer can no longer finish."""
    actor.require_system()
    payment = states.locked(session, payment_id)
    if payment.provider_ref is None:
        states.close_unsent(session, actor, payment, now=now)
    return payment
