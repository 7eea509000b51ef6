"""Tickets that have to do with each other: linked, merged into one thread, split into two; nothing written is lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import attachments, files, reactions, tickets
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor, RightMissing, SignInNeeded
from cabinet.models.notifications import Notification
from cabinet.models.tickets import Ticket, TicketLink, TicketMessage, TicketState, TicketStep
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

MINUTE = timedelta(minutes=1)


def opened(session, who, body="Первое", *, now=NOON, subject="Тема"):
    wish = tickets.Wish(draft_id=uuid4(), topic="other", subject=subject, body=body)
    return tickets.open_(session, who.actor, wish, now=now)


def replied(session, who, ticket, body, *, now=NOON):
    return tickets.reply(session, who.actor, ticket.id, body, draft_id=uuid4(), now=now)


def said(session, actor, ticket):
    return [each.message.body for each in tickets.thread(session, actor, ticket.id).said]


def attached(session, who, draft_id):
    kept = files.Kept(
        draft_id=draft_id, key=files.new_key(), name="a.png", media_type="image/png", size_bytes=9, sha256="0" * 64
    )
    return files.keep(session, who.actor, kept, now=NOON)


@pytest.fixture
def two(session, anna):
    """Two tickets of Anna's, written to by turns."""
    one = opened(session, anna, "1", subject="Скорость")
    other = opened(session, anna, "2", now=NOON + MINUTE, subject="Снова скорость")
    replied(session, anna, one, "3", now=NOON + 2 * MINUTE)
    replied(session, anna, other, "4", now=NOON + 3 * MINUTE)
    return one, other


def test_merged_all_that_was_written_stands_in_one_thread_in_order(session, anna, oleg, two):
    one, other = two
    sent = attached(session, anna, draft := uuid4())
    tickets.reply(session, anna.actor, other.id, "5", draft_id=draft, now=NOON + 4 * MINUTE)
    tickets.remark(session, oleg, other.id, "заметка", draft_id=uuid4(), now=NOON + 5 * MINUTE)
    for word in ("кабель", "подъезд"):
        tickets.tag(session, oleg, other.id, word, now=NOON)
    tickets.tag(session, oleg, one.id, "кабель", now=NOON)

    into = tickets.merge(session, oleg, other.id, one.number, now=NOON + 6 * MINUTE)

    assert into.id == one.id
    assert said(session, anna.actor, one) == ["1", "2", "3", "4", "5"]
    assert said(session, oleg, one) == ["1", "2", "3", "4", "5", "заметка"]
    assert (other.state, other.merged_into_id, one.state) == (TicketState.done, one.id, TicketState.accepted)
    assert attachments.file(session, anna.actor, sent.id).id == sent.id
    thread = tickets.thread(session, oleg, one.id)
    assert list(thread.tags) == ["кабель", "подъезд"]
    assert [each.id for each in thread.linked] == [other.id]
    assert tickets.thread(session, anna.actor, other.id).merged_into.number == one.number
    assert tickets.thread(session, anna.actor, one.id).linked == ()


def test_merged_twice_it_is_merged_once_and_the_customer_is_told_once(session, anna, oleg, two):
    one, other = two
    for _ in range(2):
        tickets.merge(session, oleg, other.id, one.number, now=NOON)

    steps = [each.name for each in session.scalars(select(TicketStep).where(TicketStep.ticket_id == other.id))]
    assert steps.count("finished") == 1
    for event in events.recorded(session):
        for reaction in reactions.REACTIONS.get(type(event), ()):
            reactions.carry_out(session, SYSTEM, reaction, event, now=NOON)
    (notice,) = session.scalars(select(Notification).where(Notification.kind == "ticket_merged"))
    assert (notice.values["number"], notice.values["into"]) == (other.number, one.number)
    assert notice.link == f"/support/{one.id}"


