"""Orders in words and rows: the list, one with its way, the shop, the desk (3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from cabinet.domain import orders
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact, Step
from cabinet.models.orders import (
    CustomerOrder,
    OrderGroup,
    OrderKind,
    OrderSlot,
    OrderStage,
    OrderStatus,
    OrderStep,
    ShopItem,
)
from cabinet.reports.reader import Reader
from cabinet.reports.rows import NOTHING
from cabinet.reports.tickets import TicketRow

ICONS: Final = {
    OrderGroup.goods: "package",
    OrderGroup.visit: "calendar-clock",
    OrderGroup.document: "file-text",
    OrderGroup.connection: "calendar-clock",
}
ALL_ICONS: Final = ("package", "calendar-clock", "file-text", "router", "smartphone", "tv")
STATUSES: Final = {
    OrderStatus.unpaid: mark("Waits for payment"),
    OrderStatus.open: mark("Under way"),
    OrderStatus.done: mark("Fulfilled"),
    OrderStatus.canceled: mark("Cancelled"),
    OrderStatus.return_asked: mark("Return is being decided"),
    OrderStatus.returned: mark("Goods returned"),
}
TONES: Final = {
    OrderStatus.unpaid: "warn",
    OrderStatus.open: "accent",
    OrderStatus.done: "good",
    OrderStatus.canceled: "calm",
    OrderStatus.return_asked: "warn",
    OrderStatus.returned: "calm",
}
STEPS: Final = {
    "ordered": mark("The order is placed"),
    "paid": mark("Paid"),
    "late": mark("Takes longer than promised"),
    "delayed": mark("Moved to a later time"),
    "asked": mark("We asked you"),
    "answered": mark("You answered"),
    "tracked": mark("Tracking number"),
    "slot_changed": mark("Another hour"),
    "reported": mark("What came of it"),
    "done": mark("Fulfilled"),
    "canceled": mark("Cancelled"),
    "expired": mark("Dropped: it was not paid in time"),
    "called_off": mark("We could not fulfil it"),
    "return_asked": mark("You asked to give it back"),
    "return_denied": mark("The return was denied"),
    "returned": mark("Goods returned"),
}
TRACKING: Final = {
    "cdek": "https://www.cdek.ru/ru/tracking/?order_id={}",
    "post": "https://www.pochta.ru/tracking?barcode={}",
}
"""Where a carrier shows a parcel; the demonstration's courier shows it nowhere."""


@dataclass
class OrderRow:
    """An order in a list."""

    key: str
    icon: str
    title: str
    soft: str
    amount: MoneyText
    status: str
    tone: str


@dataclass
class OrderCard:
    """One order, and what can be done about it now."""

    key: str = ""
    title: str = ""
    soft: str = ""
    status: str = ""
    tone: str = "calm"
    needs: str = ""
    late: str = ""
    result: str = ""
    facts: list[Fact] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    lines: list[Fact] = field(default_factory=list)
    tracking: str = ""
    tracking_link: str = ""
    pay_link: str = ""
    can_answer: bool = False
    can_change: bool = False
    can_cancel: bool = False
    can_return: bool = False
    cancel: str = ""
    """What cancelling does with the money."""
    threads: list[TicketRow] = field(default_factory=list)
    """What was written to support about it."""


@dataclass
class ItemRow:
    """Goods on the shelf, and how many lie in the cart."""

    key: str
    icon: str
    title: str
    detail: str
    price: MoneyText
    left: str
    count: int
    can_add: bool


@dataclass
class KindRow:
    """Something to ask for."""

    key: str
    icon: str
    title: str
    detail: str
    price: MoneyText
    slots: str


def order_row(own: orders.Own, eye: Reader) -> OrderRow:
    """Return an order of the list."""
    status, tone = state(own.order, own.stage, eye)
    return OrderRow(
        key=str(own.order.id),
        icon=ICONS[own.kind.group],
        title=name(own, eye),
        soft=f"{own.order.number}, {_soft(own, eye)}",
        amount=i18n.money_text(Money(own.order.total_minor), eye.locale, short=True)
        if own.order.total_minor
        else NOTHING,
        status=status,
        tone=tone,
    )


def name(own: orders.Own, eye: Reader) -> str:
    """Return what was ordered: the goods, what is connected, or what was asked for."""
    if own.connects:
        return eye.say(mark("Connection: {title}"), title=eye.name(own.connects))
    return ", ".join(eye.name(line.title) for line in own.goods) or eye.name(own.kind.title)


