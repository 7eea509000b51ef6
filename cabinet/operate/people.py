"""What the command line does for people: an invitation for staff, a token for a customer's program."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.db import Database
from cabinet.domain import staff
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import tokens
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.people import Person, StaffRole
from cabinet.settings import Settings

SYSTEM = Actor.system("cli")


def exist(database: Database) -> bool:
    """Tell whether anybody is in the database."""
    return bool(database.look(lambda session: session.scalar(select(func.count()).select_from(Person))))


def invite(database: Database, settings: Settings, login: str, name: str, role: StaffRole) -> str:
    """Invite a member of the staff and return the token of the one-time link."""
    return database.run(
        staff.invite, SYSTEM, login, name, role, zone=settings.zone, keyring=settings.keyring, now=clock.now()
    )


def make_token(database: Database, contract: str, scopes: Sequence[str], days: int) -> str:
    """Make a personal token for the owner of the contract."""
    return database.run(_make_token, contract, scopes, days)


def _make_token(session: Session, contract: str, scopes: Sequence[str], days: int) -> str:
    owner = session.scalars(select(col(BillingAccount.person_id)).where(col(BillingAccount.number) == contract)).one()
    name = f"made by the operator, {clock.now().date()}"
    return tokens.make(session, SYSTEM, name, scopes, days=days, person_id=owner, now=clock.now())
