"""The receipt as a PDF: it opens, says the right figures in the reader's language, and its text can be copied."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from cabinet.models.payments import Receipt, ReceiptKind
from cabinet.reports import receipts
from tests.reports import pdf_text

ISSUED = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


def receipt(**changes):
    values = {
        "number": "Ч-2026-091301",
        "key": "payment:1",
        "kind": ReceiptKind.income,
        "person_id": uuid4(),
        "payment_id": uuid4(),
        "lines": [{"kind": "top_up", "account": "4102887", "minor": 1_500_00}, {"kind": "fee", "minor": 15_50}],
        "total_minor": 1_515_50,
        "currency": "RUB",
        "method_label": "Мир •• 4417",
        "buyer": "sokolova@example.ru",
        "issued_at": ISSUED,
    }
    return Receipt(**values | changes)


def test_a_receipt_says_what_was_paid_for_and_how_in_russian():
    file = receipts.pdf(receipt(), "ru")

    assert pdf_text.lines(file.content) == [
        "Меридиан",
        "Чек",
        "Ч-2026-091301 · 23 ноября 2026, 12:05",
        "Пополнение лицевого счёта 4 102 887",
        "1 500,00 ₽",
        "Комиссия",
        "15,50 ₽",
        "Итого",
        "1 515,50 ₽",
        "Оплачено",
        "Мир •• 4417",
        "Покупатель",
        "sokolova@example.ru",
        "Поддержка",
        "8 800 555-01-20",
        "Не является фискальным документом",
    ]


def test_the_same_in_english():
    said = pdf_text.lines(receipts.pdf(receipt(), "en").content)

    assert said[1] == "Receipt"
    assert said[3:9] == [
        "Top-up of billing account 4 102 887",
        "₽1,500.00",
        "Commission",
        "₽15.50",
        "Total",
        "₽1,515.50",
    ]
    assert said[-1] == "This is not a fiscal document"


@pytest.mark.parametrize(("locale", "title"), [("ru", "Чек возврата"), ("en", "Refund receipt")])
def test_a_returned_payment_is_called_so(locale, title):
    file = receipts.pdf(receipt(kind=ReceiptKind.income_return), locale)

    assert pdf_text.lines(file.content)[1] == title
    assert file.name == f"{title} Ч-2026-091301.pdf"


def test_it_is_a_pdf_that_opens():
    file = receipts.pdf(receipt(), "ru")

    assert file.media_type == "application/pdf"
    assert file.content.startswith(b"%PDF-1.")
    assert file.content.rstrip().endswith(b"%%EOF")
    assert len(file.content) < 60_000


def test_a_fiscal_receipt_names_its_till_and_does_not_deny_itself():
    fiscal = {"fn": "9960440300000000", "fd": "12345", "fp": "1234567890"}

    said = pdf_text.lines(receipts.pdf(receipt(fiscal=fiscal), "ru").content)

    assert said[-3:] == ["FN 9960440300000000", "FD 12345", "FP 1234567890"]
    assert "Не является фискальным документом" not in said


def test_what_is_not_known_takes_no_line():
    said = pdf_text.lines(receipts.pdf(receipt(method_label="", buyer=""), "ru").content)

    assert "Оплачено" not in said
    assert "Покупатель" not in said
