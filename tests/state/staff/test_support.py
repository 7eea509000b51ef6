"""The reports of support by their events."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cabinet.domain import tickets
from cabinet.models.people import StaffRole
from cabinet.state.staff.support import StaffSupportState
from tests.moments import NOON


@pytest.fixture
def desk(installation, people, staff_tab):
    wish = tickets.Wish(draft_id=uuid4(), topic="other", subject="Вопрос", body="Слова")
    installation.do(tickets.open_, people.anna.actor, wish, now=NOON)
    return staff_tab(StaffRole.auditor, "/staff/support")


def test_the_period_is_shown(desk):
    desk.do(StaffSupportState.load)

    shown = {row.name: (row.value, row.soft) for row in desk[StaffSupportState].figures}
    assert shown["Новых обращений"] == ("1", "завершено 0, открыто 1, просрочено 0")
    assert shown["Первый ответ"] == ("—", "сроки ещё не\xa0подошли")
    assert shown["Решение"] == ("—", "завершённых пока нет")
    assert shown["Средняя оценка"] == ("—", "0\xa0оценок")
    assert [row.title for row in desk[StaffSupportState].topics] == ["Другой вопрос"]


@pytest.mark.parametrize(("asked", "held"), [("7", "7"), ("90", "90"), ("365", "30"), ("x", "30"), ("", "30")])
def test_only_three_periods_are_known(desk, asked, held):
    desk.do(StaffSupportState.pick, days=asked)

    assert desk[StaffSupportState].days == held
    assert desk[StaffSupportState].figures[0].value == "1"
