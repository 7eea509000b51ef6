"""The site map: every page with its route, title, loader and audience."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from cabinet.kit.i18n import mark
from cabinet.pages import design, home

Audience = Literal["anyone", "customer", "staff"]


@dataclass(frozen=True, slots=True)
class Page:
    """One row of the site map. The title is a msgid; a `demo_only` page does not exist in production."""

    route: str
    title: str
    view: Callable[[], rx.Component]
    load: Any = None
    audience: Audience = "customer"
    demo_only: bool = False


PAGES = (
    Page("/", mark("Home"), home.page, audience="anyone"),
    Page("/design", mark("Components"), design.page, audience="anyone", demo_only=True),
)
