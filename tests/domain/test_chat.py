"""The chat: one talk at a time, a queue that tells the truth, nothing said twice, nothing seen by strangers."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from cabinet.domain import attachments, chat, customers, files, reactions, tickets
from cabinet.domain.base import events, rules
from cabinet.domain.base.actor import Actor, RightMissing, SignInNeeded
from cabinet.models.chat import ChatDuty, ChatMessage, ChatState, Conversation
from cabinet.models.journal import AuditRecord, EventRow
from cabinet.models.notifications import Notification
from cabinet.models.people import StaffRole
from cabinet.models.tickets import Ticket, TicketMessage
from tests import personae, serving
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def said(session, who, body="Здравствуйте!", *, now=NOON, draft_id=None, opening=None):
    message = chat.say(session, who.actor, body, draft_id=draft_id or uuid4(), opening=opening, now=now)
    return session.get_one(Conversation, message.conversation_id)


def answered(session, actor, talk, body="Добрый день", *, now=NOON, draft_id=None):
    return chat.answer(session, actor, talk.id, body, draft_id=draft_id or uuid4(), now=now)


def bodies(session, actor, talk):
    return [line.message.body for line in chat.seen(session, actor, talk.id, now=NOON).lines if line.message.body]


def notes(session, talk):
    query = select(col(ChatMessage.what)).where(
        col(ChatMessage.conversation_id) == talk.id, col(ChatMessage.what) != "said"
    )
    return list(session.scalars(query.order_by(col(ChatMessage.id))))


def others(session, count):
    return [
        personae.customer(
            session, f"Гость {n}", number=str(4_400_000 + n), phone=f"+7905000{n:04d}", email=f"guest{n}@example.ru"
        )
        for n in range(count)
    ]


def attached(session, who, draft_id):
    kept = files.Kept(
        draft_id=draft_id, key=files.new_key(), name="a.png", media_type="image/png", size_bytes=9, sha256="0" * 64
    )
    return files.keep(session, who.actor, kept, now=NOON)


@pytest.fixture
def anton(session):
    return personae.member_in(session, StaffRole.administrator)[1]


@pytest.fixture
def talking(session, anna, oleg):
    """Anna's talk, Oleg in it."""
    said(session, anna)
    chat.come(session, oleg, now=NOON)
    return chat.take(session, oleg, now=NOON + MINUTE)


def test_the_first_message_begins_a_talk_and_the_next_ones_go_into_it(session, anna):
    talk = said(session, anna, "Можно ли перенести визит мастера?")
    again = said(session, anna, "На пятницу", now=NOON + SECOND)

    assert again.id == talk.id
    assert (talk.state, talk.subject, talk.joined_at) == (ChatState.waiting, "Можно ли перенести визит мастера?", None)
    assert bodies(session, anna.actor, talk) == ["Можно ли перенести визит мастера?", "На пятницу"]


def test_sent_twice_a_message_is_there_once(session, anna, talking, oleg):
    draft_id, answer_id = uuid4(), uuid4()
    for _ in range(2):
        said(session, anna, "Ещё раз", draft_id=draft_id)
        answered(session, oleg, talking, "Слышу", draft_id=answer_id)

    assert bodies(session, anna.actor, talking) == ["Здравствуйте!", "Ещё раз", "Слышу"]


def test_a_draft_of_anothers_name_is_a_message_of_its_own(session, anna, vera):
    draft_id = uuid4()
    mine = said(session, anna, "Моё", draft_id=draft_id)

    hers = said(session, vera, "Чужое", draft_id=draft_id)

    assert bodies(session, anna.actor, mine) == ["Моё"]
    assert bodies(session, vera.actor, hers) == ["Чужое"]


def test_what_says_nothing_is_refused_and_a_file_alone_says_something(session, anna):
    for wrong in ("", "  \n", "я" * 5_001):
        with pytest.raises(chat.BodyMissing), session.begin_nested():
            said(session, anna, wrong)
    assert list(session.scalars(select(Conversation))) == []

    draft_id = uuid4()
    sent = attached(session, anna, draft_id)
    talk = said(session, anna, "", draft_id=draft_id)

    (line,) = chat.seen(session, anna.actor, talk.id, now=NOON).lines
    assert [each.id for each in line.files] == [sent.id]


