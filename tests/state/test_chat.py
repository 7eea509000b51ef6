"""The chat by its events: both sides' pages; strangers, odd input, the same thing twice, two operators at once."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from cabinet.domain.base import events
from cabinet.models.chat import ChatMessage, Conversation
from cabinet.models.chat import ChatState as Stage
from cabinet.models.journal import AuditRecord, EventRow
from cabinet.models.people import StaffRole
from cabinet.models.tickets import Ticket
from cabinet.state import live
from cabinet.state.base import NoticeState
from cabinet.state.chat import TalkState
from cabinet.state.shell import ShellState
from cabinet.state.staff.chat import StaffChatState
from tests import serving

QUESTION = "Можно ли перенести визит?"


def rows(installation, kind):
    with installation.database.reading() as session:
        return list(session.scalars(select(kind)))


def said(installation):
    return [row.body for row in sorted(rows(installation, ChatMessage), key=lambda row: row.id) if row.what == "said"]


def shown(tab, state):
    return [(line.kind, "".join(piece.text for piece in line.pieces)) for line in tab[state].lines]


@pytest.fixture
def page(installation, people):
    """Anna's page of the chat."""
    tab = installation.tab(installation.cookie(people.anna.person.id), path="/chat")
    tab.do(TalkState.load)
    return tab


@pytest.fixture
def console(staff_tab):
    """An operator's console, on duty."""

    def at(role=StaffRole.operator):
        tab = staff_tab(role, "/staff/chat")
        tab.do(StaffChatState.load)
        tab.do(StaffChatState.come)
        return tab

    return at


def test_a_talk_from_the_question_to_its_mark(installation, page, console):
    oleg = console()
    page.do(TalkState.load)
    assert page[TalkState].figure == "до\xa01\xa0мин"

    page.do(TalkState.send, form={"body": QUESTION})
    assert (page[TalkState].card.state, page[TalkState].sent) == ("waiting", 1)
    oleg.do(StaffChatState.load)
    assert [row.title for row in oleg[StaffChatState].queue] == ["Анна Соколова"]
    oleg.do(StaffChatState.take, key="")
    assert oleg[StaffChatState].person.contract == "Договор 4\xa0102\xa0887"
    oleg.do(StaffChatState.answer, form={"body": "Да, на пятницу"})
    page.do(TalkState.load)

    assert shown(page, TalkState) == [
        ("day", "Сегодня"),
        ("own", QUESTION),
        ("note", "Сотрудник на\xa0связи. Ожидание: меньше минуты, обещали до\xa01\xa0мин"),
        ("other", "Да, на пятницу"),
    ]
    page.do(TalkState.see)
    oleg.do(StaffChatState.load)
    assert oleg[StaffChatState].lines[-1].tick == "read"
    page.do(TalkState.finish)
    page.do(TalkState.rate, form={"rating": "5", "comment": "Быстро"})

    (talk,) = rows(installation, Conversation)
    assert (talk.state, talk.rating, talk.rating_comment) == (Stage.over, 5, "Быстро")
    looks = [row for row in rows(installation, AuditRecord) if row.action == "customers.look"]
    assert len(looks) == 1


def test_pressed_twice_a_message_is_there_once(installation, page):
    for _ in range(2):
        page.do(TalkState.send, form={"body": QUESTION, "key": "00000000-0000-4000-8000-000000000001"})

    assert said(installation) == [QUESTION]


@pytest.mark.parametrize("body", ["", "   ", "я" * 5_001], ids=["nothing", "spaces", "too long"])
def test_what_cannot_be_sent_is_said_and_nothing_is_lost(installation, page, body):
    draft = page[TalkState].draft

    page.do(TalkState.send, form={"body": body})

    assert page[TalkState].refusal == "Напишите сообщение, до\xa05\xa0000 знаков, или приложите файл."
    assert (page[TalkState].draft, page[TalkState].sent) == (draft, 0)
    assert rows(installation, Conversation) == []


def test_a_word_of_ten_thousand_letters_and_a_script_are_only_words(installation, page, console):
    script = "<script>alert(1)</script> javascript:alert(2) https://example.ru/?a=<b>"
    page.do(TalkState.send, form={"body": script})

    pieces = page[TalkState].lines[-1].pieces
    assert "".join(piece.text for piece in pieces) == script
    assert [piece.href for piece in pieces if piece.href] == ["https://example.ru/?a="]


