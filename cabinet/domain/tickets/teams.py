"""Who answers: teams with their topics and people, and how a new ticket finds one of them (4.1, the staff's side).

A team shares its tickets by hand, by turns, or by load. Given by itself a ticket is to who can answer its topic, takes
tickets now, and may answer them at all; where there is nobody, it waits for a hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlmodel import Session, col

from cabinet.domain.base import access, audit, events
from cabinet.domain.base.actor import Actor
from cabinet.domain.tickets.states import TOPIC, locked
from cabinet.domain.tickets.topics import CODE
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.i18n import DEFAULT_LOCALE
from cabinet.models.people import PersonStatus, StaffMember
from cabinet.models.tickets import (
    Share,
    SupportTeam,
    TeamMember,
    Ticket,
    TicketState,
    TicketStep,
    TicketTopic,
)

TITLE_LENGTH_MAX: Final = 60
TEAMS_MAX: Final = 30
GIVER: Final = Actor.system("teams")


class TeamNotFound(NotFound):
    code = "tickets.team_not_found"


class TeamWrong(Invalid):
    """No title in the first language, or one that is too long; a code that is none."""

    code = "tickets.team_wrong"


class TeamTaken(Conflict):
    code = "tickets.team_taken"


class TooManyTeams(Conflict):
    code = "tickets.too_many_teams"


class CannotAnswer(Conflict):
    """Whoever was named does not answer tickets: no such right, or gone."""

    code = "tickets.cannot_answer"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team, with how many open tickets he has."""

    member: TeamMember
    name: str
    open: int


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its people and topics, and how many of its tickets are open."""

    team: SupportTeam
    members: Sequence[Member]
    topics: Sequence[TicketTopic]
    open: int


def all_teams(session: Session, actor: Actor) -> list[Team]:
    """Return the teams by their codes."""
    actor.require("tickets.read")
    found = session.scalars(select(SupportTeam).order_by(col(SupportTeam.code)).limit(TEAMS_MAX))
    waiting = select(col(Ticket.team_code), func.count()).where(_unfinished()).group_by(col(Ticket.team_code))
    counts: dict[str, int] = dict(session.execute(waiting).all())
    loads, members, topics = _loads(session), defaultdict(list), defaultdict(list)
    people = select(TeamMember, col(StaffMember.name)).join(
        StaffMember, col(StaffMember.id) == col(TeamMember.staff_id)
    )
    for each, name in session.execute(people.order_by(col(StaffMember.name))):
        members[each.team_code].append(Member(each, name, loads.get(each.staff_id, 0)))
    for topic in session.scalars(select(TicketTopic).order_by(col(TicketTopic.position))):
        topics[topic.team_code].append(topic)
    return [Team(each, members[each.code], topics[each.code], counts.get(each.code, 0)) for each in found]


def answerers(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    """Return whom a ticket may be given to, by name."""
    actor.require("tickets.read")
    query = select(StaffMember).where(col(StaffMember.status) == PersonStatus.active).order_by(col(StaffMember.name))
    return [(each.id, each.name) for each in session.scalars(query) if _answers(each)]


def keep_team(
    session: Session,
    actor: Actor,
    code: str,
    title: Mapping[str, str],
    share: Share,
    topics: Sequence[str],
    *,
    fresh: bool,
    now: datetime,
) -> SupportTeam:
    """Add a `fresh` team, or change the one of that code: its title, how it shares, which topics are its own now."""
    actor.require("teams.keep")
    called = {locale: " ".join(words.split()) for locale, words in title.items()}
    if not CODE.fullmatch(code) or not called.get(DEFAULT_LOCALE):
        raise TeamWrong(most=TITLE_LENGTH_MAX)
    if any(len(words) > TITLE_LENGTH_MAX for words in called.values()):
        raise TeamWrong(most=TITLE_LENGTH_MAX)
    team = session.get(SupportTeam, code, with_for_update=True)
    if fresh and team is not None:
        raise TeamTaken(team=code)
    if not fresh and team is None:
        raise TeamNotFound()
    if fresh and (session.scalar(select(func.count()).select_from(SupportTeam)) or 0) >= TEAMS_MAX:
        raise TooManyTeams(most=TEAMS_MAX)
    team = team or SupportTeam(code=code, title={})
    team.title, team.share = {locale: words for locale, words in called.items() if words}, share
    session.add(team)
    session.flush()
    session.execute(update(TicketTopic).where(col(TicketTopic.team_code) == code).values(team_code=""))
    session.execute(update(TicketTopic).where(col(TicketTopic.code).in_(topics)).values(team_code=code))
    audit.write(session, actor, "tickets.team_kept", now=now, object_type="support_team", object_id=code)
    return team


def drop_team(session: Session, actor: Actor, code: str, *, now: datetime) -> None:
    """Dissolve a team: its topics and its open tickets are everybody's."""
    actor.require("teams.keep")
    team = _locked(session, code)
    session.execute(delete(TeamMember).where(col(TeamMember.team_code) == code))
    session.execute(update(TicketTopic).where(col(TicketTopic.team_code) == code).values(team_code=""))
    session.execute(update(Ticket).where(col(Ticket.team_code) == code).values(team_code=""))
    session.delete(team)
    session.flush()
    audit.write(session, actor, "tickets.team_dropped", now=now, object_type="support_team", object_id=code)
    events.ring(session, events.EVERYBODY, TOPIC)


