"""What the desk keeps among itself: notes that no customer sees, texts of the house, tags."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import attachments, files, tickets
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor, RightMissing
from cabinet.models.journal import AuditRecord
from cabinet.models.people import StaffRole
from cabinet.models.tickets import TicketMessage, TicketState
from tests import personae
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

SECRET = "Клиент ругается, проверьте порт 7"


@pytest.fixture
def ticket(session, anna):
    wish = tickets.Wish(draft_id=uuid4(), topic="other", subject="Падает скорость", body="Вечером")
    return tickets.open_(session, anna.actor, wish, now=NOON)


def attached(session, actor, draft_id):
    kept = files.Kept(
        draft_id=draft_id,
        key=files.new_key(),
        name="port.png",
        media_type="image/png",
        size_bytes=10,
        sha256="0" * 64,
    )
    return files.keep(session, actor, kept, now=NOON)


def remarked(session, actor, ticket, body=SECRET, *, draft_id=None):
    return tickets.remark(session, actor, ticket.id, body, draft_id=draft_id or uuid4(), now=NOON)


def seen(session, actor, ticket):
    return [each.message.body for each in tickets.thread(session, actor, ticket.id).said]


def test_a_note_is_the_staffs_alone_and_moves_nothing(session, anna, vera, oleg, maria, ticket):
    before = (ticket.state, ticket.solve_due_at, ticket.answered_at, ticket.changed_at)
    draft_id = uuid4()
    sent = attached(session, oleg, draft_id)
    told = len(list(events.recorded(session)))

    note = remarked(session, oleg, ticket, draft_id=draft_id)

    assert seen(session, maria, ticket) == ["Вечером", SECRET]
    assert seen(session, anna.actor, ticket) == ["Вечером"]
    assert tickets.mine(session, anna.actor, "порт 7") == []
    assert (ticket.state, ticket.solve_due_at, ticket.answered_at, ticket.changed_at) == before
    assert len(list(events.recorded(session))) == told
    assert attachments.file(session, maria, sent.id).id == sent.id
    for actor in (anna.actor, vera.actor):
        with pytest.raises(files.FileNotFound):
            attachments.file(session, actor, sent.id)
    with pytest.raises(tickets.TicketNotFound):
        tickets.thread(session, vera.actor, ticket.id)
    assert note.private


def test_a_note_sent_twice_is_one(session, oleg, ticket):
    draft_id = uuid4()

    first = remarked(session, oleg, ticket, draft_id=draft_id)

    assert remarked(session, oleg, ticket, draft_id=draft_id).id == first.id
    with pytest.raises(tickets.BodyMissing):
        remarked(session, oleg, ticket, "  ")


def test_a_note_neither_keeps_the_customer_from_mending_nor_lets_a_colleague_answer_unread(
    session, anna, oleg, maria, ticket
):
    (first,) = session.scalars(select(TicketMessage))
    read = tickets.last_id(session, maria, ticket.id)
    remarked(session, oleg, ticket)

    tickets.edit(session, anna.actor, first.id, "Вечером и ночью", now=NOON)

    assert first.body == "Вечером и ночью"
    with pytest.raises(tickets.AnsweredMeanwhile):
        tickets.answer(session, maria, ticket.id, "Смотрим", how="answered", draft_id=uuid4(), seen_id=read, now=NOON)
    assert tickets.last_id(session, anna.actor, ticket.id) == first.id


def test_a_text_of_the_house_is_filled_with_the_name_and_the_number(session, oleg, ticket):
    kept = tickets.keep_reply(
        session, oleg, "Проверка линии", "[name], проверили линию по обращению [number]. {name} [нет]", now=NOON
    )

    said = tickets.filled(session, oleg, kept.id, ticket.id)

    assert said == f"Анна, проверили линию по обращению {ticket.number}. {{name}} [нет]"


def test_the_same_title_takes_the_place_and_a_dropped_one_is_gone(session, oleg, ticket):
    tickets.keep_reply(session, oleg, "Проверка", "Раз", "internet", now=NOON)
    kept = tickets.keep_reply(session, oleg, " Проверка ", "Два", now=NOON)
    only = tickets.keep_reply(session, oleg, "Тариф", "Про тариф", "internet", now=NOON)

    assert [(each.title, each.body) for each in tickets.replies(session, oleg, "other")] == [("Проверка", "Два")]
    assert [each.title for each in tickets.replies(session, oleg)] == ["Проверка", "Тариф"]
    tickets.drop_reply(session, oleg, kept.id, now=NOON)
    assert [each.title for each in tickets.replies(session, oleg)] == ["Тариф"]
    for again in (kept.id, uuid4()):
        with pytest.raises(tickets.ReplyNotFound):
            tickets.drop_reply(session, oleg, again, now=NOON)
        with pytest.raises(tickets.ReplyNotFound):
            tickets.filled(session, oleg, again, ticket.id)
    assert only.withdrawn_at is None
    assert list(session.scalars(select(AuditRecord.action))).count("tickets.reply_kept") == 3


@pytest.mark.parametrize(("title", "body"), [("", "Да"), ("Да", " "), ("я" * 101, "Да"), ("Да", "я" * 5_001)], ids=len)
def test_a_text_without_a_title_or_words_is_refused(session, oleg, title, body):
    with pytest.raises(tickets.ReplyWrong):
        tickets.keep_reply(session, oleg, title, body, now=NOON)
    assert tickets.replies(session, oleg) == []


def test_tags_find_tickets_alike_and_no_customer_sees_them(session, anna, oleg, ticket):
    other = tickets.open_(
        session,
        anna.actor,
        tickets.Wish(draft_id=uuid4(), topic="other", subject="Ещё", body="Вопрос"),
        now=NOON + timedelta(minutes=1),
    )
    for each in (ticket, other):
        tickets.tag(session, oleg, each.id, "  Авария   в доме ", now=NOON)
    tickets.tag(session, oleg, ticket.id, "порт", now=NOON)
    tickets.tag(session, oleg, ticket.id, "порт", now=NOON)

    assert tickets.thread(session, oleg, ticket.id).tags == ["авария в доме", "порт"]
    assert tickets.thread(session, anna.actor, ticket.id).tags == ()
    assert tickets.tags_in_use(session, oleg) == ["авария в доме", "порт"]
    assert [each.ticket.id for each in tickets.queue(session, oleg, tickets.Wanted(tag="порт"), now=NOON)] == [
        ticket.id
    ]
    tickets.untag(session, oleg, ticket.id, "порт", now=NOON)
    assert tickets.queue(session, oleg, tickets.Wanted(tag="порт"), now=NOON) == []


@pytest.mark.parametrize("word", ["", "   ", "я" * 31], ids=["nothing", "spaces", "long"])
def test_a_tag_is_a_short_word(session, oleg, ticket, word):
    with pytest.raises(tickets.TagWrong):
        tickets.tag(session, oleg, ticket.id, word, now=NOON)


def test_a_ticket_bears_only_so_many_tags(session, oleg, ticket):
    for place in range(10):
        tickets.tag(session, oleg, ticket.id, f"т{place}", now=NOON)

    with pytest.raises(tickets.TooManyTags):
        tickets.tag(session, oleg, ticket.id, "ещё", now=NOON)


def test_who_may_only_read_changes_nothing_and_a_customer_has_no_part(session, anna, vera, ticket):
    _, ilya = personae.member_in(session, StaffRole.auditor)
    kept = tickets.keep_reply(session, personae.member_in(session, StaffRole.finance)[1], "Да", "Да", now=NOON)

    for actor in (ilya, anna.actor, vera.actor, Actor.guest()):
        for deed in (
            lambda who: remarked(session, who, ticket),
            lambda who: tickets.keep_reply(session, who, "Нет", "Нет", now=NOON),
            lambda who: tickets.drop_reply(session, who, kept.id, now=NOON),
            lambda who: tickets.filled(session, who, kept.id, ticket.id),
            lambda who: tickets.tag(session, who, ticket.id, "тег", now=NOON),
            lambda who: tickets.untag(session, who, ticket.id, "тег", now=NOON),
        ):
            with pytest.raises(RightMissing):
                deed(actor)
    assert seen(session, SYSTEM, ticket) == ["Вечером"]
    assert ticket.state is TicketState.accepted
