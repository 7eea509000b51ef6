"""Choices: chips, segments, cards, switches, ticks. All are native controls in a dress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from cabinet.components.buttons import icon_button
from cabinet.components.icon import icon
from cabinet.components.recipes import flag
from cabinet.components.text import Text, shown_if

_CHIP = (
    "relative inline-flex items-center gap-1.5 h-9 max-md:h-11 px-3.5 rounded-full border border-line-strong "
    "text-small font-medium text-ink hover:bg-surface-hover has-checked:bg-accent-soft has-checked:border-accent-ink "
    "has-checked:text-accent-ink has-focus-visible:outline-2 has-focus-visible:outline-accent-ink whitespace-nowrap"
)
_SEGMENT = (
    "relative inline-flex items-center h-9 max-md:h-11 px-3.5 max-sm:px-2 rounded-sm text-small font-medium "
    "text-ink-soft hover:text-ink has-checked:bg-surface-raised has-checked:text-ink has-checked:shadow-thumb "
    "has-focus-visible:outline-2 has-focus-visible:outline-accent-ink whitespace-nowrap flex-1 justify-center"
)
_SEGMENTS, _SEGMENTS_WIDE = "inline-flex min-w-0 max-w-full", "flex min-w-0"
_CARD = (
    "flex items-center gap-3.5 min-h-16 px-4 py-2.5 rounded-md border border-line-strong/60 hover:bg-surface-hover "
    "has-checked:border-accent-ink has-checked:ring-1 has-checked:ring-accent-ink has-focus-visible:outline-2 "
    "has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-ink"
)


_KEPT = {False: "bg-surface-sunken", True: "bg-accent-soft text-accent-ink"}


def chip(
    name: str,
    label: Text,
    *,
    value: Text = "on",
    many: bool = False,
    checked: bool | rx.Var[bool] = False,
    symbol: str = "",
    fills: str = "",
    on_change: Any = None,
) -> rx.Component:
    """Show a chip that filters or offers a value. `many` may be on together.

    With `fills` the chip types its value into the field of that name, without the server.
    """
    return rx.el.label(
        rx.el.input(
            type="checkbox" if many else "radio",
            name=name,
            value=value,
            class_name="sr-only",
            custom_attrs={"data-fills": fills} if fills else {},
            **_checked(checked, on_change),
        ),
        icon(symbol, 16) if symbol else rx.fragment(),
        label,
        class_name=_CHIP,
    )


def menu_chip(label: Text, *, menu: str, on: bool | rx.Var[bool] = False, symbol: str = "chevron-down") -> rx.Component:
    """Show a chip that opens a menu of its values; `on` when it narrows the list now."""
    chosen = "bg-accent-soft border-accent-ink text-accent-ink"
    colour = (chosen if on else "") if isinstance(on, bool) else rx.cond(on, chosen, "")
    return rx.el.button(
        label,
        icon(symbol, 16),
        type="button",
        class_name=[_CHIP, colour],
        custom_attrs={"popovertarget": menu},
    )


def toggle(*words: Any, on: bool | rx.Var[bool], on_click: Any, key: Any = None) -> rx.Component:
    """Show a small button that stays pressed: a filter that is kept, a tag. It narrows, and pressed again widens."""
    return rx.el.button(
        *words,
        type="button",
        on_click=on_click,
        class_name="min-h-8 max-md:min-h-11 px-3 rounded-md text-small bg-surface-raised text-ink-soft hover:text-ink "
        "aria-pressed:bg-accent-soft aria-pressed:text-accent-ink",
        custom_attrs={"aria-pressed": flag(on)},
        **({"key": key} if key is not None else {}),
    )


def taken_off(words: Text, label: Text, *, on_click: Any, accent: bool = False, key: Any = None) -> rx.Component:
    """Show words that stand somewhere with a small cross that takes them off; the label is the cross's own."""
    return rx.el.span(
        words,
        icon_button("x", label, small=True, on_click=on_click),
        class_name=f"inline-flex items-center gap-1 pl-3 rounded-md text-small {_KEPT[accent]}",
        **({"key": key} if key is not None else {}),
    )


