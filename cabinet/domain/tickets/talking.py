"""The thread: what the customer adds, mends, closes and rates; what the staff answers, asks and finishes (4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from cabinet.domain import files
from cabinet.domain.base import audit, events, rules
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.tickets.states import MOVES, NotNow, TicketAnswered, TicketNotFound, locked, move, own
from cabinet.kit.errors import Conflict, Invalid
from cabinet.models.files import StoredFile
from cabinet.models.tickets import Ticket, TicketFile, TicketMessage, TicketState

BODY_LENGTH_MAX: Final = 10_000
COMMENT_LENGTH_MAX: Final = 1_000
EARLIER_MAX: Final = 20
STAFF_MOVES: Final = ("answered", "asked", "finished")


class BodyMissing(Invalid):
    code = "tickets.body_missing"


class TooManyMessages(Conflict):
    code = "tickets.too_many_messages"


class CannotEdit(Conflict):
    """It is not one's last message, or it was answered."""

    code = "tickets.cannot_edit"


class TooLateToReopen(Conflict):
    code = "tickets.too_late_to_reopen"


class RatingWrong(Invalid):
    code = "tickets.rating_wrong"


class AnsweredMeanwhile(Conflict):
    """Somebody wrote since the thread was read: nothing was sent."""

    code = "tickets.answered_meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that was said elsewhere, in a chat, and comes into a thread as it is."""

    draft_id: UUID
    person_id: UUID | None
    staff_id: UUID | None
    body: str
    sent_at: datetime
    file_ids: Sequence[UUID] = ()


def adopt(session: Session, actor: Actor, ticket: Ticket, line: Line) -> None:
    """Put a line that was said elsewhere into the thread, with its files."""
    message = TicketMessage(
        ticket_id=ticket.id,
        draft_id=line.draft_id,
        person_id=line.person_id,
        staff_id=line.staff_id,
        body=line.body,
        sent_at=line.sent_at,
    )
    session.add(message)
    session.flush()
    for file_id in line.file_ids:
        session.add(TicketFile(file_id=file_id, message_id=message.id or 0, ticket_id=ticket.id))


def write(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    draft_id: UUID,
    body: str,
    *,
    now: datetime,
    staff: bool = False,
    private: bool = False,
) -> TicketMessage:
    """Put a message with its draft's files into the thread."""
    said = body.strip()
    if not said or len(said) > BODY_LENGTH_MAX:
        raise BodyMissing(most=BODY_LENGTH_MAX)
    sender = {"staff_id": actor.id} if staff else {"person_id": actor.person()}
    message = TicketMessage(ticket_id=ticket.id, draft_id=draft_id, body=said, sent_at=now, private=private, **sender)
    session.add(message)
    session.flush()
    assert message.id is not None
    for each in files.attach(session, actor, draft_id, now=now):
        session.add(TicketFile(file_id=each.id, message_id=message.id, ticket_id=ticket.id))
    session.flush()
    return message


def reply(
    session: Session, actor: Actor, ticket_id: UUID, body: str, *, draft_id: UUID, now: datetime
) -> TicketMessage:
    """Write into one's own thread. Asked for, it sets the clock going; finished, it opens the affair again."""
    person_id = actor.person()
    ticket = _where_it_went(session, actor, locked(session, actor, ticket_id))
    known = _sent(session, draft_id)
    if known is not None and known.person_id == person_id:
        return known
    held = rules.current(session, rules.TicketRules, now=now)
    lately = col(TicketMessage.person_id) == person_id, col(TicketMessage.sent_at) > now - timedelta(hours=1)
    if (session.scalar(select(func.count()).select_from(TicketMessage).where(*lately)) or 0) >= (
        held.messages_per_hour_max
    ):
        raise TooManyMessages()
    if ticket.state is TicketState.done:
        reopen(session, actor, ticket.id, now=now)
    message = write(session, actor, ticket, draft_id, body, now=now)
    move(session, actor, ticket, "added", now=now)
    return message


def edit(session: Session, actor: Actor, message_id: int, body: str, *, now: datetime) -> TicketMessage:
    """Mend one's own last message while nobody has answered; what it said before is kept."""
    person_id = actor.person()
    found = session.get(TicketMessage, message_id)
    if found is None or found.person_id != person_id:
        raise TicketNotFound()
    locked(session, actor, found.ticket_id)
    message = session.get_one(TicketMessage, message_id, populate_existing=True)
    said = body.strip()
    if not said or len(said) > BODY_LENGTH_MAX:
        raise BodyMissing(most=BODY_LENGTH_MAX)
    if last_id(session, actor, found.ticket_id) != message_id or len(message.earlier) >= EARLIER_MAX:
        raise CannotEdit()
    if said != message.body:
        message.earlier = [*message.earlier, message.body]
        message.body, message.edited_at = said, now
        session.add(message)
        session.flush()
    return message


def close(session: Session, actor: Actor, ticket_id: UUID, *, now: datetime) -> Ticket:
    """Say that the question is settled."""
    actor.person()
    ticket = locked(session, actor, ticket_id)
    if ticket.state is not TicketState.done:
        move(session, actor, ticket, "closed", now=now)
    return ticket


