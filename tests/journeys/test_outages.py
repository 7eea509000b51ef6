"""An outage in two browsers: announced by the staff, seen without a reload, ended, and compensated with one press."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.portal import ANNA, OLEG, Portal
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def balance(demo: Portal) -> int:
    return demo.rows("SELECT balance_minor FROM ledger_account WHERE name = 'customer:4102887'")[0][0]


def test_a_compensation_is_taken_from_the_line_over_the_home_page(demo: Portal, open_page: Callable[..., Page]):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in", width=390), ANNA)
    before = balance(demo)
    line = page.locator("main").get_by_text(re.compile(r"6,30.₽ за перерыв"))
    expect(line).to_be_visible()
    page.locator("main").get_by_role("link", name="Забрать", exact=True).click()
    expect(page.get_by_role("heading", name="Повреждён кабель у дома")).to_be_visible()

    page.get_by_role("button", name=re.compile(r"^Забрать 6,30")).click()

    expect(page.locator("main")).to_contain_text(re.compile(r"Вернули на счёт: 6,30"))
    assert balance(demo) - before == 6_30
    page.goto(f"{demo.url}/payments")
    expect(page.locator("main")).to_contain_text("Повреждён кабель у дома")
    page.goto(f"{demo.url}/")
    expect(page.locator("[data-ready]")).to_be_visible()
    expect(line).to_have_count(0)


def test_an_outage_is_seen_as_it_is_announced_and_its_end_is_written(demo: Portal, open_page: Callable[..., Page]):
    anna = demo.sign_in(open_page(f"{demo.url}/sign-in"), ANNA)
    expect(anna.locator("[data-ready]")).to_be_visible()
    oleg = demo.staff_page(open_page, OLEG)
    oleg.goto(f"{demo.url}/staff/outages")
    oleg.get_by_role("button", name="Объявить…").click()
    oleg.locator("select[name=category]").select_option("tv")
    oleg.locator("input[name=title_ru]").fill("Нет сигнала на станции")
    oleg.get_by_role("button", name="Объявить", exact=True).click()
    expect(oleg.get_by_role("heading", name="Нет сигнала на станции")).to_be_visible()

    expect(anna.locator("main")).to_contain_text("Авария: нет сигнала на станции.", timeout=20_000)
    anna.locator("main").get_by_role("link", name="Подробнее").click()
    section = anna.locator("main section").filter(has=anna.get_by_role("heading", name="Нет сигнала на станции"))
    section.get_by_role("button", name="Написать, когда починят").click()
    expect(section.get_by_role("button", name="Не писать мне")).to_be_visible()

    oleg.get_by_role("button", name="Закончилось", exact=True).click()
    expect(oleg.get_by_role("button", name="Закончилось", exact=True)).to_have_count(0)
    expect(section).to_contain_text("Закончилось", timeout=20_000)
    written = "SELECT count(*) FROM phone_message WHERE subject || body LIKE '%Нет сигнала на станции: всё починили%'"
    until(lambda: demo.rows(written)[0][0] > 0, seconds=30)
