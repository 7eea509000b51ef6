"""The desk of discounts: one account's, and the promo codes (3.1)."""

import reflex as rx

from cabinet.components import buttons, fields, forms, rows, states, status, surfaces
from cabinet.components.text import t
from cabinet.kit.i18n import LOCALES
from cabinet.reports.discounts import DiscountRow, PromoRow
from cabinet.reports.versions import LANGUAGES
from cabinet.state.staff.discounts import StaffDiscountsState


def page() -> rx.Component:
    state = StaffDiscountsState
    return rx.fragment(
        surfaces.page_head(
            t("Discounts"),
            buttons.button(t("New promo code…"), kind="raised", symbol="plus", on_click=state.ask("promo")),
            soft=t("A discount begins with the first day that is not paid for yet; what was paid stays as it was"),
        ),
        rx.cond(
            state.ready,
            surfaces.columns(
                surfaces.stack(finding(), account(), class_name="lg:col-span-6"),
                surfaces.stack(codes(), class_name="lg:col-span-6"),
            ),
            states.skeleton_rows(t("Loading the discounts"), count=5, title=False),
        ),
        discount_form(),
        promo_form(),
    )


def finding() -> rx.Component:
    state = StaffDiscountsState
    return surfaces.panel(
        rx.el.form(
            fields.field("number", t("Contract number"), value=state.number, error=state.missing, input_mode="numeric"),
            buttons.button(t("Show"), kind="primary", submit=True),
            on_submit=state.find,
            reset_on_submit=False,
            class_name="grid gap-3 sm:grid-cols-[1fr_auto] sm:items-end",
        ),
    )


def account() -> rx.Component:
    state = StaffDiscountsState
    return rx.cond(
        state.account != "",
        surfaces.stack(
            rx.cond(
                state.given.length() > 0,
                surfaces.panel(
                    rows.rows(rx.foreach(state.given, discount), divided=True),
                    title=t("Contract {number}", number=state.account),
                    rows=True,
                ),
                states.empty(t("No discounts"), t("This contract pays the whole price.")),
            ),
            rx.el.p(
                buttons.button(t("Give a discount…"), kind="raised", symbol="plus", on_click=state.ask("discount"))
            ),
        ),
        rx.fragment(),
    )


def discount(row: rx.Var[DiscountRow]) -> rx.Component:
    end = buttons.button(t("End"), size="sm", on_click=StaffDiscountsState.end(row.id))
    return rows.row(
        rows.tile("badge-percent"),
        row.title,
        soft=rx.fragment(row.soft, rx.cond(row.can_end, rx.el.span(end, class_name="mt-2 block"), rx.fragment())),
        amount=row.off,
        status=status.status(row.status, row.tone),
    )


def codes() -> rx.Component:
    state = StaffDiscountsState
    return rx.cond(
        state.codes.length() > 0,
        surfaces.panel(rows.rows(rx.foreach(state.codes, promo), divided=True), title=t("Promo codes"), rows=True),
        states.empty(t("No promo codes"), t("A code that you make here is taken at once.")),
    )


def promo(row: rx.Var[PromoRow]) -> rx.Component:
    end = buttons.button(t("Take no more"), size="sm", on_click=StaffDiscountsState.end_code(row.id))
    return rows.row(
        rows.tile("ticket-percent"),
        row.code,
        soft=rx.fragment(
            row.soft,
            rx.el.span(row.uses, class_name="block"),
            rx.cond(row.can_end, rx.el.span(end, class_name="mt-2 block"), rx.fragment()),
        ),
        amount=row.off,
        status=status.status(row.status, row.tone),
    )


def discount_form() -> rx.Component:
    state = StaffDiscountsState
    return forms.sheet(
        state,
        "discount",
        t("A discount on contract {number}", number=state.account),
        t("Give the discount"),
        state.give,
        rx.el.div(
            fields.select_field("service", t("Service"), state.choices),
            *_what(),
            fields.field("since", t("From which day"), type="date", hint=t("Empty: from the first unpaid day")),
            fields.field("until", t("First day without it"), type="date", hint=t("Empty: as long as the service")),
            fields.field("reason", t("Why"), hint=t("The customer does not see it")),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        wide=True,
    )


def promo_form() -> rx.Component:
    return forms.sheet(
        StaffDiscountsState,
        "promo",
        t("New promo code"),
        t("Make the code"),
        StaffDiscountsState.make,
        rx.el.div(
            fields.field("code", t("Code"), hint=t("4 to 30 letters and digits")),
            fields.select_field("product", t("For which service"), StaffDiscountsState.products),
            *_what(),
            fields.field(
                "months", t("For how many months"), input_mode="numeric", hint=t("Empty: as long as the service")
            ),
            fields.field("uses", t("For how many contracts"), input_mode="numeric", hint=t("Empty: for all")),
            fields.field("until", t("Not taken from"), type="date", hint=t("Empty: until you end it")),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        wide=True,
    )


def _what() -> tuple[rx.Component, ...]:
    titles = (
        fields.field(
            f"title_{language}",
            t("{what}, {language}", what=t("Name of the discount"), language=t(LANGUAGES[language])),
        )
        for language in LOCALES
    )
    kinds = [("percent", t("Percent")), ("fixed", t("Roubles a month"))]
    return (
        fields.select_field("kind", t("What is taken off"), kinds),
        fields.field("off", t("Size of the discount"), input_mode="decimal"),
        *titles,
    )