def test_who_writes_to_what_was_merged_writes_where_it_went(session, anna, oleg, two):
    one, other = two
    third = opened(session, anna, "ещё")
    tickets.merge(session, oleg, other.id, one.number, now=NOON)
    tickets.merge(session, oleg, one.id, third.number, now=NOON)

    replied(session, anna, other, "И вот ещё")

    assert other.merged_into_id == third.id
    assert said(session, anna.actor, third)[-1] == "И вот ещё"
    for deed in (
        lambda: tickets.reopen(session, anna.actor, other.id, now=NOON),
        lambda: tickets.rate(session, anna.actor, other.id, 5, "", now=NOON),
        lambda: tickets.split(session, oleg, 10_000_000, "x", now=NOON),
    ):
        with pytest.raises((tickets.NotNow, tickets.TicketNotFound)):
            deed()
    assert other.state is TicketState.done


def test_what_cannot_be_one_is_refused(session, anna, vera, oleg, two):
    one, other = two
    hers = opened(session, vera)
    tickets.close(session, anna.actor, other.id, now=NOON)
    for ticket, number in ((one, hers.number), (one, one.number), (one, other.number)):
        with pytest.raises(tickets.CannotMerge):
            tickets.merge(session, oleg, ticket.id, number, now=NOON)
    for number in ("", "Т-2020-000001", "999999", "%", "_" * 30):
        with pytest.raises(tickets.OtherNotFound):
            tickets.merge(session, oleg, one.id, number, now=NOON)

    assert said(session, anna.actor, one) == ["1", "3"]


def test_a_number_is_typed_as_people_type_it(session, oleg, two):
    one, other = two
    digits = other.number.rpartition("-")[2]
    for typed in (other.number, f" {other.number.lower()} ", digits, digits.lstrip("0")):
        assert tickets.link(session, oleg, one.id, typed, now=NOON).id == other.id

    assert len(session.scalars(select(TicketLink)).all()) == 1


def test_a_link_is_seen_from_both_sides_by_the_staff_alone(session, anna, vera, oleg, two):
    one, _ = two
    hers = opened(session, vera)

    tickets.link(session, oleg, one.id, hers.number, now=NOON)

    assert [each.id for each in tickets.linked(session, oleg, one.id)] == [hers.id]
    assert [each.id for each in tickets.linked(session, oleg, hers.id)] == [one.id]
    assert tickets.thread(session, vera.actor, hers.id).linked == ()
    tickets.unlink(session, oleg, hers.id, one.id, now=NOON)
    assert tickets.linked(session, oleg, one.id) == []
    with pytest.raises(tickets.CannotMerge):
        tickets.link(session, oleg, one.id, one.number, now=NOON)


def test_links_are_few(session, anna, vera, oleg):
    one = opened(session, anna)
    for place in range(20):
        other = opened(session, vera, now=NOON + timedelta(hours=place))
        tickets.link(session, oleg, one.id, other.number, now=NOON)
    last = opened(session, vera, now=NOON + timedelta(hours=30))

    with pytest.raises(tickets.TooManyLinks):
        tickets.link(session, oleg, one.id, last.number, now=NOON)


def test_a_message_becomes_a_ticket_of_its_own_with_its_files(session, anna, oleg):
    ticket = opened(session, anna, "Падает скорость")
    sent = attached(session, anna, draft := uuid4())
    message = tickets.reply(session, anna.actor, ticket.id, "И верните 300 ₽", draft_id=draft, now=NOON)
    tickets.take(session, oleg, ticket.id, now=NOON)

    fresh = tickets.split(session, oleg, message.id, "Возврат", now=NOON + MINUTE)

    assert said(session, anna.actor, ticket) == ["Падает скорость"]
    assert said(session, anna.actor, fresh) == ["И верните 300 ₽"]
    assert (fresh.subject, fresh.person_id, fresh.assignee_id) == ("Возврат", anna.person.id, oleg.id)
    assert (fresh.topic_code, fresh.state) == ("other", TicketState.accepted)
    assert attachments.file(session, anna.actor, sent.id).id == sent.id
    assert [each.id for each in tickets.linked(session, oleg, fresh.id)] == [ticket.id]
    assert len(session.scalars(select(Ticket)).all()) == 2


