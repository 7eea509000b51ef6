"""Billing accounts (лицевой счёт): whose they are and what is on them (2.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from cabinet.domain import ledger
from cabinet.domain.base import numbers
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.kit.errors import NotFound
from cabinet.models.billing import BillingAccount


class BillingAccountNotFound(NotFound):
    code = "billing_accounts.not_found"


def open_for(
    session: Session, actor: Actor, person_id: UUID, *, zone: str, number: str = "", address: str = "", now: datetime
) -> BillingAccount:
    """Open a billing account with a ledger account of its own; without a number it gets the next contract number."""
    actor.require_system()
    number = number or numbers.take_contract(session)
    money = ledger.open_account(
        session, actor, f"customer:{number}", currency="RUB", zone=zone, owner_id=person_id, now=now
    )
    account = BillingAccount(
        number=number, person_id=person_id, ledger_account_id=money.id, zone=zone, address=address, created_at=now
    )
    session.add(account)
    session.flush()
    return account


def mine(session: Session, actor: Actor, account_id: UUID) -> BillingAccount:
    """Return the account when it is the customer's own; staff and the system see any."""
    account = session.get(BillingAccount, account_id)
    if account is None or (actor.kind is ActorKind.customer and account.person_id != actor.person()):
        raise BillingAccountNotFound()
    if actor.kind is ActorKind.guest:
        raise BillingAccountNotFound()
    if actor.kind is ActorKind.staff:
        actor.require("payments.read")
    return account


def primary(session: Session, actor: Actor) -> BillingAccount:
    """Return the customer's first account: the one that the cabinet opens with."""
    account = session.scalars(_PRIMARY, {"person": actor.person()}).first()
    if account is None:
        raise BillingAccountNotFound()
    return account


def balance(session: Session, actor: Actor, account: BillingAccount) -> ledger.Balance:
    """Return what is on the account."""
    return ledger.balance(session, actor, account.ledger_account_id)


# Built once: nearly every page asks for it, and composing it anew would cost more than the database does.
_PRIMARY: Final = (
    select(BillingAccount)
    .where(col(BillingAccount.person_id) == bindparam("person"))
    .order_by(col(BillingAccount.created_at))
    .limit(1)
)
PRIMARY_ID: Final = _PRIMARY.with_only_columns(col(BillingAccount.id)).scalar_subquery()
"""The id of the first account of the customer `person`, for a statement that reads what belongs to it."""
