"""Fields: a label above, a hint or an error below, tied together for those who hear the page.

Fields are uncontrolled: the browser holds what is typed, a form sends it whole. `error` is a word or a state's Var.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from cabinet.components.buttons import anchor, hotkey_attributes
from cabinet.components.icon import icon
from cabinet.components.recipes import FIELD, LINK
from cabinet.components.text import Text, given, shown_if, t

CODE_LENGTH = 6


def field(
    name: str,
    label: Text,
    *,
    type: str = "text",
    value: Text = "",
    hint: Text = "",
    error: Text = "",
    placeholder: Text = "",
    auto_complete: str = "",
    input_mode: str = "",
    length_max: int = 0,
    required: bool = False,
    disabled: bool | rx.Var[bool] = False,
    aside: tuple[Text, Text] | None = None,
    on_blur: Any = None,
    on_change: Any = None,
) -> rx.Component:
    """Show a field for one line of text. `aside` is a small link over its right end."""
    control = rx.el.input(
        **_control(name, value, hint, error, "h-12"),
        **_asked(
            placeholder=placeholder,
            auto_complete=auto_complete,
            input_mode=input_mode,
            length_max=length_max,
            on_blur=on_blur,
            on_change=on_change,
        ),
        type=type,
        required=required,
        disabled=disabled,
    )
    return _labelled(name, label, control, hint=hint, error=error, aside=aside)


def text_field(
    name: str,
    label: Text,
    *,
    value: Text = "",
    hint: Text = "",
    error: Text = "",
    placeholder: Text = "",
    length_max: int = 0,
    rows: int = 4,
    required: bool = False,
    on_blur: Any = None,
    on_focus: Any = None,
    hotkey: str = "",
    heard: bool = False,
) -> rx.Component:
    """Show a field for several lines. A `hotkey` moves into it, Ctrl + Enter sends its form.

    The label of a `heard` one is for those who cannot see where it stands.
    """
    attributes = _control(name, value, hint, error, "py-3 min-h-24")
    attributes["custom_attrs"] |= hotkey_attributes(hotkey)
    control = rx.el.textarea(
        **attributes,
        **_asked(placeholder=placeholder, length_max=length_max, on_blur=on_blur, on_focus=on_focus),
        rows=str(rows),
        required=required,
    )
    return _labelled(name, label, control, hint=hint, error=error, heard=heard)


def password_field(
    name: str,
    label: Text,
    *,
    hint: Text = "",
    error: Text = "",
    new: bool = False,
    required: bool = True,
    aside: tuple[Text, Text] | None = None,
    on_change: Any = None,
) -> rx.Component:
    """Show a field for a password with an eye that shows it; the eye never asks the server."""
    eye = rx.el.button(
        rx.el.span(icon("eye"), class_name="group-data-shown:hidden"),
        rx.el.span(icon("eye-off"), class_name="hidden group-data-shown:block"),
        type="button",
        class_name="absolute right-0.5 top-0.5 grid place-items-center size-11 rounded-md text-ink-soft hover:text-ink",
        custom_attrs={"aria-label": t("Show the password"), "aria-pressed": "false", "data-eye": ""},
    )
    control = rx.el.div(
        rx.el.input(
            **_control(name, "", hint, error, "h-12 pr-12"),
            **_asked(auto_complete="new-password" if new else "current-password", on_change=on_change),
            type="password",
            required=required,
        ),
        eye,
        class_name="relative group",
    )
    return _labelled(name, label, control, hint=hint, error=error, aside=aside)


def amount_field(
    name: str,
    label: Text,
    *,
    value: Text = "",
    hint: Text = "",
    error: Text = "",
    symbol: str = "₽",
    on_change: Any = None,
    on_blur: Any = None,
) -> rx.Component:
    """Show the large field of a sum; its label is for those who hear the page, the legend above says it to the eye."""
    control = rx.el.div(
        rx.el.input(
            **_control(name, value, hint, error, "h-16 text-figure! pr-12 tabular-nums"),
            **_asked(auto_complete="off", input_mode="decimal", length_max=20, on_blur=on_blur, on_change=on_change),
            type="text",
            required=True,
        ),
        rx.el.span(
            symbol,
            class_name="pointer-events-none absolute right-4 top-1/2 -translate-y-1/2 text-figure text-ink-faint",
            custom_attrs={"aria-hidden": "true"},
        ),
        class_name="relative",
    )
    return rx.el.div(rx.el.label(label, html_for=_id(name), class_name="sr-only"), control, _note(name, hint, error))


def select_field(
    name: str,
    label: Text,
    options: Sequence[tuple[str, Text]] | rx.Var[list[tuple[str, str]]],
    *,
    value: Text = "",
    hint: Text = "",
    error: Text = "",
    on_change: Any = None,
) -> rx.Component:
    """Show a native choice of one among many. Options are pairs of a value and its words."""
    if isinstance(options, rx.Var):
        choices: Any = rx.foreach(options, lambda option: rx.el.option(option[1], value=option[0]))
    else:
        choices = rx.fragment(*(rx.el.option(words, value=key) for key, words in options))
    control = rx.el.div(
        rx.el.select(
            choices,
            **_control(name, value, hint, error, "h-12 appearance-none pr-10"),
            **({"on_change": on_change} if on_change is not None else {}),
        ),
        rx.el.span(
            icon("chevron-down", 18),
            class_name="pointer-events-none absolute right-3.5 top-1/2 -translate-y-1/2 text-ink-soft",
        ),
        class_name="relative",
    )
    return _labelled(name, label, control, hint=hint, error=error)


def search_field(
    name: str,
    label: Text,
    *,
    value: Text = "",
    placeholder: Text = "",
    on_change: Any = None,
    wide: bool = False,
    key: str = "",
) -> rx.Component:
    """Show the field that narrows a list; its label is only heard. Ctrl and the `key` move into it."""
    attributes = _control(name, value, "", "", "h-11 pl-10.5")
    if key:
        attributes["custom_attrs"] |= {"data-find": f"Key{key}", "aria-keyshortcuts": f"Control+{key}"}
    return rx.el.div(
        rx.el.label(label, html_for=_id(name), class_name="sr-only"),
        rx.el.input(
            **attributes,
            **_asked(placeholder=placeholder, auto_complete="off", length_max=100, on_change=on_change),
            type="search",
        ),
        rx.el.span(
            icon("search", 18),
            class_name="pointer-events-none absolute left-3.5 top-1/2 -translate-y-1/2 text-ink-soft",
        ),
        class_name="relative w-full md:max-w-[360px]" if wide else "relative w-full md:max-w-[280px]",
    )


def code_field(
    name: str, label: Text, *, hint: Text = "", error: Text = "", submits: bool = True, focused: bool = False
) -> rx.Component:
    """Show six cells for a code. They take a pasted or sent code whole and, with `submits`, send the form when full.

    `focused` is for a page that asks for nothing else.
    """
    cells = (
        rx.el.input(
            class_name=f"{FIELD} h-14 px-0! text-center text-h2 tabular-nums",
            type="text",
            input_mode="numeric",
            auto_complete="one-time-code" if place == 0 else "off",
            custom_attrs={
                "aria-label": t("Digit {place} of {length}", place=place + 1, length=CODE_LENGTH),
                "aria-describedby": _note_id(name),
                "aria-invalid": _invalid(error),
                "data-cell": "",
                **({"data-focus": ""} if focused and place == 0 else {}),
            },
        )
        for place in range(CODE_LENGTH)
    )
    attributes = {"data-code": "submits" if submits else "waits"}
    return rx.el.fieldset(
        rx.el.legend(label, class_name="sr-only"),
        rx.el.div(*cells, class_name="grid grid-cols-6 gap-2 max-w-[432px]"),
        rx.el.input(type="hidden", name=name),
        _note(name, hint, error),
        class_name="min-w-0",
        custom_attrs=attributes,
    )


def countdown(seconds: rx.Var[int] | int, before: Text, after: Any) -> rx.Component:
    """Show the words before a running clock («Новый код через 0:42»), and `after` when it has run out."""
    face = rx.el.span(class_name="tabular-nums after:content-[attr(data-clock)]", custom_attrs={"data-clock": ""})
    return rx.el.span(
        rx.el.span(before, " ", face, class_name="group-data-over:hidden"),
        rx.el.span(after, class_name="hidden group-data-over:inline"),
        class_name="group",
        custom_attrs={"data-seconds": seconds},
    )


def _id(name: str) -> str:
    return f"field-{name}"


def _note_id(name: str) -> str:
    return f"field-{name}-note"


def _invalid(error: Text) -> Any:
    if isinstance(error, rx.Var):
        return rx.cond(error != "", "true", "false")
    return "true" if error else "false"


def _control(name: str, value: Text, hint: Text, error: Text, class_name: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {"aria-invalid": _invalid(error)}
    if given(hint) or given(error):
        attributes["aria-describedby"] = _note_id(name)
    control: dict[str, Any] = {"id": _id(name), "name": name, "class_name": f"{FIELD} {class_name}"}
    if given(value):
        control["default_value"] = value
    return {**control, "custom_attrs": attributes}


def _asked(
    *,
    placeholder: Text = "",
    auto_complete: str = "",
    input_mode: str = "",
    length_max: int = 0,
    on_blur: Any = None,
    on_change: Any = None,
    on_focus: Any = None,
) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "placeholder": placeholder if given(placeholder) else None,
        "auto_complete": auto_complete or None,
        "input_mode": input_mode or None,
        "max_length": length_max or None,
        "on_blur": on_blur,
        "on_change": on_change,
        "on_focus": on_focus,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def _labelled(
    name: str,
    label: Text,
    control: rx.Component,
    *,
    hint: Text,
    error: Text,
    aside: tuple[Text, Text] | None = None,
    heard: bool = False,
) -> rx.Component:
    dress = "sr-only" if heard else "block text-small font-medium text-ink mb-1.5"
    words = rx.el.label(label, html_for=_id(name), class_name=dress)
    if aside:
        style = f"{LINK} text-small inline-flex items-center min-h-6 max-md:min-h-11 max-md:-my-2.5"
        words = rx.el.div(
            words, anchor(aside[0], href=aside[1], class_name=style), class_name="flex justify-between items-baseline"
        )
    return rx.el.div(words, control, _note(name, hint, error))


def _note(name: str, hint: Text, error: Text) -> rx.Component:
    """The line under a field. It stays in the page, so that an error that appears in it is read aloud."""
    if not given(hint) and not given(error):
        return rx.fragment()
    quiet = shown_if(hint, rx.el.p(hint, class_name="mt-1.5 text-small text-ink-soft"))
    wrong = rx.el.p(
        icon("circle-alert", 16, class_name="shrink-0 mt-px"),
        rx.el.span(error),
        class_name="mt-1.5 text-small text-bad flex gap-1.5",
    )
    if isinstance(error, rx.Var):
        content: Any = rx.cond(error != "", wrong, quiet)
    else:
        content = wrong if error else quiet
    return rx.el.div(content, id=_note_id(name), custom_attrs={"aria-live": "polite"})
