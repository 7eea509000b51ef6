"""Forms: in a sheet over the page, and native ones.

A native form is posted by the browser itself, because only a route can set a cookie that scripts cannot read.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from cabinet.components import buttons, choices, fields, layers, status, surfaces
from cabinet.components.text import Text, t


class _NativeForm(BaseHTML):
    """`rx.form` always prevents the browser's own submit; this one does not."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]


def native_form(action: str, *content: Any, class_name: str = "") -> rx.Component:
    """Show a form that the browser posts to a route of ours."""
    return _NativeForm.create(*content, action=action, method="post", class_name=class_name)


def search_form(action: str, label: Text, *content: Any, class_name: str = "") -> rx.Component:
    """Show a form that leads to a page of ours with what is looked for in its address."""
    about = {"role": "search", "aria-label": label}
    return _NativeForm.create(*content, action=action, method="get", class_name=class_name, custom_attrs=about)


def hidden(name: str, value: str | rx.Var[str]) -> rx.Component:
    """Carry a value along with a form."""
    return rx.el.input(type="hidden", name=name, value=value, read_only=True)


def submitter(name: str, default: str) -> rx.Component:
    """Carry along what the button that sent the form `says`; the default when a key sent it."""
    return rx.el.input(type="hidden", name=name, default_value=default, custom_attrs={"data-submitter": default})


def rating(
    mark: rx.Var[int], comment: rx.Var[str], *actions: Any, on_submit: Any, refusal: Any = None, key: Any = None
) -> rx.Component:
    """Show the marks 1 to 5 with a few words; `actions` stand beside the button that rates."""
    keyed = {"key": key} if key is not None else {}
    return rx.el.form(
        rx.el.fieldset(
            rx.el.legend(t("How did it go?"), class_name="text-title mb-3"),
            *(choices.chip("rating", str(each), value=str(each), checked=mark == each) for each in range(1, 6)),
            class_name="flex flex-wrap gap-2",
        ),
        fields.text_field("comment", t("In a few words"), value=comment, length_max=1_000, rows=2),
        status.refusal(refusal) if refusal is not None else rx.fragment(),
        surfaces.actions(buttons.button(t("Rate"), kind="primary", submit=True), *actions),
        on_submit=on_submit,
        reset_on_submit=False,
        class_name="grid gap-4",
        **keyed,
    )


def sheet(
    state: Any,
    identity: str,
    title: Text,
    words: Text,
    deed: Any,
    *inside: Any,
    shown: rx.Var[bool] | None = None,
    wide: bool = False,
) -> rx.Component:
    """Show a form in a sheet, with its refusal; the button says `words`.

    It is open while `shown`, else while the `form` of its state, which is made of `FormState`, is the sheet's name.
    """
    return layers.sheet(
        identity,
        title,
        rx.el.form(
            *inside,
            status.refusal(state.refusal),
            surfaces.actions(
                buttons.button(words, kind="primary", submit=True), buttons.button(t("Cancel"), closes=identity)
            ),
            on_submit=deed,
            reset_on_submit=False,
            class_name="grid gap-4",
            key=f"{identity}-" + state.serial.to_string(),
        ),
        shown=state.form == identity if shown is None else shown,
        on_close=state.put_away,
        wide=wide,
    )