def test_files_of_a_talk_are_its_sides_alone(session, anna, vera, oleg):
    draft_id = uuid4()
    sent = attached(session, anna, draft_id)
    said(session, anna, "Вот", draft_id=draft_id)

    assert attachments.file(session, oleg, sent.id).id == sent.id
    with pytest.raises(files.FileNotFound):
        attachments.file(session, vera.actor, sent.id)


def test_a_flood_is_stopped_and_the_next_minute_is_free(session, anna):
    for n in range(20):
        said(session, anna, f"{n}", now=NOON + SECOND * n)

    with pytest.raises(chat.TooManyMessages):
        said(session, anna, "20", now=NOON + SECOND * 20)
    said(session, anna, "20", now=NOON + SECOND * 61)


def test_the_one_who_waits_longest_is_taken_first_and_by_one_operator_only(session, anna, boris, oleg, anton):
    first, second = said(session, anna), said(session, boris, now=NOON + SECOND)
    for each in (oleg, anton):
        chat.come(session, each, now=NOON)

    assert chat.take(session, oleg, now=NOON + MINUTE).id == first.id
    with pytest.raises(chat.TakenMeanwhile):
        chat.take(session, anton, first.id, now=NOON + MINUTE)
    assert chat.take(session, anton, now=NOON + MINUTE).id == second.id
    with pytest.raises(chat.QueueEmpty):
        chat.take(session, anton, now=NOON + MINUTE)


def test_who_is_not_on_duty_takes_nobody_and_who_is_has_a_limit(session, oleg):
    guests = others(session, 5)
    for guest in guests:
        said(session, guest)
    with pytest.raises(chat.NotOnDuty):
        chat.take(session, oleg, now=NOON)
    chat.come(session, oleg, now=NOON)

    for _ in range(4):
        chat.take(session, oleg, now=NOON)
    with pytest.raises(chat.TooManyTalks):
        chat.take(session, oleg, now=NOON)


def test_only_the_operator_of_a_talk_answers_in_it(session, talking, oleg, anton):
    chat.come(session, anton, now=NOON)
    with pytest.raises(chat.NotYours):
        answered(session, anton, talking)

    chat.pass_on(session, oleg, talking.id, anton.id, now=NOON + MINUTE)

    with pytest.raises(chat.NotYours):
        answered(session, oleg, talking)
    answered(session, anton, talking, "Продолжу")
    assert notes(session, talking) == ["joined", "passed"]


def test_a_talk_is_handed_to_nobody_who_is_not_there(session, talking, oleg, anton):
    for whom in (anton.id, oleg.id, uuid4()):
        with pytest.raises(chat.NotOnDuty):
            chat.pass_on(session, oleg, talking.id, whom, now=NOON)
    assert (talking.state, talking.operator_id) == (ChatState.talking, oleg.id)


def test_back_in_the_queue_it_stands_before_those_who_came_later(session, anna, boris, talking, oleg, anton):
    later = said(session, boris, now=NOON + 2 * MINUTE)

    chat.pass_on(session, oleg, talking.id, now=NOON + 3 * MINUTE)

    chat.come(session, anton, now=NOON)
    assert chat.take(session, anton, now=NOON + 4 * MINUTE).id == talking.id
    assert chat.take(session, anton, now=NOON + 4 * MINUTE).id == later.id
    assert notes(session, talking) == ["joined", "left", "joined"]


def test_who_ends_the_duty_leaves_the_talks_to_the_queue(session, talking, oleg):
    chat.leave(session, oleg, now=NOON + 2 * MINUTE)

    assert (talking.state, talking.operator_id) == (ChatState.waiting, None)
    assert list(session.scalars(select(ChatDuty))) == []


