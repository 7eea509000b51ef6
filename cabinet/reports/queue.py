"""The desk of tickets in words: the queue, the board by what burns, filters, who else is there (4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cabinet.domain import tickets
from cabinet.domain.tickets import Queued, Team, Wanted, Watcher
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.models.tickets import Ticket, TicketFilter, TicketState, TicketTopic
from cabinet.reports.reader import Reader
from cabinet.reports.tickets import TONES, TicketRow
from cabinet.reports.topics import PRIORITIES

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


@dataclass
class LinkedRow(TicketRow):
    """A ticket that another one has to do with; what came into it cannot be unlinked."""

    merged: bool = False


@dataclass
class ColumnRow:
    """A column of the board."""

    key: str = ""
    title: str = ""
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


def queue_rows(found: Sequence[Queued], eye: Reader) -> list[QueueRow]:
    """Return the staff's queue: who asks, who answers, when it burns."""
    return [_queued(each, eye) for each in found]


def board(rows: Sequence[QueueRow], eye: Reader) -> list[ColumnRow]:
    """Return the queue by when it burns; an empty column stays, so that the board keeps its shape."""
    columns = {key: ColumnRow(key, eye.say(title)) for key, title in BURNING.items()}
    for row in rows:
        columns[row.burning].rows.append(row)
    return list(columns.values())


def filter_rows(found: Sequence[TicketFilter], wanted: Wanted, own_id: UUID | None) -> list[FilterRow]:
    """Return the filters that are kept; the one that is looked at is on."""
    return [
        FilterRow(str(each.id), each.title, each.staff_id == own_id, Wanted.read(each.wanted) == wanted)
        for each in found
    ]


def narrowed(wanted: Wanted, choices: Choices, tags: Sequence[str], eye: Reader) -> list[NarrowRow]:
    """Return what narrows the queue, in words; a tag that stands among the `tags` shows it by itself."""
    names = {
        "team": dict(choices.teams),
        "topic": dict(choices.topics),
        "priority": dict(choices.priorities),
        "state": dict(choices.states),
        "tag": {wanted.tag: f"#{wanted.tag}"},
        "words": {wanted.words: f"«{wanted.words}»"},
        "late": {wanted.late: eye.say(BURNING["late"])},
    }
    told = wanted.told().items()
    return [NarrowRow(key, names[key].get(value, value)) for key, value in told if key != "tag" or value not in tags]


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


def linked_rows(found: Sequence[Ticket], into: UUID, eye: Reader) -> list[LinkedRow]:
    """Return the tickets that one has to do with."""
    return [_linked(each, each.merged_into_id == into, eye) for each in found]


def watching(found: Sequence[Watcher], eye: Reader) -> tuple[str, bool]:
    """Return who else is there, and whether somebody of them is answering."""
    answering = [each.name for each in found if each.answers]
    if answering:
        return eye.say(mark("Is answering now: {names}"), names=", ".join(answering)), True
    names = ", ".join(each.name for each in found)
    return (eye.say(mark("Has it open too: {names}"), names=names), False) if names else ("", False)


def _linked(ticket: Ticket, merged: bool, eye: Reader) -> LinkedRow:
    return LinkedRow(
        key=str(ticket.id),
        title=ticket.subject,
        soft=ticket.number,
        status=eye.say(mark("Came into this one") if merged else tickets.LABELS[ticket.state]),
        tone=TONES.get(ticket.state, "accent"),
        merged=merged,
    )


def _queued(each: Queued, eye: Reader) -> QueueRow:
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
        burning=burning,
    )


def _burning(due: datetime | None, eye: Reader) -> str:
    if due is None:
        return "waiting"
    if due < eye.now:
        return "late"
    if due < eye.now + HOUR:
        return "hour"
    return "today" if clock.day_of(due, eye.zone) == eye.today else "later"
