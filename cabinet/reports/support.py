"""The figures of support in words and rows (4.1-4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
class SupportCard:
    """The page."""

    opened: str = ""
    opened_soft: str = ""
    answered: str = ""
    answered_soft: str = ""
    solved: str = ""
    solved_soft: str = ""
    mark: str = ""
    mark_soft: str = ""
    talks: str = ""
    talks_soft: str = ""
    alone: str = ""
    alone_soft: str = ""
    topics: list[TopicFigures] = field(default_factory=list)
    workers: list[WorkerFigures] = field(default_factory=list)


def card(found: Figures, eye: Reader) -> SupportCard:
    """Return the page."""
    return SupportCard(
        opened=i18n.number(found.opened, eye.locale),
        opened_soft=eye.say(
            mark("finished {finished}, open now {open}, late {late}"),
            finished=found.finished,
            open=found.open_now,
            late=found.late_now,
        ),
        answered=_percent(found.answered, eye),
        answered_soft=eye.say(mark("in time, usually in {wait}"), wait=duration(found.answer_minutes, eye.locale))
        if found.answered.whole
        else eye.say(mark("nothing was due yet")),
        solved=_percent(found.solved, eye),
        solved_soft=eye.say(
            mark("in time, usually in {wait}, opened again {n}"),
            wait=duration(found.solve_minutes, eye.locale),
            n=found.reopened,
        )
        if found.solved.whole
        else eye.say(mark("nothing is finished yet")),
        mark=_mean(found.marks, eye),
        mark_soft=i18n.plural(eye.locale, "{n} mark", "{n} marks", len(found.marks)),
        talks=i18n.number(found.talks.whole, eye.locale),
        talks_soft=eye.say(
            mark("answered {n}, the usual wait is {seconds} s"), n=found.talks.part, seconds=found.talk_wait_seconds
        ),
        alone=_percent(found.alone, eye),
        alone_soft=eye.say(mark("helped by an article or a check: {n}"), n=found.alone.part),
        topics=[
            TopicFigures(
                eye.name(each.title),
                i18n.number(each.opened, eye.locale),
                _percent(each.kept, eye),
                duration(each.median_minutes, eye.locale) if each.median_minutes else "—",
            )
            for each in found.topics
        ],
        workers=[
            WorkerFigures(
                each.name,
                i18n.number(each.answers, eye.locale),
                i18n.number(each.finished, eye.locale),
                i18n.number(each.talks, eye.locale),
                _mean(each.marks, eye),
            )
            for each in found.workers
        ],
    )


def _percent(share: Share, eye: Reader) -> str:
    return eye.say(mark("{n}%"), n=share.percent) if share.whole else "—"


def _mean(marks: Sequence[int], eye: Reader) -> str:
    """Return the mean mark with one digit after the point: «4,7»."""
    if not marks:
        return "—"
    tenths = (20 * sum(marks) + len(marks)) // (2 * len(marks))
    return f"{tenths // 10}{',' if eye.locale == 'ru' else '.'}{tenths % 10}"