def test_an_operator_not_heard_of_is_dismissed_and_one_who_is_heard_is_not(session, talking, oleg):
    assert chat.absent(session, SYSTEM, now=NOON + 5 * MINUTE) == []
    assert chat.absent(session, SYSTEM, now=NOON + 5 * MINUTE + SECOND) == [oleg.id]
    chat.hear(session, oleg, now=NOON + 5 * MINUTE)
    assert chat.absent(session, SYSTEM, now=NOON + 9 * MINUTE) == []

    chat.dismiss(session, SYSTEM, oleg.id, now=NOON + 11 * MINUTE)
    chat.dismiss(session, SYSTEM, oleg.id, now=NOON + 11 * MINUTE)

    assert talking.state is ChatState.waiting
    assert notes(session, talking) == ["joined", "left"]


def test_without_an_operator_nothing_is_promised(session, anna):
    talk = said(session, anna)

    assert (talk.turns, talk.promised_low, talk.promised_high) == (None, None, None)
    assert chat.outlook(session, anna.actor, talk, now=NOON) == chat.Outlook(0, 0, 0, None, None)


def test_the_estimate_counts_those_before_and_those_on_duty(session, oleg, anton):
    """By the rules of a fresh house: an answer within a minute, eight minutes a talk, four talks an operator."""
    guests = others(session, 11)
    chat.come(session, oleg, now=NOON)
    assert chat.outlook(session, guests[0].actor, now=NOON) == chat.Outlook(0, 1, 0, 0, 60)
    talks = [said(session, guest, now=NOON + SECOND * n) for n, guest in enumerate(guests[:5])]
    for _ in range(4):
        chat.take(session, oleg, now=NOON + MINUTE)

    # One waits, four talks are under way: the first of four ends after 8 / 4 = 2 minutes, give or take as much,
    # and to be answered takes up to one more.
    assert chat.outlook(session, guests[4].actor, talks[4], now=NOON + MINUTE) == chat.Outlook(0, 1, 1, 0, 300)
    # One behind it: two turns of two minutes, ± √2 turns; 4 − 2.83 = 1.17 and 4 + 2.83 + 1 = 7.83, in half minutes.
    assert chat.outlook(session, guests[5].actor, now=NOON + MINUTE) == chat.Outlook(1, 1, 2, 60, 480)
    chat.come(session, anton, now=NOON)
    assert chat.outlook(session, guests[5].actor, now=NOON + MINUTE) == chat.Outlook(1, 2, 0, 0, 60)


def test_the_estimate_is_made_of_the_talks_there_were(session, oleg):
    guests = others(session, 6)
    chat.come(session, oleg, now=NOON)
    for n, wait in enumerate((30, 40, 50, 60, 200)):
        began = NOON + n * timedelta(hours=1)
        talk = said(session, guests[n], now=began)
        chat.take(session, oleg, talk.id, now=began + SECOND * wait)
        chat.finish(session, guests[n].actor, talk.id, now=began + SECOND * wait + 4 * MINUTE)

    # The middle half of 30, 40, 50, 60, 200 seconds is from 40 to 60, in half minutes 30 to 60.
    assert chat.outlook(session, guests[5].actor, now=NOON + timedelta(hours=6)) == chat.Outlook(0, 1, 0, 30, 60)
    found = chat.accuracy(session, oleg, now=NOON + timedelta(hours=6))
    assert (found.promised, found.kept, found.median_seconds) == (5, 4, 50)


def test_waits_for_a_busy_operator_say_nothing_of_a_free_one(session, oleg):
    rules.change(session, SYSTEM, rules.ChatRules(dialogues_max=1), valid_from=NOON, now=NOON)
    first, second, *_ = guests = others(session, 7)
    chat.come(session, oleg, now=NOON)
    for n, guest in enumerate(guests[1:6]):
        began = NOON + n * timedelta(hours=1)
        held = said(session, first, now=began)
        chat.take(session, oleg, held.id, now=began)
        waits = said(session, guest, now=began + SECOND)
        chat.finish(session, first.actor, held.id, now=began + 10 * MINUTE)
        chat.take(session, oleg, waits.id, now=began + 10 * MINUTE)
        chat.finish(session, guest.actor, waits.id, now=began + 11 * MINUTE)

    # Five found somebody free and were taken at once; the five who waited ten minutes are not among them.
    assert chat.outlook(session, second.actor, now=NOON + timedelta(hours=6)) == chat.Outlook(0, 1, 0, 0, 60)


