"""An invited member of the staff sets a password and an authenticator (7.2)."""

import reflex as rx

from cabinet.components import buttons, fields, forms, states
from cabinet.components.text import t
from cabinet.pages.entry import refusal, title
from cabinet.state.entry import EntryState


def page() -> rx.Component:
    return rx.cond(
        EntryState.invite_name != "",
        enrolment(),
        rx.cond(
            EntryState.ready,
            states.failed(t("The link does not work"), t("It lives for a day and works once. Ask for a new one.")),
            states.skeleton_rows(t("Loading the invitation"), count=2),
        ),
    )


def enrolment() -> rx.Component:
    return rx.fragment(
        title(t("Welcome, {name}", name=EntryState.invite_name), t("Two steps, and the staff area opens")),
        rx.el.h2(t("1. Scan the code with your authenticator"), class_name="text-title mt-7"),
        rx.el.img(
            src=EntryState.invite_qr,
            alt=t("QR code for the authenticator"),
            class_name="mt-3 size-48 rounded-lg bg-white p-2 border border-line",
        ),
        rx.el.p(
            t("Or enter the key by hand:"),
            " ",
            rx.el.code(EntryState.invite_secret, class_name="font-mono wrap-anywhere text-ink"),
            class_name="mt-3 text-small text-ink-soft",
        ),
        rx.el.h2(t("2. Set a password and confirm by a code"), class_name="text-title mt-7"),
        forms.native_form(
            "/auth/staff/invite",
            forms.hidden("token", EntryState.invite_token),
            rx.el.input(
                type="text",
                name="username",
                value=EntryState.invite_login,
                read_only=True,
                auto_complete="username",
                hidden=True,
            ),
            fields.password_field("password", t("New password"), new=True, hint=t("At least 8 characters.")),
            fields.code_field("code", t("Authenticator's code"), submits=False),
            refusal(),
            buttons.button(t("Open the staff area"), kind="primary", size="lg", submit=True),
            class_name="mt-3 grid gap-4",
        ),
    )
