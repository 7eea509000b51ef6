"""The page of options, by its events: what may be added with the reason why not, what is had, given up in place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet import settings
from cabinet.domain import services
from cabinet.domain.base.ports import NetworkAnswer
from cabinet.models.catalog import Gives, ProductKind, Unit
from cabinet.models.payments import Payment
from cabinet.models.services import (
    NetworkOrder,
    NetworkStatus,
    Subscription,
    SubscriptionStatus,
    TrialStatus,
    WaitingOrder,
)
from cabinet.state.services import ServicesState
from tests import personae, serving
from tests.moments import NOON
from tests.tabs import words_of


def option(installation, code, minor=0, **terms):
    more = {"category": "storage", "kind": ProductKind.option, **terms}
    return installation.do(serving.offer, code, minor, **more)


@pytest.fixture
def cloud(installation, people):
    installation.do(personae.give, people.anna, 1_000_00)
    option(installation, "office", 690_00, category="security", segments=("business",))
    return option(installation, "cloud", 300_00)


@pytest.fixture
def page(anna, cloud):
    """Anna's page of options, loaded."""
    anna.path = "/options"
    anna.do(ServicesState.load)
    return anna


def had(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(Subscription).order_by(Subscription.created_at)))


def answered(installation, **word):
    """Let the network answer everything that it was asked."""

    def answer(session):
        for asked in session.scalars(select(NetworkOrder).where(NetworkOrder.status == NetworkStatus.pending)).all():
            told = NetworkAnswer(status=NetworkStatus.done, **word)
            services.apply(session, personae.SYSTEM, asked.id, told, now=NOON)

    installation.do(answer)


def quote(tab, key, step, **form):
    tab.do(ServicesState.open, key=key)
    tab.do(ServicesState.turn, step=step)
    tab.do(ServicesState.quote, form=form)
    return tab[ServicesState].token


def order(tab, token):
    tab.do(ServicesState.order, form={"quote": token})


def test_options_stand_by_category_with_the_reason_where_one_cannot_be_had(page):
    shown = page[ServicesState]

    assert [(row.group, row.title, row.why) for row in shown.options] == [
        ("Безопасность", "office", "Эта опция\u00a0— для другого типа клиентов."),
        ("Хранилище", "cloud", ""),
    ]
    assert (shown.offers, shown.held_options) == ([], [])


def test_an_option_is_ordered_and_given_up_on_its_page(installation, page, cloud):
    order(page, quote(page, f"p:{cloud.id}", "connect"))
    answered(installation)
    page.do(ServicesState.refresh)
    (row,) = page[ServicesState].held_options
    assert (row.title, row.status) == ("cloud", "Работает")

    order(page, quote(page, row.key, "disconnect", reason="price"))

    assert had(installation)[0].status is SubscriptionStatus.disconnecting
    assert page[ServicesState].held_options[0].status == "Отключаем…"


def test_terms_price_and_validity_stand_before_the_order(page, cloud):
    page.do(ServicesState.open, key=f"p:{cloud.id}")

    card = page[ServicesState].card
    assert (str(card.price), card.per) == ("300\u00a0₽", "в\u00a0месяц")
    assert [(fact.name, fact.value) for fact in card.facts] == [
        ("Заработает", "Сразу"),
        ("Срок действия", "Пока не отключите"),
    ]
    assert "вернём" in card.ending


def test_vera_has_options_of_her_own_and_none_of_annas(installation, vera, page, cloud):
    order(page, quote(page, f"p:{cloud.id}", "connect"))
    vera.path = "/options"

    vera.do(ServicesState.load)

    assert vera[ServicesState].held_options == []


@pytest.fixture
def books(installation, page):
    """Anna's option that gives a code; her page shows it in the drawer."""
    product = option(installation, "books", gives=Gives.pool)
    installation.do(services.add_codes, personae.SYSTEM, "books", ["AAAA-1"], keyring=settings.get().keyring, now=NOON)
    page.do(ServicesState.load)
    order(page, quote(page, f"p:{product.id}", "connect"))
    answered(installation)
    page.do(ServicesState.refresh)
    return had(installation)[0]


