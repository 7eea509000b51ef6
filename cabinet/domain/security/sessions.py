"""Sessions: who is signed in, for how long, and how it ends (1.2; security.md 4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import Session as Db
from sqlmodel import col

from cabinet.domain.base import audit, events, rules
from cabinet.domain.base.actor import Actor
from cabinet.kit import secrets
from cabinet.models.people import Person, PersonStatus, StaffMember, StaffRole
from cabinet.models.security import Session, SessionKind

SEEN_EVERY_SECONDS: Final = 60
"""`last_seen_at` is written no more often than that: a session is read a thousand times as often."""
USER_AGENT_LENGTH_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Client:
    """Where somebody comes from: the address and what the browser calls itself."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh session and the token that its cookie carries; the token is never seen again."""

    session_id: UUID
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Who a live session belongs to, as the guard needs it."""

    session_id: UUID
    kind: SessionKind
    subject_id: UUID
    role: StaffRole | None
    name: str
    locale: str
    zone: str
    idle_until: datetime
    expires_at: datetime
    last_seen_at: datetime

    def alive(self, now: datetime) -> bool:
        """Tell whether the session's own terms still hold; what ended it meanwhile only the database knows."""
        return now < self.idle_until and now < self.expires_at

    def actor(self, address: str = "") -> Actor:
        """Return who asks by this session. A half-open staff session asks as a guest."""
        if self.kind is SessionKind.customer:
            return Actor.customer(self.subject_id, session_id=self.session_id, address=address)
        if self.kind is SessionKind.staff and self.role is not None:
            return Actor.staff(self.subject_id, self.role, session_id=self.session_id, address=address)
        return Actor.guest(address)


def open_(
    db: Db, kind: SessionKind, subject_id: UUID, client: Client, *, trusted: bool = False, now: datetime
) -> Opened:
    """Open a session. Beyond `live_max` the oldest ones of the same subject end."""
    held = rules.current(db, rules.SessionRules, now=now)
    idle, absolute = _terms(kind, held, trusted=trusted)
    token = secrets.token()
    session = Session(
        token_sha256=secrets.digest(token),
        kind=kind,
        person_id=subject_id if kind is SessionKind.customer else None,
        staff_id=subject_id if kind is not SessionKind.customer else None,
        address=client.address[:45],
        user_agent=client.user_agent[:USER_AGENT_LENGTH_MAX],
        trusted=trusted,
        created_at=now,
        last_seen_at=now,
        idle_until=now + idle,
        expires_at=now + absolute,
    )
    db.add(session)
    db.flush()
    live = db.scalars(
        select(col(Session.id))
        .where(_of(subject_id), col(Session.kind) == kind, col(Session.ended_at).is_(None))
        .order_by(col(Session.created_at).desc())
    ).all()
    _end(db, live[held.live_max :], "too_many", now)
    return Opened(session.id, token, session.expires_at)


def find(db: Db, token: str, *, now: datetime) -> Found | None:
    """Return who the token belongs to; None when it is nobody's, has ended, or its owner is blocked."""
    row = db.execute(
        select(
            col(Session.id),
            col(Session.kind),
            col(Session.person_id),
            col(Session.staff_id),
            col(Session.idle_until),
            col(Session.expires_at),
            col(Session.last_seen_at),
            col(Person.given_name),
            col(Person.family_name),
            col(Person.locale).label("person_locale"),
            col(Person.zone).label("person_zone"),
            col(Person.status).label("person_status"),
            col(StaffMember.name),
            col(StaffMember.role),
            col(StaffMember.locale).label("staff_locale"),
            col(StaffMember.zone).label("staff_zone"),
            col(StaffMember.status).label("staff_status"),
        )
        .outerjoin(Person, col(Person.id) == col(Session.person_id))
        .outerjoin(StaffMember, col(StaffMember.id) == col(Session.staff_id))
        .where(col(Session.token_sha256) == secrets.digest(token), col(Session.ended_at).is_(None))
    ).first()
    if row is None or PersonStatus.blocked in (row.person_status, row.staff_status):
        return None
    customer = row.kind is SessionKind.customer
    found = Found(
        row.id,
        row.kind,
        row.person_id if customer else row.staff_id,
        row.role,
        f"{row.given_name} {row.family_name}" if customer else row.name,
        row.person_locale if customer else row.staff_locale,
        row.person_zone if customer else row.staff_zone,
        row.idle_until,
        row.expires_at,
        row.last_seen_at,
    )
    return found if found.alive(now) else None


