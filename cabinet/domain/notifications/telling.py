"""Telling a person something: the journal, and the messages that leave (1.3).

The text is made when it is shown or sent, in the language of that moment; what is stored are the values that fill it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.domain.base import confirmations, events
from cabinet.domain.base.actor import Actor
from cabinet.domain.notifications.kinds import KINDS, Kind
from cabinet.kit import pagination
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.confirmations import Challenge
from cabinet.models.notifications import Channel, Delivery, DeliveryStatus, Notification
from cabinet.models.people import Person

ROWS_MAX: Final = 20
ATTEMPTS_MAX: Final = 8


class NotificationNotFound(NotFound):
    code = "notifications.not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQueued(events.Event):
    """A message waits to be sent; the job takes it from here."""

    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell. `dedupe` makes it once: `<event id>:<kind>`."""

    kind: str
    values: Mapping[str, object]
    dedupe: str
    link: str = ""
    attachment: str = ""
    answers: str = ""
    """`ticket:<id>:<message>`: where a reply to the letter lands."""


def tell(session: Session, actor: Actor, person_id: UUID, notice: Notice, *, now: datetime) -> None:
    """Put the notice into the person's journal and queue it on the kind's channels; a second time does nothing."""
    actor.require_system()
    kind = KINDS[notice.kind]
    person = session.get_one(Person, person_id)
    if kind.journal:
        if not _enter(session, person_id, notice, now):
            return
        events.ring(session, person_id, "notifications")
    for channel, address in _addresses(person, kind):
        queue(session, actor, channel, address, notice, person=person, now=now)


def queue(
    session: Session,
    actor: Actor,
    channel: Channel,
    address: str,
    notice: Notice,
    *,
    person: Person | None,
    now: datetime,
    challenge: Challenge | None = None,
) -> None:
    """Queue one message on one channel; the same notice to the same address is queued once."""
    actor.require_system()
    delivery_id = uuid4()
    values = {
        "id": delivery_id,
        "key": f"{notice.dedupe}:{channel}:{address}"[:140],
        "person_id": person.id if person else None,
        "channel": channel,
        "address": address,
        "locale": person.locale if person else challenge.locale if challenge else "ru",
        "kind": notice.kind,
        "values": pack(notice.values),
        "link": notice.link,
        "attachment": notice.attachment,
        "answers": notice.answers,
        "challenge_id": challenge.id if challenge else None,
        "status": DeliveryStatus.queued,
        "attempts": 0,
        "error": "",
        "vendor_ref": "",
        "created_at": now,
        "updated_at": now,
    }
    if _insert_once(session, Delivery, values, "key"):
        person_id = person.id if person else None
        events.record(session, DeliveryQueued(delivery_id=delivery_id, person_id=person_id), now=now)


def send_code(session: Session, actor: Actor, event: confirmations.CodeRequested, *, now: datetime) -> None:
    """Queue the message with a challenge's code. The code is not in it yet: the sending job derives it."""
    challenge = session.get_one(Challenge, event.challenge_id)
    if challenge.resend != event.resend or challenge.used_at is not None:
        return
    person = session.get(Person, challenge.person_id) if challenge.person_id else None
    notice = Notice(f"code.{challenge.operation}", {}, f"{event.id}:code")
    channel = Channel(challenge.channel)
    queue(session, actor, channel, challenge.address, notice, person=person, now=now, challenge=challenge)


def journal(session: Session, actor: Actor, *, cursor: str = "") -> pagination.Page[Notification]:
    """Return the person's notifications, newest first."""
    query = (
        select(Notification)
        .where(col(Notification.person_id) == actor.person())
        .order_by(col(Notification.id).desc())
        .limit(ROWS_MAX + 1)
    )
    if cursor:
        (last,) = pagination.decode(cursor, int)
        query = query.where(col(Notification.id) < last)
    rows = list(session.scalars(query))
    following = pagination.encode(rows[ROWS_MAX - 1].id or 0) if len(rows) > ROWS_MAX else ""
    return pagination.Page(rows[:ROWS_MAX], following)