def test_what_cannot_stand_alone_is_not_split(session, anna, oleg):
    ticket = opened(session, anna)
    (only,) = session.scalars(select(TicketMessage)).all()
    note = tickets.remark(session, oleg, ticket.id, "заметка", draft_id=uuid4(), now=NOON)
    with pytest.raises(tickets.CannotSplit):
        tickets.split(session, oleg, only.id, "Тема", now=NOON)
    replied(session, anna, ticket, "Второе")
    with pytest.raises(tickets.CannotSplit):
        tickets.split(session, oleg, note.id, "Тема", now=NOON)
    for subject in ("", "  ", "ы" * 201):
        with pytest.raises(tickets.SubjectMissing):
            tickets.split(session, oleg, only.id, subject, now=NOON)
    with pytest.raises(tickets.TicketNotFound):
        tickets.split(session, oleg, 10_000_000, "Тема", now=NOON)


def test_customers_and_vera_join_nothing(session, anna, vera, two):
    one, other = two
    (message, *_) = session.scalars(select(TicketMessage)).all()
    for who in (anna, vera):
        for deed in (
            lambda actor: tickets.merge(session, actor, other.id, one.number, now=NOON),
            lambda actor: tickets.link(session, actor, other.id, one.number, now=NOON),
            lambda actor: tickets.unlink(session, actor, other.id, one.id, now=NOON),
            lambda actor: tickets.split(session, actor, message.id, "Тема", now=NOON),
            lambda actor: tickets.linked(session, actor, one.id),
        ):
            with pytest.raises(RightMissing):
                deed(who.actor)


def moved(session, who, address):
    who.account.address = address
    session.add(who.account)
    session.flush()


@pytest.mark.parametrize(
    ("address", "flat"),
    [
        ("Тверь, Волжская наб., 12, кв. 51", "кв. 51"),
        ("Тверь, Волжская наб., 12, оф. 3", "оф. 3"),
        ("Тверь, Волжская наб., 12", ""),
        ("Тверь, Волжская наб., 1", None),
        ("Тверь, Волжская наб., 124, кв. 51", None),
        ("Тверь, Волжская наб., 12 корп. 2, кв. 51", None),
        ("", None),
    ],
)
def test_what_the_same_house_wrote_on_the_same_topic_is_near(session, anna, vera, oleg, address, flat):
    moved(session, anna, "Тверь, Волжская наб., 12, кв. 48")
    moved(session, vera, address)
    ticket, other = opened(session, anna), opened(session, vera)

    found = tickets.near(session, oleg, ticket.id, now=NOON)

    assert [(each.ticket.id, each.flat) for each in found] == ([] if flat is None else [(other.id, flat)])


def test_what_is_linked_merged_old_ones_own_or_of_another_topic_is_not_near(session, anna, vera, oleg):
    for who in (anna, vera):
        moved(session, who, "Тверь, Волжская наб., 12")
    ticket = opened(session, anna)
    opened(session, anna, now=NOON - MINUTE)
    opened(session, vera, now=NOON - timedelta(days=31))
    payment = tickets.Wish(draft_id=uuid4(), topic="payment", subject="Тема", body="Слова")
    tickets.open_(session, vera.actor, payment, now=NOON)
    linked, merged, left = (opened(session, vera, subject=str(place)) for place in range(3))
    tickets.link(session, oleg, ticket.id, linked.number, now=NOON)
    tickets.merge(session, oleg, merged.id, left.number, now=NOON)

    assert [each.ticket.id for each in tickets.near(session, oleg, ticket.id, now=NOON)] == [left.id]
    moved(session, anna, "")
    assert tickets.near(session, oleg, ticket.id, now=NOON) == []
    for stranger in (anna.actor, vera.actor, Actor.guest()):
        with pytest.raises((RightMissing, SignInNeeded)):
            tickets.near(session, stranger, ticket.id, now=NOON)


def test_three_of_the_newest_are_near(session, anna, vera, oleg):
    for who in (anna, vera):
        moved(session, who, "Тверь, Волжская наб., 12")
    ticket = opened(session, anna)
    others = [opened(session, vera, now=NOON + place * MINUTE) for place in range(4)]

    found = tickets.near(session, oleg, ticket.id, now=NOON + 5 * MINUTE)

    assert [each.ticket.id for each in found] == [each.id for each in reversed(others[1:])]
