"""Parts that the pages before sign-in share."""

import reflex as rx

from cabinet.components import buttons, fields, layers, status
from cabinet.components.text import Text, shown_if, t
from cabinet.state.entry import DemoLogin, EntryState


def title(words: Text, soft: Text) -> rx.Component:
    return rx.fragment(
        rx.el.h1(words, class_name="text-h1"),
        shown_if(soft, rx.el.p(soft, class_name="mt-1.5 text-ink-soft")),
    )


def contact(*, placeholder: str = "") -> rx.Component:
    """Ask for the phone or the e-mail to which a code goes."""
    return fields.field(
        "contact",
        t("Phone or e-mail"),
        value=EntryState.typed["contact"],
        auto_complete="username",
        length_max=254,
        required=True,
        placeholder=placeholder,
    )


def refusal() -> rx.Component:
    """Say what the form's last answer was, where it is read aloud."""
    return status.refusal(EntryState.refusal)


def demo_logins() -> rx.Component:
    """Show the sign-ins of the demonstration; in production there are none."""
    return rx.cond(
        EntryState.demo.length() > 0,
        rx.el.div(
            layers.disclosure(
                t("Sign-ins of the demonstration"),
                rx.el.ul(rx.foreach(EntryState.demo, demo_login), class_name="grid gap-2"),
                rx.el.p(
                    buttons.link(t("Everyone's phone: codes and receipts"), "/phone", small=True), class_name="mt-3"
                ),
                opened=True,
            ),
            class_name="mt-8",
        ),
        rx.fragment(),
    )


def demo_login(row: rx.Var[DemoLogin]) -> rx.Component:
    return rx.el.li(
        rx.el.span(row.name, class_name="block font-medium text-ink"),
        rx.el.span(row.login, " · ", rx.el.code(row.password, class_name="font-mono"), class_name="text-small"),
    )


def back_to_sign_in() -> rx.Component:
    return rx.el.p(buttons.link(t("Back to sign-in"), "/sign-in", small=True), class_name="mt-7 text-small")
