"""One's own tariff: its terms, what is planned, and the tariffs that it can be switched for (3.2)."""

import reflex as rx

from cabinet.components import buttons, rows, states, status, surfaces
from cabinet.components.text import shown_if, t
from cabinet.pages.services import held_row, offer_row
from cabinet.state.live import LiveState
from cabinet.state.services import ServicesState
from cabinet.widgets import outages, service, shell


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(
            t("Tariff"),
            soft=t("Switching takes a minute, and for 15 minutes it can be undone"),
            back=(t("Services"), "/services"),
        ),
        rx.cond(
            ServicesState.ready,
            rx.fragment(
                outages.lines(ServicesState.network),
                surfaces.columns(
                    surfaces.stack(own(), fitting(), class_name="lg:col-span-6"),
                    surfaces.stack(debt(), others(), class_name="lg:col-span-6"),
                ),
            ),
            states.skeleton_rows(t("Loading the tariffs"), count=5),
        ),
        service.drawer(),
        shell.live("services", LiveState.services, ServicesState.refresh),
    )


def own() -> rx.Component:
    return rx.cond(
        ServicesState.own_tariffs.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.own_tariffs, held_row), divided=True), title=t("Yours now"), rows=True
        ),
        states.empty(t("There is no tariff yet"), t("Choose one: it begins to work within minutes.")),
    )


def fitting() -> rx.Component:
    """The way to what each tariff would have cost."""
    return surfaces.panel(
        rows.rows(
            rows.row(
                rows.tile("scale", "accent"),
                t("Compare and fit"),
                soft=t("What each tariff would have cost you in the last six months"),
                href="/tariffs",
            )
        ),
        rows=True,
        class_name="pt-2",
    )


def debt() -> rx.Component:
    return shown_if(
        ServicesState.debt,
        status.notice(
            t("{amount} is overdue", amount=ServicesState.debt),
            t("The tariff can be switched once it is paid."),
            buttons.link_button(t("Pay"), "/pay", kind="outline", size="sm"),
            tone="warn",
        ),
    )


def others() -> rx.Component:
    return rx.cond(
        ServicesState.tariffs.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.tariffs, offer_row)), title=t("You can switch to"), rows=True
        ),
        states.empty(t("There are no other tariffs"), t("New tariffs for your address will appear here.")),
    )
