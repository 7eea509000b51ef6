"""What a page shows when there is nothing, not yet, not here, not allowed, or something broke."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from cabinet.components.buttons import BUTTON, KINDS, SIZES
from cabinet.components.icon import icon
from cabinet.components.scales import empty_ruler
from cabinet.components.text import Text, given, shown_if, t

_RELOAD = f"{BUTTON} {SIZES['md']} {KINDS['primary']}"
_INK_ACTION = "font-medium underline underline-offset-4 min-h-6 max-md:min-h-11 max-md:-my-2.5"


def empty(title: Text, text: Text, *actions: Any, heading: bool = True) -> rx.Component:
    """Say what will be here, and give the first step."""
    return state_panel(empty_ruler(), title, text, *actions, heading=heading)


def nothing_found(title: Text, text: Text, *actions: Any) -> rx.Component:
    """Say what was sought and offer to seek otherwise."""
    return state_panel(_sign("search-x"), title, text, *actions)


def failed(title: Text, text: Text, *actions: Any, incident: Text = "") -> rx.Component:
    """Say what is safe and what to do. The incident's number is for the support."""
    number = rx.el.p(
        t("Code for support"),
        " ",
        rx.el.code(incident, class_name="font-mono text-ink"),
        class_name="mt-5 text-small text-ink-soft",
    )
    below = [shown_if(incident, number)] if given(incident) else []
    return state_panel(_sign("cloud-alert", "text-bad"), title, text, *actions, below=below, alert=True)


def not_found(title: Text, text: Text, *actions: Any) -> rx.Component:
    """Say that there is no such page, or none for this person."""
    sign = rx.el.span("404", class_name="text-h1 tabular-nums text-ink-soft", custom_attrs={"aria-hidden": "true"})
    return state_panel(sign, title, text, *actions)


def step_up(title: Text, text: Text, *actions: Any) -> rx.Component:
    """Say why the person has to prove anew who they are."""
    return state_panel(_sign("lock"), title, text, *actions)


def done(title: Text, text: Text, *actions: Any) -> rx.Component:
    """Say what has been done and what comes now."""
    return state_panel(_sign("circle-check", "text-good"), title, text, *actions)


def broken() -> rx.Component:
    """Say that the page itself fell apart in the browser. It stands in the place of everything, frame included."""
    return rx.el.main(
        failed(
            t("This page has broken"),
            t("Your money and services are safe. Open the page again; if it does not help, write to support."),
            rx.el.button(t("Open again"), type="button", class_name=_RELOAD, custom_attrs={"data-reload": ""}),
        ),
        class_name="mx-auto max-w-[640px] p-8 max-md:p-3",
    )


def state_panel(
    sign: Any, title: Text, text: Text, *actions: Any, below: Any = (), alert: bool = False, heading: bool = True
) -> rx.Component:
    """Show a panel that takes the place of what it speaks of."""
    title_style = "text-h2"
    return rx.el.section(
        rx.el.div(sign, class_name="mb-5"),
        rx.el.h2(title, class_name=title_style) if heading else rx.el.p(title, class_name=title_style),
        rx.el.p(text, class_name="mt-1.5 text-ink-soft max-w-[44ch]"),
        *([rx.el.div(*actions, class_name="mt-5 flex flex-wrap gap-2")] if actions else []),
        *below,
        class_name="bg-surface-raised rounded-xl p-10 max-md:p-6 flex flex-col items-start justify-center",
        **({"role": "alert"} if alert else {}),
    )


def skeleton_rows(sentence: Text, *, count: int = 4, title: bool = True) -> rx.Component:
    """Show a list that is on its way: the geometry of its rows, and one sentence for those who hear the page."""
    widths = ("w-48", "w-36", "w-56", "w-40")
    return rx.el.section(
        rx.el.span(sentence, role="status", class_name="sr-only"),
        *([rx.el.span(class_name="skeleton block h-5 w-40 mb-5")] if title else []),
        *(_skeleton_row(widths[place % len(widths)]) for place in range(count)),
        class_name="bg-surface-raised rounded-xl p-6 max-md:p-4",
        custom_attrs={"aria-busy": "true", "aria-label": sentence},
    )


def skeleton(class_name: str) -> rx.Component:
    """Show one breathing block in the place of a figure or a line; its size comes as classes."""
    return rx.el.span(class_name=f"skeleton block {class_name}", custom_attrs={"aria-hidden": "true"})


def offline_bar(title: Text, text: Text, *, shown: rx.Var[bool] | None = None) -> rx.Component:
    """Show that the line to the server is broken, since when, and what waits for it. By itself it watches the line."""
    bar = rx.el.div(
        icon("wifi-off"),
        rx.el.p(rx.el.b(title, class_name="font-medium"), " ", text, class_name="flex-1 min-w-52"),
        rx.el.button(t("Try again"), type="button", class_name=_INK_ACTION, custom_attrs={"data-reload": ""}),
        class_name="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg bg-ink text-surface px-4 py-3",
    )
    return rx.el.div(rx.cond(has_connection_errors if shown is None else shown, bar, rx.fragment()), role="status")


def toast(
    text: Text,
    *,
    on_close: Any,
    action: tuple[Text, Any] | None = None,
    shown: rx.Var[bool] | None = None,
    refused: rx.Var[bool] | bool = False,
) -> rx.Component:
    """Show what has been done for eight seconds, with one way back. The region stays, so that its text is read aloud.

    What was `refused` bears another sign.
    The clock of assets/cabinet.js stops while a pointer or the focus is on it, and at its end tells `on_close`.
    """
    undo = [rx.el.button(action[0], type="button", on_click=action[1], class_name=_INK_ACTION)] if action else []
    bar = rx.el.div(
        _outcome(refused),
        rx.el.p(text, class_name="flex-1"),
        *undo,
        rx.el.button(
            t("Close"), type="button", on_click=on_close, class_name="sr-only", custom_attrs={"data-toast-end": ""}
        ),
        class_name="flex items-center gap-3 rounded-lg bg-ink text-surface px-4 py-3.5 shadow-pop pointer-events-auto",
        custom_attrs={"data-toast": ""},
    )
    seen = shown if shown is not None else text != ""
    return rx.el.div(
        rx.cond(seen, bar, rx.fragment()),
        role="status",
        class_name=(
            "fixed z-40 inset-x-3 bottom-20 md:bottom-6 md:left-1/2 md:right-auto md:w-[460px] md:-translate-x-1/2 "
            "pointer-events-none"
        ),
        custom_attrs={"aria-live": "polite"},
    )


def _outcome(refused: rx.Var[bool] | bool) -> rx.Component:
    """Return the sign of a message: done, or not."""
    if isinstance(refused, bool):
        return icon("circle-alert" if refused else "circle-check")
    return rx.cond(refused, icon("circle-alert"), icon("circle-check"))


def heard(text: Text) -> rx.Component:
    """Say something only to those who hear the page, when it changes."""
    return rx.el.div(text, role="status", class_name="sr-only", custom_attrs={"aria-live": "polite"})


def _sign(symbol: str, colour: str = "text-ink-soft") -> rx.Component:
    return rx.el.span(icon(symbol, 32), class_name=f"block {colour}")


def _skeleton_row(width: str) -> rx.Component:
    return rx.el.div(
        skeleton("size-10 rounded-md shrink-0"),
        rx.el.span(skeleton(f"h-4 max-w-full {width}"), skeleton("h-3 w-24"), class_name="flex-1 min-w-0 space-y-2"),
        skeleton("h-4 w-20"),
        class_name="flex items-center gap-3.5 py-3",
    )
