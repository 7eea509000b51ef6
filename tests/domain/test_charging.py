"""What days cost: the document's table, and parts of a period that sum to its price."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from cabinet.domain import billing, ledger
from cabinet.domain.base import periods
from cabinet.kit.money import Money
from cabinet.models.billing import Invoice, InvoiceLine, InvoiceStatus
from cabinet.models.services import SubscriptionStatus
from tests import documents
from tests.moments import NOON
from tests.personae import SYSTEM, give, on
from tests.serving import held, served

BILLING = "docs/domain/billing.md"
PRICES = st.integers(0, 10_000_00)
DAYS = st.dates(date(2026, 1, 1), date(2036, 12, 31))
ANCHORS = st.sampled_from([1, 5, 15, 28, 29, 30, 31])


@pytest.mark.parametrize("row", documents.tables(BILLING, "What days cost")[0], ids=lambda row: row["costs"])
def test_days_cost_what_the_document_says(row):
    begins, ends = date.fromisoformat(row["period begins"]), date.fromisoformat(row["ends"])
    period = periods.of_day(begins, 1)

    cost = periods.share(
        documents.money(row["price"]), period, date.fromisoformat(row["from"]), date.fromisoformat(row["up to"])
    )

    assert (period.begins, period.ends) == (begins, ends)
    assert cost == documents.money(row["costs"])


@given(day=DAYS, anchor=ANCHORS)
def test_every_day_lies_in_one_period_and_periods_meet(day, anchor):
    period = periods.of_day(day, anchor)

    assert period.begins <= day < period.ends
    assert periods.of_month(period.month, anchor) == period
    assert periods.after(period, anchor).begins == period.ends
    assert 28 <= period.days <= 31 or (anchor > 28 and 28 <= period.days <= 33)


@given(day=DAYS, anchor=ANCHORS, minor=PRICES, cuts=st.sets(st.integers(1, 30), max_size=8))
def test_the_parts_of_a_period_are_its_price_and_each_is_exact_to_the_kopeck(day, anchor, minor, cuts):
    period = periods.of_day(day, anchor)
    edges = [0, *sorted(cut for cut in cuts if cut < period.days), period.days]
    spans = [(period.begins + timedelta(a), period.begins + timedelta(b)) for a, b in itertools.pairwise(edges)]

    parts = [periods.share(Money(minor), period, *span).minor for span in spans]

    assert sum(parts) == minor
    for part, (since, until) in zip(parts, spans, strict=True):
        assert abs(part - Fraction(minor * (until - since).days, period.days)) <= 1


def test_days_of_two_periods_are_never_shared_at_once():
    period = periods.of_day(date(2026, 11, 24), 1)

    for since, until in ((date(2026, 10, 31), date(2026, 11, 5)), (date(2026, 11, 5), date(2026, 12, 2))):
        with pytest.raises(ValueError, match="not within"):
            periods.share(Money(100_00), period, since, until)


def lines(session, subscription):
    query = (
        select(InvoiceLine, Invoice)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.subscription_id == subscription.id, Invoice.status != InvoiceStatus.void)
        .order_by(InvoiceLine.since)
    )
    return [line for line, _ in session.execute(query)]


def test_the_days_left_are_charged_when_it_is_connected(session, anna):
    give(session, anna, 500_00)
    subscription = served(session, anna, 300_00, charged_until=date(2026, 11, 24))

    invoice = billing.charge_from(
        session,
        SYSTEM,
        anna.account,
        held(session, anna, subscription),
        date(2026, 11, 24),
        fee=Money(50_00),
        now=NOON,
    )
    billing.settle(session, SYSTEM, invoice.id, now=NOON)

    assert [line.amount_minor for line in billing.lines_of(session, invoice)] == [50_00, 70_00]
    assert on(session, anna) == Money(380_00)
    assert subscription.charged_until == date(2026, 12, 1)
    assert invoice.key == f"charge:{subscription.id}:2026-11-01"


def test_days_that_were_charged_are_not_charged_again(session, anna):
    subscription = served(session, anna, 300_00)
    billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 12, 1), now=NOON)

    again = billing.charge_from(
        session, SYSTEM, anna.account, held(session, anna, subscription), date(2026, 12, 5), now=NOON
    )

    assert again is None


def test_unused_days_go_back_once(session, anna):
    give(session, anna, 500_00)
    subscription = served(session, anna, 310_00)
    invoice = billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 12, 1), now=NOON)
    billing.settle(session, SYSTEM, invoice.id, now=NOON)
    mine = held(session, anna, subscription)
    subscription.ends_on = date(2026, 12, 11)

    first = billing.give_back(session, SYSTEM, anna.account, mine, date(2026, 12, 11), now=NOON)
    again = billing.give_back(session, SYSTEM, anna.account, mine, date(2026, 12, 11), now=NOON)

    assert (first, again) == (Money(210_00), Money(0))
    assert on(session, anna) == Money(400_00)
    assert ledger.verify(session) == []


def test_an_open_invoice_is_asked_anew_without_the_days_that_go(session, anna):
    kept = served(session, anna, 800_00)
    gone = served(session, anna, 310_00, kind="tv", position=2)
    first = billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 12, 1), now=NOON)
    gone.ends_on = date(2026, 12, 1)

    billing.give_back(session, SYSTEM, anna.account, held(session, anna, gone), date(2026, 12, 1), now=NOON)

    assert first.status is InvoiceStatus.void
    (second,) = billing.open_invoices(session, SYSTEM, anna.account.id)
    assert (second.amount_minor, second.period, second.due_at) == (800_00, first.period, first.due_at)
    assert (kept.charged_until, gone.charged_until) == (date(2027, 1, 1), date(2026, 12, 1))


def test_a_service_that_came_after_the_months_invoice_is_asked_for_by_a_second_one(session, anna):
    served(session, anna, 800_00)
    first = billing.issue_next(session, SYSTEM, anna.account.id, now=NOON)
    served(session, anna, 99_00, kind="antivirus", position=2)

    second = billing.issue_next(session, SYSTEM, anna.account.id, now=NOON)
    third = billing.issue_next(session, SYSTEM, anna.account.id, now=NOON)

    assert (first.amount_minor, second.amount_minor) == (800_00, 99_00)
    assert third.id == second.id


def test_the_database_refuses_to_ask_for_a_day_twice(session, anna):
    subscription = served(session, anna, 300_00)
    billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 12, 1), now=NOON)
    subscription.charged_until = date(2026, 12, 31)
    session.add(subscription)

    with pytest.raises(DBAPIError, match="a day is asked for twice"):
        billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 12, 1), now=NOON)


def test_what_costs_nothing_is_asked_for_by_no_invoice_and_not_looked_at_again(session, anna):
    subscription = served(session, anna, 0)

    assert billing.issue_next(session, SYSTEM, anna.account.id, now=NOON) is None
    assert subscription.charged_until == date(2027, 1, 1)
    assert billing.accounts_to_bill(session, SYSTEM, now=NOON) == []


def test_only_accounts_with_something_to_ask_for_are_looked_at(session, anna, boris, vera):
    served(session, anna, 300_00)
    cut_off = served(session, boris, 300_00)
    cut_off.blocked_at = NOON
    served(session, vera, 300_00, charged_until=date(2027, 1, 1))

    assert billing.accounts_to_bill(session, SYSTEM, now=NOON) == [anna.account.id]


def test_a_stranger_is_charged_nothing(session, anna, vera):
    subscription = served(session, anna, 300_00)
    mine = held(session, anna, subscription)

    for actor in (anna.actor, vera.actor):
        with pytest.raises(Exception, match="right_missing"):
            billing.charge_from(session, actor, anna.account, mine, date(2026, 12, 1), now=NOON)
        with pytest.raises(Exception, match="right_missing"):
            billing.give_back(session, actor, anna.account, mine, date(2026, 12, 1), now=NOON)
    assert subscription.status is SubscriptionStatus.active
    assert lines(session, subscription) == []
