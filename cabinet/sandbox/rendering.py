"""Templates, languages, and the headers that every answer carries."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Header, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cabinet.sandbox.words import chosen, words

HERE: Final = Path(__file__).parent

_templates: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a page. `query` carries a choice made in the address on to the next page."""

    locale: str
    query: str

    @property
    def w(self) -> dict[str, str]:
        return words(self.locale)


def language(lang: str = "", accept_language: Annotated[str, Header()] = "") -> Language:
    """Return the language of a request."""
    locale = chosen(lang, accept_language[:200])
    return Language(locale, f"?lang={locale}" if lang == locale else "")


def render(
    request: Request, template: str, spoken: Language, *, status: int = 200, forms_to: str = "", **context: Any
) -> HTMLResponse:
    """Return the page. `forms_to` is another origin at which a form of the page may end."""
    page = _templates.get_template(template).render(
        w=spoken.w,
        locale=spoken.locale,
        query=spoken.query,
        other="en" if spoken.locale == "ru" else "ru",
        **context,
    )
    policy = (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; "
        f"form-action 'self' {forms_to}".rstrip()
        + "; frame-ancestors 'none'"
    )
    return HTMLResponse(page, status_code=status, headers={"Content-Security-Policy": policy})


class SafeHeaders:
    """An ASGI wrapper: nothing is cached, framed, sniffed, or told to the next site."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = "no-cache" if scope["path"].startswith("/static/") else "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
