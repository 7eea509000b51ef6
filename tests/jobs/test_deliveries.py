"""From a notice to the message that leaves: once for its event, tried again, given up in the end, in two languages."""

from __future__ import annotations

import dataclasses
import html
from datetime import timedelta

import anyio
import pytest
from sqlmodel import select

from cabinet import db, jobs, settings, wiring
from cabinet.domain import notifications
from cabinet.domain.base import confirmations
from cabinet.domain.notifications import ATTEMPTS_MAX, DeliveryQueued, Notice
from cabinet.jobs import notifications as sending
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError
from cabinet.kit.money import Money
from cabinet.models.confirmations import Challenge
from cabinet.models.notifications import Channel, Delivery, DeliveryStatus, Notification
from tests import personae
from tests.jobs import story
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.waiting import until

TABLES = story.EMPTY | {"after": {DeliveryQueued: (sending.deliver,)}}
HURRIED = dataclasses.replace(story.HURRIED, retries_seconds=(0.01,) * ATTEMPTS_MAX)
RECEIVED = Notice(
    "payment_succeeded", {"amount": Money(500_00), "number": "П-1", "account": "4102887"}, "event-1:payment_succeeded"
)
SHORT = Notice(
    "invoice_due_soon",
    {"missing": Money(100_00), "number": "С-1", "amount": Money(800_00), "due": NOON.date()},
    "event-2:invoice_due_soon",
)


class Gateway:
    """A vendor of mail and of text messages: refuses as often as it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.refusals: list[GatewayError] = []
        self.calls = 0
        self.taken = []

    async def send(self, message):
        self.calls += 1
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(message)
        return f"vendor-{len(self.taken)}"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A data directory, and so a master key, of the test's own."""
    monkeypatch.setenv("CABINET_HOME", str(tmp_path / "home"))
    settings.get.cache_clear()
    yield
    settings.get.cache_clear()


@pytest.fixture
def gateway(monkeypatch):
    vendor = Gateway()
    monkeypatch.setattr(wiring, "mail", lambda: vendor)
    monkeypatch.setattr(wiring, "sms", lambda: vendor)
    return vendor


@pytest.fixture
def anna(database):
    database.hooks.before_commit = lambda _session, _events: None
    return database.run(personae.anna_in)


@pytest.fixture
def start(database, anna, gateway):
    """Start the job engine with nothing to do but deliveries; what it gives up is kept in a list."""
    given_up = []

    def started():
        jobs.install(database, zone="UTC", pace=HURRIED, alarm=given_up.append, **TABLES)
        jobs.start()
        return given_up

    yield started
    jobs.stop()


def tell(database, who, notice=RECEIVED):
    database.run(notifications.tell, SYSTEM, who.person.id, notice, now=NOON)


def deliveries(database):
    with database.reading() as session:
        return session.exec(select(Delivery).order_by(Delivery.channel)).all()


def over(database, count=1):
    """Wait until so many deliveries are done with, and return them."""

    def done():
        found = deliveries(database)
        return found if [each.status for each in found].count(DeliveryStatus.queued) == 0 else []

    found = until(done, seconds=30)
    assert len(found) == count
    return found


def test_a_notice_is_sent_and_the_vendors_answer_is_kept(database, anna, start, gateway):
    start()
    tell(database, anna)

    (delivery,) = over(database)

    assert (delivery.status, delivery.attempts, delivery.vendor_ref) == (DeliveryStatus.sent, 1, "vendor-1")
    (letter,) = gateway.taken
    assert (letter.to, letter.key) == ("sokolova@example.ru", str(delivery.id))


def test_the_same_event_is_told_once(database, anna, start, gateway):
    start()
    for _ in range(3):
        tell(database, anna)

    over(database)

    assert gateway.calls == 1
    with database.reading() as session:
        assert len(session.exec(select(Notification)).all()) == 1


def test_a_vendor_who_is_away_is_asked_again(database, anna, start, gateway):
    gateway.refusals = [GatewayError("away", permanent=False)] * 2
    start()
    tell(database, anna)

    (delivery,) = over(database)

    assert (delivery.status, delivery.attempts) == (DeliveryStatus.sent, 3)
    assert gateway.calls == 3
    assert len(gateway.taken) == 1


