from datetime import UTC, date, datetime, timedelta

import pytest

from cabinet.domain import billing, dashboard, ledger, operations
from cabinet.domain.base import events
from cabinet.kit.money import Money
from cabinet.models.billing import InvoiceStatus
from cabinet.models.services import SubscriptionStatus
from tests.moments import NOON
from tests.personae import SYSTEM, give, on
from tests.serving import served

DECEMBER = date(2026, 12, 1)
FIRST_OF_DECEMBER = datetime(2026, 11, 30, 21, 0, tzinfo=UTC)
"""Midnight in Moscow."""


def month(session, who, first=DECEMBER):
    return billing.issue_month(session, SYSTEM, who.account.id, first, now=NOON)


def test_a_months_invoice_is_the_sum_of_the_services(session, anna):
    served(session, anna, 800_00)
    served(session, anna, 450_00, kind="mobile", position=2)

    invoice = month(session, anna)

    assert (invoice.amount_minor, invoice.due_at) == (1_250_00, FIRST_OF_DECEMBER)
    assert [line.amount_minor for line in billing.lines_of(session, invoice)] == [800_00, 450_00]


def test_a_month_is_invoiced_once(session, anna):
    served(session, anna, 800_00)

    assert month(session, anna).id == month(session, anna).id


@pytest.mark.parametrize(
    ("status", "resumes_on", "charged"),
    [
        (SubscriptionStatus.suspended, None, False),
        (SubscriptionStatus.suspended, date(2026, 12, 1), True),
        (SubscriptionStatus.suspended, date(2026, 12, 2), False),
        (SubscriptionStatus.ended, None, False),
    ],
)
def test_a_paused_service_is_charged_from_the_day_it_is_back(session, anna, status, resumes_on, charged):
    served(session, anna, 250_00, status=status, resumes_on=resumes_on)

    assert (month(session, anna) is not None) is charged


def test_the_next_month_is_issued_ten_days_ahead_and_not_before(session, anna):
    served(session, anna, 800_00)
    twentieth = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    assert billing.issue_next(session, SYSTEM, anna.account.id, now=twentieth) is None
    assert billing.issue_next(session, SYSTEM, anna.account.id, now=twentieth + timedelta(days=1)) is not None


def test_a_due_invoice_is_taken_from_the_balance_once(session, anna):
    served(session, anna, 800_00)
    give(session, anna, 1_000_00)
    invoice = month(session, anna)

    assert billing.settle_due(session, SYSTEM, anna.account.id, now=FIRST_OF_DECEMBER) == 1
    assert billing.settle_due(session, SYSTEM, anna.account.id, now=FIRST_OF_DECEMBER) == 0

    assert on(session, anna) == Money(200_00)
    assert invoice.status is InvoiceStatus.paid
    (line,) = operations.own_history(session, anna.actor).rows
    assert (line.kind, line.amount, line.period) == ("charge.monthly", Money(-800_00), DECEMBER)


def test_an_invoice_is_not_taken_before_its_day(session, anna):
    served(session, anna, 800_00)
    give(session, anna, 1_000_00)
    month(session, anna)

    assert billing.settle_due(session, SYSTEM, anna.account.id, now=FIRST_OF_DECEMBER - timedelta(seconds=1)) == 0
    assert on(session, anna) == Money(1_000_00)


def test_money_that_is_not_there_is_never_taken(session, anna):
    served(session, anna, 800_00)
    give(session, anna, 799_99)
    invoice = month(session, anna)

    billing.settle_due(session, SYSTEM, anna.account.id, now=FIRST_OF_DECEMBER)

    assert on(session, anna) == Money(799_99)
    assert invoice.status is InvoiceStatus.open
    with pytest.raises(ledger.InsufficientFunds), session.begin_nested():
        billing.settle(session, SYSTEM, invoice.id, now=FIRST_OF_DECEMBER)


def test_a_paid_invoice_cannot_be_settled_again(session, anna):
    served(session, anna, 800_00)
    give(session, anna, 2_000_00)
    invoice = month(session, anna)
    billing.settle(session, SYSTEM, invoice.id, now=NOON)

    with pytest.raises(billing.InvoiceNotOpen):
        billing.settle(session, SYSTEM, invoice.id, now=NOON)


