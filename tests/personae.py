"""The people of every test: Anna (a customer), Boris (of her family), Vera (a stranger), and the staff of each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from cabinet.domain import billing_accounts, ledger, staff
from cabinet.domain.base.actor import Actor
from cabinet.kit import passwords
from cabinet.kit.money import Money
from cabinet.kit.secrets import Keyring
from cabinet.models.billing import BillingAccount
from cabinet.models.people import Person, StaffMember, StaffRole
from tests.moments import NOON

SYSTEM = Actor.system("test")
KEYRING = Keyring(b"k" * 32)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACQUIRER = ledger.SystemAccount("acquirer:sandbox")

PASSWORD = "слон в лодке 7"
PASSWORD_HASH = passwords.hash_(PASSWORD)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with an account: who asks, and whose money it is."""

    person: Person
    account: BillingAccount
    actor: Actor


def customer(session: Session, name: str, *, number: str, phone: str, email: str) -> Customer:
    """Add a customer with verified contacts and an empty account."""
    long_ago = NOON - timedelta(days=400)
    person = Person(
        given_name=name,
        family_name="Соколова" if name != "Вера" else "Чужая",
        phone=phone,
        phone_verified_at=long_ago,
        email=email,
        email_verified_at=long_ago,
        password_hash=PASSWORD_HASH,
        created_at=long_ago,
    )
    session.add(person)
    session.flush()
    account = billing_accounts.open_for(
        session, SYSTEM, person.id, zone="Europe/Moscow", number=number, address="Тверь", now=long_ago
    )
    return Customer(person, account, Actor.customer(person.id))


def anna_in(session: Session) -> Customer:
    """Add Anna: contract 4 102 887."""
    return customer(session, "Анна", number="4102887", phone="+79162041836", email="sokolova@example.ru")


def boris_in(session: Session) -> Customer:
    """Add Boris: contract 4 102 895."""
    return customer(session, "Борис", number="4102895", phone="+79162041837", email="boris@example.ru")


def vera_in(session: Session) -> Customer:
    """Add Vera, the stranger: contract 4 205 111."""
    return customer(session, "Вера", number="4205111", phone="+79035551020", email="vera@example.com")


def member_in(session: Session, role: StaffRole) -> tuple[StaffMember, Actor]:
    """Add a member of the staff with that role, ready to work."""
    member = staff.install(
        session,
        SYSTEM,
        f"{role}@meridian.example",
        f"Сотрудник {role}",
        role,
        password_hash=PASSWORD_HASH,
        secret=TOTP_SECRET,
        zone="Europe/Moscow",
        keyring=KEYRING,
        now=NOON - timedelta(days=100),
    )
    return member, Actor.staff(member.id, role)


def give(session: Session, who: Customer, minor: int) -> None:
    """Put money on the customer's account, as if the acquirer had."""
    move = ledger.Move(ACQUIRER, who.account.ledger_account_id, Money(minor))
    ledger.post(session, SYSTEM, ledger.Entry(f"gift:{who.account.number}:{minor}", "payment", [move]), now=NOON)


def on(session: Session, who: Customer) -> Money:
    """Return what is on the customer's account."""
    return billing_accounts.balance(session, SYSTEM, who.account).amount
