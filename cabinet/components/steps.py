"""Affairs in time: what will happen to the money, where a wizard is, what has become of an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from cabinet.components.icon import icon
from cabinet.components.money import money
from cabinet.components.text import Text, shown_if, t
from cabinet.kit.shapes import QuoteLine, Step

_THREAD = "absolute left-[5px] top-5 bottom-0 w-px bg-line-strong/60 group-last:hidden"
_DOT = "absolute left-0 top-[5px] size-[11px] rounded-full border-2"


def quote(lines: rx.Var[list[QuoteLine]] | Sequence[QuoteLine]) -> rx.Component:
    """Show now, then, and from which date, in this order: before any charge."""
    return rx.el.ol(rx.foreach(lines, _quote_line))


def stepper(*names: Text, current: int) -> rx.Component:
    """Show where a wizard is; `current` counts from one. On a phone only the present word is seen."""
    last = len(names)
    return rx.el.ol(
        *(_stage(name, place, current, last) for place, name in enumerate(names, 1)), class_name="flex items-center"
    )


def timeline(steps: rx.Var[list[Step]] | Sequence[Step]) -> rx.Component:
    """Show what was done, what is going on, what waits for the person, and what comes."""
    return rx.el.ol(rx.foreach(steps, _step))


def _quote_line(line: rx.Var[QuoteLine]) -> rx.Component:
    return rx.el.li(
        rx.el.span(class_name=_THREAD),
        rx.el.span(
            class_name=[
                _DOT,
                rx.cond(line.now, "bg-accent-ink border-accent-ink", "bg-surface-raised border-line-strong"),
            ]
        ),
        rx.el.div(
            rx.el.div(
                rx.el.p(line.when, class_name="text-small text-ink-soft"),
                rx.el.p(line.what, class_name="font-medium"),
            ),
            rx.el.p(money(line.amount), class_name="font-semibold text-lead self-end"),
            class_name="flex justify-between gap-4",
        ),
        class_name="group relative pl-7 pb-5 last:pb-0",
    )


def _stage(name: Text, place: int, current: int, last: int) -> rx.Component:
    shape = "grid place-items-center size-6 shrink-0 rounded-full"
    ahead, present = "border-line-strong text-ink-soft font-medium", "border-accent-ink text-accent-ink font-semibold"
    ring = f"{shape} border-2 text-small {present if place == current else ahead}"
    circle = rx.el.span(str(place), class_name=ring)
    if place < current:
        passed = rx.el.span(t("Done:"), class_name="sr-only")
        circle = rx.el.span(icon("check", 14), passed, class_name=f"{shape} bg-accent text-on-accent")
    words = "font-medium" if place == current else "text-ink-soft max-md:sr-only"
    line = rx.el.span(class_name="flex-1 h-px bg-line min-w-3 mr-2", custom_attrs={"aria-hidden": "true"})
    return rx.el.li(
        circle,
        rx.el.span(name, class_name=f"text-small whitespace-nowrap {words}"),
        *([line] if place < last else []),
        class_name="flex items-center gap-2 flex-1" if place < last else "flex items-center gap-2",
        custom_attrs={"aria-current": "step"} if place == current else {},
    )


def _step(step: rx.Var[Step]) -> rx.Component:
    thread = "absolute left-[11.5px] top-7 bottom-1 w-px bg-line-strong/50 group-last:hidden"
    return rx.el.li(
        rx.el.span(class_name=thread, custom_attrs={"aria-hidden": "true"}),
        rx.match(step.state, *((state, _step_mark(state)) for state in _MARKS), _step_mark("next")),
        rx.el.div(
            rx.el.p(
                rx.el.span(
                    step.title,
                    class_name=["font-medium", rx.cond(step.state == "next", "text-ink-soft", "")],
                ),
                rx.el.span(step.when, class_name="text-small text-ink-soft tabular-nums whitespace-nowrap"),
                class_name="flex items-baseline justify-between gap-3",
            ),
            shown_if(step.soft, rx.el.p(step.soft, class_name="text-small text-ink-soft")),
            class_name="flex-1 min-w-0",
        ),
        class_name="group relative flex gap-3 pb-4 last:pb-0",
    )


_MARKS: dict[str, tuple[str, str]] = {
    "done": ("check", "bg-good-soft text-good"),
    "now": ("arrow-right", "bg-accent-soft text-accent-ink"),
    "waits": ("circle-help", "bg-warn-soft text-warn"),
    "next": ("", "border-2 border-dashed border-line-strong"),
    "failed": ("x", "bg-bad-soft text-bad"),
}


def _step_mark(state: str) -> rx.Component:
    names: dict[str, Any] = {
        "done": t("Done:"),
        "now": t("Going on:"),
        "waits": t("Waits for you:"),
        "next": t("Still to come:"),
        "failed": t("Failed:"),
    }
    symbol, colour = _MARKS[state]
    return rx.el.span(
        icon(symbol, 14) if symbol else rx.fragment(),
        rx.el.span(names[state], class_name="sr-only"),
        class_name=f"grid place-items-center size-6 shrink-0 rounded-full {colour}",
    )
