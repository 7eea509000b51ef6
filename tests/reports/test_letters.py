"""Letters and text messages: the words of both languages, the code, and nothing that a value could smuggle in."""

from __future__ import annotations

import html
from datetime import date

import pytest

from cabinet.domain.notifications import pack
from cabinet.kit.money import Money
from cabinet.models.notifications import Channel, Delivery
from cabinet.reports import letters
from tests.moments import NOON

TODAY = date(2026, 11, 23)
DUE = {
    "missing": Money(100_00),
    "due": date(2026, 12, 1),
    "number": "С-2026-000001",
    "amount": Money(800_50),
}


def delivery(kind, values, *, locale="ru", channel=Channel.email):
    return Delivery(
        key="k", channel=channel, address="a@example.ru", locale=locale, kind=kind, values=pack(values), created_at=NOON
    )


def plain(text):
    return html.unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("locale", "subject", "foot"),
    [
        ("ru", "Не хватает 100 ₽ к 1 декабря — Меридиан", "Меридиан, поддержка 8 800 555-01-20"),
        ("en", "₽100 short by 1 December — Меридиан", "Меридиан, support 8 800 555-01-20"),
    ],
)
def test_a_letter_says_the_same_in_text_and_in_html(locale, subject, foot):
    letter = letters.letter(delivery("invoice_due_soon", DUE, locale=locale), today=TODAY)

    assert plain(letter.subject) == subject
    assert plain(letter.text).startswith(subject.removesuffix(" — Меридиан"))
    assert foot in plain(letter.text)
    for words in (subject.removesuffix(" — Меридиан"), foot, "С-2026-000001", 'href="http://localhost:3000/"'):
        assert words in plain(letter.html)
    assert f'lang="{locale}"' in letter.html


def test_a_letter_asks_nobody_outside_for_anything():
    letter = letters.letter(delivery("invoice_due_soon", DUE), today=TODAY)

    assert "http" not in letter.html.replace("http://localhost:3000/", "")
    assert "<script" not in letter.html


def test_a_value_cannot_write_html():
    values = DUE | {"number": "<img src=x onerror=alert(1)>"}

    letter = letters.letter(delivery("invoice_due_soon", values), today=TODAY)

    assert "<img" not in letter.html
    assert "&lt;img src=x onerror=alert(1)&gt;" in letter.html


def test_a_code_stands_alone_and_leads_nowhere():
    code = letters.Code("042917", {})

    letter = letters.letter(delivery("code.sign_up", {}), today=TODAY, code=code)

    assert ">042917</p>" in letter.html
    assert "href" not in letter.html
    assert "042917 — ваш код, чтобы открыть кабинет. Никому его не называйте, даже нам." in plain(letter.text)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("ru", ("042917", "1 500 ₽", "4 102 887", "Мир •• 4417")),
        ("en", ("042917", "₽1,500", "4 102 887", "Мир •• 4417")),
    ],
)
def test_a_code_names_what_it_signs(locale, said):
    facts = {"total_minor": 1_500_00, "currency": "RUB", "account": "4102887", "method": "Мир •• 4417"}
    wanted = delivery("code.payment", {}, locale=locale, channel=Channel.sms)

    message = letters.text_message(wanted, today=TODAY, code=letters.Code("042917", facts))

    for words in said:
        assert words in plain(message.text)
    assert message.text.endswith("\n\n@localhost:3000 #042917")


def test_a_text_message_is_short_and_says_who_writes():
    message = letters.text_message(delivery("invoice_due_soon", DUE, channel=Channel.sms), today=TODAY)

    assert plain(message.text).startswith("Меридиан: Не хватает 100 ₽ к 1 декабря. ")
    assert len(message.text) <= letters.SMS_LENGTH_MAX

    endless = DUE | {"number": "С" * 500}
    assert len(letters.text_message(delivery("invoice_due_soon", endless), today=TODAY).text) == letters.SMS_LENGTH_MAX