def test_two_operators_take_one_talk_and_the_second_is_told(installation, page, console):
    page.do(TalkState.send, form={"body": QUESTION})
    oleg, anton = console(), console(StaffRole.administrator)
    (talk,) = rows(installation, Conversation)

    oleg.do(StaffChatState.take, key=str(talk.id))
    anton.do(StaffChatState.take, key=str(talk.id))

    assert anton[NoticeState].words == "Этот разговор уже ведёт другой оператор. Возьмите следующего."
    anton.do(StaffChatState.choose, key=str(talk.id))
    anton.do(StaffChatState.answer, form={"body": "И я тут"})
    assert said(installation) == [QUESTION]
    assert anton[StaffChatState].body == "И я тут"


def test_a_talk_handed_over_is_answered_by_the_other_one(installation, page, console):
    page.do(TalkState.send, form={"body": QUESTION})
    oleg, anton = console(), console(StaffRole.administrator)
    oleg.do(StaffChatState.take, key="")
    oleg.do(StaffChatState.ask, form="pass")
    (_queue, (whom, _name)) = oleg[StaffChatState].others

    oleg.do(StaffChatState.pass_on, form={"whom": whom})
    anton.do(StaffChatState.load)
    anton.do(StaffChatState.choose, key=anton[StaffChatState].mine[0].key)
    anton.do(StaffChatState.answer, form={"body": "Продолжу я"})

    assert said(installation) == [QUESTION, "Продолжу я"]
    assert oleg[StaffChatState].chosen == ""


def test_a_talk_goes_on_in_another_tab_where_it_stood(installation, people, page):
    page.do(TalkState.send, form={"body": QUESTION})

    phone = installation.tab(installation.cookie(people.anna.person.id), path="/chat")
    phone.do(TalkState.load)
    phone.do(TalkState.send, form={"body": "Это снова я"})

    assert shown(phone, TalkState) == [("day", "Сегодня"), ("own", QUESTION), ("own", "Это снова я")]


def test_a_talk_begins_with_what_was_looked_at(installation, people):
    tv = installation.do(lambda session: serving.served(session, people.anna, 250_00).id)
    tab = installation.tab(installation.cookie(people.anna.person.id), path=f"/services?open={tv}")
    tab.do(ShellState.load_customer)
    tab.path = "/chat"
    tab.do(ShellState.load_customer)
    tab.do(TalkState.load)
    assert tab[TalkState].about == "internet-4102887"

    tab.do(TalkState.send, form={"body": QUESTION})

    (talk,) = rows(installation, Conversation)
    assert (talk.page, talk.object_kind, talk.object_id) == (f"/services?open={tv}", "service", tv)


def test_a_talk_becomes_a_ticket_from_either_side(installation, page, console):
    page.do(TalkState.send, form={"body": QUESTION})
    page.do(TalkState.ask_ticket)
    page.do(TalkState.make_ticket, form={"topic": page[TalkState].topics[0][0]})
    assert [row.subject for row in rows(installation, Ticket)] == [QUESTION]
    page.do(TalkState.again)
    page.do(TalkState.send, form={"body": "Второй вопрос"})
    oleg = console()
    oleg.do(StaffChatState.take, key="")
    oleg.do(StaffChatState.ask, form="ticket")

    oleg.do(StaffChatState.to_ticket, form={"topic": "other"})
    oleg.do(StaffChatState.to_ticket, form={"topic": "no-such"})

    assert sorted(row.subject for row in rows(installation, Ticket)) == ["Второй вопрос", QUESTION]


def test_the_whole_talk_is_asked_for_by_mail_and_had_as_a_file(installation, people, page):
    page.do(TalkState.send, form={"body": QUESTION})
    page.do(TalkState.mail)

    assert [row.name for row in rows(installation, EventRow)] == ["TranscriptAsked"]
    key = page[TalkState].card.key
    had = installation.client(installation.cookie(people.anna.person.id)).get(f"/chat/{key}.txt")
    assert QUESTION in had.text
    assert had.headers["content-disposition"].startswith("attachment")
    assert installation.client(installation.cookie(people.vera.person.id)).get(f"/chat/{key}.txt").status_code == 404
    assert installation.client().get(f"/chat/{key}.txt").status_code == 401


