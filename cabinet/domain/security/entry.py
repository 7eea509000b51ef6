"""Sign-in, sign-up and recovery of customers (1.2). None of them tells a stranger whether an account exists.

Hashing is slow, so it happens between two transactions: `account_of` reads the hash, the edge verifies it in a thread,
`sign_in` opens the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import Session as Db
from sqlmodel import col

from cabinet.domain import billing_accounts, notifications
from cabinet.domain.base import audit, confirmations, events
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import contacts, pendings, sessions
from cabinet.kit import passwords, secrets
from cabinet.kit.errors import Conflict, Invalid
from cabinet.kit.secrets import Keyring
from cabinet.models.billing import BillingAccount
from cabinet.models.notifications import Channel
from cabinet.models.people import Consent, LegalText, Person, PersonStatus
from cabinet.models.security import Pending, PendingKind, Session, SessionKind

PASSWORD_LENGTH_MIN: Final = 8
NAME_LENGTH_MAX: Final = 80
ADDRESSES_REMEMBERED: Final = 20
PURPOSES: Final = ("terms", "personal_data")
"""What a customer agrees to at sign-up, each by a tick of its own and a record of its own."""


class SignInRefused(Invalid):
    """The one answer to a wrong login, a wrong password and a blocked person."""

    code = "security.sign_in_refused"


class NameMissing(Invalid):
    code = "security.name_missing"


class NameTooLong(Invalid):
    code = "security.name_too_long"


class PasswordTooShort(Invalid):
    code = "security.password_too_short"


class PasswordTooLong(Invalid):
    code = "security.password_too_long"


class PasswordWellKnown(Invalid):
    code = "security.password_well_known"


class ConsentMissing(Invalid):
    code = "security.consent_missing"


class ChannelClosed(Conflict):
    """The installation sends nothing by this channel, say it has no SMS gateway."""

    code = "security.channel_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonJoined(events.Event):
    """A person has opened the cabinet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(events.Event):
    """A person has a new password."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a login belongs to; nobody has no hash, and verifying it takes as long."""

    person_id: UUID | None
    password_hash: str | None
    addresses: frozenset[str] = frozenset()
    """Where the person signed in from lately: nobody's guesses elsewhere may lock him out there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who wants a cabinet. `agreed` are the texts whose ticks were set."""

    contact: contacts.Contact
    family_name: str
    given_name: str
    agreed: Sequence[str]
    locale: str


def account_of(db: Db, actor: Actor, typed: str) -> Known:
    """Return whom the login (phone, e-mail, contract) belongs to; nobody, for what is not understood too."""
    try:
        contact = contacts.read(typed, contract=True)
    except contacts.ContactNotUnderstood:
        return Known(None, None)
    person = _person(db, contact)
    if person is None or person.status is not PersonStatus.active:
        return Known(None, None)
    recent = (
        select(col(Session.address))
        .where(col(Session.person_id) == person.id)
        .order_by(col(Session.created_at).desc())
        .limit(ADDRESSES_REMEMBERED)
    )
    return Known(person.id, person.password_hash, frozenset(db.scalars(recent)))


def sign_in(
    db: Db, actor: Actor, person_id: UUID, client: sessions.Client, *, trusted: bool, now: datetime
) -> sessions.Opened:
    """Open a session for a person whose password was right."""
    person = db.get_one(Person, person_id)
    if person.status is not PersonStatus.active:
        raise SignInRefused()
    opened = sessions.open_(db, SessionKind.customer, person_id, client, trusted=trusted, now=now)
    signed_in = Actor.customer(person_id, session_id=opened.session_id, address=client.address)
    audit.write(db, signed_in, "sessions.open", now=now, object_type="person", object_id=person_id)
    return opened


def refused(db: Db, actor: Actor, person_id: UUID | None, *, now: datetime) -> None:
    """Note a refused sign-in: of a known person by id, of an unknown login without what was typed."""
    audit.write(db, actor, "sessions.refused", now=now, object_type="person", object_id=person_id or "unknown")


