"""The network of the demonstration: takes its time, cannot do everything, remembers every order through a crash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from cabinet import db
from cabinet.domain.base.ports import NetworkAnswer, NetworkRequest
from cabinet.kit import clock
from cabinet.models.services import NetworkDeed, NetworkStatus, SimulatedOrder

SECONDS: Final = 4
"""How long it takes to switch something."""
CANNOT: Final = {"tv-4k": "equipment"}
"""Products that it cannot connect, and why: the set-top boxes of the demonstration know no 4K."""


GIVES: Final = ("cloud-10", "cloud-200")
"""Products that are opened by a link, a login and a password."""


class SimulatedNetwork:
    """`Network` without a network."""

    name = "simulated"

    def __init__(self, *, seconds: int = SECONDS, cannot: Mapping[str, str] = CANNOT) -> None:
        self._delay = timedelta(seconds=seconds)
        self._cannot = cannot

    async def carry_out(self, request: NetworkRequest) -> NetworkAnswer:
        failure = self._cannot.get(request.product, "") if request.deed is NetworkDeed.connect else ""
        return await db.in_transaction(_take, request, failure, self._delay, now=clock.now())

    async def cancel(self, order_id: UUID) -> NetworkAnswer:
        return await db.in_transaction(_drop, order_id, now=clock.now())


def _take(session: Session, request: NetworkRequest, failure: str, delay: timedelta, *, now: datetime) -> NetworkAnswer:
    known = session.get(SimulatedOrder, request.id)
    if known is None:
        known = SimulatedOrder(
            id=request.id,
            deed=str(request.deed),
            product=request.product,
            account=request.account,
            failure=failure,
            accepted_at=now,
            ready_at=now + delay,
        )
        session.add(known)
        session.flush()
    return _answer(known, now)


def _drop(session: Session, order_id: UUID, *, now: datetime) -> NetworkAnswer:
    known = session.get(SimulatedOrder, order_id, with_for_update=True)
    if known is None:
        return NetworkAnswer(status=NetworkStatus.failed, failure="timeout")
    if now < known.ready_at and not known.canceled:
        known.canceled = True
        session.add(known)
    return _answer(known, now)


def _answer(order: SimulatedOrder, now: datetime) -> NetworkAnswer:
    if order.canceled:
        return NetworkAnswer(status=NetworkStatus.failed, failure="timeout")
    if now < order.ready_at:
        return NetworkAnswer(status=NetworkStatus.pending)
    if order.failure:
        return NetworkAnswer(status=NetworkStatus.failed, failure=order.failure)
    return NetworkAnswer(status=NetworkStatus.done, access=_access(order))


def _access(order: SimulatedOrder) -> dict[str, str]:
    """Return what opens the service, for its order always the same."""
    if order.product not in GIVES or order.deed != NetworkDeed.connect:
        return {}
    word = hashlib.sha256(order.id.bytes).hexdigest()
    return {"link": "https://cloud.meridian.example", "login": f"m{order.account}", "password": word[:12]}