def test_read_and_delivered_are_told_to_the_other_side_and_never_go_back(session, anna, vera, talking, oleg):
    message = answered(session, oleg, talking)
    chat.mark(session, anna.actor, talking.id, message.id, read=False, now=NOON)
    assert (talking.customer_got_id, talking.customer_read_id < message.id) == (message.id, True)
    chat.mark(session, anna.actor, talking.id, message.id + 1_000, read=True, now=NOON)
    assert talking.customer_read_id == message.id
    chat.mark(session, anna.actor, talking.id, 1, read=True, now=NOON)
    assert talking.customer_read_id == message.id
    with pytest.raises(chat.ConversationNotFound):
        chat.mark(session, vera.actor, talking.id, 1, read=True, now=NOON)


def test_typing_is_shown_for_six_seconds(session, anna, talking, oleg):
    chat.typing(session, oleg, talking.id, now=NOON)

    assert chat.seen(session, anna.actor, talking.id, now=NOON + 5 * SECOND).typing
    assert not chat.seen(session, anna.actor, talking.id, now=NOON + 6 * SECOND).typing
    assert not chat.seen(session, oleg, talking.id, now=NOON).typing


def test_over_it_is_rated_and_the_next_message_begins_another(session, anna, talking):
    with pytest.raises(chat.NotNow):
        chat.rate(session, anna.actor, talking.id, 5, "", now=NOON)
    for _ in range(2):
        chat.finish(session, anna.actor, talking.id, now=NOON + 5 * MINUTE)
    for wrong in (0, 6):
        with pytest.raises(chat.RatingWrong):
            chat.rate(session, anna.actor, talking.id, wrong, "", now=NOON)

    chat.rate(session, anna.actor, talking.id, 4, "Быстро", now=NOON)
    another = said(session, anna, "Ещё вопрос", now=NOON + 6 * MINUTE)

    assert (talking.state, talking.rating, talking.rating_comment) == (ChatState.over, 4, "Быстро")
    assert another.id != talking.id
    assert notes(session, talking) == ["joined", "over"]
    assert [each.talk.id for each in chat.beside(session, anna.actor, now=NOON).past] == [talking.id]


def test_what_never_had_an_operator_is_not_rated(session, anna):
    talk = said(session, anna)
    chat.finish(session, anna.actor, talk.id, now=NOON)

    with pytest.raises(chat.NotNow):
        chat.rate(session, anna.actor, talk.id, 5, "", now=NOON)


def test_a_talk_becomes_a_ticket_with_all_that_was_said(session, anna, talking, oleg):
    answered(session, oleg, talking, "Проверю линию", now=NOON + 2 * MINUTE)
    said(session, anna, "Спасибо", now=NOON + 3 * MINUTE)

    made = chat.to_ticket(session, anna.actor, talking.id, "other", now=NOON + 4 * MINUTE)
    again = chat.to_ticket(session, anna.actor, talking.id, "other", now=NOON + 5 * MINUTE)

    assert again.id == made.id
    assert (talking.state, talking.ticket_id) == (ChatState.over, made.id)
    thread = tickets.thread(session, anna.actor, made.id)
    assert [(each.message.body, each.name) for each in thread.said] == [
        ("Здравствуйте!", ""),
        ("Проверю линию", "Сотрудник operator"),
        ("Спасибо", ""),
    ]
    assert [each.message.sent_at for each in thread.said] == [NOON, NOON + 2 * MINUTE, NOON + 3 * MINUTE]
    assert made.answered_at == NOON + 2 * MINUTE


def test_the_ticket_that_an_operator_makes_is_his(session, talking, oleg, anna):
    made = chat.to_ticket(session, oleg, talking.id, "other", now=NOON + MINUTE)

    assert (made.assignee_id, made.person_id) == (oleg.id, anna.person.id)
    with pytest.raises(tickets.TopicWrong):
        chat.to_ticket(session, anna.actor, said(session, anna).id, "no-such", now=NOON)


def test_talks_opened_only_to_make_tickets_are_stopped_as_tickets_are(session, anna):
    for n in range(5):
        talk = said(session, anna, now=NOON + n * MINUTE)
        chat.to_ticket(session, anna.actor, talk.id, "other", now=NOON + n * MINUTE)

    talk = said(session, anna, now=NOON + 5 * MINUTE)
    with pytest.raises(tickets.TooManyOpened):
        chat.to_ticket(session, anna.actor, talk.id, "other", now=NOON + 5 * MINUTE)


