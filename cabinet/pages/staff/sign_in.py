"""The entry of the staff: the first step (7.2)."""

import reflex as rx

from cabinet.components import buttons, fields, forms
from cabinet.components.text import t
from cabinet.pages.entry import refusal, title
from cabinet.state.entry import EntryState


def page() -> rx.Component:
    return rx.fragment(
        title(t("Staff entrance"), t("Password first, then the code of your authenticator")),
        forms.native_form(
            "/auth/staff/sign-in",
            fields.field(
                "login",
                t("Login"),
                value=EntryState.typed["login"],
                auto_complete="username",
                length_max=254,
                required=True,
            ),
            fields.password_field("password", t("Password")),
            refusal(),
            buttons.button(t("Go on"), kind="primary", size="lg", submit=True),
            class_name="mt-7 grid gap-4",
        ),
    )
