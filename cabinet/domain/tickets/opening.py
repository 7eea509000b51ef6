"""A customer writes for the first time: topics and their fields, the draft that is kept, the number at once (4.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain import outages
from cabinet.domain.base import audit, events, numbers, rules
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.tickets import calendar, objects, talking, teams
from cabinet.domain.tickets.states import TicketNotFound, TicketOpened, move
from cabinet.domain.tickets.topics import asked_of
from cabinet.kit.errors import Conflict, Invalid
from cabinet.models.outages import Outage
from cabinet.models.people import Person
from cabinet.models.tickets import Ticket, TicketDraft, TicketPriority, TicketState, TicketStep, TicketTopic

SUBJECT_LENGTH_MAX: Final = 200
ANSWER_LENGTH_MAX: Final = 200
DRAFT_LENGTH_MAX: Final = 10_000
DRAFT_FIELDS_MAX: Final = 30


class SubjectMissing(Invalid):
    code = "tickets.subject_missing"


class TopicWrong(Invalid):
    code = "tickets.topic_wrong"


class FieldMissing(Invalid):
    code = "tickets.field_missing"


class FieldWrong(Invalid):
    code = "tickets.field_wrong"


class TooManyOpened(Conflict):
    code = "tickets.too_many_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a customer wants to write. The draft's id becomes the ticket's: sent twice, it is opened once."""

    draft_id: UUID
    topic: str
    subject: str
    body: str
    answers: Mapping[str, str] = field(default_factory=dict)
    object_kind: str = ""
    object_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation that becomes a ticket; its id becomes the ticket's: asked twice, it is opened once."""

    id: UUID
    person_id: UUID
    topic: str
    subject: str
    lines: Sequence[talking.Line]
    object_kind: str = ""
    object_id: UUID | None = None


def topics(session: Session, actor: Actor) -> Sequence[TicketTopic]:
    """Return what one may write about, in the staff's order."""
    if actor.kind is not ActorKind.customer:
        actor.require("tickets.read")
    query = select(TicketTopic).where(col(TicketTopic.offered)).order_by(col(TicketTopic.position))
    return list(session.scalars(query))


