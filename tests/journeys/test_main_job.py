"""The main job in a real browser: sign in, see what is owed, pay, have the receipt; and what goes wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.portal import ANNA, BORIS, VERA, Portal, type_code
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.slow]

ANNAS_PHONE = "+79162041836"
LOOKS = [(390, False), (390, True), (1280, False), (1280, True)]


@pytest.fixture
def anna(demo: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Anna's browser, signed in."""
    return lambda **options: demo.sign_in(open_page(f"{demo.url}/sign-in", **options), ANNA)


@pytest.fixture
def boris(demo: Portal, open_page: Callable[..., Page]) -> Page:
    """Boris's browser: what is refused counts against the payer's limit too, and Anna needs hers."""
    return demo.sign_in(open_page(f"{demo.url}/sign-in"), BORIS)


def order(demo: Portal, page: Page, amount: str, method: str) -> None:
    """Fill the payment page in and press the button; give the code where one is owed."""
    page.goto(f"{demo.url}/pay")
    page.get_by_text(method, exact=True).click()
    page.locator("input[name=amount]").fill(amount)
    expect(page.get_by_role("group", name="Сколько", exact=True)).to_be_visible()
    button = page.get_by_role("button", name=f"Оплатить {amount} ₽", exact=True)
    expect(button).to_be_enabled()
    expect(page.get_by_text("Сразу после")).to_be_visible()
    before = codes(demo)
    press(page, button)
    if page.url.startswith(demo.url) and demo.rows("SELECT 1 FROM payment WHERE status = 'unconfirmed'"):
        until(lambda: codes(demo) > before, seconds=20)
        type_code(page, demo.last_code(ANNAS_PHONE))
        page.wait_for_url(lambda address: not address.startswith(demo.url) or "/pay/" in address)


def press(page: Page, button: Locator) -> None:
    """Press the button until it is taken: in any order and at any pace these tests pay more often than a person may.

    Ten times a minute are allowed; the one after that reads so and, as it is told, tries again a little later.
    """
    too_often = page.get_by_text("Слишком часто", exact=False)
    button.click()
    for _ in range(10):
        until(lambda: not page.url.endswith("/pay") or too_often.is_visible(), seconds=30)
        if not page.url.endswith("/pay"):
            return
        expect(too_often).to_be_hidden()
        button.click()


def codes(demo: Portal) -> int:
    return demo.rows("SELECT count(*) FROM phone_message WHERE address = ?", ANNAS_PHONE)[0][0]


def pay_at_the_bank(page: Page, number: str) -> None:
    page.locator("input[name=number]").fill(number)
    page.locator("input[name=expiry]").fill("11/29")
    page.locator("input[name=cvc]").fill("123")
    page.get_by_role("button", name=re.compile("^Оплатить")).click()


def give_the_banks_code(page: Page) -> None:
    told = page.get_by_text(re.compile(r"\d{3}\s\d{3}\s—\sкод")).inner_text()
    digits = re.match(r"(\d{3})\s(\d{3})", told.strip())
    assert digits
    page.locator("input[name=code]").fill("".join(digits.groups()))
    page.get_by_role("button", name=re.compile("^Подтвердить")).click()


def balance(demo: Portal) -> int:
    """Return what Anna has, in kopecks, from the rows of the ledger themselves."""
    plus, minus = (
        demo.rows(
            f"SELECT coalesce(sum(amount_minor), 0) FROM ledger_row JOIN ledger_account ON ledger_account.id = {side}"
            " WHERE ledger_account.name = 'customer:4102887'"
        )[0][0]
        for side in ("credit_account_id", "debit_account_id")
    )
    return plus - minus


def last_payment(demo: Portal) -> tuple[str, str, int]:
    """Return the newest payment: its status, its failure, its amount in kopecks."""
    return demo.rows("SELECT status, failure, amount_minor FROM payment ORDER BY created_at DESC LIMIT 1")[0]


@pytest.mark.parametrize(("width", "dark"), LOOKS, ids=str)
def test_a_top_up_by_card_ends_with_money_and_a_receipt(demo, anna, width, dark):
    page = anna(width=width, dark=dark)
    before = balance(demo)

    order(demo, page, "700", "Новая карта")
    pay_at_the_bank(page, "2200 0000 0000 0012")
    give_the_banks_code(page)

    page.wait_for_url(f"{demo.url}/pay/*")
    expect(page.get_by_role("heading", name="Получили 700 ₽")).to_be_visible()
    assert balance(demo) == before + 700_00
    receipt = page.get_by_role("link", name=re.compile("^Чек Ч-")).get_attribute("href")
    fetched = "async (link) => (await (await fetch(link)).text()).slice(0, 4)"
    assert page.evaluate(fetched, receipt) == "%PDF"
    page.goto(f"{demo.url}/payments")
    expect(page.locator("main")).to_contain_text("+700,00 ₽")
    expect(page.locator("main")).to_contain_text("Мир •• 0012")
    (number,) = demo.rows("SELECT number FROM payment ORDER BY created_at DESC LIMIT 1")[0]
    letter = "SELECT 1 FROM phone_message WHERE address = 'sokolova@example.ru' AND body LIKE ? AND attachments <> '[]'"
    until(lambda: demo.rows(letter, f"%{number}%"), seconds=20)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_dashboard_follows_a_payment_by_itself(demo, anna):
    page = anna()
    other = page.context.new_page()

    for _ in range(3):
        whole, part = divmod(balance(demo) + 65_50, 100)
        order(demo, other, "65,50", "Мир •• 4417")
        expect(page.locator("main")).to_contain_text(f"{whole:,}".replace(",", " ") + f",{part:02} ₽")


