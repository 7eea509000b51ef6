"""Sign-up: who, where the code goes, two consents, each of its own (1.2)."""

import reflex as rx

from cabinet.components import buttons, choices, fields, forms, scales
from cabinet.components.text import t
from cabinet.pages.entry import back_to_sign_in, contact, refusal, title
from cabinet.state.entry import EntryState


def page() -> rx.Component:
    return rx.fragment(
        title(t("Open a cabinet"), t("A code will confirm your phone or e-mail")),
        forms.native_form(
            "/auth/sign-up",
            contact(placeholder="+7 916 204-18-36"),
            rx.el.div(
                fields.field(
                    "given_name",
                    t("First name"),
                    value=EntryState.typed["given_name"],
                    auto_complete="given-name",
                    length_max=80,
                    required=True,
                ),
                fields.field(
                    "family_name",
                    t("Last name"),
                    value=EntryState.typed["family_name"],
                    auto_complete="family-name",
                    length_max=80,
                    required=True,
                ),
                class_name="grid grid-cols-2 gap-3",
            ),
            fields.password_field(
                "password",
                t("Password"),
                new=True,
                hint=t("At least 8 characters. A phrase of three words is strong and easy to keep."),
                on_change=EntryState.judge.debounce(400),
            ),
            strength(),
            consents(),
            refusal(),
            buttons.button(t("Get the code"), kind="primary", size="lg", submit=True),
            class_name="mt-7 grid gap-4",
        ),
        back_to_sign_in(),
    )


def strength() -> rx.Component:
    words = rx.match(
        EntryState.strength,
        (0, t("Too well known")),
        (1, t("Weak")),
        (2, t("Not bad")),
        (3, t("Good")),
        (4, t("Strong")),
        "",
    )
    return rx.cond(
        EntryState.strength >= 0,
        rx.el.div(
            scales.scale(
                EntryState.strength * 25,
                words,
                thin=True,
                fill=rx.cond(EntryState.strength < 2, "end", "plain"),
            ),
            rx.el.p(words, class_name="mt-1.5 text-small text-ink-soft", custom_attrs={"aria-live": "polite"}),
        ),
        rx.fragment(),
    )


def consents() -> rx.Component:
    return rx.el.div(
        choices.checkbox(
            "terms",
            rx.fragment(t("I accept"), " ", buttons.link(t("the terms of the cabinet"), "/legal/terms", beside=True)),
            required=True,
        ),
        choices.checkbox(
            "personal_data",
            rx.fragment(
                t("I agree to"), " ", buttons.link(t("personal data processing"), "/legal/personal_data", beside=True)
            ),
            required=True,
        ),
    )