def state(order: CustomerOrder, stage: OrderStage | None, eye: Reader, *, desk: bool = False) -> tuple[str, str]:
    """Return in which state an order is, in words and in a tone: for its customer, or for the desk."""
    if order.status is OrderStatus.open and order.needs:
        return eye.say(mark("Waits for the customer") if desk else mark("Waits for your answer")), "warn"
    if order.status is OrderStatus.open and _is_late(order, eye):
        return eye.say(mark("Late")), "bad"
    if stage is not None:
        return eye.name(stage.title), TONES[order.status]
    return eye.say(STATUSES[order.status]), TONES[order.status]


def order_card(card: orders.Card, eye: Reader) -> OrderCard:
    """Return one order with its way and what can be done about it."""
    order = card.order
    status, tone = state(order, card.own.stage, eye)
    unpaid = order.status is OrderStatus.unpaid
    refund = (
        eye.say(mark("Nothing was paid yet."))
        if unpaid or not order.total_minor
        else eye.say(mark("{amount} comes back to the account at once."), amount=Money(order.total_minor))
    )
    return OrderCard(
        key=str(order.id),
        title=name(card.own, eye),
        soft=order.number,
        status=status,
        tone=tone,
        needs=order.needs or _hour_needed(card, eye),
        late=_late(order, eye),
        result=order.result,
        facts=_facts(card, eye),
        steps=_way(card.stages, card.story, order, eye),
        lines=[
            Fact(
                eye.say(mark("{title}, {count} pcs"), title=eye.name(line.title), count=line.quantity),
                str(i18n.money_text(Money(line.price_minor * line.quantity), eye.locale, short=True)),
            )
            for line in card.lines
        ],
        tracking=order.tracking,
        tracking_link=TRACKING.get(order.carrier, "").format(quote(order.tracking)) if order.tracking else "",
        pay_link=f"/pay?invoice={order.invoice_id}" if unpaid else "",
        can_answer=bool(order.needs),
        can_change=card.may_change and bool(card.slots),
        can_cancel=card.may_cancel,
        can_return=card.can_return,
        cancel=refund,
    )


def goods_words(item: ShopItem | None, eye: Reader) -> str:
    """Return goods that can be ordered with something, with their price; "" for none."""
    if item is None:
        return ""
    return eye.say(mark("{title}, {amount}"), title=eye.name(item.title), amount=Money(item.price_minor, item.currency))


def _hour_needed(card: orders.Card, eye: Reader) -> str:
    """Return that an hour has to be chosen, when nobody has."""
    if card.order.slot_id is not None or not card.may_change or not card.slots:
        return ""
    return eye.say(mark("Choose an hour that suits you: «Another hour» below."))


def slot_choices(slots: Sequence[OrderSlot], eye: Reader) -> list[tuple[str, str]]:
    """Return hours to choose from."""
    return [(str(slot.id), hour(slot, eye)) for slot in slots]


def hour(slot: OrderSlot, eye: Reader) -> str:
    """Return an hour in words: «25 ноября, 10:00–13:00»."""
    day = eye.day(clock.day_of(slot.begins_at, eye.zone))
    since, until = i18n.time_text(slot.begins_at, eye.zone), i18n.time_text(slot.ends_at, eye.zone)
    return f"{day}, {since}–{until}"


def item_row(item: ShopItem, count: int, eye: Reader) -> ItemRow:
    """Return goods of the shop."""
    left = ""
    if not item.stock:
        left = eye.say(mark("Sold out"))
    elif item.stock <= 3:
        left = i18n.plural(eye.locale, "{n} left", "{n} left", item.stock)
    return ItemRow(
        key=str(item.id),
        icon=item.icon if item.icon in ALL_ICONS else "package",
        title=eye.name(item.title),
        detail=eye.name(item.detail),
        price=i18n.money_text(Money(item.price_minor, item.currency), eye.locale, short=True),
        left=left,
        count=count,
        can_add=count < min(item.stock, 10),
    )


def kind_row(kind: OrderKind, eye: Reader) -> KindRow:
    """Return something to ask for."""
    price = Money(kind.price_minor)
    return KindRow(
        key=kind.code,
        icon=ICONS[kind.group],
        title=eye.name(kind.title),
        detail=eye.name(kind.detail),
        price=i18n.money_text(price, eye.locale, short=True) if price else NOTHING,
        slots=kind.slots,
    )


