"""Early paint: the customer's balance and what is due stand in the first answer, before any script has come.

The pages are prerendered without data; the figures would come over the socket after some 200 KB of script. So the home
page of a signed-in customer is sent with a fragment laid over the place where the live panel will stand, and with its
stylesheet inside; one rule of assets/tokens.css takes the fragment away when the live panel is there. React leaves a
foreign child of `<body>` alone.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from pathlib import Path
from typing import Final

import jinja2
import structlog

from cabinet import identity
from cabinet.api.doors import App, Receive, Scope, Send
from cabinet.db import in_reading
from cabinet.domain import dashboard, outages
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import mark
from cabinet.reports import debt, home
from cabinet.reports.outages import lines
from cabinet.reports.reader import Reader

TEMPLATES: Final = Path(__file__).parent / "templates"
log = structlog.get_logger("early")

PATH: Final = "/"
_LEVEL: Final = 6
_GZIP: Final = 16 + zlib.MAX_WBITS

_STYLESHEET = re.compile(r'<link\b[^>]*\bhref="(?P<path>/assets/[^"]+\.css)"[^>]*\brel="stylesheet"[^>]*?(?P<end>/?>)')
_PRELOAD = re.compile(r'<link as="style"(?=[^>]*\brel="preload")')
_WAITING: Final = 'data-waiting=""'

_TICKS: Final = {
    "month": "w-0.5 h-5 rounded-full bg-brand-fill/45",
    "past": "w-0.5 h-2.5 rounded-full bg-brand-fill/45",
    "today": "w-[3px] h-5 rounded-full bg-on-brand",
    "paid": "w-0.5 h-2.5 rounded-full bg-brand-fill",
    "event": "w-0.5 h-5 rounded-full bg-on-brand",
    "bare_month": "w-0.5 h-5 rounded-full bg-on-brand-soft/35",
    "bare": "w-0.5 h-2.5 rounded-full bg-on-brand-soft/35",
}
_SIDES: Final = {
    "start": "absolute top-0 left-(--place) max-md:hidden",
    "middle": "absolute top-0 left-(--place) -translate-x-1/2",
    "after": "absolute top-0 left-(--place) translate-x-2.5",
    "end": "absolute top-0 right-0 text-right max-md:hidden",
}


class BuiltOtherwise(Exception):
    """The built page is not what early paint knows. The message says what is missing."""


class Shell:
    """The built home page, ready for a fragment: what comes before it, with its styles inside, and what comes after."""

    def __init__(self, before: bytes, after: bytes) -> None:
        self.before = before
        self.after = after
        # What comes before is the same for everybody, so it is compressed once.
        self._begun = zlib.compressobj(_LEVEL, wbits=_GZIP)
        self._head = self._begun.compress(before)

    @classmethod
    def of(cls, client: Path) -> Shell:
        """Read the built page; its stylesheet goes inside, and its links stay in place without being followed."""
        page = (client / "index.html").read_text()
        found = list(_STYLESHEET.finditer(page))
        if len(found) != 1 or page.count("</body>") != 1 or page.count(_WAITING) != 1:
            raise BuiltOtherwise(f"{client}/index.html: one stylesheet, one </body> and one {_WAITING} were expected.")
        link = found[0]
        styles = (client / link["path"].lstrip("/")).read_text().replace("</", "<\\/")
        # React wants both links where they were built. For print only, and disabled, they are not fetched.
        quiet = f'{link[0][: -len(link["end"])].rstrip()} media="print" disabled=""{link["end"]}'
        page = page.replace(link[0], f"<style>{styles}</style>{quiet}", 1)
        page = _PRELOAD.sub('<link as="style" media="print"', page)
        # Whoever hears the page hears the figures, not that they are being loaded.
        page = page.replace(_WAITING, f'{_WAITING} aria-hidden="true"', 1)
        # At the end: the first link of a page is the way past the menu.
        before, body, after = page.partition("</body>")
        return cls(before.encode(), f"{body}{after}".encode())

    def around(self, fragment: bytes) -> bytes:
        """Return the whole page."""
        return self.before + fragment + self.after

    def packed_around(self, fragment: bytes) -> bytes:
        """Return the whole page, gzipped."""
        rest = self._begun.copy()
        return self._head + rest.compress(fragment + self.after) + rest.flush()


class Early:
    """The ASGI wrapper, inside the doors: whoever comes to a customer's page is a customer by then."""

    def __init__(self, app: App, *, shell: Shell) -> None:
        self.app = app
        self.shell = shell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fragment = await self._fragment(scope)
        if fragment is None:
            await self.app(scope, receive, send)
            return
        packed = b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"")
        around = self.shell.packed_around if packed else self.shell.around
        body = around(fragment.encode())
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"private, no-store"),
            (b"vary", b"accept-encoding, cookie"),
            *([(b"content-encoding", b"gzip")] if packed else []),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _fragment(self, scope: Scope) -> str | None:
        """Return the customer's fragment; None for anybody else, and when there are no figures to show."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != PATH:
            return None
        client = scope.get("client")
        cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
        who = await identity.of(cookies, client[0] if client else "")
        if who.customer is None:
            return None
        try:
            return await _painted(who.customer_actor, who.locale, who.customer.zone)
        except Refusal:
            return None
        except Exception:
            # The page works without its early figures, and will say itself what is wrong.
            log.exception("early paint failed")
            return None


async def _painted(actor: Actor, locale: str, zone: str) -> str:
    now = clock.now()
    standing = await in_reading(dashboard.money, actor, now=now)
    network = await in_reading(outages.news, actor, now=now)
    return _template().render(
        locale=locale,
        panel=home.panel(standing, locale, zone, now=now),
        lines=[*debt.lines(standing.debt, Reader(locale, zone, now)), *lines(network, locale, zone, now=now)],
        title=i18n.text(locale, mark("Billing account")),
        top_up=i18n.text(locale, mark("Top up")),
        ticks=_TICKS,
        sides=_SIDES,
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("early.html.j2")
