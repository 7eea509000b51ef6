"""Tickets by their events: the customer's pages and the desk; strangers, odd input, the same thing twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import tickets
from cabinet.domain.base.actor import Actor
from cabinet.models.people import StaffRole
from cabinet.models.tickets import Ticket, TicketMessage
from cabinet.models.tickets import TicketState as Stage
from cabinet.state.base import NoticeState
from cabinet.state.staff.queue import StaffQueueState
from cabinet.state.staff.tickets import StaffTicketsState
from cabinet.state.tickets import NewTicketState, TicketsState, TicketState
from tests.moments import NOON
from tests.words import spaced

FORM = {"topic": "other", "subject": "Пропадает Wi-Fi", "body": "Вечером"}


def rows(installation, kind):
    with installation.database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


@pytest.fixture
def opened(installation, people):
    """Anna's ticket."""
    wish = tickets.Wish(draft_id=uuid4(), **FORM)
    return installation.do(tickets.open_, people.anna.actor, wish, now=NOON)


@pytest.fixture
def page(installation, people, opened):
    """Anna's page of her ticket."""
    tab = installation.tab(installation.cookie(people.anna.person.id), path=f"/support/{opened.id}")
    tab.do(TicketState.load)
    return tab


@pytest.fixture
def desk(opened, staff_tab):
    def at(role=StaffRole.operator):
        tab = staff_tab(role, "/staff/tickets")
        tab.do(StaffTicketsState.load)
        tab.do(StaffTicketsState.choose, key=str(opened.id))
        return tab

    return at


def said(installation):
    return [message.body for message in rows(installation, TicketMessage)]


def test_a_ticket_is_sent_once_however_often_it_is_pressed(installation, anna):
    anna.do(NewTicketState.load)

    anna.do(NewTicketState.send, form=FORM)
    anna.do(NewTicketState.send, form=FORM)

    (ticket,) = rows(installation, Ticket)
    assert anna[NewTicketState].leave == f"/support/{ticket.id}"
    assert said(installation) == ["Вечером"]


WRONG = ({"subject": ""}, {"body": ""}, {"topic": "no-such"}, {"subject": "я" * 500})


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_cannot_be_sent_is_said_and_what_was_typed_stays(installation, anna, wrong):
    anna.do(NewTicketState.load)
    draft = anna[NewTicketState].draft

    anna.do(NewTicketState.send, form={**FORM, **wrong})

    assert anna[NewTicketState].refusal != ""
    assert anna[NewTicketState].draft == draft
    assert rows(installation, Ticket) == []


def test_an_answer_is_written_edited_closed_reopened_and_rated(installation, page, desk):
    oleg = desk()
    oleg.do(StaffTicketsState.answer, form={"body": "Какая модель?", "how": "asked"})
    page.do(TicketState.load)
    assert page[TicketState].card.question == "Какая модель?"

    page.do(TicketState.reply, form={"body": "AX3000"})
    page.do(TicketState.ask_edit, key=page[TicketState].messages[-1].key)
    page.do(TicketState.edit, form={"words": "AX3000 Pro"})
    page.do(TicketState.close)
    page.do(TicketState.reopen)
    page.do(TicketState.close)
    page.do(TicketState.rate, form={"rating": "5", "comment": "Быстро"})

    (ticket,) = rows(installation, Ticket)
    assert (ticket.state, ticket.rating) == (Stage.done, 5)
    assert said(installation) == ["Вечером", "Какая модель?", "AX3000 Pro"]


