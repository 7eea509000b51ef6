"""The desk of topics by its events: what an editor writes is what customers are asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.models.people import StaffRole
from cabinet.models.tickets import Ticket, TicketTopic
from cabinet.state.base import NoticeState
from cabinet.state.staff.topics import StaffTopicsState
from cabinet.state.tickets import NewTicketState, TicketState

NEW = {
    "code": "equipment",
    "title_ru": "Оборудование",
    "title_en": "Equipment",
    "category": "internet",
    "priority": "high",
}
LAMP = {
    "label_ru": "Какая лампочка",
    "label_en": "Which lamp",
    "kind": "choice",
    "required": "yes",
    "options_ru": "Красная\r\nСиняя\r\n",
    "options_en": "Red\r\nBlue",
}


def topic(installation, code="equipment"):
    with installation.database.reading() as session:
        return session.get(TicketTopic, code)


@pytest.fixture
def desk(staff_tab):
    def at(role=StaffRole.editor):
        tab = staff_tab(role, "/staff/topics")
        tab.do(StaffTopicsState.load)
        return tab

    return at


@pytest.fixture
def page(desk):
    """An editor's desk with the new topic opened."""
    tab = desk()
    tab.do(StaffTopicsState.ask, form="new")
    tab.do(StaffTopicsState.add, form=NEW)
    return tab


def test_a_customer_is_asked_what_an_editor_has_written(installation, page, anna):
    page.do(StaffTopicsState.ask_field, key="")
    page.do(StaffTopicsState.keep_field, form=LAMP)
    assert page[StaffTopicsState].refusal == ""
    (asked,) = page[StaffTopicsState].card.asked
    assert (asked.label, asked.soft) == ("Какая лампочка", "Выбор · Красная, Синяя · обязательно")

    anna.do(NewTicketState.load)
    anna.do(NewTicketState.choose, topic="equipment")
    assert [(row.label, [said for _, said in row.options]) for row in anna[NewTicketState].fields] == [
        ("Какая лампочка", ["Красная", "Синяя"])
    ]
    anna.do(
        NewTicketState.send, form={"topic": "equipment", "subject": "Роутер", "body": "Не горит", "answer_field-1": "1"}
    )

    with installation.database.reading() as session:
        (ticket,) = session.scalars(select(Ticket))
    assert (ticket.topic_code, ticket.answers) == ("equipment", {"field-1": "1"})
    anna.path = f"/support/{ticket.id}"
    anna.do(TicketState.load)
    assert ("Какая лампочка", "Синяя") in [(fact.name, fact.value) for fact in anna[TicketState].card.facts]


def test_a_field_is_changed_and_taken_out(installation, page):
    page.do(StaffTopicsState.ask_field, key="")
    page.do(StaffTopicsState.keep_field, form=LAMP)

    page.do(StaffTopicsState.ask_field, key="field-1")
    assert page[StaffTopicsState].asked.form["options_en"] == "Red\nBlue"
    page.do(StaffTopicsState.keep_field, form={**LAMP, "label_ru": "Лампочка", "required": "no"})
    assert [(row.key, row.label, row.required) for row in page[StaffTopicsState].card.asked] == [
        ("field-1", "Лампочка", "no")
    ]

    page.do(StaffTopicsState.drop_field, key="field-1")
    assert page[StaffTopicsState].card.asked == []
    assert topic(installation).fields[0]["withdrawn"] is True


def test_a_topic_is_said_otherwise_lifted_hidden_and_shown(installation, page):
    place = topic(installation).position
    page.do(StaffTopicsState.change, form={"title_ru": "Роутеры", "priority": "nonsense"})
    page.do(StaffTopicsState.lift)
    page.do(StaffTopicsState.offer, offered=False)

    now = topic(installation)
    assert (now.title, now.category, now.priority.value, now.position, now.offered) == (
        {"ru": "Роутеры"},
        "",
        "normal",
        place - 1,
        False,
    )
    row = next(each for each in page[StaffTopicsState].topics if each.key == "equipment")
    assert row.soft == "Абоненты её не\xa0видят"
    page.do(StaffTopicsState.offer, offered=True)
    assert topic(installation).offered


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "Оборудование"}, "Код\xa0— латинские буквы"),
        ({"code": "other"}, "Тема с\xa0кодом other уже есть. Придумайте другой код."),
        ({"title_ru": ""}, "Назовите тему по-русски"),
        ({"title_ru": "ы" * 9_000}, "Назовите тему по-русски, не\xa0длиннее 80\xa0знаков."),
    ],
)
def test_what_cannot_be_kept_is_said_in_the_form(installation, desk, wrong, said):
    tab = desk()
    tab.do(StaffTopicsState.ask, form="new")

    tab.do(StaffTopicsState.add, form={**NEW, **wrong})

    assert tab[StaffTopicsState].refusal.startswith(said)
    assert tab[StaffTopicsState].form == "new"
    assert topic(installation) is None


def test_a_choice_without_choices_stays_in_its_form(installation, page):
    page.do(StaffTopicsState.ask_field, key="")

    page.do(StaffTopicsState.keep_field, form={**LAMP, "options_ru": "Одна"})

    assert page[StaffTopicsState].refusal == (
        "Назовите поле по-русски. У\xa0выбора нужно от\xa02\xa0до\xa012 разных вариантов, "
        "каждый не\xa0длиннее 60\xa0знаков."
    )
    assert (page[StaffTopicsState].form, topic(installation).fields) == ("asked", [])


@pytest.mark.parametrize("key", ["", "nothing", "x" * 5_000])
def test_odd_keys_do_nothing(installation, desk, key):
    tab = desk()
    tab.do(StaffTopicsState.choose, key=key)
    tab.do(StaffTopicsState.lift)
    tab.do(StaffTopicsState.offer, offered=False)
    tab.do(StaffTopicsState.drop_field, key=key)
    tab.do(StaffTopicsState.keep_field, form=LAMP)

    assert (tab[StaffTopicsState].chosen, tab[NoticeState].incident) == ("", "")
    assert all(each.offered for each in tab[StaffTopicsState].topics)


def test_an_operator_keeps_no_topics(installation, desk):
    tab = desk(StaffRole.operator)

    tab.do(StaffTopicsState.add, form=NEW)

    assert topic(installation) is None
    assert tab[NoticeState].words == "Для этого у\xa0вас нет права. Его выдаёт администратор."
