from datetime import date

import pytest
from sqlalchemy import select

from cabinet.domain import notifications
from cabinet.domain.base import events
from cabinet.domain.base.actor import RightMissing
from cabinet.domain.notifications import Notice
from cabinet.kit.money import Money
from cabinet.models.notifications import Channel, Delivery, DeliveryStatus, Notification
from tests.moments import NOON
from tests.personae import SYSTEM

RECEIVED = Notice(
    "payment_succeeded", {"amount": Money(500_00), "number": "П-1", "account": "4102887"}, "event-1:payment_succeeded"
)


def tell(session, who, notice=RECEIVED):
    notifications.tell(session, SYSTEM, who.person.id, notice, now=NOON)


def test_a_notice_enters_the_journal_and_leaves_by_mail_once(session, anna):
    tell(session, anna)
    tell(session, anna)

    (entry,) = notifications.journal(session, anna.actor).rows
    assert notifications.unpack(entry.values)["amount"] == Money(500_00)
    (delivery,) = session.scalars(select(Delivery)).all()
    assert (delivery.channel, delivery.address) == (Channel.email, "sokolova@example.ru")
    queued = [event for event in events.recorded(session) if isinstance(event, notifications.DeliveryQueued)]
    assert len(queued) == 1


def test_an_unverified_address_gets_nothing(session, anna):
    anna.person.email_verified_at = None
    session.flush()

    tell(session, anna)

    assert session.scalars(select(Delivery)).all() == []
    assert len(notifications.journal(session, anna.actor).rows) == 1


def test_reading_the_journal_leaves_nothing_unread(session, anna):
    tell(session, anna)
    assert notifications.unread(session, anna.actor) == 1

    notifications.read_all(session, anna.actor, now=NOON)

    assert notifications.unread(session, anna.actor) == 0


def test_a_message_is_given_up_after_eight_failures_or_a_permanent_one(session, anna):
    tell(session, anna)
    (delivery,) = session.scalars(select(Delivery)).all()

    for attempt in range(1, 9):
        status = notifications.not_sent(session, SYSTEM, delivery.id, "away", permanent=False, now=NOON)
        session.refresh(delivery)
        assert status is (DeliveryStatus.failed if attempt == 8 else DeliveryStatus.queued)
    assert notifications.taken(session, SYSTEM, delivery.id) is None


def test_values_keep_their_kind():
    values = {"amount": Money(1, "PTS"), "day": date(2026, 12, 1), "at": NOON, "n": 3, "word": "да"}

    assert notifications.unpack(notifications.pack(values)) == values


def test_a_stranger_reads_nothing_of_annas_and_marks_nothing(session, anna, vera):
    tell(session, anna)

    assert notifications.journal(session, vera.actor).rows == []
    notifications.read_all(session, vera.actor, now=NOON)
    assert notifications.unread(session, anna.actor) == 1
    assert session.scalars(select(Notification)).one().read_at is None
    with pytest.raises(RightMissing):
        notifications.tell(session, vera.actor, anna.person.id, RECEIVED, now=NOON)
