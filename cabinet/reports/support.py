"""The figures of support in words and rows (4.1-4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cabinet.domain.support import Figures, Share
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.reports.reader import Reader
from cabinet.reports.tickets import duration


@dataclass
class TopicFigures:
    """A topic in the table."""

    title: str
    opened: str
    kept: str
    median: str


@dataclass
class WorkerFigures:
    """A member of the staff in the table."""

    name: str
    answers: str
    finished: str
    talks: str
    mark: str


@dataclass
class FigureRow:
    """A figure: its name, itself, what there is to add."""

    name: str
    value: str
    soft: str


def figures(found: Figures, eye: Reader) -> list[FigureRow]:
    """Return the figures over the tables."""
    load = eye.say(
        mark("finished {finished}, open now {open}, late {late}"),
        finished=found.finished,
        open=found.open_now,
        late=found.late_now,
    )
    answered = (
        eye.say(mark("in time, usually in {wait}"), wait=duration(found.answer_minutes, eye.locale))
        if found.answered.whole
        else eye.say(mark("nothing was due yet"))
    )
    solved = (
        eye.say(
            mark("in time, usually in {wait}, opened again {n}"),
            wait=duration(found.solve_minutes, eye.locale),
            n=found.reopened,
        )
        if found.solved.whole
        else eye.say(mark("nothing is finished yet"))
    )
    marks = i18n.plural(eye.locale, "{n} mark", "{n} marks", len(found.marks))
    talks = eye.say(
        mark("answered {n}, the usual wait is {seconds} s"), n=found.talks.part, seconds=found.talk_wait_seconds
    )
    alone = eye.say(mark("helped by an article or a check: {n}"), n=found.alone.part)
    return [
        FigureRow(eye.say(mark("Tickets opened")), i18n.number(found.opened, eye.locale), load),
        FigureRow(eye.say(mark("First answer")), _percent(found.answered, eye), answered),
        FigureRow(eye.say(mark("Solution")), _percent(found.solved, eye), solved),
        FigureRow(eye.say(mark("Mean mark")), _mean(found.marks, eye), marks),
        FigureRow(eye.say(mark("Talks in the chat")), i18n.number(found.talks.whole, eye.locale), talks),
        FigureRow(eye.say(mark("Without us")), _percent(found.alone, eye), alone),
    ]


def topics(found: Figures, eye: Reader) -> list[TopicFigures]:
    """Return the topics, those of most tickets first."""
    return [
        TopicFigures(
            eye.name(each.title),
            i18n.number(each.opened, eye.locale),
            _percent(each.kept, eye),
            duration(each.median_minutes, eye.locale) if each.median_minutes else "—",
        )
        for each in found.topics
    ]


def workers(found: Figures, eye: Reader) -> list[WorkerFigures]:
    """Return who answered, by name."""
    return [
        WorkerFigures(
            each.name,
            i18n.number(each.answers, eye.locale),
            i18n.number(each.finished, eye.locale),
            i18n.number(each.talks, eye.locale),
            _mean(each.marks, eye),
        )
        for each in found.workers
    ]


def _percent(share: Share, eye: Reader) -> str:
    return eye.say(mark("{n}%"), n=share.percent) if share.whole else "—"


def _mean(marks: Sequence[int], eye: Reader) -> str:
    """Return the mean mark with one digit after the point: «4,7»."""
    if not marks:
        return "—"
    tenths = (20 * sum(marks) + len(marks)) // (2 * len(marks))
    return f"{tenths // 10}{',' if eye.locale == 'ru' else '.'}{tenths % 10}"
