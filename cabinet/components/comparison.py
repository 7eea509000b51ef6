"""Things laid side by side: cards of equal order, the best one ringed, and a table of what differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from cabinet.components.buttons import anchor
from cabinet.components.icon import icon
from cabinet.components.recipes import TONE_TEXT, pick
from cabinet.components.text import Text, shown_if, t
from cabinet.kit.shapes import Point

_KIND = "inline-flex items-center h-9 max-md:h-11 px-3.5 rounded-full border text-small font-medium whitespace-nowrap"
_TABLE = "bg-surface-raised rounded-xl pb-2 overflow-x-auto focus-visible:outline-2 focus-visible:outline-accent-ink"
_NAME = "w-48 min-w-32 max-md:max-w-32 text-small font-medium text-ink-soft hyphens-auto"
_MARK = "inline-flex items-center gap-1 text-small text-accent-ink"
_CARD = "bg-surface-raised rounded-xl p-6 max-md:p-4 flex flex-col min-w-0"
_POINT_ICONS = {"good": "check", "warn": "triangle-alert", "bad": "x", "calm": "minus"}
_PINNED = "sticky left-0 z-10 bg-inherit"
_CELL = "align-top text-left px-4 max-md:px-3 py-3 first:pl-6 max-md:first:pl-4 last:pr-6 max-md:last:pr-4"


def cards(*items: Any) -> rx.Component:
    """Lay cards in columns, four on a wide screen."""
    return rx.el.ul(*items, class_name="grid grid-cols-1 gap-4 max-md:gap-2 sm:grid-cols-2 xl:grid-cols-4")


def card(
    pill: Any,
    title: Text,
    soft: Text,
    *content: Any,
    foot: Any,
    best: rx.Var[bool] | bool = False,
) -> rx.Component:
    """Show one of several things to choose from; the best one bears a ring."""
    ring = "ring-2 ring-accent-ink"
    dress = rx.cond(best, ring, "") if isinstance(best, rx.Var) else ring if best else ""
    return rx.el.li(
        rx.el.div(pill, class_name="min-h-7 max-md:empty:hidden"),
        rx.el.h2(title, class_name="text-h2 mt-2 wrap-anywhere"),
        rx.el.p(soft, class_name="text-small text-ink-soft"),
        *content,
        rx.el.div(foot, class_name="mt-auto pt-4 grid gap-2"),
        class_name=[_CARD, dress],
    )


def points(items: rx.Var[list[Point]] | Sequence[Point]) -> rx.Component:
    """Show what speaks for a thing and against it, line by line."""
    return rx.el.ul(rx.foreach(items, _point), class_name="mt-4 border-t border-line pt-2 text-body")


def figure(name: Text, value: Text, *below: Any) -> rx.Component:
    """Show one figure that the rest stands on, with its scale or a soft line."""
    return rx.el.div(
        rx.el.p(name, class_name="text-small text-ink-soft"),
        rx.el.p(value, class_name="text-h2 tabular-nums"),
        rx.el.div(*below, class_name="mt-2 min-h-2.5 text-small text-ink-soft leading-2.5"),
    )


def kind_link(label: Text, href: Text, *, current: rx.Var[bool]) -> rx.Component:
    """Show a way to another kind of things on the same page."""
    return anchor(
        label,
        href=href,
        class_name=[
            _KIND,
            rx.cond(
                current,
                "bg-accent-soft border-accent-ink text-accent-ink",
                "border-line-strong text-ink hover:bg-surface-hover",
            ),
        ],
        custom_attrs={"aria-current": rx.cond(current, "page", "false")},
    )


def tray(*content: Any) -> rx.Component:
    """Show what was picked so far, in sight while the cards are looked through."""
    return rx.el.div(
        *content,
        role="status",
        class_name="sticky bottom-4 max-md:bottom-20 z-20 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg "
        "bg-surface-raised shadow-pop px-5 max-md:px-4 py-3",
    )


def table(caption: Text, heads: Any, rows: Any) -> rx.Component:
    """Show conditions in rows and things in columns; the first column stays while the rest is scrolled sideways."""
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="sr-only"),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th(
                        rx.el.span(t("Condition"), class_name="sr-only"),
                        scope="col",
                        class_name=f"{_CELL} {_PINNED}",
                    ),
                    heads,
                    class_name="bg-surface-raised",
                )
            ),
            rx.el.tbody(rows),
            class_name="w-full border-collapse",
        ),
        role="region",
        tab_index=0,
        class_name=_TABLE,
        custom_attrs={"aria-label": caption},
    )


def table_head(title: Text, *below: Any) -> rx.Component:
    """Show what stands in a column."""
    return rx.el.th(
        rx.el.span(title, class_name="block text-title"),
        *below,
        scope="col",
        class_name=f"{_CELL} pt-5 min-w-44 max-md:min-w-36 font-normal",
    )


def table_row(name: Text, cells: rx.Var[list[str]], differs: rx.Var[bool]) -> rx.Component:
    """Show one condition of each; where they differ the row is tinted and says so."""
    return rx.el.tr(
        rx.el.th(
            rx.el.span(name, class_name="block"),
            rx.cond(
                differs,
                rx.el.span(
                    icon("diff", 14),
                    t("differs"),
                    class_name="inline-flex items-center gap-1 text-small text-accent-ink",
                ),
                rx.fragment(),
            ),
            scope="row",
            class_name=f"{_CELL} {_PINNED} {_NAME}",
        ),
        rx.foreach(cells, lambda cell: rx.el.td(cell, class_name=f"{_CELL} tabular-nums")),
        class_name=["border-t border-line", rx.cond(differs, "bg-accent-soft", "bg-surface-raised")],
    )


def change(words: Text, tone: rx.Var[str]) -> rx.Component:
    """Show by how much a thing is dearer or cheaper than what one has."""
    arrows = {"good": "trending-down", "warn": "trending-up", "calm": "equal"}
    return shown_if(
        words,
        rx.el.p(
            pick(tone, {key: icon(name, 16) for key, name in arrows.items()}, "calm"),
            words,
            class_name=["mt-1 text-small font-medium flex items-center gap-1.5", pick(tone, TONE_TEXT, "calm")],
        ),
    )


def _point(point: rx.Var[Point]) -> rx.Component:
    symbols = {key: icon(name, class_name="shrink-0 mt-0.5") for key, name in _POINT_ICONS.items()}
    colours = {"good": "text-good", "warn": "text-warn", "bad": "text-ink-soft", "calm": "text-ink-soft"}
    return rx.el.li(
        rx.el.span(pick(point.tone, symbols, "calm"), class_name=pick(point.tone, colours, "calm")),
        rx.el.span(point.text, class_name="min-w-0 wrap-anywhere"),
        class_name=["flex gap-2.5 py-2", rx.cond(point.tone == "bad", "text-ink-soft", "")],
    )
