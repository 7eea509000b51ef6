"""The network's desk, by its events and by role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cabinet.models.journal import AuditRecord
from cabinet.models.outages import Compensation, Outage, OutageKind
from cabinet.models.people import StaffRole
from cabinet.state.base import NoticeState
from cabinet.state.staff.outages import StaffOutagesState
from tests.moments import NOON

KEEPERS = [StaffRole.operator, StaffRole.administrator]
FORM = {
    "kind": "outage",
    "category": "internet",
    "title_ru": "Повреждён кабель",
    "detail_ru": "Бригада на месте",
    "regions": "Тверь\n\n Москва ",
    "begins": "2026-11-24T13:30",
    "forecast": "2026-11-24T18:00",
    "compensation": "claimed",
}


@pytest.fixture
def desk(staff_tab):
    def opened(role=StaffRole.operator):
        tab = staff_tab(role, "/staff/outages")
        tab.do(StaffOutagesState.load)
        tab.do(StaffOutagesState.ask)
        return tab

    return opened


def announced(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(Outage).order_by(Outage.created_at)))


def deeds(installation):
    with installation.database.reading() as session:
        query = select(AuditRecord.action).where(AuditRecord.action.startswith("outages."))
        return list(session.scalars(query.order_by(AuditRecord.seq)))


@pytest.mark.parametrize("role", KEEPERS)
def test_an_outage_is_announced_moved_and_ended(installation, desk, role):
    tab = desk(role)

    tab.do(StaffOutagesState.announce, form=FORM)
    (made,) = announced(installation)
    assert (made.kind, made.category, made.regions) == (OutageKind.outage, "internet", ["Тверь", "Москва"])
    assert (made.title, made.compensation) == ({"ru": "Повреждён кабель"}, Compensation.claimed)
    # The member's clock is Moscow's.
    assert made.begins_at == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    assert made.forecast_at == datetime(2026, 11, 24, 15, tzinfo=UTC)
    tab.do(StaffOutagesState.load)
    assert tab[StaffOutagesState].card.can_end
    tab.do(StaffOutagesState.ask_move)
    tab.do(StaffOutagesState.move, form={"forecast": "2026-11-24T20:15"})
    tab.do(StaffOutagesState.end)

    (over,) = announced(installation)
    assert over.forecast_at == datetime(2026, 11, 24, 17, 15, tzinfo=UTC)
    assert NOON <= over.ended_at <= NOON + timedelta(minutes=1)
    assert deeds(installation) == ["outages.announced", "outages.moved", "outages.ended"]


def test_a_double_press_announces_once(installation, desk):
    tab = desk()

    tab.do(StaffOutagesState.announce, form=FORM)
    tab.do(StaffOutagesState.announce, form=FORM)

    assert len(announced(installation)) == 1


def test_works_to_come_are_called_off(installation, desk):
    tab = desk()
    form = {**FORM, "kind": "works", "begins": "2026-11-27T02:00", "forecast": "2026-11-27T05:00"}
    tab.do(StaffOutagesState.announce, form=form)
    tab.do(StaffOutagesState.load)

    tab.do(StaffOutagesState.end)
    assert tab[NoticeState].tone == "bad"
    tab.do(StaffOutagesState.drop)

    (made,) = announced(installation)
    assert made.ended_at is not None
    assert deeds(installation) == ["outages.announced", "outages.dropped"]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "magic"},
        {"category": "x" * 1_000},
        {"compensation": ""},
        {"title_ru": " "},
        {"title_ru": "о" * 301},
        {"regions": "Тверь\n" * 51},
        {"begins": "вчера"},
        {"begins": "2026-13-40T99:99"},
        {"forecast": "2026-11-24T13:30"},
        {"forecast": "2027-11-24T13:30"},
        {"kind": "works", "forecast": ""},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_what_cannot_be_announced_is_refused_with_a_sentence(installation, desk, changes):
    tab = desk()

    tab.do(StaffOutagesState.announce, form={**FORM, **changes})

    assert len(tab[StaffOutagesState].refusal) > 10
    assert announced(installation) == []


@pytest.mark.parametrize("role", [role for role in StaffRole if role not in KEEPERS])
def test_nobody_else_of_the_staff_keeps_them(installation, desk, role):
    tab = desk(role)

    tab.do(StaffOutagesState.announce, form=FORM)

    assert announced(installation) == []


def test_a_customer_announces_nothing(installation, vera):
    vera.do(StaffOutagesState.announce, form=FORM)

    assert announced(installation) == []
