"""What becomes of orders without anybody's click: unpaid ones are dropped, late ones are told of (3.4)."""

from __future__ import annotations

from datetime import datetime

from cabinet import db
from cabinet.domain import orders
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock

KEEPER = Actor.system("orders")


def tend(due: datetime) -> None:
    """Drop the orders whose money did not come, and say of the others that they take longer."""
    database = db.current()
    for order_id in database.look(orders.to_drop, KEEPER, now=clock.now()):
        database.run(orders.drop, KEEPER, order_id, now=clock.now())
    for order_id in database.look(orders.to_tell_late, KEEPER, now=clock.now()):
        database.run(orders.tell_late, KEEPER, order_id, now=clock.now())
