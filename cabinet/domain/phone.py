"""The demonstration's phone: what the stub gateways kept, by whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from cabinet.models.notifications import PhoneMessage
from cabinet.models.people import Person

MESSAGES_MAX = 30
OWNERS_MAX = 30


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


def _owner(session: Session, address: str) -> Person | None:
    return session.scalars(
        select(Person).where(or_(col(Person.email) == address, col(Person.phone) == address))
    ).first()
