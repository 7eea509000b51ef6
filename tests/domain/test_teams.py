"""Teams of support: how a ticket finds who answers it, by hand, by turns, by load; who may change what."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import tickets
from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor, RightMissing, SignInNeeded
from cabinet.models.people import PersonStatus, StaffMember, StaffRole
from cabinet.models.tickets import Share, SupportTeam, TeamMember, Ticket, TicketState, TicketStep, TicketTopic
from tests import personae
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

TITLE = {"ru": "Линия", "en": "Line"}
HOUR = timedelta(hours=1)


@pytest.fixture
def anton(session):
    return personae.member_in(session, StaffRole.administrator)[1]


def kept(session, actor, code="line", share=Share.turn, topics=("internet", "other"), *, fresh=True, title=None):
    return tickets.keep_team(session, actor, code, title or TITLE, share, topics, fresh=fresh, now=NOON)


def member(session, actor, who, topics=(), code="line"):
    return tickets.put_member(session, actor, code, who.id, topics, now=NOON)


def opened(session, who, topic="other", *, now=NOON):
    wish = tickets.Wish(draft_id=uuid4(), topic=topic, subject="Тема", body="Слова", answers={"line": "0"})
    return tickets.open_(session, who.actor, wish, now=now)


def test_without_a_team_a_ticket_is_everybodys(session, anna):
    ticket = opened(session, anna)

    assert (ticket.team_code, ticket.assignee_id) == ("", None)


def test_by_turns_each_gets_one_after_the_other(session, anna, oleg, maria, anton):
    kept(session, anton)
    for who in (oleg, maria):
        member(session, anton, who)

    given = [opened(session, anna, now=NOON + HOUR * place).assignee_id for place in range(4)]

    assert set(given[:2]) == {oleg.id, maria.id}
    assert given[2:] == given[:2]
    steps = session.scalars(select(TicketStep).where(TicketStep.name == "assigned")).all()
    assert {(each.actor, each.state) for each in steps} == {("system:teams", TicketState.accepted)}


def test_by_load_the_one_with_the_fewest_gets_it(session, anna, oleg, maria, anton):
    kept(session, anton, share=Share.load)
    for who in (oleg, maria):
        member(session, anton, who)
    burden = [opened(session, anna) for _ in range(2)]
    for each in burden:
        tickets.assign(session, anton, each.id, oleg.id, now=NOON)

    assert opened(session, anna).assignee_id == maria.id
    assert opened(session, anna).assignee_id == maria.id
    # One of Oleg's waits for the customer and one is finished: neither burdens him.
    for each, how in zip(burden, ("asked", "finished"), strict=True):
        seen = tickets.last_id(session, oleg, each.id)
        tickets.answer(session, oleg, each.id, "Слова", how=how, draft_id=uuid4(), seen_id=seen, now=NOON)
    assert opened(session, anna).assignee_id == oleg.id


def test_shared_by_hand_it_waits_for_a_hand(session, anna, oleg, anton):
    kept(session, anton, share=Share.hand)
    member(session, anton, oleg)

    ticket = opened(session, anna)

    assert (ticket.team_code, ticket.assignee_id) == ("line", None)


def test_only_who_can_takes_and_may_is_given_one(session, anna, oleg, maria, anton):
    kept(session, anton)
    member(session, anton, oleg, ["internet"])
    assert opened(session, anna, "other").assignee_id is None
    assert opened(session, anna, "internet").assignee_id == oleg.id

    member(session, anton, maria)
    assert opened(session, anna, "other").assignee_id == maria.id
    tickets.take_or_not(session, maria, False, now=NOON)
    assert tickets.taking(session, maria) is False
    assert opened(session, anna, "other", now=NOON + HOUR).assignee_id is None
    tickets.take_or_not(session, maria, True, now=NOON)
    session.get_one(StaffMember, maria.id).status = PersonStatus.blocked
    assert opened(session, anna, "other", now=NOON + HOUR).assignee_id is None


def test_another_team_shares_it_in_its_own_way(session, anna, oleg, maria, anton):
    kept(session, anton, share=Share.hand)
    kept(session, anton, "bills", Share.turn, ["payment"])
    member(session, anton, maria, code="bills")
    ticket = opened(session, anna)
    tickets.take(session, oleg, ticket.id, now=NOON)

    tickets.move_to_team(session, oleg, ticket.id, "bills", now=NOON)
    assert (ticket.team_code, ticket.assignee_id, ticket.state) == ("bills", maria.id, TicketState.working)
    tickets.move_to_team(session, oleg, ticket.id, "line", now=NOON)
    assert (ticket.team_code, ticket.assignee_id) == ("line", None)
    tickets.move_to_team(session, oleg, ticket.id, "", now=NOON)
    assert ticket.team_code == ""
    with pytest.raises(tickets.TeamNotFound):
        tickets.move_to_team(session, oleg, ticket.id, "nobody", now=NOON)
    written = [each.action for each in audit.journal(session, SYSTEM, audit.AuditFilter()).rows]
    assert written.count("tickets.to_team") == 3


def test_by_hand_it_goes_to_a_colleague_and_back(session, anna, oleg, maria, ilya):
    ticket = opened(session, anna)
    before = ticket.state, ticket.solve_due_at

    tickets.assign(session, oleg, ticket.id, maria.id, now=NOON)
    assert ticket.assignee_id == maria.id
    tickets.assign(session, oleg, ticket.id, None, now=NOON)
    assert ticket.assignee_id is None
    assert (ticket.state, ticket.solve_due_at) == before
    for nobody in (ilya.id, uuid4(), anna.person.id):
        with pytest.raises(tickets.CannotAnswer):
            tickets.assign(session, oleg, ticket.id, nobody, now=NOON)
    assert [name for _, name in tickets.answerers(session, oleg)] == ["Сотрудник finance", "Сотрудник operator"]


def test_a_topic_is_of_one_team_and_a_team_can_be_dissolved(session, anna, oleg, anton):
    kept(session, anton)
    member(session, anton, oleg)
    ticket = opened(session, anna)
    kept(session, anton, "bills", topics=["other"])
    assert {each.code: each.team_code for each in session.scalars(select(TicketTopic)) if each.team_code} == {
        "internet": "line",
        "other": "bills",
    }
    (bills, line) = tickets.all_teams(session, oleg)
    assert ([each.code for each in bills.topics], bills.members, bills.open) == (["other"], [], 0)
    assert ([each.name for each in line.members], [each.open for each in line.members]) == (["Сотрудник operator"], [1])
    assert line.open == 1

    tickets.drop_team(session, anton, "line", now=NOON)

    assert [each.code for each in session.scalars(select(SupportTeam))] == ["bills"]
    assert session.scalars(select(TeamMember)).all() == []
    session.refresh(ticket)
    assert (ticket.team_code, ticket.assignee_id) == ("", oleg.id)


def test_a_team_is_changed_in_place(session, oleg, anton):
    kept(session, anton)
    kept(session, anton, share=Share.load, topics=["payment"], fresh=False, title={"ru": "Деньги", "en": ""})
    member(session, anton, oleg, ["internet", "no-such"])

    team = session.get_one(SupportTeam, "line")
    assert (team.title, team.share) == ({"ru": "Деньги"}, Share.load)
    assert session.get_one(TeamMember, ("line", oleg.id)).topics == ["internet"]
    member(session, anton, oleg)
    assert session.get_one(TeamMember, ("line", oleg.id)).topics == []
    tickets.drop_member(session, anton, "line", oleg.id, now=NOON)
    assert tickets.taking(session, oleg) is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"code": "Линия"}, tickets.TeamWrong),
        ({"code": "x" * 41}, tickets.TeamWrong),
        ({"title": {"ru": " ", "en": "Line"}}, tickets.TeamWrong),
        ({"title": {"ru": "ы" * 61}}, tickets.TeamWrong),
        ({"fresh": False}, tickets.TeamNotFound),
    ],
    ids=str,
)
def test_what_is_no_team_is_refused(session, anton, changed, refusal):
    with pytest.raises(refusal):
        kept(session, anton, **changed)

    assert session.scalars(select(SupportTeam)).all() == []


def test_a_code_is_taken_once_and_teams_are_few(session, anton):
    kept(session, anton)
    with pytest.raises(tickets.TeamTaken):
        kept(session, anton)
    for place in range(29):
        kept(session, anton, f"team-{place}", topics=[])
    with pytest.raises(tickets.TooManyTeams):
        kept(session, anton, "one-more")


def test_strangers_and_others_of_the_staff_change_nothing(session, anna, vera, oleg, anton):
    kept(session, anton)
    ticket = opened(session, anna)
    for actor in (anna.actor, vera.actor, oleg, Actor.guest()):
        with pytest.raises((RightMissing, SignInNeeded)):
            kept(session, actor, "mine")
        with pytest.raises((RightMissing, SignInNeeded)):
            tickets.put_member(session, actor, "line", oleg.id, [], now=NOON)
        with pytest.raises((RightMissing, SignInNeeded)):
            tickets.drop_team(session, actor, "line", now=NOON)
    for actor in (anna.actor, vera.actor, Actor.guest()):
        for deed in (tickets.all_teams, tickets.answerers, tickets.taking):
            with pytest.raises((RightMissing, SignInNeeded)):
                deed(session, actor)
        with pytest.raises((RightMissing, SignInNeeded)):
            tickets.assign(session, actor, ticket.id, oleg.id, now=NOON)
        with pytest.raises((RightMissing, SignInNeeded)):
            tickets.move_to_team(session, actor, ticket.id, "line", now=NOON)
    assert session.get_one(Ticket, ticket.id).assignee_id is None
