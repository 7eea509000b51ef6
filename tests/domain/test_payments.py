from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from cabinet.domain import billing, billing_accounts, history, ledger, operations, payments, receipts
from cabinet.domain.base import confirmations, events
from cabinet.domain.base.actor import RightMissing
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderStatus, WebhookEvent
from cabinet.kit.money import Money
from cabinet.models.billing import InvoiceStatus
from cabinet.models.confirmations import Challenge
from cabinet.models.payments import (
    MethodKind,
    OperationStatus,
    Payment,
    PaymentStatus,
    PaymentStep,
    SavedMethod,
    WebhookCall,
)
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on

MIR = ProviderMethod(brand="Мир", last4="4417", expiry="09/2029")


def order(who, minor, *, method=MethodKind.card, attempt=None, **more):
    return payments.Order(id=attempt or uuid4(), account_id=who.account.id, amount=Money(minor), method=method, **more)


def open_(session, who, minor, *, now=NOON, **more):
    return payments.open_(session, who.actor, order(who, minor, **more), now=now, provider="sandbox")


def sent(session, who, minor, **more):
    made = open_(session, who, minor, **more)
    return payments.leave(session, who.actor, made.id, now=NOON)


def told(session, payment, status, *, minor=None, currency="RUB", ref="acq-1", failure="", now=NOON, **more):
    amount = Money(payment.amount_minor + payment.fee_minor if minor is None else minor, currency)
    seen = ProviderPayment(ref=ref, status=status, amount=amount, failure=failure, method=MIR, **more)
    return payments.apply(session, SYSTEM, payment.id, seen, now=now)


def code_for(session, payment):
    return confirmations.code_of(session.get_one(Challenge, payment.challenge_id), KEYRING)


def recorded(session, kind):
    return [event for event in events.recorded(session) if isinstance(event, kind)]


def test_a_payment_that_the_bank_took_is_on_the_balance_and_in_the_history(session, anna):
    payment = sent(session, anna, 500_00)

    told(session, payment, ProviderStatus.succeeded)

    assert on(session, anna) == Money(500_00)
    (line,) = operations.own_history(session, anna.actor).rows
    assert (line.number, line.amount, line.status) == (payment.number, Money(500_00), OperationStatus.done)
    assert line.method_label == "Мир •• 4417"
    assert len(recorded(session, payments.PaymentSucceeded)) == 1


def test_the_same_news_ten_times_moves_the_money_once(session, anna):
    payment = sent(session, anna, 500_00)

    for _ in range(10):
        told(session, payment, ProviderStatus.succeeded)

    assert on(session, anna) == Money(500_00)
    assert len(recorded(session, payments.PaymentSucceeded)) == 1
    assert len(receipts.of_payment(session, anna.actor, payment.id)) == 1


def test_a_decline_moves_nothing_and_says_why(session, anna):
    payment = sent(session, anna, 500_00)

    told(session, payment, ProviderStatus.failed, failure="insufficient_funds")

    assert on(session, anna) == Money(0)
    (line,) = operations.own_history(session, anna.actor).rows
    assert (line.status, line.failure) == (OperationStatus.failed, "insufficient_funds")


def test_money_taken_after_a_decline_is_credited_after_all(session, anna):
    payment = sent(session, anna, 500_00)
    told(session, payment, ProviderStatus.failed, failure="bank_unavailable")

    told(session, payment, ProviderStatus.succeeded, now=NOON + timedelta(hours=72))

    assert on(session, anna) == Money(500_00)
    assert payment.status is PaymentStatus.succeeded


def test_a_decline_that_comes_after_success_changes_nothing(session, anna):
    payment = sent(session, anna, 500_00)
    told(session, payment, ProviderStatus.succeeded)

    told(session, payment, ProviderStatus.failed, failure="other")

    assert payment.status is PaymentStatus.succeeded
    assert on(session, anna) == Money(500_00)


@pytest.mark.parametrize(("minor", "currency"), [(499_99, "RUB"), (500_01, "RUB"), (500_00, "USD"), (0, "RUB")])
def test_another_sum_than_asked_is_set_aside_and_not_credited(session, anna, minor, currency):
    payment = sent(session, anna, 500_00)

    told(session, payment, ProviderStatus.succeeded, minor=minor, currency=currency)

    assert payment.status is PaymentStatus.review
    assert on(session, anna) == Money(0)
    assert payment.taken == {"minor": minor, "currency": currency}
    assert ledger.verify(session) == []


def test_finance_credits_what_the_bank_really_took(session, anna, maria):
    payment = sent(session, anna, 500_00)
    told(session, payment, ProviderStatus.succeeded, minor=400_00)

    payments.accept(session, maria, payment.id, now=NOON)

    assert on(session, anna) == Money(400_00)
    assert payment.status is PaymentStatus.succeeded


