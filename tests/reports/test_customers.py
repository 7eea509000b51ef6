"""A customer at a glance in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cabinet.reports.customers import lasting
from cabinet.reports.reader import Reader
from tests.words import spaced


@pytest.mark.parametrize(
    ("since", "today", "words"),
    [
        (date(2026, 11, 27), date(2026, 11, 27), "1 день"),
        (date(2026, 11, 5), date(2026, 11, 27), "22 дня"),
        (date(2026, 10, 28), date(2026, 11, 27), "30 дней"),
        (date(2026, 10, 27), date(2026, 11, 27), "1 мес."),
        (date(2025, 11, 28), date(2026, 11, 27), "11 мес."),
        (date(2025, 11, 27), date(2026, 11, 27), "1 г."),
        (date(2024, 3, 27), date(2026, 11, 27), "2 г. 8 мес."),
        (date(2024, 2, 29), date(2026, 2, 28), "1 г. 11 мес."),
    ],
)
def test_how_long_somebody_is_with_us(since, today, words):
    eye = Reader("ru", "UTC", datetime(today.year, today.month, today.day, 12, tzinfo=UTC))

    assert spaced(lasting(since, eye)) == words
