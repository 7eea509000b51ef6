"""What the desk keeps for itself: texts that are sent often, and tags to find tickets alike (4.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.tickets.states import locked, own
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.models.people import Person
from cabinet.models.tickets import CannedReply, TicketTag

TITLE_LENGTH_MAX: Final = 100
BODY_LENGTH_MAX: Final = 5_000
TAG_LENGTH_MAX: Final = 30
TAGS_MAX: Final = 10
"""On one ticket."""
REPLIES_MAX: Final = 200


class ReplyWrong(Invalid):
    """A title or a text that is empty or too long."""

    code = "tickets.reply_wrong"


class ReplyNotFound(NotFound):
    code = "tickets.reply_not_found"


class TagWrong(Invalid):
    code = "tickets.tag_wrong"


class TooManyTags(Conflict):
    code = "tickets.too_many_tags"


def replies(session: Session, actor: Actor, topic_code: str = "") -> list[CannedReply]:
    """Return the texts that fit a topic, by title; all of them where none is named."""
    actor.require("tickets.read")
    query = select(CannedReply).where(col(CannedReply.withdrawn_at).is_(None))
    if topic_code:
        query = query.where(col(CannedReply.topic_code).in_(["", topic_code]))
    return list(session.scalars(query.order_by(func.lower(col(CannedReply.title))).limit(REPLIES_MAX)))


def keep_reply(
    session: Session, actor: Actor, title: str, body: str, topic_code: str = "", *, now: datetime
) -> CannedReply:
    """Keep a text under a title; one with the same title takes the place of the earlier one."""
    actor.require("tickets.reply")
    said, called = body.strip(), title.strip()
    if not said or not called or len(said) > BODY_LENGTH_MAX or len(called) > TITLE_LENGTH_MAX or len(topic_code) > 40:
        raise ReplyWrong(most=BODY_LENGTH_MAX)
    query = select(CannedReply).where(col(CannedReply.title) == called, col(CannedReply.withdrawn_at).is_(None))
    kept = session.scalars(query.with_for_update()).first()
    if kept is None:
        kept = CannedReply(title=called, body=said, topic_code=topic_code, made_by=actor.label, created_at=now)
    kept.body, kept.topic_code, kept.made_by = said, topic_code, actor.label
    session.add(kept)
    session.flush()
    audit.write(session, actor, "tickets.reply_kept", now=now, object_type="canned_reply", object_id=str(kept.id))
    return kept


def drop_reply(session: Session, actor: Actor, reply_id: UUID, *, now: datetime) -> None:
    """Offer a text no more."""
    actor.require("tickets.reply")
    kept = session.get(CannedReply, reply_id, with_for_update=True)
    if kept is None or kept.withdrawn_at is not None:
        raise ReplyNotFound()
    kept.withdrawn_at = now
    session.add(kept)
    audit.write(session, actor, "tickets.reply_dropped", now=now, object_type="canned_reply", object_id=str(kept.id))


def filled(session: Session, actor: Actor, reply_id: UUID, ticket_id: UUID) -> str:
    """Return a text with the customer's name and the ticket's number in their places."""
    actor.require("tickets.reply")
    ticket = own(session, actor, ticket_id)
    name = session.get_one(Person, ticket.person_id).given_name
    return filled_for(session, actor, reply_id, name=name, number=ticket.number)


def filled_for(session: Session, actor: Actor, reply_id: UUID, *, name: str, number: str) -> str:
    """Return a text with these values in their places; other brackets stay."""
    actor.require("tickets.reply")
    kept = session.get(CannedReply, reply_id)
    if kept is None or kept.withdrawn_at is not None:
        raise ReplyNotFound()
    values = {"name": name, "number": number}
    return re.sub(r"\[(name|number)\]", lambda found: values[found[1]], kept.body)


def tags(session: Session, actor: Actor, ticket_id: UUID) -> Sequence[str]:
    """Return a ticket's tags by the alphabet."""
    actor.require("tickets.read")
    query = select(col(TicketTag.tag)).where(col(TicketTag.ticket_id) == ticket_id)
    return list(session.scalars(query.order_by(col(TicketTag.tag))))


def tag(session: Session, actor: Actor, ticket_id: UUID, word: str, *, now: datetime) -> None:
    """Give a ticket a tag, in small letters; one that it has already changes nothing."""
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    called = " ".join(word.lower().split())
    if not called or len(called) > TAG_LENGTH_MAX:
        raise TagWrong(most=TAG_LENGTH_MAX)
    known = tags(session, actor, ticket_id)
    if called in known:
        return
    if len(known) >= TAGS_MAX:
        raise TooManyTags(most=TAGS_MAX)
    session.add(TicketTag(ticket_id=ticket_id, tag=called))
    audit.write(session, actor, "tickets.tag", now=now, object_type="ticket", object_id=ticket.number, tag=called)


def untag(session: Session, actor: Actor, ticket_id: UUID, word: str, *, now: datetime) -> None:
    """Take a tag off."""
    actor.require("tickets.reply")
    ticket = locked(session, actor, ticket_id)
    session.execute(
        delete(TicketTag).where(col(TicketTag.ticket_id) == ticket_id, col(TicketTag.tag) == word[:TAG_LENGTH_MAX])
    )
    audit.write(session, actor, "tickets.untag", now=now, object_type="ticket", object_id=ticket.number)


def tags_in_use(session: Session, actor: Actor, *, most: int = 30) -> list[str]:
    """Return the tags, those of most tickets first."""
    actor.require("tickets.read")
    query = select(col(TicketTag.tag)).group_by(col(TicketTag.tag))
    return list(session.scalars(query.order_by(func.count().desc(), col(TicketTag.tag)).limit(most)))
