"""A sign-up or a recovery that waits for its code: one row behind a ticket that only the browser keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session as Db
from sqlmodel import col

from cabinet.domain.base import confirmations
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import contacts
from cabinet.kit import secrets
from cabinet.kit.errors import Conflict
from cabinet.models.security import Pending, PendingKind

PENDING_MINUTES: Final = 30


class PendingOver(Conflict):
    """The ticket is unknown, spent, or half an hour old: the way begins anew."""

    code = "security.pending_over"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-up or recovery under way: the browser keeps the ticket, people see the masked contact."""

    ticket: str
    masked: str


def begin(
    db: Db,
    actor: Actor,
    kind: PendingKind,
    contact: contacts.Contact,
    *,
    person_id: UUID | None,
    details: dict[str, Any],
    silent: bool,
    locale: str,
    now: datetime,
) -> Begun:
    """Have a code sent to the contact and keep what it will be spent for."""
    challenge = confirmations.ask(
        db,
        actor,
        str(kind),
        {"contact": contact.value},
        confirmations.Contact(contact.channel, contact.value, locale),
        person_id=None,
        silent=silent,
        now=now,
    )
    ticket = secrets.token()
    db.add(
        Pending(
            ticket_sha256=secrets.digest(ticket),
            kind=kind,
            contact=contact.value,
            contact_kind=contact.kind,
            person_id=person_id,
            details=details,
            challenge_id=challenge.id,
            created_at=now,
            expires_at=now + timedelta(minutes=PENDING_MINUTES),
        )
    )
    db.flush()
    return Begun(ticket, confirmations.masked(contact.value))


def find(db: Db, actor: Actor, ticket: str, kind: PendingKind, now: datetime) -> Pending:
    """Return the ticket's row while its code may still be spent."""
    pending = db.scalars(select(Pending).where(col(Pending.ticket_sha256) == secrets.digest(ticket))).first()
    if pending is None or pending.kind is not kind or pending.used_at is not None or pending.expires_at <= now:
        raise PendingOver()
    return pending


def resend(db: Db, actor: Actor, ticket: str, kind: PendingKind, *, now: datetime) -> None:
    """Have a new code sent for a sign-up or a recovery under way."""
    pending = find(db, actor, ticket, kind, now)
    confirmations.resend(db, Actor.guest(actor.address), pending.challenge_id, now=now)


def waiting_at(db: Db, actor: Actor, ticket: str, kind: PendingKind, *, now: datetime) -> str:
    """Return the masked contact at which the ticket's code is expected."""
    return confirmations.masked(find(db, actor, ticket, kind, now).contact)
