"""The desk of tickets in words: the queue, the board by what burns, filters, teams, who else is there (4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cabinet.domain import tickets
from cabinet.domain.tickets import Queued, Team, Wanted, Watcher
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import LOCALES, mark
from cabinet.kit.shapes import Fact
from cabinet.models.tickets import Share, Ticket, TicketFilter, TicketState, TicketTopic
from cabinet.reports.reader import Reader
from cabinet.reports.tickets import TONES, TicketRow
from cabinet.reports.topics import PRIORITIES

SHARES: Final = {
    Share.hand: mark("By hand: somebody takes it"),
    Share.turn: mark("By turns"),
    Share.load: mark("To who has the fewest"),
}
STATES: Final = {
    TicketState.accepted: mark("Ticket accepted"),
    TicketState.working: mark("Being worked on"),
    TicketState.second_line: mark("On the second line"),
    TicketState.waiting: mark("Waits for the customer"),
}
"""The staff's own names, where customers read another."""
BURNING: Final = {
    "late": mark("Over the promise"),
    "hour": mark("Within an hour"),
    "today": mark("Today"),
    "later": mark("Later"),
    "waiting": mark("Waits for the customer"),
}
HOUR: Final = timedelta(hours=1)
Option = tuple[str, str]


@dataclass
class QueueRow(TicketRow):
    """A line of the queue; `burning` is its column on the board."""

    burning: str = ""
    picked: bool = False


@dataclass
class ColumnRow:
    """A column of the board."""

    key: str = ""
    title: str = ""
    count: int = 0
    rows: list[QueueRow] = field(default_factory=list)


@dataclass
class FilterRow:
    """A filter that is kept."""

    key: str = ""
    title: str = ""
    own: bool = False
    on: bool = False


@dataclass
class NarrowRow:
    """What narrows the queue now."""

    key: str = ""
    words: str = ""


@dataclass
class Choices:
    """What a filter may ask for, each with "" first."""

    teams: list[Option] = field(default_factory=list)
    topics: list[Option] = field(default_factory=list)
    priorities: list[Option] = field(default_factory=list)
    states: list[Option] = field(default_factory=list)
    tags: list[Option] = field(default_factory=list)


@dataclass
class TeamRow:
    """A line of the list of teams."""

    key: str = ""
    title: str = ""
    soft: str = ""


@dataclass
class MemberRow:
    """Somebody of a team."""

    key: str = ""
    name: str = ""
    soft: str = ""
    topics: list[str] = field(default_factory=list)


@dataclass
class TickRow:
    """Something that may be ticked in a form."""

    key: str = ""
    title: str = ""
    on: bool = False


@dataclass
class TeamCard:
    """The opened team."""

    key: str = ""
    title: str = ""
    share: str = "hand"
    facts: list[Fact] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    topics: list[TickRow] = field(default_factory=list)
    """All topics; those of the team are on."""
    form: dict[str, str] = field(default_factory=dict)


def queue_rows(found: Sequence[Queued], eye: Reader, picked: Sequence[str] = ()) -> list[QueueRow]:
    """Return the staff's queue: who asks, who answers, when it burns."""
    return [_queued(each, eye, picked) for each in found]


def board(rows: Sequence[QueueRow], eye: Reader) -> list[ColumnRow]:
    """Return the queue by when it burns; an empty column stays, so that the board keeps its shape."""
    return [
        ColumnRow(key, eye.say(title), len(its), its)
        for key, title in BURNING.items()
        for its in ([row for row in rows if row.burning == key],)
    ]


def filter_rows(found: Sequence[TicketFilter], wanted: Wanted, own_id: UUID | None) -> list[FilterRow]:
    """Return the filters that are kept; the one that is looked at is on."""
    return [
        FilterRow(str(each.id), each.title, each.staff_id == own_id, Wanted.read(each.wanted) == wanted)
        for each in found
    ]


def narrowed(wanted: Wanted, choices: Choices, eye: Reader) -> list[NarrowRow]:
    """Return what narrows the queue, in words."""
    names = {
        "team": dict(choices.teams),
        "topic": dict(choices.topics),
        "priority": dict(choices.priorities),
        "state": dict(choices.states),
    }
    said = []
    for key, value in wanted.told().items():
        words = names.get(key, {}).get(value, value)
        if key == "late":
            words = eye.say(BURNING["late"])
        said.append(NarrowRow(key, f"#{words}" if key == "tag" else f"«{words}»" if key == "words" else words))
    return said