def test_what_became_of_the_promises_stands_between_the_messages(installation, people, opened, page):
    oleg = Actor.staff(people.staff[StaffRole.operator], StaffRole.operator)

    def answered(how, minutes):
        seen = installation.do(tickets.last_id, oleg, opened.id)
        told = {"how": how, "draft_id": uuid4(), "seen_id": seen, "now": NOON + timedelta(minutes=minutes)}
        installation.do(tickets.answer, oleg, opened.id, how, **told)

    installation.do(tickets.take, oleg, opened.id, now=NOON)
    answered("asked", 10)
    later = NOON + timedelta(minutes=20)
    installation.do(tickets.reply, people.anna.actor, opened.id, "AX3000", draft_id=uuid4(), now=later)
    answered("finished", 30)
    page.do(TicketState.load)

    told = [(row.body, [spaced(note) for note in row.notes]) for row in page[TicketState].messages]
    # It was opened at 14:05 in Moscow; the first answer is promised within two hours.
    assert told == [
        ("Вечером", ["Обращение принято, отвечаем до сегодня, 16:05"]),
        ("asked", ["Срок на паузе · сегодня, 14:15"]),
        ("AX3000", ["Срок снова идёт · сегодня, 14:25"]),
        ("finished", ["Завершено · сегодня, 14:35"]),
    ]


def test_who_began_before_the_customer_wrote_is_told_and_loses_nothing(installation, page, desk):
    oleg = desk()
    oleg.do(StaffTicketsState.begin)
    page.do(TicketState.reply, form={"body": "Уже работает"})
    oleg.do(StaffTicketsState.load)

    oleg.do(StaffTicketsState.answer, form={"body": "Выезжаем", "how": "answered"})
    assert oleg[StaffTicketsState].refusal != ""
    assert said(installation) == ["Вечером", "Уже работает"]

    oleg.do(StaffTicketsState.answer, form={"body": "Хорошо!", "how": "answered"})
    assert said(installation) == ["Вечером", "Уже работает", "Хорошо!"]


def test_who_has_read_it_and_then_begins_is_not_stopped(installation, page, desk):
    oleg = desk()
    page.do(TicketState.reply, form={"body": "Уже работает"})
    oleg.do(StaffTicketsState.load)
    oleg.do(StaffTicketsState.begin)

    oleg.do(StaffTicketsState.answer, form={"body": "Хорошо!", "how": "answered"})

    assert said(installation) == ["Вечером", "Уже работает", "Хорошо!"]


def test_vera_finds_nothing_of_annas(installation, people, opened):
    vera = installation.tab(installation.cookie(people.vera.person.id), path=f"/support/{opened.id}")
    vera.do(TicketState.load)
    assert vera[TicketState].missing
    for deed, form in (
        (TicketState.reply, {"form": {"body": "Я Вера"}}),
        (TicketState.close, {}),
        (TicketState.rate, {"form": {"rating": "1"}}),
    ):
        vera.do(deed, **form)
    vera.do(TicketsState.load)
    vera.do(TicketsState.search, form={"wanted": "Wi-Fi"})

    assert vera[TicketsState].rows == []
    (ticket,) = rows(installation, Ticket)
    assert (ticket.state, ticket.rating) == (Stage.accepted, None)
    assert said(installation) == ["Вечером"]


@pytest.mark.parametrize("role", [StaffRole.editor, StaffRole.auditor], ids=str)
def test_who_may_not_answer_does_not(installation, desk, role):
    tab = desk(role)

    tab.do(StaffTicketsState.answer, form={"body": "Здравствуйте", "how": "answered"})
    tab.do(StaffTicketsState.take)

    assert said(installation) == ["Вечером"]


@pytest.mark.parametrize("path", ["/support/nothing", "/support/" + "9" * 300, "/support/%00"])
def test_an_address_that_is_none_says_so(installation, people, path):
    tab = installation.tab(installation.cookie(people.anna.person.id), path=path)
    tab.do(TicketState.load)

    assert tab[TicketState].missing


def test_a_note_is_written_from_the_desk_and_no_customer_reads_it(installation, page, desk):
    tab = desk()

    tab.do(StaffTicketsState.answer, form={"body": "Проверить порт 7", "how": "note"})

    assert [(row.body, row.private) for row in tab[StaffTicketsState].messages][-1] == ("Проверить порт 7", True)
    assert (tab[StaffTicketsState].body, rows(installation, Ticket)[0].state) == ("", Stage.accepted)
    page.do(TicketState.load)
    assert [row.body for row in page[TicketState].messages] == ["Вечером"]