def reopen(session: Session, actor: Actor, ticket_id: UUID, *, now: datetime) -> Ticket:
    """Open a finished affair again, within the days that the rules give."""
    actor.person()
    ticket = locked(session, actor, ticket_id)
    held = rules.current(session, rules.TicketRules, now=now)
    if ticket.done_at is None or ticket.merged_into_id is not None:
        raise NotNow()
    if ticket.done_at < now - timedelta(days=held.reopen_days):
        raise TooLateToReopen(days=held.reopen_days)
    ticket.rating, ticket.rating_comment = None, ""
    move(session, actor, ticket, "reopened", now=now)
    return ticket


def rate(session: Session, actor: Actor, ticket_id: UUID, rating: int, comment: str, *, now: datetime) -> Ticket:
    """Rate a finished affair from 1 to 5; a later rating takes the place of an earlier one."""
    actor.person()
    ticket = locked(session, actor, ticket_id)
    if ticket.state is not TicketState.done or ticket.merged_into_id is not None:
        raise NotNow()
    if rating not in range(1, 6) or len(comment) > COMMENT_LENGTH_MAX:
        raise RatingWrong()
    ticket.rating, ticket.rating_comment = rating, comment.strip()
    session.add(ticket)
    session.flush()
    return ticket


def take(session: Session, actor: Actor, ticket_id: UUID, *, now: datetime) -> Ticket:
    """Become the one who answers for it."""
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    if ticket.assignee_id == actor.id:
        return ticket
    ticket.assignee_id = actor.id
    move(session, actor, ticket, "taken", now=now)
    audit.write(session, actor, "tickets.take", now=now, object_type="ticket", object_id=ticket.number)
    return ticket


def pass_on(session: Session, actor: Actor, ticket_id: UUID, *, now: datetime) -> Ticket:
    """Hand it to the second line: nobody's until somebody there takes it."""
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    move(session, actor, ticket, "passed", now=now)
    ticket.assignee_id = None
    session.add(ticket)
    audit.write(session, actor, "tickets.pass", now=now, object_type="ticket", object_id=ticket.number)
    return ticket


def answer(
    session: Session,
    actor: Actor,
    ticket_id: UUID,
    body: str,
    *,
    how: str,
    draft_id: UUID,
    seen_id: int,
    now: datetime,
) -> TicketMessage:
    """Write to the customer: `answered`, `asked` (the clock stands until his answer) or `finished`.

    `seen_id` is the last message that the operator has read. When there is a later one, nothing is sent and he is told.
    """
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    known = _sent(session, draft_id)
    if known is not None and known.staff_id == actor.id:
        return known
    if how not in STAFF_MOVES or (ticket.state, how) not in MOVES:
        raise NotNow()
    if last_id(session, actor, ticket_id) > seen_id:
        raise AnsweredMeanwhile()
    message = write(session, actor, ticket, draft_id, body, now=now, staff=True)
    ticket.assignee_id = ticket.assignee_id or actor.id
    ticket.answered_at = ticket.answered_at or now
    move(session, actor, ticket, how, now=now)
    audit.write(session, actor, f"tickets.{how}", now=now, object_type="ticket", object_id=ticket.number)
    told = TicketAnswered(person_id=ticket.person_id, ticket_id=ticket.id, how=how, message_id=message.id or 0)
    events.record(session, told, now=now)
    return message


def remark(
    session: Session, actor: Actor, ticket_id: UUID, body: str, *, draft_id: UUID, now: datetime
) -> TicketMessage:
    """Write a note among the staff: the customer sees nothing of it, no clock and no state moves."""
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    known = _sent(session, draft_id)
    if known is not None and known.staff_id == actor.id:
        return known
    message = write(session, actor, ticket, draft_id, body, now=now, staff=True, private=True)
    audit.write(session, actor, "tickets.remark", now=now, object_type="ticket", object_id=ticket.number)
    return message


def said(session: Session, actor: Actor, ticket_id: UUID, message_id: int) -> str:
    """Return what a message says, "" for none: what a letter about it shows."""
    actor.require_system()
    message = session.get(TicketMessage, message_id)
    return message.body if message is not None and message.ticket_id == ticket_id and not message.private else ""


def last_id(session: Session, actor: Actor, ticket_id: UUID) -> int:
    """Return the number of the thread's last message, of those that the actor may see."""
    own(session, actor, ticket_id)
    query = select(func.max(col(TicketMessage.id))).where(col(TicketMessage.ticket_id) == ticket_id, seen_by(actor))
    return session.scalar(query) or 0


def file(session: Session, actor: Actor, file_id: UUID) -> StoredFile:
    """Return a file of a thread that the actor may see."""
    beside = session.get(TicketFile, file_id)
    if beside is None:
        raise files.FileNotFound()
    own(session, actor, beside.ticket_id)
    message = session.get_one(TicketMessage, beside.message_id)
    if message.private and actor.kind is not ActorKind.staff:
        raise files.FileNotFound()
    return files.of(session, actor, [file_id])[file_id]


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return what lets through the messages that the actor may see: notes are the staff's."""
    return true() if actor.kind is not ActorKind.customer else col(TicketMessage.private).is_(False)


def _where_it_went(session: Session, actor: Actor, ticket: Ticket) -> Ticket:
    """Return the ticket itself, or the one that it was merged into."""
    return locked(session, actor, ticket.merged_into_id) if ticket.merged_into_id else ticket


def _sent(session: Session, draft_id: UUID) -> TicketMessage | None:
    return session.scalars(select(TicketMessage).where(col(TicketMessage.draft_id) == draft_id)).first()
