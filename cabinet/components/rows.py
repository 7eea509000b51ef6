"""Everything is a row: a tile, a name, one soft line, an amount or a status at the right edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx

from cabinet.components.buttons import anchor, layer_attributes
from cabinet.components.icon import icon, icon_among
from cabinet.components.recipes import PANEL_EDGE, TONE_PLATE, Tone, pick
from cabinet.components.text import Text, given, shown_if
from cabinet.kit.shapes import Fact

ROW = f"flex items-center gap-3.5 min-h-16 py-2.5 {PANEL_EDGE}"


def rows(*items: Any, divided: bool = False) -> rx.Component:
    """Lay rows in a list."""
    return rx.el.ul(*items, class_name="divide-y divide-line") if divided else rx.el.ul(*items)


def row(
    lead: Any,
    name: Text,
    *,
    soft: Any = "",
    amount: Any = None,
    status: Any = None,
    href: Text = "",
    on_click: Any = None,
    opens: str = "",
    below: Any = None,
) -> rx.Component:
    """Show a row of a list. With `href` the whole row is a link, with `on_click` or `opens` a button.

    What is `below` stands under the name, as wide as the row.
    """
    edge = [rx.el.span(amount, class_name="block font-medium")] if amount is not None else []
    edge += [rx.el.span(status, class_name="block text-small text-ink-soft")] if status is not None else []
    content = (
        lead,
        rx.el.span(
            rx.el.span(name, class_name="block font-medium"),
            _soft(soft),
            class_name="min-w-0",
        ),
        *([rx.el.span(*edge, class_name="ml-auto pl-3 text-right shrink-0")] if edge else []),
    )
    if given(href):
        return rx.el.li(anchor(*content, href=href, class_name=f"{ROW} hover:bg-surface-hover"))
    if on_click is not None or opens:
        return rx.el.li(
            rx.el.button(
                *content,
                type="button",
                class_name=f"{ROW} w-full text-left hover:bg-surface-hover",
                custom_attrs=layer_attributes(opens=opens),
                **({"on_click": on_click} if on_click is not None else {}),
            )
        )
    if below is not None:
        return rx.el.li(rx.el.div(*content, class_name=ROW), below)
    return rx.el.li(*content, class_name=ROW)


def tile(symbol: str | rx.Var[str], tone: Tone | rx.Var[str] = "calm", *, among: Sequence[str] = ()) -> rx.Component:
    """Show the square sign before a row's name. A Var names one of the icons `among`."""
    return rx.el.span(
        icon_among(symbol, among) if isinstance(symbol, rx.Var) else icon(symbol),
        class_name=["grid place-items-center size-10 shrink-0 rounded-md", pick(tone, TONE_PLATE, "calm")],
    )


def avatar(
    initials: Text, *, size: Literal[28, 32, 36, 40, 48, 64] = 40, own: bool | rx.Var[bool] = False
) -> rx.Component:
    """Show a person by initials. The name stands beside it in words, so it is silent."""
    sizes = {
        28: "size-7 text-small",
        32: "size-8 text-small",
        36: "size-9 text-small",
        40: "size-10 text-body",
        48: "size-12 text-body",
        64: "size-16 text-title",
    }
    mine, others = "bg-accent-soft text-accent-ink", "bg-surface-sunken text-ink"
    colour = (mine if own else others) if isinstance(own, bool) else rx.cond(own, mine, others)
    return rx.el.span(
        initials,
        class_name=[f"grid place-items-center shrink-0 rounded-full font-medium {sizes[size]}", colour],
        custom_attrs={"aria-hidden": "true"},
    )


def kept(name: Text, *deeds: Any, soft: Text = "", edge: bool = False, key: Any) -> rx.Component:
    """Show something that is kept, and buttons of what can be done with it; `edge` for panels without padding."""
    return rx.el.li(
        rx.el.span(
            rx.el.span(name, class_name="block font-medium wrap-anywhere"),
            shown_if(soft, rx.el.span(soft, class_name="block text-small text-ink-soft wrap-anywhere")),
            class_name="min-w-0 flex-1",
        ),
        *deeds,
        class_name=f"flex items-center gap-2 py-2 {PANEL_EDGE if edge else ''}".rstrip(),
        key=key,
    )


def facts(lines: rx.Var[list[Fact]] | Sequence[Fact] = (), *others: Any) -> rx.Component:
    """Show names and values in pairs, as a receipt or a card of an object does; `others` are made by `fact`."""
    ready = [rx.foreach(lines, lambda line: fact(line.name, line.value))] if given(lines) else []
    return rx.el.dl(*ready, *others, class_name="divide-y divide-line")


def fact(name: Text, value: Any) -> rx.Component:
    """Show one pair; `value` may be an amount or a status."""
    return rx.el.div(
        rx.el.dt(name, class_name="text-ink-soft wrap-break-word max-w-[45vw]"),
        rx.el.dd(value, class_name="text-right tabular-nums wrap-anywhere"),
        class_name="grid grid-cols-[minmax(min-content,1fr)_fit-content(62%)] gap-6 py-2.5",
    )


def _soft(soft: Any) -> rx.Component:
    line = rx.el.span(soft, class_name="block text-small text-ink-soft")
    return shown_if(soft, line) if isinstance(soft, (str, rx.Var)) else line
