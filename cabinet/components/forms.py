"""Native forms: posted by the browser itself, because only a route can set a cookie that scripts cannot read."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML


class _NativeForm(BaseHTML):
    """`rx.form` always prevents the browser's own submit; this one does not."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]


def native_form(action: str, *content: Any, class_name: str = "") -> rx.Component:
    """Show a form that the browser posts to a route of ours."""
    return _NativeForm.create(*content, action=action, method="post", class_name=class_name)


def hidden(name: str, value: str | rx.Var[str]) -> rx.Component:
    """Carry a value along with a form."""
    return rx.el.input(type="hidden", name=name, value=value, read_only=True)
