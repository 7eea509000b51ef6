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


def native_form(*content: Any, action: Text, identity: str = "") -> rx.Component:
    """Show a form that an HTTP route takes by POST: signing in and out, where a cookie is set and the page is left."""
    return _NativeForm.create(*content, action=action, method="post", class_name="grid gap-4", **_named(identity))


def actions(*content: Any) -> rx.Component:
    """Lay buttons in a line that may break."""
    return rx.el.div(*content, class_name="flex flex-wrap items-center gap-2")


def _named(identity: str) -> dict[str, Any]:
    return {"id": identity} if identity else {}