def test_a_permanent_refusal_is_not_tried_again(database, anna, start, gateway):
    gateway.refusals = [GatewayError("no such user", permanent=True)]
    given_up = start()
    tell(database, anna)

    (delivery,) = over(database)

    assert (delivery.status, delivery.attempts, delivery.error) == (DeliveryStatus.failed, 1, "no such user")
    assert given_up == []


def test_after_the_last_try_it_is_given_up(database, anna, start, gateway):
    gateway.refusals = [GatewayError("away", permanent=False)] * 20
    start()
    tell(database, anna)

    (delivery,) = over(database)

    assert (delivery.status, delivery.attempts, delivery.error) == (DeliveryStatus.failed, 8, "away")
    assert gateway.calls == 8
    assert gateway.taken == []


def test_a_bug_on_the_way_is_a_dead_letter_that_can_be_tried_once_more(database, anna, start, gateway, monkeypatch):
    def broken(*_args, **_more):
        raise ZeroDivisionError

    with monkeypatch.context() as bug:
        bug.setattr(sending.letters, "letter", broken)
        given_up = start()
        tell(database, anna)
        (task,) = until(lambda: list(given_up), seconds=30)
        until(jobs.dead, seconds=10)

    assert deliveries(database)[0].status is DeliveryStatus.queued
    jobs.resume(task)

    (delivery,) = over(database)
    assert delivery.status is DeliveryStatus.sent


def test_each_channel_is_a_message_of_its_own(database, anna, start, gateway):
    start()
    tell(database, anna, SHORT)

    letter, text = over(database, 2)

    assert (letter.channel, text.channel) == (Channel.email, Channel.sms)
    assert (letter.status, text.status) == (DeliveryStatus.sent, DeliveryStatus.sent)
    assert sorted(message.to for message in gateway.taken) == ["+79162041836", "sokolova@example.ru"]


@pytest.mark.parametrize(
    ("locale", "subject", "body"),
    [
        ("ru", "Получили 500 ₽ — Меридиан", "Платёж П-1 зачислен на лицевой счёт 4 102 887. Чек приложен."),
        ("en", "Received ₽500 — Меридиан", "Payment П-1 has reached account 4 102 887. The receipt is attached."),
    ],
)
def test_it_is_said_in_the_readers_language(database, anna, start, gateway, locale, subject, body):
    with database.transaction() as session:
        session.get_one(type(anna.person), anna.person.id).locale = locale
    start()
    tell(database, anna)
    over(database)

    (letter,) = gateway.taken
    assert plain(letter.subject) == subject
    assert body in plain(letter.text)
    assert body in plain(html.unescape(letter.html))


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def ask_for_a_code(session, anna):
    challenge = Challenge(
        person_id=anna.person.id,
        operation="sign_up",
        canonical="{}",
        channel="sms",
        address="+79162041836",
        tries_left=3,
        sent_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=5),
        created_at=clock.now(),
    )
    session.add(challenge)
    session.flush()
    event = confirmations.CodeRequested(challenge_id=challenge.id, resend=0)
    notifications.send_code(session, SYSTEM, event, now=clock.now())
    return challenge


def test_a_code_is_in_the_message_and_in_no_row(database, anna, start, gateway):
    start()
    challenge = database.run(ask_for_a_code, anna)

    (delivery,) = over(database)

    (message,) = gateway.taken
    code = confirmations.code_of(challenge, settings.get().keyring)
    assert message.text.endswith(f"@localhost:3000 #{code}")
    assert code not in str(delivery.model_dump())


def test_a_code_that_was_spent_meanwhile_is_not_sent(database, anna, start, gateway):
    database.hooks.before_commit = None
    jobs.install(database, zone="UTC", pace=HURRIED, **TABLES)
    challenge = database.run(ask_for_a_code, anna)
    with database.transaction() as session:
        session.get_one(Challenge, challenge.id).used_at = clock.now()
    start()

    (delivery,) = over(database)

    assert (delivery.status, delivery.error) == (DeliveryStatus.failed, "the code is spent or void")
    assert gateway.calls == 0


def test_a_message_already_sent_is_not_sent_by_a_late_worker(database, anna, start, gateway):
    start()
    tell(database, anna)
    (delivery,) = over(database)

    event = DeliveryQueued(delivery_id=delivery.id)
    anyio.run(sending.deliver, event)

    assert gateway.calls == 1
    assert db.current() is database
