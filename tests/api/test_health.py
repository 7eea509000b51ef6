"""`/healthz` and `/metrics` for whoever keeps the installation running."""

from __future__ import annotations

import json
from collections import namedtuple
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from cabinet import api, db, settings
from cabinet.api import health
from cabinet.kit import clock
from cabinet.models.notifications import Channel, Delivery, DeliveryStatus

pytestmark = pytest.mark.anyio

TOKEN = "a-token-of-the-tests-for-metrics"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(database, tmp_path, monkeypatch):
    """A program that asks from outside; no cookie, no session."""
    monkeypatch.setenv("CABINET_HOME", str(tmp_path))
    monkeypatch.setenv("CABINET_METRICS_TOKEN", TOKEN)
    settings.get.cache_clear()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api.routes()), base_url="http://localhost") as client:
        yield client
    settings.get.cache_clear()


def message(database, minutes, **changes):
    """Put a message into the queue, as if so many minutes ago."""
    at = clock.now() - timedelta(minutes=minutes)
    values = {
        "key": str(uuid4()),
        "channel": Channel.email,
        "address": "sokolova@example.ru",
        "kind": "welcome",
        "values": {},
        "created_at": at,
        "updated_at": at,
    }
    with database.transaction() as session:
        session.add(Delivery(**values | changes))


async def test_a_healthy_house_says_so(client):
    answer = await client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"healthy": True, "database": True, "jobs": True, "disk": True}


async def test_jobs_that_nobody_carries_out_are_told(client, database):
    message(database, 9)
    assert (await client.get("/healthz")).status_code == 200

    message(database, 11)

    answer = await client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"healthy": False, "database": True, "jobs": False, "disk": True}


async def test_a_message_that_is_tried_again_and_again_is_no_fault_of_the_jobs(client, database):
    message(database, 60, attempts=3)
    message(database, 60, status=DeliveryStatus.failed)

    assert (await client.get("/healthz")).json()["jobs"] is True


async def test_a_database_that_does_not_answer_is_told(client, database, tmp_path):
    db.use(db.Database(f"sqlite:///{tmp_path / 'nowhere' / 'cabinet.db'}"))

    answer = await client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"healthy": False, "database": False, "jobs": False, "disk": True}
    db.use(database)


@pytest.mark.parametrize(("free", "status"), [(200 * 1024 * 1024, 503), (200 * 1024 * 1024 + 1, 200)])
async def test_a_full_disk_is_told(client, monkeypatch, free, status):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _home: Usage(0, 0, free))

    answer = await client.get("/healthz")

    assert answer.status_code == status
    assert answer.json()["disk"] is (status == 200)


async def test_health_names_nobody(client, database):
    message(database, 60)

    assert "sokolova" not in json.dumps((await client.get("/healthz")).json())


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
async def test_metrics_are_nobodys_without_the_token(client, given):
    answer = await client.get("/metrics", headers={"Authorization": given})

    assert answer.status_code == 404
    assert answer.content == b""


async def test_metrics_are_closed_where_no_token_is_set(client, monkeypatch):
    monkeypatch.setenv("CABINET_METRICS_TOKEN", "")
    settings.get.cache_clear()

    assert (await client.get("/metrics", headers={"Authorization": "Bearer "})).status_code == 404


async def test_metrics_count_what_waits(client, database):
    message(database, 1)
    message(database, 1)
    message(database, 1, status=DeliveryStatus.failed)
    message(database, 60 * 25, status=DeliveryStatus.failed)

    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 200
    lines = answer.text.splitlines()
    assert "cabinet_deliveries_queued 2.0" in lines
    assert "cabinet_deliveries_failed_day 1.0" in lines
    assert "cabinet_payments_open 0.0" in lines
    assert "cabinet_payments_review 0.0" in lines
    assert any(line.startswith("cabinet_disk_free_bytes ") for line in lines)
