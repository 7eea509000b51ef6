"""The assembly: every page of the site map in one app."""

from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import error_boundary

from cabinet import settings
from cabinet.components import states
from cabinet.components.text import t
from cabinet.pages import PAGES

_settings = settings.get()

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
        custom_attrs={"as": "font"},
    ),
    rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
    rx.el.script(src="/cabinet.js", defer=True),
]

app = rx.App(
    stylesheets=["/tokens.css"],
    head_components=HEAD,
    html_lang="ru",
    html_custom_attrs=ROOT,
    reset_style=False,
    toaster=None,
)
app.app_wraps = {
    (55, "ErrorBoundary"): lambda _: error_boundary(fallback_render=rx.Var.create(states.broken())),
}

for page in PAGES:
    if _settings.demo or not page.demo_only:
        app.add_page(page.view, route=page.route, title=t(page.title) + f" — {_settings.brand}", on_load=page.load)
