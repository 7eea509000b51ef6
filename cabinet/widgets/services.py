"""The services of the first billing account."""

import reflex as rx

from cabinet.components import money, rows, scales, states, status, surfaces
from cabinet.components.text import t
from cabinet.reports.home import SERVICE_ICONS, ServiceRow
from cabinet.state.dashboard import DashboardState

ICONS = (*SERVICE_ICONS.values(), "package")


def widget() -> rx.Component:
    return rx.cond(
        DashboardState.services.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(DashboardState.services, service_row), divided=True),
            title=t("Services"),
            more=(t("All services"), "/services"),
            rows=True,
        ),
        states.empty(t("No services yet"), t("They will be here as soon as they are connected.")),
    )


def service_row(service: rx.Var[ServiceRow]) -> rx.Component:
    return rows.row(
        rows.tile(service.icon, among=ICONS),
        service.title,
        soft=service.detail,
        amount=money.money(service.price),
        status=status.status(service.status, service.tone, symbol=""),
        below=scales.gauges(service.gauges, under_row=True),
    )
