"""Amounts: the whole part strong, the kopecks soft. Red is never for spending."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from cabinet.components.recipes import pick
from cabinet.kit.i18n import MoneyText

Size = Literal["row", "figure", "display"]
Voice = Literal["plain", "income", "failed"]

_WHOLE = {
    "plain": "tabular-nums whitespace-nowrap",
    "income": "tabular-nums whitespace-nowrap text-good",
    "failed": "tabular-nums whitespace-nowrap line-through decoration-1 text-ink-soft",
}
_REST: dict[Size, str] = {"row": "", "figure": "text-[.6em]", "display": "text-[.5em] tracking-normal"}
_REST_COLOUR = {"plain": "text-ink-soft", "income": "text-good", "failed": "text-ink-soft"}


def money(
    amount: MoneyText | rx.Var[MoneyText],
    *,
    size: Size = "row",
    voice: Voice | rx.Var[str] = "plain",
    on_brand: bool = False,
) -> rx.Component:
    """Show an amount. `figure` is for panels, `display` for the one figure of a screen, in its dark panel.

    A failed amount is struck through and needs a status word beside it.
    """
    colour = "text-on-brand-soft" if on_brand else pick(voice, _REST_COLOUR, "plain")
    return rx.el.span(
        amount.whole,
        rx.el.span(amount.rest, class_name=[_REST[size], colour]),
        class_name=pick(voice, _WHOLE, "plain"),
    )
