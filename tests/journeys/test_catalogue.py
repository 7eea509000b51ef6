"""The catalogue in two browsers: an editor publishes a version, a customer is offered it, who has it keeps his."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.portal import ANNA, ANTON, Portal

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def published(page: Page, product: str, price: str) -> None:
    page.get_by_role("button", name=product).click()
    page.get_by_role("button", name="Новая версия…").click()
    page.locator("input[name=price_minor]").fill(price)
    page.get_by_role("button", name="Посмотреть, что изменится").click()
    page.get_by_role("button", name="Опубликовать").click()
    expect(page.get_by_text("Версия опубликована")).to_be_visible()


def test_a_new_price_is_for_new_customers_only(demo: Portal, open_page: Callable[..., Page]):
    editor = demo.staff_page(open_page, ANTON)
    editor.goto(f"{demo.url}/staff/catalogue")
    published(editor, "Ночной разгон", "135")
    expect(editor.locator("main")).to_contain_text(re.compile(r"120,00.₽ → 135,00.₽"))
    published(editor, "ТВ «Домашний»", "270")

    anna = demo.sign_in(open_page(f"{demo.url}/sign-in"), ANNA)
    anna.goto(f"{demo.url}/services")

    expect(anna.get_by_role("button", name="Ночной разгон")).to_contain_text("135")
    expect(anna.get_by_role("button", name="ТВ «Домашний»")).to_contain_text("250")
