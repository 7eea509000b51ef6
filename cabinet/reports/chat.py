"""Talks in words: bubbles with their ticks, the place in the queue and its estimate, the staff's console (4.4)."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cabinet.domain import chat
from cabinet.domain.base.ports import File
from cabinet.domain.chat import Accuracy, Line, Listed, OnDuty, Outlook
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.models.chat import ChatState
from cabinet.reports.reader import Reader
from cabinet.reports.tickets import HREFS, FileRow, Piece, duration, file_rows, initials, pieces

RUN: Final = timedelta(minutes=3)
"""Lines of one sender that follow each other so closely stand together, with one time under the last."""
MINUTE: Final = 60
LINKS: Final = {**HREFS, "ticket": "/support/{id}"}
_OVER: Final = {
    ("customer", False): mark("You have ended the talk"),
    ("customer", True): mark("The customer has ended the talk"),
    ("staff", False): mark("The operator has ended the talk"),
    ("staff", True): mark("The operator has ended the talk"),
    ("idle", False): mark("The talk has ended by itself: there was no answer for long"),
    ("idle", True): mark("The talk has ended by itself: there was no answer for long"),
}


@dataclass
class BubbleRow:
    """A line of a talk: a bubble of the reader's own, of the other side, or a note in the middle."""

    key: int = 0
    kind: str = "note"
    """`own`, `other`, `note`; `day` over the first line of a day."""
    pieces: list[Piece] = field(default_factory=list)
    files: list[FileRow] = field(default_factory=list)
    when: str = ""
    """Under the last line of a run."""
    tick: str = ""
    """How far one's own line has come: sent, got, read."""
    link: str = ""
    """Where a note leads."""


@dataclass
class TalkCard:
    """What stands around the lines."""

    key: str = ""
    state: str = ""
    title: str = ""
    initials: str = ""
    soft: str = ""
    figure: str = ""
    figure_soft: str = ""
    about: str = ""
    about_link: str = ""
    ticket_link: str = ""
    typing: str = ""
    rating: int = 0
    comment: str = ""
    can_rate: bool = False
    more: bool = False
    last: int = 0
    last_seen: str = ""
    """What the page says it has before its eyes: the talk and its last line."""


@dataclass
class TalkRow:
    """A talk in a list."""

    key: str = ""
    title: str = ""
    soft: str = ""
    last: str = ""
    unread: int = 0
    waits: str = ""


def bubbles(found: chat.Seen, eye: Reader, *, staff: bool = False) -> list[BubbleRow]:
    """Return the lines as their reader sees them, each day under its name."""
    shown: list[BubbleRow] = []
    today = eye.today
    day_before = None
    for place, line in enumerate(found.lines):
        day = clock.day_of(line.message.sent_at, eye.zone)
        if day != day_before:
            named = i18n.day_short(day, eye.locale, today=today).capitalize()
            shown.append(BubbleRow(key=-(line.message.id or 0), kind="day", pieces=[Piece(named)]))
            day_before = day
        following = found.lines[place + 1] if place + 1 < len(found.lines) else None
        shown.append(_bubble(line, following, found, eye, staff))
    return shown


def card(found: chat.Seen, eye: Reader, *, staff: bool = False) -> TalkCard:
    """Return what stands around the lines."""
    talk = found.talk
    person = found.person.name
    title = person if staff else found.operator or eye.say(mark("Support"))
    made = TalkCard(
        key=str(talk.id),
        state=str(talk.state),
        title=title,
        initials=initials(title),
        soft=_soft(found, eye, staff),
        about=i18n.localized(found.about, eye.locale) if found.about else "",
        about_link="" if staff else LINKS.get(talk.object_kind, "").format(id=talk.object_id),
        ticket_link=f"/support/{talk.ticket_id}" if talk.ticket_id else "",
        typing=_typing(found, eye, staff),
        rating=talk.rating or 0,
        comment=talk.rating_comment,
        can_rate=talk.state is ChatState.over and talk.joined_at is not None and not staff,
        more=found.more,
        last=found.lines[-1].message.id or 0 if found.lines else 0,
    )
    made.last_seen = f"{made.key}:{made.last}"
    if found.outlook is not None:
        made.figure, made.figure_soft = waiting(found.outlook, eye)
        overdue = talk.promised_high is not None and (eye.now - talk.started_at).total_seconds() > talk.promised_high
        if overdue and found.outlook.on_duty:
            made.figure_soft = eye.say(mark("It takes longer than we promised. We are sorry."))
    elif talk.state is ChatState.talking:
        made.figure, made.figure_soft = _pace(found, eye)
    return made


