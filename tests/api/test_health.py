"""What the keeper of an installation can ask it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cabinet import db, settings
from cabinet.api import health
from cabinet.domain import notifications
from cabinet.domain.notifications import Notice
from cabinet.kit import clock
from cabinet.kit.money import Money
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.tabs import METRICS_TOKEN

RECEIVED = Notice(
    "payment_succeeded", {"amount": Money(500_00), "number": "П-1", "account": "4102887"}, "event-1:payment_succeeded"
)


@pytest.fixture
def client(installation):
    return installation.client()


def test_a_healthy_house_says_so(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"healthy": True, "disk": True, "database": True, "jobs": True}


def test_messages_that_nobody_sends_mean_that_the_jobs_stand(installation, client, monkeypatch):
    people = installation.people()
    installation.do(notifications.tell, SYSTEM, people.anna.person.id, RECEIVED, now=NOON)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=11))

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"healthy": False, "disk": True, "database": True, "jobs": False}


def test_a_database_that_does_not_answer_is_named(installation, client, tmp_path):
    db.use(db.Database(f"sqlite:///{tmp_path}/nowhere/cabinet.db"))

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"healthy": False, "disk": True, "database": False, "jobs": False}


def test_a_full_disk_is_named(client, monkeypatch):
    monkeypatch.setattr(health, "_free", lambda: 100 * 1024 * 1024)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["disk"]) == (503, False)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", METRICS_TOKEN, f"Basic {METRICS_TOKEN}"])
def test_figures_are_not_there_without_the_token(client, header):
    answer = client.get("/metrics", authorization=header)

    assert (answer.status_code, answer.content) == (404, b"")


def test_figures_are_closed_while_no_token_is_set(client, monkeypatch):
    monkeypatch.setenv("CABINET_METRICS_TOKEN", "")
    settings.get.cache_clear()

    assert client.get("/metrics", authorization="Bearer ").status_code == 404


def figures(client) -> dict[str, float]:
    text = client.get("/metrics", authorization=f"Bearer {METRICS_TOKEN}").text
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("cabinet_")]
    return {name: float(value) for name, value in lines}


def test_figures_count_what_waits_and_name_nobody(installation, client):
    people = installation.people()
    installation.do(notifications.tell, SYSTEM, people.anna.person.id, RECEIVED, now=NOON)

    seen = figures(client)

    assert seen["cabinet_deliveries_queued"] == 1
    assert seen["cabinet_payments_open"] == 0
    assert seen["cabinet_disk_free_bytes"] > 0
    assert "sokolova" not in str(seen)


def test_a_dead_letter_of_the_jobs_is_counted(installation, client):
    before = figures(client)["cabinet_jobs_dead_letters_total"]

    health.count_dead_letter("events:1~8")

    assert figures(client)["cabinet_jobs_dead_letters_total"] == before + 1
