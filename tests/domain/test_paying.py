"""Paying what lacks: the order goes on by itself exactly as quoted, or the money stays and it is said why."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from cabinet.domain import catalog, ledger, payments, reactions, services
from cabinet.domain.base import events
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderStatus
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind
from cabinet.models.payments import MethodKind, PaymentStatus
from cabinet.models.services import SubscriptionStatus, WaitingOrder, WaitingStatus
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import offer
from tests.switching import answer, ordered, quoted

LATER = NOON + timedelta(minutes=3)


@pytest.fixture
def poor(session, anna):
    give(session, anna, 20_00)
    return anna


@pytest.fixture
def cloud(session):
    """Costs 70.00 today."""
    return offer(session, "cloud", 300_00, category="storage", kind=ProductKind.option)


def way(method=MethodKind.sbp, **more):
    return services.Way(attempt=uuid4(), method=method, **more)


def pay(session, who, quote, how=None, *, now=NOON):
    return services.pay_lack(
        session, who.actor, quote.token, how or way(), keyring=KEYRING, provider="sandbox", now=now
    )


def comes(session, who, payment, *, now=LATER):
    """The acquirer says that it was paid; what follows from that, follows."""
    payments.leave(session, who.actor, payment.id, now=NOON)
    amount = Money(payment.amount_minor + payment.fee_minor)
    method = ProviderMethod(brand="Мир", last4="4417")
    seen = ProviderPayment(ref=f"acq-{payment.id}", status=ProviderStatus.succeeded, amount=amount, method=method)
    payments.apply(session, SYSTEM, payment.id, seen, now=now)
    for event in [each for each in events.recorded(session) if type(each) is payments.PaymentSucceeded]:
        reactions.carry_out(session, SYSTEM, reactions.continue_order, event, now=now)


def waiting(session, payment):
    found = session.get_one(WaitingOrder, payment.id)
    return found.status, found.failure


def held(session, who):
    return services.current(session, who.actor, who.account.id)


def test_what_lacks_is_paid_and_the_order_goes_on_by_itself(session, poor, cloud):
    quote = quoted(session, poor, cloud)
    payment = pay(session, poor, quote)
    assert (payment.amount_minor, payment.status) == (50_00, PaymentStatus.created)
    assert (held(session, poor), on(session, poor)) == ([], Money(20_00))

    comes(session, poor, payment)

    (one,) = held(session, poor)
    assert (one.subscription.status, on(session, poor)) == (SubscriptionStatus.connecting, Money(0))
    assert waiting(session, payment) == (WaitingStatus.done, "")
    answer(session, one.subscription)
    assert ledger.verify(session) == []


def test_money_that_comes_twice_orders_once(session, poor, cloud):
    quote = quoted(session, poor, cloud)
    first, second = pay(session, poor, quote), pay(session, poor, quote)

    comes(session, poor, first)
    comes(session, poor, second)

    assert (len(held(session, poor)), on(session, poor)) == (1, Money(50_00))
    assert waiting(session, second) == (WaitingStatus.done, "")


def test_a_second_click_is_the_same_payment(session, poor, cloud):
    quote, how = quoted(session, poor, cloud), way()

    assert pay(session, poor, quote, how).id == pay(session, poor, quote, how).id


def test_less_than_can_be_paid_is_rounded_up_to_it(session, anna, cloud):
    give(session, anna, 69_99)

    assert pay(session, anna, quoted(session, anna, cloud)).amount_minor == 10_00


def not_continued(session):
    return [event.failure for event in events.recorded(session) if type(event) is services.OrderNotContinued]


def test_a_quote_that_ran_out_meanwhile_is_not_carried_out_and_the_money_stays(session, poor, cloud):
    quote = quoted(session, poor, cloud)
    payment = pay(session, poor, quote)

    comes(session, poor, payment, now=quote.holds_until)

    assert (held(session, poor), on(session, poor)) == ([], Money(70_00))
    assert waiting(session, payment) == (WaitingStatus.refused, "quote_expired")
    assert not_continued(session) == ["quote_expired"]


def test_another_price_meanwhile_is_not_charged(session, poor, cloud):
    payment = pay(session, poor, quoted(session, poor, cloud))
    dearer = catalog.Draft(title={"ru": "cloud"}, price_minor=200_00)
    catalog.publish(session, SYSTEM, "cloud", dearer, valid_from=NOON, now=NOON)

    comes(session, poor, payment)

    assert (held(session, poor), on(session, poor), not_continued(session)) == ([], Money(70_00), ["quote_changed"])


def test_a_product_withdrawn_meanwhile_is_not_connected(session, poor, cloud):
    payment = pay(session, poor, quoted(session, poor, cloud))
    catalog.withdraw(session, SYSTEM, "cloud", now=NOON)

    comes(session, poor, payment)

    assert (held(session, poor), on(session, poor)) == ([], Money(70_00))


def test_what_was_ordered_otherwise_meanwhile_is_not_ordered_again(session, poor, cloud):
    first, second = quoted(session, poor, cloud), quoted(session, poor, cloud)
    payment = pay(session, poor, first)
    give(session, poor, 500_00)
    ordered(session, poor, second)

    comes(session, poor, payment)

    assert (len(held(session, poor)), on(session, poor), not_continued(session)) == (1, Money(500_00), ["already"])


def test_a_payment_that_nothing_waits_for_is_a_payment(session, poor, cloud):
    order = payments.Order(id=uuid4(), account_id=poor.account.id, amount=Money(100_00), method=MethodKind.card)
    payment = payments.open_(session, poor.actor, order, now=NOON, provider="sandbox")

    comes(session, poor, payment)

    assert (held(session, poor), on(session, poor)) == ([], Money(120_00))


def test_the_reaction_is_carried_out_once(session, poor, cloud):
    payment = pay(session, poor, quoted(session, poor, cloud))
    comes(session, poor, payment)
    left = on(session, poor)

    services.go_on(session, SYSTEM, payment.id, now=LATER)

    assert on(session, poor) == left


def test_nothing_is_paid_for_what_the_balance_covers_or_was_ordered(session, poor, cloud):
    give(session, poor, 500_00)
    quote = quoted(session, poor, cloud)
    with pytest.raises(services.NothingLacks):
        pay(session, poor, quote)

    ordered(session, poor, quote)
    with pytest.raises(services.NothingLacks):
        pay(session, poor, quote)


def test_nothing_is_paid_by_a_quote_that_does_not_hold(session, poor, cloud):
    quote = quoted(session, poor, cloud)
    with pytest.raises(services.QuoteExpired):
        pay(session, poor, quote, now=quote.holds_until)
    packed, _, signature = quote.token.partition(".")
    with pytest.raises(services.QuoteAltered):
        services.pay_lack(
            session, poor.actor, f"{packed}A.{signature}", way(), keyring=KEYRING, provider="sandbox", now=NOON
        )


def test_what_a_code_confirms_is_not_ordered_without_it(session, poor):
    coded = offer(session, "roaming", 300_00, code_needed=True)

    with pytest.raises(services.CodeFirst):
        pay(session, poor, quoted(session, poor, coded))


def test_vera_pays_nothing_by_annas_quote_and_with_no_card_of_hers(session, poor, vera, cloud):
    quote = quoted(session, poor, cloud)
    with pytest.raises(services.QuoteAltered):
        pay(session, vera, quote)

    with pytest.raises(payments.MethodUnknown):
        pay(session, vera, quoted(session, vera, cloud), way(MethodKind.saved_card, saved_method_id=uuid4()))
