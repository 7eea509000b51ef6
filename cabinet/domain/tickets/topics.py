"""What one may write about, as the staff keeps it: titles, the fields that are asked, the order of the list (4.1).

A ticket keeps what was filled in by the field's name, and of a choice its place. So nothing that was asked once is ever
changed under a ticket: a field of another kind or with other choices is a new one, and a field that is taken out is
only not asked any more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.i18n import DEFAULT_LOCALE
from cabinet.models.tickets import Ticket, TicketPriority, TicketTopic

CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
TITLE_LENGTH_MAX: Final = 80
OPTION_LENGTH_MAX: Final = 60
FIELDS_MAX: Final = 8
"""Asked at once."""
OPTIONS_MAX: Final = 12
TOPICS_MAX: Final = 60
KINDS: Final = ("text", "choice", "date")


class TopicNotFound(NotFound):
    code = "tickets.topic_not_found"


class TopicCodeWrong(Invalid):
    code = "tickets.topic_code_wrong"


class TopicTaken(Conflict):
    """There is a topic with this code, offered or not."""

    code = "tickets.topic_taken"


class TopicTitleWrong(Invalid):
    code = "tickets.topic_title_wrong"


class TooManyTopics(Conflict):
    code = "tickets.too_many_topics"


class LastTopic(Conflict):
    """Without it nobody could write."""

    code = "tickets.last_topic"


class AskedWrong(Invalid):
    """A field without a name, or a choice without choices."""

    code = "tickets.asked_wrong"


class TooMuchAsked(Conflict):
    code = "tickets.too_much_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicWords:
    """What is said of a topic. `category` is the kind of service whose outages are shown before one writes."""

    title: Mapping[str, str]
    category: str = ""
    priority: TicketPriority = TicketPriority.normal


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field of a topic. A choice has its `options`, each in the languages that it is written in."""

    label: Mapping[str, str]
    kind: str = "text"
    required: bool = False
    options: Sequence[Mapping[str, str]] = ()


def asked_of(topic: TicketTopic) -> list[dict[str, Any]]:
    """Return the fields that are asked now; those of earlier tickets stay in the topic beside them."""
    return [each for each in topic.fields if not each.get("withdrawn")]


def all_topics(session: Session, actor: Actor) -> list[tuple[TicketTopic, int]]:
    """Return every topic in its order, and how many tickets it has."""
    actor.require("topics.keep")
    query = select(col(Ticket.topic_code), func.count()).group_by(col(Ticket.topic_code))
    counts = {row[0]: row[1] for row in session.execute(query)}
    return [(each, counts.get(each.code, 0)) for each in _in_order(session)]


def add_topic(session: Session, actor: Actor, code: str, words: TopicWords, *, now: datetime) -> TicketTopic:
    """Offer another topic, the last in the list."""
    actor.require("topics.keep")
    if not CODE.fullmatch(code):
        raise TopicCodeWrong()
    if session.get(TicketTopic, code) is not None:
        raise TopicTaken(topic=code)
    there = _in_order(session)
    if len(there) >= TOPICS_MAX:
        raise TooManyTopics(most=TOPICS_MAX)
    place = max((each.position for each in there), default=-1) + 1
    topic = TicketTopic(code=code, title={}, position=place)
    _write(topic, words)
    return _kept(session, actor, topic, "tickets.topic_added", now)


def change_topic(session: Session, actor: Actor, code: str, words: TopicWords, *, now: datetime) -> TicketTopic:
    """Say it in other words. Open tickets keep the priority that they were opened with."""
    topic = _locked(session, actor, code)
    _write(topic, words)
    return _kept(session, actor, topic, "tickets.topic_changed", now)


def offer_topic(session: Session, actor: Actor, code: str, offered: bool, *, now: datetime) -> TicketTopic:
    """Let customers choose the topic, or no more. Its tickets stay as they are."""
    topic = _locked(session, actor, code)
    others = [each for each in _in_order(session) if each.offered and each.code != code]
    if not offered and not others:
        raise LastTopic()
    topic.offered = offered
    return _kept(session, actor, topic, "tickets.topic_offered" if offered else "tickets.topic_withdrawn", now)


