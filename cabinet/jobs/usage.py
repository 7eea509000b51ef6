"""What becomes of usage without anybody's click: whom it concerns is told, what went beyond is asked for (3.1, 3.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cabinet import db
from cabinet.domain import usage
from cabinet.domain.base.actor import Actor
from cabinet.jobs import dispatch
from cabinet.kit import clock

COUNTING = Actor.system("usage")


def spread(event: usage.UsageCame) -> None:
    """Put every account whose records came."""
    ids = db.current().look(usage.touched, COUNTING, event)
    dispatch.in_pages("usage.look", str(event.id), ids)


def look(account_id: str, _run: str) -> None:
    """Count one account's usage anew, and tell its owner."""
    db.current().run(usage.look, COUNTING, UUID(account_id), now=clock.now())


def charge_all(due: datetime) -> None:
    """Put the accounts for which something went beyond, or was counted otherwise since."""
    ids = db.current().look(usage.to_charge, COUNTING)
    dispatch.in_pages("usage.charge", dispatch.day_of(due), ids)


def charge(account_id: str, _run: str) -> None:
    """Ask one account for what went beyond in periods that are over."""
    db.current().run(usage.charge, COUNTING, UUID(account_id), now=clock.now())
