"""Tariffs: what each would have cost with one's own usage, all conditions, two to four side by side (3.2)."""

import reflex as rx

from cabinet.components import (
    buttons,
    charts,
    choices,
    comparison,
    layers,
    money,
    rows,
    scales,
    states,
    status,
    surfaces,
)
from cabinet.components.text import shown_if, t, tn
from cabinet.reports.conditions import ConditionRow
from cabinet.reports.tariffs import KindRow, TariffRow
from cabinet.state.live import LiveState
from cabinet.state.tariffs import TariffsState
from cabinet.widgets import shell


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(
            t("Tariffs"),
            soft=t("Prices with your options and the packages that you buy"),
            back=(t("Services"), "/services"),
        ),
        rx.cond(
            TariffsState.ready,
            rx.cond(TariffsState.columns.length() > 0, side_by_side(), listing()),
            states.skeleton_rows(t("Loading the tariffs"), count=5),
        ),
        shell.live("services", LiveState.services, TariffsState.refresh),
    )


def listing() -> rx.Component:
    return rx.fragment(
        kinds(),
        rx.cond(
            TariffsState.cards.length() > 0,
            rx.el.div(
                basis(),
                comparison.cards(rx.foreach(TariffsState.cards, card)),
                more(),
                picked(),
                surfaces.columns(replay(), closed()),
                class_name="grid grid-cols-1 gap-4 max-md:gap-2",
            ),
            states.empty(
                t("There are no tariffs for your address yet"),
                t("As soon as there are, they appear here with their prices."),
            ),
        ),
    )


def kinds() -> rx.Component:
    return rx.cond(
        TariffsState.kinds.length() > 1,
        rx.el.nav(
            rx.foreach(TariffsState.kinds, kind),
            class_name="flex gap-2 overflow-x-auto mb-4",
            custom_attrs={"aria-label": t("Kinds of tariffs")},
        ),
        rx.fragment(),
    )


def kind(row: rx.Var[KindRow]) -> rx.Component:
    return comparison.kind_link(row.title, row.href, current=row.key == TariffsState.kind)


def basis() -> rx.Component:
    shown = TariffsState.basis
    return rx.cond(
        shown.months != "",
        surfaces.panel(
            rx.el.div(
                rx.el.div(
                    rx.el.h2(t("We count by your own use"), class_name="text-title"),
                    rx.el.p(shown.months, class_name="text-small text-ink-soft mt-1"),
                    shown_if(shown.fewer, rx.el.p(shown.fewer, class_name="text-small text-warn mt-1")),
                ),
                rx.foreach(
                    shown.gauges,
                    lambda gauge: comparison.figure(
                        gauge.name,
                        gauge.value,
                        rx.cond(
                            gauge.endless,
                            rx.fragment(),
                            scales.scale(gauge.share, gauge.sentence, fill=gauge.fill),
                        ),
                    ),
                ),
                comparison.figure(t("You pay on the average"), shown.average, rx.el.span(shown.packages)),
                class_name="grid gap-x-10 gap-y-5 sm:grid-cols-2 lg:grid-cols-4 items-end",
            ),
            how(),
        ),
        status.notice(
            t("There is no whole month of your use yet"),
            t("Prices are those of the list. After the first whole month we count what each tariff costs you."),
            tone="calm",
        ),
    )


def how() -> rx.Component:
    return rx.el.div(
        layers.disclosure(
            t("How we count"),
            rx.el.div(
                rx.el.p(
                    t(
                        "We take your whole months, at most six, and count each day of your use through with the "
                        "prices and amounts of each tariff, by the same rules by which you are charged."
                    )
                ),
                rx.el.p(
                    t(
                        "Options and services that the tariff does not touch cost what they did. A package counts only "
                        "where you would have needed it. The price of switching is not in the figures."
                    )
                ),
                class_name="grid gap-2 max-w-[62ch] text-small",
            ),
        ),
        class_name="mt-4 -mb-3",
    )


def card(row: rx.Var[TariffRow]) -> rx.Component:
    return comparison.card(
        rx.match(
            row.pill,
            ("own", status.pill(t("Yours now"), "calm", symbol="check")),
            ("best", status.pill(t("Better for you"), "accent", symbol="badge-check")),
            rx.fragment(),
        ),
        row.title,
        row.soft,
        rx.el.p(row.label, class_name="mt-5 text-small text-ink-soft"),
        rx.el.p(
            money.money(row.amount, size="figure"),
            rx.el.span(" ", t("a month"), class_name="text-body font-normal tracking-normal text-ink-soft"),
            class_name="text-figure",
        ),
        comparison.change(row.change, row.tone),
        shown_if(row.spread, rx.el.p(row.spread, class_name="mt-0.5 text-small text-ink-soft")),
        comparison.points(row.points),
        all_conditions(row),
        foot=rx.fragment(
            shown_if(row.since, rx.el.p(row.since, class_name="text-small text-ink-soft text-center")),
            rx.match(
                row.pill,
                ("own", rx.fragment()),
                ("best", buttons.link_button(t("Switch"), "/tariff?to=" + row.key, kind="primary", stretch=True)),
                buttons.link_button(t("Switch"), "/tariff?to=" + row.key, kind="outline", stretch=True),
            ),
            rx.cond(
                TariffsState.basis.months != "",
                buttons.button(
                    t("Month by month"),
                    size="sm",
                    kind="quiet",
                    symbol="chart-column",
                    on_click=TariffsState.look(row.key),
                ),
                rx.fragment(),
            ),
            pick(row),
        ),
        best=row.pill == "best",
    )


