"""What becomes of support without a click: silent talks end, absent operators leave, missed answers are told (4.4)."""

from __future__ import annotations

from datetime import datetime

from cabinet import db
from cabinet.domain import chat, tickets
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock

KEEPER = Actor.system("chat")


def tend(due: datetime) -> None:
    """Give the talks of absent operators back, end those that fell silent, tell of answers nobody saw."""
    database = db.current()
    for staff_id in database.look(chat.absent, KEEPER, now=clock.now()):
        database.run(chat.dismiss, KEEPER, staff_id, now=clock.now())
    for conversation_id in database.look(chat.idle, KEEPER, now=clock.now()):
        database.run(chat.end_idle, KEEPER, conversation_id, now=clock.now())
    for conversation_id in database.look(chat.unseen, KEEPER, now=clock.now()):
        database.run(chat.tell_unseen, KEEPER, conversation_id, now=clock.now())
    database.run(tickets.forget_watchers, KEEPER, now=clock.now())