def test_a_declined_card_says_why_and_offers_another_try(demo, anna):
    page = anna()
    before = balance(demo)

    order(demo, page, "300", "Новая карта")
    pay_at_the_bank(page, "2200 0000 0000 0020")
    page.get_by_role("link", name=re.compile("^Вернуться")).click()

    expect(page.get_by_role("heading", name="Платёж не прошёл")).to_be_visible()
    expect(page.get_by_text("На карте не хватает денег. Возьмите другую карту или сумму меньше.").first).to_be_visible()
    assert (last_payment(demo), balance(demo)) == (("failed", "insufficient_funds", 300_00), before)
    page.get_by_role("link", name="Попробовать ещё раз").click()
    expect(page.locator("input[name=amount]")).to_have_value("300")


def test_a_tab_that_came_back_stays_where_it_is_led(demo, anna):
    page = anna()
    order(demo, page, "310", "Новая карта")
    pay_at_the_bank(page, "2200 0000 0000 0004")
    page.wait_for_url(f"{demo.url}/pay/*")

    page.goto(f"{demo.url}/pay")

    expect(page.get_by_role("button", name=re.compile("^Оплатить "))).to_be_visible()
    expect(page).to_have_url(f"{demo.url}/pay")


def test_an_sbp_payment_is_seen_the_moment_the_bank_has_it(demo, anna):
    page = anna()
    before = balance(demo)
    order(demo, page, "450", "СБП")
    expect(page.get_by_role("heading", name="Отсканируйте код")).to_be_visible()

    bank = page.context.new_page()
    bank.goto(page.get_by_role("link", name="Открыть приложение банка").get_attribute("href") or "")
    bank.get_by_role("button", name="Подтвердить 450 ₽").click()

    expect(page.get_by_role("heading", name="Получили 450 ₽")).to_be_visible()
    assert balance(demo) == before + 450_00


def test_a_closed_tab_loses_nothing(demo, anna):
    page = anna()
    before = balance(demo)
    order(demo, page, "320", "Новая карта")
    bank = page.context.new_page()
    bank.goto(page.url)
    page.close()

    pay_at_the_bank(bank, "4111 1111 1111 1111")

    until(lambda: last_payment(demo) == ("succeeded", "", 320_00), seconds=30)
    assert balance(demo) == before + 320_00


def test_two_clicks_are_one_payment(demo, boris):
    page = boris
    page.goto(f"{demo.url}/pay")
    page.get_by_text("Новая карта", exact=True).click()
    page.locator("input[name=amount]").fill("330")
    button = page.get_by_role("button", name="Оплатить 330 ₽", exact=True)
    expect(button).to_be_enabled()

    button.dblclick()

    page.wait_for_url(lambda address: not address.endswith("/pay"))
    assert demo.rows("SELECT count(*) FROM payment WHERE amount_minor = 33000") == [(1,)]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "Укажите сумму больше нуля."),
        ("-5", "Укажите сумму больше нуля."),
        ("10,005", "Копейки дальше не делятся. Оставьте не больше двух знаков после запятой."),
        ("1000000000000", "Слишком много за один раз. Наибольшая сумма 15 000 ₽."),
    ],
)
def test_an_amount_that_cannot_be_paid_says_so(demo, boris, amount, words):
    page = boris
    page.goto(f"{demo.url}/pay")
    count = demo.rows("SELECT count(*) FROM payment")

    page.locator("input[name=amount]").fill(amount)

    expect(page.locator("main")).to_contain_text(words)
    page.get_by_role("button", name=re.compile("^Оплатить")).click()
    expect(page.locator("input[name=amount]")).to_have_attribute("aria-invalid", "true")
    assert demo.rows("SELECT count(*) FROM payment") == count


def test_a_strangers_link_shows_nothing(demo, open_page):
    (payment_id,) = demo.rows(
        "SELECT payment.id FROM payment JOIN billing_account ON billing_account.id = billing_account_id"
        " WHERE billing_account.number = '4102887' LIMIT 1"
    )[0]
    page = demo.sign_in(open_page(f"{demo.url}/sign-in"), VERA)

    page.goto(f"{demo.url}/pay/{payment_id}")

    expect(page.get_by_role("heading", name="Такого платежа нет")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Мир")
