"""The topics of tickets: kept by the staff; what a ticket has said stays said, whatever is asked of the next ones."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import tickets
from cabinet.domain.base.actor import Actor, RightMissing
from cabinet.domain.tickets import Asked, TopicWords
from cabinet.models.journal import AuditRecord
from cabinet.models.people import StaffRole
from cabinet.models.tickets import Ticket, TicketPriority, TicketTopic
from tests import personae
from tests.moments import NOON

WORDS = TopicWords(title={"ru": "Оборудование", "en": "Equipment"}, category="internet", priority=TicketPriority.high)
MODEL = Asked(label={"ru": "Модель роутера"}, required=True)
COLOUR = Asked(label={"ru": "Какая лампочка"}, kind="choice", options=[{"ru": "Красная"}, {"ru": "Синяя"}])


@pytest.fixture
def anna(session):
    return personae.anna_in(session)


@pytest.fixture
def editor(session):
    return Actor.staff(personae.member_in(session, StaffRole.editor)[0].id, StaffRole.editor)


@pytest.fixture
def topic(session, editor):
    return tickets.add_topic(session, editor, "equipment", WORDS, now=NOON)


def offered(session, actor):
    return [each.code for each in tickets.topics(session, actor)]


def opened(session, actor, **answers):
    wish = tickets.Wish(draft_id=uuid4(), topic="equipment", subject="Роутер", body="Не горит", answers=answers)
    return tickets.open_(session, actor, wish, now=NOON)


def asked(topic):
    return [(each["name"], each["label"]["ru"], each["kind"]) for each in tickets.asked_of(topic)]


def test_a_new_topic_is_the_last_one_and_customers_write_about_it(session, anna, topic):
    assert offered(session, anna.actor)[-1] == "equipment"

    ticket = opened(session, anna.actor)

    assert (ticket.topic_code, ticket.priority) == ("equipment", TicketPriority.high)
    noted = session.scalars(select(AuditRecord).where(AuditRecord.object_type == "ticket_topic")).all()
    assert [(line.action, line.object_id) for line in noted] == [("tickets.topic_added", "equipment")]


def test_what_is_asked_has_to_be_answered(session, anna, editor, topic):
    tickets.ask_field(session, editor, "equipment", MODEL, now=NOON)
    tickets.ask_field(session, editor, "equipment", COLOUR, now=NOON)

    with pytest.raises(tickets.FieldMissing):
        opened(session, anna.actor)
    with pytest.raises(tickets.FieldWrong):
        opened(session, anna.actor, **{"field-1": "AX3000", "field-2": "2"})

    ticket = opened(session, anna.actor, **{"field-1": "AX3000", "field-2": "1"})
    assert ticket.answers == {"field-1": "AX3000", "field-2": "1"}


def test_what_a_ticket_has_said_stays_when_the_choices_change(session, anna, editor, topic):
    tickets.ask_field(session, editor, "equipment", COLOUR, now=NOON)
    ticket = opened(session, anna.actor, **{"field-1": "1"})
    turned = Asked(label={"ru": "Какая лампочка"}, kind="choice", options=[{"ru": "Синяя"}, {"ru": "Зелёная"}])

    changed = tickets.ask_field(session, editor, "equipment", turned, "field-1", now=NOON)

    assert asked(changed) == [("field-2", "Какая лампочка", "choice")]
    thread = tickets.thread(session, anna.actor, ticket.id)
    (kept,) = [each for each in thread.topic.fields if each["name"] == "field-1"]
    assert kept["options"][int(ticket.answers["field-1"])] == {"ru": "Синяя"}


def test_another_name_of_a_field_leaves_it_the_same_field(session, editor, topic):
    tickets.ask_field(session, editor, "equipment", MODEL, now=NOON)

    renamed = Asked(label={"ru": "Что за роутер", "en": "Which router"})
    changed = tickets.ask_field(session, editor, "equipment", renamed, "field-1", now=NOON)

    assert asked(changed) == [("field-1", "Что за роутер", "text")]
    assert changed.fields[0]["required"] is False


def test_a_field_that_is_taken_out_is_shown_where_it_was_filled_in(session, anna, editor, topic):
    tickets.ask_field(session, editor, "equipment", MODEL, now=NOON)
    ticket = opened(session, anna.actor, **{"field-1": "AX3000"})

    dropped = tickets.drop_field(session, editor, "equipment", "field-1", now=NOON)

    assert asked(dropped) == []
    assert opened(session, anna.actor).answers == {}
    assert tickets.thread(session, anna.actor, ticket.id).topic.fields[0]["label"] == {"ru": "Модель роутера"}
    with pytest.raises(tickets.TopicNotFound):
        tickets.drop_field(session, editor, "equipment", "field-1", now=NOON)


def test_a_hidden_topic_takes_no_tickets_and_keeps_its_own(session, anna, editor, topic):
    ticket = opened(session, anna.actor)

    tickets.offer_topic(session, editor, "equipment", False, now=NOON)

    assert "equipment" not in offered(session, anna.actor)
    with pytest.raises(tickets.TopicWrong):
        opened(session, anna.actor)
    assert tickets.thread(session, anna.actor, ticket.id).ticket.id == ticket.id


def test_the_last_topic_that_customers_see_is_not_hidden(session, editor):
    *others, last = [each.code for each, _ in tickets.all_topics(session, editor)]
    for code in others:
        tickets.offer_topic(session, editor, code, False, now=NOON)

    with pytest.raises(tickets.LastTopic):
        tickets.offer_topic(session, editor, last, False, now=NOON)


def test_a_topic_goes_up_one_place_at_a_time_and_the_first_stays(session, anna, editor, topic):
    before = offered(session, anna.actor)

    tickets.lift_topic(session, editor, "equipment", now=NOON)
    assert offered(session, anna.actor) == [*before[:-2], "equipment", before[-2]]

    tickets.lift_topic(session, editor, before[0], now=NOON)
    assert offered(session, anna.actor)[0] == before[0]


def test_open_tickets_keep_what_was_promised(session, anna, editor, topic):
    ticket = opened(session, anna.actor)
    due = ticket.answer_due_at

    words = TopicWords(title={"ru": "Роутеры"}, priority=TicketPriority.low)
    tickets.change_topic(session, editor, "equipment", words, now=NOON)

    kept = session.get_one(Ticket, ticket.id)
    assert (kept.priority, kept.answer_due_at) == (TicketPriority.high, due)
    assert session.get_one(TicketTopic, "equipment").title == {"ru": "Роутеры"}


@pytest.mark.parametrize(
    ("code", "words", "refusal"),
    [
        ("", WORDS, tickets.TopicCodeWrong),
        ("Техника", WORDS, tickets.TopicCodeWrong),
        ("a", WORDS, tickets.TopicCodeWrong),
        ("x" * 41, WORDS, tickets.TopicCodeWrong),
        ("equipment", WORDS, tickets.TopicTaken),
        ("router", TopicWords(title={"en": "Router"}), tickets.TopicTitleWrong),
        ("router", TopicWords(title={"ru": " "}), tickets.TopicTitleWrong),
        ("router", TopicWords(title={"ru": "ы" * 81}), tickets.TopicTitleWrong),
    ],
)
def test_a_topic_that_cannot_be_kept_is_refused(session, editor, topic, code, words, refusal):
    with pytest.raises(refusal):
        tickets.add_topic(session, editor, code, words, now=NOON)


@pytest.mark.parametrize(
    "wrong",
    [
        Asked(label={}),
        Asked(label={"ru": "Ы" * 81}),
        Asked(label={"ru": "Что"}, kind="script"),
        Asked(label={"ru": "Что"}, kind="choice"),
        Asked(label={"ru": "Что"}, kind="choice", options=[{"ru": "Одно"}]),
        Asked(label={"ru": "Что"}, kind="choice", options=[{"ru": "Одно"}, {"ru": "Одно"}]),
        Asked(label={"ru": "Что"}, kind="choice", options=[{"ru": "Одно"}, {"en": "Two"}]),
        Asked(label={"ru": "Что"}, kind="choice", options=[{"ru": f"{n}"} for n in range(13)]),
        Asked(label={"ru": "Что"}, kind="choice", options=[{"ru": "Да"}, {"ru": "ы" * 61}]),
    ],
)
def test_a_field_that_cannot_be_asked_is_refused(session, editor, topic, wrong):
    with pytest.raises(tickets.AskedWrong):
        tickets.ask_field(session, editor, "equipment", wrong, now=NOON)


def test_nobody_is_asked_more_than_eight_things(session, editor, topic):
    for number in range(8):
        tickets.ask_field(session, editor, "equipment", Asked(label={"ru": f"Поле {number}"}), now=NOON)

    with pytest.raises(tickets.TooMuchAsked):
        tickets.ask_field(session, editor, "equipment", MODEL, now=NOON)


def test_nobody_chooses_among_more_than_sixty_topics(session, editor):
    there = len(tickets.all_topics(session, editor))
    for number in range(60 - there):
        tickets.add_topic(session, editor, f"topic-{number}", WORDS, now=NOON)

    with pytest.raises(tickets.TooManyTopics):
        tickets.add_topic(session, editor, "one-more", WORDS, now=NOON)


@pytest.mark.parametrize("role", [StaffRole.operator, StaffRole.finance, StaffRole.auditor])
def test_others_of_the_staff_keep_no_topics(session, topic, role):
    actor = Actor.staff(personae.member_in(session, role)[0].id, role)

    for deed in (
        lambda: tickets.all_topics(session, actor),
        lambda: tickets.add_topic(session, actor, "mine", WORDS, now=NOON),
        lambda: tickets.ask_field(session, actor, "equipment", MODEL, now=NOON),
        lambda: tickets.offer_topic(session, actor, "equipment", False, now=NOON),
    ):
        with pytest.raises(RightMissing):
            deed()


def test_vera_keeps_no_topics(session, topic):
    vera = personae.vera_in(session).actor

    for deed in (
        lambda: tickets.all_topics(session, vera),
        lambda: tickets.add_topic(session, vera, "mine", WORDS, now=NOON),
        lambda: tickets.drop_field(session, vera, "equipment", "field-1", now=NOON),
        lambda: tickets.lift_topic(session, vera, "equipment", now=NOON),
        lambda: tickets.change_topic(session, vera, "equipment", WORDS, now=NOON),
    ):
        with pytest.raises(RightMissing):
            deed()
