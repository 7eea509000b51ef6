"""The talk: a customer writes, an operator joins, answers, passes it on; it ends, is rated, becomes a ticket (4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain import files, tickets
from cabinet.domain.base import audit, events, rules
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.chat import rows, waiting
from cabinet.domain.chat.rows import NotNow, TranscriptAsked, locked, own
from cabinet.kit.errors import Conflict, Invalid, Refusal
from cabinet.models.chat import ChatFile, ChatMessage, ChatState, Conversation
from cabinet.models.files import StoredFile
from cabinet.models.people import Person
from cabinet.models.tickets import Ticket

SUBJECT_LENGTH_MAX: Final = 80
COMMENT_LENGTH_MAX: Final = 1_000
PAGE_LENGTH_MAX: Final = 200


class TooManyMessages(Conflict):
    code = "chat.too_many_messages"


class TakenMeanwhile(Conflict):
    """Another operator was quicker."""

    code = "chat.taken_meanwhile"


class QueueEmpty(Conflict):
    code = "chat.queue_empty"


class TooManyTalks(Conflict):
    """The operator is in as many talks as the rules allow."""

    code = "chat.too_many_talks"


class NotYours(Conflict):
    """Another operator talks with this customer."""

    code = "chat.not_yours"


class RatingWrong(Invalid):
    code = "chat.rating_wrong"


class NoAddress(Conflict):
    """There is no e-mail address to send to."""

    code = "chat.no_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the customer looked at when the talk began."""

    page: str = ""
    object_kind: str = ""
    object_id: UUID | None = None


def say(
    session: Session,
    actor: Actor,
    body: str,
    *,
    draft_id: UUID,
    files_id: UUID | None = None,
    opening: Opening | None = None,
    now: datetime,
) -> ChatMessage:
    """Write to an operator. Without a talk under way it begins one, at the end of the queue.

    `draft_id` is the message's key: sent again under the same one, it is there once. `files_id` names another draft
    whose files come along.
    """
    person_id = actor.person()
    session.get_one(Person, person_id, with_for_update=True)
    known = rows.sent(session, actor, draft_id)
    if known is not None:
        return known
    held = rules.current(session, rules.ChatRules, now=now)
    lately = col(ChatMessage.person_id) == person_id, col(ChatMessage.sent_at) > now - timedelta(minutes=1)
    count = session.scalar(select(func.count()).select_from(ChatMessage).where(*lately)) or 0
    if count >= held.messages_per_minute_max:
        raise TooManyMessages(most=held.messages_per_minute_max)
    talk = under_way(session, actor)
    begun = talk is None
    talk = locked(session, actor, talk.id) if talk else _begun(session, actor, body, opening or Opening(), now)
    message = rows.write(session, actor, talk, draft_id, body, files_id=files_id, now=now)
    talk.customer_read_id = talk.customer_got_id = message.id or 0
    talk.customer_typing_at = None
    session.add(talk)
    rows.ring(session, actor, talk)
    if begun:
        rows.ring_queue(session, actor)
    return message


def answer(
    session: Session,
    actor: Actor,
    conversation_id: UUID,
    body: str,
    *,
    draft_id: UUID,
    files_id: UUID | None = None,
    now: datetime,
) -> ChatMessage:
    """Answer as the operator of the talk; the ids as with `say`."""
    talk = _held(actor, locked(session, actor, conversation_id))
    known = rows.sent(session, actor, draft_id)
    if known is not None:
        return known
    message = rows.write(session, actor, talk, draft_id, body, files_id=files_id, now=now)
    talk.staff_read_id = talk.staff_got_id = message.id or 0
    talk.staff_typing_at = None
    session.add(talk)
    rows.ring(session, actor, talk)
    return message


