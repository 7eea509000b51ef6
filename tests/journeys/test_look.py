"""What the eye found wrong on a walk through the pages, and must not find again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.portal import ANNA, BORIS, Portal, portal

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PHONE = 390


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in, on that page."""

    def opened(path: str, **options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)
        page.goto(f"{demo.url}{path}")
        return page

    return opened


def box(element):
    found = element.bounding_box()
    assert found is not None
    return found


def test_a_phone_shows_when_each_operation_was(anna):
    page = anna("/payments", width=PHONE)
    row = page.locator("tbody tr").filter(has_text="Абонентская плата за").first

    expect(row).to_be_visible()
    assert re.search(r"\b1\s\w{3}, 0:05", row.inner_text())


def test_a_bell_with_news_has_its_dot_and_its_news_the_width_of_the_phone(demo, anna):
    page = anna("/", width=PHONE)
    expect(page.locator("header .bg-bad-fill").locator("visible=true")).to_have_count(1)

    page.goto(f"{demo.url}/notifications")
    words = page.locator("main li").first.locator(".text-small").first

    expect(words).to_be_visible()
    assert box(words)["width"] > 240


def test_every_theme_can_be_seen_in_the_menu(anna):
    page = anna("/")

    page.get_by_role("button", name=re.compile("меню")).click()
    menu = page.locator("#person-menu")
    expect(menu).to_be_visible()

    right = box(menu)["x"] + box(menu)["width"]
    for words in ("Как в системе", "Светлая", "Тёмная"):
        choice = box(menu.get_by_text(words, exact=True))
        assert choice["x"] + choice["width"] < right, words


def test_a_drawer_on_a_phone_is_as_high_as_its_words(anna):
    page = anna("/payments", width=PHONE, height=844)

    page.get_by_role("button", name=re.compile("^Абонентская плата")).first.click()
    expect(page.locator("#operation")).to_be_visible()

    expect(page.locator("#operation").get_by_text("О-2026", exact=False).first).to_be_visible()
    assert box(page.locator("#operation"))["height"] < 700


def test_the_chosen_chip_follows_what_is_typed(anna):
    page = anna("/pay")
    amount, chosen = page.locator("input[name=amount]"), page.locator("input[name=suggestion]:checked")
    expect(chosen).to_have_count(1)

    amount.fill("777")
    expect(chosen).to_have_count(0)
    amount.fill("500")
    expect(chosen).to_have_value("500")


def test_the_phone_page_says_what_it_is_on_a_phone(demo, open_page):
    page = open_page(f"{demo.url}/phone", width=PHONE)

    expect(page.get_by_role("heading", name="Телефон", exact=True)).to_be_visible()
    assert box(page.get_by_role("heading", name="Телефон", exact=True))["height"] > 20


def test_a_code_that_is_asked_for_has_the_focus(demo, open_page):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in"), BORIS)
    page.goto(f"{demo.url}/pay?amount=1500")
    page.get_by_role("button", name="Оплатить 1 500 ₽").click()

    expect(page.get_by_role("heading", name="Введите код")).to_be_visible()
    expect(page.locator("[data-cell]").first).to_be_focused()


def test_the_terms_are_read_without_losing_what_was_typed(demo, open_page):
    page = open_page(f"{demo.url}/sign-up")
    page.locator("input[name=given_name]").fill("Ольга")

    with page.expect_popup() as opened:
        page.get_by_role("link", name="условия личного кабинета").click()

    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Условия личного кабинета")
    expect(page.locator("input[name=given_name]")).to_have_value("Ольга")


def test_a_cabinet_that_went_away_is_said_over_the_page(built_frontend, browser, tmp_path):
    context = browser.new_context(locale="ru-RU")
    with portal(tmp_path) as own:
        page = own.sign_in(context.new_page(), ANNA)
        expect(page.locator("[data-ready]")).to_be_visible()
        expect(page.get_by_text("Нет связи.")).to_be_hidden()

    expect(page.get_by_text("Нет связи.")).to_be_visible()
    context.close()
