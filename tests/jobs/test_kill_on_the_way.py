"""kill -9 of the cabinet or of the acquirer at each step of a payment: the right end, and the money moved once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from cabinet import jobs
from cabinet.domain import billing_accounts, payments, receipts, refunds
from cabinet.domain.base import audit
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind, Payment, PaymentStatus
from cabinet.models.people import StaffRole
from cabinet.operate import proofs
from cabinet.settings import ROOT
from tests import personae, sandboxing
from tests.personae import SYSTEM
from tests.waiting import until

CARD = "2200000000000004"
END_SECONDS_MAX = 60
"""The promise: the right final state within a minute."""

STEPS = ["opened", "at_the_acquirer", "paid_and_not_told", "told_and_not_applied", "refund_asked"]


@dataclass(frozen=True)
class Address:
    """What the sandbox needs to know of its merchant."""

    url: str


class Cabinet:
    """The process of `tests.jobs.served`; killed, it starts again on the same port and database."""

    def __init__(self, home, url, sandbox_port, port, pace):
        self._command = [sys.executable, "-m", "tests.jobs.served", str(port), pace]
        self._environment = {
            **os.environ,
            "CABINET_HOME": str(home),
            "DATABASE_URL": url,
            "PORT": str(port),
            "CABINET_SANDBOX_PORT": str(sandbox_port),
            "CABINET_SANDBOX_KEY": sandboxing.KEY,
            "CABINET_SANDBOX_WEBHOOK_SECRET": sandboxing.WEBHOOK_SECRET,
        }
        self._address = f"http://127.0.0.1:{port}/webhooks/elsewhere"
        self._log = home / "cabinet.log"
        self._process = None

    def start(self):
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        until(self._answers, seconds=60)

    def kill(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self):
        assert self._process.poll() is None, self._log.read_text()
        try:
            return httpx.post(self._address, trust_env=False).status_code == 404
        except httpx.TransportError:
            return False


class Street:
    """Anna, the cabinet and the acquirer. The tests order and look by the database, as the pages do."""

    def __init__(self, database, cabinet, sandbox):
        self.database = database
        self.processes = {"cabinet": cabinet, "acquirer": sandbox}
        self.anna = database.run(personae.anna_in)
        self.maria = database.run(personae.member_in, StaffRole.finance)[1]

    def strike(self, victim):
        self.processes[victim].kill()
        self.processes[victim].start()

    def order(self):
        order = payments.Order(
            id=uuid4(), account_id=self.anna.account.id, amount=Money(500_00), method=MethodKind.card
        )
        now = clock.now()
        self.database.run(payments.open_, self.anna.actor, order, now=now, provider="sandbox")
        self.database.run(payments.leave, self.anna.actor, order.id, now=now)
        return order.id

    def payment(self, payment_id):
        return self.database.look(lambda session: session.get_one(Payment, payment_id))

    def ends_as(self, payment_id, status):
        until(lambda: self.payment(payment_id).status is status, seconds=END_SECONDS_MAX)

    def count(self, query):
        return self.database.look(lambda session: session.scalar(text(query)))


@pytest.fixture
def street(database, database_url, tmp_path):
    """Start both; `street(pace)`."""
    made = []

    def start(pace):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        (tmp_path / "acquirer").mkdir()
        sandbox = sandboxing.Sandbox(tmp_path / "acquirer", Address(f"http://127.0.0.1:{port}/webhooks/sandbox"))
        cabinet = Cabinet(tmp_path, database_url, sandbox.port, port, pace)
        made.extend([cabinet, sandbox])
        # Puts the tasks of what the test does; only the process carries them out.
        jobs.install(database, zone="UTC")
        sandbox.start()
        cabinet.start()
        return Street(database, cabinet, sandbox)

    yield start
    for process in made:
        process.kill()


def walk(street, victim, step):
    """Pay 500 roubles and have 120 given back, with one process killed at the step."""
    sandbox = street.processes["acquirer"]
    if step == "paid_and_not_told":
        sandbox.set_switch("lost_webhook")
    payment_id = street.order()
    if step == "opened":
        street.strike(victim)
    until(lambda: street.payment(payment_id).provider_url, seconds=END_SECONDS_MAX)
    at_the_acquirer = street.payment(payment_id).provider_url

    if step == "at_the_acquirer":
        street.processes[victim].kill()
        if victim == "acquirer":
            sandbox.start()
        sandboxing.pay_by_card(at_the_acquirer, CARD)
        if victim == "cabinet":
            street.processes[victim].start()
    else:
        sandboxing.pay_by_card(at_the_acquirer, CARD)
    if step == "told_and_not_applied":
        until(lambda: street.count("SELECT COUNT(*) FROM webhook_call"), seconds=END_SECONDS_MAX)
    if step in ("paid_and_not_told", "told_and_not_applied"):
        street.strike(victim)
    street.ends_as(payment_id, PaymentStatus.succeeded)

    street.database.run(refunds.request, street.maria, payment_id, Money(120_00), "по просьбе", now=clock.now())
    if step == "refund_asked":
        street.strike(victim)
    street.ends_as(payment_id, PaymentStatus.partially_refunded)

    balance = street.database.look(billing_accounts.balance, SYSTEM, street.anna.account)
    assert (balance.amount, balance.held) == (Money(380_00), Money(0))
    there = sandbox.payment(street.payment(payment_id).provider_ref)
    assert (there["status"], there["refunded_amount"]["value"]) == ("succeeded", "120.00")
    assert street.count("SELECT COUNT(*) FROM ledger_transaction") == 2
    assert len(street.database.look(receipts.of_payment, SYSTEM, payment_id)) == 2
    assert proofs.ledger(street.database, say=lambda _: None) == []
    assert street.database.look(audit.verify) is None
    assert jobs.dead() == []


@pytest.mark.slow
@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("victim", ["cabinet", "acquirer"])
@pytest.mark.parametrize("step", STEPS)
def test_a_payment_ends_well_whoever_is_killed_on_the_way(street, victim, step):
    walk(street("hurried"), victim, step)


@pytest.mark.audit
@pytest.mark.parametrize("victim", ["cabinet", "acquirer"])
@pytest.mark.parametrize("step", STEPS)
def test_a_payment_ends_well_within_a_minute_at_the_pace_of_the_product(street, victim, step):
    walk(street("real"), victim, step)
