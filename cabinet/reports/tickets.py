"""Tickets in words: the customer's list, a thread, its clock and steps, the staff's queue (4.1, 4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cabinet.domain import tickets
from cabinet.domain.tickets import Said, Thread
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.kit.shapes import Fact, Step
from cabinet.models.files import FileStatus, StoredFile
from cabinet.models.people import StaffRole
from cabinet.models.tickets import Ticket, TicketState, TicketStep, TicketTopic

LINK: Final = re.compile(r"https?://[^\s<>\"'«»]{1,500}[^\s<>\"'«».,;:!?)]")
"""Only these become links: nothing that a browser would run."""
TONES: Final = {TicketState.waiting: "warn", TicketState.done: "good"}
ROLES: Final = {
    StaffRole.operator: mark("support operator"),
    StaffRole.editor: mark("editor of articles"),
    StaffRole.finance: mark("billing specialist"),
    StaffRole.auditor: mark("auditor"),
    StaffRole.administrator: mark("administrator"),
}
RUNS_AGAIN: Final = ("added", "reopened")
"""Steps that set the clock going."""
HREFS: Final = {"payment": "/pay/{id}", "service": "/services?open={id}", "order": "/orders?open={id}"}


@dataclass
class Piece:
    """A stretch of a message: plain, or a link."""

    text: str = ""
    href: str = ""


@dataclass
class FileRow:
    key: str = ""
    name: str = ""
    soft: str = ""
    refused: str = ""
    """Why it was not taken."""


@dataclass
class MessageRow:
    key: int = 0
    name: str = ""
    initials: str = ""
    own: bool = False
    """The customer's."""
    role: str = ""
    """What the writer is: a customer, when the staff reads it, or what he does on the staff."""
    when: str = ""
    edited: bool = False
    private: bool = False
    """A note among the staff."""
    can_edit: bool = False
    can_split: bool = False
    """The staff can make a ticket of its own out of it."""
    body: str = ""
    notes: list[str] = field(default_factory=list)
    """What happened to the ticket after it, before the next one."""
    pieces: list[Piece] = field(default_factory=list)
    files: list[FileRow] = field(default_factory=list)


@dataclass
class TicketRow:
    """A line of a list."""

    key: str = ""
    title: str = ""
    soft: str = ""
    status: str = ""
    tone: str = "accent"


@dataclass
class TicketCard:
    """All that stands around a thread."""

    key: str = ""
    subject: str = ""
    soft: str = ""
    status: str = ""
    tone: str = "accent"
    customer: str = ""
    waits: bool = False
    done: bool = False
    question: str = ""
    clock: str = ""
    clock_soft: str = ""
    share: int = 0
    facts: list[Fact] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    about: str = ""
    about_link: str = ""
    rating: int = 0
    comment: str = ""
    more: bool = False
    can_pass: bool = False
    assignee: str = ""
    """Who answers, by key; "-" is nobody."""
    team: str = ""
    """Whose it is, by code; "-" is everybody's."""
    merged: str = ""
    """The number of the ticket that its words went to."""
    merged_key: str = ""
    tags: list[str] = field(default_factory=list)


@dataclass
class FieldRow:
    """A field of a topic."""

    name: str = ""
    kind: str = ""
    label: str = ""
    required: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)
    value: str = ""


def rows(found: Sequence[Ticket], locale: str, zone: str, *, now: datetime) -> list[TicketRow]:
    """Return the customer's list."""
    return [
        TicketRow(
            key=str(each.id),
            title=each.subject,
            soft=f"{each.number}, {i18n.moment_short(each.changed_at, locale, zone, now=now)}",
            status=i18n.text(locale, tickets.LABELS[each.state]),
            tone=TONES.get(each.state, "accent"),
        )
        for each in found
    ]