def more() -> rx.Component:
    return rx.cond(
        TariffsState.more > 0,
        surfaces.actions(
            buttons.button(
                tn("Show {n} more tariff", "Show {n} more tariffs", TariffsState.more),
                kind="raised",
                on_click=TariffsState.widen,
            )
        ),
        rx.fragment(),
    )


def pick(row: rx.Var[TariffRow]) -> rx.Component:
    return rx.cond(
        row.pick != "",
        rx.cond(
            row.picked,
            buttons.link_button(t("Out of the comparison"), row.pick, size="sm", kind="secondary", symbol="x"),
            buttons.link_button(t("Compare"), row.pick, size="sm", kind="secondary", symbol="columns-3"),
        ),
        rx.el.p(t("Four are picked already"), class_name="text-small text-ink-soft text-center"),
    )


def all_conditions(row: rx.Var[TariffRow]) -> rx.Component:
    return rx.el.div(
        layers.disclosure(t("All conditions"), rx.el.div(rows.facts(row.facts), class_name="text-small")),
        class_name="mt-2",
    )


def picked() -> rx.Component:
    """The line of what was picked; it stays in sight while the cards are looked through."""
    return rx.cond(
        TariffsState.picked != "",
        comparison.tray(
            rx.el.p(
                t("In the comparison"),
                ": ",
                rx.el.span(TariffsState.picked, class_name="font-medium"),
                class_name="min-w-0",
            ),
            rx.cond(
                TariffsState.compare != "",
                buttons.link_button(t("Lay side by side"), TariffsState.compare, kind="primary", size="sm"),
                rx.el.p(t("Pick one more"), class_name="text-small text-ink-soft"),
            ),
            buttons.link_button(t("Clear"), TariffsState.clear, kind="quiet", size="sm"),
        ),
        rx.fragment(),
    )


def replay() -> rx.Component:
    shown = TariffsState.replay
    return rx.cond(
        shown.key != "",
        surfaces.panel(
            charts.pairs(shown.pairs, shown.sentence, was=t("You paid"), would=t("You would have paid")),
            layers.disclosure(t("Months as a table"), rows.facts(shown.facts)),
            title=shown.title,
            soft=shown.soft,
            class_name="lg:col-span-7",
        ),
        rx.fragment(),
    )


def closed() -> rx.Component:
    return rx.cond(
        TariffsState.closed.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(TariffsState.closed, closed_row), divided=True),
            title=t("Cannot be had now"),
            rows=True,
            class_name="lg:col-span-5 self-start",
        ),
        rx.fragment(),
    )


def closed_row(row: rx.Var[TariffRow]) -> rx.Component:
    return rows.row(
        rows.tile("ban"),
        row.title,
        soft=rx.fragment(row.soft, rx.el.span(row.why, class_name="block text-warn")),
        amount=money.money(row.amount),
        status=t("a month"),
    )


def side_by_side() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            buttons.link_button(t("All tariffs"), TariffsState.back, kind="raised", size="sm", symbol="arrow-left"),
            choices.chip(
                "only", t("Only what differs"), many=True, checked=TariffsState.only, on_change=TariffsState.narrow
            ),
            class_name="flex flex-wrap items-center gap-2 mb-4",
        ),
        comparison.table(
            t("Tariffs side by side"),
            rx.foreach(TariffsState.columns, column),
            rx.foreach(TariffsState.conditions, condition),
        ),
        rx.el.p(
            t("The address of this page keeps the choice: send it to whoever decides with you."),
            class_name="mt-3 px-1 text-small text-ink-soft",
        ),
    )


def column(row: rx.Var[TariffRow]) -> rx.Component:
    return comparison.table_head(
        row.title,
        rx.match(
            row.pill,
            ("own", status.pill(t("Yours now"), "calm", symbol="check")),
            ("best", status.pill(t("Better for you"), "accent", symbol="badge-check")),
            rx.fragment(),
        ),
        rx.el.p(
            rx.cond(
                (row.pill != "own") & (row.why == ""),
                buttons.link(t("Switch"), "/tariff?to=" + row.key, small=True),
                rx.fragment(),
            ),
            shown_if(row.pick, buttons.link(t("Take away"), row.pick, small=True)),
            class_name="mt-1 flex flex-wrap gap-x-4 gap-y-1 empty:hidden",
        ),
    )


def condition(row: rx.Var[ConditionRow]) -> rx.Component:
    return rx.cond(
        row.differs | ~TariffsState.only, comparison.table_row(row.name, row.cells, row.differs), rx.fragment()
    )
