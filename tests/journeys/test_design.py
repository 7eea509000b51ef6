"""The sheet of components in a real browser: whole, quiet, open to everyone, and alive without a loose policy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.judging import faults

pytestmark = [pytest.mark.journey, pytest.mark.slow]

WIDTHS = (390, 1280)
LAYERS = {
    "design-sheet": "Заморозить карту",
    "design-drawer": "Подробности платежа",
    "design-code": "Запросить код у сервера",
    "design-menu": "Действия",
}
BYTES_MAX = 185 * 1024
"""Page, styles and scripts with their headers over plain http, gzipped; over HTTPS Brotli makes them a sixth less.

Every chapter adds what its states begin with to the script that all pages share. The home page with the font may have
260 KiB.
"""
FONT_BYTES_MAX = 50 * 1024


def alive(page: Page) -> Page:
    """Wait till the page talks to its server."""
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.wait_for_function("() => window.sessionStorage.getItem('token') !== null")
    return page


def ask_for_a_code(page: Page) -> None:
    """Have the server open its dialog."""
    page.get_by_role("button", name="Запросить код у сервера").click()
    expect(page.locator("#design-code")).to_be_visible()


@pytest.fixture
def design(site: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    return lambda **options: alive(open_page(f"{site}/design", **options))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_component_is_open_to_everyone(design, width, dark):
    page = design(width=width, dark=dark)

    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for layer, opener in LAYERS.items():
        page.get_by_role("button", name=opener, exact=True).click()
        expect(page.locator(f"#{layer}")).to_be_visible()
        assert faults(page) == [], layer
        page.keyboard.press("Escape")
        expect(page.locator(f"#{layer}")).to_be_hidden()


def test_no_word_is_cut_on_the_smallest_phone(design):
    page = design(width=320)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_choice_of_language_changes_every_word_and_the_root(design):
    page = design()

    page.get_by_text("English", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Components")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("Components — Меридиан")
    expect(page.get_by_text("1 day, 2 days, 5 days, 21 days, 1,111 days")).to_be_visible()
    left_russian = re.findall(r"[А-Яа-яЁё]+", page.locator("main").inner_text())
    assert set(left_russian) <= {"Русский", "П", "А", "Д", "М"}


def test_plural_forms_are_those_of_russian(design):
    expect(design().get_by_text("1 день, 2 дня, 5 дней, 21 день, 1 111 дней")).to_be_visible()


def test_a_theme_is_chosen_over_the_system(design):
    page = design(dark=True)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.get_by_text("Светлая", exact=True).click()
    expect(page.locator("html")).to_have_class(re.compile("light"))
    page.reload()

    expect(page.locator("html")).to_have_class(re.compile("light"))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_the_state_opens_a_dialog_and_hears_that_it_was_closed(design):
    page = design()
    sheet = page.locator("#design-code")
    ask = page.get_by_role("button", name="Запросить код у сервера")

    for _ in range(2):
        ask.click()
        expect(sheet).to_be_visible()
        expect(sheet).to_have_attribute("data-open", "true")
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(sheet).to_have_attribute("data-open", "false")


def test_a_pasted_code_fills_the_cells_and_is_sent(design):
    page = design()
    ask_for_a_code(page)
    first = page.get_by_label("Цифра 1 из 6").last

    first.focus()
    page.keyboard.insert_text("12 34 56")

    expect(page.get_by_text("Код не подходит. Осталось попыток: 2")).to_be_visible()
    expect(page.get_by_label("Цифра 6 из 6").last).to_have_value("6")
    expect(first).to_be_focused()


def test_a_typed_code_walks_from_cell_to_cell_and_back(design):
    page = design()
    ask_for_a_code(page)
    cells = page.locator("#design-code [data-cell]")

    cells.first.focus()
    page.keyboard.type("00")
    expect(cells.nth(2)).to_be_focused()
    page.keyboard.press("Backspace")
    expect(cells.nth(1)).to_be_focused()
    expect(cells.nth(1)).to_have_value("")
    page.keyboard.press("ArrowLeft")
    expect(cells.first).to_be_focused()
    page.keyboard.type("000000")

    expect(page.locator("#design-code")).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="Карта заморожена")).to_be_visible()


def test_a_message_leaves_after_eight_seconds_and_the_state_knows(design):
    page = design()
    ask_for_a_code(page)
    page.locator("#design-code [data-cell]").first.focus()
    page.keyboard.insert_text("000000")
    message = page.get_by_role("status").filter(has_text="Карта заморожена")

    expect(message).to_be_visible()
    expect(message).to_be_hidden(timeout=12_000)


def test_a_clock_runs_down_without_the_server(design):
    page = design()
    ask_for_a_code(page)
    clock = page.locator("#design-code [data-clock]")

    expect(clock).to_have_attribute("data-clock", re.compile("0:4[0-2]"))
    expect(clock).to_have_attribute("data-clock", re.compile("0:3[0-9]"), timeout=8_000)


def test_the_eye_shows_the_password_without_the_server(design):
    page = design()
    eye = page.get_by_role("button", name="Показать пароль")
    page.locator("#field-password").fill("тайна")

    eye.click()
    expect(page.locator("#field-password")).to_have_attribute("type", "text")
    expect(eye).to_have_attribute("aria-pressed", "true")
    eye.click()
    expect(page.locator("#field-password")).to_have_attribute("type", "password")


def test_a_chip_types_its_sum_into_the_field(design):
    page = design()

    page.get_by_text("1 500 ₽", exact=True).first.click()

    expect(page.locator("#field-sum")).to_have_value("1 500")


def test_a_drawer_closes_by_a_click_beside_it_and_a_sheet_does_not(design):
    page = design()
    page.get_by_role("button", name="Подробности платежа").click()
    expect(page.locator("#design-drawer")).to_be_visible()
    page.mouse.click(20, 400)
    expect(page.locator("#design-drawer")).to_be_hidden()

    page.get_by_role("button", name="Заморозить карту").click()
    expect(page.locator("#design-sheet")).to_be_visible()
    page.mouse.click(20, 400)
    expect(page.locator("#design-sheet")).to_be_visible()


def test_a_browser_that_lacks_commands_opens_and_closes_all_the_same(site, browser):
    context = browser.new_context()
    context.add_init_script(
        "delete HTMLButtonElement.prototype.commandForElement; delete HTMLDialogElement.prototype.closedBy;"
        "document.addEventListener('command', (event) => event.preventDefault(), true);"
    )
    page = context.new_page()
    page.goto(f"{site}/design")
    alive(page)

    page.get_by_role("button", name="Заморозить карту").click()
    expect(page.locator("#design-sheet")).to_be_visible()
    page.locator("#design-sheet").get_by_role("button", name="Отмена").click()
    expect(page.locator("#design-sheet")).to_be_hidden()
    page.get_by_role("button", name="Подробности платежа").click()
    expect(page.locator("#design-drawer")).to_be_visible()
    page.mouse.click(20, 400)
    expect(page.locator("#design-drawer")).to_be_hidden()
    context.close()


def test_the_page_leaves_when_it_is_told_to(design):
    page = design()

    page.evaluate("document.querySelector('main').setAttribute('data-leave', 'javascript:alert(1)')")
    page.evaluate("document.querySelector('main').setAttribute('data-leave', '/')")

    page.wait_for_url(lambda address: not address.rstrip("/").endswith("/design"))
    alive(page)


def test_a_page_that_breaks_says_what_is_safe(site, browser):
    context = browser.new_context()
    page = context.new_page()
    context.route(
        "**/assets/_design_*",
        lambda route: route.fulfill(
            body="export default () => { throw new Error('broken') }", content_type="text/javascript"
        ),
    )
    page.goto(f"{site}/design")

    expect(page.get_by_role("heading", name="Эта страница сломалась")).to_be_visible()
    context.unroute_all()
    page.get_by_role("button", name="Открыть заново").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Компоненты")
    context.close()


def test_it_all_lives_under_a_strict_policy(site, browser, built_frontend):
    hashes = " ".join(built_frontend.script_hashes)
    policy = (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"connect-src 'self' ws:; object-src 'none'; base-uri 'self'; form-action 'self'"
    )

    def guarded(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    context.route(lambda address: address.endswith(("/design", "/design/")), guarded)
    page.goto(f"{site}/design")
    alive(page)
    ask_for_a_code(page)
    page.keyboard.press("Escape")
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Components")

    assert complaints == []
    context.close()


def test_a_bare_page_is_light(site, browser):
    context = browser.new_context()
    page = context.new_page()
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(site)
    alive(page)
    page.wait_for_load_state("networkidle")

    font = sum(size for request, size in sizes.items() if addresses[request].endswith(".woff2"))
    assert 0 < font <= FONT_BYTES_MAX
    assert sum(sizes.values()) - font <= BYTES_MAX, sorted((size, addresses[each]) for each, size in sizes.items())
    context.close()


def test_without_a_network_there_is_a_page_that_says_so(site, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    context.set_offline(True)
    page.goto(f"{site}/design")
    expect(page.get_by_role("heading", level=1)).to_have_text("Нет связи")
    assert page.evaluate("caches.keys().then((names) => names.length)") == 1

    context.set_offline(False)
    page.get_by_role("link", name="Повторить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Компоненты")
    context.close()
