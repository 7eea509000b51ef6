"""Forms: one column, sent whole. The first wrong field takes the focus when the answer comes."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from cabinet.components.text import Text


class _NativeForm(BaseHTML):
    """A form that the browser itself sends; Reflex's own never leaves the page."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]


def form(*content: Any, on_submit: Any, identity: str = "", resets: bool = False) -> rx.Component:
    """Show a form that a state takes. `identity` is for a button that stands outside it."""
    manner = {"on_submit": on_submit, "reset_on_submit": resets, **_named(identity)}
    return rx.el.form(*content, class_name="grid gap-4", **manner)


def native_form(action: Text, *content: Any, identity: str = "", class_name: str = "grid gap-4") -> rx.Component:
    """Show a form that the browser posts to a route of ours: only a route can set a cookie that scripts cannot read."""
    return _NativeForm.create(*content, action=action, method="post", class_name=class_name, **_named(identity))


def hidden(name: str, value: Text) -> rx.Component:
    """Carry a value along with a form."""
    return rx.el.input(type="hidden", name=name, value=value, read_only=True)


def actions(*content: Any) -> rx.Component:
    """Lay buttons in a line that may break."""
    return rx.el.div(*content, class_name="flex flex-wrap items-center gap-2")


def _named(identity: str) -> dict[str, Any]:
    return {"id": identity} if identity else {}
