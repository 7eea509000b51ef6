"""What the staff sees of a customer while serving him, and how it finds him; each look is written down (4.4, 7.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts, ledger, operations, services, tickets
from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.matching import has
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.journal import AuditRecord
from cabinet.models.people import Person
from cabinet.models.tickets import Ticket

OPERATIONS_SHOWN: Final = 5
TICKETS_SHOWN: Final = 5
NOTED_EACH: Final = timedelta(hours=1)
"""A look at the same customer within this time is the same look."""
FOUND_MAX: Final = 20
WANTED_LENGTH_MAX: Final = 100
WORDS_MAX: Final = 6
DIGITS_MIN: Final = 4
"""Fewer say nothing of a phone."""
_NUMBER: Final = re.compile(r"[\s()+\-‑–]")
"""What people part a number with."""
LOOK: Final = "customers.look"


class CustomerNotFound(NotFound):
    code = "customers.not_found"


@dataclass(frozen=True, slots=True)
class Card:
    """A customer at a glance."""

    person: Person
    account: BillingAccount
    balance: ledger.Balance
    debt: Money
    services: Sequence[billing.Held]
    operations: Sequence[operations.Listed]
    tickets: Sequence[Ticket]


@dataclass(frozen=True, slots=True)
class Found:
    """A customer with the account by which he was found."""

    person: Person
    account: BillingAccount


def card(session: Session, actor: Actor, person_id: UUID, *, now: datetime) -> Card:
    """Return what an operator needs to know of a customer."""
    actor.require("customers.read")
    person = session.get(Person, person_id)
    if person is None:
        raise CustomerNotFound()
    customer = Actor.customer(person_id)
    account = billing_accounts.primary(session, customer)
    return Card(
        person,
        account,
        billing_accounts.balance(session, customer, account),
        billing.debt(session, customer, account, now=now),
        services.current(session, customer, account.id),
        operations.own_history(session, customer, rows=OPERATIONS_SHOWN).rows,
        tickets.mine(session, customer)[:TICKETS_SHOWN],
    )


def find(session: Session, actor: Actor, wanted: str) -> list[Found]:
    """Return whom a name, a phone, an e-mail, a contract or an address may mean: every word of it has to fit."""
    actor.require("customers.read")
    text = wanted.strip()[:WANTED_LENGTH_MAX]
    if not text:
        return []
    query = (
        select(Person, BillingAccount)
        .join(BillingAccount, col(BillingAccount.person_id) == col(Person.id))
        .where(_fits(text))
        .order_by(col(Person.family_name), col(Person.given_name), col(BillingAccount.created_at))
        .limit(2 * FOUND_MAX)
    )
    found: dict[UUID, Found] = {}
    for person, account in session.execute(query):
        found.setdefault(person.id, Found(person, account))
    return list(found.values())[:FOUND_MAX]


def note_look(session: Session, actor: Actor, person_id: UUID, *, now: datetime) -> None:
    """Write down that a member of the staff has looked at a customer, once an hour."""
    actor.require("customers.read")
    lately = select(col(AuditRecord.seq)).where(
        col(AuditRecord.object_type) == "person",
        col(AuditRecord.actor) == actor.label,
        col(AuditRecord.action) == LOOK,
        col(AuditRecord.object_id) == str(person_id),
        col(AuditRecord.at) > now - NOTED_EACH,
    )
    if session.scalars(lately.limit(1)).first() is None:
        audit.write(session, actor, LOOK, now=now, object_type="person", object_id=person_id)


def _fits(text: str) -> ColumnElement[bool]:
    digits = _NUMBER.sub("", text)
    if digits.isdecimal():
        contract = col(BillingAccount.number).startswith(digits)
        return or_(contract, col(Person.phone).contains(digits[-10:])) if len(digits) >= DIGITS_MIN else contract
    names = (col(Person.family_name), col(Person.given_name), col(Person.patronymic), col(BillingAccount.address))
    return and_(
        *(
            or_(*(has(each, word) for each in names), col(Person.email).contains(word.lower(), autoescape=True))
            for word in text.split()[:WORDS_MAX]
        )
    )