def card(found: Thread, locale: str, zone: str, *, now: datetime) -> TicketCard:
    """Return what stands around a thread."""
    ticket = found.ticket
    waits, done = ticket.state is TicketState.waiting, ticket.state is TicketState.done
    clock, clock_soft, share = _clock(ticket, locale, zone, now)
    asked = [each.message.body for each in found.said if each.message.staff_id is not None]
    created = i18n.moment_short(ticket.created_at, locale, zone, now=now)
    return TicketCard(
        key=str(ticket.id),
        subject=ticket.subject,
        soft=i18n.text(locale, mark("No. {number}, opened {moment}"), number=ticket.number, moment=created),
        status=i18n.text(locale, tickets.LABELS[ticket.state]),
        tone=TONES.get(ticket.state, "accent"),
        customer=found.person.name,
        waits=waits,
        done=done,
        question=asked[-1] if waits and asked else "",
        clock=clock,
        clock_soft=clock_soft,
        share=share,
        facts=_facts(found, locale, zone, now),
        steps=_steps(found, locale, zone, now),
        about=i18n.localized(found.about, locale) if found.about else "",
        about_link=HREFS.get(ticket.object_kind, "").format(id=ticket.object_id),
        rating=ticket.rating or 0,
        comment=ticket.rating_comment,
        more=found.more,
        can_pass=(ticket.state, "passed") in tickets.MOVES,
        assignee=str(ticket.assignee_id or "-"),
        team=ticket.team_code or "-",
        merged=found.merged_into.number if found.merged_into else "",
        merged_key=str(ticket.merged_into_id or ""),
        tags=list(found.tags),
    )


def messages(found: Thread, locale: str, zone: str, *, now: datetime, staff: bool = False) -> list[MessageRow]:
    """Return the thread as its reader sees it; the customer's last message can be mended until it is answered."""
    last = found.said[-1].message.id if found.said else 0
    told = [_message(each, found, locale, zone, now, staff, each.message.id == last) for each in found.said]
    open_ = sum(not each.private for each in told) > 1 or found.more
    for row, each in zip(told, found.said, strict=True):
        row.can_split = staff and open_ and each.message.person_id is not None and found.merged_into is None
    for place, step in enumerate(found.steps):
        before = [row for row, each in zip(told, found.said, strict=True) if each.message.sent_at <= step.at]
        note = _note(step, found.ticket, locale, zone, now, first=place == 0)
        if before and note:
            before[-1].notes.append(note)
    return told


def file_rows(found: Sequence[StoredFile], locale: str) -> list[FileRow]:
    """Return files with their sizes, the refused ones with why."""
    return [
        FileRow(
            key=str(each.id),
            name=each.name,
            soft=_size(each.size_bytes, locale),
            refused=i18n.text(locale, each.refusal, **each.details) if each.status is FileStatus.refused else "",
        )
        for each in found
    ]


def field_rows(topic: TicketTopic, words: Mapping[str, str], locale: str) -> list[FieldRow]:
    """Return a topic's fields with what is typed in them."""
    return [_field(asked, words, locale) for asked in tickets.asked_of(topic)]


def pieces(text: str) -> list[Piece]:
    """Split a text at its links. A link is http or https and shown as it is written: nothing hides behind words."""
    found: list[Piece] = []
    place = 0
    for link in LINK.finditer(text):
        if link.start() > place:
            found.append(Piece(text[place : link.start()]))
        found.append(Piece(link.group(), link.group()))
        place = link.end()
    if place < len(text):
        found.append(Piece(text[place:]))
    return found


def initials(name: str) -> str:
    """Return the first letters of the first two words of a name."""
    return "".join(word[:1] for word in name.split()[:2]).upper()


