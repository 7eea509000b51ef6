"""What becomes of outages without anybody's click: whom to tell, works whose time is over (3.4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cabinet import db
from cabinet.domain import outages
from cabinet.domain.base.actor import Actor
from cabinet.jobs import dispatch
from cabinet.kit import clock

NETWORK = Actor.system("outages")


def spread(event: outages.OutageAnnounced | outages.OutageMoved | outages.OutageEnded) -> None:
    """Put every account that the outage touches."""
    ids = db.current().look(outages.affected, NETWORK, event.outage_id)
    dispatch.in_pages("outages.tell", str(event.id), ids)


def tell(account_id: str, event_id: str) -> None:
    """Tell one account, and give it what it is due by itself."""
    db.current().run(outages.tell, NETWORK, UUID(account_id), UUID(event_id), now=clock.now())


def end_all(due: datetime) -> None:
    """End the works whose time is over."""
    for outage_id in db.current().look(outages.due, NETWORK, now=clock.now()):
        db.current().run(outages.end_due, NETWORK, outage_id, now=clock.now())
