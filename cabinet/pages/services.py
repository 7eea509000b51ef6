"""Services: what one has, what one may have, and the drawer in which one of them is changed (3.1)."""

import reflex as rx

from cabinet.components import buttons, fields, money, rows, states, status, surfaces
from cabinet.components.text import shown_if, t
from cabinet.reports.home import SERVICE_ICONS
from cabinet.reports.services import HeldRow, OfferRow
from cabinet.state.live import LiveState
from cabinet.state.promo import PromoState
from cabinet.state.services import ServicesState
from cabinet.widgets import outages, service, shell, tariffs

ICONS = (*SERVICE_ICONS.values(), "package")


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(
            t("Services"), soft=rx.fragment(t("A month costs"), " ", money.money(ServicesState.monthly))
        ),
        rx.cond(
            ServicesState.ready,
            rx.fragment(
                outages.lines(ServicesState.network),
                tariffs.advice(),
                surfaces.columns(
                    rx.el.div(debt(), class_name="lg:col-span-12 empty:hidden"),
                    surfaces.stack(connected(), over(), class_name="lg:col-span-6"),
                    surfaces.stack(options(), available(), promo(), class_name="lg:col-span-6"),
                ),
            ),
            states.skeleton_rows(t("Loading the services"), count=6),
        ),
        service.drawer(),
        shell.live("services", LiveState.services, ServicesState.refresh),
    )


def debt() -> rx.Component:
    return rx.cond(
        ServicesState.debt != "",
        status.notice(
            t("{amount} is overdue", amount=ServicesState.debt),
            t("New services can be connected once it is paid."),
            buttons.link_button(t("Pay"), "/pay", kind="outline", size="sm"),
            buttons.link_button(t("What now?"), "/debt", kind="outline", size="sm"),
            tone="warn",
        ),
        rx.fragment(),
    )


def connected() -> rx.Component:
    return rx.cond(
        ServicesState.held.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.held, held_row), divided=True), title=t("Connected"), rows=True
        ),
        states.empty(t("Nothing is connected yet"), t("Choose a service: it will appear here with its state.")),
    )


def over() -> rx.Component:
    return rx.cond(
        ServicesState.over.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.over, held_row), divided=True),
            title=t("Lately disconnected"),
            rows=True,
        ),
        rx.fragment(),
    )


def held_row(row: rx.Var[HeldRow]) -> rx.Component:
    return rows.row(
        rows.tile(row.icon, among=ICONS),
        row.title,
        soft=rx.fragment(
            row.detail,
            shown_if(row.off, rx.el.span(row.off, class_name="block text-good")),
            shown_if(row.left, rx.el.span(row.left, class_name="block text-ink")),
        ),
        amount=service.price(row.price, row.per),
        status=status.status(row.status, row.tone),
        on_click=ServicesState.open(row.key),
    )


def available() -> rx.Component:
    return rx.cond(
        ServicesState.offers.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(ServicesState.offers, offer_row)),
            title=t("Available at your address"),
            rows=True,
        ),
        states.empty(t("You have everything"), t("New services for your address will appear here.")),
    )


def options() -> rx.Component:
    """The way to the options, which have a page of their own."""
    return surfaces.panel(
        rows.rows(
            rows.row(
                rows.tile("package-plus", "accent"),
                t("Options"),
                soft=t("Security, storage, support: paid and free, some with a trial"),
                href="/options",
            )
        ),
        rows=True,
        class_name="pt-2",
    )


def promo() -> rx.Component:
    """The field for a promo code."""
    return surfaces.panel(
        rx.el.form(
            fields.field("promo", t("Promo code"), error=PromoState.refusal, length_max=40, auto_complete="off"),
            buttons.button(t("Apply"), submit=True),
            on_submit=PromoState.enter,
            reset_on_submit=False,
            class_name="grid gap-3 sm:grid-cols-[1fr_auto] sm:items-start",
            key="promo-" + PromoState.serial.to_string(),
        ),
    )


def offer_row(row: rx.Var[OfferRow]) -> rx.Component:
    return rx.fragment(
        rx.cond(
            row.group != "",
            rx.el.li(
                rx.el.h3(row.group, class_name="text-small font-medium text-ink-soft"),
                class_name="px-6 max-md:px-4 pt-4 pb-1",
            ),
            rx.fragment(),
        ),
        rows.row(
            rows.tile(row.icon, among=ICONS),
            row.title,
            soft=rx.fragment(
                row.detail,
                shown_if(row.why, rx.el.span(row.why, class_name="block text-warn")),
                shown_if(row.trial, rx.el.span(row.trial, class_name="block text-good")),
            ),
            amount=service.price(row.price, row.per),
            status=row.per,
            on_click=ServicesState.open(row.key),
        ),
        key=row.key,
    )