def test_vera_finds_nothing_of_annas(installation, people, page):
    page.do(TalkState.send, form={"body": QUESTION})
    (talk,) = rows(installation, Conversation)
    vera = installation.tab(installation.cookie(people.vera.person.id), path=f"/chat?open={talk.id}")

    vera.do(TalkState.load)

    assert vera[TalkState].missing
    assert vera[TalkState].lines == []
    vera[TalkState].card.key = str(talk.id)
    for deed, payload in (
        (TalkState.finish, {}),
        (TalkState.see, {}),
        (TalkState.rate, {"form": {"rating": "1"}}),
        (TalkState.make_ticket, {"form": {"topic": "other"}}),
        (TalkState.mail, {}),
        (TalkState.type, {"text": "x"}),
    ):
        vera.do(deed, **payload)
    (after,) = rows(installation, Conversation)
    assert (after.state, after.customer_typing_at, rows(installation, Ticket)) == (Stage.waiting, None, [])


def test_a_console_that_begins_anew_opens_the_talk_of_its_address(installation, page, console, staff_tab):
    page.do(TalkState.send, form={"body": QUESTION})
    oleg = console()
    oleg.do(StaffChatState.take, key="")
    (talk,) = rows(installation, Conversation)
    anew = staff_tab(StaffRole.operator, f"/staff/chat?open={talk.id}")

    anew.open()
    assert shown(anew, StaffChatState) == shown(oleg, StaffChatState)
    assert anew[StaffChatState].person.facts == oleg[StaffChatState].person.facts

    anew.open("/staff/chat?open=nobody")
    assert (anew[StaffChatState].chosen, anew[NoticeState].tone) == ("", "bad")
    assert anew[NoticeState].incident == ""


NO_TALKS = ("", "nobody", "00000000-0000-4000-8000-000000000007")


@pytest.mark.parametrize("key", NO_TALKS)
def test_an_odd_talk_is_refused_in_words(installation, console, key):
    oleg = console()

    for deed, payload in (
        (StaffChatState.choose, {"key": key}),
        (StaffChatState.take, {"key": key}),
        (StaffChatState.finish, {}),
        (StaffChatState.answer, {"form": {"body": "Да"}}),
        (StaffChatState.pass_on, {"form": {"whom": key}}),
        (StaffChatState.insert, {"key": key}),
        (StaffChatState.drop, {"key": key}),
    ):
        oleg.do(deed, **payload)

    assert oleg[NoticeState].incident == ""
    assert rows(installation, ChatMessage) == []


ANNAS, OLEGS, ANTONS = (UUID(int=place) for place in (1, 2, 3))
DESK = frozenset({events.EVERYBODY, OLEGS})


@pytest.mark.parametrize(
    ("rung", "told"),
    [
        ({OLEGS: {"chat"}}, {"chat"}),
        ({ANTONS: {"chat"}}, set()),
        ({ANNAS: {"chat"}}, set()),
        ({events.EVERYBODY: {"chat"}}, {"chat"}),
        ({ANNAS: {"payments", "chat", "nothing we know"}}, {"payments"}),
    ],
    ids=["one's own talk", "a colleague's", "a customer's side", "the queue", "all else"],
)
def test_a_desk_hears_its_own_talks_the_queue_and_all_that_is_no_talk(rung, told):
    """Two hundred talks would keep every desk busy with each other's."""
    assert live.heard(DESK, rung) == told


def test_a_desk_listens_as_its_operator_and_a_page_as_its_customer(people, page, console):
    oleg = console()
    oleg.do(ShellState.load_staff)
    page.do(ShellState.load_customer)

    assert live._tabs[oleg.token] == {events.EVERYBODY, people.staff[StaffRole.operator]}
    assert live._tabs[page.token] == {people.anna.person.id}


def test_who_leaves_the_duty_leaves_the_talk_to_the_queue(installation, page, console):
    page.do(TalkState.send, form={"body": QUESTION})
    oleg = console()
    oleg.do(StaffChatState.take, key="")

    oleg.do(StaffChatState.leave)
    page.do(TalkState.load)

    assert page[TalkState].card.state == "waiting"
    assert (
        page[TalkState].card.figure_soft
        == "Сейчас на\xa0линии никого нет. Напишите: ответ придёт в\xa0кабинет и\xa0уведомлением."
    )
