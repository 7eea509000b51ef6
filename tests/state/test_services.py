"""The page of services, by its events: quoted, ordered once, refused in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing, billing_accounts, services
from cabinet.domain.base import confirmations
from cabinet.domain.base.ports import NetworkAnswer
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.confirmations import Challenge
from cabinet.models.services import NetworkOrder, NetworkStatus, Subscription, SubscriptionStatus
from cabinet.state.base import NoticeState
from cabinet.state.services import ServicesState
from tests import personae, serving
from tests.moments import NOON


@pytest.fixture
def cinema(installation, people):
    personae_give = lambda session: personae.give(session, people.anna, 1_000_00)  # noqa: E731
    installation.do(personae_give)
    return installation.do(serving.offer, "cinema", 300_00, category="tv", temporary_days_max=30)


@pytest.fixture
def page(anna, cinema):
    """Anna's page of services, loaded."""
    anna.path = "/services"
    anna.do(ServicesState.load)
    return anna


def had(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(Subscription).order_by(Subscription.created_at)))


def balance(installation, people):
    return installation.database.look(
        lambda session: billing_accounts.balance(session, personae.SYSTEM, people.anna.account).amount
    )


def quote(tab, product, **form):
    tab.do(ServicesState.open, key=f"p:{product.id}")
    tab.do(ServicesState.turn, step="connect")
    tab.do(ServicesState.quote, form=form)
    return tab[ServicesState].token


def order(tab, token):
    tab.do(ServicesState.order, form={"quote": token})


def answered(installation, status=NetworkStatus.done, failure=""):
    """Let the network answer everything that it was asked."""

    def answer(session):
        for asked in session.scalars(select(NetworkOrder).where(NetworkOrder.status == NetworkStatus.pending)).all():
            word = NetworkAnswer(status=status, failure=failure)
            services.apply(session, personae.SYSTEM, asked.id, word, now=NOON)

    installation.do(answer)


def test_what_was_quoted_is_ordered_and_shown_as_being_connected(installation, people, page, cinema):
    token = quote(page, cinema)
    assert page[ServicesState].quoted.button == "Подключить за 70\u00a0₽"
    assert had(installation) == []

    order(page, token)

    (made,) = had(installation)
    assert (made.status, balance(installation, people)) == (SubscriptionStatus.connecting, Money(930_00))
    assert (page[ServicesState].step, page[ServicesState].card.status) == ("details", "Подключаем…")
    assert [row.title for row in page[ServicesState].held] == ["cinema"]
    assert page[ServicesState].offers == []


def test_the_page_follows_the_network_when_it_is_rung(installation, page, cinema):
    order(page, quote(page, cinema))
    answered(installation)

    page.do(ServicesState.refresh)

    assert (page[ServicesState].card.status, page[ServicesState].held[0].tone) == ("Работает", "good")


def test_a_failure_is_shown_with_its_reason_and_the_money_is_back(installation, people, page, cinema):
    order(page, quote(page, cinema))
    answered(installation, NetworkStatus.failed, "equipment")

    page.do(ServicesState.refresh)

    assert balance(installation, people) == Money(1_000_00)
    card = page[ServicesState].card
    assert (card.status, card.tone) == ("Не подключилась", "bad")
    assert "приставка" in card.why
    assert [row.status for row in page[ServicesState].over] == ["Не подключилась"]


def test_a_double_click_is_one_order(installation, people, page, cinema):
    token = quote(page, cinema)
    order(page, token)
    order(page, token)

    assert len(had(installation)) == 1
    assert balance(installation, people) == Money(930_00)


def test_two_tabs_are_one_service(installation, people, page, cinema):
    other = installation.tab(page.cookie, path="/services")
    other.do(ServicesState.load)
    first, second = quote(page, cinema), quote(other, cinema)
    order(page, first)

    order(other, second)

    assert len(had(installation)) == 1
    assert other[ServicesState].refusal == "Эта услуга у\u00a0вас уже есть."


@pytest.mark.parametrize("token", ["", "x", "x.y", "e30=.0"])
def test_a_quote_that_is_not_ours_orders_nothing(installation, page, cinema, token):
    quote(page, cinema)
    order(page, token)

    assert had(installation) == []
    assert page[ServicesState].refusal != ""


