"""How refusals and bugs answer programs: RFC 9457 problem documents; a bug says its incident and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from cabinet.kit import i18n
from cabinet.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal

log = structlog.get_logger("api")

STATUS: Final = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}
MEDIA_TYPE: Final = "application/problem+json"
DETAIL_LENGTH_MAX: Final = 300


class Problem(BaseModel):
    """Why there is no answer: `title` is a code for programs, `detail` a sentence for people."""

    type: str
    title: str
    status: int
    detail: str


def described(reasons: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """Return a route's refusals for its description, by status."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": why, "content": content} for status, why in reasons.items()}


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the document that says why there is no answer."""
    told = Problem(type="about:blank", title=title, status=status, detail=detail)
    return JSONResponse(told.model_dump(), status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer a refusal by its family, anything else as an incident."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> JSONResponse:
        status = next(status for family, status in STATUS.items() if isinstance(refusal, family))
        locale = i18n.known(request.headers.get("accept-language", "")[:2])
        detail = i18n.text(locale, refusal.code, **refusal.details)
        return problem(status, refusal.code, detail)

    @app.exception_handler(HTTPException)
    async def answered(request: Request, error: HTTPException) -> JSONResponse:
        title = HTTPStatus(error.status_code).name.lower()
        return problem(error.status_code, title, str(error.detail), error.headers)

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, error: RequestValidationError) -> JSONResponse:
        # Where and why, never what: the value may be somebody's secret in the wrong field.
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        return problem(422, "request_wrong", "; ".join(faults)[:DETAIL_LENGTH_MAX])

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> JSONResponse:
        number = incident()
        log.error("a bug", incident=number, path=request.url.path, exc_info=error)
        return problem(500, "incident", number)


def incident() -> str:
    """Return a number that a person can read out and an engineer can search for."""
    return f"MR-{secrets.token_hex(3).upper()}"
