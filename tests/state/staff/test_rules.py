"""The desk of the operator's rules, by its events and by role: what holds, from when, and who wrote it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cabinet.domain.base import rules
from cabinet.models.journal import AuditRecord, Rule
from cabinet.models.people import StaffRole
from cabinet.reports.rules import LABELS, TITLES
from cabinet.state.base import NoticeState
from cabinet.state.staff.rules import StaffRulesState
from tests.moments import NOON
from tests.words import spaced


@pytest.fixture
def desk(staff_tab):
    def opened(group="services", role=StaffRole.administrator):
        tab = staff_tab(role, "/staff/rules")
        tab.do(StaffRulesState.load)
        tab.do(StaffRulesState.choose, key=group)
        tab.do(StaffRulesState.ask)
        return tab

    return opened


def form(tab, **changed):
    return {row.name: row.value for row in tab[StaffRulesState].card.fields} | changed


def written(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(Rule).where(Rule.set_by != "test")))


def holds(installation, kind, now=NOON):
    with installation.database.reading() as session:
        return rules.current(session, kind, now=now)


def test_every_rule_that_staff_keep_has_a_name():
    for kind in rules.KEPT:
        assert kind.name in TITLES
        assert [each.name for each in dataclasses.fields(kind) if each.name not in LABELS] == []
        for each in dataclasses.fields(kind):
            if type(each.default) is int:
                assert rules.AT_LEAST.get(each.name, 0) <= each.default <= rules.AT_MOST[rules.unit(each.name)]


def test_a_value_holds_at_once_and_the_journal_knows_who(installation, desk):
    tab = desk()
    assert "5" in [fact.value for fact in tab[StaffRulesState].card.facts]

    tab.do(StaffRulesState.save, form=form(tab, block_after_days="7"))

    assert holds(installation, rules.ServiceRules, NOON + timedelta(minutes=1)).block_after_days == 7
    assert tab[NoticeState].words == "Правила записаны"
    (step,) = tab[StaffRulesState].card.steps
    assert spaced(step.soft) == "Услуги отключаются при долге, дней: 5 → 7"
    with installation.database.reading() as session:
        (line,) = session.scalars(select(AuditRecord).where(AuditRecord.action == "rules.change"))
        assert (line.object_id, line.details) == ("services", '{"block_after_days":7}')


def test_money_and_percents_are_typed_as_people_write_them(installation, desk):
    tab = desk("payments")

    tab.do(StaffRulesState.save, form=form(tab, amount_max_minor="20 000,50", card_fee_bp="1,25"))

    held = holds(installation, rules.PaymentRules, NOON + timedelta(minutes=1))
    assert (held.amount_max_minor, held.card_fee_bp) == (20_000_50, 125)
    facts = {fact.name: spaced(fact.value) for fact in tab[StaffRulesState].card.facts}
    assert facts["Комиссия новой карты, %"] == "1,25 %"


def test_a_version_for_a_day_to_come_waits_for_it(installation, desk):
    tab = desk("tariffs")

    tab.do(StaffRulesState.save, form=form(tab, cheaper_at_renewal="yes", since="2026-12-01"))

    first = datetime(2026, 11, 30, 21, 0, tzinfo=UTC)
    assert holds(installation, rules.TariffRules, first - timedelta(seconds=1)).cheaper_at_renewal is False
    assert holds(installation, rules.TariffRules, first).cheaper_at_renewal is True
    assert [step.state for step in tab[StaffRulesState].card.steps] == ["next"]


@pytest.mark.parametrize(
    ("group", "wrong"),
    [
        ("services", {"block_after_days": "20"}),
        ("services", {"block_after_days": "0"}),
        ("services", {"block_after_days": "семь"}),
        ("services", {"block_after_days": "9999999999"}),
        ("services", {"since": "завтра"}),
        ("payments", {"card_fee_bp": "100,01"}),
        ("payments", {"amount_min_minor": "-1"}),
        ("payments", {"amount_min_minor": "99999"}),
        ("usage", {"near_percent": "101"}),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_said_in_the_form(installation, desk, group, wrong):
    tab = desk(group)

    tab.do(StaffRulesState.save, form=form(tab, **wrong))

    assert tab[StaffRulesState].refusal != ""
    assert tab[StaffRulesState].form == "rules"
    assert written(installation) == []


@pytest.mark.parametrize("group", ["nothing", "sessions", "х" * 500])
def test_a_group_that_staff_do_not_keep_is_not_written(installation, staff_tab, group):
    tab = staff_tab(StaffRole.administrator, "/staff/rules")
    tab.do(StaffRulesState.load)
    tab.do(StaffRulesState.choose, key=group)

    tab.do(StaffRulesState.save, form={"staff_hours": "1000"})

    assert tab[StaffRulesState].card.key == ""
    assert written(installation) == []


@pytest.mark.parametrize("role", [StaffRole.operator, StaffRole.finance, StaffRole.auditor, StaffRole.editor], ids=str)
def test_others_write_nothing(installation, desk, role):
    tab = desk(role=role)

    tab.do(StaffRulesState.save, form={"block_after_days": "7"})

    assert written(installation) == []
