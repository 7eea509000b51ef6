"""A person's own data (1.1)."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor
from cabinet.models.billing import BillingAccount
from cabinet.models.people import Person


def me(session: Session, actor: Actor) -> tuple[Person, list[BillingAccount]]:
    """Return the customer and his billing accounts, the first one first."""
    person = session.get_one(Person, actor.person())
    own = select(BillingAccount).where(col(BillingAccount.person_id) == person.id)
    return person, list(session.scalars(own.order_by(col(BillingAccount.created_at))))
