"""Retention: what the house wrote down for its own use and needs no more. Money, consents and audit stay for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlmodel import Session, col

from cabinet.domain.base import audit, rules
from cabinet.domain.base.actor import Actor
from cabinet.models.access import Access
from cabinet.models.confirmations import Challenge
from cabinet.models.journal import EventRow, ReactionDone
from cabinet.models.notifications import Delivery, DeliveryStatus, PhoneLetter, PhoneMessage
from cabinet.models.payments import Payment, WebhookCall
from cabinet.models.security import Pending
from cabinet.models.security import Session as SignIn
from cabinet.models.services import Subscription
from cabinet.models.tickets import TicketLetter
from cabinet.models.usage import UsageRecord

ROWS_MAX: Final = 100
"""Of each kind in one transaction: customers write meanwhile."""


def forget(session: Session, actor: Actor, *, now: datetime) -> dict[str, int]:
    """Delete at most `ROWS_MAX` old rows of each kind; return how many went, without the kinds that had none."""
    actor.require_system()
    held = rules.current(session, rules.RetentionRules, now=now)
    gone = {name: _delete(session, key, old) for name, key, old in _old(held, now)}
    return {name: count for name, count in gone.items() if count}


def note(session: Session, actor: Actor, gone: Mapping[str, int], *, now: datetime) -> None:
    """Write down for the auditors how much was forgotten."""
    actor.require_system()
    audit.write(session, actor, "retention.forget", now=now, **{name: str(count) for name, count in gone.items()})


def _old(held: rules.RetentionRules, now: datetime) -> list[tuple[str, Any, ColumnElement[bool]]]:
    """Return what is old, by table: those that point to others before those that are pointed to."""
    events = now - timedelta(days=held.events_days)
    deliveries = now - timedelta(days=held.deliveries_days)
    entries = now - timedelta(days=held.entries_days)
    late = select(col(EventRow.id)).where(col(EventRow.recorded_at) < events).limit(ROWS_MAX)
    signed = select(col(Payment.challenge_id)).where(col(Payment.challenge_id).is_not(None))
    sent = select(col(Delivery.challenge_id)).where(col(Delivery.challenge_id).is_not(None))
    awaited = select(col(Pending.challenge_id))
    unneeded = and_(*(col(Challenge.id).not_in(users) for users in (signed, sent, awaited)))
    return [
        ("reactions", col(ReactionDone.event_id), col(ReactionDone.event_id).in_(late)),
        (
            "events",
            col(EventRow.id),
            and_(col(EventRow.recorded_at) < events, col(EventRow.id).not_in(select(col(ReactionDone.event_id)))),
        ),
        (
            "webhooks",
            col(WebhookCall.id),
            col(WebhookCall.received_at) < now - timedelta(days=held.webhooks_days),
        ),
        (
            "deliveries",
            col(Delivery.id),
            and_(col(Delivery.updated_at) < deliveries, col(Delivery.status) != DeliveryStatus.queued),
        ),
        (
            "accesses",
            col(Access.id),
            col(Access.subscription_id).in_(
                select(col(Subscription.id)).where(col(Subscription.ended_at) < now - timedelta(days=held.access_days))
            ),
        ),
        (
            "usage_records",
            col(UsageRecord.id),
            col(UsageRecord.started_at) < now - timedelta(days=held.usage_days),
        ),
        ("phone_messages", col(PhoneMessage.id), col(PhoneMessage.at) < deliveries),
        ("phone_letters", col(PhoneLetter.id), col(PhoneLetter.sent_at) < deliveries),
        ("ticket_letters", col(TicketLetter.key), col(TicketLetter.came_at) < deliveries),
        ("entries", col(Pending.id), col(Pending.expires_at) < entries),
        ("challenges", col(Challenge.id), and_(col(Challenge.expires_at) < entries, unneeded)),
        (
            "sessions",
            col(SignIn.id),
            or_(col(SignIn.ended_at) < entries, col(SignIn.expires_at) < entries),
        ),
    ]


def _delete(session: Session, key: Any, old: ColumnElement[bool]) -> int:
    table = key.class_
    batch = select(key).where(old).limit(ROWS_MAX).distinct()
    gone = session.execute(delete(table).where(key.in_(batch)).returning(key))
    return len(gone.all())
