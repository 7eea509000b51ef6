"""Two web processes on one PostgreSQL and one Redis: what happens in one is seen, and ended, in the other."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cabinet.domain import payments
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind, Payment, PaymentStatus
from tests.raw import STATE, Backend

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("raw-sockets")]

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
