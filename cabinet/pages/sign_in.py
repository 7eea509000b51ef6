"""Sign-in (1.2)."""

import reflex as rx

from cabinet.components import buttons, choices, fields, forms
from cabinet.components.text import t
from cabinet.pages.entry import demo_logins, refusal, title
from cabinet.state.entry import EntryState


def page() -> rx.Component:
    return rx.fragment(
        title(t("Sign in to the cabinet"), t("By phone, e-mail or contract number")),
        forms.native_form(
            "/auth/sign-in",
            forms.hidden("next", EntryState.next),
            fields.field(
                "login",
                t("Phone, e-mail or contract"),
                value=EntryState.typed["login"],
                auto_complete="username",
                length_max=254,
                required=True,
            ),
            fields.password_field("password", t("Password"), aside=(t("Forgot it?"), "/recovery")),
            refusal(),
            choices.checkbox("trust", t("Trust this device for 30 days")),
            buttons.button(t("Sign in"), kind="primary", size="lg", submit=True),
            class_name="mt-7 grid gap-4",
        ),
        rx.el.p(
            t("Here for the first time?"),
            " ",
            buttons.link(t("Open a cabinet"), "/sign-up", small=True),
            class_name="mt-7 text-small text-ink-soft",
        ),
        demo_logins(),
    )
