"""The desk of support's teams by its events: a team, its topics, its people; nobody but administrators."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.models.people import StaffRole
from cabinet.models.tickets import Share, SupportTeam, TeamMember, TicketTopic
from cabinet.state.staff.queue import StaffQueueState
from cabinet.state.staff.teams import StaffTeamsState
from tests.words import spaced

NEW = {
    "new_code": "line",
    "new_title_ru": "Техподдержка",
    "new_title_en": "",
    "new_share": "turn",
    "new_topic_internet": "on",
    "new_topic_other": "on",
}


@pytest.fixture
def desk(staff_tab):
    def at(role=StaffRole.administrator):
        tab = staff_tab(role, "/staff/teams")
        tab.do(StaffTeamsState.load)
        return tab

    return at


def rows(installation, kind):
    with installation.database.reading() as session:
        return list(session.scalars(select(kind)))


def topics(installation):
    return {each.code: each.team_code for each in rows(installation, TicketTopic) if each.team_code}


def test_a_team_is_made_changed_and_dissolved(installation, people, desk, staff_tab):
    tab = desk()
    tab.do(StaffTeamsState.ask, form="new")
    tab.do(StaffTeamsState.add, form=NEW)

    assert tab[StaffTeamsState].chosen == "line"
    assert topics(installation) == {"internet": "line", "other": "line"}
    assert [spaced(row.soft) for row in tab[StaffTeamsState].teams] == ["0 человек, по очереди"]

    oleg = str(people.staff[StaffRole.operator])
    tab.do(StaffTeamsState.ask_member, key="")
    assert [row.key for row in tab[StaffTeamsState].skills] == ["internet", "other"]
    tab.do(StaffTeamsState.put, form={"member": oleg, "skill_internet": "on", "skill_payment": "on"})
    (member,) = rows(installation, TeamMember)
    assert (str(member.staff_id), member.topics) == (oleg, ["internet"])
    tab.do(StaffTeamsState.ask_member, key=oleg)
    assert [row.on for row in tab[StaffTeamsState].skills] == [True, False]
    tab.do(StaffTeamsState.put, form={})
    assert rows(installation, TeamMember)[0].topics == []

    his = staff_tab(StaffRole.operator, "/staff/tickets")
    his.do(StaffQueueState.load)
    assert his[StaffQueueState].takes == "yes"
    his.do(StaffQueueState.take_or_not, takes=False)
    assert his[StaffQueueState].takes == "no"
    assert rows(installation, TeamMember)[0].takes is False

    tab.do(StaffTeamsState.ask, form="words")
    tab.do(StaffTeamsState.change, form={"its_title_ru": "Линия", "its_share": "load", "its_topic_payment": "on"})
    (team,) = rows(installation, SupportTeam)
    assert (team.title, team.share) == ({"ru": "Линия"}, Share.load)
    assert topics(installation) == {"payment": "line"}
    tab.do(StaffTeamsState.let_go, key=oleg)
    assert rows(installation, TeamMember) == []
    tab.do(StaffTeamsState.drop)
    assert (rows(installation, SupportTeam), topics(installation)) == ([], {})
    assert tab[StaffTeamsState].chosen == ""


@pytest.mark.parametrize(
    "wrong",
    [{"new_code": "Линия"}, {"new_code": ""}, {"new_title_ru": " "}, {"new_title_ru": "ы" * 61}],
    ids=str,
)
def test_what_is_no_team_is_said_in_the_form(installation, desk, wrong):
    tab = desk()
    tab.do(StaffTeamsState.ask, form="new")

    tab.do(StaffTeamsState.add, form={**NEW, **wrong})

    assert tab[StaffTeamsState].refusal != ""
    assert tab[StaffTeamsState].form == "new"
    assert rows(installation, SupportTeam) == []


def test_a_code_that_is_taken_changes_nothing(installation, desk):
    tab = desk()
    tab.do(StaffTeamsState.add, form=NEW)
    tab.do(StaffTeamsState.ask, form="new")

    tab.do(StaffTeamsState.add, form={**NEW, "new_title_ru": "Другая"})

    assert spaced(tab[StaffTeamsState].refusal) == "Отдел с кодом line уже есть. Придумайте другой код."
    assert [each.title["ru"] for each in rows(installation, SupportTeam)] == ["Техподдержка"]


@pytest.mark.parametrize("who", ["", "x", "0" * 40, "auditor"])
def test_who_does_not_answer_tickets_joins_no_team(installation, people, desk, who):
    tab = desk()
    tab.do(StaffTeamsState.add, form=NEW)
    tab.do(StaffTeamsState.ask_member, key="")

    tab.do(StaffTeamsState.put, form={"member": str(people.staff[StaffRole.auditor]) if who == "auditor" else who})

    assert tab[StaffTeamsState].refusal != ""
    assert rows(installation, TeamMember) == []


@pytest.mark.parametrize("role", [each for each in StaffRole if each is not StaffRole.administrator], ids=str)
def test_others_make_no_team(installation, desk, role):
    tab = desk(role)

    tab.do(StaffTeamsState.add, form=NEW)

    assert rows(installation, SupportTeam) == []
