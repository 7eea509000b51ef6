"""A troubleshooter by its events: question by question, back, to the ticket with all that was tried."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.models.tickets import TicketDraft
from cabinet.models.troubleshooting import TroubleDay
from cabinet.operate import troubles
from cabinet.state.base import NoticeState
from cabinet.state.tickets import NewTicketState
from cabinet.state.troubleshooting import TroubleState
from tests import serving
from tests.personae import SYSTEM


@pytest.fixture
def page(installation, people):
    """Anna's page of «Нет интернета»; her internet works."""
    installation.do(troubles.bring, SYSTEM)

    def connected(session):
        serving.had(session, people.anna, serving.offer(session, "internet", 720_00, category="internet"))

    installation.do(connected)
    tab = installation.tab(installation.cookie(people.anna.person.id), path="/trouble/no-internet")
    tab.do(TroubleState.load)
    return tab


def choose(page, *places):
    for place in places:
        page.do(TroubleState.choose, place=place)


def test_it_ends_in_a_ticket_with_all_that_was_tried(installation, page):
    choose(page, 0, 1, 1)
    page.do(TroubleState.back)
    choose(page, 2)
    assert page[TroubleState].card.how == "ticket"

    page.do(TroubleState.to_ticket)

    assert page[TroubleState].leave == "/support/new"
    with installation.database.reading() as session:
        words = session.scalars(select(TicketDraft)).one().words
        day = session.scalars(select(TroubleDay)).one()
    assert (words["topic"], words["subject"]) == ("internet", "Нет интернета")
    assert words["body"].endswith("→ Кабель повреждён")
    assert (day.begun, day.solved, day.tickets) == (1, 0, 1)
    page.path = "/support/new"
    page.do(NewTicketState.load)
    assert page[NewTicketState].subject == "Нет интернета"


def test_solved_it_is_counted_and_begun_anew(installation, page):
    choose(page, 0, 0)
    assert page[TroubleState].card.how == "solved"

    page.do(TroubleState.again)

    assert page[TroubleState].card.trail == []
    with installation.database.reading() as session:
        assert session.scalars(select(TroubleDay)).one().solved == 1


@pytest.mark.parametrize("place", [-1, 3, 10**9])
def test_an_odd_answer_is_refused_and_the_walk_stays(page, place):
    before = page[TroubleState].card.text

    choose(page, place)

    assert page[NoticeState].words == "Такого ответа здесь нет. Выберите один из\xa0предложенных."
    assert page[TroubleState].card.text == before


def test_a_tree_that_is_not_there_is_said_so(installation, people):
    tab = installation.tab(installation.cookie(people.vera.person.id), path="/trouble/none")
    tab.do(TroubleState.load)
    choose(tab, 0)
    tab.do(TroubleState.to_ticket)

    assert tab[TroubleState].missing
    assert tab[NoticeState].incident == ""
