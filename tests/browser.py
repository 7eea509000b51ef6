"""What journeys stand on: the built front end, a server of it, a browser. What cannot be had is a loud skip."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from cabinet import db, settings
from cabinet.operate import frontend, migrations
from cabinet.operate.frontend import Build, PackagesOutOfReach
from tests.portal import Portal, portal
from tests.waiting import answers, until

START_SECONDS_MAX = 60
EXPECT_SECONDS_MAX = 20
# Answers that a test changes on the way have no address of their own, and Chromium would shut the socket to localhost.
_ARGUMENTS = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
_SERVE = """
from cabinet import settings
from cabinet.operate import frontend, serve
serve.serve(settings.get(), frontend.ready(settings.get()))
"""


def cannot(reason: str) -> None:
    """Skip loudly; where everything has to be there (CI=true), fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def built_frontend() -> Build:
    """The front end of the present sources, built once for all sessions; `make run` uses the same one."""
    try:
        return frontend.ensure(settings.get(), say=_say)
    except PackagesOutOfReach as failed:
        cannot(str(failed))
        raise


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[str]:
    """Serve the built front end from a data directory of its own on a free port, and return the address."""
    database = db.Database(f"sqlite:///{home / 'cabinet.db'}")
    migrations.upgrade(database)
    database.dispose()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {**os.environ, "PORT": str(port), "CABINET_HOME": str(home), **environment}
    log = home / "server.log"
    with (
        log.open("w") as story,
        subprocess.Popen(
            [sys.executable, "-c", _SERVE], cwd=settings.ROOT, env=variables, stdout=story, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            until(
                lambda: server.poll() is not None or answers(f"http://localhost:{port}/ping"), seconds=START_SECONDS_MAX
            )
            assert server.poll() is None, log.read_text()
            yield f"http://localhost:{port}"
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def site(built_frontend: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running cabinet."""
    with serving(tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="module")
def demo(built_frontend: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demonstration with its story and its acquirer; a module's own."""
    with portal(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium: $CABINET_CHROMIUM, the system's, or Playwright's own.

    A module's: while Playwright runs, its event loop holds the thread, and no other test could have one.
    """
    node = Path(sys.executable).parent / "node"
    if node.exists():
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    expect.set_options(timeout=EXPECT_SECONDS_MAX * 1000)
    with sync_playwright() as playwright:
        program = _chromium(playwright)
        if program is None:
            cannot("No Chromium: set CABINET_CHROMIUM, install chromium, or run `playwright install chromium`.")
        started = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A way to open pages, each in a context of its own; what a page complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(
        address: str,
        *,
        width: int = 1280,
        height: int = 860,
        dark: bool = False,
        outage: bool = False,
        **options: object,
    ) -> Page:
        """Open a page. With `outage` the server is going to be away: that the page cannot reach it is no complaint."""
        heard = [] if outage else complaints
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: heard.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


def _chromium(playwright: Playwright) -> str | None:
    named = os.environ.get("CABINET_CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None
