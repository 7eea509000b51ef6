"""The code of a sign-up (1.2)."""

import reflex as rx

from cabinet.components.text import t
from cabinet.pages.code import code_page


def page() -> rx.Component:
    return code_page(t("Confirm your contact"), "/auth/sign-up/confirm", "/auth/sign-up/resend", t("Open the cabinet"))