def test_an_operator_may_not_end_a_review(session, anna, oleg):
    payment = sent(session, anna, 500_00)
    told(session, payment, ProviderStatus.succeeded, minor=400_00)

    with pytest.raises(RightMissing):
        payments.accept(session, oleg, payment.id, now=NOON)


def test_news_under_another_reference_is_not_believed(session, anna):
    payment = sent(session, anna, 500_00)
    told(session, payment, ProviderStatus.pending, ref="acq-1")

    told(session, payment, ProviderStatus.succeeded, ref="acq-2")

    assert payment.status is PaymentStatus.pending
    assert on(session, anna) == Money(0)


@pytest.mark.parametrize("minor", [0, -1, -500_00])
def test_an_amount_that_is_not_positive_is_refused(session, anna, minor):
    with pytest.raises(payments.AmountNotPositive):
        open_(session, anna, minor)


def test_amounts_outside_of_the_rules_are_refused(session, anna):
    with pytest.raises(payments.AmountTooSmall) as small:
        open_(session, anna, 9_99)
    with pytest.raises(payments.AmountTooLarge) as large:
        open_(session, anna, 15_000_01)

    assert small.value.details == {"least": Money(10_00)}
    assert large.value.details == {"most": Money(15_000_00)}


def test_a_second_click_is_the_same_payment(session, anna):
    attempt = uuid4()

    first = open_(session, anna, 500_00, attempt=attempt)
    second = open_(session, anna, 500_00, attempt=attempt)

    assert second.id == first.id
    assert len(session.scalars(select(Payment)).all()) == 1


def test_the_same_attempt_with_another_sum_is_refused(session, anna):
    attempt = uuid4()
    open_(session, anna, 500_00, attempt=attempt)

    with pytest.raises(payments.OrderChanged):
        open_(session, anna, 600_00, attempt=attempt)


def test_a_sum_that_was_not_shown_is_not_charged(session, anna):
    with pytest.raises(payments.QuoteChanged):
        open_(session, anna, 500_00, total_shown=Money(499_00))


def test_no_more_than_ten_payments_stand_open(session, anna):
    for _ in range(3):
        open_(session, anna, 500_00)
    made = 3
    while made < 10:
        payment = open_(session, anna, 500_00)
        assert payment.status is PaymentStatus.unconfirmed
        made += 1
        confirmations_forgotten(session, anna)

    with pytest.raises(payments.TooManyOpen):
        open_(session, anna, 500_00)


def confirmations_forgotten(session, who):
    """Move the codes sent so far into the past, so that the limit on codes is not what stops us."""
    for challenge in session.scalars(select(Challenge).where(col(Challenge.address) == who.person.phone)):
        challenge.sent_at = NOON - timedelta(days=2)
    session.flush()


def test_above_the_limit_a_code_is_owed_and_confirms_this_payment_only(session, anna):
    payment = open_(session, anna, 1_000_01)
    assert payment.status is PaymentStatus.unconfirmed

    payments.confirm(session, anna.actor, payment.id, code_for(session, payment), keyring=KEYRING, now=NOON)

    assert payment.status is PaymentStatus.created
    another = open_(session, anna, 2_000_00)
    with pytest.raises(confirmations.CodeWrong):
        payments.confirm(session, anna.actor, another.id, code_for(session, payment), keyring=KEYRING, now=NOON)


def test_at_the_limit_no_code_is_owed(session, anna):
    assert open_(session, anna, 1_000_00).status is PaymentStatus.created


def test_the_fourth_small_payment_of_a_day_asks_for_a_code(session, anna):
    for _ in range(3):
        assert open_(session, anna, 100_00).status is PaymentStatus.created

    assert open_(session, anna, 100_00).status is PaymentStatus.unconfirmed


def test_an_unconfirmed_payment_does_not_leave_for_the_bank(session, anna):
    payment = open_(session, anna, 1_000_01)

    payments.leave(session, anna.actor, payment.id, now=NOON)

    assert payment.status is PaymentStatus.unconfirmed
    assert operations.own_history(session, anna.actor).rows == []


def test_a_code_that_was_altered_after_it_was_sent_fits_nothing(session, anna):
    payment = open_(session, anna, 1_000_01)
    code = code_for(session, payment)
    payment.amount_minor = 9_000_00
    session.flush()

    with pytest.raises(payments.OrderChanged):
        payments.confirm(session, anna.actor, payment.id, code, keyring=KEYRING, now=NOON)


def test_a_card_that_was_to_be_kept_is_kept_once(session, anna):
    payment = sent(session, anna, 500_00, save_method=True)
    kept = ProviderMethod(brand="Мир", last4="4417", token="tok-1")
    seen = ProviderPayment(ref="acq-1", status=ProviderStatus.succeeded, amount=Money(500_00), method=kept)

    for _ in range(2):
        payments.apply(session, SYSTEM, payment.id, seen, now=NOON)

    (card,) = payments.saved_methods(session, anna.actor)
    assert (card.brand, card.last4) == ("Мир", "4417")


