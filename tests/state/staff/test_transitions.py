"""The desk of switches between tariffs, by its events and by role."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.models.catalog import ProductKind
from cabinet.models.journal import AuditRecord
from cabinet.models.people import StaffRole
from cabinet.models.tariffs import TariffTransition
from cabinet.state.base import NoticeState
from cabinet.state.staff.transitions import StaffTransitionsState
from tests import serving

FORM = {
    "from_code": "slow",
    "to_code": "fast",
    "allowed": "yes",
    "price": "150,50",
    "at_renewal": "on",
    "needs_ru": "Новая SIM-карта",
}


@pytest.fixture
def desk(installation, staff_tab):
    installation.do(serving.offer, "slow", 600_00, kind=ProductKind.tariff)
    installation.do(serving.offer, "fast", 900_00, kind=ProductKind.tariff, position=2)

    def opened(role=StaffRole.editor):
        tab = staff_tab(role, "/staff/transitions")
        tab.do(StaffTransitionsState.load)
        tab.do(StaffTransitionsState.ask)
        return tab

    return opened


def written(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(TariffTransition)))


def test_an_editor_writes_a_rule_and_sees_it_by_names(installation, desk):
    tab = desk()
    assert tab[StaffTransitionsState].tariffs == [("", "Любой тариф"), ("slow", "slow"), ("fast", "fast")]

    tab.do(StaffTransitionsState.save, form=FORM)

    (rule,) = written(installation)
    assert (rule.from_code, rule.to_code, rule.price_minor, rule.at_renewal) == ("slow", "fast", 150_50, True)
    assert rule.needs == {"ru": "Новая SIM-карта"}
    tab.do(StaffTransitionsState.load)
    (row,) = tab[StaffTransitionsState].rules
    assert (row.title, row.status) == ("slow → fast", "Разрешён")
    with installation.database.reading() as session:
        assert "tariffs.rule" in set(session.scalars(select(AuditRecord.action)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": "много"},
        {"price": "-1"},
        {"since": "завтра"},
        {"from_code": "fast"},
        {"from_code": "nothing"},
        {"allowed": "no"},
        {"needs_ru": "х" * 301},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_said_in_the_form(installation, desk, wrong):
    tab = desk()

    tab.do(StaffTransitionsState.save, form={**FORM, **wrong})

    assert tab[StaffTransitionsState].refusal != ""
    assert tab[StaffTransitionsState].form == "transition"
    assert written(installation) == []


@pytest.mark.parametrize("role", [StaffRole.operator, StaffRole.finance, StaffRole.auditor], ids=str)
def test_others_write_nothing(installation, desk, role):
    tab = desk(role)

    tab.do(StaffTransitionsState.save, form=FORM)

    assert written(installation) == []
    assert tab[NoticeState].tone == "bad"
