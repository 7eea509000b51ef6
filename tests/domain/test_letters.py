"""Tickets by mail: the address of a letter, whose letters are taken, once each, and what the others are told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import reactions, tickets
from cabinet.domain.base import events
from cabinet.domain.base.actor import RightMissing
from cabinet.kit.secrets import Keyring
from cabinet.models.notifications import Delivery, Notification
from cabinet.models.tickets import TicketLetter, TicketMessage, TicketState
from cabinet.reports import words
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

KEYRING = Keyring(bytes(range(32)))
BASE = "support@meridian.example"
TICKET = UUID("0f4c1a52-8a0e-4c9f-9d0b-6a2f1d3e5b77")


@pytest.fixture
def ticket(session, anna):
    wish = tickets.Wish(draft_id=uuid4(), topic="other", subject="Вечером падает скорость", body="38 вместо 300")
    return tickets.open_(session, anna.actor, wish, now=NOON)


def claimed(session, ticket, key="letter-1", *, sender="sokolova@example.ru", now=NOON):
    return tickets.claim_letter(session, SYSTEM, ticket.id, key=key, sender=sender, now=now)


def refused(session, ticket, key="letter-1", *, now=NOON):
    claimed(session, ticket, key, sender="vera@example.com", now=now)
    tickets.refuse_letter(session, SYSTEM, ticket.id, tickets.AnotherAddress(), key=key, now=now)


def came(session, ticket, sender="sokolova@example.ru", body="AX3000", *, key="letter-1", cut=0, now=NOON):
    claimed(session, ticket, key, sender=sender, now=now)
    return tickets.take_letter(session, SYSTEM, ticket.id, body, key=key, sender=sender, cut=cut, now=now)


def said(session, ticket):
    query = select(TicketMessage.body).where(TicketMessage.ticket_id == ticket.id).order_by(TicketMessage.id)
    return list(session.scalars(query))


def told(session, kind):
    """Carry out what follows, and return the notices of a kind in words, with where a reply to their letters goes."""
    for event in events.recorded(session):
        for reaction in reactions.REACTIONS.get(type(event), ()):
            reactions.carry_out(session, SYSTEM, reaction, event, now=NOON)
    notices = session.scalars(select(Notification).where(Notification.kind == kind)).all()
    letters = session.scalars(select(Delivery).where(Delivery.kind == kind)).all()
    return [words.journal(each, "ru", today=NOON.date()) for each in notices], letters


def test_the_address_of_a_ticket_is_its_own():
    address = tickets.letter_address(KEYRING, BASE, TICKET)

    # The id in base 32, then ten bytes of HMAC-SHA256 under HMAC-SHA256(master, "tickets.letter").
    assert address == "support+b5gbuuukbzgj7hilnixr2ps3o6wv33toqllilzvvfq@meridian.example"
    assert len(address.partition("@")[0]) <= 64
    assert tickets.letter_about(KEYRING, BASE, [address]) == TICKET
    assert tickets.letter_about(KEYRING, BASE, ["boss@meridian.example", address.upper()]) == TICKET


def test_an_address_that_was_altered_is_nobodys():
    name, _, host = tickets.letter_address(KEYRING, BASE, TICKET).partition("@")
    others = [
        f"{name[:-1]}{'a' if name[-1] != 'a' else 'b'}@{host}",
        f"{name[:12]}a{name[13:]}@{host}",
        f"{name}a@{host}",
    ]
    others += [f"{name}@example.ru", f"other{name.removeprefix('support')}@{host}", BASE, "support+@meridian.example"]
    others += ["support+ы@meridian.example", f"support+{'a' * 300}@{host}", "", "@", "+@"]

    assert [each for each in others if tickets.letter_about(KEYRING, BASE, [each])] == []
    assert tickets.letter_about(Keyring(b"k" * 32), BASE, [f"{name}@{host}"]) is None


def test_a_letter_is_a_reply_and_sets_the_clock_going(session, anna, oleg, ticket):
    last = tickets.last_id(session, oleg, ticket.id)
    asked = {"how": "asked", "draft_id": uuid4(), "seen_id": last, "now": NOON}
    tickets.answer(session, oleg, ticket.id, "Какая модель роутера?", **asked)
    assert ticket.solve_due_at is None

    message = came(session, ticket, "Sokolova@Example.ru")

    assert said(session, ticket) == ["38 вместо 300", "Какая модель роутера?", "AX3000"]
    assert (message.person_id, message.staff_id, message.private) == (anna.person.id, None, False)
    assert ticket.state is TicketState.working
    assert ticket.solve_due_at is not None


def test_the_same_letter_is_taken_once(session, anna, ticket):
    first = came(session, ticket, cut=2)
    again = came(session, ticket, cut=2)

    assert first.id == again.id
    assert said(session, ticket) == ["38 вместо 300", "AX3000"]
    assert claimed(session, ticket) is tickets.LetterClaim.settled
    notices, _ = told(session, "letter_cut")
    assert len(notices) == 1
    assert notices[0][0].replace("\xa0", " ") == "Дошли не все файлы из письма"


def test_one_worker_at_a_time_deals_with_a_letter(session, ticket):
    claim = tickets.LetterClaim
    assert claimed(session, ticket) is claim.ours
    assert claimed(session, ticket, now=NOON + timedelta(minutes=9)) is claim.anothers
    tickets.release_letter(session, SYSTEM, "letter-1")
    assert claimed(session, ticket) is claim.ours
    # Its worker died: after ten minutes another takes over.
    assert claimed(session, ticket, now=NOON + timedelta(minutes=10)) is claim.ours
    came(session, ticket)
    tickets.release_letter(session, SYSTEM, "letter-1")
    assert claimed(session, ticket, now=NOON + timedelta(days=1)) is claim.settled


def test_a_letter_of_vera_is_refused_and_the_owner_is_told(session, anna, vera, ticket):
    for sender in ("vera@example.com", "", "sokolova@example.ru.example.com"):
        with pytest.raises(tickets.AnotherAddress):
            tickets.take_letter(session, SYSTEM, ticket.id, "AX3000", key="letter-1", sender=sender, now=NOON)
    for _ in range(2):
        refused(session, ticket)

    assert said(session, ticket) == ["38 вместо 300"]
    (letter,) = session.scalars(select(TicketLetter)).all()
    assert (letter.sender, letter.refusal) == ("vera@example.com", "tickets.another_address")
    ((title, body),), (delivery,) = told(session, "letter_refused")
    assert title.replace("\xa0", " ") == f"Письмо по обращению {ticket.number} не принято"
    assert "Оно пришло не с вашего адреса" in body.replace("\xa0", " ")
    assert delivery.person_id == anna.person.id
    assert delivery.address == "sokolova@example.ru"
    assert "vera" not in body


def test_of_a_flood_of_refused_letters_the_owner_is_told_three_times_a_day(session, anna, ticket):
    for place in range(5):
        refused(session, ticket, f"letter-{place}")
    refused(session, ticket, "letter-9", now=NOON + timedelta(days=2))

    notices, _ = told(session, "letter_refused")
    assert len(notices) == 4
    assert len(session.scalars(select(TicketLetter)).all()) == 6


def test_an_address_that_is_not_confirmed_any_more_writes_nothing(session, anna, ticket):
    anna.person.email_verified_at = None
    session.add(anna.person)

    with pytest.raises(tickets.AnotherAddress):
        came(session, ticket)


def test_what_a_reply_may_not_a_letter_may_not(session, anna, ticket):
    for body in ("", " \n ", "ы" * 10_001):
        with pytest.raises(tickets.BodyMissing):
            came(session, ticket, body=body)
    tickets.close(session, anna.actor, ticket.id, now=NOON)
    with pytest.raises(tickets.TooLateToReopen):
        came(session, ticket, now=NOON + timedelta(days=15))

    came(session, ticket, now=NOON + timedelta(days=13))
    assert ticket.state is TicketState.working


def test_nobody_but_the_system_brings_letters(session, anna, vera, oleg, ticket):
    for actor in (anna.actor, vera.actor, oleg):
        with pytest.raises(RightMissing):
            tickets.take_letter(session, actor, ticket.id, "x", key="k", sender="sokolova@example.ru", now=NOON)
        with pytest.raises(RightMissing):
            tickets.refuse_letter(session, actor, ticket.id, tickets.AnotherAddress(), key="k", now=NOON)
        with pytest.raises(RightMissing):
            tickets.claim_letter(session, actor, ticket.id, key="k", sender="", now=NOON)
        with pytest.raises(RightMissing):
            tickets.release_letter(session, actor, "k")
        with pytest.raises(RightMissing):
            tickets.said(session, actor, ticket.id, 1)


def test_a_ticket_that_is_not_there_takes_no_letters(session):
    with pytest.raises(tickets.TicketNotFound):
        tickets.take_letter(session, SYSTEM, TICKET, "x", key="k", sender="sokolova@example.ru", now=NOON)
    claim = tickets.claim_letter(session, SYSTEM, TICKET, key="k", sender="", now=NOON)

    assert claim is tickets.LetterClaim.settled
    assert session.scalars(select(TicketLetter)).all() == []


def test_letters_about_a_ticket_say_where_a_reply_lands_and_show_the_answer(session, oleg, ticket):
    sent = {"draft_id": uuid4(), "seen_id": tickets.last_id(session, oleg, ticket.id), "now": NOON}
    message = tickets.answer(session, oleg, ticket.id, "Проверили порт", how="answered", **sent)
    note = tickets.remark(session, oleg, ticket.id, "Между нами", draft_id=uuid4(), now=NOON)

    _, (opened,) = told(session, "ticket_opened")
    _, (answered,) = told(session, "ticket_answered")

    assert opened.answers == f"ticket:{ticket.id}:0"
    assert answered.answers == f"ticket:{ticket.id}:{message.id}"
    assert tickets.said(session, SYSTEM, ticket.id, message.id) == "Проверили порт"
    assert tickets.said(session, SYSTEM, ticket.id, note.id) == ""
    assert tickets.said(session, SYSTEM, TICKET, message.id) == ""
    assert tickets.said(session, SYSTEM, ticket.id, 0) == ""