def test_a_text_of_the_house_comes_after_what_is_typed(installation, desk):
    tab = desk()
    tab.do(StaffTicketsState.ask, form="replies")
    tab.do(StaffTicketsState.keep_reply, form={"title": "Проверка", "text": "[name], проверили."})
    assert [title for _, title in tab[StaffTicketsState].replies] == ["Проверка"]
    assert tab[StaffTicketsState].form == ""

    tab.do(StaffTicketsState.keep, body="Добрый день!")
    tab.do(StaffTicketsState.insert, key=tab[StaffTicketsState].replies[0][0])

    assert tab[StaffTicketsState].body == "Добрый день!\n\nАнна, проверили."
    for odd in ("", "нет", "0f8d2a44-5b1c-4f0e-9a67-3c1d5e2b7a90"):
        tab.do(StaffTicketsState.insert, key=odd)
    assert tab[StaffTicketsState].body == "Добрый день!\n\nАнна, проверили."
    tab.do(StaffTicketsState.drop_reply, key=tab[StaffTicketsState].replies[0][0])
    assert tab[StaffTicketsState].replies == []


def test_a_refused_text_stays_in_its_sheet(installation, desk):
    tab = desk()
    tab.do(StaffTicketsState.ask, form="replies")

    tab.do(StaffTicketsState.keep_reply, form={"title": "", "text": "Да"})

    assert tab[StaffTicketsState].refusal != ""
    assert tab[StaffTicketsState].form == "replies"


def test_a_tag_narrows_the_queue(installation, desk, opened):
    tab = desk()
    tab.do(StaffTicketsState.add_tag, form={"tag": "Порт"})
    assert tab[StaffTicketsState].card.tags == ["порт"]
    tab.do(StaffQueueState.pick_tag, tag="порт")
    assert [row.key for row in tab[StaffQueueState].rows] == [str(opened.id)]
    tab.do(StaffQueueState.pick_tag, tag="нет")
    assert tab[StaffQueueState].rows == []
    tab.do(StaffQueueState.pick_tag, tag="")
    tab.do(StaffTicketsState.add_tag, form={"tag": " "})
    tab.do(StaffTicketsState.drop_tag, tag="порт")
    assert tab[StaffTicketsState].card.tags == []


def test_an_auditor_reads_notes_and_writes_none(installation, desk):
    tab = desk(StaffRole.auditor)

    tab.do(StaffTicketsState.answer, form={"body": "Заметка", "how": "note"})
    tab.do(StaffTicketsState.add_tag, form={"tag": "тег"})
    tab.do(StaffTicketsState.keep_reply, form={"title": "Т", "text": "Т"})

    assert said(installation) == ["Вечером"]
    assert tab[StaffTicketsState].card.tags == []


def test_the_address_opens_a_ticket_on_the_desk(desk, opened, staff_tab):
    tab = staff_tab(StaffRole.operator, "/staff/tickets")

    tab.open(f"/staff/tickets?open={opened.id}")
    assert tab[StaffTicketsState].card.subject == FORM["subject"]

    tab.do(StaffTicketsState.close)
    tab.reconnect()
    assert tab[StaffTicketsState].chosen == ""


@pytest.mark.parametrize("key", ["nobody", "00000000-0000-4000-8000-000000000007"])
def test_an_address_that_opens_no_ticket_says_so(staff_tab, key):
    tab = staff_tab(StaffRole.operator, "/staff/tickets")

    tab.open(f"/staff/tickets?open={key}")

    assert (tab[StaffTicketsState].ready, tab[StaffTicketsState].chosen) == (True, "")
    assert tab[NoticeState].tone == "bad"
