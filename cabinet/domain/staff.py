"""Staff members: their invitation, their two-step entry (7.2). The second factor is not optional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy import func, select, update
from sqlmodel import Session as Db
from sqlmodel import col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import entry, sessions
from cabinet.kit import secrets
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.secrets import Keyring
from cabinet.models.people import PersonStatus, StaffMember, StaffRole
from cabinet.models.security import SessionKind

INVITE_HOURS: Final = 24
STEP_SECONDS: Final = 30
_PURPOSE: Final = "totp"


class InviteOver(NotFound):
    code = "staff.invite_over"


class LoginTaken(Conflict):
    code = "staff.login_taken"


class TotpWrong(Invalid):
    code = "staff.totp_wrong"


class SecondStepNeeded(Conflict):
    code = "staff.second_step_needed"


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a staff login belongs to; nobody has no hash."""

    staff_id: UUID | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an invited member needs to set up an authenticator: shown only on the way in by the invitation."""

    name: str
    login: str
    secret: str
    uri: str


def invite(
    db: Db, actor: Actor, login: str, name: str, role: StaffRole, *, zone: str, keyring: Keyring, now: datetime
) -> str:
    """Add a staff member and return the token of the one-time link, valid for a day."""
    actor.require_system()
    login = login.strip().lower()
    if db.scalars(select(StaffMember).where(col(StaffMember.login) == login)).first() is not None:
        raise LoginTaken()
    token = secrets.token()
    member = StaffMember(
        login=login,
        name=name.strip(),
        role=role,
        zone=zone,
        invite_sha256=secrets.digest(token),
        invite_until=now + timedelta(hours=INVITE_HOURS),
        created_at=now,
    )
    member.totp_sealed = _seal(keyring, member.id, pyotp.random_base32())
    db.add(member)
    audit.write(db, actor, "staff.invite", now=now, object_type="staff", object_id=member.id, role=str(role))
    return token


def enrolment(db: Db, actor: Actor, token: str, *, issuer: str, keyring: Keyring, now: datetime) -> Enrolment:
    """Return what the holder of an open invitation sets up."""
    member = _invited(db, token, now)
    secret = _secret(keyring, member)
    uri = pyotp.TOTP(secret).provisioning_uri(name=member.login, issuer_name=issuer)
    return Enrolment(member.name, member.login, secret, uri)


def accept_invite(
    db: Db,
    actor: Actor,
    token: str,
    password_hash: str,
    code: str,
    client: sessions.Client,
    *,
    keyring: Keyring,
    now: datetime,
) -> sessions.Opened:
    """Set the password, confirm the authenticator by its code, spend the link, open the first session."""
    member = _invited(db, token, now)
    _spend_code(db, member, code, keyring, now)
    member.password_hash = password_hash
    member.totp_confirmed_at = now
    member.invite_sha256 = None
    member.invite_until = None
    db.add(member)
    return _enter(db, member, client, now)


def account_of(db: Db, actor: Actor, login: str) -> Known:
    """Return whom the login belongs to: an active member who has finished the set-up."""
    member = db.scalars(select(StaffMember).where(col(StaffMember.login) == login.strip().lower())).first()
    if member is None or member.status is not PersonStatus.active or member.totp_confirmed_at is None:
        return Known(None, None)
    return Known(member.id, member.password_hash)


def first_step(db: Db, actor: Actor, staff_id: UUID, client: sessions.Client, *, now: datetime) -> sessions.Opened:
    """Open the half session of a member whose password was right: it lasts minutes and leads to the code only."""
    return sessions.open_(db, SessionKind.staff_half, staff_id, client, now=now)


def second_step(
    db: Db, actor: Actor, token: str, code: str, client: sessions.Client, *, keyring: Keyring, now: datetime
) -> sessions.Opened:
    """Spend the authenticator's code and change the half session into a whole one with a new token."""
    half = sessions.find(db, token, now=now)
    if half is None or half.kind is not SessionKind.staff_half:
        raise entry.SignInRefused()
    member = db.get_one(StaffMember, half.subject_id)
    _spend_code(db, member, code, keyring, now)
    sessions.end(db, Actor.staff(member.id, member.role), half.session_id, now=now)
    return _enter(db, member, client, now)


def exists(db: Db) -> bool:
    """Tell whether the installation has any staff member."""
    return bool(db.scalar(select(func.count()).select_from(StaffMember)))


def install(
    db: Db,
    actor: Actor,
    login: str,
    name: str,
    role: StaffRole,
    *,
    password_hash: str,
    secret: str,
    zone: str,
    keyring: Keyring,
    now: datetime,
) -> StaffMember:
    """Add a ready member with a known secret: the demonstration's staff only."""
    actor.require_system()
    member = StaffMember(
        login=login,
        name=name,
        role=role,
        zone=zone,
        password_hash=password_hash,
        totp_confirmed_at=now,
        created_at=now,
    )
    member.totp_sealed = _seal(keyring, member.id, secret)
    db.add(member)
    db.flush()
    return member


def name_of(db: Db, actor: Actor, staff_id: UUID) -> str:
    """Return a member's name, for those who read journals."""
    actor.require("payments.read")
    member = db.get(StaffMember, staff_id)
    return member.name if member else ""


def _enter(db: Db, member: StaffMember, client: sessions.Client, now: datetime) -> sessions.Opened:
    opened = sessions.open_(db, SessionKind.staff, member.id, client, now=now)
    entered = Actor.staff(member.id, member.role, session_id=opened.session_id, address=client.address)
    audit.write(db, entered, "staff.enter", now=now, object_type="staff", object_id=member.id)
    return opened


def _invited(db: Db, token: str, now: datetime) -> StaffMember:
    member = db.scalars(select(StaffMember).where(col(StaffMember.invite_sha256) == secrets.digest(token))).first()
    if member is None or member.invite_until is None or member.invite_until <= now:
        raise InviteOver()
    return member


def _spend_code(db: Db, member: StaffMember, code: str, keyring: Keyring, now: datetime) -> None:
    """Accept the code of the present step or of a neighbour (±30 s), each step once (RFC 6238, 5.2)."""
    totp = pyotp.TOTP(_secret(keyring, member))
    present = int(now.timestamp()) // STEP_SECONDS
    typed = code.strip().replace(" ", "")
    fitting = [
        step for step in (present - 1, present, present + 1) if secrets.same(totp.at(step * STEP_SECONDS), typed)
    ]
    if not fitting:
        raise TotpWrong()
    taken = db.execute(
        update(StaffMember)
        .where(col(StaffMember.id) == member.id, col(StaffMember.totp_step) < fitting[-1])
        .values(totp_step=fitting[-1])
        .returning(col(StaffMember.id))
    ).first()
    if taken is None:
        raise TotpWrong()


def _seal(keyring: Keyring, member_id: UUID, secret: str) -> str:
    return keyring.seal(_PURPOSE, secret, context=f"staff_member:{member_id}:totp")


def _secret(keyring: Keyring, member: StaffMember) -> str:
    return keyring.unseal(_PURPOSE, member.totp_sealed or "", context=f"staff_member:{member.id}:totp")
