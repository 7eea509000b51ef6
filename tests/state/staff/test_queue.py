"""The desk of tickets by its events: what narrows the queue, several at once, joining, who else is there; by role."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import tickets
from cabinet.domain.base.actor import Actor
from cabinet.models.billing import BillingAccount
from cabinet.models.journal import AuditRecord
from cabinet.models.people import StaffRole
from cabinet.models.tickets import Share, Ticket, TicketFilter, TicketLink, TicketMessage, TicketTag, TicketWatch
from cabinet.models.tickets import TicketState as Stage
from cabinet.operate import articles
from cabinet.state.base import NoticeState
from cabinet.state.staff.queue import StaffQueueState
from cabinet.state.staff.tickets import StaffTicketsState
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.words import spaced


@pytest.fixture
def three(installation, people):
    """Two tickets of Anna's and one of Vera's."""

    def opened(who, topic, subject):
        wish = tickets.Wish(draft_id=uuid4(), topic=topic, subject=subject, body=subject, answers={"line": "0"})
        return installation.do(tickets.open_, who.actor, wish, now=NOON)

    return [
        opened(people.anna, "internet", "Скорость"),
        opened(people.anna, "other", "Переезд"),
        opened(people.vera, "other", "Адрес"),
    ]


@pytest.fixture
def desk(three, staff_tab):
    def at(role=StaffRole.operator, chosen=""):
        tab = staff_tab(role, "/staff/tickets")
        tab.do(StaffTicketsState.load)
        tab.do(StaffQueueState.load)
        if chosen:
            tab.do(StaffTicketsState.choose, key=str(chosen))
        return tab

    return at


def rows(installation, kind):
    with installation.database.reading() as session:
        return list(session.scalars(select(kind)))


def titles(tab):
    return [row.title for row in tab[StaffQueueState].rows]


def test_the_queue_is_narrowed_widened_and_kept(installation, desk):
    tab = desk()
    assert titles(tab)[0] == "Скорость"
    assert sorted(titles(tab)) == ["Адрес", "Переезд", "Скорость"]
    tab.do(StaffQueueState.ask, form="filter")

    form = {"wanted_topic": "other", "wanted_words": "Переезд", "kept_title": "Переезды", "kept_shared": "yes"}
    tab.do(StaffQueueState.narrow, form=form)

    assert titles(tab) == ["Переезд"]
    assert tab[StaffQueueState].form == ""
    assert [row.words for row in tab[StaffQueueState].narrowed] == ["Другой вопрос", "«Переезд»"]
    (kept,) = rows(installation, TicketFilter)
    assert (kept.title, kept.shared) == ("Переезды", True)
    assert [row.on for row in tab[StaffQueueState].filters] == [True]
    tab.do(StaffQueueState.widen, key="words")
    assert sorted(titles(tab)) == ["Адрес", "Переезд"]
    tab.do(StaffQueueState.take_filter, key=str(kept.id))
    assert titles(tab) == ["Переезд"]
    tab.do(StaffQueueState.take_filter, key=str(kept.id))
    assert len(titles(tab)) == 3
    colleague = desk(StaffRole.finance)
    colleague.do(StaffQueueState.drop_filter, key=str(kept.id))
    assert len(rows(installation, TicketFilter)) == 1
    tab.do(StaffQueueState.drop_filter, key=str(kept.id))
    assert rows(installation, TicketFilter) == []


def test_a_filter_without_room_for_its_title_stays_in_its_form(installation, desk):
    tab = desk()
    tab.do(StaffQueueState.ask, form="filter")

    tab.do(StaffQueueState.narrow, form={"kept_title": "ы" * 80})

    assert spaced(tab[StaffQueueState].refusal) == "Назовите фильтр, до 60 знаков."
    assert tab[StaffQueueState].form == "filter"
    assert rows(installation, TicketFilter) == []


def test_the_board_shows_what_burns(installation, people, desk, three):
    speed, *_ = three
    with installation.database.transaction() as session:
        found = session.get_one(Ticket, speed.id)
        found.answer_due_at = NOON.replace(hour=NOON.hour - 1)
        session.add(found)
    tab = desk()

    tab.do(StaffQueueState.turn, board=True)

    columns = {row.key: [each.title for each in row.rows] for row in tab[StaffQueueState].columns}
    assert columns["late"] == ["Скорость"]
    assert sorted(columns["today"]) == ["Адрес", "Переезд"]
    assert (columns["hour"], columns["later"], columns["waiting"]) == ([], [], [])
    tab.do(StaffQueueState.turn, board=False)
    assert tab[StaffQueueState].columns == []


def picked(tab, *chosen):
    tab.do(StaffQueueState.pick_many)
    for each in chosen:
        tab.do(StaffQueueState.tick, key=str(each.id))


def test_several_are_given_tagged_moved_and_answered_at_once(installation, people, desk, three):
    anton = Actor.staff(people.staff[StaffRole.administrator], StaffRole.administrator)
    installation.do(tickets.keep_team, anton, "line", {"ru": "Линия"}, Share.hand, ["internet"], fresh=True, now=NOON)
    tab = desk()
    picked(tab, *three)
    maria = people.staff[StaffRole.finance]

    tab.do(StaffQueueState.assign_many, key=str(maria))
    assert {each.assignee_id for each in rows(installation, Ticket)} == {maria}
    assert spaced(tab[NoticeState].words) == "Сделано для 3 обращений"
    assert tab[StaffQueueState].picked == []

    for each in three:
        tab.do(StaffQueueState.tick, key=str(each.id))
    tab.do(StaffQueueState.tick, key=str(three[2].id))
    tab.do(StaffQueueState.tag_many, form={"many_tag": "Авария"})
    assert sorted(each.ticket_id for each in rows(installation, TicketTag)) == sorted(each.id for each in three[:2])

    for each in three:
        tab.do(StaffQueueState.tick, key=str(each.id))
    tab.do(StaffQueueState.move_many, key="line")
    assert {(each.team_code, each.assignee_id) for each in rows(installation, Ticket)} == {("line", None)}

    for each in three:
        tab.do(StaffQueueState.tick, key=str(each.id))
    tab.do(StaffQueueState.ask, form="many")
    tab.do(StaffQueueState.answer_many, form={"many_body": "Авария устранена", "many_how": "finished"})
    assert {each.state for each in rows(installation, Ticket)} == {Stage.done}
    said = [each.body for each in rows(installation, TicketMessage)]
    assert said.count("Авария устранена") == 3
    assert tab[StaffQueueState].form == ""


def test_what_cannot_be_done_to_some_is_said_and_they_stay_chosen(installation, people, desk, three):
    tab = desk()
    picked(tab, *three)
    installation.do(tickets.close, people.vera.actor, three[2].id, now=NOON)
    tab.do(StaffQueueState.ask, form="many")

    tab.do(StaffQueueState.answer_many, form={"many_body": "Смотрим", "many_how": "answered"})

    assert spaced(tab[NoticeState].words).startswith("Сделано для 2 обращений. Не вышло: 1.")
    assert tab[StaffQueueState].picked == [str(three[2].id)]
    assert [each.body for each in rows(installation, TicketMessage)].count("Смотрим") == 2


@pytest.mark.parametrize("form", [{}, {"many_body": " ", "many_how": "answered"}, {"many_body": "x", "many_how": "no"}])
def test_an_answer_to_all_that_makes_no_sense_stays_in_its_form(installation, desk, three, form):
    tab = desk()
    picked(tab, *three)
    tab.do(StaffQueueState.ask, form="many")

    tab.do(StaffQueueState.answer_many, form=form)

    assert tab[StaffQueueState].refusal != ""
    assert tab[StaffQueueState].form == "many"
    assert len(tab[StaffQueueState].picked) == 3
    assert len(rows(installation, TicketMessage)) == 3


@pytest.mark.parametrize("key", ["x", "0" * 40, str(UUID(int=7))])
def test_keys_that_are_nobodys_change_nothing(installation, desk, three, key):
    tab = desk(chosen=three[0].id)
    tab.do(StaffTicketsState.assign, key=key)
    tab.do(StaffTicketsState.to_team, key=key)
    tab.do(StaffTicketsState.unlink, key=key)
    tab.do(StaffQueueState.take_filter, key=key)
    tab.do(StaffQueueState.drop_filter, key=key)
    tab.do(StaffQueueState.pick_many)
    tab.do(StaffQueueState.tick, key=key)
    tab.do(StaffQueueState.assign_many, key=key)

    assert {(each.assignee_id, each.team_code) for each in rows(installation, Ticket)} == {(None, "")}


def test_the_open_ticket_is_given_linked_split_and_merged(installation, people, desk, three):
    speed, moving, address = three
    tab = desk(chosen=speed.id)
    maria = people.staff[StaffRole.finance]
    tab.do(StaffTicketsState.assign, key=str(maria))
    assert tab[StaffTicketsState].card.assignee == str(maria)
    tab.do(StaffTicketsState.assign, key="-")
    assert tab[StaffTicketsState].card.assignee == "-"

    tab.do(StaffTicketsState.ask, form="link")
    tab.do(StaffTicketsState.link, form={"link_number": "нет такого"})
    assert spaced(tab[StaffTicketsState].refusal) == "Обращения с таким номером нет. Проверьте номер."
    tab.do(StaffTicketsState.link, form={"link_number": address.number})
    (other,) = tab[StaffTicketsState].linked
    assert (other.title, other.soft, other.status) == ("Адрес", address.number, "Принято")
    tab.do(StaffTicketsState.unlink, key=str(address.id))
    assert rows(installation, TicketLink) == []

    installation.do(tickets.reply, people.anna.actor, speed.id, "И ещё чек", draft_id=uuid4(), now=NOON)
    tab.do(StaffTicketsState.load)
    second = tab[StaffTicketsState].messages[-1]
    assert second.can_split
    tab.do(StaffTicketsState.ask_split, key=second.key)
    tab.do(StaffTicketsState.split, form={"split_subject": "Чек"})
    assert [row.title for row in tab[StaffTicketsState].linked] == ["Чек"]
    assert not tab[StaffTicketsState].messages[0].can_split

    tab.do(StaffTicketsState.ask, form="merge")
    tab.do(StaffTicketsState.merge, form={"merge_number": moving.number})
    assert tab[StaffTicketsState].chosen == str(moving.id)
    assert [row.body for row in tab[StaffTicketsState].messages] == ["Скорость", "Переезд"]
    tab.do(StaffTicketsState.choose, key=str(speed.id))
    assert tab[StaffTicketsState].card.merged == moving.number
    tab.do(StaffTicketsState.ask, form="merge")
    tab.do(StaffTicketsState.merge, form={"merge_number": address.number})
    assert "одного абонента" in spaced(tab[StaffTicketsState].refusal)


def test_a_colleague_who_answers_is_seen(installation, desk, three):
    oleg, maria = desk(chosen=three[0].id), desk(StaffRole.finance)
    maria.do(StaffTicketsState.choose, key=str(three[0].id))
    assert spaced(maria[StaffTicketsState].watching) == "Тоже смотрит: Сотрудник operator"
    oleg.do(StaffTicketsState.begin)
    maria.do(StaffTicketsState.load)
    assert spaced(maria[StaffTicketsState].watching) == "Сейчас отвечает: Сотрудник operator"
    assert maria[StaffTicketsState].answering

    oleg.do(StaffTicketsState.answer, form={"body": "Смотрим", "how": "answered"})
    maria.do(StaffTicketsState.load)
    assert not maria[StaffTicketsState].answering
    oleg.do(StaffTicketsState.close)
    maria.do(StaffTicketsState.load)
    assert maria[StaffTicketsState].watching == ""
    assert len(rows(installation, TicketWatch)) == 1


def test_an_auditor_looks_and_changes_nothing(installation, people, desk, three):
    tab = desk(StaffRole.auditor, chosen=three[0].id)
    assert len(titles(tab)) == 3
    tab.do(StaffTicketsState.assign, key=str(people.staff[StaffRole.operator]))
    tab.do(StaffTicketsState.merge, form={"merge_number": three[1].number})
    tab.do(StaffTicketsState.link, form={"link_number": three[1].number})
    tab.do(StaffQueueState.tick, key=str(three[0].id))
    tab.do(StaffQueueState.answer_many, form={"many_body": "x", "many_how": "finished"})

    assert rows(installation, TicketLink) == []
    assert {(each.state, each.assignee_id) for each in rows(installation, Ticket)} == {(Stage.accepted, None)}


def test_a_board_that_is_narrowed_still_shows_all_of_it(installation, people, staff_tab):
    for place in range(tickets.LISTED_MAX + 2):
        wish = tickets.Wish(draft_id=uuid4(), topic="other", subject=f"Тема {place}", body="Слова")
        installation.do(tickets.open_, people.anna.actor, wish, now=NOON - timedelta(hours=60 - place))
    tab = staff_tab(StaffRole.operator, "/staff/tickets")
    tab.do(StaffQueueState.load)
    assert (len(titles(tab)), tab[StaffQueueState].more) == (tickets.LISTED_MAX, True)

    tab.do(StaffQueueState.turn, board=True)
    tab.do(StaffQueueState.narrow, form={"wanted_topic": "other"})

    assert sum(len(row.rows) for row in tab[StaffQueueState].columns) == tickets.LISTED_MAX + 2
    tab.do(StaffQueueState.turn, board=False)
    assert len(titles(tab)) == tickets.LISTED_MAX


def test_a_tag_that_nobody_uses_any_more_can_be_widened(installation, desk, three):
    tab = desk()
    tab.do(StaffQueueState.pick_tag, tag="порт")
    assert [row.words for row in tab[StaffQueueState].narrowed] == ["#порт"]

    tab.do(StaffQueueState.widen, key="tag")
    assert len(titles(tab)) == 3


def test_the_queue_says_what_is_left_and_whose_it_is(installation, people, desk, three):
    speed, moving, address = three
    oleg = Actor.staff(people.staff[StaffRole.operator], StaffRole.operator)
    installation.do(tickets.take, oleg, moving.id, now=NOON)
    seen = installation.do(tickets.last_id, oleg, address.id)
    asked = {"how": "asked", "draft_id": uuid4(), "seen_id": seen}
    installation.do(tickets.answer, oleg, address.id, "Какой адрес?", now=NOON, **asked)
    with installation.database.transaction() as session:
        found = session.get_one(Ticket, speed.id)
        found.answer_due_at = NOON - timedelta(minutes=18)
        session.add(found)
    tab = desk()

    told = {row.title: (row.clock, row.heat, spaced(row.who), row.initials) for row in tab[StaffQueueState].rows}
    assert told == {
        "Скорость": ("−0:18", "bad", "Анна Соколова · Принято", ""),
        "Переезд": ("2:00", "warn", "Анна Соколова · В работе", "СO"),
        "Адрес": ("", "calm", "Вера Чужая · Ждём ответа клиента", "СO"),
    }
    counts = tab[StaffQueueState]
    assert (counts.all, counts.burning, counts.waiting) == (3, 1, 1)
    tab.do(StaffQueueState.pace, which="burning")
    assert titles(tab) == ["Скорость"]
    assert tab[StaffQueueState].narrowed == []
    tab.do(StaffQueueState.pace, which="waiting")
    assert titles(tab) == ["Адрес"]
    assert tab[StaffQueueState].all == 3
    tab.do(StaffQueueState.pace, which="нечто")
    assert len(titles(tab)) == 3


def test_the_customer_stands_beside_and_the_look_is_written_down_once(installation, people, desk, three):
    speed, _, address = three
    tab = desk(chosen=speed.id)

    person = tab[StaffTicketsState].person
    assert (person.name, person.initials) == ("Анна Соколова", "АС")
    assert "Договор" in spaced(person.contract)
    tab.do(StaffTicketsState.choose, key=str(speed.id))
    looks = [each.object_id for each in rows(installation, AuditRecord) if each.action == "customers.look"]
    assert looks == [str(people.anna.person.id)]
    tab.do(StaffTicketsState.choose, key=str(address.id))
    assert tab[StaffTicketsState].person.name == "Вера Чужая"
    tab.do(StaffTicketsState.close)
    assert tab[StaffTicketsState].person.name == ""


def test_what_neighbours_wrote_is_linked_in_one_press(installation, people, desk, three):
    _, moving, address = three
    with installation.database.transaction() as session:
        for who, flat in ((people.anna, 48), (people.vera, 51)):
            account = session.get_one(BillingAccount, who.account.id)
            account.address = f"Тверь, Волжская наб., 12, кв. {flat}"
            session.add(account)
    tab = desk(chosen=moving.id)
    (near,) = tab[StaffTicketsState].near
    assert (near.key, spaced(near.title), near.soft) == (address.number, f"{address.number}: Адрес", "кв. 51, принято")

    tab.do(StaffTicketsState.link_near, number=near.key)

    assert tab[StaffTicketsState].near == []
    assert [row.title for row in tab[StaffTicketsState].linked] == ["Адрес"]
    tab.do(StaffTicketsState.link_near, number="нет такого")
    assert len(rows(installation, TicketLink)) == 1


def test_an_article_is_found_and_its_address_put_into_the_answer(installation, people, desk, three):
    installation.do(articles.bring, SYSTEM, now=NOON)
    tab = desk(chosen=three[0].id)
    tab.do(StaffTicketsState.ask, form="article")
    tab.do(StaffTicketsState.keep, body="Анна, здравствуйте!")

    tab.do(StaffTicketsState.seek, text="чек об оплате")
    hit = tab[StaffTicketsState].hits[0]
    tab.do(StaffTicketsState.point, slug="нет-такой")
    assert tab[StaffTicketsState].body == "Анна, здравствуйте!"
    tab.do(StaffTicketsState.seek, text="чек об оплате")
    tab.do(StaffTicketsState.point, slug=hit.slug)

    assert re.fullmatch(rf"Анна, здравствуйте!\n\nhttps?://\S+/help/{hit.slug}", tab[StaffTicketsState].body)
    assert (tab[StaffTicketsState].form, tab[StaffTicketsState].hits) == ("", [])
    tab.do(StaffTicketsState.seek, text="  ")
    assert tab[StaffTicketsState].hits == []
