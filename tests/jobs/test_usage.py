"""After records: by the job engine, every account that they touch is counted and told, once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from cabinet import jobs
from cabinet.domain import usage
from cabinet.jobs import usage as work
from cabinet.kit import clock
from cabinet.models.notifications import Notification
from cabinet.models.usage import UsagePeriod
from tests import personae, using
from tests.jobs import story
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.waiting import until

TABLES = story.EMPTY | {
    "after": {usage.UsageCame: (work.spread,)},
    "children": {"usage.look": work.look, "usage.charge": work.charge},
}


@pytest.fixture
def people(database, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    database.hooks.before_commit = lambda _session, _events: None
    found = [database.run(each) for each in (personae.anna_in, personae.boris_in)]
    for number, who in enumerate(found):
        database.run(using.counting, who, f"tariff-{number}")
    return found


def test_records_that_came_are_counted_and_their_owners_told(database, people):
    rung: list[tuple[object, str]] = []
    database.hooks.after_commit = rung.extend
    jobs.install(database, **TABLES, pace=story.HURRIED, zone="UTC")
    jobs.start()
    sent = [
        using.record(who, "gigabytes", 17 * using.GB, "2026-11-20", product=f"tariff-{number}")
        for number, who in enumerate(people)
    ]

    def come(session):
        taken = usage.take_in(session, SYSTEM, sent, now=NOON)
        usage.announce(session, SYSTEM, taken.ids[0], taken.ids[-1], now=NOON)

    try:
        database.run(come)
        until(lambda: len(told(database)) == 2 and all(counted(database)), seconds=30)
    finally:
        jobs.stop()

    assert sorted(told(database)) == sorted((who.person.id, "usage_near") for who in people)
    assert {(who.person.id, "services") for who in people} <= set(rung)


def told(database):
    with database.reading() as session:
        return [(each.person_id, each.kind) for each in session.scalars(select(Notification))]


def counted(database):
    with database.reading() as session:
        return list(session.scalars(select(UsagePeriod.counted)))


def test_the_night_puts_those_with_something_to_settle(database, people):
    jobs.install(database, **TABLES, pace=replace(story.HURRIED), zone="UTC")
    (anna, _) = people
    record = using.record(anna, "minutes", 601 * 60, "2026-10-20", product="tariff-0")
    database.run(usage.take_in, SYSTEM, [record], now=NOON)

    work.charge_all(NOON)
    work.charge(str(anna.account.id), "")

    with database.reading() as session:
        (row,) = session.scalars(select(UsagePeriod))
    assert (row.beyond, row.asked) == (1, 1)
