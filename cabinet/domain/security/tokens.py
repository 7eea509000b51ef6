"""Personal tokens: a customer's own programs read what he allowed (/api/v1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session as Db
from sqlmodel import col

from cabinet.domain.base import access, audit
from cabinet.domain.base.actor import Actor
from cabinet.kit import secrets
from cabinet.kit.errors import Invalid, NotAllowed, NotFound
from cabinet.models.people import Person, PersonStatus
from cabinet.models.security import ApiToken

PREFIX: Final = "cab_"
"""Lets scanners of leaked secrets recognise a token."""
DAYS_MAX: Final = 365
LIVE_MAX: Final = 20
SEEN_EVERY_SECONDS: Final = 60


class TokenUnknown(NotAllowed):
    code = "tokens.unknown"


class TokenNotFound(NotFound):
    code = "tokens.not_found"


class ScopeMissing(NotAllowed):
    code = "tokens.scope_missing"


class ScopeUnknown(Invalid):
    code = "tokens.scope_unknown"


class TermWrong(Invalid):
    code = "tokens.term_wrong"


def make(
    db: Db, actor: Actor, name: str, scopes: Sequence[str], *, days: int, person_id: UUID | None = None, now: datetime
) -> str:
    """Make a token and return it: it is shown once. The system may make one for a person."""
    owner = person_id if person_id is not None else actor.person()
    if owner != actor.id:
        actor.require_system()
    if not scopes or set(scopes) - access.SCOPES:
        raise ScopeUnknown()
    if not 0 < days <= DAYS_MAX:
        raise TermWrong(most=DAYS_MAX)
    token = PREFIX + secrets.token()
    made = ApiToken(
        person_id=owner,
        name=name.strip()[:80],
        token_sha256=secrets.digest(token),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.add(made)
    db.flush()
    audit.write(db, actor, "tokens.make", now=now, object_type="token", object_id=made.id, scopes=made.scopes)
    return token


def actor_of(db: Db, token: str, *, address: str, now: datetime) -> Actor:
    """Return who asks with the token; refuse one that is unknown, revoked, expired, or of a blocked person."""
    row = db.execute(
        select(ApiToken, col(Person.status))
        .join(Person, col(Person.id) == col(ApiToken.person_id))
        .where(col(ApiToken.token_sha256) == secrets.digest(token))
    ).first()
    if row is None:
        raise TokenUnknown()
    found, status = row
    if found.revoked_at is not None or found.expires_at <= now or status is not PersonStatus.active:
        raise TokenUnknown()
    if found.last_used_at is None or found.last_used_at < now - timedelta(seconds=SEEN_EVERY_SECONDS):
        found.last_used_at = now
        db.add(found)
    return Actor.customer(found.person_id, address=address, scopes=frozenset(found.scopes))


def require(actor: Actor, scope: str) -> None:
    """Refuse a token without the scope. A whole session has every scope."""
    if actor.scopes is not None and scope not in actor.scopes:
        raise ScopeMissing(scope=scope)


def revoke(db: Db, actor: Actor, token_id: UUID, *, now: datetime) -> None:
    """End a token of the person's own."""
    found = db.get(ApiToken, token_id)
    if found is None or found.person_id != actor.person():
        raise TokenNotFound()
    if found.revoked_at is None:
        found.revoked_at = now
        db.add(found)
        audit.write(db, actor, "tokens.revoke", now=now, object_type="token", object_id=token_id)
