"""Finding a customer by what he says of himself: for the staff only."""

from __future__ import annotations

import pytest

from cabinet.domain import billing_accounts, customers
from cabinet.domain.base.actor import Actor, RightMissing, SignInNeeded
from cabinet.models.people import StaffRole
from tests import personae
from tests.moments import NOON

pytestmark = pytest.mark.databases("sqlite", "postgres")


@pytest.fixture
def known(session, anna, boris, vera):
    """Three customers with addresses, one of them with a phone."""
    anna.person.phone, anna.person.patronymic, anna.person.email = "+79162041836", "Сергеевна", "sokolova@example.ru"
    for who, address in (
        (anna, "Тверь, Волжская наб., 12, кв. 48"),
        (boris, "Тверь, Волжская наб., 12, кв. 48"),
        (vera, "Москва, Арбат, 1"),
    ):
        who.account.address = address
    boris.person.family_name = "Соколов"
    session.flush()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("соколова", ["Анна Соколова"]),
        ("Соколов", ["Борис Соколов", "Анна Соколова"]),
        ("анна сергеевна", ["Анна Соколова"]),
        ("Анна Чужая", []),
        ("+7 (916) 204-18-36", ["Анна Соколова"]),
        ("8 916 204 18 36", ["Анна Соколова"]),
        ("204-18-36", ["Анна Соколова"]),
        ("836", []),
        ("4 102 887", ["Анна Соколова"]),
        ("4102", ["Борис Соколов", "Анна Соколова"]),
        ("SOKOLOVA@example.ru", ["Анна Соколова"]),
        ("волжская 12 48", ["Борис Соколов", "Анна Соколова"]),
        ("арбат", ["Вера Чужая"]),
        ("%", []),
        ("_", []),
        ("  ", []),
        ("ы" * 10_000, []),
    ],
)
def test_whom_the_words_mean(session, oleg, known, wanted, names):
    assert [each.person.name for each in customers.find(session, oleg, wanted)] == names


def test_somebody_with_two_accounts_is_found_once_and_there_are_twenty(session, oleg):
    for place in range(22):
        phone, email = f"+790320001{place:02}", f"{place}@example.ru"
        one = personae.customer(session, f"Имя{place:02}", number=f"77000{place:02}", phone=phone, email=email)
        billing_accounts.open_for(
            session, personae.SYSTEM, one.person.id, zone="UTC", number=f"88000{place:02}", address="Тверь", now=NOON
        )

    found = customers.find(session, oleg, "Имя Соколова")

    assert [each.person.given_name for each in found] == [f"Имя{place:02}" for place in range(20)]


def test_customers_vera_and_editors_look_for_nobody(session, anna, vera, known):
    editor = personae.member_in(session, StaffRole.editor)[1]
    for actor in (anna.actor, vera.actor, editor, Actor.guest()):
        with pytest.raises((RightMissing, SignInNeeded)):
            customers.find(session, actor, "Соколова")
        with pytest.raises((RightMissing, SignInNeeded)):
            customers.card(session, actor, anna.person.id, now=NOON)
