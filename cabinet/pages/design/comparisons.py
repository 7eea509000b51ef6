"""Of the sheet of components: things laid side by side, and what was beside what would have been."""

from __future__ import annotations

from datetime import date

import reflex as rx

from cabinet.components import charts, comparison, status, surfaces
from cabinet.components.buttons import button
from cabinet.components.text import t
from cabinet.kit import i18n
from cabinet.kit.i18n import text
from cabinet.kit.money import Money
from cabinet.kit.shapes import Pair, Point
from cabinet.pages.design.displays import amount, both


def panels() -> list[rx.Component]:
    return [
        rx.el.div(_cards(), class_name="lg:col-span-12"),
        both(_pairs),
        rx.el.div(both(_table), class_name="lg:col-span-6 min-w-0"),
        rx.el.div(_tray(), class_name="lg:col-span-12"),
    ]


def _cards() -> rx.Component:
    return comparison.cards(
        comparison.card(
            status.pill(t("Better for you"), "accent", symbol="badge-check"),
            both(lambda locale: rx.fragment(text(locale, "All tariffs"))),
            both(lambda locale: rx.fragment(text(locale, "{n} Mbit/s", n=500))),
            rx.el.p(amount(1_390_00, size="figure"), class_name="text-figure mt-5"),
            both(lambda locale: comparison.change(text(locale, "{amount} less", amount=Money(260_00)), "good")),
            both(_points),
            foot=button(t("Compare"), size="sm", symbol="columns-3"),
            best=True,
        ),
        comparison.card(
            status.pill(t("Yours now"), "calm", symbol="check"),
            both(lambda locale: rx.fragment(text(locale, "Tariffs"))),
            both(lambda locale: rx.fragment(text(locale, "{n} Mbit/s", n=300))),
            rx.el.p(amount(1_650_00, size="figure"), class_name="text-figure mt-5"),
            both(lambda locale: comparison.change(text(locale, "as now"), "calm")),
            foot=button(t("Out of the comparison"), size="sm", symbol="x"),
        ),
    )


def _points(locale: str) -> rx.Component:
    said = (
        ("good", text(locale, "{n} Mbit/s", n=500)),
        ("warn", text(locale, "An engineer's visit is needed")),
        ("bad", text(locale, "{what}: not in the tariff", what=text(locale, "Mobile internet"))),
        ("calm", text(locale, "Takes the place of {titles}", titles=text(locale, "Mobile"))),
    )
    return comparison.points([Point(tone, words) for tone, words in said])


def _pairs(locale: str) -> rx.Component:
    months = ((6, 410, 77), (7, 110, 92), (8, 410, 77))
    pairs = [
        Pair(
            label=i18n.month_label(date(2026, month, 1), locale),
            value=str(i18n.money_text(Money(-100 * saved), locale, short=True)),
            tone="good",
            was=100 if would == 77 else 83,
            would=77,
        )
        for month, saved, would in months
    ]
    sentence = text(locale, "Month by month. {months}", months=", ".join(pair.label for pair in pairs))
    return surfaces.panel(
        charts.pairs(pairs, sentence, was=text(locale, "You paid"), would=text(locale, "You would have paid")),
        title=text(locale, "Month by month"),
        class_name="lg:col-span-6",
    )


def _table(locale: str) -> rx.Component:
    speeds = [text(locale, "{n} Mbit/s", n=n) for n in (300, 500)]
    free = [text(locale, "free")] * 2
    return comparison.table(
        text(locale, "Tariffs side by side"),
        rx.fragment(comparison.table_head(speeds[0]), comparison.table_head(speeds[1])),
        rx.fragment(
            comparison.table_row(text(locale, "Speed"), rx.Var.create(speeds), rx.Var.create(True)),
            comparison.table_row(text(locale, "Connecting"), rx.Var.create(free), rx.Var.create(False)),
        ),
    )


def _tray() -> rx.Component:
    return comparison.tray(
        rx.el.p(t("In the comparison"), class_name="font-medium"),
        button(t("Lay side by side"), kind="primary", size="sm"),
        button(t("Clear"), kind="quiet", size="sm"),
    )
