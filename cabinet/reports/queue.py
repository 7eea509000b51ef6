"""The desk of tickets in words: the queue, the board by what burns, filters, who else is there (4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cabinet.domain import tickets
from cabinet.domain.tickets import Near, Queued, Team, Thread, Wanted, Watcher
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.models.tickets import Ticket, TicketFilter, TicketState, TicketTopic
from cabinet.reports.reader import Reader
from cabinet.reports.tickets import TONES, TicketRow, duration, initials
from cabinet.reports.topics import PRIORITIES

STATES: Final = {
    TicketState.accepted: mark("Ticket accepted"),
    TicketState.working: mark("Being worked on"),
    TicketState.second_line: mark("On the second line"),
    TicketState.waiting: mark("Waits for the customer"),
}
"""The staff's own names, where customers read another."""
STAGES: Final = {**tickets.LABELS, **STATES}
BURNING: Final = {
    "late": mark("Over the promise"),
    "hour": mark("Within an hour"),
    "today": mark("Today"),
    "later": mark("Later"),
    "waiting": mark("Waits for the customer"),
}
PACED: Final = {("late", "burning"), ("state", "waiting")}
HOUR: Final = timedelta(hours=1)
SOON: Final = timedelta(hours=3)
DAY: Final = timedelta(days=1)
MINUTE: Final = 60
Option = tuple[str, str]


@dataclass
class QueueRow(TicketRow):
    """A line of the queue; `burning` is its column on the board."""

    burning: str = ""
    clock: str = ""
    """What is left of the promise, «0:25», «−0:18», «завтра»; "" while the clock stands."""
    heat: str = "calm"
    """The voice of the clock: `bad` over the promise or within an hour, `warn` within three."""
    who: str = ""
    assignee: str = ""
    initials: str = ""
    """Whose it is, "" when it is nobody's."""


@dataclass
class LinkedRow(TicketRow):
    """A ticket that another one has to do with; what came into it cannot be unlinked."""

    merged: bool = False


@dataclass
class DeskHead:
    """What stands over a thread on the desk."""

    line: str = ""
    """Number, topic, team."""
    priority: str = ""
    assignee: str = ""
    clock: str = ""
    heat: str = "calm"
    share: int = 0
    """So much of the promise is used, in per cent."""
    meter: str = ""


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
    """Return what narrows the queue, in words; the paces and a tag that stands among the `tags` show it themselves."""
    names = {
        "team": dict(choices.teams),
        "topic": dict(choices.topics),
        "priority": dict(choices.priorities),
        "state": dict(choices.states),
        "tag": {wanted.tag: f"#{wanted.tag}"},
        "words": {wanted.words: f"«{wanted.words}»"},
        "late": {"yes": eye.say(BURNING["late"]), "burning": eye.say(mark("What burns"))},
    }
    told = wanted.told().items()
    return [
        NarrowRow(key, names[key].get(value, value))
        for key, value in told
        if (key, value) not in PACED and (key != "tag" or value not in tags)
    ]


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


def head(found: Thread, share: int, eye: Reader) -> DeskHead:
    """Return what stands over a thread; `share` of the promise is used."""
    ticket = found.ticket
    due = ticket.solve_due_at if ticket.answered_at else ticket.answer_due_at
    done = ticket.state is TicketState.done
    runs = not done and ticket.running_since is not None
    line = (eye.say(mark("No. {number}"), number=ticket.number), eye.name(found.topic.title), eye.name(found.team))
    return DeskHead(
        line=" · ".join(filter(None, line)),
        priority=eye.say(PRIORITIES[ticket.priority]).lower(),
        assignee=found.assignee or eye.say(mark("nobody yet")),
        clock=_clock(ticket, due if runs else None, eye),
        heat=_heat(due if runs else None, eye),
        share=share,
        meter=eye.say(mark("{n}% of the promised time is used"), n=share),
    )


def linked_rows(found: Sequence[Ticket], into: UUID, eye: Reader) -> list[LinkedRow]:
    """Return the tickets that one has to do with."""
    return [_linked(each, each.merged_into_id == into, eye) for each in found]


def near_rows(found: Sequence[Near], eye: Reader) -> list[LinkedRow]:
    """Return tickets of the same house on the same topic; their keys are their numbers."""
    return [
        LinkedRow(
            key=each.ticket.number,
            title=f"{each.ticket.number}: {each.ticket.subject}",
            soft=", ".join(filter(None, (each.flat, eye.say(STAGES[each.ticket.state]).lower()))),
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
        clock=_left(due, eye) if runs and due is not None else "",
        heat=_heat(due if runs else None, eye),
        who=f"{each.customer} · {eye.say(STAGES[ticket.state])}",
        assignee=each.assignee,
        initials=initials(each.assignee),
    )


def _left(due: datetime, eye: Reader) -> str:
    """Return what is left until a moment: hours and minutes within a day, else the day."""
    left = due - eye.now
    if left > DAY:
        return i18n.day_short(clock.day_of(due, eye.zone), eye.locale, today=eye.today)
    hours, minutes = divmod(abs(int(left.total_seconds())) // MINUTE, MINUTE)
    return f"{'−' if left < timedelta() else ''}{hours}:{minutes:02}"


def _clock(ticket: Ticket, due: datetime | None, eye: Reader) -> str:
    if ticket.state is TicketState.done:
        return eye.say(mark("It took {time}"), time=duration(ticket.spent_minutes, eye.locale))
    if due is None:
        return eye.say(mark("The clock stands, left: {time}"), time=duration(tickets.left_minutes(ticket), eye.locale))
    words = mark("Solve by {moment}") if ticket.answered_at else mark("Answer by {moment}")
    if due < eye.now:
        words = mark("Promised by {moment}, it is late")
    return eye.say(words, moment=i18n.moment_short(due, eye.locale, eye.zone, now=eye.now))


def _heat(due: datetime | None, eye: Reader) -> str:
    if due is None:
        return "calm"
    left = due - eye.now
    return "bad" if left < HOUR else "warn" if left < SOON else "calm"


def _burning(due: datetime | None, eye: Reader) -> str:
    if due is None:
        return "waiting"
    if due < eye.now:
        return "late"
    if due < eye.now + HOUR:
        return "hour"
    return "today" if clock.day_of(due, eye.zone) == eye.today else "later"
