"""What programs may ask: payments, refunds, saved methods, switches. docs/sandbox.md describes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, ConfigDict, StringConstraints

from cabinet.kit import clock
from cabinet.kit.secrets import same
from cabinet.sandbox import payments, refunds, switches
from cabinet.sandbox.acquirer import Here
from cabinet.sandbox.orders import PaymentOrder, RefundOrder
from cabinet.sandbox.records import Json
from cabinet.sandbox.refusals import Refused

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=64)]
Wanted = Annotated[str, Query(min_length=1, max_length=64)]


def known_merchant(here: Here, authorization: Annotated[str, Header()] = "") -> None:
    """Refuse whoever has not the merchant's key."""
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer" or not same(key.strip(), here.key):
        raise Refused(401, "key_wrong", "send Authorization: Bearer and the merchant's key")


def in_order(here: Here) -> None:
    """Refuse while a switch says that the acquirer is out of order; nothing is done then."""
    with here.store.transaction() as db:
        broken = "server_error" in switches.take(db, "call")
    if broken:
        raise Refused(500, "out_of_order", "a switch is set: nothing was done")


money = APIRouter(prefix="/v1", dependencies=[Depends(known_merchant), Depends(in_order)])
control = APIRouter(dependencies=[Depends(known_merchant)])


@money.post("/payments")
async def create_payment(here: Here, order: PaymentOrder, key: Key) -> Json:
    """Open a payment, or charge a saved card."""

    def work() -> tuple[payments.Payment, bool]:
        with here.store.transaction() as db:
            return payments.open_(db, order, key, clock.now())

    payment, fresh = await here.apart(work)
    if fresh and "timeout" in payment.effects:
        await here.silence(payment.effects["timeout"])
        raise Refused(504, "too_late", "a switch kept the answer back; the payment was opened")
    return payment.told(here.site)


@money.get("/payments")
def find_payments(here: Here, merchant_payment_id: Wanted) -> Json:
    """Return the payments that the merchant knows by this id: one, or none."""
    with here.store.transaction() as db:
        payments.close_overdue(db, clock.now())
        found = payments.find(db, merchant_payment_id)
    return {"items": [found.told(here.site)] if found else []}


@money.get("/payments/{payment_id}")
def get_payment(here: Here, payment_id: str) -> Json:
    """Return a payment as it stands now."""
    with here.store.transaction() as db:
        payments.close_overdue(db, clock.now())
        return payments.by_id(db, payment_id).told(here.site)


@money.post("/payments/{payment_id}/cancel")
def cancel_payment(here: Here, payment_id: str) -> Json:
    """Close a payment that nobody has paid; a finished one is returned as it is."""
    with here.store.transaction() as db:
        return payments.withdraw(db, payment_id, clock.now()).told(here.site)


@money.post("/refunds")
async def create_refund(here: Here, order: RefundOrder, key: Key) -> Json:
    """Return money to the payer, in full or in part."""

    def work() -> tuple[Json, int]:
        with here.store.transaction() as db:
            refund, held_seconds = refunds.open_(db, order, key, clock.now())
            return refund.told(payments.by_id(db, refund.payment_id).merchant_payment_id), held_seconds

    told, held_seconds = await here.apart(work)
    if held_seconds:
        await here.silence(held_seconds)
        raise Refused(504, "too_late", "a switch kept the answer back; the refund was made")
    return told


@money.get("/refunds")
def find_refunds(here: Here, merchant_refund_id: Wanted) -> Json:
    """Return the refunds that the merchant knows by this id: one, or none."""
    with here.store.transaction() as db:
        refunds.settle_due(db, clock.now())
        found = refunds.find(db, merchant_refund_id)
        return {"items": [found.told(payments.by_id(db, found.payment_id).merchant_payment_id)] if found else []}


@money.get("/refunds/{refund_id}")
def get_refund(here: Here, refund_id: str) -> Json:
    """Return a refund as it stands now."""
    with here.store.transaction() as db:
        refunds.settle_due(db, clock.now())
        refund = refunds.by_id(db, refund_id)
        return refund.told(payments.by_id(db, refund.payment_id).merchant_payment_id)


@money.delete("/methods/{token}", status_code=204)
def delete_method(here: Here, token: str) -> None:
    """Forget a saved card."""
    with here.store.transaction() as db:
        payments.forget_method(db, token, clock.now())


class Turn(BaseModel):
    """Which switch, for the next how many, and by how much."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, StringConstraints(max_length=40)]
    times: int = 1
    value: int | None = None


@control.post("/switches")
def turn_switch(here: Here, turn: Turn) -> Json:
    """Set a switch; return all of them."""
    with here.store.transaction() as db:
        switches.turn(db, turn.name, turn.times, turn.value)
        return _settings(switches.now_set(db))


@control.delete("/switches")
def turn_all_off(here: Here) -> Json:
    """Turn every switch off; return all of them."""
    with here.store.transaction() as db:
        switches.turn_all_off(db)
        return _settings(switches.now_set(db))


def _settings(found: list[switches.Setting]) -> Json:
    return {"items": [{"name": each.switch.name, "times": each.remaining, "value": each.value} for each in found]}
