"""Native forms: read strictly, refused by a redirect that carries the refusal in a signed cookie for a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from cabinet import identity
from cabinet.api import clients
from cabinet.domain.security import sessions
from cabinet.kit.errors import Invalid, Refusal

FIELDS_MAX: Final = 20
FLASH_SECONDS: Final = 60
_hashing: anyio.CapacityLimiter | None = None
HASHES_AT_ONCE: Final = 2
"""Each takes 19 MiB and a core: a hundred sign-ins at once wait their turn instead of taking the machine."""


class FormWrong(Invalid):
    code = "api.form_wrong"


async def read(request: Request, **lengths: int) -> dict[str, str]:
    """Read the form's fields, each no longer than its length; a missing one is "". Files and strangers are refused."""
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    fields: dict[str, str] = {}
    for name, length_max in lengths.items():
        values = form.getlist(name)
        if len(values) > 1 or any(not isinstance(value, str) or len(value) > length_max for value in values):
            raise FormWrong()
        fields[name] = str(values[0]) if values else ""
    return fields


def client(request: Request) -> sessions.Client:
    """Return where the request comes from."""
    return sessions.Client(address(request), request.headers.get("user-agent", ""))


def address(request: Request) -> str:
    """Return the address that the request comes from."""
    return clients.address(request.scope)


async def slowly(work: Callable[..., Any], *args: Any) -> Any:
    """Run password hashing in a thread, two at a time."""
    global _hashing
    if _hashing is None:
        _hashing = anyio.CapacityLimiter(HASHES_AT_ONCE)
    return await anyio.to_thread.run_sync(work, *args, limiter=_hashing)


def local_path(wanted: str, default: str = "/") -> str:
    """Return where to go next when it is a path of ours, the default otherwise (open redirects, security.md G18)."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or len(wanted) > 500:
        return default
    if any(ord(sign) < 0x21 or sign == "\\" for sign in wanted):
        return default
    parts = urlsplit(wanted)
    return default if parts.scheme or parts.netloc else wanted


def go(path: str) -> RedirectResponse:
    """Answer a form with the page to show next."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def set_cookie(response: Response, name: str, value: str, *, seconds: int, strict: bool = False) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict" if strict else "lax",
    )


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=True, httponly=True)


def refuse(path: str, refusal: Refusal, **typed: str) -> RedirectResponse:
    """Go back to the form with the refusal and what was typed (never a password)."""
    response = go(path)
    signed = identity.pack_flash(path.partition("?")[0], refusal, typed)
    set_cookie(response, identity.FLASH_COOKIE, signed, seconds=FLASH_SECONDS)
    return response
