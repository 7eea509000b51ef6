"""`/healthz` for whoever keeps the installation running, `/metrics` for whoever watches it (behind a token)."""

from __future__ import annotations

import shutil
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, generate_latest

from cabinet import settings
from cabinet.db import in_reading
from cabinet.domain import health
from cabinet.kit import clock, secrets

router = APIRouter(include_in_schema=False)

DISK_FREE_BYTES_MIN: Final = 200 * 1024 * 1024

_open_payments = Gauge("cabinet_payments_open", "Payments that wait for the bank")
_frozen_payments = Gauge("cabinet_payments_review", "Payments that wait for a person")
_queued = Gauge("cabinet_deliveries_queued", "Messages that wait to be sent")
_failed = Gauge("cabinet_deliveries_failed_day", "Messages given up in the last day")
_dead_letters = Counter("cabinet_jobs_dead_letters", "Work given up after its last try, since this process started")
_disk = Gauge("cabinet_disk_free_bytes", "Free space in the data directory")


@router.get("/healthz")
async def healthz() -> Response:
    """200 when the database answers, the jobs move and the disk has room; 503 with what does not otherwise."""
    checks: dict[str, Any] = {"disk": _free() > DISK_FREE_BYTES_MIN}
    try:
        standing = await in_reading(health.standing, now=clock.now())
    except Exception:
        checks |= {"database": False, "jobs": False}
    else:
        checks |= {"database": True, "jobs": standing.jobs_move}
    healthy = all(checks.values())
    return JSONResponse({"healthy": healthy, **checks}, status_code=200 if healthy else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus' text format; closed unless a token is set and given."""
    wanted = settings.get().metrics_token.get_secret_value()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if not wanted or scheme.lower() != "bearer" or not secrets.same(wanted, given):
        return Response(status_code=404)
    standing = await in_reading(health.standing, now=clock.now())
    _open_payments.set(standing.payments_open)
    _frozen_payments.set(standing.payments_review)
    _queued.set(standing.deliveries_queued)
    _failed.set(standing.deliveries_failed)
    _disk.set(_free())
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def count_dead_letter(_task_id: str) -> None:
    """Hear the alarm of the jobs."""
    _dead_letters.inc()


def _free() -> int:
    home = settings.get().home
    return shutil.disk_usage(home if home.exists() else home.parent).free
