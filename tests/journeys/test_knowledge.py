"""The knowledge base in a browser: found by a misspelt word form, read, judged; its pages open to everyone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.judging import judge, widths
from tests.portal import ANNA, Portal

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_an_article_is_found_by_a_misspelt_word_and_judged(demo: Portal, open_page: Callable[..., Page]):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in", width=390), ANNA)
    page.goto(f"{demo.url}/help")
    expect(page.get_by_text("Чаще всего спрашивают")).to_be_visible()

    page.locator("input[name=wanted]").press_sequentially("обещаного плотежа")
    page.get_by_role("link", name="Обещанный платёж").click()

    expect(page.get_by_role("heading", name="Обещанный платёж", level=1)).to_be_visible()
    page.get_by_role("button", name="Нет").click()
    page.locator("textarea[name=missing]").fill("Сколько это стоит?")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("textarea[name=missing]")).to_have_count(0)
    expect(page.get_by_text("Спасибо за\u00a0ответ.")).to_be_visible()
    voice = "SELECT helped, missing FROM article_vote JOIN article ON article.id = article_id WHERE slug = ?"
    assert demo.rows(voice, "promised-payment") == [(0, "Сколько это стоит?")]
    seen = "SELECT day.views, found FROM article_day AS day JOIN article ON article.id = article_id WHERE slug = ?"
    assert demo.rows(seen, "promised-payment") == [(1, 1)]


@widths
def test_a_film_shows_how_it_is_done(demo: Portal, open_page: Callable[..., Page], width):
    page = open_page(f"{demo.url}/guide/top-up", width=width)
    film = page.get_by_label("То же в\xa0ролике на 35\xa0секунд, без звука")
    expect(film).to_be_visible()
    assert film.evaluate("(film) => film.readyState") == 0

    begun = "async (film) => { await film.play(); return [Math.round(film.duration), film.videoWidth, film.paused]; }"
    assert film.evaluate(begun) == [35, 390, False]
    box = film.bounding_box()
    assert box
    assert box["x"] + box["width"] <= width
    judge(page, "an article with a film")


@widths
def test_its_pages_are_open_to_everyone(demo: Portal, open_page: Callable[..., Page], width):
    page = open_page(f"{demo.url}/guide", width=width)
    expect(page.get_by_text("По темам")).to_be_visible()
    judge(page, "/guide")
    page.goto(f"{demo.url}/guide/slow-wifi")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wi-Fi")
    judge(page, "/guide/slow-wifi")
    anna = demo.sign_in(open_page(f"{demo.url}/sign-in", width=width), ANNA)
    anna.goto(f"{demo.url}/help")
    anna.locator("input[name=wanted]").fill("вай фай")
    expect(anna.get_by_role("heading", name=re.compile("Нашли"))).to_be_visible()
    judge(anna, "/help with what was found")
    anna.goto(f"{demo.url}/help/{'slow-wifi' if width < 600 else 'router'}")
    anna.get_by_role("button", name="Нет").click()
    expect(anna.locator("textarea[name=missing]")).to_be_visible()
    judge(anna, "an article with the question")
