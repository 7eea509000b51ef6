"""Recovery of a password (1.2). The page says the same whether the contact is known or not."""

import reflex as rx

from cabinet.components import buttons, forms
from cabinet.components.text import t
from cabinet.pages.entry import back_to_sign_in, contact, refusal, title


def page() -> rx.Component:
    return rx.fragment(
        title(t("Restore the password"), t("We will send a code to your phone or e-mail")),
        forms.native_form(
            "/auth/recovery",
            contact(),
            refusal(),
            buttons.button(t("Get the code"), kind="primary", size="lg", submit=True),
            class_name="mt-7 grid gap-4",
        ),
        back_to_sign_in(),
    )
