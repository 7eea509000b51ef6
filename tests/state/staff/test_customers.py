"""The search over everything by its events: by name and by numbers, odd input."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cabinet.domain import tickets
from cabinet.models.people import StaffRole
from cabinet.state.staff.customers import StaffCustomersState
from tests.moments import NOON
from tests.words import spaced


@pytest.fixture
def ticket(installation, people):
    wish = tickets.Wish(draft_id=uuid4(), topic="other", subject="Переезд", body="Слова")
    return installation.do(tickets.open_, people.anna.actor, wish, now=NOON)


@pytest.fixture
def page(people, staff_tab):
    def at(query="", role=StaffRole.operator):
        tab = staff_tab(role, f"/staff/customers{query}")
        tab.do(StaffCustomersState.load)
        return tab

    return at


def found(tab):
    return [row.name for row in tab[StaffCustomersState].rows]


def test_a_name_finds_people_and_the_only_one_is_shown(people, page):
    tab = page("?q=анна")

    assert found(tab) == ["Соколова Анна"]
    assert tab[StaffCustomersState].chosen == str(people.anna.person.id)
    assert tab[StaffCustomersState].card.name == "Анна Соколова"
    tab.do(StaffCustomersState.seek, text="чужая")
    assert found(tab) == ["Чужая Вера"]
    assert tab[StaffCustomersState].card.name == "Анна Соколова"
    tab.do(StaffCustomersState.choose, key=str(people.vera.person.id))
    assert tab[StaffCustomersState].card.name == "Вера Чужая"
    tab.do(StaffCustomersState.close)
    assert (tab[StaffCustomersState].chosen, tab[StaffCustomersState].card.name) == ("", "")


def test_a_number_finds_the_ticket_and_the_contract(people, page, ticket):
    tab = page()
    assert found(tab) == []

    tab.do(StaffCustomersState.seek, text=ticket.number.rpartition("-")[2])
    assert [row.title for row in tab[StaffCustomersState].tickets] == ["Переезд"]
    tab.do(StaffCustomersState.seek, text="4 102 887")
    (row,) = tab[StaffCustomersState].rows
    assert spaced(row.soft) == "4 102 887, +7 916 204-18-36, Тверь"
    assert tab[StaffCustomersState].tickets == []


@pytest.mark.parametrize("text", ["", "   ", "%", "'; DROP TABLE person; --", "ы" * 5_000, "9" * 400])
def test_odd_words_find_nobody(page, ticket, text):
    tab = page()

    tab.do(StaffCustomersState.seek, text=text)

    assert (found(tab), tab[StaffCustomersState].payments, tab[StaffCustomersState].tickets) == ([], [], [])


def test_whoever_is_nobody_is_not_shown(page):
    tab = page()
    for key in (str(uuid4()), "x", ""):
        tab.do(StaffCustomersState.choose, key=key)
        assert (tab[StaffCustomersState].chosen, tab[StaffCustomersState].card.name) == ("", "")
