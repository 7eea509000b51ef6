"""What a ticket may be about: each kind knows whether the customer may see the thing, and what it is called (4.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlmodel import Session

from cabinet.domain import orders, payments, services
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Invalid, Refusal

Name = Callable[[Session, Actor, UUID], dict[str, str]]


class ObjectWrong(Invalid):
    """There is no such thing, or it is not the customer's."""

    code = "tickets.object_wrong"


def _payment(session: Session, actor: Actor, payment_id: UUID) -> dict[str, str]:
    number = payments.payment(session, actor, payment_id).number
    return {"ru": f"Платёж {number}", "en": f"Payment {number}"}


def _service(session: Session, actor: Actor, subscription_id: UUID) -> dict[str, str]:
    held, _ = services.seen(session, actor, subscription_id)
    return dict(held.version.title)


def _order(session: Session, actor: Actor, order_id: UUID) -> dict[str, str]:
    number = orders.seen(session, actor, order_id)[0].number
    return {"ru": f"Заказ {number}", "en": f"Order {number}"}


KINDS: Final[dict[str, Name]] = {"order": _order, "payment": _payment, "service": _service}
"""Each kind and its reader, which refuses a stranger's."""


def title(session: Session, actor: Actor, kind: str, object_id: UUID | None) -> dict[str, str]:
    """Return what the thing is called in each language, {} for none; refuse what the actor may not see."""
    if not kind and object_id is None:
        return {}
    if kind not in KINDS or object_id is None:
        raise ObjectWrong()
    try:
        return KINDS[kind](session, actor, object_id)
    except Refusal as refusal:
        raise ObjectWrong() from refusal