def rehash(db: Db, actor: Actor, person_id: UUID, verified: str, password_hash: str, *, now: datetime) -> None:
    """Keep the same password under stronger parameters, unless it is another one than was verified by now."""
    db.execute(
        update(Person)
        .where(col(Person.id) == person_id, col(Person.password_hash) == verified)
        .values(password_hash=password_hash)
    )


def check_password(password: str, *words: str) -> None:
    """Refuse a password that is too short, too long or well known. No rules of composition (NIST SP 800-63B)."""
    length = len(passwords.normal(password))
    if length < PASSWORD_LENGTH_MIN:
        raise PasswordTooShort(least=PASSWORD_LENGTH_MIN)
    if length > passwords.LENGTH_MAX:
        raise PasswordTooLong(most=passwords.LENGTH_MAX)
    if passwords.well_known(password, *words):
        raise PasswordWellKnown()


def texts(db: Db) -> list[LegalText]:
    """Return the newest version of each text to agree to, in the order of `PURPOSES`."""
    newest: list[LegalText] = []
    for purpose in PURPOSES:
        query = select(LegalText).where(col(LegalText.purpose) == purpose).order_by(col(LegalText.version).desc())
        found = db.scalars(query.limit(1)).first()
        if found is not None:
            newest.append(found)
    return newest


def begin_sign_up(
    db: Db,
    actor: Actor,
    applicant: Applicant,
    password_hash: str,
    *,
    channels: frozenset[str] = confirmations.CHANNELS,
    now: datetime,
) -> pendings.Begun:
    """Start a sign-up: a code goes to the contact. If the contact has a cabinet, its owner is told instead."""
    if applicant.contact.channel not in channels:
        raise ChannelClosed()
    given, family = applicant.given_name.strip(), applicant.family_name.strip()
    if not given or not family:
        raise NameMissing()
    if max(len(given), len(family)) > NAME_LENGTH_MAX:
        raise NameTooLong(most=NAME_LENGTH_MAX)
    if set(PURPOSES) - set(applicant.agreed):
        raise ConsentMissing()
    known = _person(db, applicant.contact)
    taken = known is not None and known.password_hash is not None
    details = {
        "family_name": family,
        "given_name": given,
        "password_hash": password_hash,
        "locale": applicant.locale,
        "texts": [str(text.id) for text in texts(db)],
    }
    begun = pendings.begin(
        db,
        actor,
        PendingKind.sign_up,
        applicant.contact,
        person_id=known.id if known and not taken else None,
        details=details,
        silent=taken,
        locale=applicant.locale,
        now=now,
    )
    if known is not None and taken:
        notice = notifications.Notice("already_registered", {}, f"sign_up:{secrets.digest(begun.ticket)[:32]}")
        channel = Channel(applicant.contact.channel)
        system = Actor.system("security")
        notifications.queue(db, system, channel, applicant.contact.value, notice, person=known, now=now)
    return begun


def finish_sign_up(
    db: Db, actor: Actor, ticket: str, code: str, client: sessions.Client, *, zone: str, keyring: Keyring, now: datetime
) -> sessions.Opened:
    """Spend the code and open the cabinet: the person, the contract, both consents, the first session."""
    pending = pendings.find(db, actor, ticket, PendingKind.sign_up, now)
    confirmations.confirm(
        db, Actor.guest(actor.address), pending.challenge_id, code, operation="sign_up", keyring=keyring, now=now
    )
    contact = contacts.Contact(contacts.ContactKind(pending.contact_kind), pending.contact)
    person = db.get(Person, pending.person_id) if pending.person_id else None
    if person is None:
        if _person(db, contact) is not None:
            raise pendings.PendingOver()
        person = _new_person(db, contact, pending.details, now)
        billing_accounts.open_for(db, Actor.system("sign_up"), person.id, zone=zone, now=now)
    elif person.password_hash is not None:
        raise pendings.PendingOver()
    person.password_hash = pending.details["password_hash"]
    person.password_set_at = now
    person.locale = pending.details["locale"]
    _verify_contact(person, contact, now)
    db.add(person)
    for text_id in _text_ids(pending):
        _consent(db, person, text_id, client, now)
    pending.used_at = now
    pending.details = {}
    db.add(pending)
    opened = sessions.open_(db, SessionKind.customer, person.id, client, now=now)
    joined = Actor.customer(person.id, session_id=opened.session_id, address=client.address)
    audit.write(db, joined, "people.join", now=now, object_type="person", object_id=person.id)
    events.record(db, PersonJoined(person_id=person.id), now=now)
    return opened


