"""Spending by month, with the reason why this month differs."""

import reflex as rx

from cabinet.components import charts, surfaces
from cabinet.components.text import shown_if, t
from cabinet.state.dashboard import DashboardState


def widget() -> rx.Component:
    chart = DashboardState.chart
    return surfaces.panel(
        rx.cond(
            chart.bars.length() > 0,
            charts.bars(chart.bars, chart.said),
            rx.el.p(
                t("Nothing was charged yet. The charges of each month will stand here."), class_name="text-ink-soft"
            ),
        ),
        rx.cond(
            chart.title != "",
            rx.el.div(
                rx.el.p(chart.title, class_name="text-small font-medium"),
                shown_if(chart.why, rx.el.p(chart.why, class_name="text-small text-ink-soft")),
                class_name="mt-6 pt-5 border-t border-line",
            ),
            rx.fragment(),
        ),
        title=t("Spending on services"),
    )