def test_a_card_that_was_not_to_be_kept_is_forgotten(session, anna):
    payment = sent(session, anna, 500_00)
    kept = ProviderMethod(brand="Мир", last4="4417", token="tok-1")
    seen = ProviderPayment(ref="acq-1", status=ProviderStatus.succeeded, amount=Money(500_00), method=kept)

    payments.apply(session, SYSTEM, payment.id, seen, now=NOON)

    assert list(payments.saved_methods(session, anna.actor)) == []


def test_a_strangers_saved_card_cannot_be_charged(session, anna, vera):
    card = SavedMethod(
        person_id=anna.person.id, provider="sandbox", token="t", brand="Мир", last4="4417", created_at=NOON
    )
    session.add(card)
    session.flush()

    with pytest.raises(payments.MethodUnknown):
        open_(session, vera, 500_00, method=MethodKind.saved_card, saved_method_id=card.id)


def invoice_for(session, who, minor, *, due=NOON + timedelta(days=7)):
    lines = [billing.LineDraft("visit", {"ru": "Выезд мастера", "en": "Visit"}, Money(minor))]
    draft = billing.InvoiceDraft(key=uuid4().hex, kind="single", lines=lines, due_at=due, title={"ru": "Выезд"})
    return billing.issue(session, SYSTEM, who.account, draft, now=NOON)


def test_a_paid_invoice_is_settled_with_the_payment(session, anna):
    invoice = invoice_for(session, anna, 490_00)
    payment = sent(session, anna, 490_00, invoice_id=invoice.id)

    told(session, payment, ProviderStatus.succeeded)

    assert invoice.status is InvoiceStatus.paid
    assert on(session, anna) == Money(0)
    kinds = [line.kind for line in operations.own_history(session, anna.actor).rows]
    assert sorted(kinds) == ["charge.single", "top_up"]


def test_the_balance_and_a_payment_settle_an_invoice_together(session, anna):
    give(session, anna, 300_00)
    invoice = invoice_for(session, anna, 490_00)
    payment = sent(session, anna, 190_00, invoice_id=invoice.id)

    told(session, payment, ProviderStatus.succeeded)

    assert invoice.status is InvoiceStatus.paid
    assert on(session, anna) == Money(0)


def test_a_payment_that_does_not_cover_the_invoice_is_refused(session, anna):
    invoice = invoice_for(session, anna, 490_00)

    with pytest.raises(payments.InvoiceNotCovered) as refused:
        open_(session, anna, 489_99, invoice_id=invoice.id)

    assert refused.value.details == {"missing": Money(490_00)}


def test_a_strangers_invoice_does_not_exist(session, anna, vera):
    invoice = invoice_for(session, anna, 490_00)

    with pytest.raises(billing.InvoiceNotFound):
        open_(session, vera, 490_00, invoice_id=invoice.id)


def test_the_quote_says_now_right_after_and_what_is_left(session, anna):
    give(session, anna, 1_234_50)
    invoice_for(session, anna, 1_500_00)

    quote = payments.quote(session, anna.actor, order(anna, 500_00), now=NOON)

    assert [(step.kind, step.amount.minor) for step in quote.steps] == [
        ("charge", -500_00),
        ("balance_after", 1_734_50),
        ("invoice_on", -1_500_00),
        ("left_on", 234_50),
    ]
    assert (quote.fee, quote.total, quote.code_needed) == (Money(0), Money(500_00), False)


def test_what_is_offered_first_covers_the_next_uncovered_day(session, anna):
    give(session, anna, 1_234_50)
    invoice_for(session, anna, 1_500_00)

    offered = payments.suggestions(session, anna.actor, anna.account, now=NOON)

    assert [(each.kind, each.amount) for each in offered[:2]] == [
        ("missing", Money(265_50)),
        ("round", Money(500_00)),
    ]


def test_a_payer_gives_up_before_the_bank_and_nothing_is_left_open(session, anna):
    payment = open_(session, anna, 500_00)

    payments.cancel(session, anna.actor, payment.id, now=NOON)

    assert payment.status is PaymentStatus.canceled


def test_at_the_bank_the_provider_is_asked_to_cancel(session, anna):
    payment = sent(session, anna, 500_00)

    payments.cancel(session, anna.actor, payment.id, now=NOON)

    assert payment.status is PaymentStatus.pending
    assert len(recorded(session, payments.CancelAsked)) == 1


