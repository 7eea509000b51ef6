"""What the staff sees of a customer while serving him; each look is written down (4.4, 7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts, ledger, operations, services, tickets
from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
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
