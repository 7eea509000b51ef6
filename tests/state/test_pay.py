"""The page of payment, by its events: what is ordered is what was quoted, and it is ordered once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.models.payments import MethodKind, Payment, PaymentStatus, SavedMethod
from cabinet.models.people import Person
from cabinet.state.pay import PayState


def ordered(installation) -> list[Payment]:
    with installation.database.reading() as session:
        return list(session.scalars(select(Payment)))


@pytest.fixture
def page(anna):
    """Anna's page of payment, loaded."""
    anna.path = "/pay"
    anna.do(PayState.load)
    return anna


def pay(tab, amount, method="card", target="balance", **more):
    """Type the amount and press the button."""
    tab.do(PayState.type_amount, text=amount)
    tab.do(PayState.pay, form={"amount": amount, "method": method, "target": target, **more})


def test_an_order_becomes_a_payment_and_the_browser_leaves_for_the_bank(installation, people, page):
    pay(page, "500")

    (made,) = ordered(installation)
    assert (made.person_id, made.amount_minor, made.currency) == (people.anna.person.id, 500_00, "RUB")
    assert (made.method, made.status, made.provider) == (MethodKind.card, PaymentStatus.created, "sandbox")
    assert page[PayState].leave == f"/pay/{made.id}/go"


def test_a_large_order_leaves_for_its_code_first(installation, page):
    pay(page, "12000")

    (made,) = ordered(installation)
    assert made.status is PaymentStatus.unconfirmed
    assert page[PayState].leave == f"/pay/{made.id}"


def test_a_second_click_is_the_same_payment(installation, page):
    pay(page, "500")
    pay(page, "500")

    assert len(ordered(installation)) == 1


def test_the_same_attempt_with_another_amount_is_refused(installation, page):
    pay(page, "500")
    pay(page, "700")

    (made,) = ordered(installation)
    assert made.amount_minor == 500_00
    assert page[PayState].refusal != ""


@pytest.mark.parametrize(
    "amount", ["0", "-500", "0.001", "500.123", "1000000000000", "", "пятьсот", "1e3", "NaN", "٥٠٠", "9.99"]
)
def test_an_amount_that_cannot_be_paid_is_refused_in_words(installation, page, amount):
    pay(page, amount)

    assert ordered(installation) == []
    assert page[PayState].refusal != ""
    assert page[PayState].leave == ""


@pytest.mark.parametrize("method", ["", "cash", "saved_card", "saved_card:", "saved_card:x", "card:x", "sbp "])
def test_a_way_to_pay_that_is_not_there_is_refused(installation, page, method):
    pay(page, "500", method=method)

    assert [made.method for made in ordered(installation)] in ([], [MethodKind.card])
    assert (page[PayState].refusal != "") == (ordered(installation) == [])


@pytest.mark.parametrize("target", ["x", "00000000-0000-0000-0000-000000000000"])
def test_an_invoice_that_is_not_there_is_refused(installation, page, target):
    pay(page, "500", target=target)

    assert ordered(installation) == []
    assert page[PayState].refusal != ""


def test_typing_quotes_the_amount_and_orders_nothing(installation, page):
    page.do(PayState.type_amount, text="750,50")

    assert page[PayState].button == "Оплатить\u00a0750,50\u00a0₽" or "750,50" in page[PayState].button
    assert page[PayState].quote != []
    assert ordered(installation) == []


def test_the_quote_says_in_words_where_the_money_comes_from(installation, page, paid):
    page.do(PayState.load)

    said = []
    for row in page[PayState].methods:
        page.do(PayState.choose_method, key=row.key)
        said.append(page[PayState].quote[0].what)

    assert said == ["Спишем с\u00a0карты ••\u00a04417", "Спишем с\u00a0новой карты", "Спишем через СБП"]


@pytest.mark.parametrize(
    ("locale", "typed", "minor"),
    [("en", "1,500", 1_500_00), ("en", "12,000.50", 12_000_50), ("en", "700,5", 700_50), ("ru", "1 500,00", 1_500_00)],
)
def test_an_amount_is_read_as_it_is_written_in_the_payers_language(installation, people, anna, locale, typed, minor):
    def speak(session):
        session.get_one(Person, people.anna.person.id).locale = locale

    installation.do(speak)
    anna.path = "/pay"
    anna.do(PayState.load)

    pay(anna, typed)

    assert [made.amount_minor for made in ordered(installation)] == [minor]


def test_anna_pays_with_the_card_that_she_kept(installation, page, paid):
    with installation.database.reading() as session:
        (kept,) = session.scalars(select(SavedMethod))

    pay(page, "500", method=f"saved_card:{kept.id}")

    again = [made for made in ordered(installation) if made.id != paid.id]
    assert [(made.method, made.saved_method_id) for made in again] == [(MethodKind.saved_card, kept.id)]


def test_vera_cannot_pay_with_annas_card(installation, vera, paid):
    with installation.database.reading() as session:
        (kept,) = session.scalars(select(SavedMethod))
    vera.path = "/pay"
    vera.do(PayState.load)

    pay(vera, "500", method=f"saved_card:{kept.id}")

    assert [made.id for made in ordered(installation)] == [paid.id]
    assert vera[PayState].refusal != ""


def test_a_payment_without_its_page_orders_nothing(installation, anna):
    """The account and the attempt are the server's own: an event out of the blue finds neither."""
    pay(anna, "500")

    assert ordered(installation) == []
