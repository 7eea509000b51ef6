"""The desk, the overview and the journal of the staff, by their events and by role."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.domain.base import audit
from cabinet.models.journal import AuditRecord
from cabinet.models.payments import Refund, RefundStatus
from cabinet.models.people import StaffMember, StaffRole
from cabinet.state.base import NoticeState
from cabinet.state.staff.audit import StaffAuditState
from cabinet.state.staff.overview import StaffOverviewState
from cabinet.state.staff.payments import StaffPaymentsState

SEES_PAYMENTS = [StaffRole.operator, StaffRole.finance, StaffRole.auditor, StaffRole.administrator]


def refunds(installation) -> list[Refund]:
    with installation.database.reading() as session:
        return list(session.scalars(select(Refund)))


@pytest.mark.parametrize("role", SEES_PAYMENTS)
def test_whoever_sees_payments_finds_one_and_opens_its_card(staff_tab, paid, role):
    desk = staff_tab(role)

    desk.do(StaffPaymentsState.search, form={"wanted": paid.number, "status": ""})
    desk.do(StaffPaymentsState.choose, payment_id=str(paid.id))

    assert [row.number for row in desk[StaffPaymentsState].rows] == [paid.number]
    card = desk[StaffPaymentsState].card
    assert card.number == paid.number
    assert card.can_refund == (role in (StaffRole.finance, StaffRole.administrator))


def test_a_search_puts_the_open_card_away(staff_tab, paid):
    desk = staff_tab(StaffRole.finance, f"/staff/payments?payment={paid.id}")
    desk.do(StaffPaymentsState.load)
    assert desk[StaffPaymentsState].chosen == str(paid.id)

    desk.do(StaffPaymentsState.search, form={"wanted": "nobody at all", "status": ""})

    assert (desk[StaffPaymentsState].rows, desk[StaffPaymentsState].chosen) == ([], "")


def test_the_dialog_of_a_refund_says_how_much_in_roubles(staff_tab, paid):
    desk = staff_tab(StaffRole.finance)

    desk.do(StaffPaymentsState.choose, payment_id=str(paid.id))

    assert desk[StaffPaymentsState].card.refundable == "500,00"
    assert desk[StaffPaymentsState].card.refundable_words == "500\u00a0₽"


def test_an_editor_sees_no_payment(staff_tab, paid):
    desk = staff_tab(StaffRole.editor)

    desk.do(StaffPaymentsState.load)
    desk.do(StaffPaymentsState.choose, payment_id=str(paid.id))

    assert desk[StaffPaymentsState].rows == []
    assert desk[StaffPaymentsState].card.number == ""


def ask(desk, paid, amount="500", reason="Оплатила дважды"):
    desk.do(StaffPaymentsState.choose, payment_id=str(paid.id))
    desk.do(StaffPaymentsState.ask_refund)
    desk.do(StaffPaymentsState.refund, form={"amount": amount, "reason": reason})


@pytest.mark.parametrize("role", [StaffRole.finance, StaffRole.administrator])
def test_finance_asks_for_a_refund(installation, people, staff_tab, paid, role):
    desk = staff_tab(role)

    ask(desk, paid, "200,50")

    (asked,) = refunds(installation)
    assert (asked.payment_id, asked.amount_minor, asked.status) == (paid.id, 200_50, RefundStatus.requested)
    assert desk[NoticeState].tone == "good"
    assert not desk[StaffPaymentsState].refund_open
    with installation.database.reading() as session:
        actors = set(session.scalars(select(AuditRecord.actor).where(AuditRecord.action.contains("refund"))))
    assert actors == {f"staff:{people.staff[role]}"}


def test_a_refund_is_read_as_it_is_written_in_the_language_of_the_staff(installation, people, staff_tab, paid):
    def speak(session):
        session.get_one(StaffMember, people.staff[StaffRole.finance]).locale = "en"

    installation.do(speak)
    desk = staff_tab(StaffRole.finance)

    ask(desk, paid, "5,000")

    assert refunds(installation) == []
    assert "₽500" in desk[StaffPaymentsState].refund_refusal


@pytest.mark.parametrize("role", [StaffRole.operator, StaffRole.auditor, StaffRole.editor])
def test_nobody_else_asks_for_a_refund(installation, staff_tab, paid, role):
    ask(staff_tab(role), paid)

    assert refunds(installation) == []


def test_a_second_click_is_the_same_refund(installation, staff_tab, paid):
    desk = staff_tab(StaffRole.finance)
    ask(desk, paid, "200")

    desk.do(StaffPaymentsState.refund, form={"amount": "200", "reason": "Оплатила дважды"})

    assert len(refunds(installation)) == 1


@pytest.mark.parametrize(
    ("amount", "reason"), [("500.01", "x"), ("0", "x"), ("-5", "x"), ("много", "x"), ("", "x"), ("500", "")]
)
def test_a_refund_that_cannot_be_is_refused_in_words(installation, staff_tab, paid, amount, reason):
    desk = staff_tab(StaffRole.finance)

    ask(desk, paid, amount, reason)

    assert refunds(installation) == []
    assert desk[StaffPaymentsState].refund_refusal != ""
    assert desk[StaffPaymentsState].refund_open


def test_the_overview_counts_todays_payments(staff_tab, paid):
    tab = staff_tab(StaffRole.operator, "/staff")

    tab.do(StaffOverviewState.load)

    assert tab[StaffOverviewState].succeeded == "1"
    assert "500" in str(tab[StaffOverviewState].received)


def test_the_journal_is_filtered_by_whom_and_what(installation, people, staff_tab, paid):
    ask(staff_tab(StaffRole.finance), paid)
    tab = staff_tab(StaffRole.auditor, "/staff/audit")
    wanted = f"staff:{people.staff[StaffRole.finance]}"

    tab.do(StaffAuditState.filter, form={"actor": "system:nobody", "action": "", "object_id": ""})
    assert tab[StaffAuditState].rows == []
    tab.do(StaffAuditState.filter, form={"actor": wanted, "action": "", "object_id": ""})

    assert len(tab[StaffAuditState].rows) == 1
    with installation.database.reading() as session:
        assert audit.verify(session) is None


def test_an_operator_reads_no_journal(staff_tab, paid):
    tab = staff_tab(StaffRole.operator, "/staff/audit")

    tab.do(StaffAuditState.load)

    assert tab[StaffAuditState].rows == []
    assert not tab[StaffAuditState].ready
