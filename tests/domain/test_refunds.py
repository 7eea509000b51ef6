from datetime import timedelta
from uuid import uuid4

import pytest

from cabinet.domain import ledger, operations, payments, receipts, refunds
from cabinet.domain.base import audit
from cabinet.domain.base.actor import RightMissing
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderRefund, ProviderStatus
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind, PaymentStatus, ReceiptKind, RefundStatus
from tests.moments import NOON
from tests.personae import ACQUIRER, SYSTEM, on


@pytest.fixture
def paid(session, anna):
    """Five hundred roubles of Anna's, taken by the acquirer."""
    return pay(session, anna, taken=500_00)


def pay(session, who, *, taken):
    order = payments.Order(id=uuid4(), account_id=who.account.id, amount=Money(500_00), method=MethodKind.card)
    made = payments.open_(session, who.actor, order, now=NOON, provider="sandbox")
    payments.leave(session, who.actor, made.id, now=NOON)
    method = ProviderMethod(brand="Мир", last4="4417")
    seen = ProviderPayment(ref=f"acq-{made.id}", status=ProviderStatus.succeeded, amount=Money(taken), method=method)
    return payments.apply(session, SYSTEM, made.id, seen, now=NOON)


def ask(session, actor, payment, minor=500_00, reason="Оплатила дважды", **more):
    return refunds.request(session, actor, payment.id, Money(minor), reason, now=NOON, **more)


def answer(session, refund, status=ProviderStatus.succeeded, minor=None):
    seen = ProviderRefund(ref="r-1", status=status, amount=Money(minor or refund.amount_minor))
    return refunds.apply(session, SYSTEM, refund.id, seen, now=NOON)


def test_a_refund_holds_the_money_and_the_banks_answer_moves_it(session, anna, maria, paid):
    refund = ask(session, maria, paid)
    held = ledger.balance(session, SYSTEM, anna.account.ledger_account_id)
    assert (held.amount, held.available) == (Money(500_00), Money(0))

    answer(session, refund)

    assert on(session, anna) == Money(0)
    assert ledger.balance(session, SYSTEM, ACQUIRER.id).amount == Money(0)
    assert paid.status is PaymentStatus.refunded
    kinds = [(line.kind, line.amount.minor) for line in operations.own_history(session, anna.actor).rows]
    assert kinds[0] == ("refund", -500_00)
    assert [r.kind for r in receipts.of_payment(session, anna.actor, paid.id)] == [
        ReceiptKind.income,
        ReceiptKind.income_return,
    ]
    assert ledger.verify(session) == []


def test_the_same_answer_twice_returns_the_money_once(session, anna, maria, paid):
    refund = ask(session, maria, paid, 200_00)

    answer(session, refund)
    answer(session, refund)

    assert on(session, anna) == Money(300_00)
    assert (paid.status, paid.refunded_minor) == (PaymentStatus.partially_refunded, 200_00)


def test_a_refusal_of_the_bank_frees_the_money(session, anna, maria, paid):
    refund = ask(session, maria, paid)

    answer(session, refund, ProviderStatus.failed)

    assert refund.status is RefundStatus.failed
    assert ledger.balance(session, SYSTEM, anna.account.ledger_account_id).available == Money(500_00)
    assert ask(session, maria, paid).status is RefundStatus.requested


def test_parts_never_exceed_the_whole(session, maria, paid):
    ask(session, maria, paid, 300_00)

    with pytest.raises(refunds.MoreThanPaid) as refused:
        ask(session, maria, paid, 200_01)

    assert refused.value.details == {"left": Money(200_00)}


def test_the_same_request_twice_is_one_refund(session, maria, paid):
    refund_id = uuid4()

    first = ask(session, maria, paid, 100_00, refund_id=refund_id)
    second = ask(session, maria, paid, 100_00, refund_id=refund_id)

    assert first is second
    assert refunds.refundable(session, SYSTEM, paid) == Money(400_00)


def test_money_that_was_spent_cannot_be_returned(session, anna, maria, paid):
    move = ledger.Move(anna.account.ledger_account_id, ledger.SystemAccount("revenue:internet"), Money(100_00))
    ledger.post(session, SYSTEM, ledger.Entry("charge", "charge.monthly", [move]), now=NOON)

    with pytest.raises(refunds.BalanceSpent) as refused, session.begin_nested():
        ask(session, maria, paid)

    assert refused.value.details == {"available": Money(400_00)}


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_refund_needs_a_reason(session, maria, paid, reason):
    with pytest.raises(refunds.ReasonMissing):
        ask(session, maria, paid, reason=reason)


def test_a_reason_has_its_length(session, maria, paid):
    with pytest.raises(refunds.ReasonTooLong):
        ask(session, maria, paid, reason="я" * 301)


@pytest.mark.parametrize("minor", [0, -1])
def test_an_amount_that_is_not_positive_is_refused(session, maria, paid, minor):
    with pytest.raises(payments.AmountNotPositive):
        ask(session, maria, paid, minor)


def test_after_a_year_it_is_too_late(session, maria, paid):
    with pytest.raises(refunds.TooLate):
        refunds.request(session, maria, paid.id, Money(1_00), "поздно", now=NOON + timedelta(days=366))


def test_another_sum_in_the_banks_answer_moves_nothing(session, anna, maria, paid):
    refund = ask(session, maria, paid)

    answer(session, refund, minor=400_00)

    assert refund.status is RefundStatus.requested
    assert on(session, anna) == Money(500_00)


def test_money_in_review_goes_back_whole_and_never_touches_the_balance(session, anna, maria):
    frozen = pay(session, anna, taken=400_00)
    assert frozen.status is PaymentStatus.review
    with pytest.raises(refunds.WholeOnly):
        ask(session, maria, frozen, 100_00)

    answer(session, ask(session, maria, frozen, 400_00))

    assert frozen.status is PaymentStatus.refunded
    assert on(session, anna) == Money(0)
    assert ledger.verify(session) == []


def test_money_in_review_that_is_on_its_way_back_is_not_credited_as_well(session, anna, maria):
    frozen = pay(session, anna, taken=400_00)
    refund = ask(session, maria, frozen, 400_00)

    with pytest.raises(payments.RefundUnderWay):
        payments.accept(session, maria, frozen.id, now=NOON)

    answer(session, refund)
    assert frozen.status is PaymentStatus.refunded
    assert on(session, anna) == Money(0)
    assert ledger.balance(session, SYSTEM, ledger.SystemAccount("suspense").id).amount == Money(0)


def test_money_in_review_is_credited_after_the_bank_refused_to_take_it_back(session, anna, maria):
    frozen = pay(session, anna, taken=400_00)
    answer(session, ask(session, maria, frozen, 400_00), ProviderStatus.failed)

    payments.accept(session, maria, frozen.id, now=NOON)

    assert on(session, anna) == Money(400_00)


def test_a_refund_is_written_into_the_audit_journal(session, maria, ilya, paid):
    ask(session, maria, paid)

    (record,) = audit.journal(session, ilya, audit.AuditFilter(action="refunds.request")).rows

    assert record.actor == maria.label
    assert "Оплатила дважды" in record.details


def test_neither_a_stranger_nor_anna_nor_an_operator_may_refund(session, anna, vera, oleg, ilya, paid):
    for actor in (vera.actor, anna.actor, oleg, ilya):
        with pytest.raises(RightMissing):
            ask(session, actor, paid)
    assert on(session, anna) == Money(500_00)