def visit_row(visit: orders.Visit, eye: Reader) -> KindRow:
    """Return a visit that connects something, as what is about to be ordered."""
    title = eye.name(visit.offer.version.title)
    monthly = visit.offer.price
    said = [eye.say(mark("An engineer comes and connects it."))]
    if visit.fee:
        said.append(eye.say(mark("Now: {amount}, you choose next how to pay."), amount=visit.fee))
    if monthly:
        said.append(eye.say(mark("From the day it works: {amount} a month."), amount=monthly))
    return KindRow(
        key=visit.kind.code,
        icon=ICONS[visit.kind.group],
        title=eye.say(mark("Connection: {title}"), title=title),
        detail=" ".join(said),
        price=i18n.money_text(visit.fee, eye.locale, short=True) if visit.fee else NOTHING,
        slots=visit.kind.slots,
    )


def _facts(card: orders.Card, eye: Reader) -> list[Fact]:
    order, stage = card.order, card.own.stage
    said = [
        (mark("Ordered on"), i18n.moment_short(order.created_at, eye.locale, eye.zone, now=eye.now)),
        (mark("Address"), order.address),
        (mark("Hour"), hour(card.own.slot, eye) if card.own.slot else ""),
        (mark("In hand"), eye.name(stage.responsible) if stage is not None and stage.responsible else ""),
        (mark("Pay by") if order.status is OrderStatus.unpaid else mark("Promised by"), due(order, eye)),
        (mark("Carrier"), order.carrier),
        (mark("You wrote"), order.note),
    ]
    facts = [Fact(eye.say(name), value) for name, value in said if value]
    if order.total_minor:
        facts.append(Fact(eye.say(mark("Sum")), str(i18n.money_text(Money(order.total_minor), eye.locale, short=True))))
    return facts


def _soft(own: orders.Own, eye: Reader) -> str:
    if own.slot is not None and own.order.ended_at is None:
        return hour(own.slot, eye)
    return i18n.moment_short(own.order.created_at, eye.locale, eye.zone, now=eye.now)


def _late(order: CustomerOrder, eye: Reader) -> str:
    if order.delay:
        return eye.say(mark("Later than promised: {reason}"), reason=order.delay)
    if _is_late(order, eye):
        return eye.say(mark("It takes longer than we promised. We are sorry, and we will write a new time here."))
    return ""


def _is_late(order: CustomerOrder, eye: Reader) -> bool:
    waits = order.needs == "" and order.status is OrderStatus.open
    return waits and order.due_at is not None and order.due_at <= eye.now


def due(order: CustomerOrder, eye: Reader) -> str:
    """Return by when the stage or the payment was promised."""
    return i18n.moment_short(order.due_at, eye.locale, eye.zone, now=eye.now) if order.due_at else ""


def _way(stages: Sequence[OrderStage], story: Sequence[OrderStep], order: CustomerOrder, eye: Reader) -> list[Step]:
    """Return what has happened, and the stages that are ahead."""
    way = [told(step, stages, eye) for step in story]
    if order.status not in (OrderStatus.open, OrderStatus.unpaid):
        return way
    passed = {str(step.details.get("stage")) for step in story if step.name == "stage"}
    if way and order.status is OrderStatus.open:
        last = way[-1]
        way[-1] = Step(last.title, last.when, last.soft, "now")
    return [*way, *(Step(eye.name(stage.title), state="next") for stage in stages if stage.code not in passed)]


def told(step: OrderStep, stages: Sequence[OrderStage], eye: Reader) -> Step:
    """Return a line of an order's story."""
    details = step.details
    title = eye.say(STEPS[step.name]) if step.name in STEPS else step.name
    if step.name == "stage":
        title = next((eye.name(each.title) for each in stages if each.code == details.get("stage")), title)
    said = [str(details[name]) for name in ("text", "carrier", "tracking") if details.get(name)]
    if details.get("returned_minor"):
        said.append(eye.say(mark("Given back {amount}."), amount=Money(int(details["returned_minor"]))))
    if details.get("amount_minor"):
        said.append(str(i18n.money_text(Money(int(details["amount_minor"])), eye.locale, short=True)))
    when = i18n.moment_short(step.at, eye.locale, eye.zone, now=eye.now)
    failed = step.name in ("canceled", "called_off", "expired", "late", "return_denied")
    return Step(title, when, ", ".join(said), "failed" if failed else "done")
