"""Troubleshooters in words: the question now, its answers, what was answered before, the ticket of it all (4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cabinet.domain.troubleshooting import Walk
from cabinet.kit.i18n import mark
from cabinet.kit.shapes import Fact
from cabinet.models.troubleshooting import Troubleshooter
from cabinet.reports.reader import Reader

ICONS = ("wifi", "gauge", "tv", "wrench")
"""The icons that a tree may have."""


@dataclass
class TroubleRow:
    """A tree in a list."""

    code: str = ""
    title: str = ""
    soft: str = ""
    icon: str = "wrench"


@dataclass
class TroubleCard:
    """Where a walk has come."""

    code: str = ""
    title: str = ""
    text: str = ""
    article: str = ""
    answers: list[tuple[int, str]] = field(default_factory=list)
    trail: list[Fact] = field(default_factory=list)
    how: str = ""


def rows(found: Sequence[Troubleshooter], eye: Reader) -> list[TroubleRow]:
    """Return the trees."""
    return [
        TroubleRow(
            code=each.code,
            title=eye.name(each.title),
            soft=eye.name(each.soft) if each.soft else "",
            icon=each.icon if each.icon in ICONS else "wrench",
        )
        for each in found
    ]


def card(found: Walk, eye: Reader) -> TroubleCard:
    """Return where a walk has come."""
    return TroubleCard(
        code=found.tree.code,
        title=eye.name(found.tree.title),
        text=eye.name(found.node["text"]),
        article=str(found.node.get("article", "")),
        answers=[(place, eye.name(each["label"])) for place, each in enumerate(found.node.get("answers", []))],
        trail=[Fact(eye.name(asked), eye.name(given)) for asked, given in found.trail],
        how=found.how,
    )


def draft(found: Walk, eye: Reader) -> dict[str, str]:
    """Return the words of a ticket that a walk ended in: all that was tried stands in it."""
    tried = [f"{eye.name(asked)}\n→ {eye.name(given)}" for asked, given in found.trail]
    body = "\n\n".join([eye.say(mark("What I have tried:")), *tried])
    return {"topic": found.tree.topic, "subject": eye.name(found.tree.title), "body": body}
