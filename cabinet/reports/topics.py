"""The topics of tickets as the desk shows them: what is asked, who sees it, how many have written (4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cabinet.domain import tickets
from cabinet.kit import i18n
from cabinet.kit.i18n import LOCALES, mark
from cabinet.kit.shapes import Fact
from cabinet.models.tickets import TicketPriority, TicketTopic
from cabinet.reports.reader import Reader
from cabinet.reports.services import CATEGORIES

KINDS: Final = {"text": mark("Text"), "choice": mark("A choice"), "date": mark("A date")}
PRIORITIES: Final = {
    TicketPriority.low: mark("Can wait"),
    TicketPriority.normal: mark("Usual"),
    TicketPriority.high: mark("Urgent"),
}


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A line of the list."""

    key: str = ""
    title: str = ""
    soft: str = ""
    offered: bool = True


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A field of a topic, with what its form begins with."""

    key: str = ""
    label: str = ""
    soft: str = ""
    kind: str = "text"
    required: str = "no"
    form: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TopicCard:
    """The opened topic."""

    key: str = ""
    title: str = ""
    offered: bool = True
    facts: list[Fact] = field(default_factory=list)
    asked: list[AskedRow] = field(default_factory=list)
    full: bool = False
    """As much is asked as may be."""
    category: str = ""
    priority: str = "normal"
    form: dict[str, str] = field(default_factory=dict)


def topic_rows(found: Sequence[tuple[TicketTopic, int]], eye: Reader) -> list[TopicRow]:
    """Return a line for each topic."""
    return [
        TopicRow(
            topic.code,
            eye.name(topic.title),
            _asked_words(topic, eye) if topic.offered else eye.say(mark("Customers do not see it")),
            topic.offered,
        )
        for topic, _ in found
    ]


def topic_card(topic: TicketTopic, count: int, eye: Reader) -> TopicCard:
    """Return a topic with what it asks."""
    shown = (
        eye.say(CATEGORIES[topic.category]) if topic.category in CATEGORIES else eye.say(mark("No outages are shown"))
    )
    return TopicCard(
        key=topic.code,
        title=eye.name(topic.title),
        offered=topic.offered,
        facts=[
            Fact(eye.say(mark("Code")), topic.code),
            Fact(eye.say(mark("How urgent")), eye.say(PRIORITIES[topic.priority])),
            Fact(eye.say(mark("Whose outages are shown before")), shown),
            Fact(eye.say(mark("Tickets")), i18n.number(count, eye.locale)),
        ],
        asked=[_asked_row(each, eye) for each in tickets.asked_of(topic)],
        full=len(tickets.asked_of(topic)) >= tickets.FIELDS_MAX,
        category=topic.category,
        priority=topic.priority.value,
        form={f"title_{locale}": topic.title.get(locale, "") for locale in LOCALES},
    )


def _asked_words(topic: TicketTopic, eye: Reader) -> str:
    labels = [eye.name(each["label"]) for each in tickets.asked_of(topic)]
    return (
        eye.say(mark("Asks: {what}"), what=", ".join(labels))
        if labels
        else eye.say(mark("Asks nothing beside the words"))
    )


def _asked_row(asked: Mapping[str, Any], eye: Reader) -> AskedRow:
    options = asked.get("options", [])
    said = [eye.say(KINDS[asked["kind"]])]
    said += [", ".join(eye.name(each) for each in options)] if options else []
    said += [eye.say(mark("has to be filled in"))] if asked.get("required") else []
    form = {f"label_{locale}": asked["label"].get(locale, "") for locale in LOCALES}
    form |= {f"options_{locale}": "\n".join(each.get(locale, "") for each in options) for locale in LOCALES}
    return AskedRow(
        key=asked["name"],
        label=eye.name(asked["label"]),
        soft=" · ".join(said),
        kind=asked["kind"],
        required="yes" if asked.get("required") else "no",
        form=form,
    )
