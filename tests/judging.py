"""What every page is judged by, with its dialogs open: axe in both themes, and nothing wider than the window."""

from __future__ import annotations

import contextlib

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.waiting import until

widths = pytest.mark.parametrize("width", [390, 1280])
"""A phone and a desktop."""


SETTLED_SECONDS_MAX = 5


def judge(page: Page, where: str = "") -> None:
    """Fail on what axe finds in light or dark, and on a page that is wider than its window."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("(scheme) => document.documentElement.classList.contains(scheme)", arg=scheme)
        said = _settled(page)
        assert not said, f"{where or page.url} {scheme}: {said}"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, where


def faults(page: Page) -> list[str]:
    """Return what axe finds on the page as it is now."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then((results) => results.violations)")
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"][:3]]


def _settled(page: Page) -> list[str]:
    """Return what axe finds in the end: a theme that has just been changed takes a moment to reach every colour."""
    found: list[list[str]] = []

    def clean() -> bool:
        found.append(faults(page))
        return not found[-1]

    with contextlib.suppress(AssertionError):
        until(clean, seconds=SETTLED_SECONDS_MAX)
    return found[-1]