def take(session: Session, actor: Actor, conversation_id: UUID | None = None, *, now: datetime) -> Conversation:
    """Join a talk of the queue: the one named, or the one that waits longest."""
    actor.require("chat.reply")
    if actor.id is None or not waiting.is_on_duty(session, actor, actor.id):
        raise waiting.NotOnDuty()
    held = rules.current(session, rules.ChatRules, now=now)
    own_talks = col(Conversation.operator_id) == actor.id, col(Conversation.state) == ChatState.talking
    if (session.scalar(select(func.count()).select_from(Conversation).where(*own_talks)) or 0) >= held.dialogues_max:
        raise TooManyTalks(most=held.dialogues_max)
    talk = _next(session) if conversation_id is None else locked(session, actor, conversation_id)
    if talk.state is not ChatState.waiting:
        if talk.operator_id == actor.id:
            return talk
        raise TakenMeanwhile() if talk.state is ChatState.talking else NotNow()
    talk.state, talk.operator_id = ChatState.talking, actor.id
    first = talk.joined_at is None
    talk.joined_at = talk.joined_at or now
    wait = (now - talk.started_at) // waiting.SECOND
    told = {"seconds": wait, "promised": talk.promised_high} if first and talk.promised_high is not None else {}
    rows.note(session, actor, talk, "joined", now=now, staff_id=actor.id, **told)
    audit.write(session, actor, "chat.take", now=now, object_type="conversation", object_id=talk.id)
    rows.ring(session, actor, talk)
    rows.ring_queue(session, actor)
    return talk


def pass_on(
    session: Session, actor: Actor, conversation_id: UUID, staff_id: UUID | None = None, *, now: datetime
) -> Conversation:
    """Hand the talk to another operator who is on duty, or back to the queue."""
    talk = _held(actor, locked(session, actor, conversation_id))
    if staff_id is None:
        waiting.give_back(session, actor, talk, now=now)
    else:
        if staff_id == actor.id or not waiting.is_on_duty(session, actor, staff_id):
            raise waiting.NotOnDuty()
        rows.ring(session, actor, talk)
        talk.operator_id, talk.staff_typing_at = staff_id, None
        rows.note(session, actor, talk, "passed", now=now, staff_id=staff_id)
        rows.ring(session, actor, talk)
    audit.write(session, actor, "chat.pass", now=now, object_type="conversation", object_id=talk.id)
    rows.ring_queue(session, actor)
    return talk


def finish(session: Session, actor: Actor, conversation_id: UUID, *, now: datetime) -> Conversation:
    """End the talk: the customer his own, the operator the one he is in. Ended twice, it is ended once."""
    staff = actor.kind is ActorKind.staff
    talk = locked(session, actor, conversation_id)
    if talk.state is ChatState.over:
        return talk
    if staff:
        _held(actor, talk)
    end(session, actor, talk, "staff" if staff else "customer", now)
    if staff:
        audit.write(session, actor, "chat.finish", now=now, object_type="conversation", object_id=talk.id)
    return talk


def rate(session: Session, actor: Actor, conversation_id: UUID, rating: int, comment: str, *, now: datetime) -> None:
    """Rate a talk that is over from 1 to 5; a later rating takes the place of an earlier one."""
    actor.person()
    talk = locked(session, actor, conversation_id)
    if talk.state is not ChatState.over or talk.joined_at is None:
        raise NotNow()
    if rating not in range(1, 6) or len(comment) > COMMENT_LENGTH_MAX:
        raise RatingWrong()
    talk.rating, talk.rating_comment = rating, comment.strip()
    session.add(talk)
    session.flush()
    rows.ring(session, actor, talk, staff=False)


def to_ticket(session: Session, actor: Actor, conversation_id: UUID, topic: str, *, now: datetime) -> Ticket:
    """Make a ticket of the whole talk, and end it: by the customer, or by its operator. Asked twice, it is one."""
    talk = locked(session, actor, conversation_id)
    if talk.ticket_id is not None:
        return session.get_one(Ticket, talk.ticket_id)
    if actor.kind is ActorKind.staff:
        _held(actor, talk)
    told = tickets.Talk(
        id=talk.id,
        person_id=talk.person_id,
        topic=topic,
        subject=talk.subject,
        lines=_lines(session, talk),
        object_kind=talk.object_kind if talk.object_kind != "ticket" else "",
        object_id=talk.object_id if talk.object_kind != "ticket" else None,
    )
    made = tickets.open_from_talk(session, actor, told, now=now)
    talk.ticket_id = made.id
    rows.note(session, actor, talk, "ticket", now=now, number=made.number, ticket=str(made.id))
    if talk.state is not ChatState.over:
        end(session, actor, talk, "ticket", now)
    else:
        rows.ring(session, actor, talk)
    return made


def send_transcript(session: Session, actor: Actor, conversation_id: UUID, *, now: datetime) -> None:
    """Have the whole talk sent to the customer's e-mail address."""
    talk = own(session, actor, conversation_id)
    person = session.get_one(Person, actor.person())
    if person.email is None or person.email_verified_at is None:
        raise NoAddress()
    events.record(session, TranscriptAsked(person_id=person.id, conversation_id=talk.id), now=now)


