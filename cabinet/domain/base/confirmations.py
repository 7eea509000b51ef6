"""What you see is what you sign: a code confirms one stored operation and nothing else (1.1, 2.2, 3.1).

The code is derived from a server key, the challenge, the number of the resend and the operation's canonical text, so
it is stored nowhere, a resend voids the code before it, and a changed operation has another code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.kit import secrets
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.secrets import Keyring
from cabinet.models.confirmations import Challenge
from cabinet.models.people import Person

CHANNELS: Final = frozenset({"sms", "email"})
"""By which codes can travel; an installation may have fewer."""
MINUTES_VALID: Final = 5
TRIES: Final = 3
RESEND_AFTER_SECONDS: Final = 60
CODES_PER_HOUR_MAX: Final = 5
CODES_PER_DAY_MAX: Final = 10
FAILURES_PER_DAY_MAX: Final = 10

_PURPOSE: Final = "confirmation"


class ChallengeNotFound(NotFound):
    code = "confirmations.not_found"


class CodeWrong(Invalid):
    code = "confirmations.wrong"
    keeps = True


class CodeExpired(Conflict):
    code = "confirmations.expired"


class CodeSpent(Conflict):
    code = "confirmations.spent"


class TriesSpent(Conflict):
    code = "confirmations.tries_spent"
    keeps = True


class ResendTooSoon(Conflict):
    code = "confirmations.resend_too_soon"


class TooManyCodes(Conflict):
    code = "confirmations.too_many_codes"


class TooManyFailures(Conflict):
    code = "confirmations.too_many_failures"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequested(events.Event):
    """A code has to be sent: the reaction queues the message, the sending job derives the code."""

    challenge_id: UUID
    resend: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the code goes: `sms` to a phone in E.164, `email` to an address."""

    channel: str
    address: str
    locale: str = "ru"


def ask(
    session: Session,
    actor: Actor,
    operation: str,
    facts: Mapping[str, Any],
    contact: Contact,
    *,
    person_id: UUID | None,
    now: datetime,
    silent: bool = False,
) -> Challenge:
    """Store the operation as it was shown and have a code sent for it.

    A silent challenge looks the same from outside, sends nothing, and no code ever confirms it.
    """
    _refuse_flood(session, contact.address, now)
    challenge = Challenge(
        person_id=person_id,
        operation=operation,
        canonical=json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str),
        silent=silent,
        channel=contact.channel,
        address=contact.address,
        locale=contact.locale,
        tries_left=TRIES,
        sent_at=now,
        expires_at=now + timedelta(minutes=MINUTES_VALID),
        created_at=now,
    )
    session.add(challenge)
    session.flush()
    if not silent:
        events.record(session, CodeRequested(challenge_id=challenge.id, person_id=person_id), now=now)
    return challenge


def resend(session: Session, actor: Actor, challenge_id: UUID, *, now: datetime) -> Challenge:
    """Have a new code sent; the one before stops working. Tries begin anew, failures are remembered."""
    challenge = _open(session, actor, challenge_id)
    if now < challenge.sent_at + timedelta(seconds=RESEND_AFTER_SECONDS):
        raise ResendTooSoon()
    _refuse_flood(session, challenge.address, now)
    challenge.resend += 1
    challenge.tries_left = TRIES
    challenge.sent_at = now
    challenge.expires_at = now + timedelta(minutes=MINUTES_VALID)
    session.add(challenge)
    if not challenge.silent:
        again = CodeRequested(challenge_id=challenge.id, resend=challenge.resend, person_id=challenge.person_id)
        events.record(session, again, now=now)
    return challenge