def test_a_warning_names_what_is_missing(session, anna):
    served(session, anna, 800_00)
    give(session, anna, 300_00)
    invoice = month(session, anna)

    billing.warn(session, SYSTEM, invoice.id, now=FIRST_OF_DECEMBER - timedelta(days=3))
    billing.warn(session, SYSTEM, invoice.id, now=FIRST_OF_DECEMBER)

    told = [event for event in events.recorded(session) if hasattr(event, "missing_minor")]
    assert [(type(event), event.missing_minor) for event in told] == [
        (billing.InvoiceDueSoon, 500_00),
        (billing.InvoiceOverdue, 500_00),
    ]


def test_nobody_is_warned_when_the_money_is_there(session, anna):
    served(session, anna, 800_00)
    give(session, anna, 800_00)
    invoice = month(session, anna)

    billing.warn(session, SYSTEM, invoice.id, now=FIRST_OF_DECEMBER)

    assert not [event for event in events.recorded(session) if hasattr(event, "missing_minor")]


def test_the_outlook_finds_the_first_uncovered_day(session, anna):
    served(session, anna, 1_500_00)
    give(session, anna, 1_234_50)
    month(session, anna)

    outlook = billing.outlook(session, anna.actor, anna.account, Money(1_234_50), now=NOON)

    assert (outlook.missing, outlook.missing_on) == (Money(265_50), DECEMBER)
    assert [charge.day for charge in outlook.planned] == [DECEMBER, date(2027, 1, 1), date(2027, 2, 1)]


def test_what_lacks_on_a_day_is_what_all_its_charges_lack(session, anna):
    served(session, anna, 1_250_00)
    month(session, anna)
    served(session, anna, 250_00, kind="tv", position=2)
    month(session, anna)

    outlook = billing.outlook(session, anna.actor, anna.account, Money(1_234_50), now=NOON)

    assert [charge.amount for charge in outlook.planned if charge.day == DECEMBER] == [Money(1_250_00), Money(250_00)]
    assert (outlook.missing, outlook.missing_on) == (Money(265_50), DECEMBER)


def test_one_row_of_the_ledger_changes_balance_due_and_chart(session, anna):
    served(session, anna, 1_500_00)
    give(session, anna, 1_234_50)
    before = dashboard.seen(session, anna.actor, now=NOON)

    move = ledger.Move(anna.account.ledger_account_id, ledger.SystemAccount("revenue:mobile"), Money(300_00))
    ledger.post(session, SYSTEM, ledger.Entry("package", "charge.single", [move]), now=NOON)

    after = dashboard.seen(session, anna.actor, now=NOON)
    assert before.standing.balance.available - after.standing.balance.available == Money(300_00)
    assert after.standing.outlook.missing - before.standing.outlook.missing == Money(300_00)
    assert after.spending.months[-1] == (date(2026, 11, 1), Money(300_00))
    assert before.spending.months[-1] == (date(2026, 11, 1), Money(0))


def test_a_compensation_is_given_once(session, anna):
    give(session, anna, 100_00)
    line = billing.LineDraft("internet", {"ru": "За простой"}, Money(48_39))

    for _ in range(2):
        billing.credit(session, SYSTEM, anna.account, line, key="outage:1", now=NOON)

    assert on(session, anna) == Money(148_39)
    assert len(operations.own_history(session, anna.actor).rows) == 1


def test_a_stranger_sees_no_invoice_and_settles_none(session, anna, vera):
    served(session, anna, 800_00)
    give(session, anna, 800_00)
    invoice = month(session, anna)

    with pytest.raises(billing.InvoiceNotFound):
        billing.invoice(session, vera.actor, invoice.id)
    with pytest.raises(billing.InvoiceNotFound):
        billing.settle(session, vera.actor, invoice.id, now=NOON)
    with pytest.raises(Exception, match=r"billing_accounts\.not_found"):
        billing.open_invoices(session, vera.actor, anna.account.id)
