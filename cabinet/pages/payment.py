"""One payment: the code, the way to the bank, the wait, the result (2.2)."""

import reflex as rx

from cabinet.components import buttons, fields, money, rows, states, steps, surfaces
from cabinet.components.text import shown_if, t
from cabinet.reports.details import ReceiptRow
from cabinet.state.live import LiveState
from cabinet.state.payment import PaymentState
from cabinet.widgets import shell


def page() -> rx.Component:
    shown = PaymentState.shown
    return rx.fragment(
        surfaces.page_head(t("Payment"), back=(t("Payments"), "/payments"), quiet=True),
        rx.cond(
            PaymentState.ready,
            rx.cond(
                PaymentState.missing,
                states.not_found(
                    t("There is no such payment"),
                    t("The link may be old, or the payment is somebody else's."),
                    buttons.link_button(t("All payments"), "/payments", kind="primary"),
                ),
                surfaces.columns(
                    rx.el.div(
                        surfaces.panel(stages(), face(), details()),
                        class_name="lg:col-span-7",
                        custom_attrs={"data-stage": shown.stage},
                    ),
                    rx.el.div(
                        surfaces.panel(steps.timeline(shown.steps), title=t("How it goes")),
                        class_name="lg:col-span-5",
                    ),
                ),
            ),
            states.skeleton_rows(t("Loading the payment"), count=4),
        ),
        rx.el.span(hidden=True, custom_attrs={"data-leave": PaymentState.leave, "data-once": ""}),
        shell.live("payments", LiveState.payments, PaymentState.load),
    )


def stages() -> rx.Component:
    shown = PaymentState.shown
    names = (t("Amount"), rx.cond(shown.coded, t("Code"), t("Bank")), t("Result"))
    at_bank = rx.cond(shown.coded, steps.stepper(*names, current=3), steps.stepper(*names, current=2))
    return rx.match(
        shown.stage,
        ("code", steps.stepper(*names, current=2)),
        ("done", steps.stepper(*names, current=4)),
        ("returned", steps.stepper(*names, current=4)),
        ("failed", rx.fragment()),
        at_bank,
    )


def face() -> rx.Component:
    shown = PaymentState.shown
    return rx.el.div(
        rx.el.h2(shown.title, class_name="text-h2", custom_attrs={"aria-live": "polite"}),
        shown_if(shown.words, rx.el.p(shown.words, class_name="mt-1.5 text-ink-soft max-w-[52ch]")),
        rx.cond(
            shown.stage == "code",
            rx.el.p(t("Sent to {address}", address=PaymentState.code_to), class_name="mt-1.5 text-ink-soft"),
            rx.fragment(),
        ),
        rx.match(
            shown.stage,
            ("code", code()),
            ("go", onward(t("Go on to the bank"))),
            ("waiting", waiting()),
            ("qr", qr()),
            ("done", done()),
            ("returned", done()),
            ("failed", failed()),
            rx.fragment(),
        ),
        class_name="mt-6 first:mt-0",
    )


def code() -> rx.Component:
    return rx.el.form(
        fields.code_field("code", t("Code from the message"), error=PaymentState.code_refusal, focused=True),
        rx.el.p(
            t("The code fits this operation only. Tell it to nobody, not even us."),
            class_name="mt-3 text-small text-ink-soft",
        ),
        buttons.button(
            t("Send a new code"), kind="ghost", size="sm", on_click=PaymentState.resend, class_name="mt-1 -ml-3.5"
        ),
        rx.el.div(
            buttons.button(t("Confirm"), kind="primary", submit=True),
            buttons.button(t("Cancel the payment"), kind="quiet", on_click=PaymentState.cancel),
            class_name="mt-3 flex flex-wrap gap-2",
        ),
        on_submit=PaymentState.confirm,
        reset_on_submit=True,
        class_name="mt-5",
    )


def onward(label: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        buttons.link_button(label, PaymentState.shown.go_link, kind="primary", outside=True),
        buttons.button(t("Cancel the payment"), kind="quiet", on_click=PaymentState.cancel),
        class_name="mt-5 flex flex-wrap gap-2",
    )


def waiting() -> rx.Component:
    return onward(t("Back to the bank's page"))


def qr() -> rx.Component:
    shown = PaymentState.shown
    return rx.el.div(
        surfaces.qr(shown.qr, t("QR code of the SBP payment")),
        rx.el.div(
            buttons.link_button(t("Open the bank's app"), shown.qr_link, kind="primary", outside=True),
            buttons.button(t("Cancel the payment"), kind="quiet", on_click=PaymentState.cancel),
            class_name="mt-5 flex flex-wrap gap-2",
        ),
        class_name="mt-5",
    )


def done() -> rx.Component:
    return rx.el.div(
        rx.foreach(PaymentState.shown.receipts, receipt),
        buttons.link_button(t("To the history"), "/payments", kind="primary"),
        class_name="mt-5 flex flex-wrap gap-2",
    )


def receipt(row: rx.Var[ReceiptRow]) -> rx.Component:
    return buttons.link_button(row.title, row.link, symbol="download", outside=True)


def failed() -> rx.Component:
    return rx.el.div(
        buttons.link_button(t("Try again"), PaymentState.shown.retry_link, kind="primary"),
        buttons.link_button(t("To the history"), "/payments"),
        class_name="mt-5 flex flex-wrap gap-2",
    )


def details() -> rx.Component:
    shown = PaymentState.shown
    return rx.el.div(
        rx.el.p(
            rx.el.span(shown.amount_title, class_name="text-ink-soft"),
            rx.el.span(money.money(shown.amount), class_name="font-semibold text-lead"),
            class_name="flex items-baseline justify-between gap-4 py-2.5 border-b border-line",
        ),
        rows.facts(shown.facts),
        class_name="mt-6",
    )
