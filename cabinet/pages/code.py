"""A page that waits for a code: sign-up and recovery share it."""

from typing import Any

import reflex as rx

from cabinet.components import buttons, fields, forms
from cabinet.components.text import Text, t
from cabinet.pages.entry import back_to_sign_in, refusal, title
from cabinet.state.entry import EntryState

RESEND_SECONDS = 60


def code_page(words: Text, action: str, resend: str, label: Text, *more: Any) -> rx.Component:
    """Show the form of a code; `more` are fields that go with it."""
    return rx.fragment(
        title(words, ""),
        rx.cond(
            EntryState.masked != "",
            rx.el.p(
                t("If the contact is right, a code is on its way to {address}.", address=EntryState.masked),
                class_name="mt-1.5 text-ink-soft",
            ),
            rx.fragment(),
        ),
        forms.native_form(
            action,
            fields.code_field("code", t("Code from the message"), submits=not more, focused=True),
            *more,
            refusal(),
            buttons.button(label, kind="primary", size="lg", submit=True),
            class_name="mt-7 grid gap-4",
        ),
        forms.native_form(
            resend,
            fields.countdown(
                RESEND_SECONDS,
                t("A new code in"),
                buttons.button(t("Send a new code"), kind="ghost", size="sm", submit=True),
            ),
            class_name="mt-5 text-small text-ink-soft",
        ),
        back_to_sign_in(),
    )