def choices(teams: Sequence[Team], topics: Sequence[TicketTopic], tags: Sequence[str], eye: Reader) -> Choices:
    """Return what a filter may ask for."""
    anything = ("", eye.say(mark("Any")))
    return Choices(
        teams=[anything, *((each.team.code, eye.name(each.team.title)) for each in teams)],
        topics=[anything, *((each.code, eye.name(each.title)) for each in topics)],
        priorities=[anything, *((key.value, eye.say(words)) for key, words in PRIORITIES.items())],
        states=[anything, *((key.value, eye.say(words)) for key, words in STATES.items())],
        tags=[anything, *((each, f"#{each}") for each in tags)],
    )


def linked_rows(found: Sequence[Ticket], into: UUID, eye: Reader) -> list[TicketRow]:
    """Return the tickets that one has to do with."""
    return [
        TicketRow(
            key=str(each.id),
            title=each.subject,
            soft=each.number,
            status=eye.say(mark("Came into this one") if each.merged_into_id == into else tickets.LABELS[each.state]),
            tone=TONES.get(each.state, "accent"),
            burns=each.merged_into_id == into,
        )
        for each in found
    ]


def watching(found: Sequence[Watcher], eye: Reader) -> tuple[str, bool]:
    """Return who else is there, and whether somebody of them is answering."""
    answering = [each.name for each in found if each.answers]
    if answering:
        return eye.say(mark("Is answering now: {names}"), names=", ".join(answering)), True
    names = ", ".join(each.name for each in found)
    return (eye.say(mark("Has it open too: {names}"), names=names), False) if names else ("", False)


def team_rows(found: Sequence[Team], eye: Reader) -> list[TeamRow]:
    """Return a line for each team."""
    return [TeamRow(each.team.code, eye.name(each.team.title), _team_words(each, eye)) for each in found]


def team_card(found: Team, topics: Sequence[TicketTopic], eye: Reader) -> TeamCard:
    """Return a team with its people."""
    team = found.team
    named = {each.code: eye.name(each.title) for each in topics}
    own = [named[each.code] for each in found.topics if each.code in named]
    return TeamCard(
        key=team.code,
        title=eye.name(team.title),
        share=team.share.value,
        facts=[
            Fact(eye.say(mark("Code")), team.code),
            Fact(eye.say(mark("How tickets are shared")), eye.say(SHARES[team.share])),
            Fact(eye.say(mark("Topics")), ", ".join(own) or eye.say(mark("none yet"))),
            Fact(eye.say(mark("Open tickets")), i18n.number(found.open, eye.locale)),
        ],
        members=[
            MemberRow(
                key=str(each.member.staff_id),
                name=each.name,
                soft=_member_words(each, named, eye),
                topics=list(each.member.topics),
            )
            for each in found.members
        ],
        topics=[TickRow(code, title, code in {each.code for each in found.topics}) for code, title in named.items()],
        form={f"title_{locale}": team.title.get(locale, "") for locale in LOCALES},
    )


def _team_words(found: Team, eye: Reader) -> str:
    people = i18n.plural(eye.locale, "{n} person", "{n} people", len(found.members))
    return f"{people}, {eye.say(SHARES[found.team.share]).lower()}"


def _member_words(each: tickets.Member, named: Mapping[str, str], eye: Reader) -> str:
    skills = [named[code] for code in each.member.topics if code in named]
    said = [", ".join(skills) or eye.say(mark("all topics"))]
    said.append(eye.say(mark("{n} open"), n=each.open))
    if not each.member.takes:
        said.append(eye.say(mark("takes none now")))
    return " · ".join(said)


def _queued(each: Queued, eye: Reader, picked: Sequence[str]) -> QueueRow:
    ticket = each.ticket
    due = ticket.solve_due_at if ticket.answered_at else ticket.answer_due_at
    runs = ticket.running_since is not None and due is not None
    told = eye.say(tickets.LABELS[ticket.state])
    burning = _burning(due if runs else None, eye)
    if runs and due is not None:
        told = eye.say(mark("by {moment}"), moment=i18n.moment_short(due, eye.locale, eye.zone, now=eye.now))
    who = ", ".join(filter(None, (each.customer, each.assignee or eye.say(mark("nobody's yet")))))
    return QueueRow(
        key=str(ticket.id),
        title=ticket.subject,
        soft=f"{ticket.number}, {who}",
        status=told,
        tone="bad" if burning == "late" else TONES.get(ticket.state, "accent"),
        burns=burning == "late",
        burning=burning,
        picked=str(ticket.id) in picked,
    )


def _burning(due: datetime | None, eye: Reader) -> str:
    if due is None:
        return "waiting"
    if due < eye.now:
        return "late"
    if due < eye.now + HOUR:
        return "hour"
    return "today" if clock.day_of(due, eye.zone) == eye.today else "later"
