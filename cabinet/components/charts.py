"""Small charts of daily pages: columns, an area, a sparkline. Each has a sentence with its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from cabinet.components.recipes import TONE_TEXT, pick
from cabinet.components.scales import percent
from cabinet.components.text import Text, shown_if
from cabinet.kit.shapes import Bar, DayBar, Line, Pair


def bars(items: rx.Var[list[Bar]] | Sequence[Bar], sentence: Text) -> rx.Component:
    """Show months as columns: one strong for now, the rest pale, the value over each."""
    return rx.el.figure(
        rx.el.div(
            rx.el.div(rx.foreach(items, _column), class_name="flex items-end gap-2 h-[120px]"),
            rx.el.div(
                rx.foreach(
                    items, lambda bar: rx.el.span(bar.label, class_name=["flex-1 text-center text-micro", _strong(bar)])
                ),
                class_name="flex gap-2 border-t border-line-strong pt-1.5",
            ),
            custom_attrs={"role": "img", "aria-label": sentence},
        ),
    )


def day_bars(items: rx.Var[list[DayBar]] | Sequence[DayBar], sentence: Text) -> rx.Component:
    """Show days as thin columns: today strong, the highest with its value, a few days named on the axis."""
    return rx.el.div(
        rx.el.div(rx.foreach(items, _day_column), class_name="flex items-end gap-0.5 h-[136px] pt-5"),
        rx.el.div(
            rx.foreach(
                items,
                lambda bar: rx.el.span(
                    rx.el.span(bar.axis, class_name="whitespace-nowrap"),
                    class_name=["flex-1 min-w-0 flex justify-center text-micro", _strong(bar)],
                ),
            ),
            class_name="flex gap-0.5 border-t border-line-strong pt-1.5 h-6",
        ),
        custom_attrs={"role": "img", "aria-label": sentence},
    )


def pairs(items: rx.Var[list[Pair]] | Sequence[Pair], sentence: Text, *, was: Text, would: Text) -> rx.Component:
    """Show months as two columns each: what was, pale, and what would have been; the difference under the month."""
    return rx.el.div(
        rx.el.div(
            _sample("bg-chart-3", was),
            _sample("bg-chart-1", would),
            class_name="flex flex-wrap gap-x-4 gap-y-1 text-small",
        ),
        rx.el.div(
            rx.foreach(items, _pair),
            class_name="flex gap-3 max-sm:gap-1 mt-3 border-b border-line-strong",
        ),
        rx.el.div(
            rx.foreach(
                items,
                lambda pair: rx.el.span(
                    pair.label,
                    rx.el.span(
                        pair.value,
                        class_name=["block tabular-nums font-medium", pick(pair.tone, TONE_TEXT, "calm")],
                    ),
                    class_name="flex-1 min-w-0 text-center text-micro text-ink-soft",
                ),
            ),
            class_name="flex gap-3 max-sm:gap-1 pt-1.5",
        ),
        custom_attrs={"role": "img", "aria-label": sentence},
    )


def area(line: rx.Var[Line] | Line, sentence: Text, *, labels: Sequence[Text], grid: Sequence[Text]) -> rx.Component:
    """Show a balance over days; `line` comes from `shapes.area_line`.

    `labels` are the first, the middle and the last day; `grid` the values at the top, the middle and the base.
    The field stretches with its panel, the words do not.
    """
    return rx.el.div(
        rx.el.div(
            rx.el.span(class_name="absolute inset-x-0 top-0 border-t border-line"),
            rx.el.span(class_name="absolute inset-x-0 top-1/2 border-t border-line"),
            _field(line),
            rx.el.span(
                class_name="absolute size-2.5 -ml-1.5 -mt-1.5 rounded-full bg-chart-1 ring-2 ring-surface-raised "
                "left-(--x) top-(--y)",
                custom_attrs={"style": {"--x": percent(line.x), "--y": percent(line.y)}},
            ),
            class_name="relative h-[116px] border-b border-line-strong",
        ),
        rx.el.div(
            *(rx.el.span(words, class_name="leading-none") for words in grid),
            class_name="flex flex-col justify-between -my-1.5",
        ),
        rx.el.div(*(rx.el.span(words) for words in labels), class_name="flex justify-between mt-1.5"),
        class_name="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2.5 text-micro text-ink-soft tabular-nums pt-1.5",
        custom_attrs={"role": "img", "aria-label": sentence},
    )


def sparkline(line: rx.Var[Line] | Line, sentence: Text) -> rx.Component:
    """Show a tendency in a row; `line` comes from `shapes.spark_line`."""
    return rx.el.svg(
        rx.el.svg.path(
            d=line.path, class_name="fill-none stroke-current stroke-2", custom_attrs={"strokeLinejoin": "round"}
        ),
        rx.el.svg.circle(r="2.5", class_name="fill-current", custom_attrs={"cx": line.x, "cy": line.y}),
        width="96",
        height="28",
        view_box="0 0 96 28",
        class_name="shrink-0 text-accent-ink",
        custom_attrs={"role": "img", "aria-label": sentence},
    )


def _field(line: Any) -> rx.Component:
    steady = {"vectorEffect": "non-scaling-stroke", "strokeLinejoin": "round"}
    return rx.el.svg(
        rx.el.svg.path(d=line.path + " L 100 100 L 0 100 Z", class_name="fill-accent-soft"),
        rx.el.svg.path(d=line.path, class_name="fill-none stroke-chart-1 stroke-2", custom_attrs=steady),
        view_box="0 0 100 100",
        preserve_aspect_ratio="none",
        class_name="absolute inset-0 size-full overflow-visible",
    )


def _sample(colour: str, words: Text) -> rx.Component:
    return rx.el.span(
        rx.el.i(class_name=f"size-3 rounded-[3px] {colour}"), words, class_name="inline-flex items-center gap-2"
    )


def _pair(pair: rx.Var[Pair]) -> rx.Component:
    return rx.el.div(
        rx.el.span(
            class_name="w-full max-w-7 rounded-t-xs bg-chart-3 h-(--height)",
            custom_attrs={"style": {"--height": percent(pair.was)}},
        ),
        rx.el.span(
            class_name="w-full max-w-7 rounded-t-xs bg-chart-1 h-(--height)",
            custom_attrs={"style": {"--height": percent(pair.would)}},
        ),
        class_name="flex-1 flex items-end justify-center gap-1 h-44",
    )


def _column(bar: rx.Var[Bar]) -> rx.Component:
    return rx.el.div(
        rx.el.span(bar.value, class_name=["text-micro text-center tabular-nums mb-1", _strong(bar)]),
        rx.el.span(
            class_name=["block rounded-t-xs h-[calc(var(--height)*.8)]", rx.cond(bar.now, "bg-chart-1", "bg-chart-3")],
            custom_attrs={"style": {"--height": percent(bar.share)}},
        ),
        class_name="flex-1 flex flex-col justify-end h-full",
    )


def _day_column(bar: rx.Var[DayBar]) -> rx.Component:
    top = "absolute bottom-full left-1/2 -translate-x-1/2 mb-1 text-micro tabular-nums font-semibold whitespace-nowrap"
    return rx.el.div(
        rx.el.span(
            shown_if(bar.top, rx.el.span(bar.top, class_name=top)),
            class_name=[
                "relative block w-full rounded-t-xs h-(--height)",
                rx.cond(bar.now, "bg-chart-1", "bg-chart-3"),
            ],
            custom_attrs={"style": {"--height": percent(bar.share)}},
        ),
        class_name="flex-1 min-w-0 flex items-end h-full",
    )


def _strong(bar: rx.Var[Bar] | rx.Var[DayBar]) -> rx.Var[str]:
    return rx.cond(bar.now, "font-semibold", "text-ink-soft")
