"""The installed app: without a network one page says so, a release brings its own cache, nobody's data stay behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.slow]

CONTROLLED = "() => navigator.serviceWorker.controller !== null"
CACHES = "() => caches.keys()"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""


def controlled(page: Page) -> Page:
    """Wait till the service worker answers for the page."""
    page.wait_for_function(CONTROLLED)
    return page


def test_without_a_network_one_page_says_so_and_finds_the_way_back(site, browser: Browser):
    context = browser.new_context(locale="ru-RU")  # one of its own: what a broken line complains of is no fault
    page = context.new_page()
    page.goto(f"{site}/sign-in")
    controlled(page)

    page.context.set_offline(True)
    page.goto(f"{site}/sign-up")

    expect(page.get_by_role("heading", level=1)).to_have_text("Нет связи")
    expect(page).to_have_title("Нет связи — Меридиан")

    page.context.set_offline(False)
    page.get_by_role("link", name="Повторить").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Открыть кабинет")
    assert page.url == f"{site}/sign-up"
    context.close()


def test_a_release_throws_away_the_caches_of_the_one_before(site, open_page):
    page = open_page(f"{site}/offline.html")
    page.evaluate("async () => (await caches.open('cabinet-of-last-year')).put('/assets/old.js', new Response('old'))")
    assert page.evaluate(CACHES) == ["cabinet-of-last-year"]

    page.goto(f"{site}/sign-in")
    controlled(page)

    page.wait_for_function("async () => !(await caches.keys()).includes('cabinet-of-last-year')")
    assert len(page.evaluate(CACHES)) == 1
    assert "/assets/old.js" not in page.evaluate(KEPT)


def test_nothing_personal_is_kept(annas_cabinet, open_page: Callable[..., Page]):
    site, signed_in = annas_cabinet
    page = controlled(open_page(f"{site}/", storage_state=signed_in))
    for path in ("/", "/payments", "/notifications", "/"):
        page.goto(f"{site}{path}")
        expect(page.get_by_role("heading", level=1)).not_to_be_empty()

    kept = page.evaluate(KEPT)

    assert "/offline.html" in kept
    assert any(path.startswith("/assets/") for path in kept)
    assert [path for path in kept if not path.startswith(("/assets/", "/fonts/")) and path != "/offline.html"] == []


def test_what_the_worker_keeps_is_the_same_for_everybody(annas_cabinet, open_page: Callable[..., Page]):
    site, signed_in = annas_cabinet
    page = controlled(open_page(f"{site}/", storage_state=signed_in))
    page.reload()
    expect(page.locator("[data-ready]")).to_be_visible()

    texts = page.evaluate(
        """async () => {
          const texts = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) texts.push(await (await cache.match(request)).text());
          }
          return texts.join("\\n");
        }"""
    )

    assert "Соколова" not in texts
    assert "4102887" not in texts.replace("\u00a0", "")
