"""What an engineer connects: that he can come, or when he does (3.1, 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cabinet.domain import services
from cabinet.domain.services import Offer
from cabinet.kit.i18n import mark
from cabinet.models.orders import CustomerOrder, OrderSlot
from cabinet.reports.options import trial_offer
from cabinet.reports.orders import hour
from cabinet.reports.reader import Reader, refusal

Visits = Mapping[UUID, tuple[CustomerOrder, OrderSlot | None]]
"""Which visits that connect something are under way, by product."""


def news(offer: Offer, eye: Reader, visits: Visits) -> str:
    """Return that it can be tried, that an engineer can come, or when he does."""
    if offer.hindrance is None:
        return trial_offer(offer, eye)
    return words(offer, eye, visits)


def words(offer: Offer, eye: Reader, visits: Visits) -> str:
    """Return that an engineer can come and connect it, or when he does; "" when nobody has to."""
    if offer.product.id in visits:
        _, slot = visits[offer.product.id]
        if slot is None:
            return eye.say(mark("A visit is ordered"))
        return eye.say(mark("The engineer comes: {hour}"), hour=hour(slot, eye))
    if isinstance(offer.hindrance, services.VisitNeeded):
        return eye.say(mark("An engineer connects it: you choose when he comes"))
    return ""


def why(offer: Offer, eye: Reader) -> str:
    """Return why it cannot be had; "" when it can, or when an engineer connects it."""
    if offer.hindrance is None or isinstance(offer.hindrance, services.VisitNeeded):
        return ""
    return refusal(offer.hindrance, eye)


def shown(offer: Offer, eye: Reader, visits: Visits) -> dict[str, Any]:
    """Return what a card says of it: why it cannot be had, where an hour is chosen or the ordered visit is seen."""
    ordered, needed = offer.product.id in visits, isinstance(offer.hindrance, services.VisitNeeded)
    return {
        "why": why(offer, eye),
        "notice": words(offer, eye, visits),
        "visit": f"/shop?connect={offer.product.id}" if needed and not ordered else "",
        "visit_order": f"/orders?open={visits[offer.product.id][0].id}" if ordered else "",
    }
