"""Orders as the desk reads them: the queue, one of them, its story (3.4)."""

from __future__ import annotations

from collections.abc import Sequence

from cabinet.domain import orders
from cabinet.kit.i18n import mark
from cabinet.kit.shapes import Fact, Step
from cabinet.reports.orders import ICONS, OrderRow, hour, state, told
from cabinet.reports.orders import due as promised
from cabinet.reports.reader import Reader
from cabinet.reports.rows import NOTHING
from cabinet.reports.tickets import TicketRow


def queue_row(queued: orders.Queued, eye: Reader) -> OrderRow:
    """Return a line of the desk's queue."""
    order = queued.order
    status, tone = state(order, queued.stage, eye, desk=True)
    due = eye.say(mark("by {moment}"), moment=promised(order, eye)) if order.due_at else ""
    return OrderRow(
        key=str(order.id),
        icon=ICONS[queued.kind.group],
        title=f"{order.number} · {eye.name(queued.kind.title)}",
        soft=", ".join(part for part in (queued.account.number, order.address, due) if part),
        amount=NOTHING,
        status=status,
        tone=tone,
    )


def desk_facts(card: orders.DeskCard, threads: Sequence[TicketRow], eye: Reader) -> list[Fact]:
    """Return what the desk has to know of an order, and what its customer wrote to support about it."""
    order = card.queued.order
    said = [
        (mark("Contract"), card.queued.account.number),
        (mark("Connects"), eye.name(card.connects) if card.connects else ""),
        (mark("Address"), order.address),
        (mark("Hour"), hour(card.slot, eye) if card.slot else ""),
        (mark("From the customer"), order.note),
        (mark("We asked"), order.needs),
        (mark("The customer's answer"), order.answer),
        (mark("Tracking number"), f"{order.carrier} {order.tracking}".strip()),
        (mark("Promised by"), promised(order, eye)),
        (mark("Reason of the delay"), order.delay),
        *((mark("Ticket"), f"{each.soft} · {each.status}") for each in threads),
    ]
    return [Fact(eye.say(name), value) for name, value in said if value]


def next_stage(card: orders.DeskCard, eye: Reader) -> str:
    """Return what the button of the next stage says."""
    codes = [each.code for each in card.stages]
    order = card.queued.order
    place = codes.index(order.stage) + 1 if order.stage in codes else len(codes)
    if place >= len(codes):
        return eye.say(mark("Finish the order"))
    return eye.say(mark("Next: {stage}"), stage=eye.name(card.stages[place].title))


def desk_steps(card: orders.DeskCard, eye: Reader) -> list[Step]:
    """Return the order's story for the desk, the newest first."""
    return [told(step, card.stages, eye) for step in reversed(card.story)]
