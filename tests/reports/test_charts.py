"""Figures of the analysis pages: the right sums on the right days, in whole currency."""

from __future__ import annotations

from datetime import date

from cabinet.domain.payments import Day
from cabinet.kit.money import Money
from cabinet.reports import charts

DAYS = (
    Day(date(2026, 11, 21), 3, 1, Money(1_500_50)),
    Day(date(2026, 11, 22), 0, 0, Money(0)),
    Day(date(2026, 11, 23), 1, 0, Money(99)),
)


def test_a_frame_has_a_row_a_day_in_major_units():
    frame = charts.frame(DAYS)

    assert list(frame.columns) == ["day", "succeeded", "failed", "received"]
    assert [str(value) for value in frame["received"]] == ["1500.50", "0.00", "0.99"]
    assert list(frame["succeeded"]) == [3, 0, 1]


def test_the_total_is_exact():
    assert charts.total(DAYS) == Money(1_501_49)
    assert charts.total(()) == Money(0)


def test_bars_carry_the_days_of_the_readers_language_and_today_is_strong():
    figure = charts.received_by_day(DAYS, "en")

    (bars,) = figure.data
    assert list(bars.y) == [1500.5, 0.0, 0.99]
    assert list(bars.x) == ["21 Nov", "22 Nov", "23 Nov"]
    assert len(set(bars.marker.color[:-1])) == 1
    assert bars.marker.color[-1] != bars.marker.color[0]
    assert charts.received_by_day(DAYS, "ru").data[0].x[0].startswith("21 ноя")


def test_no_days_are_no_bars():
    (bars,) = charts.received_by_day((), "ru").data

    assert list(bars.x) == []
