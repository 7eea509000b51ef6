"""Tariffs in a browser: fitted to one's own half year, two picked by keyboard, laid side by side, sent as a link."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.judging import judge, widths
from tests.portal import ANNA, VERA, Portal
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in, on a page."""

    def opened(path: str = "/tariffs", **options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)
        page.goto(f"{demo.url}{path}")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        return page

    return opened


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title, exact=True))


def test_a_tariff_is_found_compared_and_sent(demo, anna, open_page):
    page = anna("/services")
    expect(page.get_by_text("Вам выгоднее «Всё вместе 500»")).to_be_visible()
    page.get_by_role("link", name="Тариф", exact=True).first.click()
    page.get_by_role("link", name=re.compile("Сравнить и.подобрать")).click()
    expect(card(page, "Всё вместе 500")).to_contain_text("Выгоднее для вас")
    expect(card(page, "Всё вместе 500")).to_contain_text(re.compile(r"1\s390\s?₽"))
    expect(card(page, "Оптима 300")).to_contain_text("Сейчас у\u00a0вас")
    expect(card(page, "Старт 100")).to_contain_text("а\u00a0бывало до\u00a0280")
    expect(page.get_by_text("По вашему адресу этот тариф не подключаем")).to_be_visible()

    card(page, "Гигабит").get_by_role("button", name="По месяцам").click()
    expect(page.get_by_role("heading", name=re.compile("вы были на.«Гигабит»"))).to_be_visible()

    for title in ("Оптима 300", "Всё вместе 500"):
        pick = card(page, title).get_by_role("link", name="Сравнить")
        pick.focus()
        page.keyboard.press("Enter")
        expect(card(page, title).get_by_role("link", name="Не сравнивать")).to_be_visible()
    page.get_by_role("link", name="Сравнить рядом").click()
    table = page.get_by_role("table", name="Тарифы рядом")
    expect(table.get_by_role("columnheader")).to_have_count(3)
    expect(table.get_by_role("row", name=re.compile("^Скорость"))).to_contain_text("отличается")
    expect(table.get_by_role("row", name=re.compile("^Визит мастера"))).not_to_contain_text("отличается")
    expect(page).to_have_url(re.compile("compare=optima-300,all-500"))

    page.get_by_text("Только отличия").click()
    expect(table.get_by_role("row", name=re.compile("^Визит мастера"))).to_have_count(0)
    expect(table.get_by_role("row", name=re.compile("^Скорость"))).to_be_visible()

    sent = page.url
    table.get_by_role("columnheader", name=re.compile("Всё вместе 500")).get_by_role("link", name="Перейти").click()
    expect(page).to_have_url(re.compile(r"/tariff\?to=all-500"))
    expect(page.locator("dialog[open]")).to_contain_text("Всё вместе 500")

    vera = demo.sign_in(open_page(f"{demo.url}/sign-in"), VERA)
    vera.goto(sent)
    hers = vera.get_by_role("table", name="Тарифы рядом")
    expect(hers.get_by_role("row", name=re.compile("^Сам тариф"))).to_contain_text(re.compile(r"800\s?₽"))
    expect(hers).not_to_contain_text("Вам, в\u00a0месяц")
    expect(hers).not_to_contain_text("Сейчас у\u00a0вас")


def test_on_a_phone_the_names_of_conditions_stay_while_tariffs_are_scrolled(anna):
    page = anna("/tariffs?compare=start-100,optima-300,all-500,gigabit-1000", width=390)
    region = page.get_by_role("region", name="Тарифы рядом")
    name = page.get_by_role("rowheader", name=re.compile("^Скорость"))
    expect(name).to_be_visible()
    before = name.bounding_box()
    assert before
    region.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    until(lambda: region.evaluate("element => element.scrollLeft") > 100, seconds=10)

    after = name.bounding_box()
    assert after
    assert abs(after["x"] - before["x"]) <= 1
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


@widths
def test_the_pages_are_open_to_everyone(anna, width):
    page = anna(width=width)
    expect(page.get_by_role("img", name=re.compile("По месяцам"))).to_be_visible()
    page.get_by_text("Как считаем").click()
    page.get_by_text("Все условия").first.click()
    page.get_by_text("Месяцы таблицей").click()
    judge(page, f"list {width}")
    card(page, "Гигабит").get_by_role("link", name="Сравнить").click()
    expect(page.get_by_text("Выберите ещё один")).to_be_visible()
    judge(page, f"picked {width}")
    card(page, "Старт 100").get_by_role("link", name="Сравнить").click()
    page.get_by_role("link", name="Сравнить рядом").click()
    expect(page.get_by_role("table", name="Тарифы рядом")).to_be_visible()
    judge(page, f"side by side {width}")
    page.get_by_role("link", name="Услуги").first.click()
    expect(page.get_by_text("Вам выгоднее «Всё вместе 500»")).to_be_visible()
    judge(page, f"services {width}")
