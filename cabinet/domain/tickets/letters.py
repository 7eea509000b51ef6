"""Tickets by mail: our letters carry an address of their own, and what is written to it lands in the thread (4.1).

The address is `name+<ticket><mark>@host`: the ticket's id and its HMAC under the installation's key, cut to 80 bits.
Nobody makes one up, and whoever has one still has to write from the confirmed address of the ticket's owner.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor
from cabinet.domain.tickets import talking
from cabinet.domain.tickets.states import TOPIC, TicketNotFound
from cabinet.kit.errors import NotAllowed, Refusal
from cabinet.kit.secrets import Keyring, same
from cabinet.models.people import Person
from cabinet.models.tickets import Ticket, TicketLetter, TicketMessage

PURPOSE: Final = "tickets.letter"
MARK_BYTES: Final = 10
REFUSED_TOLD_MAX: Final = 3
"""So many refused letters about one ticket a day is its owner told of."""
CLAIMED_FOR: Final = timedelta(minutes=10)
"""Longer than any letter takes, with all its files."""
_ID_BYTES: Final = 16
_DRAFTS: Final = UUID("5b0b2a1e-6a5e-4b7e-9a33-5d1c7d1f0c11")
"""The name space of drafts that letters make: the same letter is the same draft."""


class AnotherAddress(NotAllowed):
    """It did not come from the confirmed address of the ticket's owner."""

    code = "tickets.another_address"


class LetterClaim(StrEnum):
    """Whose a letter is to deal with."""

    ours = "ours"
    anothers = "anothers"
    settled = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRefused(events.Event):
    """A letter about a ticket was not taken: its owner is told why."""

    topic = TOPIC

    ticket_id: UUID
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCut(events.Event):
    """Some files of a letter were not taken."""

    topic = TOPIC

    ticket_id: UUID
    count: int


def letter_address(keyring: Keyring, base: str, ticket_id: UUID) -> str:
    """Return the address that replies about a ticket come to; `base` is the mailbox's own, `support@meridian.example`.

    Of its 64 characters before the @ (RFC 5321) the mark takes 42.
    """
    name, _, host = base.partition("@")
    return f"{name}+{_letters(ticket_id.bytes + _mark(keyring, ticket_id))}@{host}"


def letter_about(keyring: Keyring, base: str, recipients: Sequence[str]) -> UUID | None:
    """Return which ticket a letter is about; None when none of its recipients is an address that we have made."""
    name, _, host = base.lower().partition("@")
    for each in recipients:
        local, _, domain = each.lower().rpartition("@")
        before, _, word = local.partition("+")
        if (before, domain) != (name, host):
            continue
        try:
            raw = base64.b32decode(f"{word.upper()}======")
        except ValueError:
            continue
        found = UUID(bytes=raw[:_ID_BYTES]) if len(raw) == _ID_BYTES + MARK_BYTES else None
        if found is not None and same(raw[_ID_BYTES:].hex(), _mark(keyring, found).hex()):
            return found
    return None


def letter_draft(key: str) -> UUID:
    """Return the draft of a letter: brought twice, it is one message."""
    return uuid5(_DRAFTS, key)


def claim_letter(
    session: Session, actor: Actor, ticket_id: UUID, *, key: str, sender: str, now: datetime
) -> LetterClaim:
    """Begin to deal with a letter: one worker at a time, so that its files are not taken twice.

    Whoever died on the way is waited for `CLAIMED_FOR`, then another takes over.
    """
    actor.require_system()
    if session.get(Ticket, ticket_id) is None:
        return LetterClaim.settled
    values = {"key": key, "ticket_id": ticket_id, "sender": sender[:254], "refusal": "", "came_at": now}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(TicketLetter).on_conflict_do_nothing().returning(col(TicketLetter.key))
    if session.scalar(fresh, {**values, "settled": False}) is not None:
        return LetterClaim.ours
    letter = session.get_one(TicketLetter, key, with_for_update=True)
    if letter.settled:
        return LetterClaim.settled
    if letter.came_at > now - CLAIMED_FOR:
        return LetterClaim.anothers
    letter.came_at = now
    session.add(letter)
    return LetterClaim.ours


def release_letter(session: Session, actor: Actor, key: str) -> None:
    """Let go of a letter that cannot be dealt with now."""
    actor.require_system()
    session.execute(delete(TicketLetter).where(col(TicketLetter.key) == key, ~col(TicketLetter.settled)))


def letter_writer(session: Session, actor: Actor, ticket_id: UUID, sender: str) -> Actor:
    """Return the ticket's owner as who writes. Refuse a letter from any other address than his confirmed one."""
    actor.require_system()
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise TicketNotFound()
    person = session.get_one(Person, ticket.person_id)
    if not sender or person.email_verified_at is None or (person.email or "").lower() != sender.lower():
        raise AnotherAddress()
    return Actor.customer(person.id)


def take_letter(
    session: Session, actor: Actor, ticket_id: UUID, body: str, *, key: str, sender: str, cut: int = 0, now: datetime
) -> TicketMessage:
    """Put a claimed letter into the thread, with the files of its draft. What a reply may not, it may not.

    Of so many files that were `cut` off, because they were refused, its writer is told.
    """
    owner = letter_writer(session, actor, ticket_id, sender)
    message = talking.reply(session, owner, ticket_id, body, draft_id=letter_draft(key), now=now)
    if _settle(session, key, "") and cut:
        events.record(session, LetterCut(person_id=owner.id, ticket_id=ticket_id, count=cut), now=now)
    return message


def refuse_letter(
    session: Session, actor: Actor, ticket_id: UUID, refusal: Refusal, *, key: str, now: datetime
) -> None:
    """Write down that a letter was not taken, and have the ticket's owner told: nobody else is answered.

    Of a flood he is told a few times a day, not each time.
    """
    actor.require_system()
    lately = col(TicketLetter.ticket_id) == ticket_id, col(TicketLetter.came_at) > now - timedelta(days=1)
    refused = select(func.count()).select_from(TicketLetter).where(*lately, col(TicketLetter.refusal) != "")
    told = session.scalar(refused) or 0
    if not _settle(session, key, refusal.code) or told >= REFUSED_TOLD_MAX:
        return
    person_id = session.get_one(Ticket, ticket_id).person_id
    events.record(session, LetterRefused(person_id=person_id, ticket_id=ticket_id, why=refusal.code), now=now)


def _settle(session: Session, key: str, refusal: str) -> bool:
    """Note that a letter is dealt with; False when it was."""
    letter = session.get_one(TicketLetter, key, with_for_update=True)
    if letter.settled:
        return False
    letter.settled, letter.refusal = True, refusal
    session.add(letter)
    session.flush()
    return True


def _mark(keyring: Keyring, ticket_id: UUID) -> bytes:
    return bytes.fromhex(keyring.sign(PURPOSE, str(ticket_id)))[:MARK_BYTES]


def _letters(raw: bytes) -> str:
    """Return bytes as letters and digits whose case does not matter: posts may change it (RFC 4648, base 32)."""
    return base64.b32encode(raw).decode().rstrip("=").lower()
