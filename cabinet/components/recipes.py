"""Recipes and helpers that several components share. Class names stay whole: the build finds them in the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import reflex as rx

Tone = Literal["good", "warn", "bad", "accent", "calm"]
"""The five voices of a state. Never colour alone: a word and an icon stand beside it."""

TONE_TEXT = {
    "good": "text-good",
    "warn": "text-warn",
    "bad": "text-bad",
    "accent": "text-accent-ink",
    "calm": "text-ink-soft",
}
TONE_PLATE = {
    "good": "bg-good-soft text-good",
    "warn": "bg-warn-soft text-warn",
    "bad": "bg-bad-soft text-bad",
    "accent": "bg-accent-soft text-accent-ink",
    "calm": "bg-surface-sunken text-ink-soft",
}
TONE_ICON = {"good": "check", "warn": "clock", "bad": "x", "accent": "arrow-right", "calm": "circle-pause"}

LINK = "text-accent-ink font-medium underline decoration-transparent underline-offset-4 hover:decoration-current"
FIELD = (
    "w-full px-3.5 rounded-md bg-surface-raised border border-line-strong text-ink text-body hover:border-ink-soft "
    "focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent-ink "
    "focus-visible:border-accent-ink aria-invalid:border-bad aria-invalid:outline-bad disabled:bg-surface-sunken "
    "disabled:text-ink-soft"
)
PANEL_EDGE = "px-6 max-md:px-4"
BUTTON_LABEL = (
    "inline-flex items-center gap-2 h-11 px-4 rounded-md font-medium cursor-pointer text-ink-soft "
    "hover:bg-surface-sunken hover:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent-ink"
)
"""A label of a hidden field that looks like a quiet button."""


def pick(value: str | rx.Var[str], among: Mapping[str, Any], otherwise: str) -> Any:
    """Return what belongs to the value: at once for a word, by a match in the browser for a Var."""
    if isinstance(value, str):
        return among[value]
    return rx.match(value, *among.items(), among[otherwise])


def flag(value: bool | rx.Var[bool]) -> Any:
    """Return a condition as the words "true" and "false", which ARIA and data attributes want."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return rx.cond(value, "true", "false")
