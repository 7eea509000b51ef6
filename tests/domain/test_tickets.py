"""Tickets: opened once, promised by working time, paused while the customer is asked, seen by nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from cabinet.domain import attachments, files, outages, reactions, tickets
from cabinet.domain.base import audit, events, rules
from cabinet.domain.base.actor import RightMissing, SignInNeeded
from cabinet.domain.tickets import calendar
from cabinet.models.journal import EventRow
from cabinet.models.notifications import Notification
from cabinet.models.outages import OutageKind
from cabinet.models.people import StaffRole
from cabinet.models.tickets import (
    Ticket,
    TicketDraft,
    TicketMessage,
    TicketPriority,
    TicketState,
    TicketStep,
    TicketTopic,
)
from tests import personae, serving
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

HOUR = timedelta(hours=1)
HELD = rules.TicketRules(weekdays="12345", holidays=("2026-11-25",), opens_minute=9 * 60, closes_minute=18 * 60)
"""Nine to six by Moscow, Monday to Friday; Wednesday the 25th of November is a holiday."""


def wish(**changes):
    told = {"draft_id": uuid4(), "topic": "other", "subject": "Вечером падает скорость", "body": "38 вместо 300"}
    return tickets.Wish(**{**told, **changes})


def opened(session, who, *, now=NOON, **changes):
    return tickets.open_(session, who.actor, wish(**changes), now=now)


def replied(session, who, ticket, body="Спасибо", *, now=NOON, draft_id=None):
    return tickets.reply(session, who.actor, ticket.id, body, draft_id=draft_id or uuid4(), now=now)


def answered(session, actor, ticket, how="answered", *, body="Проверили", now=NOON, seen=None, draft_id=None):
    seen_id = tickets.last_id(session, SYSTEM, ticket.id) if seen is None else seen
    return tickets.answer(
        session, actor, ticket.id, body, how=how, draft_id=draft_id or uuid4(), seen_id=seen_id, now=now
    )


@pytest.fixture
def oleg(session):
    _, actor = personae.member_in(session, StaffRole.operator)
    return actor


def attached(session, actor, draft_id):
    kept = files.Kept(
        draft_id=draft_id,
        key=files.new_key(),
        name="speedtest.png",
        media_type="image/png",
        size_bytes=184_000,
        sha256="0" * 64,
    )
    return files.keep(session, actor, kept, now=NOON)


def test_a_ticket_has_its_number_its_promise_and_its_first_message_at_once(session, anna):
    ticket = opened(session, anna)

    assert ticket.number.startswith("Т-2026-")
    assert (ticket.state, ticket.priority) == (TicketState.accepted, TicketPriority.normal)
    assert ticket.answer_due_at == NOON + 2 * HOUR
    found = tickets.thread(session, anna.actor, ticket.id)
    assert [each.message.body for each in found.said] == ["38 вместо 300"]
    assert [each.name for each in found.steps] == ["opened"]


def test_sent_twice_it_is_opened_once(session, anna):
    told = wish()

    first = tickets.open_(session, anna.actor, told, now=NOON)
    again = tickets.open_(session, anna.actor, told, now=NOON)

    assert first.id == again.id
    assert len(list(session.scalars(select(Ticket)))) == 1
    assert len(list(session.scalars(select(TicketMessage)))) == 1


def test_the_topic_gives_the_priority_and_asks_its_fields(session, anna):
    with pytest.raises(tickets.FieldMissing):
        opened(session, anna, topic="internet")
    with pytest.raises(tickets.FieldWrong):
        opened(session, anna, topic="internet", answers={"line": "7"})
    with pytest.raises(tickets.FieldWrong):
        opened(session, anna, topic="internet", answers={"line": "0", "since": "вчера"})

    ticket = opened(session, anna, topic="internet", answers={"line": "0", "since": "2026-11-20", "other": "x"})

    assert ticket.priority is TicketPriority.high
    assert ticket.answers == {"line": "0", "since": "2026-11-20"}
    assert ticket.answer_due_at == NOON + HOUR


def test_what_has_no_words_or_no_topic_is_refused(session, anna):
    with pytest.raises(tickets.SubjectMissing):
        opened(session, anna, subject="  ")
    with pytest.raises(tickets.BodyMissing):
        opened(session, anna, body=" ")
    with pytest.raises(tickets.BodyMissing):
        opened(session, anna, body="x" * 10_001)
    with pytest.raises(tickets.TopicWrong):
        opened(session, anna, topic="unknown")
    session.get_one(TicketTopic, "other").offered = False
    with pytest.raises(tickets.TopicWrong):
        opened(session, anna)


def test_files_of_the_draft_come_along_and_only_who_sees_the_thread_has_them(session, anna, vera, oleg):
    told = wish()
    sent = attached(session, anna.actor, told.draft_id)

    ticket = tickets.open_(session, anna.actor, told, now=NOON)

    (said,) = tickets.thread(session, anna.actor, ticket.id).said
    assert [each.id for each in said.files] == [sent.id]
    assert attachments.file(session, oleg, sent.id).id == sent.id
    with pytest.raises(files.FileNotFound):
        attachments.file(session, vera.actor, sent.id)


def test_the_object_is_checked(session, anna, vera):
    hers = serving.served(session, vera, 300_00)
    mine = serving.served(session, anna, 720_00)

    with pytest.raises(tickets.ObjectWrong):
        opened(session, anna, object_kind="service", object_id=hers.id)
    with pytest.raises(tickets.ObjectWrong):
        opened(session, anna, object_kind="person", object_id=anna.person.id)
    with pytest.raises(tickets.ObjectWrong):
        opened(session, anna, object_kind="payment", object_id=UUID(int=7))

    ticket = opened(session, anna, object_kind="service", object_id=mine.id)
    assert tickets.thread(session, anna.actor, ticket.id).about["ru"] == "internet-4102887"


def test_a_draft_is_kept_until_it_is_sent(session, anna, vera):
    draft_id = uuid4()
    tickets.keep_draft(session, anna.actor, draft_id, {"subject": "Ин", "body": "Пропал"}, now=NOON)
    tickets.keep_draft(session, anna.actor, uuid4(), {"subject": "Интернет", "body": ""}, now=NOON)

    kept = tickets.draft(session, anna.actor)
    assert (kept.draft_id, kept.words) == (draft_id, {"subject": "Интернет"})
    assert tickets.draft(session, vera.actor) is None

    opened(session, anna, draft_id=draft_id)
    assert list(session.scalars(select(TicketDraft))) == []


def test_a_known_outage_is_told_to_whom_it_touches_before_writing(session, anna, vera):
    anna.account.address, vera.account.address = "Тверь, Волжская наб., 12", "Москва, Арбат, 1"
    product = serving.offer(session, "internet", 720_00, category="internet")
    serving.had(session, anna, product)
    serving.had(session, vera, product)
    draft = outages.Draft(
        kind=OutageKind.outage,
        category="internet",
        title={"ru": "Повреждён кабель"},
        detail={},
        regions=["Тверь"],
        begins_at=NOON - HOUR,
        forecast_at=None,
    )
    outage = outages.announce(session, SYSTEM, draft, now=NOON - HOUR)

    assert [each.id for each in tickets.known(session, anna.actor, "internet", now=NOON)] == [outage.id]
    assert tickets.known(session, anna.actor, "payment", now=NOON) == []
    assert tickets.known(session, vera.actor, "internet", now=NOON) == []


def test_the_clock_stands_while_the_customer_is_asked(session, anna, oleg):
    ticket = opened(session, anna)
    assert ticket.solve_due_at == calendar.after(rules.TicketRules(), NOON, 1_200)
    answered(session, oleg, ticket, "asked", now=NOON + HOUR)

    assert (ticket.state, ticket.spent_minutes, ticket.solve_due_at) == (TicketState.waiting, 60, None)
    assert tickets.left_minutes(ticket) == 1_140

    replied(session, anna, ticket, now=NOON + 48 * HOUR)
    assert (ticket.state, ticket.spent_minutes) == (TicketState.working, 60)
    assert ticket.solve_due_at == calendar.after(rules.TicketRules(), NOON + 48 * HOUR, 1_140)


def test_every_move_that_is_not_in_the_table_is_refused(session, anna, oleg):
    ticket = opened(session, anna)
    tickets.close(session, anna.actor, ticket.id, now=NOON)

    for how in ("answered", "asked", "finished", "reopened", "anything"):
        with pytest.raises(tickets.NotNow):
            answered(session, oleg, ticket, how)
    with pytest.raises(tickets.NotNow):
        tickets.pass_on(session, oleg, ticket.id, now=NOON)


def test_finished_it_is_rated_and_opened_again_within_two_weeks(session, anna, oleg):
    ticket = opened(session, anna)
    with pytest.raises(tickets.NotNow):
        tickets.rate(session, anna.actor, ticket.id, 5, "", now=NOON)
    answered(session, oleg, ticket, "finished", now=NOON + HOUR)

    for wrong in (0, 6):
        with pytest.raises(tickets.RatingWrong):
            tickets.rate(session, anna.actor, ticket.id, wrong, "", now=NOON + HOUR)
    tickets.rate(session, anna.actor, ticket.id, 4, "Быстро", now=NOON + HOUR)
    assert (ticket.rating, ticket.rating_comment) == (4, "Быстро")

    with pytest.raises(tickets.TooLateToReopen):
        replied(session, anna, ticket, now=NOON + timedelta(days=15))
    replied(session, anna, ticket, "Опять", now=NOON + timedelta(days=14))
    assert (ticket.state, ticket.rating, ticket.done_at) == (TicketState.working, None, None)


def test_the_last_message_can_be_mended_until_it_is_answered(session, anna, vera, oleg):
    ticket = opened(session, anna)
    (said,) = tickets.thread(session, anna.actor, ticket.id).said
    tickets.edit(session, anna.actor, said.message.id, "38 вместо 300 Мбит/с", now=NOON + HOUR)

    assert (said.message.body, said.message.earlier) == ("38 вместо 300 Мбит/с", ["38 вместо 300"])
    with pytest.raises(tickets.TicketNotFound):
        tickets.edit(session, vera.actor, said.message.id, "чужое", now=NOON)
    answered(session, oleg, ticket)
    with pytest.raises(tickets.CannotEdit):
        tickets.edit(session, anna.actor, said.message.id, "поздно", now=NOON)


def test_two_operators_at_once_the_second_is_told_and_nothing_is_lost(session, anna, oleg):
    ticket = opened(session, anna)
    _, other = personae.member_in(session, StaffRole.administrator)
    seen = tickets.last_id(session, SYSTEM, ticket.id)
    answered(session, oleg, ticket, body="Первый", seen=seen)

    with pytest.raises(tickets.AnsweredMeanwhile):
        answered(session, other, ticket, body="Второй", seen=seen)
    answered(session, other, ticket, body="Второй")

    bodies = [each.message.body for each in tickets.thread(session, anna.actor, ticket.id).said]
    assert bodies == ["38 вместо 300", "Первый", "Второй"]
    assert ticket.assignee_id == oleg.id


def test_answers_sent_twice_are_one(session, anna, oleg):
    ticket = opened(session, anna)
    draft_id, another = uuid4(), uuid4()

    for _ in range(2):
        answered(session, oleg, ticket, draft_id=draft_id)
        replied(session, anna, ticket, draft_id=another)

    assert len(tickets.thread(session, anna.actor, ticket.id).said) == 3


def test_what_the_staff_does_is_in_the_journal_and_the_customer_is_told(session, anna, oleg):
    ticket = opened(session, anna)
    tickets.take(session, oleg, ticket.id, now=NOON)
    tickets.pass_on(session, oleg, ticket.id, now=NOON)
    answered(session, oleg, ticket, "asked")

    written = audit.journal(session, SYSTEM, audit.AuditFilter()).rows
    assert {each.action for each in written} >= {"tickets.take", "tickets.pass", "tickets.asked"}
    for row in list(session.scalars(select(EventRow).where(col(EventRow.name).like("Ticket%")))):
        event = events.load(session, row.id)
        for reaction in reactions.REACTIONS[type(event)]:
            reactions.carry_out(session, SYSTEM, reaction, event, now=NOON)
    assert set(session.scalars(select(Notification.kind))) == {"ticket_opened", "ticket_asked"}
    assert [each.name for each in session.scalars(select(TicketStep).order_by(col(TicketStep.id)))] == [
        "opened",
        "taken",
        "passed",
        "asked",
    ]


def test_a_flood_is_stopped(session, anna):
    for _ in range(5):
        ticket = opened(session, anna)
    with pytest.raises(tickets.TooManyOpened):
        opened(session, anna)
    opened(session, anna, now=NOON + HOUR)
    for _ in range(29):
        replied(session, anna, ticket, now=NOON + HOUR)
    with pytest.raises(tickets.TooManyMessages):
        replied(session, anna, ticket, now=NOON + HOUR)


def test_own_tickets_are_found_by_what_was_written_in_any_case(session, anna, vera):
    first = opened(session, anna, body="Роутер мигает")
    second = opened(session, anna, subject="Счёт за 100%", now=NOON + HOUR)
    opened(session, vera, body="роутер")

    def found(wanted):
        return [each.id for each in tickets.mine(session, anna.actor, wanted)]

    assert found("") == [second.id, first.id]
    assert found("роутер") == [first.id]
    assert found("100%") == [second.id]
    assert found("%%") == []
    assert found(first.number) == [first.id]


def test_a_long_thread_is_read_from_its_end_upwards(session, anna):
    ticket = opened(session, anna)
    for place in range(24):
        replied(session, anna, ticket, f"сообщение {place}", now=NOON + place * HOUR)

    found = tickets.thread(session, anna.actor, ticket.id)
    assert (len(found.said), found.more) == (20, True)
    assert found.said[-1].message.body == "сообщение 23"
    whole = tickets.thread(session, anna.actor, ticket.id, count=40)
    assert (len(whole.said), whole.more) == (25, False)


def test_the_queue_has_what_burns_first_on_top(session, anna, boris, oleg):
    calm = opened(session, anna)
    urgent = opened(session, boris, topic="internet", answers={"line": "1"})
    asked = opened(session, boris)
    answered(session, oleg, asked, "asked")

    assert [each.ticket.id for each in tickets.queue(session, oleg, now=NOON)] == [urgent.id, calm.id, asked.id]
    assert [each.ticket.id for each in tickets.queue(session, oleg, tickets.Wanted(queue="mine"), now=NOON)] == [
        asked.id
    ]
    assert [each.ticket.id for each in tickets.queue(session, oleg, tickets.Wanted(queue="free"), now=NOON)] == [
        urgent.id,
        calm.id,
    ]


def test_a_stranger_and_a_role_without_the_right_get_nothing(session, anna, vera):
    ticket = opened(session, anna)

    for deed in (
        lambda: tickets.thread(session, vera.actor, ticket.id),
        lambda: replied(session, vera, ticket),
        lambda: tickets.close(session, vera.actor, ticket.id, now=NOON),
        lambda: tickets.reopen(session, vera.actor, ticket.id, now=NOON),
        lambda: tickets.rate(session, vera.actor, ticket.id, 1, "", now=NOON),
    ):
        with pytest.raises(tickets.TicketNotFound):
            deed()
    assert tickets.mine(session, vera.actor) == []
    for refused in (vera.actor, personae.member_in(session, StaffRole.editor)[1]):
        with pytest.raises(RightMissing):
            tickets.take(session, refused, ticket.id, now=NOON)
        with pytest.raises(RightMissing):
            answered(session, refused, ticket)
        with pytest.raises(RightMissing):
            tickets.queue(session, refused, now=NOON)
    with pytest.raises(SignInNeeded):
        tickets.mine(session, SYSTEM)


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        ("2026-11-24T12:00", 60, "2026-11-24T13:00"),
        ("2026-11-24T17:30", 60, "2026-11-26T09:30"),
        ("2026-11-24T20:00", 60, "2026-11-26T10:00"),
        ("2026-11-27T17:00", 120, "2026-11-30T10:00"),
        ("2026-11-24T03:00", 540, "2026-11-24T18:00"),
    ],
    ids=["within a day", "over a holiday", "after hours", "over a weekend", "a whole day"],
)
def test_a_promise_counts_working_time_by_the_zone(since, minutes, due):
    begins = datetime.fromisoformat(since + "+03:00")

    assert calendar.after(HELD, begins, minutes) == datetime.fromisoformat(due + "+03:00")
    assert calendar.worked(HELD, begins, datetime.fromisoformat(due + "+03:00")) == minutes