def put_member(
    session: Session, actor: Actor, code: str, staff_id: UUID, topics: Sequence[str], *, now: datetime
) -> TeamMember:
    """Take somebody into a team, or change what he can answer there; without topics he answers all of them."""
    actor.require("teams.keep")
    _locked(session, code)
    _answerer(session, staff_id)
    known = session.scalars(select(col(TicketTopic.code)).where(col(TicketTopic.code).in_(topics)))
    member = session.get(TeamMember, (code, staff_id)) or TeamMember(team_code=code, staff_id=staff_id)
    member.topics = sorted(known)
    session.add(member)
    session.flush()
    told = {"object_type": "support_team", "object_id": code, "member": str(staff_id)}
    audit.write(session, actor, "tickets.member_put", now=now, **told)
    return member


def drop_member(session: Session, actor: Actor, code: str, staff_id: UUID, *, now: datetime) -> None:
    """Take somebody out of a team; what he has stays his."""
    actor.require("teams.keep")
    _locked(session, code)
    session.execute(delete(TeamMember).where(col(TeamMember.team_code) == code, col(TeamMember.staff_id) == staff_id))
    told = {"object_type": "support_team", "object_id": code, "member": str(staff_id)}
    audit.write(session, actor, "tickets.member_dropped", now=now, **told)


def taking(session: Session, actor: Actor) -> bool | None:
    """Tell whether the actor is given tickets by his teams; None when he is of none."""
    actor.require("tickets.read")
    query = select(col(TeamMember.takes)).where(col(TeamMember.staff_id) == actor.id)
    found = list(session.scalars(query))
    return any(found) if found else None


def take_or_not(session: Session, actor: Actor, takes: bool, *, now: datetime) -> None:
    """Be given tickets by all one's teams, or by none for a while."""
    actor.require("tickets.reply")
    session.execute(update(TeamMember).where(col(TeamMember.staff_id) == actor.id).values(takes=takes))
    audit.write(session, actor, "tickets.takes", now=now, object_type="staff", object_id=str(actor.id), takes=takes)


def give(session: Session, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """Give a ticket that somebody opened or moved to one of its team, as the team shares, or let it wait for a hand."""
    team = session.get(SupportTeam, ticket.team_code, with_for_update=True) if ticket.team_code else None
    if team is None or team.share is Share.hand:
        return
    able = _able(session, team.code, ticket.topic_code)
    if not able:
        return
    loads = _loads(session) if team.share is Share.load else {}
    first = datetime.min.replace(tzinfo=now.tzinfo)
    chosen = min(able, key=lambda each: (loads.get(each.staff_id, 0), each.given_at or first, str(each.staff_id)))
    chosen.given_at = now
    ticket.assignee_id = chosen.staff_id
    session.add_all([chosen, ticket])
    _step(session, GIVER, ticket, now)


def assign(session: Session, actor: Actor, ticket_id: UUID, staff_id: UUID | None, *, now: datetime) -> Ticket:
    """Give a ticket to a colleague, or back to nobody."""
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    if staff_id == ticket.assignee_id:
        return ticket
    name = _answerer(session, staff_id).name if staff_id is not None else ""
    ticket.assignee_id = staff_id
    session.add(ticket)
    _step(session, actor, ticket, now)
    audit.write(session, actor, "tickets.assign", now=now, object_type="ticket", object_id=ticket.number, to=name)
    return ticket


def move_to_team(session: Session, actor: Actor, ticket_id: UUID, code: str, *, now: datetime) -> Ticket:
    """Hand a ticket to another team, which shares it as it shares its own; "" makes it everybody's."""
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    if code == ticket.team_code:
        return ticket
    if code and session.get(SupportTeam, code) is None:
        raise TeamNotFound()
    ticket.team_code, ticket.assignee_id = code, None
    session.add(ticket)
    session.flush()
    if ticket.state is not TicketState.done:
        give(session, actor, ticket, now=now)
    if ticket.assignee_id is None:
        _step(session, actor, ticket, now)
    audit.write(session, actor, "tickets.to_team", now=now, object_type="ticket", object_id=ticket.number, team=code)
    return ticket


def _step(session: Session, actor: Actor, ticket: Ticket, now: datetime) -> None:
    session.add(TicketStep(ticket_id=ticket.id, name="assigned", state=ticket.state, at=now, actor=actor.label))
    session.flush()
    events.ring(session, ticket.person_id, TOPIC)


def _able(session: Session, code: str, topic: str) -> list[TeamMember]:
    query = (
        select(TeamMember, StaffMember)
        .join(StaffMember, col(StaffMember.id) == col(TeamMember.staff_id))
        .where(col(TeamMember.team_code) == code, col(TeamMember.takes))
    )
    return [
        each
        for each, member in session.execute(query)
        if _answers(member) and (not each.topics or topic in each.topics)
    ]


def _loads(session: Session) -> dict[UUID, int]:
    """Return how many open tickets everybody has; those that wait for the customer burden nobody."""
    query = (
        select(col(Ticket.assignee_id), func.count())
        .where(col(Ticket.assignee_id).is_not(None), _unfinished(), col(Ticket.state) != TicketState.waiting)
        .group_by(col(Ticket.assignee_id))
    )
    return {staff_id: count for staff_id, count in session.execute(query) if staff_id is not None}


def _unfinished() -> ColumnElement[bool]:
    return col(Ticket.state) != TicketState.done


def _answerer(session: Session, staff_id: UUID) -> StaffMember:
    member = session.get(StaffMember, staff_id)
    if member is None or not _answers(member):
        raise CannotAnswer()
    return member


def _answers(member: StaffMember) -> bool:
    return member.status is PersonStatus.active and access.permitted(member.role, "tickets.reply")


def _locked(session: Session, code: str) -> SupportTeam:
    team = session.get(SupportTeam, code, with_for_update=True)
    if team is None:
        raise TeamNotFound()
    return team
