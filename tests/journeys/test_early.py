"""The first answer already shows the figures: at the very place, in the very words of the live page that follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, WebSocket, WebSocketRoute, expect

pytestmark = [pytest.mark.journey, pytest.mark.slow]

SHIFT_MAX = 0.02
"""Of the cumulative layout shift, by which the eye judges whether a page jumps."""
SEEN = """(root) => {
  const found = [];
  const texts = document.createTreeWalker(document.querySelector(root), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect();
    const words = texts.currentNode.textContent.trim();
    if (words && box.width) found.push([words, box.x, box.y, box.width, box.height]);
  }
  return found;
}"""
WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => { for (const shift of list.getEntries()) window.shifts += shift.value; })
  .observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture
def home(annas_cabinet, open_page: Callable[..., Page]) -> Callable[..., Page]:
    site, signed_in = annas_cabinet
    return lambda **options: open_page(f"{site}/", storage_state=signed_in, **options)


def live(page: Page) -> Page:
    expect(page.locator("[data-ready]")).to_be_visible()
    return page


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_figures_stand_where_the_live_ones_will_stand(home, width, dark):
    before = home(width=width, dark=dark, java_script_enabled=False)
    after = live(home(width=width, dark=dark))

    expect(before.locator("#early")).to_be_visible()
    early, seen = before.evaluate(SEEN, "#early"), after.evaluate(SEEN, "#main")

    assert any(words.startswith("Денег хватит") for words, *_ in early)
    for words, *box in early:
        twins = [twin for text, *twin in seen if text == words]
        assert any(all(abs(a - b) <= 1 for a, b in zip(box, twin, strict=True)) for twin in twins), (words, box, twins)
    panel = "section:has(> div > div > .text-display)"
    colours = "(panel) => [getComputedStyle(panel).backgroundColor, getComputedStyle(panel).color]"
    assert before.locator(f"#early {panel}").evaluate(colours) == after.locator(f"#main {panel}").evaluate(colours)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_when_the_live_page_comes(annas_cabinet, open_page, width):
    site, signed_in = annas_cabinet
    page = open_page("about:blank", storage_state=signed_in, width=width)
    page.add_init_script(WATCH_SHIFTS)

    page.goto(f"{site}/")
    live(page)

    expect(page.locator("#early")).to_be_hidden()
    assert (
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(shifts))))") <= SHIFT_MAX
    )


def test_the_socket_is_greeted_while_the_scripts_are_still_on_their_way(annas_cabinet, open_page):
    site, signed_in = annas_cabinet
    page = open_page("about:blank", storage_state=signed_in)
    sockets: list[WebSocket] = []
    held: list[Route] = []

    def note(socket: WebSocket) -> None:
        sockets.append(socket)

    def hold(route: Route) -> None:
        held.append(route)

    page.on("websocket", note)
    page.route("**/assets/framework-*.js", hold)

    with page.expect_websocket() as opened:
        page.goto(f"{site}/", wait_until="commit")
    opened.value.wait_for_event("framereceived", predicate=lambda frame: frame.startswith("0{"))
    assert page.locator("[data-ready]").count() == 0
    held[0].continue_()

    live(page)
    assert len(sockets) == 1


def test_a_page_whose_early_socket_broke_opens_another(annas_cabinet, open_page):
    site, signed_in = annas_cabinet
    page = open_page("about:blank", storage_state=signed_in)
    tried: list[WebSocketRoute] = []

    def fail_once(route: WebSocketRoute) -> None:
        tried.append(route)
        if len(tried) == 1:
            route.close()
        else:
            route.connect_to_server()

    page.route_web_socket("**/_event/**", fail_once)

    page.goto(f"{site}/", wait_until="commit")

    live(page)
    assert len(tried) == 2


def test_a_socket_that_closes_without_a_word_is_replaced_at_once(annas_cabinet, open_page):
    """Socket.IO itself would wait until its twenty seconds of patience are over."""
    site, signed_in = annas_cabinet
    page = open_page("about:blank", storage_state=signed_in)
    tried: list[WebSocketRoute] = []

    def stay_mute_once(route: WebSocketRoute) -> None:
        tried.append(route)
        if len(tried) > 1:
            route.connect_to_server()

    page.route_web_socket("**/_event/**", stay_mute_once)
    page.goto(f"{site}/", wait_until="commit")
    expect(page.locator("#main h1")).to_be_attached()

    tried[0].close()

    expect(page.locator("[data-ready]")).to_be_visible(timeout=12_000)
    assert len(tried) == 2


def test_whoever_hears_the_page_hears_the_figures_once(home):
    page = live(home())

    expect(page.get_by_role("region", name="Лицевой счёт")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("link", name="Пополнить")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1280])
def test_before_the_script_has_come_axe_finds_nothing(annas_cabinet, browser: Browser, width):
    site, signed_in = annas_cabinet
    context = browser.new_context(storage_state=signed_in, viewport={"width": width, "height": 860}, locale="ru-RU")
    context.route("**/assets/*.js", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{site}/")

    expect(page.get_by_role("region", name="Лицевой счёт")).to_be_visible()
    expect(page.get_by_text("Загружаем суммы")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="Загружаем")).to_have_count(0)
    # The page's own heading is a greeting, which the live page will bring.
    found = Axe().run(page, options={"rules": {"empty-heading": {"enabled": False}}})
    context.close()

    assert [fault["id"] for fault in found.response["violations"]] == []


def test_the_button_works_before_the_script(home):
    page = home(java_script_enabled=False)

    page.locator("#early").get_by_role("link", name="Пополнить").click()

    assert "/pay?amount=" in page.url


def test_the_figures_lie_over_the_home_page_only(home):
    page = live(home())

    page.locator("aside").get_by_role("link", name="Платежи").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Платежи")
    expect(page.locator("#early")).to_be_hidden()

    page.go_back()
    live(page)
    expect(page.locator("#early")).to_be_hidden()


def test_without_a_session_there_is_nothing_to_see(site, open_page):
    page = open_page(f"{site}/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#early")).to_have_count(0)
