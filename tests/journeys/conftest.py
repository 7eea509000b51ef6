"""What the journeys of a customer start from: a cabinet with the story told in it, and Anna signed in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from cabinet import settings
from tests.browser import serving
from tests.portal import told


@pytest.fixture(scope="session")
def story_site(built_frontend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running cabinet with the demonstration's story in it."""
    home = tmp_path_factory.mktemp("story")
    shutil.copytree(told(), home, dirs_exist_ok=True)
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def annas_cabinet(story_site: str, browser: Browser) -> tuple[str, Any]:
    """The address, and the cookies of a browser in which Anna is signed in."""
    anna = settings.DEMO_CUSTOMERS[0]
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{story_site}/sign-in")
    page.fill("[name=login]", anna.login)
    page.fill("[name=password]", anna.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-ready]")
    signed_in = context.storage_state()
    context.close()
    return story_site, signed_in
