"""Orders in a browser: from the cart to the choice of how to pay, another hour, cancelled with the money back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.judging import judge, widths
from tests.portal import ANNA, OLEG, Portal
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in, on a page of orders."""

    def opened(path: str = "/orders", **options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)
        page.goto(f"{demo.url}{path}")
        return page

    return opened


def balance(demo: Portal) -> int:
    return demo.rows("SELECT balance_minor FROM ledger_account WHERE name = 'customer:4102887'")[0][0]


def newest(demo: Portal) -> tuple[str, str]:
    return demo.rows("SELECT status, stage FROM customer_order ORDER BY created_at DESC LIMIT 1")[0]


def drawer(page: Page) -> Locator:
    return page.locator("dialog[open]")


def test_from_the_cart_to_the_payment_another_hour_and_cancelled(demo, anna, open_page):
    page = anna("/shop")
    before = balance(demo)
    page.get_by_role("listitem").filter(has_text="SIM-карта").get_by_role("button", name="В корзину").click()
    page.locator("main").get_by_role("button", name="Заказать", exact=True).click()
    drawer(page).get_by_role("button", name="Заказать", exact=True).click()

    page.wait_for_url(re.compile(r"/pay\?invoice="))
    assert newest(demo) == ("unpaid", "")
    page.goto(f"{demo.url}/orders")
    page.get_by_role("button", name=re.compile("SIM-карта")).click()
    drawer(page).get_by_role("button", name="С баланса").click()
    until(lambda: newest(demo) == ("open", "confirmed"), seconds=20)
    assert balance(demo) == before - 150_00

    drawer(page).get_by_role("button", name="Другое время").click()
    drawer(page).locator("select[name=slot]").select_option(index=2)
    drawer(page).get_by_role("button", name="Выбрать это время").click()
    expect(drawer(page)).to_contain_text("Другое время")

    desk = demo.staff_page(open_page, OLEG)
    desk.goto(f"{demo.url}/staff/orders")
    desk.get_by_role("button", name=re.compile("Товары с.доставкой")).filter(has_text="Подтверждён").click()
    desk.get_by_role("button", name=re.compile("Дальше: Собран")).click()
    until(lambda: newest(demo) == ("open", "packed"), seconds=20)
    expect(drawer(page).get_by_text("Собран на складе").first).to_be_visible()

    drawer(page).get_by_role("button", name="Отменить заказ").click()
    drawer(page).get_by_role("button", name="Отменить заказ").click()
    until(lambda: newest(demo)[0] == "canceled", seconds=20)
    assert balance(demo) == before


def test_a_service_is_connected_by_an_engineer_and_then_works_by_itself(demo, anna, open_page):
    page = anna("/services")
    before = balance(demo)
    page.get_by_role("button", name=re.compile("Гигабит в.квартиру")).click()
    expect(drawer(page)).to_contain_text("Подключает мастер")
    judge(page)
    drawer(page).get_by_role("link", name="Выбрать время").click()
    expect(drawer(page)).to_contain_text("Подключение: Гигабит")
    judge(page)
    drawer(page).get_by_role("button", name="Заказать", exact=True).click()
    page.wait_for_url(re.compile(r"/pay\?invoice="))
    page.goto(f"{demo.url}/orders")
    page.get_by_role("button", name=re.compile("Подключение: Гигабит")).click()
    drawer(page).get_by_role("button", name="С баланса").click()
    until(lambda: newest(demo) == ("open", "confirmed"), seconds=20)
    assert balance(demo) == before - 900_00
    page.goto(f"{demo.url}/services")
    expect(page.get_by_role("button", name=re.compile("Гигабит в.квартиру"))).to_contain_text("Мастер придёт")

    desk = demo.staff_page(open_page, OLEG)
    desk.goto(f"{demo.url}/staff/orders")
    desk.get_by_role("button", name=re.compile("Подключение с.мастером")).click()
    for stage, said in (("assigned", "Мастер назначен"), ("visit", "Мастер едет")):
        desk.get_by_role("button", name=re.compile(f"Дальше: {said}")).click()
        until(lambda: newest(demo) == ("open", stage), seconds=20)  # noqa: B023  asked before the next one
    judge(desk)
    desk.get_by_role("button", name="Завершить заказ").click()
    until(lambda: newest(demo)[0] == "done", seconds=20)

    row = page.get_by_role("button", name=re.compile("Гигабит в.квартиру"))
    expect(row).to_contain_text("Работает", timeout=40_000)
    assert demo.rows(
        "SELECT s.status FROM subscription s JOIN customer_order o ON o.subscription_id = s.id ORDER BY o.created_at"
    ) == [("active",)]


def test_a_question_about_an_order_stays_beside_it(demo, anna):
    page = anna()
    page.get_by_role("button", name=re.compile("Роутер в.аренду")).first.click()
    drawer(page).get_by_role("link", name="Написать в поддержку").click()
    expect(page.get_by_text(re.compile("Заказ З-"))).to_be_visible()
    page.locator("input[name=subject]").fill("Где курьер?")
    page.locator("textarea[name=body]").fill("Обещал утром.")
    page.get_by_role("button", name="Отправить").click()
    page.wait_for_url(re.compile(r"/support/[0-9a-f-]{36}"))

    page.get_by_role("link", name=re.compile("Заказ З-")).click()
    expect(drawer(page).get_by_role("link", name=re.compile("Где курьер"))).to_be_visible()
    judge(page)


def test_what_is_asked_is_answered(demo, anna):
    page = anna()
    page.get_by_role("button", name=re.compile("Справка об оплате")).click()
    expect(drawer(page)).to_contain_text("На кого выписать справку")
    drawer(page).get_by_role("button", name="Ответить").click()
    drawer(page).locator("textarea[name=answer]").fill("На меня")
    drawer(page).get_by_role("button", name="Отправить").click()

    expect(drawer(page)).to_contain_text("Вы ответили")
    assert demo.rows("SELECT answer FROM customer_order WHERE answer <> ''") == [("На меня",)]


@widths
def test_the_pages_are_open_to_everyone(anna, width):
    page = anna(width=width)
    page.get_by_role("button", name=re.compile("Роутер в.аренду")).first.click()
    expect(drawer(page)).to_contain_text("М-004417")
    judge(page)
    page.goto(page.url.replace("/orders", "/shop"))
    page.get_by_role("button", name=re.compile("Визит мастера")).click()
    expect(drawer(page)).to_contain_text("Когда вам удобно")
    judge(page)
