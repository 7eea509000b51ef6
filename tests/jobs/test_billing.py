"""The billing run by the job engine: in pages, once, whoever does it and whatever the clocks do."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dbos._scheduler import croniter
from sqlalchemy import func, select, text

from cabinet import jobs
from cabinet.domain import billing, billing_accounts, ledger
from cabinet.jobs import billing as work
from cabinet.jobs import dispatch
from cabinet.jobs.tasks import Tick
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice, InvoiceStatus
from tests import personae, serving
from tests.jobs import story
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.waiting import until

DAILY = {name: job for name, job in jobs.JOBS.items() if job.cron.split()[1].isdigit()}


@pytest.fixture
def install(database):
    """Install the product's two rounds and nothing else; stop what the test started."""

    def with_zone(zone="Europe/Moscow", **tables):
        own = {name: jobs.CHILDREN[name] for name in ("billing.issue", "billing.settle")}
        jobs.install(database, zone=zone, pace=story.HURRIED, **story.EMPTY | {"children": own} | tables)

    yield with_zone
    jobs.stop()


def customers(session, count) -> list[BillingAccount]:
    """Open accounts with a service of 300.00 each, and the money for a month of it."""
    product = serving.offer(session, "internet", 300_00)
    today = clock.day_of(clock.now(), "Europe/Moscow")
    found = []
    for place in range(count):
        digits = f"{7_000_000 + place}"
        who = personae.customer(session, "Анна", number=digits, phone=f"+7900{digits}", email=f"{digits}@example.ru")
        personae.give(session, who, 300_00)
        serving.had(session, who, product, charged_until=today.replace(day=1))
        found.append(who.account)
    return found


def asked(database) -> dict:
    """Return how often each account was asked for the present period."""
    with database.reading() as session:
        month = clock.month_of(clock.now(), "Europe/Moscow")
        query = select(Invoice.billing_account_id, func.count()).where(Invoice.period == month)
        return dict(session.execute(query.group_by(Invoice.billing_account_id)).all())


def tasks(database) -> list[str]:
    table = "workflow_status" if database.sqlite else "dbos.workflow_status"
    with database.reading() as session:
        return sorted(session.scalars(text(f"SELECT workflow_uuid FROM {table}")))


def move(session, account_id, zone) -> None:
    account = session.get_one(BillingAccount, account_id)
    account.zone = zone
    session.add(account)


def test_one_account_that_cannot_be_billed_stops_no_other(database, install):
    accounts = database.run(customers, 25)
    broken = accounts[7]
    database.run(move, broken.id, "Mars/Olympus")
    install()
    jobs.start()

    work.issue_all(NOON)
    until(lambda: len(asked(database)) == 24 and jobs.dead(), seconds=30)

    assert asked(database) == {account.id: 1 for account in accounts if account.id != broken.id}
    assert [letter.id.partition("~")[0] for letter in jobs.dead()] == ["billing.issue:2026-11-24:0001"]

    database.run(move, broken.id, "Europe/Moscow")
    work.issue_all(NOON + timedelta(days=1))
    until(lambda: len(asked(database)) == 25, seconds=30)
    assert set(asked(database).values()) == {1}


def test_a_round_that_comes_again_asks_for_nothing(database, install):
    accounts = database.run(customers, 12)
    install()
    jobs.start()

    for hour in range(3):
        work.issue_all(NOON + timedelta(hours=hour))
        work.settle_all(NOON + timedelta(hours=hour))
    work.issue_all(NOON + timedelta(days=1))
    until(lambda: len(asked(database)) == 12, seconds=30)
    work.settle_all(NOON + timedelta(days=1))
    until(lambda: not database.look(billing.accounts_with_due, SYSTEM, now=clock.now()), seconds=30)

    assert set(asked(database).values()) == {1}
    with database.reading() as session:
        left = {billing_accounts.balance(session, SYSTEM, account).amount for account in accounts}
        assert ledger.verify(session) == []
    assert left == {Money(0)}


@pytest.mark.slow
def test_two_workers_at_once_charge_once(database):
    accounts = database.run(customers, 40)
    ids = [account.id for account in accounts]
    begin, failures = threading.Barrier(2), []

    def go_through(order):
        begin.wait()
        try:
            for at in range(0, len(order), 10):
                database.run(billing.bill, SYSTEM, order[at : at + 10], now=clock.now())
            for at in range(0, len(order), 10):
                database.run(billing.settle_due, SYSTEM, *order[at : at + 10], now=clock.now())
        except Exception as error:
            failures.append(error)

    # One goes from the front, the other from the back: they meet, and each has locked what the other wants.
    workers = [threading.Thread(target=go_through, args=(order,)) for order in (ids, ids[::-1])]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert failures == []
    assert asked(database) == dict.fromkeys(ids, 1)
    with database.reading() as session:
        paid = select(func.count()).select_from(Invoice).where(Invoice.status == InvoiceStatus.paid)
        assert session.scalar(paid) == 40
        assert {billing_accounts.balance(session, SYSTEM, account).amount for account in accounts} == {Money(0)}
        assert ledger.verify(session) == []


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Europe/Helsinki", "Atlantic/Azores"])
@pytest.mark.parametrize("name", sorted(DAILY))
def test_a_daily_job_comes_once_a_day_when_the_clocks_change(zone, name):
    tick = Tick(DAILY[name].cron, f"job.{name}", zone)

    for first in (datetime(2027, 3, 10, tzinfo=ZoneInfo(zone)), datetime(2027, 10, 28, tzinfo=ZoneInfo(zone))):
        heard = croniter(tick.cron, first, second_at_beginning=True)
        names = [tick.name_of(heard.get_next(datetime)) for _ in range(20)]
        days = [(first.date() + timedelta(days=far)).isoformat() for far in range(20)]
        # An hour that comes twice is heard twice, and named once.
        assert sorted(set(names))[:19] == days[:19]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("zone", "instants"),
    [
        ("America/New_York", ("2027-11-07 05:30", "2027-11-07 06:30")),
        ("Europe/Berlin", ("2027-10-31 00:30", "2027-10-31 01:30")),
    ],
)
def test_the_hour_that_comes_twice_puts_one_task(database, install, zone, instants):
    install(zone, jobs={"night": jobs.Job("30 1 * * *", lambda _due: None)})
    engine = dispatch.current().engine

    for instant in instants:
        engine.tick(datetime.fromisoformat(instant).replace(tzinfo=UTC), "job.night")

    assert tasks(database) == [f"job.night:{instants[0][:10]}"]


@pytest.mark.databases("sqlite")
def test_two_nights_that_share_a_day_of_greenwich_are_two_rounds(database, install):
    """In Helsinki 02:20 is 00:20 in Greenwich before the clocks go forward, and 23:20 of the same day after it."""
    database.run(customers, 1)
    install("Europe/Helsinki")

    for instant in ("2027-03-28 00:20", "2027-03-28 23:20"):
        work.issue_all(datetime.fromisoformat(instant).replace(tzinfo=UTC))

    assert tasks(database) == ["billing.issue:2027-03-28:0001", "billing.issue:2027-03-29:0001"]
