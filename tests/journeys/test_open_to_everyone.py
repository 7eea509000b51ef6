"""Every page as the people of the story have it: axe finds nothing, nothing is cut, nothing is said in the console."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.judging import judge, widths
from tests.portal import ANNA, ANTON, ILYA, MARIA, OLEG, VERA, Portal

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def visit(page: Page, url: str, sign: str) -> None:
    """Open a page and wait for what shows that its data are there."""
    page.goto(url)
    expect(page.locator("body")).to_contain_text(sign)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


@widths
def test_the_pages_before_sign_in(demo: Portal, open_page: Callable[..., Page], width):
    page = open_page(f"{demo.url}/sign-in", width=width)
    for path, sign in (
        ("/sign-in", "Войти"),
        ("/sign-up", "Открыть кабинет"),
        ("/recovery", "Восстановить пароль"),
        ("/legal/terms", "Условия личного кабинета"),
        ("/staff/sign-in", "Вход для сотрудников"),
        ("/phone", "Телефон"),
    ):
        visit(page, demo.url + path, sign)
        judge(page, path)


@widths
def test_a_customers_pages_with_what_they_open(demo: Portal, open_page: Callable[..., Page], width):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in", width=width), ANNA)
    visit(page, f"{demo.url}/", "На 300 ₽ больше, чем в октябре")
    judge(page, "/")
    if width < 600:
        page.get_by_role("button", name="Ещё").click()
        expect(page.locator("dialog[open]")).to_be_visible()
        judge(page, "/ with «Ещё» open")
    else:
        page.get_by_role("button", name=re.compile("Анна Соколова")).click()
        judge(page, "/ with the menu open")
    visit(page, f"{demo.url}/pay", "Что произойдёт")
    judge(page, "/pay")
    page.locator("input[name=amount]").fill("1")
    expect(page.locator("input[name=amount]")).to_have_attribute("aria-invalid", "true")
    judge(page, "/pay with a wrong amount")
    visit(page, f"{demo.url}/payments", "Показано 20")
    judge(page, "/payments")
    page.locator("main").get_by_text("Пополнение счёта").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    expect(page.locator("dialog[open]")).to_contain_text("Номер")
    judge(page, "/payments with an operation open")
    visit(page, f"{demo.url}/notifications", "Показано 20")
    judge(page, "/notifications")
    (paid,) = demo.rows(
        "SELECT payment.id FROM payment JOIN billing_account ON billing_account.id = billing_account_id"
        " WHERE billing_account.number = '4102887' AND payment.status = 'succeeded' LIMIT 1"
    )[0]
    visit(page, f"{demo.url}/pay/{paid}", "Списано")
    judge(page, "/pay/{id}")


@widths
def test_the_staffs_pages_with_what_they_open(demo: Portal, open_page: Callable[..., Page], width):
    page = demo.staff_page(open_page, MARIA, width=width)
    visit(page, f"{demo.url}/staff", "Поступления по дням")
    judge(page, "/staff")
    visit(page, f"{demo.url}/staff/payments", "Показано 30")
    judge(page, "/staff/payments")
    page.locator("main").get_by_text("Исполнен", exact=True).last.click()
    expect(page.get_by_role("heading", name="Проводки")).to_be_visible()
    judge(page, "/staff/payments with a card")
    page.get_by_role("button", name="Вернуть…").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    judge(page, "/staff/payments with the refund open")


@widths
def test_the_catalogue_with_its_forms(demo: Portal, open_page: Callable[..., Page], width):
    page = demo.staff_page(open_page, ANTON, width=width)
    visit(page, f"{demo.url}/staff/catalogue", "Антивирус для дома")
    judge(page, "/staff/catalogue")
    page.get_by_role("button", name="Антивирус для дома").click()
    expect(page.get_by_role("heading", name="Версии")).to_be_visible()
    judge(page, "/staff/catalogue with a product")
    page.get_by_role("button", name="Новая версия…").click()
    expect(page.locator("dialog[open]")).to_contain_text("Когда действует")
    page.locator("input[name=price_minor]").fill("много")
    page.get_by_role("button", name="Посмотреть, что изменится").click()
    expect(page.locator("dialog[open]").get_by_role("alert")).to_contain_text("Не похоже на сумму")
    judge(page, "/staff/catalogue with a version refused")
    page.locator("input[name=price_minor]").fill("109")
    page.get_by_role("button", name="Посмотреть, что изменится").click()
    expect(page.get_by_role("button", name="Опубликовать")).to_be_visible()
    judge(page, "/staff/catalogue with a version to publish")


@widths
def test_the_network_as_customers_and_its_desk_see_it(demo: Portal, open_page: Callable[..., Page], width):
    anna = demo.sign_in(open_page(f"{demo.url}/sign-in", width=width), ANNA)
    visit(anna, f"{demo.url}/outages", "Повреждён кабель у дома")
    judge(anna, "/outages")
    oleg = demo.staff_page(open_page, OLEG, width=width)
    visit(oleg, f"{demo.url}/staff/outages", "Повреждён кабель у дома")
    oleg.get_by_role("button", name="Повреждён кабель у дома").click()
    expect(oleg.get_by_role("heading", name="Как это было")).to_be_visible()
    judge(oleg, "/staff/outages with one of them")
    oleg.get_by_role("button", name="Объявить…").click()
    expect(oleg.locator("dialog[open]")).to_contain_text("Компенсация")
    judge(oleg, "/staff/outages with the announcement")


@widths
def test_a_debt_and_the_desk_of_discounts(demo: Portal, open_page: Callable[..., Page], width):
    vera = demo.sign_in(open_page(f"{demo.url}/sign-in", width=width), VERA)
    visit(vera, f"{demo.url}/debt", "Что будет, если не платить")
    judge(vera, "/debt")
    vera.get_by_role("button", name="Обещать оплатить…").click()
    expect(vera.locator("dialog[open]")).to_contain_text("включительно ничего не отключится")
    judge(vera, "/debt with the promise")
    maria = demo.staff_page(open_page, MARIA, width=width)
    visit(maria, f"{demo.url}/staff/discounts", "СОСЕДИ")
    maria.locator("input[name=number]").fill("4 102 895")
    maria.get_by_role("button", name="Показать").click()
    expect(maria.locator("main")).to_contain_text("Три года вместе")
    judge(maria, "/staff/discounts with a contract")
    maria.get_by_role("button", name="Дать скидку…").click()
    expect(maria.locator("dialog[open]")).to_contain_text("Что вычитаем")
    judge(maria, "/staff/discounts with the form")


@widths
def test_the_journal_is_the_auditors(demo: Portal, open_page: Callable[..., Page], width):
    page = demo.staff_page(open_page, ILYA, width=width)
    visit(page, f"{demo.url}/staff/audit", "refunds.request")
    judge(page, "/staff/audit")


def test_a_section_that_the_role_does_not_open_says_so(demo: Portal, open_page: Callable[..., Page]):
    page = demo.staff_page(open_page, MARIA)

    page.goto(f"{demo.url}/staff/audit")

    expect(page.get_by_role("heading", name="Этот раздел закрыт для вашей роли")).to_be_visible()
    expect(page.get_by_role("navigation", name="Разделы для сотрудников")).not_to_contain_text("Журнал")


def test_on_a_phone_everything_is_reached_by_the_tabs(demo: Portal, open_page: Callable[..., Page]):
    page = demo.sign_in(open_page(f"{demo.url}/sign-in", width=390), ANNA)
    for name, path in (("Заказы", "/orders"), ("База знаний", "/help"), ("Тариф", "/tariff")):
        page.get_by_role("button", name="Ещё").click()
        page.locator("dialog[open]").get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"{demo.url}{path}")
        expect(page.locator("dialog[open]")).to_have_count(0)

    desk = demo.staff_page(open_page, ANTON, width=390)
    bar = desk.get_by_role("navigation", name="Главные разделы")
    expect(bar.get_by_role("link").filter(visible=True)).to_have_count(4)
    bar.get_by_role("button", name="Ещё").click()
    judge(desk, "/staff with «Ещё» open")
    desk.locator("dialog[open]").get_by_role("link", name="Правила").click()
    desk.wait_for_url(f"{demo.url}/staff/rules")
    desk.get_by_role("button", name=re.compile("Услуги и.долг")).click()
    expect(desk.locator("main")).to_contain_text("Последнее напоминание до конца пробы")
    judge(desk, "/staff/rules with long names")
    desk.get_by_role("button", name="К списку").click()
    desk.get_by_role("button", name=re.compile("Аварии и.работы")).click()
    desk.get_by_role("button", name="Изменить").click()
    expect(desk.locator("dialog[open]")).to_contain_text("Возмещение можно забрать")
    judge(desk, "/staff/rules with its form")


@widths
def test_the_topics_with_their_forms(demo: Portal, open_page: Callable[..., Page], width):
    page = demo.staff_page(open_page, ANTON, width=width)
    page.goto(f"{demo.url}/staff/topics")
    page.get_by_role("button", name=re.compile("Интернет")).first.click()
    expect(page.get_by_role("heading", name="Что спрашиваем")).to_be_visible()
    judge(page, "/staff/topics with a topic")
    page.get_by_role("button", name="Добавить поле").click()
    expect(page.locator("dialog[open] [name=label_ru]")).to_be_visible()
    judge(page, "/staff/topics with the form of a field")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="Новая тема").click()
    expect(page.locator("dialog[open] [name=code]")).to_be_visible()
    judge(page, "/staff/topics with the form of a topic")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_teams_and_the_queue_of_tickets(demo: Portal, open_page: Callable[..., Page], width):
    page = demo.staff_page(open_page, ANTON, width=width)
    page.goto(f"{demo.url}/staff/teams")
    page.get_by_role("button", name=re.compile("^Техподдержка")).click()
    expect(page.locator("main")).to_contain_text("Олег Рябов")
    judge(page, "/staff/teams with a team")
    page.get_by_role("button", name="Изменить…").click()
    expect(page.locator("dialog[open] [name=its_title_ru]")).to_have_value("Техподдержка")
    judge(page, "/staff/teams with its form")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Добавить сотрудника…").click()
    expect(page.locator("dialog[open] select[name=member]")).to_be_visible()
    judge(page, "/staff/teams with the form of somebody")

    page.goto(f"{demo.url}/staff/tickets")
    page.get_by_role("button", name="Доской").click()
    expect(page.get_by_role("heading", name=re.compile("^Просрочены"))).to_be_visible()
    judge(page, "/staff/tickets as a board")
    page.get_by_role("button", name="Списком").click()
    page.get_by_role("button", name="Выбрать несколько").click()
    page.locator("[data-walk] input").first.check()
    page.get_by_role("button", name="Ответить всем…").click()
    expect(page.locator("dialog[open] [name=many_body]")).to_be_visible()
    judge(page, "/staff/tickets with an answer to many")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_what_is_chosen_begins_at_its_top_and_the_list_comes_back(demo: Portal, open_page):
    page = demo.staff_page(open_page, MARIA, width=390)
    visit(page, f"{demo.url}/staff/payments", "Показано 30")
    page.locator("main ul li button").nth(20).scroll_into_view_if_needed()
    left = page.evaluate("scrollY")
    assert left > 800
    page.locator("main ul li button").nth(20).click()
    expect(page.get_by_role("heading", name="Как это было")).to_be_visible()
    page.wait_for_function("scrollY === 0")
    page.get_by_role("button", name="К\xa0списку").click()
    expect(page.locator("main ul li button").nth(20)).to_be_in_viewport()
    page.wait_for_function(f"Math.abs(scrollY - {left}) < 80")