def test_an_altered_quote_orders_nothing(installation, page, cinema):
    token = quote(page, cinema)
    order(page, token[:40] + ("A" if token[40] != "A" else "B") + token[41:])

    assert had(installation) == []
    assert page[ServicesState].refusal == "Этот расчёт не наш. Откройте услугу заново."


def test_an_expired_quote_orders_nothing(installation, page, cinema, monkeypatch):
    token = quote(page, cinema)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=16))
    order(page, token)

    assert had(installation) == []
    assert page[ServicesState].refusal == "Расчёт устарел. Посмотрите новый."


@pytest.mark.parametrize(
    "form",
    [
        {"first": "2026-11-24"},
        {"first": "2020-01-01"},
        {"first": "2030-01-01"},
        {"first": "завтра"},
        {"first": "2026-02-30"},
        {"last": "2026-11-23"},
        {"last": "2027-11-24"},
        {"last": "x" * 300},
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(installation, page, cinema, form):
    assert quote(page, cinema, **form) == ""

    assert page[ServicesState].refusal != ""
    assert page[ServicesState].step == "connect"


def test_a_connection_for_a_time_is_planned_and_dropped_from_the_page(installation, people, page, cinema):
    order(page, quote(page, cinema, first="2026-12-01", last="2026-12-10"))
    (made,) = had(installation)
    assert (made.status, str(made.starts_on), str(made.ends_on)) == ("scheduled", "2026-12-01", "2026-12-11")
    assert page[ServicesState].card.can_drop

    page.do(ServicesState.drop)

    assert had(installation)[0].status is SubscriptionStatus.ended
    assert balance(installation, people) == Money(1_000_00)


def test_without_money_the_way_to_it_is_shown(installation, people, page):
    dear = installation.do(serving.offer, "dear", 10_000_00, category="tv")
    order(page, quote(page, dear))

    assert had(installation) == []
    assert page[ServicesState].top_up == "/pay?amount=1333.33"
    assert "1\u00a0333,33\u00a0₽" in page[ServicesState].refusal


def test_a_code_is_given_before_anything_is_charged(installation, people, page):
    abroad = installation.do(serving.offer, "abroad", 300_00, category="tv", code_needed=True)
    order(page, quote(page, abroad))
    assert (page[ServicesState].step, had(installation)) == ("code", [])

    page.do(ServicesState.confirm, form={"code": "000000"})
    assert page[ServicesState].refusal != ""
    with installation.database.reading() as session:
        code = confirmations.code_of(session.scalars(select(Challenge)).one(), personae.KEYRING)
    page.do(ServicesState.confirm, form={"code": code})

    assert [made.status for made in had(installation)] == [SubscriptionStatus.connecting]
    assert balance(installation, people) == Money(930_00)


def test_a_connection_is_undone_in_its_drawer(installation, people, page, cinema):
    order(page, quote(page, cinema))
    answered(installation)
    page.do(ServicesState.refresh)
    assert page[ServicesState].card.undo == "Отменить до 14:20"

    page.do(ServicesState.undo)

    assert had(installation)[0].status is SubscriptionStatus.disconnecting
    assert balance(installation, people) == Money(1_000_00)
    assert (page[ServicesState].card.can_undo, page[ServicesState].card.undo) == (False, "")


def test_it_is_disconnected_in_a_few_clicks_and_undone(installation, people, page, cinema):
    order(page, quote(page, cinema))
    answered(installation)
    page.do(ServicesState.refresh)

    page.do(ServicesState.turn, step="disconnect")
    page.do(ServicesState.quote, form={"reason": "price"})
    order(page, page[ServicesState].token)
    assert had(installation)[0].status is SubscriptionStatus.disconnecting
    assert balance(installation, people) == Money(990_00)
    assert page[ServicesState].card.can_undo

    page.do(ServicesState.undo)
    answered(installation)
    assert had(installation)[0].status is SubscriptionStatus.active
    assert balance(installation, people) == Money(930_00)


def test_a_pause_is_quoted_begun_and_ended_early(installation, people, page):
    tv = installation.do(serving.offer, "tv", 300_00, category="tv", suspension_days_max=30, suspension_days_year=30)
    order(page, quote(page, tv))
    answered(installation)
    page.do(ServicesState.refresh)

    page.do(ServicesState.turn, step="pause")
    page.do(ServicesState.quote, form={"back": "2026-12-10"})
    order(page, page[ServicesState].token)
    assert had(installation)[0].status is SubscriptionStatus.suspended
    assert page[ServicesState].held[0].status == "Пауза до 10\u00a0декабря"

    page.do(ServicesState.resume)
    assert had(installation)[0].status is SubscriptionStatus.active


@pytest.mark.parametrize("key", ["", "s:", "p:", "s:x", "p:00000000-0000-0000-0000-000000000000", "x" * 200])
def test_what_does_not_exist_is_not_opened(page, key):
    page.do(ServicesState.open, key=key)

    assert not page[ServicesState].drawer
    assert page[NoticeState].words != ""


def test_vera_opens_nothing_of_annas_and_orders_nothing_with_her_quote(installation, vera, page, cinema):
    token = quote(page, cinema)
    order(page, quote(page, cinema))
    (made,) = had(installation)
    vera.path = "/services"
    vera.do(ServicesState.load)

    vera.do(ServicesState.open, key=f"s:{made.id}")
    assert not vera[ServicesState].drawer
    order(vera, token)

    assert len(had(installation)) == 1
    assert [row.title for row in vera[ServicesState].held] == []


def test_a_link_opens_the_service_it_names(installation, page, cinema):
    order(page, quote(page, cinema))
    (made,) = had(installation)

    other = installation.tab(page.cookie, path=f"/services?open={made.id}")
    other.do(ServicesState.load)

    assert (other[ServicesState].drawer, other[ServicesState].card.title) == (True, "cinema")


@pytest.mark.parametrize("again", ["a new document", "a link"])
def test_a_page_that_is_come_to_anew_has_its_drawer_shut(page, cinema, again):
    quote(page, cinema)

    if again == "a link":
        page.come("/services")
    else:
        page.open("/services")

    shown = page[ServicesState]
    assert (shown.ready, shown.drawer, shown.step, shown.token) == (True, False, "details", "")


def test_a_socket_that_comes_back_leaves_a_form_as_it_is(page, cinema):
    token = quote(page, cinema)

    page.reconnect()

    shown = page[ServicesState]
    assert (shown.ready, shown.drawer, shown.step, shown.token) == (True, True, "quote", token)


def test_a_drawer_that_was_opened_before_the_page_had_its_data_stays_open(page, cinema, monkeypatch):
    """The page shows what the tab's state held before; a click on it may come before the data do."""
    with monkeypatch.context() as patch:
        patch.setattr(page.installation.app, "get_load_events", lambda path: [])
        page.open("/services")
    page.do(ServicesState.open, key=f"p:{cinema.id}")

    page.do(ServicesState.load)

    assert (page[ServicesState].drawer, page[ServicesState].card.title) == (True, "cinema")


def test_a_ring_leaves_a_form_as_it_is(page, cinema):
    token = quote(page, cinema)

    page.do(ServicesState.refresh)

    assert (page[ServicesState].step, page[ServicesState].token) == ("quote", token)


def test_a_deed_without_an_opened_service_does_nothing(installation, anna):
    for handler in (ServicesState.undo, ServicesState.resume, ServicesState.drop, ServicesState.resend):
        anna.do(handler)
    anna.do(ServicesState.confirm, form={"code": "123456"})
    anna.do(ServicesState.quote, form={})

    assert had(installation) == []


def test_what_is_cut_off_says_so_and_the_page_still_works(installation, people, page):
    tv = installation.do(serving.offer, "tv", 30_000_00, category="tv")
    long_ago = NOON - timedelta(days=24)

    def owe(session):
        serving.had(session, people.anna, tv, charged_until=long_ago.date().replace(day=1))
        billing.issue_month(session, personae.SYSTEM, people.anna.account.id, long_ago.date().replace(day=1), now=NOON)
        services.block(session, personae.SYSTEM, people.anna.account.id, now=NOON)

    installation.do(owe)
    page.do(ServicesState.load)

    (row,) = page[ServicesState].held
    assert (row.status, row.tone) == ("Отключена за долг", "bad")
    assert page[ServicesState].debt == "30\u00a0000\u00a0₽"
    page.do(ServicesState.open, key=row.key)
    card = page[ServicesState].card
    assert (card.can_disconnect, card.can_pause) == (True, False)
    assert "после оплаты долга" in card.notice
