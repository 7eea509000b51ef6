"""How refusals and bugs answer programs: RFC 9457 problem documents; a bug says its incident and nothing else."""

from __future__ import annotations

import secrets
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from cabinet.kit import i18n
from cabinet.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal

log = structlog.get_logger("api")

STATUS: Final = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}


def install(app: FastAPI) -> None:
    """Answer a refusal by its family, anything else as an incident."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> JSONResponse:
        status = next(status for family, status in STATUS.items() if isinstance(refusal, family))
        locale = i18n.known(request.headers.get("accept-language", "")[:2])
        detail = i18n.text(locale, refusal.code, **refusal.details)
        problem = {"type": "about:blank", "title": refusal.code, "status": status, "detail": detail}
        return JSONResponse(problem, status, media_type="application/problem+json")

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> JSONResponse:
        number = incident()
        log.error("a bug", incident=number, path=request.url.path, exc_info=error)
        problem = {"type": "about:blank", "title": "incident", "status": 500, "detail": number}
        return JSONResponse(problem, 500, media_type="application/problem+json")


def incident() -> str:
    """Return a number that a person can read out and an engineer can search for."""
    return f"MR-{secrets.token_hex(3).upper()}"
