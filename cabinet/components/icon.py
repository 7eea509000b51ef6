"""Icons: lucide, one line weight. An icon is never the only word for a thing, so it is silent for screen readers."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx


def icon(name: str, size: int = 20, *, class_name: str = "shrink-0") -> rx.Component:
    """Show an icon by its literal lucide name: 20 px, 18 in buttons, 16 in links, 14 in statuses, 22 in the tab bar."""
    attributes = {"strokeWidth": 1.75, "aria-hidden": "true"}
    return rx.icon(name, size=size, class_name=class_name, custom_attrs=attributes)


def icon_among(name: rx.Var[str], names: Sequence[str], size: int = 20) -> rx.Component:
    """Show the icon that a Var names. Only `names` get into the page's script; the first is the default."""
    return rx.match(name, *((each, icon(each, size)) for each in names), icon(names[0], size))


def mark(size: int = 32) -> rx.Component:
    """Show the company's sign."""
    meridian = "M16 7.5c-5 5.2-5 11.8 0 17M16 7.5c5 5.2 5 11.8 0 17"
    lines = "fill-none stroke-on-accent stroke-2"
    return rx.el.svg(
        rx.el.svg.rect(width="32", height="32", rx="9", class_name="fill-accent"),
        rx.el.svg.circle(cx="16", cy="16", r="8.5", class_name=lines),
        rx.el.svg.path(d=meridian, class_name=lines),
        width=str(size),
        height=str(size),
        view_box="0 0 32 32",
        class_name="shrink-0",
        custom_attrs={"aria-hidden": "true"},
    )
