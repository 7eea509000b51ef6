"""Notifications: what a person is told, where, and the journal of it (1.3).

A kind says what category it belongs to, which channels carry it and with what words. The text is made when it is
shown or sent, in the language of that moment; what is stored are the values that fill it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.domain.base import confirmations, events
from cabinet.domain.base.actor import Actor
from cabinet.kit import pagination
from cabinet.kit.errors import NotFound
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.models.confirmations import Challenge
from cabinet.models.notifications import Channel, Delivery, DeliveryStatus, Notification
from cabinet.models.people import Person

ROWS_MAX: Final = 20
ATTEMPTS_MAX: Final = 8


class NotificationNotFound(NotFound):
    code = "notifications.not_found"


class Category(StrEnum):
    """What people choose by when they say what they want to hear about."""

    payments = "payments"
    security = "security"
    services = "services"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: its words as msgids, and the channels beyond the journal."""

    category: Category
    title: str
    body: str
    channels: tuple[Channel, ...] = ()
    journal: bool = True
    """False for what must not stay anywhere, a code."""


KINDS: Final[dict[str, Kind]] = {
    "payment_succeeded": Kind(
        Category.payments,
        mark("Received {amount}"),
        mark("Payment {number} has reached account {account}. The receipt is attached."),
        (Channel.email,),
    ),
    "payment_failed": Kind(
        Category.payments,
        mark("The payment of {amount} did not go through"),
        mark("No money was taken. Payment {number}: {reason}"),
        (Channel.email,),
    ),
    "payment_review": Kind(
        Category.payments,
        mark("We are checking your payment of {amount}"),
        mark("The bank reported another sum for payment {number}. A specialist will sort it out within a working day."),
        (Channel.email,),
    ),
    "refund_succeeded": Kind(
        Category.payments,
        mark("Returned {amount}"),
        mark("The money for payment {number} is on its way to {method}. Banks take up to three days to show it."),
        (Channel.email,),
    ),
    "invoice_issued": Kind(
        Category.payments,
        mark("Invoice {number} for {amount}"),
        mark("It will be settled from the balance on {due}. Top up the account by then."),
        (Channel.email,),
    ),
    "invoice_due_soon": Kind(
        Category.payments,
        mark("{missing} short by {due}"),
        mark("Invoice {number} for {amount} is due on {due}. Top up the account so that the services go on."),
        (Channel.email, Channel.sms),
    ),
    "invoice_overdue": Kind(
        Category.payments,
        mark("Invoice {number} is waiting for {missing}"),
        mark("The balance did not cover {amount} on {due}. It will be settled as soon as the money arrives."),
        (Channel.email, Channel.sms),
    ),
    "invoice_paid": Kind(
        Category.payments,
        mark("Invoice {number} is paid"),
        mark("{amount} was taken from the balance."),
    ),
    "service_connected": Kind(
        Category.services,
        mark("{title}: connected"),
        mark("It works. You will find it among your services, with its price and terms."),
        (Channel.email,),
    ),
    "service_failed": Kind(
        Category.services,
        mark("{title}: could not be connected"),
        mark("{why} {amount} is back on the account."),
        (Channel.email,),
    ),
    "service_not_begun": Kind(
        Category.services,
        mark("{title}: could not be connected"),
        mark("{why} Nothing was charged."),
        (Channel.email,),
    ),
    "service_ended": Kind(
        Category.services,
        mark("{title}: disconnected"),
        mark("Nothing more is charged for it."),
        (Channel.email,),
    ),
    "service_resumed": Kind(
        Category.services,
        mark("{title}: works again"),
        mark("The pause is over, and the days from today on are charged as usual."),
        (Channel.email,),
    ),
    "welcome": Kind(
        Category.security,
        mark("Your cabinet is open"),
        mark("Contract {account}. Balance, payments and receipts are all here."),
        (Channel.email,),
    ),
    "already_registered": Kind(
        Category.security,
        mark("You already have a cabinet"),
        mark("Somebody tried to sign up with this contact. If it was you, sign in or restore the password."),
        (Channel.email, Channel.sms),
        journal=False,
    ),
    "password_changed": Kind(
        Category.security,
        mark("The password was changed"),
        mark("All other sessions are closed. If it was not you, restore the password at once and call us."),
        (Channel.email, Channel.sms),
    ),
    "code.payment": Kind(
        Category.security,
        mark("Code {code}"),
        mark("{code} is your code. Payment of {total} to account {account}, {method}. Tell it to nobody, not even us."),
        journal=False,
    ),
    "code.service": Kind(
        Category.security,
        mark("Code {code}"),
        mark("{code} is your code. {title} for account {account}, now {total}. Tell it to nobody, not even us."),
        journal=False,
    ),
    "code.sign_up": Kind(
        Category.security,
        mark("Code {code}"),
        mark("{code} is your code to open the cabinet. Tell it to nobody, not even us."),
        journal=False,
    ),
    "code.recovery": Kind(
        Category.security,
        mark("Code {code}"),
        mark("{code} is your code to set a new password. If you did not ask for it, do nothing."),
        journal=False,
    ),
}
"""Every kind there is. A code's kind is `code.<operation of the challenge>`."""


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
