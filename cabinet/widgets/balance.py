"""The dark panel: the balance, how long it lasts, two months of days, the one button to pay."""

import reflex as rx

from cabinet.components import buttons, money, scales, surfaces
from cabinet.components.text import t
from cabinet.state.dashboard import DashboardState


def widget() -> rx.Component:
    panel = DashboardState.panel
    return surfaces.brand_panel(
        rx.el.div(
            rx.el.div(
                rx.el.p(t("Billing account"), class_name="text-on-brand-soft"),
                rx.el.p(money.money(panel.balance, size="display", on_brand=True), class_name="text-display mt-1"),
            ),
            rx.el.div(
                buttons.link_button(t("Top up"), panel.link, kind="onbrand", symbol="plus"),
                class_name="flex flex-wrap gap-2 max-md:w-full max-md:*:flex-1",
            ),
            class_name="flex flex-wrap items-start justify-between gap-5",
        ),
        rx.el.p(
            panel.sentence,
            rx.cond(
                panel.missing != "",
                rx.fragment(" ", rx.el.b(panel.missing, class_name="font-semibold whitespace-nowrap"), "."),
                rx.fragment(),
            ),
            class_name="mt-4 text-lead max-w-[46ch]",
        ),
        rx.el.div(
            scales.days_scale(panel.days, panel.days_words, panel.marks),
            class_name="mt-auto pt-6 max-md:pt-4",
        ),
        label=t("Billing account"),
    )