def file(session: Session, actor: Actor, file_id: UUID) -> StoredFile:
    """Return a file of a talk that the actor may see."""
    beside = session.get(ChatFile, file_id)
    if beside is None:
        raise files.FileNotFound()
    own(session, actor, beside.conversation_id)
    return files.of(session, actor, [file_id])[file_id]


def under_way(session: Session, actor: Actor) -> Conversation | None:
    """Return the customer's talk that is not over."""
    query = select(Conversation).where(
        col(Conversation.person_id) == actor.person(), col(Conversation.state) != ChatState.over
    )
    return session.scalars(query).first()


def about(session: Session, actor: Actor, kind: str, object_id: UUID | None) -> dict[str, str]:
    """Return what a talk is about in each language, {} for nothing; refuse what the actor may not see."""
    if kind == "ticket" and object_id is not None:
        found = tickets.thread(session, actor, object_id, count=1).ticket
        return {"ru": f"Обращение {found.number}", "en": f"Ticket {found.number}"}
    return tickets.title(session, actor, kind, object_id)


def filled(session: Session, actor: Actor, reply_id: UUID, conversation_id: UUID) -> str:
    """Return a text of the house with the customer's name in its place."""
    talk = own(session, actor, conversation_id)
    person = session.get_one(Person, talk.person_id)
    number = session.get_one(Ticket, talk.ticket_id).number if talk.ticket_id else ""
    return tickets.filled_for(session, actor, reply_id, name=person.given_name, number=number)


def _begun(session: Session, actor: Actor, body: str, opening: Opening, now: datetime) -> Conversation:
    kind, object_id = opening.object_kind, opening.object_id
    try:
        about(session, actor, kind, object_id)
    except Refusal:
        kind, object_id = "", None
    told = waiting.outlook(session, actor, now=now)
    words = " ".join(body.split())
    talk = Conversation(
        person_id=actor.person(),
        state=ChatState.waiting,
        subject=words if len(words) <= SUBJECT_LENGTH_MAX else f"{words[: SUBJECT_LENGTH_MAX - 1].rstrip()}…",
        page=opening.page[:PAGE_LENGTH_MAX],
        object_kind=kind,
        object_id=object_id,
        started_at=now,
        queued_at=now,
        changed_at=now,
        turns=told.turns if told.on_duty else None,
        promised_low=told.low,
        promised_high=told.high,
    )
    session.add(talk)
    session.flush()
    return talk


def _held(actor: Actor, talk: Conversation) -> Conversation:
    """Return the talk when the actor is its operator."""
    actor.require("chat.reply")
    if talk.state is not ChatState.talking:
        raise NotNow()
    if talk.operator_id != actor.id:
        raise NotYours()
    return talk


def _next(session: Session) -> Conversation:
    query = (
        select(Conversation)
        .where(col(Conversation.state) == ChatState.waiting)
        .order_by(col(Conversation.queued_at), col(Conversation.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise QueueEmpty()
    return found


def end(session: Session, actor: Actor, talk: Conversation, how: str, now: datetime) -> None:
    """End a talk; `how`: customer, staff, idle, ticket."""
    rows.note(session, actor, talk, "over", now=now, how=how)
    rows.ring(session, actor, talk)
    talk.state, talk.over_at = ChatState.over, now
    talk.customer_typing_at = talk.staff_typing_at = None
    session.add(talk)
    session.flush()
    rows.ring_queue(session, actor)


def _lines(session: Session, talk: Conversation) -> list[tickets.Line]:
    said = select(ChatMessage).where(col(ChatMessage.conversation_id) == talk.id, col(ChatMessage.what) == "said")
    beside: dict[int, list[UUID]] = {}
    for each in session.scalars(select(ChatFile).where(col(ChatFile.conversation_id) == talk.id)):
        beside.setdefault(each.message_id, []).append(each.file_id)
    return [
        tickets.Line(
            draft_id=each.draft_id,
            person_id=each.person_id,
            staff_id=each.staff_id,
            body=each.body,
            sent_at=each.sent_at,
            file_ids=tuple(beside.get(each.id or 0, ())),
        )
        for each in session.scalars(said.order_by(col(ChatMessage.id)))
    ]
