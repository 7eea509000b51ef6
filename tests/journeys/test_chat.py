"""The chat in several browsers at once: a queue, an answer, a colleague, a server that dies, a phone, a ticket."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import corpus
from tests.judging import judge
from tests.portal import ANNA, ANTON, BORIS, ILYA, OLEG, VERA, Portal
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]

LOOKS = [(390, False), (390, True), (1280, False), (1280, True)]
QUESTION = "Можно ли <b>перенести</b> визит мастера?"


@pytest.fixture
def customer(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """A customer's browser, signed in, on the page of the chat."""

    def opened(who: tuple[str, str] = ANNA, path: str = "/chat", **options: object) -> Page:
        page = demo.sign_in(open_page(f"{demo.url}/sign-in", **options), who)
        page.goto(f"{demo.url}{path}")
        return page

    return opened


@pytest.fixture
def console(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """An operator's console."""

    def opened(who: tuple[str, str, str] = OLEG, **options: object) -> Page:
        page = demo.staff_page(open_page, who, **options)
        page.goto(f"{demo.url}/staff/chat")
        return page

    return opened


def begin(desk: Page) -> None:
    desk.get_by_role("button", name="Начать смену").click()
    expect(desk.get_by_role("button", name="Закончить смену")).to_be_visible()


def leave(desk: Page) -> None:
    """Nobody is on duty when the next test begins."""
    desk.get_by_role("button", name="Закончить смену").click()
    expect(desk.get_by_role("button", name="Начать смену")).to_be_visible()


def write(page: Page, words: str) -> None:
    page.locator("textarea[name=body]").fill(words)
    page.locator("textarea[name=body]").press("Enter")


def said(demo: Portal) -> list[str]:
    """Return what Anna and those who answered her have said in her last talk."""
    return [
        body
        for (body,) in demo.rows(
            "SELECT body FROM chat_message WHERE what = 'said' AND conversation_id ="
            " (SELECT c.id FROM conversation c JOIN person p ON p.id = c.person_id WHERE p.given_name = 'Анна'"
            "  ORDER BY c.started_at DESC LIMIT 1) ORDER BY id"
        )
    ]


def test_a_talk_outlives_a_colleague_a_dead_server_and_a_change_of_device(demo, customer, console):
    oleg, anton = console(outage=True), console(ANTON, outage=True)
    for desk in (oleg, anton):
        begin(desk)
    anna = customer(path="/services", outage=True)
    anna.get_by_role("link", name="Чат с оператором").first.click()
    write(anna, QUESTION)
    expect(anna.locator("main")).to_contain_text("Ищем свободного оператора")
    expect(anna.locator("main")).to_contain_text("Перед вами 2\xa0человека")
    boris = customer(BORIS, outage=True)
    write(boris, "А я за Анной")
    expect(boris.locator("main")).to_contain_text("Перед вами 3\xa0человека")

    oleg.get_by_role("button", name=re.compile("Анна Соколова")).click()
    expect(boris.locator("main")).to_contain_text("Перед вами 2\xa0человека")
    expect(anna.locator("main")).to_contain_text("Олег на\xa0связи")
    expect(oleg.locator("main")).to_contain_text("1\xa0234,50")
    oleg.locator("textarea[name=body]").press_sequentially("Добрый день", delay=20)
    expect(anna.locator("main")).to_contain_text("Олег печатает")
    oleg.locator("textarea[name=body]").press("Enter")
    expect(anna.locator("main")).to_contain_text("Добрый день")
    expect(oleg.get_by_text("Прочитано")).to_have_count(1)

    oleg.get_by_role("button", name="Передать", exact=True).click()
    oleg.locator("select[name=whom]").select_option(label="Антон Петров, разговоров: 0")
    oleg.get_by_role("dialog").get_by_role("button", name="Передать", exact=True).click()
    expect(anna.locator("main")).to_contain_text("Разговор продолжит Антон")
    anton.get_by_role("button", name=re.compile("Анна Соколова")).click()
    expect(anton.locator("textarea[name=body]")).to_be_visible()

    anton.locator("textarea[name=body]").fill("Слышу, приедет")
    demo.die()
    anna.locator("textarea[name=body]").fill("Слышите меня?")
    demo.start()
    for page, typed in ((anna, "Слышите меня?"), (anton, "Слышу, приедет")):
        expect(page.get_by_text("Нет связи.", exact=True)).to_be_hidden(timeout=60_000)
        expect(page.locator("textarea[name=body]")).to_have_value(typed)
    anna.locator("textarea[name=body]").press("Enter")
    expect(anna.locator("main").get_by_text("Слышите меня?")).to_be_visible()
    expect(anton.locator("main")).to_contain_text("Слышите меня?")
    anton.locator("textarea[name=body]").press_sequentially(" в пятницу")
    anton.locator("textarea[name=body]").press("Enter")
    expect(anna.locator("main")).to_contain_text("Слышу, приедет в пятницу")
    phone = customer(width=390)
    for words in (QUESTION, "Добрый день", "Слышите меня?", "Слышу, приедет в пятницу"):
        expect(phone.locator("main").get_by_text(words)).to_have_count(1)
    write(phone, "Это я же, с телефона")
    expect(anna.locator("main")).to_contain_text("Это я же, с телефона")

    phone.get_by_role("button", name="Оформить обращение").click()
    phone.get_by_role("dialog").get_by_role("button", name="Оформить", exact=True).click()
    link = phone.get_by_role("link", name=re.compile("Разговор стал обращением"))
    expect(link).to_be_visible()
    link.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(QUESTION)
    words = [QUESTION, "Добрый день", "Слышите меня?", "Слышу, приедет в пятницу", "Это я же, с телефона"]
    assert said(demo) == words
    query = "SELECT body FROM ticket_message WHERE ticket_id = (SELECT id FROM ticket ORDER BY created_at DESC LIMIT 1)"
    assert [body for (body,) in demo.rows(f"{query} ORDER BY id")] == words
    boris.get_by_role("button", name="Завершить", exact=True).click()
    expect(boris.locator("main")).to_contain_text("Вы завершили разговор")
    for desk in (oleg, anton):
        leave(desk)


def test_without_an_operator_the_question_is_kept_and_answered_by_a_notice(demo, customer, console):
    boris = customer(BORIS)
    expect(boris.locator("main")).to_contain_text("Сейчас на\xa0линии никого нет")
    files = {"name": "screen.png", "mimeType": "image/png", "buffer": corpus.picture()}
    boris.locator("input[type=file]").set_input_files(files)
    expect(boris.locator("main")).to_contain_text("screen.png")
    write(boris, "Вот такая ошибка")
    expect(boris.get_by_role("link", name=re.compile("screen.png"))).to_be_visible()
    boris.goto(f"{demo.url}/payments")

    oleg = console()
    begin(oleg)
    oleg.get_by_role("button", name=re.compile("Борис Соколов")).click()
    expect(oleg.get_by_role("link", name=re.compile("screen.png"))).to_be_visible()
    write(oleg, "Обновите страницу, пожалуйста")

    expect(boris.get_by_role("link", name="Чат с оператором").first).to_be_visible()
    expect(boris.get_by_text("оператор ответил").first).to_be_attached()
    boris.get_by_role("link", name="Чат с оператором").first.click()
    expect(boris.locator("main")).to_contain_text("Обновите страницу, пожалуйста")
    boris.get_by_role("button", name="Спасибо, всё").click()
    boris.locator("main input[type=radio]").last.check(force=True)
    boris.get_by_role("button", name="Оценить").click()
    until(lambda: demo.rows("SELECT rating FROM conversation ORDER BY started_at DESC LIMIT 1") == [(5,)], seconds=20)
    leave(oleg)


def test_who_may_only_read_has_no_duty_to_begin(demo, console):
    ilya = console(ILYA)

    expect(ilya.locator("main")).to_contain_text("В очереди")
    expect(ilya.get_by_role("button", name="Начать смену")).to_have_count(0)


def test_a_strangers_talk_is_not_there(demo, customer):
    (talk,) = demo.rows(
        "SELECT c.id FROM conversation c JOIN person p ON p.id = c.person_id WHERE p.given_name = 'Анна' LIMIT 1"
    )[0]
    address = f"{talk[:8]}-{talk[8:12]}-{talk[12:16]}-{talk[16:20]}-{talk[20:]}" if "-" not in talk else talk

    vera = customer(VERA, f"/chat?open={address}")

    expect(vera.locator("main")).to_contain_text("Такого разговора нет")


@pytest.mark.parametrize(("width", "dark"), LOOKS, ids=str)
def test_the_pages_are_open_to_everyone(demo, customer, console, width, dark):
    anna = customer(width=width, dark=dark)
    expect(anna.locator("textarea[name=body]")).to_be_visible()
    judge(anna, "/chat before the first word")
    write(anna, "Вопрос")
    desk = console(width=width, dark=dark)
    begin(desk)
    desk.get_by_role("button", name=re.compile("Анна Соколова")).click()
    write(desk, "Ответ")
    expect(anna.locator("main")).to_contain_text("Ответ")
    judge(desk, "/staff/chat with a talk open")
    desk.get_by_role("button", name="Передать", exact=True).click()
    expect(desk.locator("select[name=whom]")).to_be_visible()
    judge(desk, "/staff/chat with the form of handing over")
    judge(anna, "/chat in a talk")
    anna.get_by_role("button", name="Оформить обращение").click()
    expect(anna.locator("select[name=topic]")).to_be_visible()
    judge(anna, "/chat with the form of a ticket")
    anna.get_by_role("button", name="Отмена").click()
    anna.get_by_role("button", name="Спасибо, всё").click()
    expect(anna.get_by_role("button", name="Оценить")).to_be_visible()
    judge(anna, "/chat over")
    assert anna.evaluate("document.documentElement.scrollWidth") <= width
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    desk.get_by_role("button", name="Отмена").click()
    if width == 390:
        desk.get_by_role("button", name="К списку").click()
    leave(desk)