def test_a_hundred_who_wait_for_the_operator_do_not_hide_one_who_fell_silent(session, oleg):
    rules.change(session, SYSTEM, rules.ChatRules(dialogues_max=200), valid_from=NOON, now=NOON)
    guests = others(session, 102)
    chat.come(session, oleg, now=NOON)
    talks = [said(session, guest, now=NOON) for guest in guests]
    for talk in talks:
        chat.take(session, oleg, talk.id, now=NOON)
    answered(session, oleg, talks[-1], now=NOON + MINUTE)

    assert chat.idle(session, SYSTEM, now=NOON + 62 * MINUTE) == [talks[-1].id]


def test_a_talk_without_an_answer_of_the_customer_ends_by_itself(session, anna, talking, oleg):
    answered(session, oleg, talking, now=NOON + 2 * MINUTE)

    assert chat.idle(session, SYSTEM, now=NOON + 62 * MINUTE) == []
    assert chat.idle(session, SYSTEM, now=NOON + 62 * MINUTE + SECOND) == [talking.id]
    said(session, anna, "Я тут", now=NOON + 62 * MINUTE)
    assert chat.idle(session, SYSTEM, now=NOON + 200 * MINUTE) == []

    answered(session, oleg, talking, now=NOON + 63 * MINUTE)
    chat.end_idle(session, SYSTEM, talking.id, now=NOON + 64 * MINUTE)
    assert talking.state is ChatState.talking
    chat.end_idle(session, SYSTEM, talking.id, now=NOON + 124 * MINUTE)
    assert talking.state is ChatState.over


def test_an_answer_nobody_has_seen_is_told_of_once(session, anna, talking, oleg):
    message = answered(session, oleg, talking, now=NOON)
    assert chat.unseen(session, SYSTEM, now=NOON + 60 * SECOND) == []
    assert chat.unseen(session, SYSTEM, now=NOON + 61 * SECOND) == [talking.id]

    for _ in range(2):
        chat.tell_unseen(session, SYSTEM, talking.id, now=NOON + 61 * SECOND)
    answered(session, oleg, talking, "И ещё", now=NOON + 62 * SECOND)
    chat.tell_unseen(session, SYSTEM, talking.id, now=NOON + 200 * SECOND)

    told = [row for row in session.scalars(select(EventRow)) if row.name == "ChatAnswered"]
    assert len(told) == 1
    event = events.load(session, told[0].id)
    (reaction,) = reactions.REACTIONS[chat.ChatAnswered]
    reaction(session, SYSTEM, event, now=NOON)
    (entry,) = session.scalars(select(Notification))
    assert (entry.person_id, entry.kind, entry.link) == (anna.person.id, "chat_answered", "/chat")
    assert message.id is not None


def test_what_was_seen_is_not_told_of(session, anna, talking, oleg):
    message = answered(session, oleg, talking, now=NOON)
    chat.mark(session, anna.actor, talking.id, message.id, read=True, now=NOON)

    assert chat.unseen(session, SYSTEM, now=NOON + 5 * MINUTE) == []


def test_vera_sees_nothing_and_changes_nothing(session, vera, talking):
    before = bodies(session, SYSTEM, talking)

    for deed in (
        lambda: chat.seen(session, vera.actor, talking.id, now=NOON),
        lambda: chat.whole(session, vera.actor, talking.id, now=NOON),
        lambda: chat.mark(session, vera.actor, talking.id, 1, read=True, now=NOON),
        lambda: chat.finish(session, vera.actor, talking.id, now=NOON),
        lambda: chat.rate(session, vera.actor, talking.id, 5, "", now=NOON),
        lambda: chat.to_ticket(session, vera.actor, talking.id, "other", now=NOON),
        lambda: chat.typing(session, vera.actor, talking.id, now=NOON),
        lambda: chat.send_transcript(session, vera.actor, talking.id, now=NOON),
    ):
        with pytest.raises(chat.ConversationNotFound):
            deed()

    assert bodies(session, SYSTEM, talking) == before
    assert chat.current(session, vera.actor, now=NOON) is None
    assert chat.beside(session, vera.actor, now=NOON).past == []
    assert chat.unread(session, vera.actor) == 0
    assert list(session.scalars(select(Ticket))) == []