def segment(
    name: str,
    legend: Text,
    options: Sequence[tuple[str, Text]],
    *,
    chosen: Text = "",
    on_change: Any = None,
    wide: bool = False,
    tight: bool = False,
) -> rx.Component:
    """Show two to four views of the same thing side by side; `wide` over all the width, `tight` over a column's."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="sr-only"),
        *(
            rx.el.label(
                rx.el.input(
                    type="radio", name=name, value=value, class_name="sr-only", **_checked(chosen == value, on_change)
                ),
                words,
                class_name=_SEGMENT.replace("px-3.5 max-sm:px-2", "px-1.5") if tight else _SEGMENT,
            )
            for value, words in options
        ),
        class_name=f"{_SEGMENTS_WIDE if wide or tight else _SEGMENTS} overflow-x-auto p-1 gap-0.5 rounded-md "
        "bg-surface-sunken",
    )


def card_radio(
    name: str,
    value: Text,
    title: Text,
    *,
    soft: Text = "",
    symbol: Any = None,
    checked: bool | rx.Var[bool] = False,
    on_change: Any = None,
) -> rx.Component:
    """Show one of several ways as a card: a card to pay with, a tariff. `symbol` is an icon's name or a component."""
    shown = rx.fragment() if symbol is None else symbol
    if isinstance(symbol, str):
        shown = icon(symbol, class_name="shrink-0 text-ink-soft")
    return rx.el.label(
        rx.el.input(type="radio", name=name, value=value, class_name="check", **_checked(checked, on_change)),
        shown,
        rx.el.span(
            rx.el.span(title, class_name="block font-medium"),
            shown_if(soft, rx.el.span(soft, class_name="block text-small text-ink-soft")),
            class_name="min-w-0 flex-1",
        ),
        class_name=_CARD,
    )


def switch_row(
    name: str,
    title: Text,
    *,
    soft: Text = "",
    on: bool | rx.Var[bool] = False,
    disabled: bool | rx.Var[bool] = False,
    on_change: Any = None,
) -> rx.Component:
    """Show a setting that is saved at once. A locked one says why in its soft line."""
    identity = f"switch-{name}"
    return rx.el.div(
        rx.el.label(
            rx.el.span(title, class_name="block font-medium"),
            shown_if(soft, rx.el.span(soft, class_name="block text-small text-ink-soft")),
            html_for=identity,
            class_name="min-w-0 flex-1",
        ),
        rx.el.input(
            id=identity,
            name=name,
            type="checkbox",
            role="switch",
            disabled=disabled,
            class_name="switch",
            **_checked(on, on_change),
        ),
        class_name="flex items-center gap-4 min-h-14 py-2.5",
    )


def checkbox(
    name: str, label: Any, *, checked: bool | rx.Var[bool] = False, required: bool = False, on_change: Any = None
) -> rx.Component:
    """Show a tick with its words."""
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, class_name="check", required=required, **_checked(checked, on_change)),
        rx.el.span(label),
        class_name="flex items-center gap-3 min-h-11",
    )


def radio(
    name: str, value: Text, label: Text, *, checked: bool | rx.Var[bool] = False, on_change: Any = None
) -> rx.Component:
    """Show one of a few answers to the same question."""
    return rx.el.label(
        rx.el.input(type="radio", name=name, value=value, class_name="check", **_checked(checked, on_change)),
        rx.el.span(label),
        class_name="flex items-center gap-3 min-h-11",
    )


def _checked(checked: Any, on_change: Any) -> dict[str, Any]:
    """Without a handler the browser keeps the choice; with one the state does, and its Var is what is shown."""
    if on_change is None:
        return {"default_checked": checked}
    return {"checked": checked, "on_change": on_change}