def confirm(
    session: Session, actor: Actor, challenge_id: UUID, code: str, *, operation: str, keyring: Keyring, now: datetime
) -> Challenge:
    """Spend the code. The caller does then what the challenge's canonical text says, and nothing else.

    A try is taken before the code is looked at, so that parallel guesses cannot share one.
    """
    challenge = _open(session, actor, challenge_id)
    if challenge.operation != operation:
        raise ChallengeNotFound()
    if now >= challenge.expires_at:
        raise CodeExpired()
    taken = session.execute(
        update(Challenge)
        .where(col(Challenge.id) == challenge_id, col(Challenge.tries_left) > 0, col(Challenge.used_at).is_(None))
        .values(tries_left=col(Challenge.tries_left) - 1)
        .returning(col(Challenge.tries_left))
    ).scalar()
    if taken is None:
        raise TriesSpent()
    if not secrets.same(code_of(challenge, keyring), code.strip()) or challenge.silent:
        _note_failure(session, challenge_id)
        if taken == 0:
            raise TriesSpent()
        raise CodeWrong(left=taken)
    session.execute(update(Challenge).where(col(Challenge.id) == challenge_id).values(used_at=now))
    session.refresh(challenge)
    return challenge


def code_of(challenge: Challenge, keyring: Keyring) -> str:
    """Derive the challenge's present code; only the check and the sending job ask for it."""
    signed = hashlib.sha256(challenge.canonical.encode()).hexdigest()
    return keyring.code(_PURPOSE, f"{challenge.id}:{challenge.resend}:{challenge.operation}:{signed}")


def to_send(session: Session, actor: Actor, challenge_id: UUID, *, now: datetime) -> Challenge | None:
    """Return a challenge whose code is still worth sending; None when it is spent, expired or silent."""
    actor.require_system()
    challenge = session.get_one(Challenge, challenge_id)
    over = challenge.used_at is not None or challenge.expires_at <= now or challenge.silent
    return None if over else challenge


def facts(challenge: Challenge) -> dict[str, Any]:
    """Return the stored operation."""
    stored: dict[str, Any] = json.loads(challenge.canonical)
    return stored


def contact_of(person: Person, channels: frozenset[str]) -> Contact | None:
    """Return where a code reaches the person by one of the channels, the phone first; None when nothing is verified."""
    if person.phone and person.phone_verified_at and "sms" in channels:
        return Contact("sms", person.phone, person.locale)
    if person.email and person.email_verified_at and "email" in channels:
        return Contact("email", person.email, person.locale)
    return None


def masked(address: str) -> str:
    """Hide the middle of an address: «+7 916 •••-18-36», «s•••@example.ru»."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}•••@{domain}"
    if len(address) < 9:
        return "•••"
    return f"{address[:-10]} {address[-10:-7]} •••-{address[-4:-2]}-{address[-2:]}"


def _open(session: Session, actor: Actor, challenge_id: UUID) -> Challenge:
    challenge = session.get(Challenge, challenge_id)
    if challenge is None or challenge.person_id != actor.id:
        raise ChallengeNotFound()
    if challenge.used_at is not None:
        raise CodeSpent()
    return challenge


def _note_failure(session: Session, challenge_id: UUID) -> None:
    session.execute(
        update(Challenge).where(col(Challenge.id) == challenge_id).values(failures=col(Challenge.failures) + 1)
    )


def _refuse_flood(session: Session, address: str, now: datetime) -> None:
    """Limit codes per address: each costs money and is a guess for somebody (security.md 4.4)."""
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    recent = session.execute(
        select(
            func.coalesce(func.sum(col(Challenge.resend) + 1).filter(col(Challenge.sent_at) > hour), 0),
            func.coalesce(func.sum(col(Challenge.resend) + 1), 0),
            func.coalesce(func.sum(col(Challenge.failures)), 0),
        ).where(col(Challenge.address) == address, col(Challenge.sent_at) > day)
    ).one()
    in_hour, in_day, failures = recent
    if failures >= FAILURES_PER_DAY_MAX:
        raise TooManyFailures()
    if in_hour >= CODES_PER_HOUR_MAX or in_day >= CODES_PER_DAY_MAX:
        raise TooManyCodes()