def waiting(found: Outlook, eye: Reader) -> tuple[str, str]:
    """Return the figure of the wait, and who is before one."""
    if found.high is None:
        return "", eye.say(mark("Nobody is on the line now. The answer comes into the cabinet and as a notice."))
    if found.ahead:
        before = i18n.plural(eye.locale, "{n} person is before you", "{n} people are before you", found.ahead)
    else:
        before = eye.say(mark("You are the next one"))
    return span(found.low or 0, found.high, eye), before


def span(low: int, high: int, eye: Reader) -> str:
    """Return a span of seconds in minutes: «до 1 мин», «2–5 мин»."""
    least, most = low // MINUTE, -(-high // MINUTE)
    if least < 1 or least == most:
        return eye.say(mark("up to {n} min"), n=most)
    return eye.say(mark("{least}–{most} min"), least=least, most=most)


def past_rows(found: Sequence[Listed], eye: Reader) -> list[TalkRow]:
    """Return talks that are over."""
    return [
        TalkRow(
            key=str(each.talk.id),
            title=each.talk.subject or eye.say(mark("File")),
            soft=", ".join(
                filter(
                    None,
                    (
                        i18n.day_short(clock.day_of(each.talk.started_at, eye.zone), eye.locale, today=eye.today),
                        each.name.split()[0] if each.name else "",
                    ),
                )
            ),
        )
        for each in found
    ]


def console_rows(found: Sequence[Listed], eye: Reader, *, queue: bool = False) -> list[TalkRow]:
    """Return talks of the console: who waits and for how long, or what was said last."""
    return [
        TalkRow(
            key=str(each.talk.id),
            title=each.name,
            soft=each.talk.subject if queue else each.last or eye.say(mark("File")),
            unread=0 if queue else each.unread,
            waits=eye.say(mark("waits {wait}"), wait=_wait(eye.now - each.talk.started_at, eye)) if queue else "",
        )
        for each in found
    ]


def colleagues(found: Sequence[OnDuty], mine: Any, eye: Reader) -> list[tuple[str, str]]:
    """Return to whom a talk can be handed: the queue, and each other operator who is there."""
    others = [
        (str(each.staff_id), eye.say(mark("{name}, talks: {n}"), name=each.name, n=each.talks))
        for each in found
        if each.staff_id != mine
    ]
    return [("", eye.say(mark("Back to the queue"))), *others]


def kept(found: Accuracy, eye: Reader) -> str:
    """Return how often the estimate came true."""
    if not found.promised:
        return eye.say(mark("There is nothing to compare the estimate with yet."))
    share = 100 * found.kept // found.promised
    wait = _wait(timedelta(seconds=found.median_seconds), eye)
    return eye.say(
        mark("The estimate came true in {share}% of {n} talks, the usual wait is {wait}."),
        share=share,
        n=found.promised,
        wait=wait,
    )


def transcript(found: chat.Seen, locale: str) -> File:
    """Return the whole talk as a text file."""
    eye = Reader(locale, found.person.zone, found.talk.changed_at)
    began = i18n.moment_text(found.talk.started_at, locale, eye.zone)
    lines = [eye.say(mark("Talk with support, {moment}"), moment=began), ""]
    person = found.person.name
    for each in found.lines:
        when = i18n.moment_text(each.message.sent_at, locale, eye.zone)
        beside = [f"[{stored.name}]" for stored in each.files]
        said = " ".join(filter(None, (each.message.body, *beside)))
        words = f"{each.name or person}: {said}" if each.message.what == "said" else f"— {_note(each, eye, False)}"
        lines.append(f"{when}  {words}")
    day = clock.day_of(found.talk.started_at, eye.zone)
    content = "\r\n".join([*lines, ""]).encode()
    return File(name=f"chat-{day.isoformat()}.txt", media_type="text/plain; charset=utf-8", content=content)


