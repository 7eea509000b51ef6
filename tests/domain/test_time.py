"""The time table: zones, anchors at the ends of months, leap days, hours that come twice or not at all, midnights."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing, ledger, services
from cabinet.domain.base import periods
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import InvoiceLine
from cabinet.models.services import SubscriptionStatus
from tests import documents, oracle
from tests.moments import NOON
from tests.personae import SYSTEM, give, on
from tests.serving import had, offer, served
from tests.switching import working

BILLING = "docs/domain/billing.md"
SECOND = timedelta(seconds=1)
TABLE = documents.tables(BILLING, "The time table")[0]


def instant(cell: str) -> datetime:
    return datetime.fromisoformat(cell).replace(tzinfo=UTC)


def asked_days(session, subscription):
    query = select(InvoiceLine).where(InvoiceLine.subscription_id == subscription.id).order_by(InvoiceLine.since)
    return [(line.since, line.until) for line in session.scalars(query)]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['zone']}-{row['anchor']}-{row['month']}")
def test_a_period_begins_and_ends_at_the_instants_of_the_document(session, anna, row):
    month = date.fromisoformat(f"{row['month']}-01")
    anna.account.zone, anna.account.anchor_day = row["zone"], int(row["anchor"])
    period = periods.of_month(month, anna.account.anchor_day)
    served(session, anna, 300_00, charged_until=period.begins)
    before = instant(row["begins, UTC"]) - timedelta(days=1)

    first = billing.issue_month(session, SYSTEM, anna.account.id, month, now=before)
    second = billing.issue_month(session, SYSTEM, anna.account.id, clock.month_after(month), now=before)

    assert (first.due_at, second.due_at) == (instant(row["begins, UTC"]), instant(row["ends, UTC"]))
    assert (period.begins, period.ends) == oracle.period(period.begins, anna.account.anchor_day)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['zone']}-{row['anchor']}-{row['month']}")
def test_nothing_is_taken_before_the_first_instant(session, anna, row):
    give(session, anna, 300_00)
    month = date.fromisoformat(f"{row['month']}-01")
    anna.account.zone, anna.account.anchor_day = row["zone"], int(row["anchor"])
    served(session, anna, 300_00, charged_until=periods.of_month(month, anna.account.anchor_day).begins)
    begins = instant(row["begins, UTC"])
    billing.issue_month(session, SYSTEM, anna.account.id, month, now=begins - timedelta(days=5))

    assert billing.settle_due(session, SYSTEM, anna.account.id, now=begins - SECOND) == 0
    assert billing.settle_due(session, SYSTEM, anna.account.id, now=begins) == 1
    assert on(session, anna) == Money(0)


def test_an_anchor_at_the_end_of_months_is_kept_through_the_short_ones(session, anna):
    anna.account.anchor_day = 31
    subscription = served(session, anna, 310_00, charged_until=date(2027, 12, 31))

    for month in (date(2027, 12, 1), date(2028, 1, 1), date(2028, 2, 1), date(2028, 3, 1)):
        billing.issue_month(session, SYSTEM, anna.account.id, month, now=NOON)

    assert asked_days(session, subscription) == [
        (date(2027, 12, 31), date(2028, 1, 31)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 3, 31)),
        (date(2028, 3, 31), date(2028, 4, 30)),
    ]


@pytest.mark.parametrize("zone", ["Asia/Kamchatka", "Europe/Moscow", "America/New_York", "Asia/Kathmandu"])
def test_what_is_connected_at_the_boundary_belongs_to_the_new_period(session, anna, zone):
    anna.account.zone = zone
    give(session, anna, 5_000_00)
    midnight = clock.start_of(date(2026, 12, 1), zone)
    before, after = (offer(session, code, 310_00, position=place) for place, code in enumerate(("tv", "cinema")))

    late = working(session, anna, before, now=midnight - SECOND)
    early = working(session, anna, after, now=midnight)

    # One day of November costs 10.33; December is asked for by the month's invoice, and by the charge itself.
    assert asked_days(session, late) == [(date(2026, 11, 30), date(2026, 12, 1)), (date(2026, 12, 1), date(2027, 1, 1))]
    assert asked_days(session, early) == [(date(2026, 12, 1), date(2027, 1, 1))]
    assert on(session, anna) == Money(5_000_00 - 10_33 - 310_00)


@pytest.mark.parametrize("zone", ["Asia/Kamchatka", "Europe/Kaliningrad", "America/New_York", "Asia/Kathmandu"])
def test_a_trial_ends_at_midnight_where_the_customer_lives(session, anna, zone):
    anna.account.zone = zone
    give(session, anna, 1_000_00)
    product = offer(session, "cinema", 310_00, trial_days=7)
    subscription = working(session, anna, product, now=NOON, trial=True)
    until = subscription.trial_until
    midnight = clock.start_of(until, zone)

    services.turn(session, SYSTEM, subscription.id, now=midnight - SECOND)
    assert subscription.status is SubscriptionStatus.active
    services.turn(session, SYSTEM, subscription.id, now=midnight)

    assert until == clock.day_of(NOON, zone) + timedelta(days=7)
    assert subscription.status is SubscriptionStatus.disconnecting
    assert asked_days(session, subscription) == []


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("old", "new"), list(itertools.permutations(["Asia/Kamchatka", "Europe/Kaliningrad", "Pacific/Apia"], 2))
)
@pytest.mark.parametrize("moved_on", [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 15)])
def test_who_moves_to_another_zone_keeps_his_days(session, anna, old, new, moved_on):
    anna.account.zone = old
    subscription = served(session, anna, 310_00, charged_until=date(2026, 11, 1))

    for far in range(90):
        now = datetime(2026, 11, 1, 23, 20, tzinfo=UTC) + timedelta(days=far)
        if now.date() == moved_on:
            anna.account.zone = new
        billing.bill(session, SYSTEM, [anna.account.id], now=now)

    assert asked_days(session, subscription) == [
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2027, 2, 1)),
        (date(2027, 2, 1), date(2027, 3, 1)),
    ]


def test_a_clock_that_goes_back_asks_for_nothing_anew(session, anna):
    give(session, anna, 1_000_00)
    subscription = served(session, anna, 310_00)
    night = datetime(2026, 11, 30, 23, 20, tzinfo=UTC)
    billing.bill(session, SYSTEM, [anna.account.id], now=night)
    billing.settle_due(session, SYSTEM, anna.account.id, now=night)

    for back in (timedelta(hours=1), timedelta(days=1), timedelta(days=30)):
        assert billing.bill(session, SYSTEM, [anna.account.id], now=night - back) == []
        assert billing.settle_due(session, SYSTEM, anna.account.id, now=night - back) == 0

    assert asked_days(session, subscription) == [(date(2026, 12, 1), date(2027, 1, 1))]
    assert on(session, anna) == Money(690_00)


def test_what_was_missed_for_months_is_asked_for_in_order(session, anna):
    subscription = served(session, anna, 310_00, charged_until=date(2026, 8, 1))

    issued = billing.bill(session, SYSTEM, [anna.account.id], now=NOON)

    assert [each.period for each in issued] == [date(2026, month, 1) for month in (8, 9, 10, 11, 12)]
    assert asked_days(session, subscription)[0][0] == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2014-09-30 19:59", date(2014, 9, 1)),
        ("2014-09-30 20:00", date(2014, 10, 1)),
        ("2014-10-31 20:30", date(2014, 10, 1)),
        ("2014-10-31 21:00", date(2014, 11, 1)),
    ],
)
def test_the_past_is_told_by_the_rules_that_held_then(session, anna, moment, month):
    """Moscow was four hours ahead of Greenwich until 26 October 2014, and is three since."""
    move = ledger.Move(ledger.SystemAccount("acquirer:sandbox"), anna.account.ledger_account_id, Money(100_00))
    ledger.post(session, SYSTEM, ledger.Entry(f"past:{moment}", "payment", [move]), now=instant(moment))

    turnovers = ledger.turnovers(session, SYSTEM, anna.account.ledger_account_id, since=date(2014, 1, 1))
    assert [(each.month, each.gained) for each in turnovers] == [(month, Money(100_00))]


def test_vera_cannot_look_into_annas_periods(session, anna, vera):
    had(session, anna, offer(session, "internet", 300_00))
    billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 12, 1), now=NOON)

    with pytest.raises(Exception, match="not_found"):
        billing.open_invoices(session, vera.actor, anna.account.id)
