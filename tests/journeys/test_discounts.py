"""A promo code typed, a debt promised: what changes before the customer's eyes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.portal import BORIS, VERA, Portal

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_a_wrong_code_is_said_and_one_that_lies_on_nothing_is_kept(demo: Portal, open_page: Callable[..., Page]):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in"), BORIS)
    page.goto(f"{demo.url}/services")
    expect(page.get_by_text("скидка 10\u00a0%: 261\u00a0₽ в\u00a0месяц")).to_be_visible()

    page.locator("input[name=promo]").fill("НЕТ ТАКОГО")
    page.get_by_role("button", name="Применить").click()
    expect(page.get_by_text("Такого промокода нет")).to_be_visible()
    page.locator("input[name=promo]").fill("кино-50")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Промокод ни к\u00a0чему не подходит")).to_be_visible()

    assert demo.rows("SELECT count(*) FROM discount WHERE promo_code_id IS NOT NULL") == [(0,)]


def test_a_debt_is_seen_at_home_and_promised(demo: Portal, open_page: Callable[..., Page]):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in", width=390), VERA)
    page.locator("[data-ready]").get_by_role("link", name="Что делать").click()
    expect(page.locator("main")).to_contain_text("на\u00a0счёте не хватает 890\u00a0₽")

    page.get_by_role("button", name="Обещать оплатить…").click()
    page.get_by_role("button", name="Обещаю").click()

    expect(page.get_by_text("Вы обещали оплатить до\u00a0конца дня")).to_be_visible()
    expect(page.get_by_role("button", name="Обещать оплатить…")).to_have_count(0)
    assert demo.rows("SELECT status, debt_minor FROM promised_payment") == [("open", 1_200_00)]
