"""Another tariff in a browser: chosen by what it would have cost, switched by a quote, undone; for a time; refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import Session, col, select

from cabinet.domain import services
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.models.catalog import Product
from cabinet.models.services import Subscription, SubscriptionStatus
from tests.judging import judge, widths
from tests.portal import ANNA, ANTON, Portal
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]

HERS = ("optima-300", "family-20", "tv-home")


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in, on her tariff."""

    def opened(path: str = "/tariff", **options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)
        page.goto(f"{demo.url}{path}")
        return page

    return opened


def balance(demo: Portal) -> int:
    return demo.rows("SELECT balance_minor FROM ledger_account WHERE name = 'customer:4102887'")[0][0]


def state(demo: Portal, code: str) -> str:
    query = (
        "SELECT s.status FROM subscription s JOIN product p ON p.id = s.product_id "
        "JOIN billing_account a ON a.id = s.billing_account_id "
        "WHERE p.code = ? AND a.number = '4102887' ORDER BY s.created_at DESC"
    )
    found = demo.rows(query, code)
    return found[0][0] if found else ""


def drawer(page: Page) -> Locator:
    return page.locator("dialog[open]")


def the_last_day_is_over(demo: Portal, code: str) -> None:
    """Move the end of a tariff for a time to today, and let the round come to it: the clock is the world's."""

    def turn(session: Session) -> None:
        found = session.exec(
            select(Subscription)
            .join(Product, col(Product.id) == col(Subscription.product_id))
            .where(col(Product.code) == code, col(Subscription.status) == SubscriptionStatus.active)
        ).one()
        today = clock.day_of(clock.now(), "Europe/Moscow")
        services.turn(session, Actor.system("tests"), found.id, now=clock.now())
        assert found.ends_on is not None
        assert found.status is SubscriptionStatus.active
        found.ends_on = today
        session.add(found)
        session.flush()
        services.turn(session, Actor.system("tests"), found.id, now=clock.now())

    demo.do(turn)


def test_from_the_comparison_it_is_switched_by_a_quote_and_undone(demo, anna):
    page = anna("/tariffs")
    before = balance(demo)
    page.locator("a[href='/tariff?to=all-500']").first.click()
    expect(drawer(page)).to_contain_text("Вместо: Домашний интернет «Оптима 300»")
    drawer(page).get_by_role("button", name="Перейти", exact=True).click()
    drawer(page).get_by_role("button", name="Показать цену").click()
    expect(drawer(page)).to_contain_text("Вернём за неиспользованные дни")

    drawer(page).get_by_role("button", name="Перейти сейчас").click()

    until(lambda: state(demo, "all-500") == "active", seconds=60)
    until(lambda: [state(demo, code) for code in HERS] == ["ended"] * 3, seconds=60)
    expect(drawer(page)).to_contain_text("Работает")
    assert balance(demo) != before

    drawer(page).get_by_role("button", name=re.compile("^Отменить до")).click()

    until(lambda: [state(demo, code) for code in HERS] == ["active"] * 3, seconds=60)
    until(lambda: state(demo, "all-500") == "ended", seconds=60)
    assert balance(demo) == before


def test_a_switch_is_planned_and_cancelled(demo, anna):
    page = anna()
    before = balance(demo)
    page.get_by_role("button", name=re.compile("Старт 100")).click()
    drawer(page).get_by_role("button", name="Перейти", exact=True).click()
    expect(drawer(page)).to_contain_text("с нового периода")
    drawer(page).get_by_role("button", name="Показать цену").click()
    drawer(page).get_by_role("button", name=re.compile("^Перейти с")).click()
    expect(drawer(page)).to_contain_text("Переход запланирован")
    assert (state(demo, "start-100"), state(demo, "optima-300")) == ("scheduled", "active")

    drawer(page).get_by_role("button", name="Отменить переход").click()

    expect(drawer(page)).to_contain_text("Запланированный переход отменён")
    assert (state(demo, "start-100"), state(demo, "optima-300")) == ("ended", "active")
    assert balance(demo) == before


def test_a_tariff_for_a_time_with_its_router_returns_by_itself(demo, anna):
    page = anna("/tariff?to=gigabit-1000")
    last = clock.day_of(clock.now(), "Europe/Moscow") + timedelta(days=9)
    expect(drawer(page)).to_contain_text("Нужен роутер с гигабитным портом")
    drawer(page).get_by_role("button", name="Перейти", exact=True).click()
    drawer(page).locator("input[name=last]").fill(last.isoformat())
    drawer(page).get_by_label(re.compile("Заказать вместе с.переходом: Роутер AX3000")).check()
    drawer(page).get_by_role("button", name="Показать цену").click()
    expect(drawer(page)).to_contain_text("Вернётся ваш тариф")
    expect(drawer(page)).to_contain_text("Вместе закажем: Роутер AX3000")
    judge(page)
    drawer(page).get_by_role("button", name="Перейти на время").click()
    until(lambda: [state(demo, code) for code in HERS] == ["ended"] * 3, seconds=60)
    until(lambda: state(demo, "gigabit-1000") == "active", seconds=60)
    ordered = "SELECT status, total_minor FROM customer_order WHERE subscription_id IS NOT NULL"
    until(lambda: demo.rows(ordered) == [("unpaid", 4_900_00)], seconds=60)
    page.goto(f"{demo.url}/tariff")
    page.get_by_role("button", name=re.compile("^Гигабит")).click()
    drawer(page).get_by_role("link", name=re.compile("К.заказу")).click()
    expect(drawer(page)).to_contain_text("Выберите, когда вам удобно")

    the_last_day_is_over(demo, "gigabit-1000")

    until(lambda: [state(demo, code) for code in HERS] == ["active"] * 3, seconds=60)
    until(lambda: state(demo, "gigabit-1000") == "ended", seconds=60)
    page.goto(f"{demo.url}/tariff")
    expect(page.locator("main")).to_contain_text("Домашний интернет «Оптима 300»")


def test_an_editor_forbids_a_switch_and_the_customer_reads_why(demo, anna, open_page):
    editor = demo.staff_page(open_page, ANTON)
    editor.goto(f"{demo.url}/staff/transitions")
    editor.get_by_role("button", name="Новое правило").click()
    editor.locator("dialog[open] [name=to_code]").select_option("family-60")
    editor.locator("dialog[open] [name=allowed]").select_option("no")
    editor.locator("dialog[open] [name=reason_ru]").fill("Номера для этого тарифа закончились.")
    editor.get_by_role("button", name="Записать правило").click()
    expect(editor.locator("main")).to_contain_text("Запрещён")

    page = anna("/tariff?to=family-60")

    expect(drawer(page)).to_contain_text("Номера для этого тарифа закончились.")
    expect(drawer(page).get_by_role("button", name="Перейти", exact=True)).to_have_count(0)


@widths
def test_the_page_and_its_forms_are_open_to_everyone(anna, width):
    page = anna("/tariff?to=gigabit-1000", width=width)
    expect(drawer(page)).to_contain_text("Вместо")
    judge(page)
    drawer(page).get_by_role("button", name="Перейти", exact=True).click()
    expect(drawer(page)).to_contain_text("Когда")
    judge(page)
    drawer(page).get_by_role("button", name="Показать цену").click()
    expect(drawer(page)).to_contain_text("За переход")
    judge(page)
