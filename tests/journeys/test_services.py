"""Services in a browser: connected with a code and seen to work by itself; refused by the network and paid back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.judging import judge, widths
from tests.portal import ANNA, Portal, type_code
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]

ANNAS_PHONE = "+79162041836"


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in, on her services."""

    def opened(**options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)
        page.goto(f"{demo.url}/services")
        expect(page.get_by_role("heading", name="Подключённые")).to_be_visible()
        return page

    return opened


def balance(demo: Portal) -> int:
    query = "SELECT balance_minor FROM ledger_account WHERE name = 'customer:4102887'"
    return demo.rows(query)[0][0]


def state(demo: Portal, code: str) -> str:
    query = (
        "SELECT s.status FROM subscription s JOIN product p ON p.id = s.product_id "
        "WHERE p.code = ? ORDER BY s.created_at DESC"
    )
    found = demo.rows(query, code)
    return found[0][0] if found else ""


def step(page: Page, name: str) -> None:
    expect(page.locator(f"dialog[open] [data-step={name}]")).to_be_visible()


def codes(demo: Portal) -> int:
    return demo.rows("SELECT count(*) FROM phone_message WHERE address = ?", ANNAS_PHONE)[0][0]


def test_a_service_is_connected_with_a_code_and_seen_to_work_by_itself(demo, anna):
    page = anna()
    before, sent = balance(demo), codes(demo)
    page.get_by_role("button", name="Второй номер").click()
    step(page, "details")
    page.get_by_role("button", name="Подключить", exact=True).click()
    step(page, "connect")
    page.get_by_role("button", name="Показать цену").click()
    step(page, "quote")
    button = page.get_by_role("button", name=re.compile("^Подключить за"))
    price = round(float(re.sub(r"[^\d,]", "", button.inner_text()).replace(",", ".")) * 100)
    button.click()
    step(page, "code")
    assert (balance(demo), state(demo, "second-number")) == (before, "")

    until(lambda: codes(demo) > sent, seconds=20)
    type_code(page, demo.last_code(ANNAS_PHONE))

    step(page, "details")
    expect(page.locator("dialog[open]")).to_contain_text("Подключаем…")
    expect(page.locator("dialog[open]")).to_contain_text("Работает")
    assert state(demo, "second-number") == "active"
    assert before - balance(demo) == price
    page.keyboard.press("Escape")
    held = page.locator("section").filter(has=page.get_by_role("heading", name="Подключённые"))
    expect(held).to_contain_text("Второй номер")
    page.goto(f"{demo.url}/")
    expect(page.locator("main")).to_contain_text("Второй номер")


def test_what_the_network_refuses_is_shown_and_paid_back(demo, anna):
    page = anna()
    before = balance(demo)
    page.get_by_role("button", name="Каналы в 4K").click()
    page.get_by_role("button", name="Подключить", exact=True).click()
    page.get_by_role("button", name="Показать цену").click()
    page.get_by_role("button", name=re.compile("^Подключить за")).click()

    expect(page.locator("dialog[open]")).to_contain_text("Подключаем…")
    expect(page.locator("dialog[open]")).to_contain_text("Не подключилась")
    expect(page.locator("dialog[open]")).to_contain_text("приставка или роутер её не поддерживает")
    assert (state(demo, "tv-4k"), balance(demo)) == ("failed", before)
    page.goto(f"{demo.url}/payments")
    expect(page.locator("main")).to_contain_text("Возврат: Каналы в 4K")


def test_television_is_disconnected_in_a_few_clicks_and_brought_back(demo, anna):
    page = anna(width=390)
    page.get_by_role("button", name="ТВ «Домашний»").click()
    page.get_by_role("button", name="Отключить", exact=True).click()
    step(page, "disconnect")
    page.get_by_text("Дорого").click()
    page.get_by_role("button", name="Показать, что будет").click()
    step(page, "quote")
    page.get_by_role("button", name="Отключить", exact=True).click()
    expect(page.locator("dialog[open]")).to_contain_text("Отключена")
    assert state(demo, "tv-home") == "ended"

    page.get_by_role("button", name="Вернуть услугу").click()

    expect(page.locator("dialog[open]")).to_contain_text("Работает")
    until(lambda: state(demo, "tv-home") == "active", seconds=20)


@widths
def test_the_page_and_its_drawer_are_open_to_everyone(anna, width):
    page = anna(width=width)
    judge(page)
    page.get_by_role("button", name="Домашний интернет").click()
    step(page, "details")
    judge(page)
    page.get_by_role("button", name="Приостановить", exact=True).click()
    step(page, "pause")
    judge(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Антивирус для дома").click()
    page.get_by_role("button", name="Подключить", exact=True).click()
    page.get_by_role("button", name="Показать цену").click()
    step(page, "quote")
    judge(page)
