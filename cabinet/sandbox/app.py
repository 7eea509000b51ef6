"""The assembly: the file, the courier, the calls and the pages in one ASGI program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from cabinet.sandbox import api, controls, pages
from cabinet.sandbox.acquirer import Acquirer
from cabinet.sandbox.courier import Courier
from cabinet.sandbox.refusals import Refused
from cabinet.sandbox.rendering import HERE, SafeHeaders, language, render

log = structlog.get_logger("sandbox")


def build(acquirer: Acquirer) -> Any:
    """Return the ASGI program of this acquirer."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        courier = asyncio.create_task(Courier(acquirer).run())
        yield
        courier.cancel()
        with suppress(asyncio.CancelledError):
            await courier
        acquirer.store.close()

    app = FastAPI(lifespan=life, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.acquirer = acquirer
    for router in (api.money, api.control, pages.router, controls.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)
    return SafeHeaders(app)


def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    if _from_program(request):
        return _told(refusal.status, refusal.code, refusal.message)
    spoken = language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    kind = "foreign" if refusal.code == "foreign_form" else "unknown"
    texts = {"title": spoken.w[f"{kind}_title"], "lead": spoken.w[f"{kind}_lead"]}
    return render(request, "oops.html", spoken, status=refusal.status, **texts)


def _not_understood(request: Request, error: Exception) -> Response:
    """Name the fields that are wrong, never what stood in them."""
    assert isinstance(error, RequestValidationError)
    if not _from_program(request):
        return _refused(request, Refused(404, "not_found", "no page has this address or this form"))
    found = "; ".join(f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors())
    return _told(422, "request_wrong", found)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _refused(request, Refused(404, "not_found", "there is nothing at this address"))
    return _told(error.status_code, "http", str(error.detail))


def _broken(request: Request, error: Exception) -> Response:
    """Write a bug down without what was sent, and say no more than that it is one."""
    log.error("a bug", path=request.url.path, exc_info=error)
    return _told(500, "bug", "the acquirer has a bug: see its log")


def _from_program(request: Request) -> bool:
    path = request.url.path
    return path.startswith("/v1/") or (path == "/switches" and request.method != "GET")


def _told(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
