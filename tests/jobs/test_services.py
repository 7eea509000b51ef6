"""From an order to a service that works: by the job engine, over a network that is slow, silent, or twice asked."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, update

from cabinet import jobs, wiring
from cabinet.domain import billing_accounts, ledger, services
from cabinet.domain.base.ports import NetworkAnswer
from cabinet.domain.services import Deed, NetworkAsked, Wish, turning
from cabinet.integrations.network import SimulatedNetwork
from cabinet.jobs import services as work
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError
from cabinet.kit.money import Money
from cabinet.models.ledger import LedgerTransaction
from cabinet.models.services import NetworkOrder, NetworkStatus, SimulatedOrder, Subscription, SubscriptionStatus
from tests import personae, serving
from tests.jobs import story
from tests.jobs.test_kill_on_the_way import Cabinet
from tests.personae import KEYRING, SYSTEM
from tests.waiting import until

SECONDS = 30
TABLES = story.EMPTY | {
    "after": {NetworkAsked: (work.after_asking,)},
    "children": {"services.look": work.look, "services.turn": work.turn},
}


class Network:
    """The shipped network behind a bad line: it loses answers, or is away, as often as it is told."""

    name = "simulated"

    def __init__(self, inner, *, lost=0, away=0):
        self.inner, self.lost, self.away = inner, lost, away
        self.calls = 0

    async def carry_out(self, request) -> NetworkAnswer:
        self.calls += 1
        if self.away:
            self.away -= 1
            raise GatewayError("nobody there", permanent=False)
        answer = await self.inner.carry_out(request)
        if self.lost:
            self.lost -= 1
            raise GatewayError("the answer was lost", permanent=False)
        return answer

    async def cancel(self, order_id) -> NetworkAnswer:
        return await self.inner.cancel(order_id)


@pytest.fixture
def anna(database):
    database.hooks.before_commit = lambda _session, _events: None
    someone = database.run(personae.anna_in)
    database.run(personae.give, someone, 1_000_00)
    return someone


@pytest.fixture
def engine(database, anna, monkeypatch):
    """Start the engine over a network; `engine(network)`."""

    def start(network):
        monkeypatch.setattr(wiring, "network", lambda: network)
        monkeypatch.setattr(work, "LOOK_AFTER_SECONDS", 0.1)
        jobs.install(database, **TABLES, pace=replace(story.HURRIED, retries_seconds=(0.05,) * 8), zone="UTC")
        jobs.start()
        return network

    yield start
    jobs.stop()


def order(database, anna, code="cinema"):
    product = database.run(serving.offer, code, 310_00, category="tv")

    def deed(session):
        wish = Wish(deed=Deed.connect, account_id=anna.account.id, subject=product.id)
        quote = services.quote(session, anna.actor, wish, keyring=KEYRING, now=clock.now())
        return services.order(session, anna.actor, quote.token, keyring=KEYRING, now=clock.now()).subscription.id

    return database.run(deed)


def status(database, subscription_id):
    return database.look(lambda session: session.get_one(Subscription, subscription_id)).status


def on(database, anna):
    return database.look(billing_accounts.balance, SYSTEM, anna.account).amount


def counted(database, table):
    return database.look(lambda session: session.scalar(select(func.count()).select_from(table)))


def test_an_ordered_service_works_by_itself(database, anna, engine):
    engine(Network(SimulatedNetwork(seconds=1)))

    made = order(database, anna)

    until(lambda: status(database, made) is SubscriptionStatus.active, seconds=SECONDS)


def test_a_network_that_refuses_gives_the_money_back_by_itself(database, anna, engine):
    engine(Network(SimulatedNetwork(seconds=0, cannot={"cinema": "no_port"})))

    made = order(database, anna)

    until(lambda: status(database, made) is SubscriptionStatus.failed, seconds=SECONDS)
    assert on(database, anna) == Money(1_000_00)
    assert database.look(ledger.verify) == []


@pytest.mark.parametrize("line", [{"lost": 3}, {"away": 3}])
def test_a_line_that_breaks_is_one_order_in_the_end(database, anna, engine, line):
    network = engine(Network(SimulatedNetwork(seconds=0), **line))

    made = order(database, anna)

    until(lambda: status(database, made) is SubscriptionStatus.active, seconds=SECONDS)
    assert network.calls == 4
    assert (counted(database, SimulatedOrder), counted(database, NetworkOrder)) == (1, 1)
    charges = database.look(
        lambda session: session.scalar(
            select(func.count()).where(LedgerTransaction.kind == "charge.service").select_from(LedgerTransaction)
        )
    )
    assert charges == 1


def test_the_round_asks_about_what_was_forgotten(database, anna, engine, monkeypatch):
    """The event of this order was handed to nobody: the round finds it by its age."""
    made = order(database, anna)
    monkeypatch.setattr(turning, "SILENT_SECONDS", 0)
    monkeypatch.setitem(TABLES, "jobs", {"tend": jobs.Job("* * * * * *", work.tend, lane=jobs.Lane.quick)})

    engine(Network(SimulatedNetwork(seconds=0)))

    until(lambda: status(database, made) is SubscriptionStatus.active, seconds=SECONDS)


def test_a_planned_day_comes_by_the_clock(database, anna, engine, monkeypatch):
    made = order(database, anna)
    database.run(
        lambda session: session.execute(
            update(Subscription).values(status=SubscriptionStatus.scheduled, starts_on=date(2026, 1, 1))
        )
    )
    monkeypatch.setitem(TABLES, "jobs", {"turn": jobs.Job("* * * * * *", work.turn_all)})

    engine(Network(SimulatedNetwork(seconds=0)))

    until(lambda: status(database, made) is not SubscriptionStatus.scheduled, seconds=SECONDS)


@pytest.mark.slow
def test_a_cabinet_killed_while_it_connects_finishes_after_its_restart(database, database_url, anna, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cabinet = Cabinet(tmp_path, database_url, 1, port, "real")
    jobs.install(database, zone="UTC")
    cabinet.start()
    try:
        made = order(database, anna)
        until(lambda: counted(database, SimulatedOrder), seconds=SECONDS)
        cabinet.kill()
        assert status(database, made) is SubscriptionStatus.connecting
        cabinet.start()

        until(lambda: status(database, made) is SubscriptionStatus.active, seconds=120)
    finally:
        cabinet.kill()
    assert (counted(database, SimulatedOrder), counted(database, NetworkOrder)) == (1, 1)
    (answered,) = database.look(lambda session: session.scalars(select(NetworkOrder)).all())
    assert answered.status is NetworkStatus.done
    assert database.look(ledger.verify) == []