def duration(minutes: int, locale: str) -> str:
    """Return «6 ч 20 мин»."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return i18n.text(locale, mark("{n} min"), n=rest)
    if not rest:
        return i18n.text(locale, mark("{n} h"), n=hours)
    return i18n.text(locale, mark("{hours} h {minutes} min"), hours=hours, minutes=rest)


def _message(each: Said, found: Thread, locale: str, zone: str, now: datetime, staff: bool, last: bool) -> MessageRow:
    message = each.message
    customers = message.staff_id is None
    role = ROLES[each.role] if each.role else mark("customer") if staff else ""
    person = found.person.name
    name = i18n.text(locale, mark("You")) if customers and not staff else each.name or person
    return MessageRow(
        key=message.id or 0,
        name=name,
        initials=initials(each.name or person),
        own=customers,
        role=i18n.text(locale, role) if role else "",
        when=i18n.moment_short(message.sent_at, locale, zone, now=now),
        edited=message.edited_at is not None,
        private=message.private,
        can_edit=customers and not staff and last and found.ticket.state is not TicketState.done,
        body=message.body,
        pieces=pieces(message.body),
        files=file_rows(each.files, locale),
    )


def _note(step: TicketStep, ticket: Ticket, locale: str, zone: str, now: datetime, *, first: bool) -> str:
    """Return what a step meant for the promises; "" when it meant nothing."""
    if first:
        due = i18n.moment_short(ticket.answer_due_at, locale, zone, now=now)
        return i18n.text(locale, mark("Accepted, we answer by {moment}"), moment=due)
    told = {
        TicketState.waiting: mark("The deadline is on hold · {moment}"),
        TicketState.done: mark("Finished · {moment}"),
    }.get(step.state, mark("The deadline runs again · {moment}") if step.name in RUNS_AGAIN else "")
    return i18n.text(locale, told, moment=i18n.moment_short(step.at, locale, zone, now=now)) if told else ""


def _clock(ticket: Ticket, locale: str, zone: str, now: datetime) -> tuple[str, str, int]:
    """Return the figure of the deadline, the words under it, and the share of the promise that is used."""
    share = min(100 * ticket.spent_minutes // max(ticket.solve_minutes, 1), 100)
    if ticket.state is TicketState.done:
        return i18n.text(locale, mark("Finished")), duration(ticket.spent_minutes, locale), share
    if ticket.solve_due_at is None:
        left = duration(tickets.left_minutes(ticket), locale)
        return left, i18n.text(locale, mark("The clock stands. So much is left after your answer")), share
    due = i18n.moment_short(ticket.solve_due_at, locale, zone, now=now)
    told = mark("We solve it by then") if ticket.solve_due_at > now else mark("It takes longer than we promised")
    whole = (ticket.solve_due_at - ticket.created_at).total_seconds()
    gone = (now - ticket.created_at).total_seconds()
    return due, i18n.text(locale, told), max(0, min(int(100 * gone / max(whole, 1)), 100))


def _facts(found: Thread, locale: str, zone: str, now: datetime) -> list[Fact]:
    ticket = found.ticket
    facts = [Fact(i18n.text(locale, mark("Topic")), i18n.localized(found.topic.title, locale))]
    if ticket.answered_at is None:
        due = i18n.moment_short(ticket.answer_due_at, locale, zone, now=now)
        facts.append(Fact(i18n.text(locale, mark("First answer by")), due))
    else:
        moment = i18n.moment_short(ticket.answered_at, locale, zone, now=now)
        facts.append(Fact(i18n.text(locale, mark("First answer")), moment))
    for asked in found.topic.fields:
        value = ticket.answers.get(asked["name"], "")
        if value:
            facts.append(Fact(i18n.localized(asked["label"], locale), _said(asked, value, locale)))
    return facts


def _said(asked: Mapping[str, Any], value: str, locale: str) -> str:
    options = asked.get("options", [])
    if asked["kind"] == "choice" and value.isdecimal() and int(value) < len(options):
        return i18n.localized(options[int(value)], locale)
    return value


def _steps(found: Thread, locale: str, zone: str, now: datetime) -> list[Step]:
    told: list[tuple[str, TicketStep]] = []
    for each in found.steps:
        label = tickets.LABELS[each.state]
        if not told or told[-1][0] != label:
            told.append((label, each))
    steps = [
        Step(
            title=i18n.text(locale, label),
            when=i18n.moment_short(each.at, locale, zone, now=now),
            soft=found.assignee if label == tickets.LABELS[TicketState.working] else "",
            state="done",
        )
        for label, each in told
    ]
    if found.ticket.state is TicketState.done or not steps:
        return steps
    last = steps[-1]
    now_state: Any = "waits" if found.ticket.state is TicketState.waiting else "now"
    steps[-1] = Step(title=last.title, when=last.when, soft=last.soft, state=now_state)
    return [*steps, Step(title=i18n.text(locale, tickets.LABELS[TicketState.done]))]


def _field(asked: Mapping[str, Any], words: Mapping[str, str], locale: str) -> FieldRow:
    options = [(str(place), i18n.localized(each, locale)) for place, each in enumerate(asked.get("options", []))]
    return FieldRow(
        name=f"answer_{asked['name']}",
        kind=asked["kind"],
        label=i18n.localized(asked["label"], locale),
        required=bool(asked.get("required")),
        options=options,
        value=words.get(f"answer_{asked['name']}", ""),
    )


def _size(size_bytes: int, locale: str) -> str:
    return i18n.text(locale, mark("{n} KB"), n=max(1, size_bytes // 1024))
