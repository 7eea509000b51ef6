"""What a phone waits for: the first real figures and the live page, beside a page of Django's; and the weight."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from bench import servers
from bench.events import sign_in
from bench.table import Line, median, spread
from cabinet import db, identity

ROUNDS = 5
WIDTH, HEIGHT = 390, 844
CPU_TIMES_SLOWER = 4
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6e6 / 8 * 0.9,
    "uploadThroughput": 750e3 / 8 * 0.9,
}
"""As Chromium's developer tools define it."""
FIGURES = {"cabinet": "#early .text-display, [data-ready] .text-display", "django": "#figures"}
LIVE = {"cabinet": "[data-ready] .text-display", "django": "#figures"}
_ARGUMENTS = ["--no-sandbox"]
_WATCH = """
window.seen = {};
const watch = () => {
  for (const [name, selector] of Object.entries(WANTED))
    if (!(name in seen))
      for (const element of document.querySelectorAll(selector))
        if (element.checkVisibility() && element.getBoundingClientRect().width)
          // The frame in which it is there is painted before the next one begins.
          { seen[name] = null; requestAnimationFrame(() => { seen[name] = performance.now(); }); break; }
  requestAnimationFrame(watch);
};
requestAnimationFrame(watch);
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """When the figures and the live page were on the screen, in seconds from the tap."""

    figures: float
    live: float


@dataclass(frozen=True, slots=True)
class Weight:
    """What came over the wire for one cold page."""

    bytes_all: int
    bytes_font: int
    requests: int


def lines(home: Path, number: str) -> list[Line]:
    """Measure the home page of the account with that number."""
    database = db.Database(f"sqlite:///{home / 'cabinet.db'}")
    cookie = {"name": identity.CUSTOMER_COOKIE, "value": sign_in(database, number)}
    visits: dict[str, list[Visit]] = {}
    with ExitStack() as stack:
        ours, django = stack.enter_context(servers.cabinet(home)), stack.enter_context(servers.django(home, number))
        browser = stack.enter_context(chromium())
        weight = _weight(browser, ours, cookie)
        for _ in range(ROUNDS):
            for name, server in (("django", django), ("cabinet", ours)):
                cold, warm = _visits(browser, name, server, cookie)
                visits.setdefault(f"{name} cold", []).append(cold)
                visits.setdefault(f"{name} warm", []).append(warm)
    return [*_weights(weight), *_waits(visits)]


def _weights(weight: Weight) -> list[Line]:
    kilobytes, font = weight.bytes_all / 1000, weight.bytes_font / 1000
    return [
        Line("home page, cold, with its font: KB", f"{kilobytes:.0f} KB", "", kilobytes, 260, absolute=True),
        Line("… requests", str(weight.requests), "", weight.requests, 20, absolute=True),
        Line("… the font: KB", f"{font:.1f} KB", "", font, 50, absolute=True),
    ]


def _waits(visits: dict[str, list[Visit]]) -> list[Line]:
    found = []
    for visit, early_goal, live_goal in (("cold", 1.2, 3.3), ("warm", 1.1, 2.2)):
        page = [each.figures for each in visits[f"django {visit}"]]
        for what, goal, ours in (
            ("first real figures", early_goal, [each.figures for each in visits[f"cabinet {visit}"]]),
            ("live page", live_goal, [each.live for each in visits[f"cabinet {visit}"]]),
        ):
            title = f"phone, {'empty cache' if visit == 'cold' else 'second visit'}: {what}"
            ratio = median(ours) / median(page)
            found.append(Line(title, spread(ours, "s"), f"Django {spread(page, 's')}", ratio, goal))
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium: $CABINET_CHROMIUM, the system's, or Playwright's own."""
    node = Path(sys.executable).parent / "node"
    if node.exists():
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_program(playwright), args=_ARGUMENTS)
        yield browser
        browser.close()


def _program(playwright: Playwright) -> str:
    named = os.environ.get("CABINET_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or playwright.chromium.executable_path


def _context(browser: Browser, server: servers.Server, cookie: dict[str, str], **options: Any) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="ru-RU",
        **options,
    )
    safe = {"path": "/", "domain": "localhost", "secure": True, "httpOnly": True, "sameSite": "Lax"}
    context.add_cookies([{**cookie, **safe}])
    return context


def _visits(browser: Browser, name: str, server: servers.Server, cookie: dict[str, str]) -> tuple[Visit, Visit]:
    """Open the page with an empty cache, and once more with what that left behind.

    Without a service worker: its own fetches would go past the slow line of the developer tools.
    """
    context = _context(browser, server, cookie, service_workers="block")
    cold = _visit(context, name, server)
    warm = _visit(context, name, server)
    context.close()
    return cold, warm


def _visit(context: BrowserContext, name: str, server: servers.Server) -> Visit:
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_TIMES_SLOWER})
    wanted = f"{{figures: {FIGURES[name]!r}, live: {LIVE[name]!r}}}"
    page.add_init_script(f"(() => {{ const WANTED = {wanted}; {_WATCH} }})();")
    page.goto(f"{server.origin}/", wait_until="commit")
    page.wait_for_function("() => window.seen?.figures && window.seen?.live", timeout=60_000)
    seen = page.evaluate("window.seen")
    page.wait_for_load_state("networkidle")
    page.close()
    return Visit(seen["figures"] / 1000, seen["live"] / 1000)


def _weight(browser: Browser, server: servers.Server, cookie: dict[str, str]) -> Weight:
    """Count everything that a cold page takes: its own requests, the socket's frames, the service worker's files."""
    context = _context(browser, server, cookie)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes: dict[str, float] = {}
    sockets: dict[str, float] = {}

    def framed(event: dict[str, Any]) -> None:
        length = len(event["response"]["payloadData"].encode())
        sockets[event["requestId"]] = sockets.get(event["requestId"], 0) + length

    tools.on("Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]}))
    tools.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    tools.on("Network.webSocketCreated", lambda event: sockets.setdefault(event["requestId"], 0))
    tools.on("Network.webSocketFrameReceived", framed)
    tools.on("Network.webSocketFrameSent", framed)
    tools.send("Network.enable")
    page.goto(f"{server.origin}/")
    page.wait_for_selector("[data-ready]")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_load_state("networkidle")
    worker = _worker_files(page)
    context.close()
    font = sum(size for request, size in sizes.items() if addresses.get(request, "").endswith(".woff2"))
    return Weight(
        int(sum(sizes.values()) + sum(sockets.values()) + sum(worker)),
        int(font),
        len(sizes) + len(sockets) + len(worker),
    )


def _worker_files(page: Page) -> list[int]:
    """Return the sizes of what the service worker fetched by itself, which the page's tools do not see."""
    told = [page.request.get(page.url.rstrip("/") + path) for path in ("/sw.js", "/offline.html")]
    return [len(answer.body()) for answer in told]
