"""Anna's and Vera's tabs, the staff's, and what Anna has."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from cabinet.domain import payments
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderStatus
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind, Payment
from cabinet.models.people import StaffRole
from cabinet.models.security import SessionKind
from tests import personae
from tests.moments import NOON
from tests.tabs import Installation, People, Tab


@pytest.fixture
def people(installation: Installation) -> People:
    return installation.people()


@pytest.fixture
def anna(installation: Installation, people: People) -> Tab:
    return installation.tab(installation.cookie(people.anna.person.id))


@pytest.fixture
def vera(installation: Installation, people: People) -> Tab:
    return installation.tab(installation.cookie(people.vera.person.id))


@pytest.fixture
def staff_tab(installation: Installation, people: People) -> Callable[..., Tab]:
    """A tab of a member of the staff with that role."""

    def opened(role: StaffRole, path: str = "/staff/payments") -> Tab:
        return installation.tab(installation.cookie(people.staff[role], SessionKind.staff), path=path)

    return opened


@pytest.fixture
def paid(installation: Installation, people: People) -> Payment:
    """Five hundred roubles of Anna's, by a card that she kept."""

    def pay(session):
        order = payments.Order(
            id=uuid4(),
            account_id=people.anna.account.id,
            amount=Money(500_00),
            method=MethodKind.card,
            save_method=True,
        )
        made = payments.open_(session, people.anna.actor, order, now=NOON, provider="sandbox")
        payments.leave(session, people.anna.actor, made.id, now=NOON)
        method = ProviderMethod(brand="Мир", last4="4417", expiry="09/2029", token="kept-card-token")
        seen = ProviderPayment(ref="acq-1", status=ProviderStatus.succeeded, amount=Money(500_00), method=method)
        return payments.apply(session, personae.SYSTEM, made.id, seen, now=NOON)

    return installation.do(pay)


@pytest.fixture
def unconfirmed(installation: Installation, people: People) -> Payment:
    """Twelve thousand of Anna's, waiting for the code."""

    def open_(session):
        order = payments.Order(
            id=uuid4(), account_id=people.anna.account.id, amount=Money(12_000_00), method=MethodKind.card
        )
        channels = frozenset({"sms", "email"})
        return payments.open_(session, people.anna.actor, order, now=NOON, provider="sandbox", channels=channels)

    return installation.do(open_)


@pytest.fixture
def payment_now(installation: Installation) -> Callable[[UUID], Payment]:
    """A payment as the database has it now."""

    def read(payment_id: UUID) -> Payment:
        with installation.database.reading() as session:
            return session.get_one(Payment, payment_id)

    return read
