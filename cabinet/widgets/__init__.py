"""Parts that know a state: the shell of every page, and the widgets of the home page, which is a list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import reflex as rx

from cabinet.kit.i18n import mark
from cabinet.widgets import balance, operations, services, spending


@dataclass(frozen=True, slots=True)
class Widget:
    """A panel of the home page: its name, its title as a msgid, where it stands."""

    name: str
    title: str
    view: Callable[[], rx.Component]
    place: Literal["top", "main", "aside"]


WIDGETS = (
    Widget("balance", mark("Billing account"), balance.widget, "top"),
    Widget("services", mark("Services"), services.widget, "main"),
    Widget("operations", mark("Last operations"), operations.widget, "main"),
    Widget("spending", mark("Spending"), spending.widget, "aside"),
)
"""In the order of the page. A later chapter adds its widget here and nowhere else."""
