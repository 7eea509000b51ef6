"""The home page's words follow the ledger: nothing on it is stored anywhere else."""

from datetime import UTC, date, datetime

from cabinet.domain import billing, dashboard, ledger
from cabinet.kit.money import Money
from cabinet.reports import home
from tests.moments import NOON
from tests.personae import SYSTEM, give
from tests.serving import served

OCTOBER = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def charge(session, who, minor, *, key, now=NOON):
    move = ledger.Move(who.account.ledger_account_id, ledger.SystemAccount("revenue:mobile"), Money(minor))
    ledger.post(session, SYSTEM, ledger.Entry(key, "charge.single", [move]), now=now)


def shown(session, who):
    seen = dashboard.seen(session, who.actor, now=NOON)
    panel = home.panel(seen.standing, "en", "Europe/Moscow", now=NOON)
    bars = home.chart(seen.spending, "en").bars
    return str(panel.balance), panel.missing, [(bar.value, bar.share) for bar in bars[-2:]]


def test_one_row_of_the_ledger_changes_the_balance_the_due_and_the_chart_on_the_page(session, anna):
    served(session, anna, 1_500_00)
    give(session, anna, 1_634_50)
    charge(session, anna, 400_00, key="october", now=OCTOBER)
    before = shown(session, anna)

    charge(session, anna, 300_00, key="november")

    assert before == ("₽1,234.50", "₽265.50", [("400", 100), ("0", 0)])
    assert shown(session, anna) == ("₽934.50", "₽565.50", [("400", 100), ("300", 75)])


def test_the_scale_shows_all_that_is_charged_on_its_day(session, anna):
    served(session, anna, 1_250_00)
    billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 12, 1), now=NOON)
    served(session, anna, 250_00, kind="tv", position=2)
    billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 12, 1), now=NOON)

    standing = dashboard.seen(session, anna.actor, now=NOON).standing

    marks = home.panel(standing, "en", "Europe/Moscow", now=NOON).marks
    assert "\u2212₽1,500" in [mark.soft for mark in marks]


def test_a_stranger_sees_her_own_page(session, anna, vera):
    give(session, anna, 1_234_50)

    assert shown(session, vera)[0] == "₽0.00"
