"""The doors around everything that is served: who may see a page, what a form must come from, what every answer says.

An ASGI wrapper and not a route, because the built front end is served by Reflex itself and has to pass through it too.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlsplit

from cabinet import identity, settings
from cabinet.api import clients, uploads
from cabinet.kit import i18n
from cabinet.kit.i18n import mark

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_BYTES_MAX: Final = 256_000
LARGER_BODIES: Final = {"/files": uploads.BODY_BYTES_MAX, "/staff/files": uploads.BODY_BYTES_MAX}
"""Where files come in; the route counts them itself, by the operator's rule."""
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PROGRAMS: Final = ("/api/", "/webhooks/")
"""Called by programs, which send no cookie and no origin; each checks its caller in its own way."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
_FOREVER: Final = "public, max-age=31536000, immutable"
_A_WEEK: Final = "public, max-age=604800"


class Doors:
    """The ASGI wrapper. `audiences` maps a page's route pattern to `guest`, `customer`, `staff` or `anyone`."""

    def __init__(self, app: App, *, audiences: Mapping[str, str], script_hashes: Sequence[str]) -> None:
        self.app = app
        self.pages = [(_pattern(route), audience) for route, audience in audiences.items()]
        self.plain = {route for route in audiences if "[" not in route and route != "/"}
        self.headers = _headers()
        self.part_headers = [pair for pair in self.headers if pair[0] not in _OF_DOCUMENTS]
        self.html_headers = [*self.headers, (b"content-security-policy", _policy(script_hashes).encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answer = (
            self._elsewhere(scope, sent)
            or self._forged(scope, sent)
            or _too_big(scope, sent)
            or await self._page(scope, sent)
        )
        if answer is not None:
            await _answer(self._marked(send, scope["path"]), *answer)
            return
        body = _Body(receive, _most(scope))
        await self.app(self._named(scope), body, self._marked(send, scope["path"], body))

    def _named(self, scope: Scope) -> Scope:
        """Name a page as its file is named: without the last slash, it would be sent round by a redirect."""
        path = scope["path"]
        return {**scope, "path": f"{path}/"} if path in self.plain else scope

    def _elsewhere(self, scope: Scope, sent: Mapping[str, str]) -> tuple[int, str, bytes] | None:
        """Bring a browser that came by another name of this machine to the one name that cookies are made for."""
        if scope["method"] != "GET" or not _navigates(sent):
            return None
        ours = urlsplit(settings.get().origin)
        host = sent.get("host", "")
        if host == ours.netloc:
            return None
        name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
        if name in _LOOPBACK and ours.hostname in _LOOPBACK:
            query = scope["query_string"].decode("latin-1")
            return 307, f"{settings.get().origin}{quote(scope['path'])}{'?' + query if query else ''}", b""
        if settings.get().tls_certificate is not None:
            # The certificate is made for one name, and so are the cookies and the socket.
            return 307, settings.get().origin, b""
        if settings.get().demo and not settings.get().https:
            words = i18n.text(i18n.DEFAULT_LOCALE, _PLAIN_HTTP, origin=settings.get().origin)
            return 421, "", f'<!doctype html><meta charset="utf-8"><title>—</title><p>{words}</p>'.encode()
        return None

    def _forged(self, scope: Scope, sent: Mapping[str, str]) -> tuple[int, str, bytes] | None:
        """Refuse a form that was not sent from one of our own pages (CSRF)."""
        if scope["method"] not in _UNSAFE or scope["path"].startswith(_PROGRAMS):
            return None
        site = sent.get("sec-fetch-site")
        if site is not None:
            return None if site in ("same-origin", "none") else (403, "", b"")
        source = sent.get("origin") or sent.get("referer") or ""
        parts = urlsplit(source)
        return None if f"{parts.scheme}://{parts.netloc}" in settings.get().origins else (403, "", b"")

    async def _page(self, scope: Scope, sent: Mapping[str, str]) -> tuple[int, str, bytes] | None:
        """Send a browser without the right session to the right sign-in page, and a signed-in one past it."""
        path = scope["path"].rstrip("/") or "/"
        audience = next((audience for pattern, audience in self.pages if pattern.fullmatch(path)), "anyone")
        if audience == "anyone" or scope["method"] not in ("GET", "HEAD"):
            return None
        who = await identity.of(sent.get("cookie", ""), clients.address(scope))
        query = scope["query_string"].decode("latin-1")
        wanted = quote(path + (f"?{query}" if query else ""), safe="")
        match audience:
            case "customer" if who.customer is None:
                return 303, "/sign-in" if wanted == "%2F" else f"/sign-in?next={wanted}", b""
            case "guest" if who.customer is not None:
                return 303, "/", b""
            case "staff" if who.staff is None:
                return 303, "/staff/code" if who.staff_half else "/staff/sign-in", b""
            case "staff_guest" if who.staff is not None:
                return 303, "/staff", b""
            case "staff_half" if who.staff_half is None:
                return 303, "/staff" if who.staff else "/staff/sign-in", b""
        return None

    def _marked(self, send: Send, path: str, body: _Body | None = None) -> Send:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                if body is not None and body.cut:
                    message["status"] = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                names = {name.lower() for name, _ in message["headers"]}
                kind = next((value for name, value in message["headers"] if name.lower() == b"content-type"), b"")
                html = kind.startswith(b"text/html")
                added = self.html_headers if html else self.part_headers if kind.startswith(_PARTS) else self.headers
                kept = [pair for pair in message["headers"] if not _another_says(*pair)]
                message["headers"] = [*kept, *(pair for pair in added if pair[0] not in names)]
                if b"cache-control" not in names:
                    message["headers"].append((b"cache-control", _caching(path, html).encode()))
            await send(message)

        return with_headers


_PLAIN_HTTP: Final = mark(
    "The cabinet opens at {origin} only: over plain HTTP a browser keeps no safe cookie anywhere else. "
    "Start it with `make run PHONE=1` to open it on other devices."
)


_PARTS: Final = (b"text/javascript", b"application/javascript", b"text/css", b"font/")
"""What is part of a page and never one by itself: it has no need of what tells a browser how to hold a document."""
_OF_DOCUMENTS: Final = (b"x-frame-options", b"referrer-policy", b"cross-origin-opener-policy", b"permissions-policy")


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\[[^/]+?\\\]", r"[^/]+", re.escape(route)))


def _navigates(sent: Mapping[str, str]) -> bool:
    return sent.get("sec-fetch-mode") == "navigate" or "text/html" in sent.get("accept", "")


def _policy(script_hashes: Sequence[str]) -> str:
    """Return the policy of pages: our scripts and the hashed inline ones, nothing evaluated, nobody's frames."""
    origin = urlsplit(settings.get().origin)
    socket = f"{'wss' if origin.scheme == 'https' else 'ws'}://{origin.netloc}"
    hashes = " ".join(script_hashes)
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        ]
    )


