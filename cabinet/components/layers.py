"""Layers over the page: sheets, drawers, menus, disclosures. All are native; only one dialog is open at a time.

A button opens a dialog by its id (`opens=`), with no server. A state opens it by a Var: then `on_close` must tell the
state that the person closed it, or the Var and the screen would part.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.other import Dialog

from cabinet.components.buttons import anchor, icon_button
from cabinet.components.icon import icon
from cabinet.components.recipes import PANEL_EDGE, flag
from cabinet.components.text import Text, shown_if, t


class _Dialog(Dialog):
    """The native dialog with the event that Reflex does not declare."""

    on_close: rx.EventHandler[rx.event.no_args_event_spec]


def sheet(
    identity: str,
    title: Text,
    *content: Any,
    soft: Text = "",
    footer: Any = None,
    shown: rx.Var[bool] | None = None,
    on_close: Any = None,
    wide: bool = False,
) -> rx.Component:
    """Show a dialog in the centre, from below on a phone."""
    return _dialog(
        identity,
        "sheet sm:w-[640px]!" if wide else "sheet",
        title,
        content,
        soft=soft,
        footer=footer,
        shown=shown,
        on_close=on_close,
    )


def drawer(
    identity: str,
    title: Text,
    *content: Any,
    soft: Text = "",
    footer: Any = None,
    shown: rx.Var[bool] | None = None,
    on_close: Any = None,
) -> rx.Component:
    """Show the details of a row from the right, from below on a phone. A click beside it closes it."""
    return _dialog(
        identity,
        "drawer",
        title,
        content,
        soft=soft,
        footer=footer,
        shown=shown,
        on_close=on_close,
        closed_by="any",
    )


def menu(identity: str, *items: Any, label: Text, class_name: str = "w-64") -> rx.Component:
    """Show the small card that a button with `menu=identity` opens; it stands beside that button, in the content."""
    return rx.el.div(
        *items,
        id=identity,
        class_name=f"pop {class_name}",
        custom_attrs={"popover": "auto", "role": "group", "aria-label": label},
    )


def menu_item(
    label: Text,
    *,
    symbol: str = "",
    href: Text = "",
    outside: bool = False,
    on_click: Any = None,
    danger: bool = False,
    current: bool | rx.Var[bool] = False,
) -> rx.Component:
    """Show one deed of a menu."""
    colour = "text-bad hover:bg-bad-soft" if danger else "hover:bg-surface-sunken"
    style = (
        f"flex items-center gap-3 w-full h-11 px-3 rounded-sm text-left {colour} aria-[current=true]:bg-surface-sunken"
    )
    shown = icon(symbol, 18, class_name="shrink-0" if danger else "shrink-0 text-ink-soft") if symbol else rx.fragment()
    if on_click is None:
        return anchor(shown, label, href=href, outside=outside, class_name=style)
    return rx.el.button(
        shown,
        label,
        type="button",
        class_name=style,
        on_click=on_click,
        custom_attrs={"aria-current": flag(current), "data-closes-menu": ""},
    )


def menu_line() -> rx.Component:
    """Part the dangerous deed of a menu from the others."""
    return rx.el.div(class_name="h-px bg-line my-1.5 mx-3")


def hint(identity: str, word: Text, explanation: Text) -> rx.Component:
    """Show a word that explains itself when it is pressed."""
    style = "inline-flex items-center min-h-6 text-small text-ink-soft underline decoration-dotted underline-offset-4"
    return rx.fragment(
        rx.el.button(word, type="button", class_name=style, custom_attrs={"popovertarget": identity}),
        rx.el.div(
            rx.el.p(explanation, class_name="text-small"),
            id=identity,
            class_name="pop max-w-72 p-4!",
            custom_attrs={"popover": "auto"},
        ),
    )


def disclosure(title: Text, *content: Any, opened: bool = False) -> rx.Component:
    """Show a line that unfolds what not everyone needs."""
    return rx.el.details(
        rx.el.summary(
            title,
            icon("chevron-down", 18, class_name="shrink-0 text-ink-soft group-open:rotate-180 transition-transform"),
            class_name="flex items-center justify-between gap-3 min-h-12 font-medium rounded-sm",
        ),
        rx.el.div(*content, class_name="pb-3 text-ink-soft"),
        open=opened,
        class_name="group border-t border-line",
    )


def _dialog(
    identity: str,
    dress: str,
    title: Text,
    content: tuple[Any, ...],
    *,
    soft: Text,
    footer: Any,
    shown: rx.Var[bool] | None,
    on_close: Any,
    closed_by: str = "closerequest",
) -> rx.Component:
    assert (shown is None) == (on_close is None), "a dialog that the state opens must tell the state when it closes"
    attributes: dict[str, Any] = {"aria-labelledby": f"{identity}-title", "closedby": closed_by}
    if shown is not None:
        attributes["data-open"] = flag(shown)
    grabber = "md:hidden absolute left-1/2 -translate-x-1/2 top-2 w-9 h-1 rounded-full bg-line-strong/60"
    top = rx.el.div(
        rx.el.span(class_name=grabber, custom_attrs={"aria-hidden": "true"}),
        rx.el.div(
            rx.el.h2(
                title,
                id=f"{identity}-title",
                class_name="text-h2 outline-none",
                custom_attrs={"tabIndex": -1, "autofocus": ""},
            ),
            shown_if(soft, rx.el.p(soft, class_name="text-small text-ink-soft mt-0.5")),
            class_name="flex-1 pt-1.5 min-w-0",
        ),
        icon_button("x", t("Close"), closes=identity, class_name="-mr-2"),
        class_name=f"flex items-start gap-3 {PANEL_EDGE} pt-5 pb-3",
    )
    middle = rx.el.div(*content, class_name=f"flex-1 {PANEL_EDGE} pb-6")
    bottom = [_footer(footer)] if footer is not None else []
    return _Dialog.create(
        rx.el.div(top, middle, *bottom, class_name="flex flex-col min-h-full"),
        id=identity,
        class_name=dress,
        custom_attrs=attributes,
        **({"on_close": on_close} if on_close is not None else {}),
    )


def _footer(footer: Any) -> rx.Component:
    parts = footer if isinstance(footer, (tuple, list)) else (footer,)
    style = f"sticky bottom-0 bg-surface-raised border-t border-line {PANEL_EDGE} py-4 flex gap-3"
    return rx.el.div(*parts, class_name=style)