def unread(session: Session, actor: Actor) -> int:
    """Return how many notifications the person has not seen."""
    mine = (
        select(func.count())
        .select_from(Notification)
        .where(col(Notification.person_id) == actor.person(), col(Notification.read_at).is_(None))
    )
    return session.scalar(mine) or 0


def read_all(session: Session, actor: Actor, *, now: datetime) -> None:
    """Mark everything of the person's as seen, and tell his other tabs."""
    person_id = actor.person()
    session.execute(
        update(Notification)
        .where(col(Notification.person_id) == person_id, col(Notification.read_at).is_(None))
        .values(read_at=now)
    )
    events.ring(session, person_id, "notifications")


def taken(session: Session, actor: Actor, delivery_id: UUID) -> Delivery | None:
    """Return the delivery when it still has to be sent; None when it is done or given up."""
    actor.require_system()
    delivery = session.get_one(Delivery, delivery_id)
    return delivery if delivery.status is DeliveryStatus.queued else None


def sent(session: Session, actor: Actor, delivery_id: UUID, vendor_ref: str, *, now: datetime) -> None:
    """Note that the vendor took the message."""
    actor.require_system()
    _close(session, delivery_id, now, status=DeliveryStatus.sent, vendor_ref=vendor_ref[:120])


def not_sent(
    session: Session, actor: Actor, delivery_id: UUID, error: str, *, permanent: bool, now: datetime
) -> DeliveryStatus:
    """Note a failure; after `ATTEMPTS_MAX` of them, or a permanent one, the message is given up."""
    actor.require_system()
    delivery = session.get_one(Delivery, delivery_id)
    final = permanent or delivery.attempts + 1 >= ATTEMPTS_MAX
    status = DeliveryStatus.failed if final else DeliveryStatus.queued
    _close(session, delivery_id, now, status=status, error=error[:300])
    return status


def pack(values: Mapping[str, object]) -> dict[str, Any]:
    """Write the values of a message as JSON: money, days and instants keep their kind."""
    return {name: _packed(value) for name, value in values.items()}


def unpack(values: Mapping[str, Any]) -> dict[str, object]:
    """Read back what `pack` wrote."""
    return {name: _unpacked(value) for name, value in values.items()}


def _packed(value: object) -> object:
    if isinstance(value, Money):
        return {"money": [value.minor, value.currency]}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, int | bool) or value is None else str(value)


def _unpacked(value: object) -> object:
    match value:
        case {"money": [int(minor), str(currency)]}:
            return Money(minor, currency)
        case {"instant": str(text)}:
            return datetime.fromisoformat(text)
        case {"day": str(text)}:
            return date.fromisoformat(text)
    return value


def _addresses(person: Person, kind: Kind) -> list[tuple[Channel, str]]:
    known = {
        Channel.email: person.email if person.email_verified_at else None,
        Channel.sms: person.phone if person.phone_verified_at else None,
    }
    return [(channel, address) for channel in kind.channels if (address := known.get(channel))]


def _enter(session: Session, person_id: UUID, notice: Notice, now: datetime) -> bool:
    values = {
        "public_id": uuid4(),
        "person_id": person_id,
        "kind": notice.kind,
        "values": pack(notice.values),
        "link": notice.link,
        "dedupe": notice.dedupe,
        "at": now,
    }
    return _insert_once(session, Notification, values, "dedupe")


def _insert_once(session: Session, table: type[Any], values: dict[str, Any], unique: str) -> bool:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing(index_elements=[unique]).returning(table.id)
    return session.execute(statement, values).scalar() is not None


def _close(session: Session, delivery_id: UUID, now: datetime, **changes: object) -> None:
    session.execute(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id)
        .values(attempts=col(Delivery.attempts) + 1, updated_at=now, **changes)
    )
