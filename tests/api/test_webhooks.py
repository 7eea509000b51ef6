"""Webhooks through the real route, from a real sandbox acquirer, with the real jobs behind them.

Whatever is late, doubled, lost, reordered or forged: the same state and the same balance in the end.
"""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import uuid4

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from standardwebhooks import Webhook

from cabinet import api, jobs, wiring
from cabinet import settings as configuration
from cabinet.domain import billing_accounts, payments, receipts, refunds
from cabinet.integrations import acquiring
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind, Payment, PaymentStatus
from cabinet.models.people import StaffRole
from cabinet.operate import proofs
from tests import personae, sandboxing
from tests.jobs.story import HURRIED
from tests.personae import SYSTEM
from tests.sandboxing import WEBHOOK_SECRET
from tests.waiting import until

pytestmark = pytest.mark.databases("sqlite", "postgres")

CARD = "2200000000000004"
BACK = "http://localhost:3000/pay/back"
ADDRESSES = (f"10.0.{high}.{low}" for high, low in itertools.product(range(256), range(1, 255)))
"""A caller of its own for each story: the limit on calls is not what these tests are about."""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with sandboxing.running(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


class Caller:
    """Whoever calls our address. Each call has an event loop of its own, so that many may call at once."""

    def __init__(self):
        self._transport = httpx.ASGITransport(api.routes(), client=(next(ADDRESSES), 1))

    def post(self, path, body, headers):
        return self.ask("POST", path, content=body, headers=headers)

    def ask(self, verb, path, **more):
        async def asking():
            async with httpx.AsyncClient(transport=self._transport, base_url="http://localhost:3000") as client:
                return await client.request(verb, path, **more)

        return anyio.run(asking)


@dataclass
class House:
    """The cabinet with its jobs at work, and the acquirer outside."""

    database: object
    sandbox: sandboxing.Sandbox
    anna: personae.Customer
    maria: object

    def __post_init__(self):
        self.caller = Caller()

    def order(self, minor=500_00):
        """Anna orders and leaves for the acquirer."""
        order = payments.Order(id=uuid4(), account_id=self.anna.account.id, amount=Money(minor), method=MethodKind.card)
        now = clock.now()
        self.database.run(payments.open_, self.anna.actor, order, now=now, provider="sandbox")
        self.database.run(payments.leave, self.anna.actor, order.id, now=now)
        return anyio.run(partial(acquiring.start, wiring.provider(), order.id, return_url=BACK))

    def pay(self, payment):
        """The payer pays; the webhook reaches the merchant of the tests, not yet us."""
        sandboxing.pay_by_card(payment.provider_url, CARD)
        return self.heard(payment, 1)

    def heard(self, payment, count):
        until(lambda: len(self.sandbox.merchant.about(payment.provider_ref)) >= count, seconds=20)
        return self.sandbox.merchant.about(payment.provider_ref)

    def deliver(self, call, changes=(), *, to="sandbox", caller=None):
        return (caller or self.caller).post(f"/webhooks/{to}", call.body, call.headers | dict(changes))

    def poll(self, payment):
        anyio.run(partial(acquiring.look, wiring.provider(), payment.id, return_url=BACK))

    def give_back(self, payment, minor):
        """Finance asks for a refund; return when it has happened."""
        now = clock.now()
        refund = self.database.run(refunds.request, self.maria, payment.id, Money(minor), "по просьбе", now=now)
        until(lambda: self.database.look(refunds.request_of, SYSTEM, refund.id, title="") is None, seconds=30)

    def settled(self):
        """Wait until no job is left to be done."""
        table = "workflow_status" if self.database.sqlite else "dbos.workflow_status"
        left = f"SELECT COUNT(*) FROM {table} WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED')"
        until(lambda: self.count(left) == 0, seconds=60)

    def count(self, query):
        return self.database.look(lambda session: session.scalar(text(query)))

    def now(self, payment):
        return self.database.look(lambda session: session.get_one(Payment, payment.id))

    def balance(self):
        return self.database.look(billing_accounts.balance, SYSTEM, self.anna.account).amount

    def ledger_holds(self):
        return proofs.ledger(self.database, say=lambda _: None) == []


@pytest.fixture
def house(database, sandbox, monkeypatch):
    sandbox.reset()
    monkeypatch.setenv("CABINET_SANDBOX_PORT", str(sandbox.port))
    monkeypatch.setenv("CABINET_SANDBOX_KEY", sandboxing.KEY)
    monkeypatch.setenv("CABINET_SANDBOX_WEBHOOK_SECRET", WEBHOOK_SECRET)
    forget = (configuration.get.cache_clear, wiring.provider.cache_clear)
    for each in forget:
        each()
    anna = database.run(personae.anna_in)
    maria = database.run(personae.member_in, StaffRole.finance)[1]
    jobs.install(database, zone="UTC", pace=HURRIED, jobs={})
    jobs.start()
    yield House(database, sandbox, anna, maria)
    jobs.stop()
    for each in forget:
        each()


def signed(body, *, at=None, secret=WEBHOOK_SECRET):
    """A call in the acquirer's name."""
    moment = at or clock.now()
    raw = json.dumps(body).encode()
    headers = {
        "webhook-id": body["id"],
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(body["id"], moment, raw.decode()),
        "content-type": "application/json",
    }
    return sandboxing.Call(headers, raw)


def told(payment, *, status="succeeded", value="500.00", currency="RUB", ours=None):
    """What the acquirer would say of the payment."""
    return {
        "id": f"msg_{uuid4().hex}",
        "type": f"payment.{status}",
        "object": {
            "id": payment.provider_ref if payment else f"pay_{uuid4().hex}",
            "merchant_payment_id": str(ours or payment.id),
            "status": status,
            "amount": {"value": value, "currency": currency},
        },
    }


def test_a_webhook_credits_the_payment(house):
    payment = house.order()
    (call,) = house.pay(payment)

    answer = house.deliver(call)

    assert answer.status_code == 200
    until(lambda: house.now(payment).status is PaymentStatus.succeeded, seconds=30)
    assert house.balance() == Money(500_00)


def test_the_same_webhook_ten_times_in_parallel_credits_once(house):
    payment = house.order()
    (call,) = house.pay(payment)

    # Made one after another: FastAPI silences a warning while an app is put together, for one thread at a time.
    made = [Caller() for _ in range(10)]
    with ThreadPoolExecutor(10) as callers:
        answers = list(callers.map(lambda caller: house.deliver(call, caller=caller).status_code, made))

    assert answers == [200] * 10
    house.settled()
    assert house.now(payment).status is PaymentStatus.succeeded
    assert house.balance() == Money(500_00)
    assert house.count("SELECT COUNT(*) FROM webhook_call") == 1
    assert len(house.database.look(receipts.of_payment, SYSTEM, payment.id)) == 1
    assert house.ledger_holds()


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-signature": "v1,Zm9yZ2Vk"},
        {"webhook-signature": ""},
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": "1"},
    ],
)
def test_a_forged_webhook_is_refused_and_leaves_nothing(house, changes):
    payment = house.order()
    (call,) = house.pay(payment)

    answer = house.deliver(call, changes)

    assert (answer.status_code, answer.json()) == (400, {"error": "signature"})
    assert house.count("SELECT COUNT(*) FROM webhook_call") == 0
    assert house.now(payment).status is PaymentStatus.pending


