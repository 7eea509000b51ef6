"""Usage in a browser: records come from the command line and the open page changes by itself; a package adds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cabinet import settings
from cabinet.kit import clock
from tests.judging import judge, widths
from tests.portal import ANNA, VERA, Portal

pytestmark = [pytest.mark.journey, pytest.mark.slow]

LEFT = re.compile(r"(\d+)\u00a0мин,")


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in, on a page."""

    def opened(path: str = "/services/usage", **options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)
        page.goto(f"{demo.url}{path}")
        return page

    return opened


def bring(demo: Portal, tmp_path: Path, *lines: str) -> str:
    """Bring records in by the command line, beside the running cabinet."""
    file = tmp_path / "usage.csv"
    file.write_text("\n".join(("account,product,unit,amount,started_at,external_id", *lines)))
    done = subprocess.run(
        [sys.executable, "-m", "cabinet", "import", "usage", str(file)],
        cwd=settings.ROOT,
        env={**os.environ, "CABINET_HOME": str(demo.home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def record(unit: str, amount: int, name: str) -> str:
    moment = clock.now() - timedelta(seconds=30)
    return f"4102887,family-20,{unit},{amount},{moment.isoformat()},journey-{name}"


def meter(page: Page, name: str) -> Locator:
    return page.get_by_role("meter", name=re.compile(f"^{name}"))


def used(page: Page, name: str) -> int:
    """Return how many the scale says were used."""
    said = meter(page, name).first.get_attribute("aria-label") or ""
    figure = re.search(r"использовано (\d+)", said)
    assert figure, said
    return int(figure[1])


def left(row: Locator) -> int:
    """Return how many minutes the row says are left."""
    found = LEFT.search(row.inner_text())
    assert found
    return int(found[1])


def test_records_from_the_command_line_change_the_open_pages_by_themselves(demo, anna, tmp_path):
    home, page = anna("/"), anna()
    expect(meter(page, "Звонки")).to_be_visible()
    expect(meter(home, "Звонки")).to_be_visible()
    minutes = used(page, "Звонки")
    call = record("minutes", 600, "call")

    said = bring(demo, tmp_path, call)

    assert "1 rows: 1 added, 0 known, 0 wrong." in said
    for each in (page, home):
        expect(meter(each, f"Звонки: использовано {minutes + 10} из")).to_be_visible(timeout=20_000)
    assert "nothing to do" in bring(demo, tmp_path, call)
    page.reload()
    expect(meter(page, f"Звонки: использовано {minutes + 10} из")).to_be_visible()


def test_what_runs_out_is_told_once_and_a_package_adds(demo, anna, tmp_path):
    page = anna()
    expect(meter(page, "SMS")).to_be_visible()
    bring(demo, tmp_path, record("messages", 100, "flood"))
    expect(page.get_by_text("Сверх тарифа").first).to_be_visible(timeout=20_000)
    page.goto(f"{demo.url}/notifications")
    expect(page.get_by_text("SMS: включённое израсходовано")).to_have_count(1)

    watching = anna("/services")
    tariff = watching.get_by_role("button", name=re.compile("Семья 20"))
    expect(tariff).to_contain_text(LEFT)
    minutes = left(tariff)
    page.goto(f"{demo.url}/options")
    page.get_by_role("button", name=re.compile("100.минут")).first.click()
    drawer = page.locator("dialog[open]")
    drawer.get_by_role("button", name="Купить", exact=True).click()
    drawer.get_by_role("button", name="Показать, что будет").click()
    drawer.get_by_role("button", name=re.compile("Купить за")).click()
    expect(drawer).to_contain_text("Работает", timeout=30_000)

    expect(tariff).to_contain_text(f"{minutes + 100}\u00a0мин", timeout=20_000)


def test_days_are_looked_through_and_kept_as_a_file(anna):
    page = anna()
    expect(page.get_by_role("img", name=re.compile("по дням"))).to_be_visible()
    title = page.locator("p", has_text=re.compile(r"20\d\d$")).first.inner_text()

    page.get_by_role("button", name="Месяц раньше").click()
    expect(page.locator("p", has_text=re.compile(r"20\d\d$")).first).not_to_have_text(title)
    expect(page.get_by_role("button", name="Месяц позже")).to_be_enabled()
    page.get_by_text("Звонки", exact=True).last.click()
    expect(page.get_by_role("img", name=re.compile("Звонки по дням"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать CSV").click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    assert content.startswith("День;Что;Количество;Единица")
    assert "Звонки" in content


def test_vera_sees_no_usage_of_annas(demo, anna, open_page):
    annas = anna()
    expect(annas.get_by_role("link", name="Скачать CSV")).to_be_visible()
    file = annas.get_by_role("link", name="Скачать CSV").get_attribute("href") or ""
    service = file.split("/")[2]

    vera = demo.sign_in(open_page(f"{demo.url}/sign-in"), VERA)
    vera.goto(f"{demo.url}/services/usage?service={service}")
    expect(vera.get_by_text("Считать нечего")).to_be_visible()
    assert vera.request.get(f"{demo.url}{file}").status == 404


@widths
def test_the_page_and_the_drawer_are_open_to_everyone(demo, anna, width):
    page = anna(width=width)
    expect(page.get_by_role("img", name=re.compile("по дням"))).to_be_visible()
    page.get_by_text("Дни таблицей").click()
    judge(page, f"usage {width}")

    page.goto(f"{demo.url}/services")
    page.get_by_role("button", name=re.compile("Семья 20")).click()
    expect(page.locator("dialog[open]").get_by_role("meter").first).to_be_visible()
    judge(page, f"drawer {width}")
    page.goto(f"{demo.url}/")
    expect(page.get_by_role("meter").first).to_be_visible()
    judge(page, f"home {width}")
