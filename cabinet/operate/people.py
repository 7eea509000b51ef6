"""What the command line does for people: an invitation for staff, a token for a customer's program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.db import Database
from cabinet.domain import services, staff
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import tokens
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Refusal
from cabinet.models.billing import BillingAccount
from cabinet.models.people import Person, StaffRole
from cabinet.settings import Settings

SYSTEM = Actor.system("cli")


class Refused(Exception):
    """What was asked for cannot be done. The message says why."""


def exist(database: Database) -> bool:
    """Tell whether anybody is in the database."""
    return bool(database.look(lambda session: session.scalar(select(func.count()).select_from(Person))))


def invite(database: Database, settings: Settings, login: str, name: str, role: StaffRole) -> str:
    """Invite a member of the staff and return the token of the one-time link."""
    try:
        validate_email(login.strip(), check_deliverability=False, test_environment=True)
        return database.run(
            staff.invite, SYSTEM, login, name, role, zone=settings.zone, keyring=settings.keyring, now=clock.now()
        )
    except EmailNotValidError as wrong:
        raise Refused(f"«{login}» is no e-mail address: {wrong}") from None
    except staff.LoginTaken:
        raise Refused(f"{login} is a member of the staff already.") from None


def make_token(database: Database, contract: str, scopes: Sequence[str], days: int) -> str:
    """Make a personal token for the owner of the contract."""
    try:
        return database.run(_make_token, contract, scopes, days)
    except Refusal as refusal:
        raise Refused(i18n.text("en", refusal.code, **refusal.details)) from None


def add_codes(database: Database, settings: Settings, product: str, file: Path) -> str:
    """Put a file's codes into a product's pool; return what to say."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        free = database.run(services.add_codes, SYSTEM, product, lines, keyring=settings.keyring, now=clock.now())
    except (OSError, UnicodeDecodeError) as wrong:
        raise Refused(f"{file} cannot be read: {wrong}") from None
    except Refusal as refusal:
        raise Refused(i18n.text("en", refusal.code, **refusal.details)) from None
    return f"{product}: {free} codes are free now."


def _make_token(session: Session, contract: str, scopes: Sequence[str], days: int) -> str:
    wanted = contract.replace(" ", "")
    owner = session.scalars(
        select(col(BillingAccount.person_id)).where(col(BillingAccount.number) == wanted)
    ).one_or_none()
    if owner is None:
        raise Refused(f"There is no contract {contract}.")
    name = f"made by the operator, {clock.now().date()}"
    return tokens.make(session, SYSTEM, name, scopes, days=days, person_id=owner, now=clock.now())