def test_a_code_comes_by_a_click_and_goes_with_the_drawer(page, books):
    assert page[ServicesState].card.can_reveal
    assert "AAAA-1" not in words_of(page.told)

    page.do(ServicesState.reveal)

    assert [(row.name, row.value) for row in page[ServicesState].access] == [("Код", "AAAA-1")]
    page.do(ServicesState.close)
    assert page[ServicesState].access == []


def test_a_code_is_gone_from_the_page_when_the_option_is(installation, page, books):
    page.do(ServicesState.reveal)

    order(page, quote(page, f"s:{books.id}", "disconnect"))

    assert (page[ServicesState].access, page[ServicesState].card.can_reveal) == ([], False)
    page.do(ServicesState.reveal)
    assert page[ServicesState].access == []


def test_vera_is_shown_no_code_of_annas(vera, books):
    vera.path = "/options"
    vera.do(ServicesState.load)
    vera.do(ServicesState.open, key=f"s:{books.id}")

    vera.do(ServicesState.reveal)

    assert vera[ServicesState].access == []
    assert "AAAA-1" not in words_of(vera.told)


@pytest.fixture
def safe(installation, page):
    product = option(installation, "safe", 300_00, trial_days=14)
    page.do(ServicesState.load)
    return product


def test_a_trial_is_begun_and_agreed_to_on_its_page(installation, page, safe):
    (row,) = [row for row in page[ServicesState].options if row.title == "safe"]
    assert row.trial == "14 дней бесплатно"
    order(page, quote(page, row.key, "try"))
    answered(installation)
    page.do(ServicesState.refresh)
    (held,) = page[ServicesState].held_options
    assert (held.status, held.detail) == ("Проба", "Бесплатно до 7\u00a0декабря, потом выключится")
    card = page[ServicesState].card
    assert (card.can_extend, card.can_disconnect, card.can_drop, card.can_pause) == (True, True, False, False)
    assert "Да, продлить" in card.notice

    token = quote(page, held.key, "extend")
    assert page[ServicesState].quoted.button == "Да, продлить"
    assert had(installation)[0].trial is TrialStatus.running
    order(page, token)

    assert had(installation)[0].trial is TrialStatus.agreed
    card = page[ServicesState].card
    assert (card.can_extend, card.can_disconnect) == (False, True)
    assert "согласились на 300" in card.notice


def test_a_second_trial_is_refused_in_words(installation, page, safe):
    order(page, quote(page, f"p:{safe.id}", "try"))
    answered(installation)
    order(page, quote(page, f"s:{had(installation)[0].id}", "disconnect"))
    answered(installation)
    page.do(ServicesState.refresh)

    quote(page, f"p:{safe.id}", "try")

    shown = page[ServicesState]
    assert (shown.token, shown.refusal) == ("", "Вы уже пробовали эту опцию. Её можно подключить сразу.")
    assert not shown.card.can_try


def test_vera_agrees_to_nothing_for_anna(installation, vera, page, safe):
    order(page, quote(page, f"p:{safe.id}", "try"))
    answered(installation)
    token = quote(page, f"s:{had(installation)[0].id}", "extend")
    vera.path = "/options"
    vera.do(ServicesState.load)

    order(vera, token)
    quote(vera, f"s:{had(installation)[0].id}", "extend")

    assert (vera[ServicesState].token, had(installation)[0].trial) == ("", TrialStatus.running)