@pytest.mark.parametrize("role", [StaffRole.editor, StaffRole.finance, StaffRole.auditor])
def test_who_may_only_read_answers_nobody(session, talking, role):
    actor = personae.member_in(session, role)[1]

    for deed in (
        lambda: chat.come(session, actor, now=NOON),
        lambda: chat.take(session, actor, now=NOON),
        lambda: answered(session, actor, talking),
        lambda: chat.pass_on(session, actor, talking.id, now=NOON),
    ):
        with pytest.raises(RightMissing):
            deed()
    with pytest.raises((RightMissing, SignInNeeded)):
        chat.say(session, actor, "Я", draft_id=uuid4(), now=NOON)


def test_a_strangers_thing_is_not_what_a_talk_is_about(session, anna, vera):
    hers, mine = serving.served(session, vera, 300_00), serving.served(session, anna, 720_00)

    wrong = said(session, anna, opening=chat.Opening(page="/services", object_kind="service", object_id=hers.id))
    assert (wrong.object_kind, wrong.object_id) == ("", None)
    chat.finish(session, anna.actor, wrong.id, now=NOON)

    right = said(session, anna, opening=chat.Opening(page="/services", object_kind="service", object_id=mine.id))
    assert (right.object_kind, right.object_id) == ("service", mine.id)


def test_the_customers_card_is_for_who_serves_and_a_look_is_written_down_once_an_hour(session, anna, oleg):
    personae.give(session, anna, 500_00)
    serving.served(session, anna, 720_00)
    editor = personae.member_in(session, StaffRole.editor)[1]

    found = customers.card(session, oleg, anna.person.id, now=NOON)
    for minutes in (0, 59, 61):
        customers.note_look(session, oleg, anna.person.id, now=NOON + minutes * MINUTE)

    assert (found.account.number, found.balance.amount.minor, len(found.services)) == ("4102887", 500_00, 1)
    looks = select(AuditRecord).where(col(AuditRecord.action) == "customers.look")
    assert [(each.at, each.object_id) for each in session.scalars(looks)] == [
        (NOON, str(anna.person.id)),
        (NOON + 61 * MINUTE, str(anna.person.id)),
    ]
    for stranger in (editor, anna.actor, Actor.guest()):
        with pytest.raises(RightMissing):
            customers.card(session, stranger, anna.person.id, now=NOON)


def test_the_rules_of_the_chat_can_be_changed(session, anna, oleg):
    rules.change(
        session, SYSTEM, rules.ChatRules(dialogues_max=1, messages_per_minute_max=1), valid_from=NOON, now=NOON
    )
    said(session, anna)
    with pytest.raises(chat.TooManyMessages):
        said(session, anna, "Второе")

    chat.come(session, oleg, now=NOON)
    chat.take(session, oleg, now=NOON)
    with pytest.raises(chat.TooManyTalks):
        chat.take(session, oleg, now=NOON)


def test_a_text_of_the_house_has_the_customers_name(session, talking, oleg):
    kept = tickets.keep_reply(session, oleg, "Приветствие", "[name], здравствуйте! [x]", now=NOON)

    assert chat.filled(session, oleg, kept.id, talking.id) == "Анна, здравствуйте! [x]"


def test_a_talk_that_becomes_a_ticket_brings_its_files(session, anna, vera):
    draft_id = uuid4()
    sent = attached(session, anna, draft_id)
    talk = said(session, anna, "Вот", draft_id=draft_id)

    made = chat.to_ticket(session, anna.actor, talk.id, "other", now=NOON)

    (line,) = tickets.thread(session, anna.actor, made.id).said
    assert [each.id for each in line.files] == [sent.id]
    assert session.scalars(select(TicketMessage)).one().sent_at == NOON
    with pytest.raises(files.FileNotFound):
        attachments.file(session, vera.actor, sent.id)
