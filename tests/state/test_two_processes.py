"""Two web processes on one PostgreSQL and one Redis: what happens in one is seen, and ended, in the other."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import payments
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.chat import ChatMessage
from cabinet.models.payments import MethodKind, Payment, PaymentStatus
from cabinet.models.people import StaffRole
from cabinet.models.security import SessionKind
from tests.raw import STATE, Backend

pytestmark = [pytest.mark.slow]

TALK = f"{STATE}.cabinet___state___chat____talk_state"
CONSOLE = f"{STATE}.cabinet___state___staff___chat____staff_chat_state"
KEY = "00000000-0000-4000-8000-000000000001"
PAYMENT = f"{STATE}.cabinet___state___payment____payment_state"


@pytest.fixture(scope="module")
def processes(tmp_path_factory, postgres, redis_url):
    with postgres.fresh() as url:
        shared = {"DATABASE_URL": url, "REDIS_URL": redis_url}
        first = Backend(tmp_path_factory.mktemp("first"), **shared)
        second = Backend(tmp_path_factory.mktemp("second"), beside=first, **shared)
        with first.running(), second.running():
            yield first, second


@pytest.fixture
def connect():
    opened = []

    def connected(backend, cookie):
        opened.append(backend.connect(cookie))
        return opened[-1]

    yield connected
    for each in opened:
        each.close()


def test_what_a_customer_does_in_one_is_told_to_her_tab_in_the_other(processes, connect):
    first, second = processes
    anna = first.people.anna
    order = payments.Order(id=uuid4(), account_id=anna.account.id, amount=Money(500_00), method=MethodKind.card)
    made = first.do(payments.open_, anna.actor, order, now=clock.now(), provider="sandbox")
    cookie = first.cookie(anna.person.id)
    elsewhere = connect(second, cookie)
    elsewhere.send(f"{STATE}.hydrate_and_load", pathname="/payments", asPath="/payments")
    elsewhere.until_heard('"is_hydrated_rx_state_":true')
    here = connect(first, cookie)

    here.send(f"{PAYMENT}.cancel", pathname=f"/pay/{made.id}", asPath=f"/pay/{made.id}")

    elsewhere.until_heard('"payments_rx_state_":1')
    with first.database.reading() as session:
        assert session.get_one(Payment, made.id).status is PaymentStatus.canceled


def test_signing_out_in_one_closes_the_socket_in_the_other(processes, connect):
    first, second = processes
    cookie = first.cookie(first.people.anna.person.id)
    elsewhere = connect(second, cookie)
    elsewhere.send(f"{STATE}.hydrate_and_load", pathname="/payments", asPath="/payments")
    elsewhere.until_heard('"is_hydrated_rx_state_":true')

    assert first.post("/auth/sign-out", cookie).status_code == 303

    elsewhere.until(lambda socket: socket.closed is not None, seconds=5)


def opened(backend, cookie, path):
    """Open a page in a tab of that process."""
    socket = backend.connect(cookie)
    socket.send(f"{STATE}.hydrate_and_load", pathname=path, asPath=path)
    socket.until_heard('"is_hydrated_rx_state_":true')
    return socket


def follow(socket, state, words, **router):
    """Do what the page does when the bell rings: load anew, until the words are there."""

    def looked(_socket):
        if any('"chat_rx_state_":' in frame for frame in socket.heard):
            socket.heard.clear()
            socket.send(f"{state}.load", **router)
        return any(words in frame for frame in socket.heard)

    socket.until(looked)


def test_a_talk_between_two_processes_outlives_one_of_them(tmp_path, postgres, redis_url):
    desk, page = {"pathname": "/staff/chat", "asPath": "/staff/chat"}, {"pathname": "/chat", "asPath": "/chat"}
    question = {"form": {"body": "Слышно?", "key": KEY}}
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with postgres.fresh() as url:
        shared = {"DATABASE_URL": url, "REDIS_URL": redis_url}
        first = Backend(tmp_path / "first", **shared)
        second = Backend(tmp_path / "second", beside=first, **shared)
        annas = first.cookie(first.people.anna.person.id)
        olegs = first.cookie(first.people.staff[StaffRole.operator], SessionKind.staff)
        with second.running():
            with first.running():
                anna = opened(first, annas, "/chat")
                oleg = opened(second, olegs, "/staff/chat")
                oleg.send(f"{CONSOLE}.come", **desk)
                oleg.until_heard('"on_duty_rx_state_":true')
                anna.send(f"{TALK}.send", question, **page)
                follow(oleg, CONSOLE, "Соколова", **desk)
                oleg.send(f"{CONSOLE}.take", {"key": ""}, **desk)
                follow(anna, TALK, '"state":"talking"', **page)
                oleg.send(f"{CONSOLE}.answer", {"form": {"body": "Да"}}, **desk)
                follow(anna, TALK, '"text":"Да"', **page)
                first.kill()
                anna.until_closed()
                anna.close()
            anna = opened(second, annas, "/chat")
            anna.until_heard('"text":"Слышно?"')
            anna.until_heard('"text":"Да"')
            for _ in range(2):
                anna.send(f"{TALK}.send", question, **page)
            anna.send(f"{TALK}.send", {"form": {"body": "Спасибо"}}, **page)
            follow(oleg, CONSOLE, '"text":"Спасибо"', **desk)
            with second.database.reading() as session:
                lines = list(session.scalars(select(ChatMessage).order_by(ChatMessage.id)))
            for socket in (anna, oleg):
                socket.close()

    assert [line.body for line in lines if line.what == "said"] == ["Слышно?", "Да", "Спасибо"]
