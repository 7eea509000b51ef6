"""Services outside of anybody's click: days that have come, orders that the network owes an answer to (3.1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from cabinet import db, settings, wiring
from cabinet.domain import services
from cabinet.domain.base.actor import Actor
from cabinet.integrations import provisioning
from cabinet.jobs import dispatch
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError

TURNING = Actor.system("services")
LOOKS_MAX = 5
"""How often an order is asked about in the first seconds; then it is the round's."""
LOOK_AFTER_SECONDS = 2.0
log = structlog.get_logger("network")


async def after_asking(event: services.NetworkAsked) -> None:
    """Tell the network of a fresh order."""
    await _ask(event.order_id, 1)


async def look(order_id: str, again: int) -> None:
    """Ask once more; without an answer the round goes on asking."""
    try:
        await _ask(UUID(order_id), again)
    except GatewayError as error:
        log.warning("the network does not answer", order=order_id, error=str(error))


async def tend(due: datetime) -> None:
    """One round: ask about every order that has been silent for a while."""
    for order_id in await db.in_reading(services.silent, TURNING, now=clock.now()):
        dispatch.enqueue("services.look", f"{order_id}:{due.isoformat()}", str(order_id), LOOKS_MAX)


def turn_all(due: datetime) -> None:
    """Put the services whose planned day has come."""
    ids = db.current().look(services.due, TURNING, now=clock.now())
    dispatch.in_pages("services.turn", due.isoformat(timespec="minutes"), ids)


def turn(subscription_id: str, _run: str) -> None:
    """Do what was planned for one service."""
    db.current().run(services.turn, TURNING, UUID(subscription_id), now=clock.now())


def block_all(due: datetime) -> None:
    """Put the accounts that owe something, and those in which something is cut off."""
    ids = db.current().look(services.to_look_at, TURNING, now=clock.now())
    dispatch.in_pages("services.block", dispatch.day_of(due), ids)


def block(account_id: str, _run: str) -> None:
    """Cut off what the age of one account's debt says."""
    db.current().run(services.block, TURNING, UUID(account_id), now=clock.now())


def remind_all(due: datetime) -> None:
    """Put the trials that end soon."""
    ids = db.current().look(services.to_remind, TURNING, now=clock.now())
    dispatch.in_pages("services.remind", dispatch.day_of(due), ids)


def remind(subscription_id: str, _run: str) -> None:
    """Tell of one trial's end."""
    db.current().run(services.remind, TURNING, UUID(subscription_id), now=clock.now())


def remind_all_of_discounts(due: datetime) -> None:
    """Put the discounts that end soon."""
    ids = db.current().look(services.discounts_ending, TURNING, now=clock.now())
    dispatch.in_pages("discounts.remind", dispatch.day_of(due), ids)


def remind_of_discount(discount_id: str, _run: str) -> None:
    """Tell of one discount's end."""
    db.current().run(services.remind_of_discount, TURNING, UUID(discount_id), now=clock.now())


async def _ask(order_id: UUID, again: int) -> None:
    answered = await provisioning.ask(wiring.network(), order_id, keyring=settings.get().keyring)
    if not answered and again < LOOKS_MAX:
        key = f"{order_id}:{again}"
        dispatch.enqueue("services.look", key, str(order_id), again + 1, after_seconds=LOOK_AFTER_SECONDS)