def _headers() -> list[tuple[bytes, bytes]]:
    headers = [
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    ]
    if settings.get().https and not settings.get().demo:
        headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
    return headers


def _another_says(name: bytes, value: bytes) -> bool:
    """Tell whether a header is not the routes' to send: Reflex's outermost wrapper adds `vary: Origin` anyway."""
    return name.lower() == b"server" or (name.lower() == b"vary" and value.lower() == b"origin")


def _caching(path: str, html: bool) -> str:
    if path.startswith("/assets/") and not html:
        return _FOREVER
    if path.startswith("/fonts/"):
        return _A_WEEK
    return "no-cache"


class _Body:
    """A request's body, cut when it is larger than any form of ours: its reader then sees a broken request."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._taken = 0
        self.cut = False

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._taken += len(message.get("body", b""))
            if self._taken > self._most:
                self.cut = True
                return {"type": "http.disconnect"}
        return message


def _most(scope: Scope) -> int:
    return LARGER_BODIES.get(scope["path"], BODY_BYTES_MAX)


def _too_big(scope: Scope, sent: Mapping[str, str]) -> tuple[int, str, bytes] | None:
    length = sent.get("content-length", "0")
    return (413, "", b"") if length.isdecimal() and int(length) > _most(scope) else None


async def _answer(send: Send, status: int, location: str, body: bytes) -> None:
    headers = [(b"cache-control", b"no-store"), (b"content-length", str(len(body)).encode())]
    if location:
        headers.append((b"location", location.encode("latin-1")))
    if body:
        headers.append((b"content-type", b"text/html; charset=utf-8"))
    await send({"type": "http.response.start", "status": HTTPStatus(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
