"""The story tells the usage that the mock screens tell; customers of the benchmarks have half a year of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cabinet import db, seed
from cabinet.domain import billing_accounts, measures, usage
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Unit
from cabinet.models.notifications import Notification
from cabinet.models.people import Person
from cabinet.models.usage import UsageDay, UsageRecord
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM


def account_of(session, name: str) -> tuple[Actor, BillingAccount]:
    person = session.scalars(select(Person).where(Person.given_name == name)).first()
    actor = Actor.customer(person.id)
    return actor, billing_accounts.primary(session, actor)


def left(session, name: str, now: datetime) -> dict[Unit, usage.Remain]:
    actor, account = account_of(session, name)
    return {each.measure.unit: each for each in usage.remains(session, actor, account, now=now)}


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    database = db.Database(f"sqlite:///{tmp_path_factory.mktemp('story') / 'cabinet.db'}")
    seed.tell_whole(database, keyring=KEYRING, now=NOON)
    yield database
    database.dispose()


@pytest.mark.slow
def test_anna_has_used_what_the_first_screen_says(story):
    with story.reading() as session:
        annas = left(session, "Анна", NOON)

    gigabytes, minutes = annas[Unit.gigabytes], annas[Unit.minutes]
    assert (round(gigabytes.used / measures.BASE[Unit.gigabytes], 1), gigabytes.measure.included) == (13.4, 20)
    assert (minutes.used // 60, minutes.measure.included) == (214, 600)
    assert [each.left for each in gigabytes.packages] == [5 * measures.BASE[Unit.gigabytes]]
    assert annas[Unit.home_gigabytes].left is None


@pytest.mark.slow
def test_half_a_year_averages_24_gigabytes_and_evenings_reach_280_mbit(story):
    since, until = datetime(2026, 6, 1, tzinfo=UTC).date(), datetime(2026, 11, 1, tzinfo=UTC).date()
    with story.reading() as session:
        actor, account = account_of(session, "Анна")
        days = usage.days(session, actor, account, since=since, until=until)

    mobile = sum(each.amount for each in days if each.unit is Unit.gigabytes)
    assert round(mobile / 5 / measures.BASE[Unit.gigabytes]) == 24
    assert max(each.peak_mbit for each in days) == 280
    assert len({each.day for each in days if each.unit is Unit.home_gigabytes}) == (until - since).days


@pytest.mark.slow
def test_boris_is_told_that_little_is_left(story):
    with story.reading() as session:
        actor, _ = account_of(session, "Борис")
        query = select(Notification).where(Notification.person_id == actor.id, Notification.read_at.is_(None))
        kinds = {each.kind for each in session.scalars(query)}
        percent = left(session, "Борис", NOON)[Unit.gigabytes].percent

    assert "usage_near" in kinds
    assert percent == 83


@pytest.mark.slow
def test_days_are_the_sums_of_their_records_and_nothing_is_to_be_charged(story):
    with story.reading() as session:
        records = session.execute(
            select(UsageRecord.subscription_id, UsageRecord.unit, func.sum(UsageRecord.amount)).group_by(
                UsageRecord.subscription_id, UsageRecord.unit
            )
        ).all()
        days = session.execute(
            select(UsageDay.subscription_id, UsageDay.unit, func.sum(UsageDay.amount)).group_by(
                UsageDay.subscription_id, UsageDay.unit
            )
        ).all()
        assert usage.to_charge(session, SYSTEM) == []

    assert set(map(tuple, records)) == set(map(tuple, days))


def test_customers_of_the_benchmarks_have_half_a_year(database):
    number = seed.grow(database, 1, now=NOON)

    with database.reading() as session:
        account = session.scalars(select(BillingAccount).where(BillingAccount.number == number)).one()
        actor = Actor.customer(account.person_id)
        today = clock.day_of(NOON, account.zone)
        since = today - timedelta(days=184)
        days = usage.days(session, actor, account, since=since, until=today)
        sums = session.scalar(select(func.sum(UsageRecord.amount)))
        now = {each.measure.unit: each for each in usage.remains(session, actor, account, now=NOON)}

    assert len(days) == 184 * 3
    assert sum(each.amount for each in days) == sums
    assert (now[Unit.minutes].beyond, now[Unit.messages].beyond) == (0, 0)
    assert now[Unit.gigabytes].used > 0
