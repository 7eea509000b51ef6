"""What state a thing is in: icon, word and colour, always all three."""

from __future__ import annotations

from typing import Any

import reflex as rx

from cabinet.components.icon import icon
from cabinet.components.recipes import TONE_ICON, TONE_PLATE, TONE_TEXT, Tone, pick
from cabinet.components.text import Text, shown_if

_NOTICE_ICON = {
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-x",
    "accent": "info",
    "calm": "info",
}
_NOTICE_PLATE = {
    "good": "bg-good-soft",
    "warn": "bg-warn-soft",
    "bad": "bg-bad-soft",
    "accent": "bg-accent-soft",
    "calm": "bg-surface-sunken",
}


def pill(word: Text, tone: Tone | rx.Var[str] = "calm", *, symbol: str = "") -> rx.Component:
    """Show a status as a plate: only in heads and details."""
    return rx.el.span(
        _symbol(tone, symbol),
        word,
        class_name=[
            "inline-flex items-center gap-1.5 h-6 px-2 rounded-xs text-small font-medium whitespace-nowrap",
            pick(tone, TONE_PLATE, "calm"),
        ],
    )


def status(word: Text, tone: Tone | rx.Var[str] = "calm", *, symbol: str = "") -> rx.Component:
    """Show a status as a quiet word: in rows."""
    return rx.el.span(
        _symbol(tone, symbol),
        word,
        class_name=["inline-flex items-center gap-1 text-small whitespace-nowrap", pick(tone, TONE_TEXT, "calm")],
    )


def counter(number: rx.Var[int] | int | Text, meaning: Text) -> rx.Component:
    """Show how many things wait; `meaning` says it to those who hear the page: «ждёт ответа»."""
    shape = "grid place-items-center min-w-5 h-5 px-1.5 rounded-full bg-accent text-on-accent"
    return rx.fragment(
        rx.el.span(number, class_name=f"{shape} text-micro font-semibold tabular-nums"),
        rx.el.span(" — ", meaning, class_name="sr-only"),
    )


def dot(meaning: Text, class_name: str = "") -> rx.Component:
    """Show that something is new without saying how much."""
    return rx.fragment(
        rx.el.span(class_name=f"block size-2 rounded-full bg-bad-fill ring-2 ring-surface {class_name}".rstrip()),
        rx.el.span(", ", meaning, class_name="sr-only"),
    )


def notice(
    title: Text,
    text: Text = "",
    *actions: Any,
    tone: Tone | rx.Var[str] = "accent",
    symbol: str = "",
    alert: bool = False,
) -> rx.Component:
    """Show a message inside the page: what is so, why, and one way on. `alert` only for what failed just now."""
    shown = icon(symbol) if symbol else pick(tone, {key: icon(name) for key, name in _NOTICE_ICON.items()}, "accent")
    return rx.el.div(
        rx.el.span(shown, class_name=["mt-0.5", pick(tone, TONE_TEXT, "accent")]),
        rx.el.div(
            rx.el.p(title, class_name="font-medium"),
            shown_if(text, rx.el.p(text, class_name="text-small text-ink-soft mt-0.5")),
            *([rx.el.div(*actions, class_name="mt-2.5 flex flex-wrap gap-2")] if actions else []),
            class_name="min-w-0 flex-1",
        ),
        class_name=["flex gap-3 rounded-lg px-4 py-3.5", pick(tone, _NOTICE_PLATE, "accent")],
        **({"role": "alert"} if alert else {}),
    )


def refusal(words: rx.Var[str]) -> rx.Component:
    """Show why a form was not taken; it is read aloud when it comes."""
    return rx.el.div(
        shown_if(words, notice(words, tone="bad")), class_name="empty:-mt-4", custom_attrs={"role": "alert"}
    )


def notice_line(
    title: Text, text: Text, *links: Any, symbol: str = "triangle-alert", tone: Tone = "warn"
) -> rx.Component:
    """Show the one line over a page that tells of works, an outage, a debt."""
    return rx.el.div(
        rx.el.span(icon(symbol), class_name=f"mt-px {TONE_TEXT[tone]}"),
        rx.el.p(
            rx.el.b(title, class_name="font-medium"), " ", rx.el.span(text, class_name="text-ink-soft"), " ", *links
        ),
        class_name="flex items-start gap-3 px-1 mb-4 text-body",
    )


def _symbol(tone: Tone | rx.Var[str], symbol: str) -> Any:
    return icon(symbol, 14) if symbol else pick(tone, {key: icon(name, 14) for key, name in TONE_ICON.items()}, "calm")
