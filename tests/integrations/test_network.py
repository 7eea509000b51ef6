"""The simulated network: one order for its id, in its time, refusing what it cannot do."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from cabinet.domain.base.ports import NETWORK_FAILURES, NetworkAnswer, NetworkRequest
from cabinet.integrations import network
from cabinet.integrations.network import SimulatedNetwork
from cabinet.kit import clock
from cabinet.models.services import NetworkDeed, NetworkStatus, SimulatedOrder
from tests.moments import NOON

pytestmark = pytest.mark.anyio

PENDING = NetworkAnswer(status=NetworkStatus.pending)
DONE = NetworkAnswer(status=NetworkStatus.done)
DROPPED = NetworkAnswer(status=NetworkStatus.failed, failure="timeout")


@pytest.fixture
def at(database, monkeypatch):
    """Set the clock."""

    def set_(seconds):
        monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(seconds=seconds))

    set_(0)
    return set_


def request(product="cinema", deed=NetworkDeed.connect):
    return NetworkRequest(id=uuid4(), deed=deed, product=product, account="4102887")


async def test_it_takes_its_time_and_does_it_once(database, at):
    asked = request()
    assert await SimulatedNetwork().carry_out(asked) == PENDING
    at(3)
    assert await SimulatedNetwork().carry_out(asked) == PENDING
    at(4)
    assert await SimulatedNetwork().carry_out(asked) == DONE
    assert await SimulatedNetwork().carry_out(asked) == DONE

    with database.reading() as session:
        assert session.get_one(SimulatedOrder, asked.id).accepted_at == NOON


async def test_what_it_cannot_do_it_says_in_a_known_word(at):
    asked = request("tv-4k")
    await SimulatedNetwork().carry_out(asked)
    at(4)

    assert await SimulatedNetwork().carry_out(asked) == NetworkAnswer(status=NetworkStatus.failed, failure="equipment")
    assert set(network.CANNOT.values()) <= NETWORK_FAILURES


async def test_switching_off_never_fails(at):
    asked = request("tv-4k", NetworkDeed.disconnect)
    await SimulatedNetwork().carry_out(asked)
    at(4)

    assert await SimulatedNetwork().carry_out(asked) == DONE


async def test_a_dropped_order_is_never_done(at):
    asked = request()
    await SimulatedNetwork().carry_out(asked)
    assert await SimulatedNetwork().cancel(asked.id) == DROPPED
    at(60)

    assert await SimulatedNetwork().carry_out(asked) == DROPPED


async def test_what_was_done_meanwhile_is_not_dropped(at):
    asked = request()
    await SimulatedNetwork().carry_out(asked)
    at(4)

    assert await SimulatedNetwork().cancel(asked.id) == DONE


async def test_an_order_that_it_never_heard_of_is_dropped(at):
    assert await SimulatedNetwork().cancel(uuid4()) == DROPPED


async def test_what_opens_a_service_is_the_same_however_often_it_is_asked(at):
    asked = request("cloud-200")
    await SimulatedNetwork().carry_out(asked)
    at(4)

    first, second = await SimulatedNetwork().carry_out(asked), await SimulatedNetwork().carry_out(asked)

    assert first.access == second.access
    assert (first.access["link"], first.access["login"]) == ("https://cloud.meridian.example", "m4102887")
    assert first.access["password"] not in repr(first)


async def test_switching_off_gives_nothing(at):
    asked = request("cloud-200", NetworkDeed.disconnect)
    await SimulatedNetwork().carry_out(asked)
    at(4)

    assert (await SimulatedNetwork().carry_out(asked)).access == {}
