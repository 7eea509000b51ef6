"""The entry of the staff: the second step (7.2)."""

import reflex as rx

from cabinet.components import buttons, fields, forms
from cabinet.components.text import t
from cabinet.pages.entry import refusal, title


def page() -> rx.Component:
    return rx.fragment(
        title(t("Authenticator's code"), t("Six digits from the app. Each code works once.")),
        forms.native_form(
            "/auth/staff/code",
            fields.code_field("code", t("Authenticator's code"), focused=True),
            refusal(),
            buttons.button(t("Sign in"), kind="primary", size="lg", submit=True),
            class_name="mt-7 grid gap-4",
        ),
        forms.native_form(
            "/auth/staff/sign-out",
            buttons.button(t("Start again"), kind="quiet", submit=True),
            class_name="mt-4",
        ),
    )
