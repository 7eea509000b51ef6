"""What things are called, in both languages; nothing is without a word."""

from __future__ import annotations

from datetime import date

import pytest

from cabinet.domain.base.ports import FAILURES, NETWORK_FAILURES
from cabinet.domain.notifications import KINDS
from cabinet.kit import i18n
from cabinet.models.payments import MethodKind, OperationStatus, PaymentStatus, RefundStatus
from cabinet.reports import words


@pytest.mark.parametrize(
    ("kind", "title", "period", "ru", "en"),
    [
        ("top_up", {}, None, "Пополнение счёта", "Account top-up"),
        ("refund", {}, None, "Возврат", "Refund"),
        ("charge.monthly", {}, date(2026, 11, 1), "Абонентская плата за\u00a0ноябрь", "Monthly fee for November"),
        ("charge.single", {"ru": "Замена роутера", "en": "New router"}, None, "Замена роутера", "New router"),
    ],
)
def test_an_operation_has_its_own_name_or_that_of_its_kind_and_month(kind, title, period, ru, en):
    assert words.operation(kind, title, period, "ru") == ru
    assert words.operation(kind, title, period, "en") == en


def test_every_state_and_every_failure_has_a_word():
    assert set(words.OPERATION_STATUS) == set(OperationStatus)
    assert set(words.PAYMENT_STATUS) == set(PaymentStatus)
    assert set(words.REFUND_STATUS) == set(RefundStatus)
    assert set(words.METHODS) == set(MethodKind)
    assert set(words.FAILURE) == FAILURES | {""}


def test_every_trouble_with_a_service_has_a_word():
    assert set(words.SERVICE_TROUBLE) >= NETWORK_FAILURES
    assert words.trouble("nobody knows", "ru") == words.trouble("other", "ru")


def test_a_return_says_what_it_is_for():
    assert words.operation("charge.return", {"ru": "Кино", "en": "Films"}, None, "ru") == "Возврат: Кино"
    assert words.operation("charge.service", {"ru": "Кино", "en": "Films"}, None, "en") == "Films"


def test_a_failure_says_what_to_do_and_an_unknown_one_too():
    assert words.failure("insufficient_funds", "en").endswith("Try another one or a smaller sum.")
    assert words.failure("nobody knows", "ru") == words.failure("other", "ru")


def test_an_instrument_is_named_as_soon_as_the_bank_has_told():
    assert words.method(MethodKind.card, "Мир •• 4417", "en") == "Мир •• 4417"
    assert words.method(MethodKind.card, "", "ru") == "Банковская карта"
    assert words.method(MethodKind.sbp, "", "en") == "SBP"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_every_kind_of_message_fills_all_its_slots(kind, locale):
    values = {
        "amount": {"money": [150_000, "RUB"]},
        "full": {"money": [160_000, "RUB"]},
        "missing": {"money": [10_000, "RUB"]},
        "due": {"day": "2026-12-01"},
        "account": "4102887",
        "number": "П-1",
        "failure": "card_declined",
        "method": "Мир •• 4417",
        "code": "123456",
        "total": "1 500 ₽",
        "title": "Кино",
        "into": "Т-2",
        "name": "Олег",
        "trouble": "equipment",
        "what": "принят",
        "said": "М-004417",
        "day": {"day": "2026-11-27"},
        "since": "02:00",
        "until": "05:00",
        "unit": "minutes",
        "left_base": 7_200,
        "percent": 80,
        "price": {"money": [200, "RUB"]},
        "kbit": 64,
        "renews": {"day": "2026-12-01"},
    }

    title, body = words.notification(kind, values, locale, today=date(2026, 11, 23))

    assert title
    assert body
    assert "{" not in title + body
