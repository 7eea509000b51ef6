"""The demonstration's phone: what the stub gateways kept, by whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Invalid, NotFound
from cabinet.models.notifications import PhoneLetter, PhoneMessage
from cabinet.models.people import Person

MESSAGES_MAX = 30
OWNERS_MAX = 30


WORDS_MAX = 10_000


class CannotReply(NotFound):
    code = "phone.cannot_reply"


class WordsMissing(Invalid):
    code = "phone.words_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLetterSent(events.Event):
    """Somebody answered a letter on the phone page: the mailbox has something."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who received something: a known person, or an address that is nobody's yet."""

    key: str
    name: str
    addresses: str
    count: int


def owners(session: Session) -> list[Owner]:
    """Return who received anything, whoever did last first. The demonstration shows everyone's to everyone."""
    rows = session.execute(
        select(col(PhoneMessage.address), func.count(), func.max(col(PhoneMessage.id)))
        .group_by(col(PhoneMessage.address))
        .order_by(func.max(col(PhoneMessage.id)).desc())
        .limit(OWNERS_MAX)
    ).all()
    found: dict[str, Owner] = {}
    for address, count, _ in rows:
        person = _owner(session, address)
        key = str(person.id) if person else address
        before = found.get(key)
        addresses = f"{before.addresses}, {address}" if before else address
        name = person.name if person else address
        found[key] = Owner(key, name, addresses, count + (before.count if before else 0))
    return list(found.values())


def messages(session: Session, key: str) -> Sequence[PhoneMessage]:
    """Return the newest messages of an owner."""
    try:
        person = session.get(Person, UUID(key))
    except ValueError:
        person = None
    addresses = [address for address in (person.email, person.phone) if address] if person else [key]
    query = select(PhoneMessage).where(col(PhoneMessage.address).in_(addresses))
    return session.scalars(query.order_by(col(PhoneMessage.id).desc()).limit(MESSAGES_MAX)).all()


def reply(session: Session, actor: Actor, message_id: int, words: str, *, now: datetime) -> PhoneLetter:
    """Answer a letter as a mail program does: words, then what it answers, quoted; the mailbox is told."""
    answered = session.get(PhoneMessage, message_id)
    said = words.strip()
    if answered is None or not answered.reply_to:
        raise CannotReply()
    if not said or len(said) > WORDS_MAX:
        raise WordsMissing(most=WORDS_MAX)
    letter = EmailMessage()
    letter["From"] = answered.address
    letter["To"] = answered.reply_to
    letter["Subject"] = f"Re: {answered.subject}"
    letter["Message-ID"] = f"<{uuid4()}@{answered.address.partition('@')[2]}>"
    letter["In-Reply-To"] = f"<{answered.key}>"
    letter["Date"] = now
    quoted = "\n".join(f"> {line}" for line in answered.body.splitlines())
    letter.set_content(f"{said}\n\n{now:%Y-%m-%d %H:%M}, <{answered.reply_to}>:\n{quoted}\n", cte="base64")
    kept = PhoneLetter(raw=letter.as_string(), sent_at=now)
    session.add(kept)
    session.flush()
    events.record(session, PhoneLetterSent(), now=now)
    return kept


def _owner(session: Session, address: str) -> Person | None:
    return session.scalars(
        select(Person).where(or_(col(Person.email) == address, col(Person.phone) == address))
    ).first()