def test_a_finished_payment_cannot_be_canceled(session, anna):
    payment = sent(session, anna, 500_00)
    told(session, payment, ProviderStatus.succeeded)

    with pytest.raises(payments.NotCancelable):
        payments.cancel(session, anna.actor, payment.id, now=NOON)


def test_a_webhook_is_taken_once(session, anna):
    payment = sent(session, anna, 500_00)
    told(session, payment, ProviderStatus.pending)
    call = WebhookEvent(call_id="w-1", event="payment.succeeded", ref="acq-1", payload={})

    assert payments.take_in(session, SYSTEM, "sandbox", call, now=NOON)
    assert not payments.take_in(session, SYSTEM, "sandbox", call, now=NOON)

    assert len(recorded(session, payments.ProviderCalled)) == 1


def test_a_webhook_that_overtakes_the_answer_finds_its_payment_by_our_id(session, anna):
    payment = sent(session, anna, 500_00)
    call = WebhookEvent(call_id="w-1", event="payment.succeeded", ref="acq-1", payment_id=payment.id, payload={})

    payments.take_in(session, SYSTEM, "sandbox", call, now=NOON)

    assert [event.payment_id for event in recorded(session, payments.ProviderCalled)] == [payment.id]


def test_a_webhook_of_an_unknown_payment_is_kept_and_moves_nothing(session, anna):
    call = WebhookEvent(call_id="w-1", event="payment.succeeded", ref="nobodys", payload={})

    payments.take_in(session, SYSTEM, "sandbox", call, now=NOON)

    (kept,) = session.scalars(select(WebhookCall)).all()
    assert kept.outcome == "unknown_payment"
    assert recorded(session, payments.ProviderCalled) == []


def test_the_janitor_asks_about_what_is_silent_and_not_about_the_rest(session, anna):
    silent = sent(session, anna, 100_00)
    done = sent(session, anna, 100_00)
    told(session, done, ProviderStatus.succeeded, ref="acq-2")
    later = NOON + timedelta(seconds=21)

    assert payments.silent(session, SYSTEM, now=later) == [silent.id]
    payments.asked(session, SYSTEM, silent.id, now=later)
    assert payments.silent(session, SYSTEM, now=later + timedelta(seconds=29)) == []


def test_what_nobody_sent_is_closed_when_its_time_is_over(session, anna):
    unconfirmed = open_(session, anna, 1_000_01)
    created = open_(session, anna, 100_00)

    assert payments.abandoned(session, SYSTEM, now=NOON + timedelta(minutes=16)) == 1
    assert payments.abandoned(session, SYSTEM, now=NOON + timedelta(minutes=61)) == 1

    assert {unconfirmed.status, created.status} == {PaymentStatus.canceled}


def test_every_state_has_its_transitions_and_none_leads_back_from_money():
    reached = set(payments.TRANSITIONS.values())

    assert reached | {PaymentStatus.unconfirmed} == set(PaymentStatus)
    backwards = {PaymentStatus.unconfirmed, PaymentStatus.created, PaymentStatus.pending, PaymentStatus.failed}
    with_money = {PaymentStatus.succeeded, PaymentStatus.partially_refunded, PaymentStatus.refunded}
    wrong = [
        state
        for (state, _), following in payments.TRANSITIONS.items()
        if state in with_money and following in backwards
    ]
    assert wrong == []


def test_the_steps_of_a_payment_are_written_down_in_order(session, anna):
    payment = sent(session, anna, 500_00)
    told(session, payment, ProviderStatus.succeeded)

    steps = session.scalars(select(PaymentStep).order_by(col(PaymentStep.id))).all()

    assert [step.name for step in steps] == ["opened", "sent", "succeeded"]


def test_a_stranger_neither_sees_nor_touches_annas_payment(session, anna, vera):
    payment = sent(session, anna, 500_00)
    unconfirmed = open_(session, anna, 2_000_00)
    stranger = vera.actor

    for attempt in (
        lambda: payments.payment(session, stranger, payment.id),
        lambda: payments.timeline(session, stranger, payment.id),
        lambda: history.result(session, stranger, payment.id),
        lambda: payments.leave(session, stranger, payment.id, now=NOON),
        lambda: payments.cancel(session, stranger, payment.id, now=NOON),
        lambda: payments.confirm(
            session, stranger, unconfirmed.id, code_for(session, unconfirmed), keyring=KEYRING, now=NOON
        ),
        lambda: payments.resend_code(session, stranger, unconfirmed.id, now=NOON),
        lambda: open_(session, vera, 500_00, attempt=payment.id),
    ):
        with pytest.raises(payments.PaymentNotFound):
            attempt()
    assert receipts.of_payment(session, stranger, payment.id) == []
    with pytest.raises(billing_accounts.BillingAccountNotFound):
        payments.open_(session, stranger, order(anna, 100_00), now=NOON, provider="sandbox")