def lift_topic(session: Session, actor: Actor, code: str, *, now: datetime) -> TicketTopic:
    """Put a topic one place higher; the first stays where it is."""
    topic = _locked(session, actor, code)
    there = _in_order(session)
    place = next(number for number, each in enumerate(there) if each.code == code)
    if place:
        there[place - 1], there[place] = there[place], there[place - 1]
    for number, each in enumerate(there):
        each.position = number
        session.add(each)
    return _kept(session, actor, topic, "tickets.topic_lifted", now)


def ask_field(session: Session, actor: Actor, code: str, asked: Asked, name: str = "", *, now: datetime) -> TicketTopic:
    """Ask something more, or what the field of that name asks in other words."""
    topic = _locked(session, actor, code)
    made = _made(asked)
    fresh = {"name": _next_name(topic), **made}
    if name:
        before = _asked(topic, name)
        instead = [{**before, **made}] if _alike(before, made) else [fresh, {**before, "withdrawn": True}]
        _replace(topic, name, *instead)
    else:
        topic.fields = [*topic.fields, fresh]
    if len(asked_of(topic)) > FIELDS_MAX:
        raise TooMuchAsked(most=FIELDS_MAX)
    return _kept(session, actor, topic, "tickets.field_asked", now)


def drop_field(session: Session, actor: Actor, code: str, name: str, *, now: datetime) -> TicketTopic:
    """Ask it no more. Tickets that have it keep showing it."""
    topic = _locked(session, actor, code)
    _replace(topic, name, {**_asked(topic, name), "withdrawn": True})
    return _kept(session, actor, topic, "tickets.field_dropped", now)


def _asked(topic: TicketTopic, name: str) -> dict[str, Any]:
    found = next((each for each in asked_of(topic) if each["name"] == name), None)
    if found is None:
        raise TopicNotFound()
    return found


def _replace(topic: TicketTopic, name: str, *instead: dict[str, Any]) -> None:
    topic.fields = [new for each in topic.fields for new in (instead if each["name"] == name else [each])]


def _in_order(session: Session) -> list[TicketTopic]:
    return list(session.scalars(select(TicketTopic).order_by(col(TicketTopic.position), col(TicketTopic.code))))


def _locked(session: Session, actor: Actor, code: str) -> TicketTopic:
    actor.require("topics.keep")
    found = session.get(TicketTopic, code, with_for_update=True)
    if found is None:
        raise TopicNotFound()
    return found


def _kept(session: Session, actor: Actor, topic: TicketTopic, deed: str, now: datetime) -> TicketTopic:
    session.add(topic)
    session.flush()
    audit.write(session, actor, deed, now=now, object_type="ticket_topic", object_id=topic.code)
    return topic


def _write(topic: TicketTopic, words: TopicWords) -> None:
    topic.title = _said(words.title, TITLE_LENGTH_MAX, TopicTitleWrong(most=TITLE_LENGTH_MAX))
    topic.category, topic.priority = words.category[:30], words.priority


def _said(words: Mapping[str, str], most: int, refusal: Invalid) -> dict[str, str]:
    """Return the words in the languages that there are; the first language has to be one of them."""
    told = {locale: " ".join(text.split()) for locale, text in words.items() if text.strip()}
    if DEFAULT_LOCALE not in told or any(len(text) > most for text in told.values()):
        raise refusal
    return told


def _made(asked: Asked) -> dict[str, Any]:
    refusal = AskedWrong(most=OPTIONS_MAX, length=OPTION_LENGTH_MAX)
    if asked.kind not in KINDS:
        raise refusal
    made: dict[str, Any] = {
        "kind": asked.kind,
        "label": _said(asked.label, TITLE_LENGTH_MAX, refusal),
        "required": asked.required,
    }
    if asked.kind == "choice":
        made["options"] = [_said(each, OPTION_LENGTH_MAX, refusal) for each in asked.options]
        said = [each[DEFAULT_LOCALE] for each in made["options"]]
        if not 1 < len(said) <= OPTIONS_MAX or len(set(said)) < len(said):
            raise refusal
    return made


def _alike(before: Mapping[str, Any], made: Mapping[str, Any]) -> bool:
    """Tell whether what tickets have said to the one field is still true of the other."""
    return bool(before["kind"] == made["kind"] and before.get("options", []) == made.get("options", []))


def _next_name(topic: TicketTopic) -> str:
    """Return a name that no field of the topic has had: fields are withdrawn, never taken away."""
    return f"field-{len(topic.fields) + 1}"
