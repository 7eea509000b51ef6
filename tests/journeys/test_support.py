"""A ticket in two browsers: sent with a file, a question that stops the clock, an answer, an end, a rating."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests import corpus
from tests.judging import faults, judge
from tests.portal import ANNA, ANTON, MARIA, OLEG, VERA, Portal
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]

LOOKS = [(390, False), (390, True), (1280, False), (1280, True)]
COPY = """bytes => navigator.clipboard.write([
  new ClipboardItem({"image/png": new Blob([new Uint8Array(bytes)], {type: "image/png"})})
])"""
"""Puts a picture into the clipboard, as a screenshot key does."""
SUBJECT = "Пропадает <b>Wi-Fi</b>"
BODY = "Вечером <script>alert(1)</script> javascript:alert(1) https://example.ru/x " + "ы" * 3_000


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in, on a page of support."""

    def opened(path: str = "/support", **options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)
        page.goto(f"{demo.url}{path}")
        return page

    return opened


def test_a_ticket_goes_from_a_pasted_screenshot_to_a_rating(demo, anna, open_page):
    page = anna("/support/new")
    page.locator("[name=subject]").fill(SUBJECT)
    page.locator("[name=body]").fill(BODY)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(COPY, list(corpus.picture()))
    page.locator("[name=body]").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("main")).to_contain_text("image.png")
    page.get_by_role("button", name="Отправить обращение").click()

    page.wait_for_url(re.compile(r"/support/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_role("link", name=re.compile("image.png"))).to_be_visible()
    expect(page.get_by_role("link", name="https://example.ru/x")).to_be_visible()
    expect(page.locator("main a[href^=javascript]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280

    desk = demo.staff_page(open_page, OLEG)
    desk.goto(f"{demo.url}/staff/tickets")
    desk.get_by_role("button", name=re.compile("Пропадает")).click()
    desk.locator("[name=body]").fill("Похоже на прошивку")
    desk.get_by_text("Заметка", exact=True).click()
    expect(desk.get_by_role("button", name="Отправить и ждать клиента")).to_be_hidden()
    desk.get_by_role("button", name="Сохранить заметку").click()
    expect(desk.locator("main")).to_contain_text("Только для сотрудников")
    desk.locator("[name=body]").fill("Какая модель роутера?")
    desk.get_by_role("button", name="Шаблон").click()
    judge(desk, "/staff/tickets with the texts of the house open")
    desk.locator("dialog[open]").get_by_role("button", name="Здравствуйте", exact=True).click()
    expect(desk.locator("[name=body]")).to_have_value(re.compile(r"^Какая модель роутера\?\s+Анна, здравствуйте"))
    judge(desk, "/staff/tickets with a ticket open")
    desk.locator("[name=body]").fill("Какая модель роутера?")
    desk.get_by_role("button", name="Отправить и ждать клиента").click()

    expect(page.locator("main")).to_contain_text("Какая модель роутера?")
    expect(page.locator("main")).to_contain_text("Пока ответа нет, срок решения на паузе")
    expect(page.locator("main")).not_to_contain_text("Похоже на прошивку")
    page.locator("[name=body]").fill("AX3000")
    page.get_by_role("button", name="Отправить", exact=True).click()
    expect(desk.locator("main")).to_contain_text("AX3000")
    desk.locator("[name=body]").fill("Обновили прошивку, проверьте.")
    desk.get_by_role("button", name="Решено", exact=True).click()

    expect(page.locator("main")).to_contain_text("Как всё прошло?")
    page.locator("main input[type=radio]").last.check(force=True)
    page.get_by_role("button", name="Оценить").click()
    until(lambda: demo.rows("SELECT rating FROM ticket ORDER BY created_at DESC LIMIT 1") == [(5,)], seconds=20)

    vera = demo.sign_in(open_page(f"{demo.url}/sign-in"), VERA)
    vera.goto(page.url)
    expect(vera.locator("main")).to_contain_text("Такого обращения нет")


@pytest.mark.parametrize(("width", "dark"), LOOKS, ids=str)
def test_the_pages_are_open_to_everyone(anna, width, dark):
    page = anna(width=width, dark=dark)
    page.get_by_text("Вечером падает скорость").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Вечером падает скорость")
    assert faults(page) == []
    page.goto(page.url.rsplit("/", 1)[0] + "/new")
    expect(page.locator("[name=subject]")).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_an_editor_asks_a_customer_answers(demo: Portal, open_page: Callable[..., Page]):
    desk = demo.staff_page(open_page, ANTON)
    desk.goto(f"{demo.url}/staff/topics")
    desk.get_by_role("button", name=re.compile("^Другой вопрос")).click()
    desk.get_by_role("button", name="Добавить поле").click()
    desk.locator("dialog[open] [name=label_ru]").fill("Когда удобно говорить")
    desk.locator("dialog[open] [name=kind]").select_option(label="Выбор")
    desk.locator("dialog[open] [name=required]").select_option(label="Да")
    desk.locator("dialog[open] [name=options_ru]").fill("Днём")
    desk.get_by_role("button", name="Сохранить", exact=True).click()
    expect(desk.locator("dialog[open]")).to_contain_text("У\xa0выбора нужно от\xa02\xa0до\xa012 разных вариантов")
    desk.locator("dialog[open] [name=options_ru]").fill("Днём\nВечером")
    desk.get_by_role("button", name="Сохранить", exact=True).click()
    expect(desk.locator("main")).to_contain_text("Выбор · Днём, Вечером · обязательно")

    page = demo.sign_in(open_page(f"{demo.url}/sign-in"), ANNA)
    page.goto(f"{demo.url}/support/new")
    page.locator("select[name=topic]").select_option(label="Другой вопрос")
    page.get_by_label("Когда удобно говорить").select_option(label="Вечером")
    page.locator("[name=subject]").fill("Перезвоните мне")
    page.locator("[name=body]").fill("Хочу обсудить переезд")
    page.get_by_role("button", name="Отправить").click()

    page.wait_for_url(re.compile(r"/support/[0-9a-f-]{36}$"))
    expect(page.locator("main")).to_contain_text("Когда удобно говорить")
    expect(page.locator("main")).to_contain_text("Вечером")
    kept = "SELECT answers FROM ticket WHERE subject = 'Перезвоните мне'"
    assert demo.rows(kept) == [('{"field-1": "1"}',)]


def test_a_letter_from_the_phone_lands_in_the_thread(demo: Portal, anna, open_page):
    page = anna("/support/new")
    page.locator("[name=subject]").fill("Перенести розетку")
    page.locator("[name=body]").fill("Когда можно прийти?")
    page.get_by_role("button", name="Отправить обращение").click()
    page.wait_for_url(re.compile(r"/support/[0-9a-f-]{36}$"))
    number = demo.rows("SELECT number FROM ticket WHERE subject = 'Перенести розетку'")[0][0]

    phone = open_page(f"{demo.url}/phone", width=390)
    phone.get_by_role("button", name=re.compile("Анна Соколова")).click()
    letter = phone.locator("article").filter(has_text=f"Приняли обращение {number}").first
    expect(letter).to_contain_text("Чтобы ответить, напишите выше этой черты")
    letter.get_by_role("button", name="Ответить").click()
    phone.locator("dialog[open] [name=words]").fill("Лучше в субботу <b>утром</b>")
    judge(phone, "/phone with an answer open")
    phone.get_by_role("button", name="Отправить", exact=True).click()
    expect(phone.locator("dialog[open]")).to_have_count(0)

    expect(page.locator("main")).to_contain_text("Лучше в субботу <b>утром</b>")
    expect(page.locator("main")).not_to_contain_text("выше этой черты")
    assert demo.rows("SELECT refusal FROM ticket_letter") == [("",)]


def test_two_at_the_desk_with_keys_alone(demo: Portal, anna, open_page):
    for subject in ("Телевизор молчит", "Телевизор так и молчит"):
        page = anna("/support/new")
        page.locator("[name=subject]").fill(subject)
        page.locator("[name=body]").fill("Звука нет на всех каналах")
        page.get_by_role("button", name="Отправить обращение").click()
        page.wait_for_url(re.compile(r"/support/[0-9a-f-]{36}$"))
    later = page.url
    (first,) = demo.rows("SELECT number FROM ticket WHERE subject = 'Телевизор молчит'")[0]

    oleg, maria = demo.staff_page(open_page, OLEG), demo.staff_page(open_page, MARIA)
    for desk in (oleg, maria):
        desk.goto(f"{demo.url}/staff/tickets")
        expect(desk.get_by_role("button", name=re.compile("Телевизор так и молчит"))).to_be_visible()
    oleg.keyboard.press("f")
    oleg.locator("dialog[open] [name=wanted_words]").fill("Телевизор")
    oleg.locator("dialog[open] [name=kept_title]").fill("Телевизоры")
    judge(oleg, "/staff/tickets with the filter open")
    oleg.get_by_role("button", name="Показать", exact=True).click()
    expect(oleg.locator("[data-walk] li")).to_have_count(2)
    expect(oleg.get_by_role("button", name="Телевизоры", exact=True)).to_have_attribute("aria-pressed", "true")
    oleg.keyboard.press("j")
    oleg.keyboard.press("j")
    expect(oleg.locator("[data-walk] button").nth(1)).to_be_focused()
    oleg.keyboard.press("Enter")
    expect(oleg.get_by_role("heading", level=2, name="Телевизор так и молчит")).to_be_visible()

    maria.get_by_role("button", name=re.compile("Телевизор так и молчит")).click()
    expect(maria.locator("main")).to_contain_text("Тоже смотрит: Олег Рябов")
    oleg.keyboard.press("r")
    expect(oleg.locator("textarea[name=body]")).to_be_focused()
    expect(maria.locator("main")).to_contain_text("Сейчас отвечает: Олег Рябов")
    oleg.keyboard.type("Проверяем приставку")
    oleg.keyboard.press("Control+Enter")
    expect(oleg.locator("main ol[aria-live]")).to_contain_text("Проверяем приставку")
    expect(maria.locator("main ol[aria-live]")).to_contain_text("Проверяем приставку")

    maria.get_by_role("button", name="Ещё действия").click()
    maria.get_by_role("button", name="Объединить…").click()
    maria.locator("dialog[open] [name=merge_number]").fill(first)
    judge(maria, "/staff/tickets with a merging open")
    maria.get_by_role("button", name="Объединить", exact=True).click()
    expect(maria.get_by_role("heading", level=2, name="Телевизор молчит")).to_be_visible()
    page.goto(later)
    expect(page.locator("main")).to_contain_text(f"Продолжение\xa0— в\xa0{first}")
    page.get_by_role("link", name=re.compile("Открыть")).click()
    expect(page.locator("main ol[aria-live]")).to_contain_text("Проверяем приставку")

    burning = oleg.get_by_role("heading", name=re.compile("ближайший час"))
    oleg.locator("main").click(position={"x": 5, "y": 5})
    oleg.keyboard.press("b")
    expect(burning).to_be_visible()
    oleg.keyboard.press("b")
    expect(burning).to_have_count(0)
    oleg.get_by_role("button", name="Клавиши").click()
    oleg.get_by_role("checkbox", name="Буквы работают как клавиши").uncheck()
    oleg.reload()
    expect(oleg.locator("[data-walk] li").first).to_be_visible()
    oleg.keyboard.press("b")
    oleg.get_by_role("button", name="Клавиши").click()
    expect(oleg.get_by_role("checkbox", name="Буквы работают как клавиши")).not_to_be_checked()
    expect(burning).to_have_count(0)


def test_what_stands_beside_a_ticket_is_used_for_its_answer(demo: Portal, open_page):
    desk = demo.staff_page(open_page, OLEG)
    desk.goto(f"{demo.url}/staff/tickets")
    expect(desk.get_by_role("group", name="Фильтры и метки")).to_be_visible()
    desk.get_by_text(re.compile(r"^Ждут клиента")).click()
    desk.get_by_role("button", name=re.compile("Вечером падает скорость")).click()
    beside = desk.get_by_role("region", name="О выбранном")
    expect(beside).to_contain_text("Договор 4\xa0102\xa0887")
    expect(beside).to_contain_text("1\xa0234,50\xa0₽")
    expect(beside).to_contain_text("+7 916 204-18-36")
    near = beside.get_by_role("listitem").filter(has_text="Рвётся связь")
    expect(near).to_contain_text("кв. 36, завершено")
    near.get_by_role("button", name="Связать").click()
    expect(beside.get_by_role("button", name="Рвётся связь", exact=True)).to_be_visible()
    (link,) = demo.rows("SELECT count(*) FROM ticket_link")
    assert link == (1,)

    desk.get_by_role("button", name="Статья", exact=True).click()
    desk.keyboard.press("Tab")
    desk.locator("dialog[open] [name=article_words]").fill("скорасть вайфая")
    found = desk.locator("dialog[open] li button").first
    expect(found).to_be_visible()
    judge(desk, "/staff/tickets with articles found")
    found.click()
    expect(desk.locator("dialog[open]")).to_have_count(0)
    expect(desk.locator("[name=body]")).to_have_value(re.compile(rf"^{demo.url}/help/[a-z0-9-]+$"))
    desk.locator("[name=body]").fill("")
    desk.get_by_role("button", name="Решено", exact=True).click()
    expect(desk.locator("[name=body]")).to_be_focused()
    assert demo.rows("SELECT state FROM ticket WHERE subject = 'Вечером падает скорость'") == [("waiting",)]


def test_whoever_calls_is_found_from_any_page(demo: Portal, open_page):
    desk = demo.staff_page(open_page, OLEG)
    desk.goto(f"{demo.url}/staff/tickets")
    expect(desk.get_by_role("group", name="Фильтры и метки")).to_be_visible()
    desk.keyboard.press("Control+k")
    desk.keyboard.type("волжская 48")
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile("/staff/customers"))
    found = desk.get_by_role("listitem").filter(has_text="Соколов")
    expect(found).to_have_count(2)
    found.filter(has_text="Анна").get_by_role("button").click()
    card = desk.get_by_role("region", name="Выбранное")
    expect(card).to_contain_text("1\xa0234,50\xa0₽")
    judge(desk, "/staff/customers with a customer")

    (number,) = demo.rows("SELECT number FROM payment ORDER BY created_at DESC LIMIT 1")[0]
    desk.locator("main input[type=search]").fill(number)
    desk.get_by_role("link", name=re.compile(number)).click()
    desk.wait_for_url(re.compile("/staff/payments"))
    expect(desk.locator("main")).to_contain_text(number)
    looks = demo.rows("SELECT count(*) FROM audit_record WHERE action = 'customers.look'")
    assert looks[0][0] >= 1
    (key,) = demo.rows("SELECT id FROM ticket WHERE subject = 'Скорость вечером'")[0]
    desk.goto(f"{demo.url}/staff/tickets?open={UUID(key)}")
    expect(desk.get_by_role("heading", level=2, name="Скорость вечером")).to_be_visible()
