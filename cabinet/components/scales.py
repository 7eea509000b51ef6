"""The ruler: the same ticks for days, traffic, minutes, points and limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import reflex as rx

from cabinet.components.recipes import pick
from cabinet.components.text import Text, shown_if
from cabinet.kit.shapes import DayMark, Gauge, Tick

Fill = Literal["plain", "near", "spent"]

_FILLS = {"plain": "text-chart-1", "near": "text-warn-fill", "spent": "text-bad-fill"}
_TICKS: dict[Tick, str] = {
    "month": "w-0.5 h-5 rounded-full bg-brand-fill/45",
    "past": "w-0.5 h-2.5 rounded-full bg-brand-fill/45",
    "today": "w-[3px] h-5 rounded-full bg-on-brand",
    "paid": "w-0.5 h-2.5 rounded-full bg-brand-fill",
    "event": "w-0.5 h-5 rounded-full bg-on-brand",
    "bare_month": "w-0.5 h-5 rounded-full bg-on-brand-soft/35",
    "bare": "w-0.5 h-2.5 rounded-full bg-on-brand-soft/35",
}
_UNDER_ROW = "grid gap-x-8 gap-y-3 sm:grid-cols-2 pl-19.5 pr-6 pb-4 -mt-1 max-md:pl-17.5 max-md:pr-4 empty:hidden"
"""Where the names of rows begin."""
_SIDES = {
    "start": "absolute top-0 left-(--place) max-md:hidden",
    "middle": "absolute top-0 left-(--place) -translate-x-1/2",
    "after": "absolute top-0 left-(--place) translate-x-2.5",
    "end": "absolute top-0 right-0 text-right max-md:hidden",
}


def scale(
    share: int | rx.Var[int], sentence: Text, *, fill: Fill | rx.Var[str] = "plain", thin: bool = False
) -> rx.Component:
    """Show how much of the whole is used, in per cent. The sentence says it in words; print the value beside it too."""
    gradient = "bg-[linear-gradient(90deg,currentColor_0_var(--share),var(--line)_var(--share)_100%)]"
    return rx.el.div(
        rx.el.div(class_name=["ruler absolute inset-0", gradient, pick(fill, _FILLS, "plain")]),
        class_name="relative h-1.5" if thin else "relative h-2.5",
        custom_attrs={
            "role": "meter",
            "aria-valuenow": share,
            "aria-valuemin": 0,
            "aria-valuemax": 100,
            "aria-label": sentence,
            "style": {"--share": percent(share)},
        },
    )


def labelled_scale(
    name: Text, value: Text, share: int | rx.Var[int], sentence: Text, *, fill: Fill | rx.Var[str] = "plain"
) -> rx.Component:
    """Show a scale with what it measures on its left and the value on its right."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(name, class_name="text-ink-soft"),
            rx.el.span(value, class_name="tabular-nums font-medium"),
            class_name="flex justify-between gap-3 text-small mb-1.5",
        ),
        scale(share, sentence, fill=fill),
    )


def gauges(items: rx.Var[list[Gauge]] | Sequence[Gauge], *, under_row: bool = False) -> rx.Component:
    """Show what is used and left of several things: one under the other, or two side by side under a row of a list."""
    return rx.el.div(
        rx.foreach(items, _gauge),
        class_name=_UNDER_ROW if under_row else "grid gap-5",
    )


def days_scale(
    ticks: rx.Var[list[str]] | Sequence[Tick],
    sentence: Text,
    marks: rx.Var[list[DayMark]] | Sequence[DayMark],
    *,
    above: rx.Var[list[DayMark]] | Sequence[DayMark] = (),
) -> rx.Component:
    """Show days as ticks on the dark panel, with words under them and, for an event, over them."""
    return rx.el.div(
        *(
            [
                rx.el.div(
                    rx.foreach(above, lambda mark: _mark(mark, _event)),
                    class_name="relative h-6 text-small",
                    custom_attrs={"aria-hidden": "true"},
                )
            ]
            if isinstance(above, rx.Var) or above
            else []
        ),
        rx.el.div(
            rx.foreach(ticks, lambda tick: rx.el.i(class_name=rx.match(tick, *_TICKS.items(), _TICKS["bare"]))),
            class_name="flex items-end justify-between h-5",
            custom_attrs={"role": "img", "aria-label": sentence},
        ),
        rx.el.div(
            rx.foreach(marks, lambda mark: _mark(mark, _day)),
            class_name="relative h-10 mt-2 text-small",
            custom_attrs={"aria-hidden": "true"},
        ),
    )


def empty_ruler() -> rx.Component:
    """Show a ruler with nothing on it: the sign of a list that is still empty."""
    ticks = ("h-8" if place % 6 == 0 else "h-3.5" for place in range(25))
    return rx.el.div(
        *(rx.el.i(class_name=f"w-0.5 rounded-full bg-line-strong/60 {height}") for height in ticks),
        class_name="flex items-end gap-1.5 h-8",
        custom_attrs={"aria-hidden": "true"},
    )


def brand_ruler(filled: int = 37, length: int = 61) -> rx.Component:
    """Show the ruler as an ornament of the dark panel on the sign-in page."""
    heights = ("h-8" if place % 10 == 0 else "h-3.5" for place in range(length))
    colours = ("bg-brand-fill" if place < filled else "bg-on-brand-soft/35" for place in range(length))
    return rx.el.div(
        *(
            rx.el.i(class_name=f"w-0.5 rounded-full {height} {colour}")
            for height, colour in zip(heights, colours, strict=True)
        ),
        class_name="flex items-end justify-between h-8",
        custom_attrs={"aria-hidden": "true"},
    )


def percent(share: float | rx.Var[float]) -> Any:
    """Return a share as CSS writes it."""
    return f"{share}%" if isinstance(share, (int, float)) else share.to_string() + "%"


def _gauge(gauge: rx.Var[Gauge]) -> rx.Component:
    return rx.el.div(
        rx.cond(
            gauge.endless,
            rx.el.div(
                rx.el.span(gauge.name, class_name="text-ink-soft"),
                rx.el.span(gauge.value, class_name="tabular-nums font-medium"),
                class_name="flex justify-between gap-3 text-small",
            ),
            labelled_scale(gauge.name, gauge.value, gauge.share, gauge.sentence, fill=gauge.fill),
        ),
        shown_if(gauge.soft, rx.el.p(gauge.soft, class_name="mt-1 text-small text-ink-soft")),
    )


def _mark(mark: rx.Var[DayMark], words: Callable[[rx.Var[DayMark]], rx.Component]) -> rx.Component:
    return rx.el.span(
        words(mark),
        class_name=["whitespace-nowrap", rx.match(mark.side, *_SIDES.items(), _SIDES["middle"])],
        custom_attrs={"style": {"--place": percent(mark.place)}},
    )


def _day(mark: rx.Var[DayMark]) -> rx.Component:
    return rx.fragment(
        rx.el.span(mark.title, class_name="block font-medium"),
        rx.el.span(mark.soft, class_name="block text-on-brand-soft"),
    )


def _event(mark: rx.Var[DayMark]) -> rx.Component:
    return rx.fragment(rx.el.span(mark.title, class_name="text-on-brand-soft"), " ", mark.soft)