def test_a_webhook_of_another_secret_is_refused(house):
    payment = house.order()

    answer = house.deliver(signed(told(payment), secret="whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA=="))

    assert answer.status_code == 400
    assert house.count("SELECT COUNT(*) FROM webhook_call") == 0


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_stale_webhook_is_refused(house, minutes):
    payment = house.order()

    answer = house.deliver(signed(told(payment), at=clock.now() + timedelta(minutes=minutes)))

    assert answer.status_code == 400
    assert house.count("SELECT COUNT(*) FROM webhook_call") == 0


def test_a_webhook_about_an_unknown_payment_is_kept_and_moves_nothing(house):
    answer = house.deliver(signed(told(None, ours=uuid4())))

    assert answer.status_code == 200
    house.settled()
    assert house.count("SELECT COUNT(*) FROM webhook_call WHERE outcome = 'unknown_payment'") == 1
    assert house.count("SELECT COUNT(*) FROM ledger_transaction") == 0


@pytest.mark.parametrize(("value", "currency"), [("500.00", "RUB"), ("999999.00", "RUB"), ("500.00", "USD")])
def test_what_a_webhook_says_is_asked_about_and_not_believed(house, value, currency):
    """Even signed: the acquirer itself says that nobody has paid."""
    payment = house.order()

    answer = house.deliver(signed(told(payment, value=value, currency=currency)))

    assert answer.status_code == 200
    house.settled()
    assert house.now(payment).status is PaymentStatus.pending
    assert house.balance() == Money(0)


