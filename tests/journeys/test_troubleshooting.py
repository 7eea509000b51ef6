"""«Нет интернета» in a browser: from the knowledge base, question by question by the keyboard, to a ticket."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.judging import judge, widths
from tests.portal import ANNA, Portal

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@widths
def test_questions_lead_to_a_ticket_that_knows_them(demo: Portal, open_page: Callable[..., Page], width):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in", width=width), ANNA)
    page.goto(f"{demo.url}/help")
    page.get_by_role("link", name=re.compile("Нет интернета Проверим")).click()
    expect(page.get_by_role("heading", name="Посмотрите на роутер. Горят ли на нём лампочки?")).to_be_visible()
    judge(page, "/trouble with a question")

    for answer in ("Горят как обычно", "Интернета нет"):
        page.get_by_role("button", name=answer, exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text(answer, exact=True).first).to_be_visible()
    page.get_by_role("button", name="На\xa0шаг назад").click()
    page.get_by_role("button", name="Интернета нет", exact=True).click()
    page.get_by_role("button", name="Кабель повреждён").click()
    expect(page.get_by_role("heading", name=re.compile("Похоже, дело в линии"))).to_be_visible()
    judge(page, "/trouble at its end")
    page.get_by_role("button", name="Перейти к\xa0обращению").click()

    page.wait_for_url(f"{demo.url}/support/new")
    expect(page.locator("[name=subject]")).to_have_value("Нет интернета")
    expect(page.locator("[name=body]")).to_have_value(re.compile("→ Кабель повреждён"))
    page.locator("[name=answer_line]").first.select_option(index=1)
    page.get_by_role("button", name="Отправить обращение").click()
    page.wait_for_url(re.compile(r"/support/[0-9a-f-]{36}$"))
    (body,) = demo.rows("SELECT body FROM ticket_message ORDER BY id DESC LIMIT 1")[0]
    assert body.count("→") == 3
