"""The code and the new password of a recovery (1.2)."""

import reflex as rx

from cabinet.components import fields
from cabinet.components.text import t
from cabinet.pages.code import code_page


def page() -> rx.Component:
    return code_page(
        t("Set a new password"),
        "/auth/recovery/confirm",
        "/auth/recovery/resend",
        t("Save and sign in"),
        fields.password_field(
            "password",
            t("New password"),
            new=True,
            hint=t("At least 8 characters. All other sessions will be closed."),
        ),
    )
