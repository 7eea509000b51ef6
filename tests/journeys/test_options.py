"""Options in a browser: a code by a click, a trial that ends unpaid and one that was agreed to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import Session, col, select

from cabinet.domain import services
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.models.catalog import Product
from cabinet.models.services import Subscription, TrialStatus
from tests.judging import judge, widths
from tests.portal import ANNA, BORIS, Portal
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in, on her options."""

    def opened(**options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)
        page.goto(f"{demo.url}/options")
        expect(page.get_by_role("heading", name="Ваши опции")).to_be_visible()
        return page

    return opened


def balance(demo: Portal) -> int:
    return demo.rows("SELECT balance_minor FROM ledger_account WHERE name = 'customer:4102887'")[0][0]


def state(demo: Portal, code: str, account: str = "4102887") -> tuple[str, str]:
    query = (
        "SELECT s.status, s.trial FROM subscription s JOIN product p ON p.id = s.product_id "
        "JOIN billing_account a ON a.id = s.billing_account_id "
        "WHERE p.code = ? AND a.number = ? ORDER BY s.created_at DESC"
    )
    found = demo.rows(query, code, account)
    return found[0] if found else ("", "")


def drawer(page: Page) -> Locator:
    return page.locator("dialog[open]")


def the_last_day_is_over(demo: Portal, code: str) -> None:
    """Move the trial's end to today, and let the round come to it: the demonstration's clock is the world's.

    What the network is to be told follows by the demonstration's own round.
    """
    query = (
        select(Subscription)
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(col(Product.code) == code, col(Subscription.trial) != TrialStatus.over)
    )

    def turn(session: Session) -> None:
        found = session.exec(query).one()
        today = clock.day_of(clock.now(), "Europe/Moscow")
        found.trial_until, found.charged_until = today, today
        found.ends_on = today if found.ends_on else None
        session.add(found)
        session.flush()
        services.turn(session, Actor.system("tests"), found.id, now=clock.now())

    demo.do(turn)


def shown(demo: Portal) -> int:
    return demo.rows("SELECT count(*) FROM audit_record WHERE action = 'access.reveal'")[0][0]


def test_a_code_is_shown_by_a_click_and_gone_with_the_drawer(demo, anna):
    page = anna()
    before = shown(demo)
    page.get_by_role("button", name=re.compile("Книжная полка")).click()
    expect(drawer(page)).to_contain_text("Код или ссылка скрыты")

    drawer(page).get_by_role("button", name="Показать").click()

    expect(drawer(page)).to_contain_text(re.compile(r"[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}"))
    assert shown(demo) == before + 1
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("Книжная полка")).click()
    expect(drawer(page)).to_contain_text("Код или ссылка скрыты")


def test_a_trial_that_nobody_agreed_to_ends_unpaid(demo, anna):
    page = anna()
    before = balance(demo)
    row = page.get_by_role("button", name=re.compile("Защита в сети"))
    expect(row).to_contain_text("Проба")
    row.click()
    expect(drawer(page)).to_contain_text("Без вашего «Да, продлить»")

    the_last_day_is_over(demo, "safe-web")

    until(lambda: state(demo, "safe-web") == ("ended", "over"), seconds=60)
    expect(drawer(page)).to_contain_text("Пробный период закончился, ничего не списано")
    assert balance(demo) == before
    page.goto(f"{demo.url}/payments")
    expect(page.get_by_role("heading", name="Платежи").first).to_be_attached()
    assert "Защита в сети" not in page.locator("main").inner_text()


def test_a_trial_that_was_agreed_to_goes_on_at_its_price(demo, anna):
    page = anna()
    before = balance(demo)
    page.get_by_role("button", name=re.compile("Облако 200 ГБ")).click()
    drawer(page).get_by_role("button", name="Попробовать бесплатно").click()
    drawer(page).get_by_role("button", name="Показать, что будет").click()
    expect(drawer(page)).to_contain_text("Выключится сама, если вы не продлите")
    drawer(page).get_by_role("button", name="Попробовать бесплатно").click()
    expect(drawer(page)).to_contain_text("Работает")
    assert (state(demo, "cloud-200"), balance(demo)) == (("active", "running"), before)

    drawer(page).get_by_role("button", name="Продлить", exact=True).click()
    drawer(page).get_by_role("button", name="Показать цену").click()
    drawer(page).get_by_role("button", name="Да, продлить").click()
    expect(drawer(page)).to_contain_text("Вы согласились продлить")
    assert (state(demo, "cloud-200"), balance(demo)) == (("active", "agreed"), before)

    the_last_day_is_over(demo, "cloud-200")

    assert state(demo, "cloud-200") == ("active", "over")
    assert 0 < before - balance(demo) <= 149_00


def test_what_lacks_is_paid_and_the_package_is_bought_by_itself(demo, open_page):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in", width=390), BORIS)
    page.goto(f"{demo.url}/options")
    page.get_by_role("button", name=re.compile("Пакет «\\+5")).click()
    drawer(page).get_by_role("button", name="Купить", exact=True).click()
    drawer(page).get_by_role("button", name="Показать, что будет").click()
    drawer(page).get_by_role("button", name="Купить за 300 ₽").click()
    expect(drawer(page)).to_contain_text("заказ выполнится сам")
    assert state(demo, "plus-5gb", "4102895") == ("", "")

    drawer(page).get_by_role("button", name=re.compile("через СБП")).click()
    expect(page.get_by_role("heading", name="Отсканируйте код")).to_be_visible()
    bank = page.context.new_page()
    bank.goto(page.get_by_role("link", name="Открыть приложение банка").get_attribute("href") or "")
    bank.get_by_role("button", name=re.compile("^Подтвердить")).click()

    until(lambda: state(demo, "plus-5gb", "4102895") == ("active", "none"), seconds=60)
    page.goto(f"{demo.url}/options")
    held = page.locator("section").filter(has=page.get_by_role("heading", name="Ваши опции"))
    expect(held).to_contain_text("Пакет «+5 ГБ»")


@widths
def test_the_page_and_its_drawer_are_open_to_everyone(anna, width):
    page = anna(width=width)
    judge(page)
    page.get_by_role("button", name=re.compile("Книжная полка")).click()
    drawer(page).get_by_role("button", name="Показать").click()
    expect(drawer(page).get_by_role("button", name="Скопировать")).to_be_visible()
    judge(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("Детский режим")).click()
    drawer(page).get_by_role("button", name="Подключить", exact=True).click()
    drawer(page).get_by_role("button", name="Показать цену").click()
    expect(drawer(page).locator("[data-step=quote]")).to_be_visible()
    judge(page)