def touch(db: Db, session_id: UUID, *, now: datetime) -> None:
    """Note that the session is in use: its idle time begins anew."""
    session = db.get(Session, session_id)
    if session is None or session.ended_at is not None:
        return
    held = rules.current(db, rules.SessionRules, now=now)
    idle, _ = _terms(session.kind, held, trusted=session.trusted)
    session.last_seen_at = now
    session.idle_until = now + idle
    db.add(session)


def end(db: Db, actor: Actor, session_id: UUID, *, now: datetime) -> None:
    """Sign out: end the actor's own session."""
    session = db.get(Session, session_id)
    if session is None or session.ended_at is not None or actor.id not in (session.person_id, session.staff_id):
        return
    _end(db, [session_id], "signed_out", now)
    audit.write(db, actor, "sessions.end", now=now, object_type="session", object_id=session_id)


def give_up(db: Db, actor: Actor, half: Found, *, now: datetime) -> None:
    """End a sign-in of the staff between its two steps: its owner wants to start again."""
    assert half.kind is SessionKind.staff_half
    _end(db, [half.session_id], "given_up", now)
    audit.write(db, actor, "sessions.give_up", now=now, object_type="session", object_id=half.session_id)


def end_all(db: Db, actor: Actor, subject_id: UUID, *, reason: str, keep: UUID | None = None, now: datetime) -> int:
    """End every session of a person or a staff member, except the one to keep; return how many ended."""
    if actor.id != subject_id:
        actor.require_system()
    live = db.scalars(select(col(Session.id)).where(_of(subject_id), col(Session.ended_at).is_(None))).all()
    doomed = [session_id for session_id in live if session_id != keep]
    _end(db, doomed, reason, now)
    if doomed:
        audit.write(db, actor, "sessions.end_all", now=now, object_type="subject", object_id=subject_id, reason=reason)
    return len(doomed)


def dead(db: Db, session_ids: Iterable[UUID], *, now: datetime) -> set[UUID]:
    """Return which of the sessions do not hold any more: ended, run out, or of a blocked owner."""
    asked = set(session_ids)
    if not asked:
        return set()
    live = db.scalars(
        select(col(Session.id))
        .outerjoin(Person, col(Person.id) == col(Session.person_id))
        .outerjoin(StaffMember, col(StaffMember.id) == col(Session.staff_id))
        .where(
            col(Session.id).in_(asked),
            col(Session.ended_at).is_(None),
            col(Session.idle_until) > now,
            col(Session.expires_at) > now,
            or_(col(Person.status).is_(None), col(Person.status) == PersonStatus.active),
            or_(col(StaffMember.status).is_(None), col(StaffMember.status) == PersonStatus.active),
        )
    )
    return asked - set(live)


def _terms(kind: SessionKind, held: rules.SessionRules, *, trusted: bool) -> tuple[timedelta, timedelta]:
    if kind is SessionKind.staff_half:
        return timedelta(minutes=10), timedelta(minutes=10)
    if kind is SessionKind.staff:
        return timedelta(minutes=held.staff_idle_minutes), timedelta(hours=held.staff_hours)
    if trusted:
        return timedelta(days=held.trusted_idle_days), timedelta(days=held.trusted_days)
    return timedelta(minutes=held.customer_idle_minutes), timedelta(hours=held.customer_hours)


def _of(subject_id: UUID) -> ColumnElement[bool]:
    return or_(col(Session.person_id) == subject_id, col(Session.staff_id) == subject_id)


def _end(db: Db, session_ids: Iterable[UUID], reason: str, now: datetime) -> None:
    ended = db.execute(
        update(Session)
        .where(col(Session.id).in_(list(session_ids)), col(Session.ended_at).is_(None))
        .values(ended_at=now, end_reason=reason)
        .returning(col(Session.person_id), col(Session.staff_id))
    )
    for person_id, staff_id in ended:
        events.ring(db, person_id or staff_id, "sessions")