def test_a_package_is_bought_twice_on_its_page(installation, page):
    terms = {"category": "mobile", "kind": ProductKind.package, "connection_minor": 90_00, "amount": 5}
    plus = option(installation, "plus", unit=Unit.gigabytes, **terms)
    page.do(ServicesState.load)
    page.do(ServicesState.open, key=f"p:{plus.id}")
    card = page[ServicesState].card
    assert (card.can_buy, card.can_connect, card.can_try, card.per) == (True, False, False, "разово")
    assert [(fact.name, fact.value) for fact in card.facts] == [
        ("Добавит", "5\u00a0ГБ"),
        ("Срок действия", "До конца периода"),
    ]

    for _ in range(2):
        token = quote(page, f"p:{plus.id}", "buy")
        assert page[ServicesState].quoted.button == "Купить за 90\u00a0₽"
        order(page, token)
        answered(installation)
    page.do(ServicesState.refresh)

    assert [row.status for row in page[ServicesState].held_options] == ["До 30\u00a0ноября"] * 2
    card = page[ServicesState].card
    assert (card.can_disconnect, card.can_drop, card.can_pause) == (False, False, False)
    assert "plus" in [row.title for row in page[ServicesState].options]


def test_what_lacks_is_paid_from_the_drawer(installation, people, page):
    dear = option(installation, "dear", 4_500_00)
    page.do(ServicesState.load)
    token = quote(page, f"p:{dear.id}", "connect")

    order(page, token)

    shown = page[ServicesState]
    assert [row.title for row in shown.ways] == ["Доплатить 50\u00a0₽ через СБП"]
    page.do(ServicesState.pay_lack, way="sbp")
    page.do(ServicesState.pay_lack, way="sbp")
    with installation.database.reading() as session:
        (made,) = session.scalars(select(Payment))
        (waits,) = session.scalars(select(WaitingOrder))
    assert (made.amount_minor, waits.payment_id, had(installation)) == (50_00, made.id, [])
    assert page[ServicesState].leave == f"/pay/{made.id}/go"
    page.do(ServicesState.close)
    assert (page[ServicesState].leave, page[ServicesState].ways) == ("", [])


@pytest.mark.parametrize("way", ["", "card:x", "saved_card:00000000-0000-0000-0000-000000000000", "gold", "x" * 200])
def test_a_way_to_pay_that_is_not_there_is_refused(installation, page, way):
    dear = option(installation, "dear", 4_500_00)
    page.do(ServicesState.load)
    order(page, quote(page, f"p:{dear.id}", "connect"))

    page.do(ServicesState.pay_lack, way=way)

    with installation.database.reading() as session:
        assert session.scalars(select(Payment)).all() == []
    assert page[ServicesState].refusal != ""


def test_a_bundle_is_connected_and_broken_up_as_quoted(installation, people, page):
    for code, minor in (("virus", 310_00), ("help", 155_00)):
        option(installation, code, minor)
    calm = option(installation, "calm", 300_00, category="bundle", kind=ProductKind.bundle, parts=("virus", "help"))
    page.do(ServicesState.load)
    page.do(ServicesState.open, key=f"p:{calm.id}")
    card = page[ServicesState].card
    assert (card.can_join, card.can_connect) == (True, False)
    assert [(fact.name, fact.value) for fact in card.facts][:2] == [
        ("В\u00a0комплекте", "help, virus"),
        ("По отдельности", "465\u00a0₽ в\u00a0месяц"),
    ]
    order(page, quote(page, f"p:{calm.id}", "join"))
    answered(installation)
    page.do(ServicesState.refresh)
    held = {row.title: row for row in page[ServicesState].held_options}
    assert (held["virus"].per, held["calm"].per) == (" ", "в\u00a0месяц")

    token = quote(page, held["virus"].key, "disconnect")
    assert [line.what for line in page[ServicesState].quoted.lines] == [
        "Вернём за неиспользованные дни",
        "За остальные части до конца периода",
        "Последний день работы",
        "Дальше за остальные части, каждый период",
    ]
    assert page[ServicesState].quoted.mind == ""
    order(page, token)

    held = {row.title: row for row in page[ServicesState].held_options}
    assert (held["virus"].status, held["help"].status, held["calm"].status) == ("Отключаем…", "Работает", "Отключаем…")
