"""What the payer sees, without a script: forms, errors beside fields, headers, and what is kept of a card."""

from __future__ import annotations

import re
import sqlite3
import threading
from datetime import timedelta
from html import unescape

import httpx
import pytest

from cabinet.kit import clock
from cabinet.sandbox import cards
from tests.sandboxing import RETURN_URL, Browser, code_on, pay_by_card
from tests.waiting import until

MIR = "2200000000000004"
NBSP = "\u00a0"


def page_of(sandbox, **changes):
    return sandbox.open_payment(**changes)["confirmation"]["url"]


def error_of(browser, field):
    """The text that the field's aria-describedby leads to."""
    tag = re.search(rf'<input id="{field}"[^>]*>', browser.page).group()
    assert 'aria-invalid="true"' in tag
    described = re.search(r'aria-describedby="([^"]+)"', tag).group(1)
    text = re.search(rf'<p class="error" id="{described}">.*?</svg>(.*?)</p>', browser.page, re.DOTALL).group(1)
    return unescape(text).replace(NBSP, " ")


def shown(browser):
    """The words of the page, with blanks folded."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", browser.page)))


def test_the_form_says_where_one_is_and_what_to_pay(sandbox):
    browser = Browser().open(page_of(sandbox, save_method=True))

    words = shown(browser)
    assert "ПЕСОЧНИЦА, деньги ненастоящие" in words
    assert "Меридиан" in words
    assert "Оплатить 500 ₽" in words
    assert "Тестовые карты" in words
    for card in cards.CARDS:
        assert cards.spaced(card.number) in words
    assert '<html lang="ru">' in browser.page


@pytest.mark.parametrize(
    ("field", "attributes"),
    [
        ("number", ('autocomplete="cc-number"', 'inputmode="numeric"')),
        ("expiry", ('autocomplete="cc-exp"', 'inputmode="numeric"')),
        ("cvc", ('autocomplete="cc-csc"', 'inputmode="numeric"', 'type="password"')),
    ],
)
def test_every_field_has_a_label_and_tells_the_keyboard_what_it_is(sandbox, field, attributes):
    page = Browser().open(page_of(sandbox)).page

    tag = re.search(rf'<input id="{field}"[^>]*>', page).group()
    assert all(attribute in tag for attribute in attributes)
    assert f'<label for="{field}">' in page


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("number", "2200 0000 0000 0001", "Карты с таким номером не бывает. Проверьте цифры по одной"),
        ("number", "4242424242424242", "Это не тестовая карта, а настоящую вводить не нужно"),
        ("expiry", "10/20", "Этот срок уже прошёл. Проверьте месяц и год"),
        ("cvc", "1", "Здесь ровно три цифры с оборота карты"),
    ],
)
def test_a_wrong_field_says_what_to_do_and_the_rest_stays_typed(sandbox, field, typed, says):
    url = page_of(sandbox, save_method=True)
    values = {"number": MIR, "expiry": "12/39", "cvc": "739"} | {field: typed}

    browser = Browser().open(url).send("card", **values, keep=None)

    assert browser.status == 422
    assert says in error_of(browser, field)
    assert browser.page.count('aria-invalid="true"') == 1
    again = next(form for form in browser.forms if "/card" in form.action)
    assert again.values == {"number": values["number"], "expiry": values["expiry"], "cvc": ""}
    focused = re.search(r'<input id="(\w+)"[^>]*autofocus', browser.page).group(1)
    assert focused == field


def test_after_a_mistake_the_payment_goes_through(sandbox):
    url = page_of(sandbox)
    browser = Browser().open(url).send("card", number="1", expiry="", cvc="")

    browser.send("card", number=MIR, expiry="12/39", cvc="739")

    assert browser.left == RETURN_URL


def test_a_test_card_is_filled_in_by_its_name_not_by_its_number(sandbox):
    browser = Browser().open(page_of(sandbox))
    link = unescape(re.search(r'href="(\?fill=low_balance)"', browser.page).group(1))
    assert not re.search(r'href="[^"]*\d{12}', browser.page)

    browser.open(browser.at + link).send("card")

    assert "Оплата не прошла" in shown(browser)
    assert "Не хватает денег. Пополните карту или возьмите другую" in shown(browser)


def test_a_form_sent_twice_charges_once(sandbox):
    opened = sandbox.open_payment()
    first, second = (Browser().open(opened["confirmation"]["url"]) for _ in range(2))
    start = threading.Barrier(2)

    def send(browser):
        start.wait()
        browser.send("card", number=MIR, expiry="12/39", cvc="739")

    threads = [threading.Thread(target=send, args=(browser,)) for browser in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert first.left == second.left == RETURN_URL
    after = sandbox.open_payment()
    sandbox.ask("POST", f"/v1/payments/{after['id']}/cancel")
    until(lambda: sandbox.merchant.about(after["id"]), seconds=10)
    assert [call.told["type"] for call in sandbox.merchant.about(opened["id"])] == ["payment.succeeded"]


def test_a_second_card_cannot_change_a_payment_that_is_over(sandbox):
    opened = sandbox.open_payment()
    late = Browser().open(opened["confirmation"]["url"])
    pay_by_card(opened["confirmation"]["url"], "2200000000000020")

    late.send("card", number=MIR, expiry="12/39", cvc="739")

    assert sandbox.payment(opened["id"])["status"] == "failed"
    assert "Оплата не прошла" in shown(late)


def test_a_payment_withdrawn_meanwhile_cannot_be_paid(sandbox):
    opened = sandbox.open_payment(method={"type": "sbp"})
    bank = Browser().open(opened["confirmation"]["qr"])
    sandbox.ask("POST", f"/v1/payments/{opened['id']}/cancel")

    bank.send("bank", press=("answer", "yes"))

    assert sandbox.payment(opened["id"])["status"] == "canceled"
    assert "Платёж отменил «Меридиан»" in shown(bank)


def test_a_payment_out_of_time_cannot_be_paid(sandbox):
    opened = sandbox.open_payment(expires_at=(clock.now() + timedelta(seconds=1)).isoformat())
    browser = Browser().open(opened["confirmation"]["url"])
    until(lambda: sandbox.payment(opened["id"])["status"] == "canceled", seconds=10)

    browser.send("card", number=MIR, expiry="12/39", cvc="739")

    assert "Время оплаты вышло" in shown(browser)
    assert "Деньги не списаны" in shown(browser)
    assert sandbox.payment(opened["id"])["taken_amount"] is None


def test_the_code_stands_in_the_panel_and_a_wrong_one_counts_down(sandbox):
    browser = pay_by_card(page_of(sandbox), "2200000000000012")
    assert "СМС от банка (песочница)" in shown(browser)
    wrong = str((int(code_on(browser.page)) + 1) % 10**6).zfill(6)

    browser.send("code", code=wrong)
    assert error_of(browser, "code") == "Код не подходит. Осталось две попытки"
    browser.send("code", code="")
    assert error_of(browser, "code") == "Код не подходит. Осталась одна попытка, потом банк отклонит оплату"
    browser.send("code", code=code_on(browser.page))

    assert browser.left == RETURN_URL


def test_codes_of_two_payments_differ(sandbox):
    codes = {code_on(pay_by_card(page_of(sandbox), "2200000000000012").page) for _ in range(3)}

    assert len(codes) == 3


def test_sbp_shows_a_code_to_scan_and_a_bank(sandbox):
    browser = Browser().open(page_of(sandbox, method={"type": "sbp"}))

    assert "QR-код для оплаты через СБП" in browser.page
    assert browser.page.count('class="qrline"') == 1
    assert re.search(r'href="/bank/[\w-]+"', browser.page)


def test_the_return_adds_nothing_to_the_merchants_address(sandbox):
    opened = sandbox.open_payment()
    browser = pay_by_card(opened["confirmation"]["url"], MIR)

    assert browser.left == RETURN_URL
    with httpx.Client(trust_env=False) as client:
        back = client.get(opened["confirmation"]["url"] + "/back")
    assert (back.status_code, back.headers["location"], back.headers["referrer-policy"]) == (
        303,
        RETURN_URL,
        "no-referrer",
    )


@pytest.mark.parametrize("path", ["/switches", "/pay/nothing", "/v1/payments/x", "/static/sandbox.css"])
def test_every_answer_is_uncached_unframed_and_without_script(sandbox, path):
    with httpx.Client(trust_env=False) as client:
        answer = client.get(sandbox.url + path)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == ("no-cache" if "static" in path else "no-store")


def test_the_pages_of_a_payment_hold_no_script_and_no_style_of_their_own(sandbox):
    urls = [page_of(sandbox), page_of(sandbox, method={"type": "sbp"})]
    browsers = [Browser().open(url) for url in urls] + [
        pay_by_card(page_of(sandbox), number) for number in ("2200000000000012", "2200000000000020", "1")
    ]

    for browser in browsers:
        assert "<script" not in browser.page
        assert " style=" not in browser.page
        assert not re.search(r"\son\w+=", browser.page)
        if browser.forms:
            assert "form-action 'self' http://localhost:3000;" in browser.answer.headers["content-security-policy"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("step", ["card", "code", "cancel"])
def test_a_form_of_another_site_is_refused(sandbox, step, site):
    opened = sandbox.open_payment()
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{opened['confirmation']['url']}/{step}", headers={"Sec-Fetch-Site": site})

    assert answer.status_code == 403
    assert "Форма пришла" in answer.text
    assert sandbox.payment(opened["id"])["status"] == "pending"


@pytest.mark.parametrize("path", ["/pay/nothing", "/pay/nothing/back", "/pay/nothing/at-all", "/bank/nothing", "/else"])
def test_a_strange_address_is_not_found_in_words(sandbox, path):
    browser = Browser().open(sandbox.url + path)

    assert browser.status == 404
    assert "Такой оплаты нет" in shown(browser)


def test_reloading_the_address_of_a_form_shows_the_payment(sandbox):
    url = page_of(sandbox)

    browser = Browser().open(f"{url}/card?lang=en")

    assert browser.at == f"{url}?lang=en"
    assert "Pay by card" in shown(browser)


def test_english_is_kept_from_page_to_page(sandbox):
    browser = Browser().open(page_of(sandbox) + "?lang=en")
    assert "SANDBOX, the money is not real" in shown(browser)

    browser.send("card", number="2200000000000012", expiry="12/39", cvc="739")

    assert "Code from the SMS" in shown(browser)
    assert '<html lang="en">' in browser.page
    assert "Confirm ₽500" in shown(browser)


def test_what_the_merchant_writes_stays_text(sandbox):
    browser = Browser().open(page_of(sandbox, description='<b onclick="x()">Тариф</b> & Ко'))

    assert "&lt;b onclick=" in browser.page
    assert "<b onclick" not in browser.page


def test_no_number_no_cvc_and_no_code_is_kept_or_logged(sandbox):
    typed = {card.number for card in cards.CARDS} | {"4242424242424242"}
    codes = set()
    for number in sorted(typed):
        browser = pay_by_card(page_of(sandbox, save_method=True), number, keep=True, cvc="739")
        if 'id="sms"' in browser.page:
            codes.add(code_on(browser.page))
            browser.send("code", code=code_on(browser.page))

    files = b"".join(file.read_bytes() for file in sandbox.home.iterdir() if file.is_file())
    assert {"sandbox.db", "sandbox.db-wal", "sandbox.log"} <= {file.name for file in sandbox.home.iterdir()}
    assert len(files) > 10_000
    for number in typed:
        assert number.encode() not in files
        assert cards.spaced(number).encode() not in files
        assert number[:12].encode() not in files
    with sqlite3.connect(sandbox.home / "sandbox.db") as database:
        kept = "\n".join(database.iterdump())
    database.close()
    assert "0004" in kept
    for secret in {"739"} | codes:
        assert not re.search(rf"(?<![0-9a-f]){secret}(?![0-9a-f])", kept + sandbox.log.read_text())


def test_a_switch_is_turned_on_and_off_on_its_page(sandbox):
    browser = Browser().open(f"{sandbox.url}/switches")

    browser.send("switches/turn", switch="late_webhook", times="3", value="20")
    assert "Осталось: 3" in shown(browser)
    browser.send("switches/turn", switch="late_webhook", press=("off", "yes"))

    assert "Осталось" not in shown(browser)


def test_a_switch_that_cannot_be_says_what_can(sandbox):
    browser = Browser().open(f"{sandbox.url}/switches")

    browser.send("switches/turn", switch="late_webhook", times="3", value="0")

    assert browser.status == 422
    assert "Введите целое число от 1 до 86400" in shown(browser)


def test_webhooks_are_listed_with_their_answers(sandbox):
    opened = sandbox.open_payment(number="П-2026-777001")
    sandbox.merchant.answers[opened["id"]] = [503]
    sandbox.ask("POST", f"/v1/payments/{opened['id']}/cancel")
    until(lambda: len(sandbox.merchant.about(opened["id"])) == 2, seconds=10)

    def listed():
        return re.search(
            r"payment\.canceled \d\d:\d\d:\d\d, П-2026-777001 Доставлен \S+ → 503 \S+ → 200",
            shown(Browser().open(f"{sandbox.url}/switches")),
        )

    until(listed, seconds=10)
