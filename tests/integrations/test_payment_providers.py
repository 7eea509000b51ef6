"""The contract of `PaymentProvider`: what every adapter has to pass, whoever is behind it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from cabinet.domain.base.ports import FAILURES, BadSignature, ProviderStatus
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind
from tests.integrations.provider_contract import DECLINES, Driver, order, refund_of
from tests.waiting import until

pytestmark = pytest.mark.anyio

WEBHOOK_SECONDS = 10


async def opened(driver: Driver, method=MethodKind.card, **changes):
    return await driver.provider().create(order(method, return_url=driver.return_url, **changes))


async def paid(driver: Driver, **changes):
    payment = await opened(driver, **changes)
    driver.pay(payment)
    return await driver.provider().fetch(payment.ref)


async def charged(driver: Driver, token: str, **changes):
    return await driver.provider().create(
        order(MethodKind.saved_card, saved_token=token, return_url=driver.return_url, **changes)
    )


def heard(driver, payment, count=1):
    return until(lambda: len(calls := driver.webhooks(payment)) >= count and calls, seconds=WEBHOOK_SECONDS)


def events(driver, payment):
    return [read(driver, call).event for call in driver.webhooks(payment)]


def read(driver, call):
    return driver.provider().read_webhook(call.headers, call.body)


async def refused(awaitable, *, permanent):
    with pytest.raises(GatewayError) as error:
        await awaitable
    assert error.value.permanent is permanent
    return str(error.value)


async def test_a_new_payment_waits_for_its_payer(driver):
    payment = await opened(driver)

    assert payment.status is ProviderStatus.pending
    assert payment.amount == Money(500_00)
    assert payment.url.startswith("http")
    assert (payment.qr, payment.failure, payment.refunded_minor) == ("", "", 0)


async def test_the_same_id_is_one_payment_for_ever(driver):
    request = order()

    first = await driver.provider().create(request)
    again = await driver.provider().create(request)
    driver.pay(first)
    after = await driver.provider().create(request)

    assert again == first
    assert (after.ref, after.status) == (first.ref, ProviderStatus.succeeded)


async def test_the_same_id_with_another_amount_is_refused(driver):
    request = order()
    payment = await driver.provider().create(request)

    await refused(driver.provider().create(replace(request, amount=Money(501_00))), permanent=True)

    assert (await driver.provider().fetch(payment.ref)).amount == Money(500_00)


async def test_an_amount_in_another_currency_is_refused_in_words(driver):
    why = await refused(driver.provider().create(order(currency="USD")), permanent=True)

    assert "RUB" in why


async def test_a_card_pays_and_the_payer_comes_back(driver):
    payment = await opened(driver)

    left = driver.pay(payment)

    seen = await driver.provider().fetch(payment.ref)
    assert left == driver.return_url
    assert seen.status is ProviderStatus.succeeded
    assert seen.amount == Money(500_00)
    assert (seen.url, seen.qr, seen.failure) == ("", "", "")
    assert (seen.method.brand, seen.method.last4, seen.method.expiry) == ("Мир", "0004", "12/2039")
    assert seen.method.token == ""


@pytest.mark.parametrize("failure", DECLINES)
async def test_a_declined_card_says_why_in_our_words(driver, failure):
    payment = await opened(driver)

    driver.pay(payment, failure)

    seen = await driver.provider().fetch(payment.ref)
    assert (seen.status, seen.failure) == (ProviderStatus.failed, failure)
    assert failure in FAILURES


async def test_the_right_code_pays(driver):
    payment = await opened(driver)

    left = driver.pay_with_code(payment)

    assert left == driver.return_url
    assert (await driver.provider().fetch(payment.ref)).status is ProviderStatus.succeeded


async def test_a_code_wrong_three_times_ends_the_payment(driver):
    payment = await opened(driver)
    driver.ask_for_code(payment)

    statuses = []
    for _ in range(3):
        driver.enter_code(payment, right=False)
        statuses.append((await driver.provider().fetch(payment.ref)).status.value)

    assert statuses == ["pending", "pending", "failed"]
    assert (await driver.provider().fetch(payment.ref)).failure == "wrong_code"


async def test_a_code_right_at_the_third_try_pays(driver):
    payment = await opened(driver)
    driver.ask_for_code(payment)

    driver.enter_code(payment, right=False)
    driver.enter_code(payment, right=False)
    driver.enter_code(payment, right=True)

    assert (await driver.provider().fetch(payment.ref)).status is ProviderStatus.succeeded


async def test_a_payer_who_leaves_cancels(driver):
    payment = await opened(driver)

    left = driver.give_up(payment)

    seen = await driver.provider().fetch(payment.ref)
    assert left == driver.return_url
    assert (seen.status, seen.failure) == (ProviderStatus.canceled, "canceled_by_payer")


async def test_a_payment_runs_out(driver):
    payment = await opened(driver, expires_at=clock.now() + timedelta(seconds=1))

    (call,) = heard(driver, payment)

    seen = await driver.provider().fetch(payment.ref)
    assert (seen.status, seen.failure) == (ProviderStatus.canceled, "expired")
    assert read(driver, call).event == "payment.canceled"


async def test_a_card_that_was_kept_pays_without_its_payer(driver):
    payment = await opened(driver, save_method=True)
    driver.pay(payment, keep=True)
    kept = (await driver.provider().fetch(payment.ref)).method

    again = await charged(driver, kept.token, minor=120_50)

    assert again.status is ProviderStatus.succeeded
    assert again.amount == Money(120_50)
    assert (again.url, again.method.last4, again.method.token) == ("", kept.last4, kept.token)


async def test_charging_a_kept_card_twice_by_one_id_charges_once(driver):
    request = order(MethodKind.saved_card, saved_token=driver.save_card("anna"))

    first = await driver.provider().create(request)
    second = await driver.provider().create(request)

    assert first.ref == second.ref
    assert first.status is second.status is ProviderStatus.succeeded


@pytest.mark.parametrize(("asked", "agreed"), [(True, False), (False, None)])
async def test_a_card_is_kept_only_when_both_want_it(driver, asked, agreed):
    payment = await opened(driver, save_method=asked)

    driver.pay(payment, keep=agreed)

    assert (await driver.provider().fetch(payment.ref)).method.token == ""


async def test_a_kept_card_may_be_declined(driver):
    token = driver.save_card("anna", declines_later="insufficient_funds")

    payment = await charged(driver, token)

    assert (payment.status, payment.failure) == (ProviderStatus.failed, "insufficient_funds")


async def test_a_kept_card_may_ask_for_a_code(driver):
    token = driver.save_card("anna", every_time=True)
    payment = await charged(driver, token)
    assert payment.status is ProviderStatus.pending
    assert payment.url

    driver.enter_code(payment, right=True)

    assert (await driver.provider().fetch(payment.ref)).status is ProviderStatus.succeeded


async def test_veras_payments_never_use_annas_card(driver):
    token = driver.save_card("anna")

    await refused(charged(driver, token, customer="vera"), permanent=True)


async def test_a_forgotten_card_pays_no_more(driver):
    token = driver.save_card("anna")

    await driver.provider().forget(token)
    await driver.provider().forget(token)

    await refused(charged(driver, token), permanent=True)


async def test_forgetting_a_card_that_nobody_knows_is_done(driver):
    await driver.provider().forget("card_of/nobody?")


async def test_sbp_gives_a_link_to_draw(driver):
    payment = await opened(driver, MethodKind.sbp)

    assert payment.status is ProviderStatus.pending
    assert payment.qr.startswith("http")
    assert payment.url.startswith("http")


@pytest.mark.parametrize(
    ("answer", "status", "failure"),
    [
        ({"yes": True}, ProviderStatus.succeeded, ""),
        ({"yes": False}, ProviderStatus.canceled, "canceled_by_payer"),
        ({"yes": True, "failure": "insufficient_funds"}, ProviderStatus.failed, "insufficient_funds"),
    ],
)
async def test_the_payers_bank_answers_through_sbp(driver, answer, status, failure):
    payment = await opened(driver, MethodKind.sbp)

    driver.answer_sbp(payment, **answer)

    seen = await driver.provider().fetch(payment.ref)
    assert (seen.status, seen.failure) == (status, failure)
    assert (seen.method.brand, seen.method.last4) == ("СБП", "")


async def test_an_unpaid_payment_is_canceled(driver):
    payment = await opened(driver)

    first = await driver.provider().cancel(payment.ref)
    second = await driver.provider().cancel(payment.ref)

    assert first == second
    assert (first.status, first.failure, first.url) == (ProviderStatus.canceled, "", "")


async def test_a_paid_payment_is_not_canceled(driver):
    payment = await paid(driver)

    assert await driver.provider().cancel(payment.ref) == payment


async def test_a_payment_is_refunded_in_parts_and_never_beyond(driver):
    payment = await paid(driver)
    provider = driver.provider()

    first = await provider.refund(refund_of(payment, 200_00))
    second = await provider.refund(refund_of(payment, 299_99))
    why = await refused(provider.refund(refund_of(payment, 2)), permanent=True)
    last = await provider.refund(refund_of(payment, 1))

    assert {each.status for each in (first, second, last)} == {ProviderStatus.succeeded}
    assert len({each.ref for each in (first, second, last)}) == 3
    assert "refund_too_large" in why
    assert (await provider.fetch(payment.ref)).refunded_minor == 500_00


async def test_a_refund_happens_once_by_its_id(driver):
    payment = await paid(driver)
    request = refund_of(payment, 200_00)

    first = await driver.provider().refund(request)
    again = await driver.provider().refund(request)

    assert first == again
    await refused(driver.provider().refund(replace(request, amount=Money(201_00))), permanent=True)
    assert (await driver.provider().fetch(payment.ref)).refunded_minor == 200_00
    assert await driver.provider().find_refund(request.id) == first


async def test_nothing_is_refunded_of_what_was_not_paid(driver):
    payment = await opened(driver)

    await refused(driver.provider().refund(refund_of(payment, 1_00)), permanent=True)


async def test_a_slow_refund_is_pending_and_then_done(driver):
    payment = await paid(driver)
    driver.misbehave("refund_slow", 1)
    request = refund_of(payment, 500_00)

    asked = await driver.provider().refund(request)
    assert asked.status is ProviderStatus.pending
    assert (await driver.provider().fetch(payment.ref)).refunded_minor == 0
    await refused(driver.provider().refund(refund_of(payment, 1)), permanent=True)

    heard(driver, payment, 2)
    assert (await driver.provider().find_refund(request.id)).status is ProviderStatus.succeeded
    assert (await driver.provider().fetch(payment.ref)).refunded_minor == 500_00


async def test_a_refund_may_be_refused_by_the_bank_and_asked_anew(driver):
    payment = await paid(driver)
    driver.misbehave("refund_refused")

    first = await driver.provider().refund(refund_of(payment, 500_00))
    second = await driver.provider().refund(refund_of(payment, 500_00))

    assert (first.status, first.failure) == (ProviderStatus.failed, "other")
    assert second.status is ProviderStatus.succeeded


async def test_what_was_never_made_is_not_found(driver):
    provider = driver.provider()

    assert await provider.find(uuid4()) is None
    assert await provider.find_refund(uuid4()) is None
    await refused(provider.fetch("nothing/../of this"), permanent=True)
    await refused(provider.cancel("nothing"), permanent=True)


async def test_a_payment_is_found_by_our_id(driver):
    request = order()
    payment = await driver.provider().create(request)

    assert await driver.provider().find(request.id) == payment


async def test_a_webhook_names_the_payment_by_both_ids(driver):
    request = order()
    payment = await driver.provider().create(request)
    driver.pay(payment)

    (call,) = heard(driver, payment)

    event = read(driver, call)
    assert (event.event, event.ref, event.payment_id) == ("payment.succeeded", payment.ref, request.id)
    assert event.call_id
    assert json.loads(call.body) == event.payload


async def test_a_refunds_webhook_names_its_payment(driver):
    request = order()
    payment = await driver.provider().create(request)
    driver.pay(payment)
    await driver.provider().refund(refund_of(payment, 1_00))

    heard(driver, payment, 2)

    event = read(driver, driver.webhooks(payment)[1])
    assert (event.event, event.ref, event.payment_id) == ("refund.succeeded", payment.ref, request.id)


async def test_only_what_the_provider_signed_lately_is_believed(driver):
    payment = await opened(driver)
    driver.give_up(payment)
    (call,) = heard(driver, payment)
    event, now = read(driver, call), clock.now()
    stale, early = now - timedelta(minutes=6), now + timedelta(minutes=6)
    just = driver.sign(call.body, call_id=event.call_id, at=now - timedelta(minutes=4))

    assert driver.provider().read_webhook(just, call.body) == event
    refusals = {
        "forged": ({**just, "webhook-signature": "v1,AAAA"}, call.body),
        "no version": ({**just, "webhook-signature": "AAAA"}, call.body),
        "not base64": ({**just, "webhook-signature": "v1,я"}, call.body),
        "unsigned": ({name: value for name, value in just.items() if name != "webhook-signature"}, call.body),
        "altered": (just, call.body.replace(b"canceled", b"succeeded")),
        "not text": (just, call.body + b"\xff"),
        "of another id": ({**just, "webhook-id": "evt_other"}, call.body),
        "signed for another id": (driver.sign(call.body, call_id="evt_other", at=now), call.body),
        "stale": (driver.sign(call.body, call_id=event.call_id, at=stale), call.body),
        "from the future": (driver.sign(call.body, call_id=event.call_id, at=early), call.body),
        "at no time": ({**just, "webhook-timestamp": "nan"}, call.body),
        "signed nonsense": (driver.sign(b"[]", call_id="evt_1", at=now), b"[]"),
        "signed blanks": (driver.sign(b"", call_id="evt_1", at=now), b""),
    }
    for what, (headers, body) in refusals.items():
        with pytest.raises(BadSignature):
            pytest.fail(f"believed: {what}, {driver.provider().read_webhook(headers, body)}")


async def test_a_webhook_is_repeated_until_it_is_taken(driver):
    payment = await opened(driver)
    driver.answer_webhooks(payment, 500, 302)
    driver.pay(payment)

    heard(driver, payment, 3)

    calls = [read(driver, call) for call in driver.webhooks(payment)]
    assert len({call.call_id for call in calls}) == 1
    assert {call.event for call in calls} == {"payment.succeeded"}


async def test_a_double_webhook_bears_one_id(driver):
    driver.misbehave("double")
    payment = await paid(driver)

    heard(driver, payment, 2)

    first, second = [read(driver, call) for call in driver.webhooks(payment)]
    assert first == second


async def test_after_a_lost_webhook_asking_tells_the_truth(driver):
    driver.misbehave("lost")
    silent = await paid(driver)
    after = await paid(driver)

    heard(driver, after)

    assert driver.webhooks(silent) == []
    assert (await driver.provider().fetch(silent.ref)).status is ProviderStatus.succeeded


async def test_a_late_webhook_comes_after_its_time(driver):
    driver.misbehave("late", 1)
    before = clock.now()
    payment = await paid(driver)
    assert driver.webhooks(payment) == []

    heard(driver, payment)

    assert clock.now() - before >= timedelta(seconds=1)


async def test_webhooks_may_come_in_the_wrong_order(driver):
    driver.misbehave("out_of_order")
    payment = await paid(driver)
    await driver.provider().refund(refund_of(payment, 500_00))

    heard(driver, payment, 2)

    assert events(driver, payment) == ["refund.succeeded", "payment.succeeded"]


async def test_another_amount_than_asked_is_told_as_it_was_taken(driver):
    driver.misbehave("other_amount", 100)

    payment = await paid(driver)

    assert payment.status is ProviderStatus.succeeded
    assert payment.amount == Money(501_00)


async def test_a_payment_that_was_opened_in_silence_is_found(driver):
    driver.misbehave("silence", 60)
    request = order(return_url=driver.return_url)

    await refused(driver.provider(patience_seconds=0.3).create(request), permanent=False)

    found = await driver.provider().find(request.id)
    assert found.status is ProviderStatus.pending
    assert await driver.provider().create(request) == found


async def test_a_charge_that_was_made_in_silence_is_found_and_not_repeated(driver):
    token = driver.save_card("anna")
    driver.misbehave("silence", 60)
    request = order(MethodKind.saved_card, saved_token=token)

    await refused(driver.provider(patience_seconds=0.3).create(request), permanent=False)

    found = await driver.provider().find(request.id)
    assert found.status is ProviderStatus.succeeded
    assert (await driver.provider().create(request)).ref == found.ref


async def test_a_refund_that_was_made_in_silence_is_found_and_not_repeated(driver):
    payment = await paid(driver)
    driver.misbehave("refund_silence", 60)
    request = refund_of(payment, 300_00)

    await refused(driver.provider(patience_seconds=0.3).refund(request), permanent=False)

    found = await driver.provider().find_refund(request.id)
    assert found.status is ProviderStatus.succeeded
    assert (await driver.provider().refund(request)).ref == found.ref
    assert (await driver.provider().fetch(payment.ref)).refunded_minor == 300_00


async def test_a_provider_out_of_order_is_asked_again_later(driver):
    driver.misbehave("broken")
    request = order()

    await refused(driver.provider().create(request), permanent=False)

    assert await driver.provider().find(request.id) is None
    assert (await driver.provider().create(request)).status is ProviderStatus.pending


async def test_a_provider_that_dies_after_its_answer_still_tells(driver):
    driver.misbehave("late", 2)
    payment = await paid(driver)
    driver.kill()
    try:
        await refused(driver.provider().fetch(payment.ref), permanent=False)
        assert driver.webhooks(payment) == []
    finally:
        driver.start()

    (call,) = heard(driver, payment)

    assert read(driver, call).event == "payment.succeeded"
    assert (await driver.provider().fetch(payment.ref)).status is ProviderStatus.succeeded