def open_(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> Ticket:
    """Open a ticket: its number, what is promised for it, its first message with the draft's files."""
    person_id = actor.person()
    session.get_one(Person, person_id, with_for_update=True)
    known = session.get(Ticket, wish.draft_id)
    if known is not None and known.person_id == person_id:
        return known
    topic = session.get(TicketTopic, wish.topic)
    if topic is None or not topic.offered:
        raise TopicWrong()
    subject = _subject(wish.subject)
    answers = _answers(topic, wish.answers)
    objects.title(session, actor, wish.object_kind, wish.object_id)
    held = rules.current(session, rules.TicketRules, now=now)
    _check_flood(session, person_id, held, now)
    number = wish.draft_id if known is None else uuid4()
    ticket = _opened(
        session,
        actor,
        topic,
        held,
        number,
        now=now,
        person_id=person_id,
        subject=subject,
        answers=answers,
        object_kind=wish.object_kind,
        object_id=wish.object_id,
    )
    talking.write(session, actor, ticket, wish.draft_id, wish.body, now=now)
    kept = session.get(TicketDraft, person_id)
    if kept is not None:
        session.delete(kept)
    session.flush()
    events.record(session, TicketOpened(person_id=person_id, ticket_id=ticket.id), now=now)
    return ticket


def open_from_talk(session: Session, actor: Actor, talk: Talk, *, now: datetime) -> Ticket:
    """Open a ticket that a talk has become: its lines are the thread, with who said what and when.

    By the customer himself, or by who answers tickets: then the ticket is his at once.
    """
    if actor.kind is ActorKind.customer and actor.person() != talk.person_id:
        raise TicketNotFound()
    if actor.kind is not ActorKind.customer:
        actor.require("tickets.reply")
    known = session.get(Ticket, talk.id)
    if known is not None:
        return known
    topic = session.get(TicketTopic, talk.topic)
    if topic is None or not topic.offered:
        raise TopicWrong()
    held = rules.current(session, rules.TicketRules, now=now)
    if actor.kind is ActorKind.customer:
        _check_flood(session, talk.person_id, held, now)
    ticket = _opened(
        session,
        actor,
        topic,
        held,
        talk.id,
        now=now,
        person_id=talk.person_id,
        subject=talk.subject,
        object_kind=talk.object_kind,
        object_id=talk.object_id,
    )
    for line in talk.lines:
        talking.adopt(session, actor, ticket, line)
    if any(line.staff_id for line in talk.lines):
        ticket.answered_at = next(line.sent_at for line in talk.lines if line.staff_id)
    if actor.kind is ActorKind.staff:
        ticket.assignee_id = actor.id
        move(session, actor, ticket, "taken", now=now)
        audit.write(session, actor, "tickets.open", now=now, object_type="ticket", object_id=ticket.number)
    session.flush()
    events.record(session, TicketOpened(person_id=talk.person_id, ticket_id=ticket.id), now=now)
    return ticket


def open_beside(
    session: Session, actor: Actor, ticket: Ticket, ticket_id: UUID, subject: str, *, now: datetime
) -> Ticket:
    """Open another ticket for the customer of one, on its topic and with fresh promises, in the same hands."""
    actor.require("tickets.reply")
    called = _subject(subject)
    topic = session.get_one(TicketTopic, ticket.topic_code)
    held = rules.current(session, rules.TicketRules, now=now)
    told = {"person_id": ticket.person_id, "subject": called, "assignee_id": ticket.assignee_id}
    fresh = _opened(session, actor, topic, held, ticket_id, now=now, **told)
    events.record(session, TicketOpened(person_id=ticket.person_id, ticket_id=fresh.id), now=now)
    return fresh


def draft(session: Session, actor: Actor) -> TicketDraft | None:
    """Return what the customer has begun to write."""
    return session.get(TicketDraft, actor.person())


def keep_draft(
    session: Session, actor: Actor, draft_id: UUID, words: Mapping[str, str], *, now: datetime
) -> TicketDraft:
    """Keep what is typed so far; a field that is empty again is forgotten."""
    person_id = actor.person()
    session.get_one(Person, person_id, with_for_update=True)
    kept = session.get(TicketDraft, person_id, populate_existing=True)
    if kept is None:
        kept = TicketDraft(person_id=person_id, draft_id=draft_id, saved_at=now)
    told = {**(kept.words or {}), **{name[:60]: said[:DRAFT_LENGTH_MAX] for name, said in words.items()}}
    told = {name: said for name, said in told.items() if said}
    kept.words = dict(list(told.items())[:DRAFT_FIELDS_MAX])
    kept.saved_at = now
    session.add(kept)
    session.flush()
    return kept


def known(session: Session, actor: Actor, topic: str, *, now: datetime) -> list[Outage]:
    """Return the outages and works going on at the customer's address that the topic is about."""
    found = session.get(TicketTopic, topic)
    if found is None or not found.category:
        return []
    return [
        each.outage
        for each in outages.news(session, actor, now=now)
        if each.outage.category == found.category and each.outage.begins_at <= now and each.outage.ended_at is None
    ]


def _opened(
    session: Session,
    actor: Actor,
    topic: TicketTopic,
    held: rules.TicketRules,
    ticket_id: UUID,
    *,
    now: datetime,
    **told: Any,
) -> Ticket:
    """Add a ticket with its number and its promises, and the first step of its story."""
    place = tuple(TicketPriority).index(topic.priority)
    ticket = Ticket(
        id=ticket_id,
        number=numbers.take(session, "ticket", now=now),
        topic_code=topic.code,
        team_code=topic.team_code,
        state=TicketState.accepted,
        priority=topic.priority,
        created_at=now,
        changed_at=now,
        answer_due_at=calendar.after(held, now, held.answer_minutes[place]),
        solve_minutes=held.solve_minutes[place],
        running_since=now,
        solve_due_at=calendar.after(held, now, held.solve_minutes[place]),
        **told,
    )
    session.add(ticket)
    session.flush()
    session.add(TicketStep(ticket_id=ticket.id, name="opened", state=ticket.state, at=now, actor=actor.label))
    if actor.kind is ActorKind.customer:
        teams.give(session, actor, ticket, now=now)
    return ticket


def _subject(text: str) -> str:
    said = text.strip()
    if not said or len(said) > SUBJECT_LENGTH_MAX:
        raise SubjectMissing(most=SUBJECT_LENGTH_MAX)
    return said


def _answers(topic: TicketTopic, given: Mapping[str, str]) -> dict[str, str]:
    """Return what was filled into the topic's fields; what it does not ask for is left out."""
    said: dict[str, str] = {}
    for asked in asked_of(topic):
        value = given.get(asked["name"], "").strip()
        if not value and asked.get("required"):
            raise FieldMissing()
        if value and not _fits(asked, value):
            raise FieldWrong()
        if value:
            said[asked["name"]] = value
    return said


def _fits(asked: Mapping[str, Any], value: str) -> bool:
    if asked["kind"] == "choice":
        return value in {str(place) for place in range(len(asked["options"]))}
    if asked["kind"] == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
    return len(value) <= ANSWER_LENGTH_MAX


def _check_flood(session: Session, person_id: UUID, held: rules.TicketRules, now: datetime) -> None:
    since = now - timedelta(hours=1)
    lately = col(Ticket.person_id) == person_id, col(Ticket.created_at) > since
    opened = session.scalar(select(func.count()).select_from(Ticket).where(*lately)) or 0
    if opened >= held.opened_per_hour_max:
        raise TooManyOpened(most=held.opened_per_hour_max)
