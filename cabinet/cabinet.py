"""The assembly: site map + shells + guard + API + doors + lifespan. A loop, no logic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import reflex as rx
from anyio import to_thread
from fastapi import FastAPI
from reflex_components_core.base.error_boundary import error_boundary

from cabinet import api, db, jobs, settings, wiring
from cabinet.api import health
from cabinet.api.doors import Doors
from cabinet.api.early import Early, Shell
from cabinet.api.sockets import SocketLimits
from cabinet.components import states
from cabinet.components.text import t
from cabinet.operate import frontend, logs, serve
from cabinet.pages import PAGES, Page, not_found
from cabinet.state import wire
from cabinet.state.guard import Guard
from cabinet.state.incidents import note_page_error, show_incident
from cabinet.state.live import Live
from cabinet.state.shell import ShellState
from cabinet.widgets import shell

_settings = settings.get()

SHELLS = {
    "customer": shell.customer_shell,
    "staff": shell.staff_shell,
    "guest": shell.outside_shell,
    "staff_guest": shell.outside_shell,
    "staff_half": shell.outside_shell,
    "anyone": shell.bare_shell,
}
FRAMES = {"customer": ShellState.load_customer, "staff": ShellState.load_staff}
"""What fills the frame of a page before its own loader; all others only learn their language."""

# Reflex types these as words, and yet a style is an object in React.
ROOT: dict[str, Any] = {"style": {"--brand-hue": str(_settings.brand_hue)}}
HEAD = [
    rx.el.link(rel="icon", href="/favicon.ico", sizes="32x32"),
    rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
    rx.el.link(rel="apple-touch-icon", href="/icons/180.png"),
    rx.el.link(rel="manifest", href="/manifest.webmanifest"),
    rx.el.link(
        rel="preload",
        href="/fonts/golos-text.woff2",
        type="font/woff2",
        cross_origin="anonymous",
        # Letters may come a moment later than the script that makes the page live.
        custom_attrs={"as": "font", "fetchPriority": "low"},
    ),
    rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
    rx.el.script((settings.ROOT / "assets" / "socket.js").read_text()),
    rx.el.script(src="/cabinet.js", defer=True),
]


def pages() -> list[Page]:
    """Return the pages of this installation: those of the demonstration only where it is one."""
    return [page for page in PAGES if _settings.demo or not page.demo_only]


def _doors(app: Any) -> Doors:
    audiences = {page.route: page.audience for page in pages()}
    build = frontend.served()
    return Doors(app, audiences=audiences, script_hashes=build.script_hashes if build else ())


def _early(app: Any) -> Any:
    build = frontend.served()
    return Early(app, shell=Shell.of(build.client)) if build else app


@asynccontextmanager
async def running() -> AsyncIterator[None]:
    """Open the database, follow events, listen to the bell, for as long as the process serves."""
    logs.configure(plain=_settings.demo)
    serve.end_with_parent()
    database = db.use(db.Database(_settings.database))
    jobs.install(database, alarm=health.count_dead_letter)
    wiring.ring_after_commit(database)
    # In threads: the engine runs an event loop of its own and must not find this one.
    await to_thread.run_sync(jobs.start)
    try:
        async with Live(app).running():
            yield
    finally:
        await to_thread.run_sync(jobs.stop)
        database.dispose()


routes: FastAPI = api.routes()
app = rx.App(
    stylesheets=["/tokens.css"],
    head_components=HEAD,
    html_lang="ru",
    html_custom_attrs=ROOT,
    reset_style=False,
    toaster=None,
    backend_exception_handler=show_incident,
    frontend_exception_handler=note_page_error,
    api_transformer=[routes, _early, _doors, SocketLimits],
)
app.app_wraps = {
    (55, "ErrorBoundary"): lambda _: error_boundary(fallback_render=rx.Var.create(states.broken())),
}
app.add_middleware(Guard())
wire.strict(app)
app.register_lifespan_task(running)


def _whole(page: Page) -> Callable[[], rx.Component]:
    """Return the page in its shell as a function under the view's own name: Reflex bundles pages by their modules."""

    @wraps(page.view)
    def whole() -> rx.Component:
        return SHELLS[page.audience](page.view(), route=page.route, title=page.title)

    return whole


for page in pages():
    frame = FRAMES.get(page.audience, ShellState.load)
    app.add_page(
        _whole(page),
        route=page.route,
        title=t(page.title) + f" — {_settings.brand}",
        on_load=[frame, *page.load],
    )
app.add_page(not_found.page(), route="404", title=t("There is no such page") + f" — {_settings.brand}")