def _bubble(line: Line, following: Line | None, found: chat.Seen, eye: Reader, staff: bool) -> BubbleRow:
    message = line.message
    if message.what != "said":
        link = f"/support/{message.details['ticket']}" if message.what == "ticket" and not staff else ""
        return BubbleRow(key=message.id or 0, kind="note", pieces=[Piece(_note(line, eye, staff))], link=link)
    mine = (message.staff_id is not None) is staff
    runs_on = (
        following is not None
        and following.message.what == "said"
        and following.message.staff_id == message.staff_id
        and following.message.sent_at - message.sent_at < RUN
    )
    talk = found.talk
    got, read = (talk.customer_got_id, talk.customer_read_id) if staff else (talk.staff_got_id, talk.staff_read_id)
    reached = "read" if read >= (message.id or 0) else "got" if got >= (message.id or 0) else "sent"
    return BubbleRow(
        key=message.id or 0,
        kind="own" if mine else "other",
        pieces=pieces(message.body),
        files=file_rows(line.files, eye.locale),
        when="" if runs_on else i18n.time_text(message.sent_at, eye.zone),
        tick=reached if mine and not runs_on else "",
    )


def _note(line: Line, eye: Reader, staff: bool) -> str:
    message = line.message
    first = line.name.split()[0] if line.name else eye.say(mark("The operator"))
    match message.what:
        case "joined" if "seconds" in message.details:
            wait = _wait(timedelta(seconds=int(message.details["seconds"])), eye)
            promised = eye.say(mark("up to {n} min"), n=-(-int(message.details["promised"]) // MINUTE))
            return eye.say(
                mark("{name} is here. The wait: {wait}, promised: {promised}"), name=first, wait=wait, promised=promised
            )
        case "joined":
            return eye.say(mark("{name} is here"), name=first)
        case "passed":
            return eye.say(mark("{name} goes on with the talk"), name=first)
        case "left":
            return eye.say(mark("{name} had to leave. The talk is first in the queue again"), name=first)
        case "ticket":
            return eye.say(mark("The talk has become ticket {number}"), number=message.details["number"])
    how = str(message.details.get("how", ""))
    return eye.say(_OVER.get((how, staff), mark("The talk is over")))


def _soft(found: chat.Seen, eye: Reader, staff: bool) -> str:
    if staff:
        began = i18n.moment_short(found.talk.started_at, eye.locale, eye.zone, now=eye.now)
        return eye.say(mark("since {moment}"), moment=began)
    return eye.say(
        {
            ChatState.waiting: mark("We are looking for a free operator"),
            ChatState.talking: mark("On the line, customer support"),
            ChatState.over: mark("The talk is over"),
        }[found.talk.state]
    )


def _typing(found: chat.Seen, eye: Reader, staff: bool) -> str:
    if not found.typing:
        return ""
    name = found.person.given_name if staff else found.operator.split()[0] if found.operator else ""
    return eye.say(mark("{name} is typing"), name=name) if name else ""


def _pace(found: chat.Seen, eye: Reader) -> tuple[str, str]:
    """Return how fast the operator answers in this talk, with the spread."""
    waits: list[float] = []
    asked: datetime | None = None
    for line in found.lines:
        if line.message.what != "said":
            continue
        if line.message.staff_id is None:
            asked = asked or line.message.sent_at
        elif asked is not None:
            waits.append((line.message.sent_at - asked).total_seconds())
            asked = None
    name = found.operator.split()[0] if found.operator else ""
    if not waits:
        return "", ""
    middle = statistics.median(waits)
    spread = statistics.median(abs(wait - middle) for wait in waits)
    figure = _wait(timedelta(seconds=max(middle, MINUTE)), eye)
    if spread < MINUTE / 2:
        return figure, eye.say(mark("{name} answers, ±30 seconds"), name=name)
    return figure, eye.say(mark("{name} answers, ±{n} min"), name=name, n=max(round(spread / MINUTE), 1))


def _wait(passed: timedelta, eye: Reader) -> str:
    minutes = passed // timedelta(minutes=1)
    return duration(minutes, eye.locale) if minutes else eye.say(mark("less than a minute"))