def begin_recovery(
    db: Db,
    actor: Actor,
    contact: contacts.Contact,
    *,
    locale: str,
    channels: frozenset[str] = confirmations.CHANNELS,
    now: datetime,
) -> pendings.Begun:
    """Start a recovery: a code goes to the contact if it is somebody's verified one; a stranger sees no difference."""
    if contact.channel not in channels:
        raise ChannelClosed()
    person = _person(db, contact)
    usable = person is not None and person.status is PersonStatus.active and _verified(person, contact)
    return pendings.begin(
        db,
        actor,
        PendingKind.recovery,
        contact,
        person_id=person.id if person and usable else None,
        details={},
        silent=not usable,
        locale=locale,
        now=now,
    )


def finish_recovery(
    db: Db,
    actor: Actor,
    ticket: str,
    code: str,
    password_hash: str,
    client: sessions.Client,
    *,
    keyring: Keyring,
    now: datetime,
) -> sessions.Opened:
    """Spend the code, set the new password, end every session and open a fresh one."""
    pending = pendings.find(db, actor, ticket, PendingKind.recovery, now)
    confirmations.confirm(
        db, Actor.guest(actor.address), pending.challenge_id, code, operation="recovery", keyring=keyring, now=now
    )
    if pending.person_id is None:
        raise pendings.PendingOver()
    person = db.get_one(Person, pending.person_id)
    person.password_hash = password_hash
    person.password_set_at = now
    db.add(person)
    pending.used_at = now
    db.add(pending)
    recovered = Actor.customer(person.id, address=client.address)
    sessions.end_all(db, recovered, person.id, reason="password_changed", now=now)
    audit.write(db, recovered, "people.recover", now=now, object_type="person", object_id=person.id)
    events.record(db, PasswordChanged(person_id=person.id), now=now)
    return sessions.open_(db, SessionKind.customer, person.id, client, now=now)


def _person(db: Db, contact: contacts.Contact) -> Person | None:
    if contact.kind is contacts.ContactKind.contract:
        return db.scalars(
            select(Person)
            .join(BillingAccount, col(BillingAccount.person_id) == col(Person.id))
            .where(col(BillingAccount.number) == contact.value)
        ).first()
    column = Person.phone if contact.kind is contacts.ContactKind.phone else Person.email
    return db.scalars(select(Person).where(col(column) == contact.value)).first()


def _verified(person: Person, contact: contacts.Contact) -> bool:
    if contact.kind is contacts.ContactKind.phone:
        return person.phone_verified_at is not None
    return contact.kind is contacts.ContactKind.email and person.email_verified_at is not None


def _new_person(db: Db, contact: contacts.Contact, details: dict[str, Any], now: datetime) -> Person:
    person = Person(family_name=details["family_name"], given_name=details["given_name"], created_at=now)
    if contact.kind is contacts.ContactKind.phone:
        person.phone = contact.value
    else:
        person.email = contact.value
    db.add(person)
    db.flush()
    return person


def _verify_contact(person: Person, contact: contacts.Contact, now: datetime) -> None:
    if contact.kind is contacts.ContactKind.phone:
        person.phone_verified_at = now
    else:
        person.email_verified_at = now


def _text_ids(pending: Pending) -> list[UUID]:
    return [UUID(text_id) for text_id in pending.details.get("texts", ())]


def _consent(db: Db, person: Person, text_id: UUID, client: sessions.Client, now: datetime) -> None:
    text = db.get_one(LegalText, text_id)
    db.add(
        Consent(
            person_id=person.id,
            text_id=text.id,
            purpose=text.purpose,
            text_sha256=text.sha256,
            address=client.address[:45],
            user_agent=client.user_agent[: sessions.USER_AGENT_LENGTH_MAX],
            given_at=now,
        )
    )
