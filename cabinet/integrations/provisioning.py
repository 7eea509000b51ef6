"""The conversation with the network: read, call, write, and never a transaction across the call.

Every step may be repeated at any time: the network knows our ids, and `services.apply` takes one answer.
"""

from __future__ import annotations

from uuid import UUID

from cabinet import db
from cabinet.domain import services
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import Network, NetworkAnswer
from cabinet.kit import clock
from cabinet.kit.secrets import Keyring
from cabinet.models.services import NetworkStatus


async def ask(network: Network, order_id: UUID, *, keyring: Keyring) -> bool:
    """Tell the network, take what it answers, drop what takes too long; tell whether there is an answer."""
    system = Actor.system(f"network:{network.name}")
    request = await db.in_reading(services.request_of, system, order_id)
    if request is None:
        return True
    answer: NetworkAnswer = await network.carry_out(request)
    if answer.status is NetworkStatus.pending and await db.in_reading(
        services.overdue, system, order_id, now=clock.now()
    ):
        answer = await network.cancel(order_id)
    await db.in_transaction(services.apply, system, order_id, answer, keyring=keyring, now=clock.now())
    return answer.status is not NetworkStatus.pending