def test_another_amount_than_ordered_is_set_aside(house):
    house.sandbox.set_switch("other_amount")
    payment = house.order()
    (call,) = house.pay(payment)

    house.deliver(call)

    until(lambda: house.now(payment).status is PaymentStatus.review, seconds=30)
    assert house.balance() == Money(0)
    assert house.ledger_holds()


def test_a_webhook_that_outruns_the_answer_to_the_order_is_not_lost(house):
    """The acquirer has told of the payment before we wrote down what it is called there."""
    payment = house.order()
    (call,) = house.pay(payment)
    with house.database.transaction() as session:
        session.get_one(Payment, payment.id).provider_ref = None

    house.deliver(call)

    until(lambda: house.now(payment).status is PaymentStatus.succeeded, seconds=30)
    assert house.now(payment).provider_ref == payment.provider_ref
    assert house.balance() == Money(500_00)


def test_whoever_comes_back_again_and_again_has_the_acquirer_asked_ten_times_a_minute(house, monkeypatch):
    payment = house.order()
    asked = []
    fetch = wiring.provider().fetch
    monkeypatch.setattr(wiring.provider(), "fetch", lambda ref: asked.append(ref) or fetch(ref))

    answers = [house.caller.ask("GET", f"/pay/{payment.id}/back") for _ in range(13)]

    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, f"/pay/{payment.id}")}
    assert len(asked) == 10


def test_a_payment_that_nobody_made_is_asked_about_by_nobody(house):
    answer = house.caller.ask("GET", f"/pay/{uuid4()}/back")

    assert answer.status_code == 303
    assert house.count("SELECT COUNT(*) FROM payment") == 0


def test_a_webhook_for_another_provider_is_not_ours(house):
    call = signed(told(None, ours=uuid4()))

    assert house.deliver(call, to="elsewhere").status_code == 404


def test_a_webhook_of_a_hundred_kilobytes_is_not_read(house):
    call = signed(told(None, ours=uuid4()) | {"more": "x" * 100_000})

    assert house.deliver(call).status_code == 413


# In any order

steps = st.lists(st.tuples(st.sampled_from(["deliver", "deliver", "poll", "forge"]), st.integers(0, 5)), max_size=5)
"""What happens, and to which of the calls heard so far."""


# The engine's threads draw from `random` while Hypothesis looks whether its strategies do.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning")
@settings(
    max_examples=15,
    deadline=None,
    database=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(after_payment=steps, after_refund=steps, whole=st.booleans())
def test_calls_in_any_order_end_in_the_same_state(house, after_payment, after_refund, whole):
    """Calls that were not drawn are lost; those drawn twice are doubled; those drawn later are late."""
    before = house.balance()
    house.caller = Caller()
    with house.database.transaction() as session:
        # The rule of codes counts a day's payments; yesterday's do not count.
        session.execute(text("UPDATE payment SET created_at = '2026-01-01 00:00:00'"))
    payment = house.order()

    def go_through(drawn, calls):
        for step, index in drawn:
            if step == "poll":
                house.poll(payment)
                continue
            call = calls[index % len(calls)]
            forged = {"webhook-signature": "v1,Zm9yZ2Vk"} if step == "forge" else {}
            assert house.deliver(call, forged).status_code == (400 if forged else 200)

    calls = house.pay(payment)
    go_through(after_payment, calls)
    house.poll(payment)
    house.give_back(payment, 500_00 if whole else 120_00)
    calls = house.heard(payment, 2)
    go_through(after_refund, calls)
    house.poll(payment)
    house.settled()

    assert house.now(payment).status is (PaymentStatus.refunded if whole else PaymentStatus.partially_refunded)
    assert house.balance() - before == Money(0 if whole else 380_00)
    assert len(house.database.look(receipts.of_payment, SYSTEM, payment.id)) == 2
    assert jobs.dead() == []
    assert house.ledger_holds()
