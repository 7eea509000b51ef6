"""One payment on its page, by its events."""

from __future__ import annotations

import pytest

from cabinet.domain.base import confirmations
from cabinet.models.confirmations import Challenge
from cabinet.models.payments import PaymentStatus
from cabinet.state.payment import PaymentState
from tests.personae import KEYRING
from tests.tabs import words_of


def code_of(installation, payment) -> str:
    with installation.database.reading() as session:
        return confirmations.code_of(session.get_one(Challenge, payment.challenge_id), KEYRING)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.fixture
def page(anna, unconfirmed):
    anna.path = f"/pay/{unconfirmed.id}"
    anna.do(PaymentState.load)
    return anna


def test_the_right_code_confirms_the_payment(installation, page, unconfirmed, payment_now):
    page.do(PaymentState.confirm, form={"code": code_of(installation, unconfirmed)})

    assert payment_now(unconfirmed.id).status is PaymentStatus.created
    assert page[PaymentState].leave == f"/pay/{unconfirmed.id}/go"


def test_a_code_typed_into_six_cells_is_the_same_code(installation, page, unconfirmed, payment_now):
    code = code_of(installation, unconfirmed)

    page.do(PaymentState.confirm, form={f"code-{cell}": digit for cell, digit in enumerate(code)})

    assert payment_now(unconfirmed.id).status is PaymentStatus.created


def test_a_wrong_code_is_said_and_confirms_nothing(installation, page, unconfirmed, payment_now):
    page.do(PaymentState.confirm, form={"code": other(code_of(installation, unconfirmed))})

    assert payment_now(unconfirmed.id).status is PaymentStatus.unconfirmed
    assert page[PaymentState].code_refusal != ""
    assert page[PaymentState].leave == ""


def test_after_three_wrong_codes_the_right_one_is_too_late(installation, page, unconfirmed, payment_now):
    code = code_of(installation, unconfirmed)
    for _ in range(3):
        page.do(PaymentState.confirm, form={"code": other(code)})

    page.do(PaymentState.confirm, form={"code": code})

    assert payment_now(unconfirmed.id).status is not PaymentStatus.created


@pytest.mark.parametrize("form", [{}, {"code": ""}, {"code": "abcdef"}, {"code": "1" * 5_000}, {"code-0": "1"}])
def test_what_is_no_code_confirms_nothing(page, unconfirmed, payment_now, form):
    page.do(PaymentState.confirm, form=form)

    assert payment_now(unconfirmed.id).status is PaymentStatus.unconfirmed
    assert page[PaymentState].code_refusal != ""


def test_a_payment_that_is_given_up_is_canceled(page, unconfirmed, payment_now):
    page.do(PaymentState.cancel)

    assert payment_now(unconfirmed.id).status is PaymentStatus.canceled
    page.do(PaymentState.load)
    shown = page[PaymentState].shown
    assert (shown.title, shown.words) == ("Платёж отменён", "Деньги не списаны.")
    facts = {fact.name: fact.value for fact in shown.facts}
    assert facts["Куда"] == "Лицевой счёт 4 102 887"
    assert "Чек на почту" not in facts


def test_a_paid_payment_cannot_be_given_up(anna, paid, payment_now):
    anna.path = f"/pay/{paid.id}"

    anna.do(PaymentState.cancel)

    assert payment_now(paid.id).status is PaymentStatus.succeeded


def test_the_page_of_a_paid_payment_shows_it_with_its_receipt(anna, paid):
    anna.path = f"/pay/{paid.id}"

    anna.do(PaymentState.load)

    shown = anna[PaymentState].shown
    assert str(shown.amount).replace("\u00a0", " ") == "500,00 ₽"
    assert len(shown.receipts) == 1
    assert not shown.can_cancel


@pytest.mark.parametrize("address", ["/pay/x", "/pay/00000000-0000-0000-0000-000000000000", "/pay/"])
def test_a_payment_that_is_not_there_is_missing(anna, address):
    anna.path = address

    anna.do(PaymentState.load)

    assert anna[PaymentState].missing


def test_for_vera_annas_payment_does_not_exist(installation, vera, unconfirmed, payment_now):
    vera.path = f"/pay/{unconfirmed.id}"
    code = code_of(installation, unconfirmed)

    for handler, payload in (
        (PaymentState.load, {}),
        (PaymentState.confirm, {"form": {"code": code}}),
        (PaymentState.resend, {}),
        (PaymentState.cancel, {}),
    ):
        vera.do(handler, **payload)

    assert vera[PaymentState].missing
    assert payment_now(unconfirmed.id).status is PaymentStatus.unconfirmed
    assert unconfirmed.number not in words_of(vera.told)
    with installation.database.reading() as session:
        challenge = session.get_one(Challenge, unconfirmed.challenge_id)
    assert confirmations.code_of(challenge, KEYRING) == code
