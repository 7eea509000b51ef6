"""The desk of the operator's rules, by its events and by role: what holds, from when, and who wrote it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import tickets
from cabinet.domain.base import bounds, rules
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
    """Return the form as the browser sends it: a tick that is off sends nothing."""
    typed = {row.name: row.value for row in tab[StaffRulesState].card.fields} | changed
    return {name: value for name, value in typed.items() if not (name.startswith("weekdays.") and value in ("", "no"))}


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
            if isinstance(each.default, int) and not isinstance(each.default, bool):
                assert bounds.AT_LEAST.get(each.name, 0) <= each.default <= bounds.AT_MOST[bounds.unit(each.name)]


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


def test_the_calendar_of_tickets_is_typed_as_people_write_it(installation, desk, people):
    tab = desk("tickets")
    facts = {spaced(fact.name): spaced(fact.value) for fact in tab[StaffRulesState].card.facts}
    assert facts["Рабочий день начинается"] == "08:00"
    assert facts["Рабочий день кончается"] == "24:00"
    assert facts["Рабочие дни"] == "каждый день"
    assert facts["Первый ответ, рабочих минут"] == "может подождать 480, обычная 120, срочная 60"

    changed = {
        "weekdays.6": "",
        "weekdays.7": "",
        "holidays": "24.11.2026\n2026-11-23\n 24.11.2026",
        "opens_minute": "9:30",
        "closes_minute": "18:00",
        "answer_minutes.1": "90",
    }
    tab.do(StaffRulesState.save, form=form(tab, **changed))

    assert tab[StaffRulesState].refusal == ""
    held = holds(installation, rules.TicketRules, NOON + timedelta(minutes=1))
    assert (held.weekdays, held.holidays) == ("12345", ("2026-11-23", "2026-11-24"))
    assert (held.opens_minute, held.closes_minute) == (570, 1080)
    assert held.answer_minutes == (480, 90, 60)
    assert held.zone == "Europe/Moscow"
    # Monday the 23rd at noon and Tuesday are days off: 90 minutes from Wednesday, 9:30 in Moscow.
    wish = tickets.Wish(draft_id=uuid4(), topic="other", subject="Адрес", body="Переехали")
    later = NOON + timedelta(minutes=1)
    opened = installation.do(tickets.open_, people.anna.actor, wish, now=later)
    assert opened.answer_due_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    facts = {spaced(fact.name): spaced(fact.value) for fact in tab[StaffRulesState].card.facts}
    assert facts["Праздники и другие выходные"] == "23 ноября, 24 ноября"
    assert facts["Рабочие дни"] == "понедельник, вторник, среда, четверг, пятница"


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
        ("tickets", {f"weekdays.{day}": "" for day in range(1, 8)}),
        ("tickets", {"opens_minute": "полдень"}),
        ("tickets", {"opens_minute": "24:01"}),
        ("tickets", {"opens_minute": "18:00", "closes_minute": "18:30"}),
        ("tickets", {"opens_minute": "18:00", "closes_minute": "9:00"}),
        ("tickets", {"holidays": "31.02.2027"}),
        ("tickets", {"holidays": "\n".join(str(date(2027, 1, 1) + timedelta(days=n)) for n in range(101))}),
        ("tickets", {"zone": "Moscow"}),
        ("tickets", {"zone": "../../etc/passwd"}),
        ("tickets", {"answer_minutes.0": ""}),
        ("tickets", {"answer_minutes.2": "0"}),
        ("tickets", {"answer_minutes.2": "9000"}),
        ("tickets", {"solve_minutes.2": "59"}),
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
