from datetime import UTC, date, datetime

import pytest

from cabinet.kit import clock


@pytest.mark.parametrize(
    ("month", "anchor", "day"),
    [
        (date(2026, 1, 1), 31, date(2026, 1, 31)),
        (date(2026, 2, 1), 31, date(2026, 2, 28)),
        (date(2028, 2, 1), 31, date(2028, 2, 29)),
        (date(2026, 3, 1), 31, date(2026, 3, 31)),
        (date(2026, 4, 1), 30, date(2026, 4, 30)),
    ],
)
def test_an_anchor_day_is_clamped_to_the_months_end_and_comes_back(month, anchor, day):
    assert clock.on_anchor(month, anchor) == day


def test_a_day_begins_at_local_midnight():
    assert clock.start_of(date(2026, 12, 1), "Europe/Moscow") == datetime(2026, 11, 30, 21, 0, tzinfo=UTC)
    assert clock.start_of(date(2026, 12, 1), "Asia/Kamchatka") == datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def test_a_month_belongs_to_the_zone():
    moment = datetime(2026, 11, 30, 21, 30, tzinfo=UTC)

    assert clock.month_of(moment, "Europe/Moscow") == date(2026, 12, 1)
    assert clock.month_of(moment, "Europe/Kaliningrad") == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 24), 1, date(2026, 12, 1)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2026, 1, 15), -1, date(2025, 12, 1)),
        (date(2026, 1, 15), -13, date(2024, 12, 1)),
    ],
)
def test_months_are_counted_over_the_years_end(day, months, expected):
    assert clock.month_after(day, months) == expected
