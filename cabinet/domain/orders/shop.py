"""The shop: what stands in it, the cart, an order with its goods and its hour set aside (2.2, 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base import numbers
from cabinet.domain.base.actor import Actor
from cabinet.domain.orders import steps
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.orders import CartLine, CustomerOrder, OrderGroup, OrderKind, OrderLine, OrderStatus, ShopItem

QUANTITY_MAX: Final = 10
"""Of one thing in one order."""
ADDRESS_LENGTH_MAX: Final = 200
NOTE_LENGTH_MAX: Final = 1_000
OPEN_MAX: Final = 20
"""How many orders of one account may be under way."""
REVENUE: Final = "goods"
REQUESTS: Final = (OrderGroup.visit, OrderGroup.document)
"""What is asked for by itself; the rest is ordered with goods or with a service."""


class ItemNotFound(NotFound):
    code = "orders.item_not_found"


class QuantityWrong(Invalid):
    code = "orders.quantity_wrong"


class CartEmpty(Invalid):
    code = "orders.cart_empty"


class NotInStock(Conflict):
    """Somebody else took the last ones."""

    code = "orders.not_in_stock"


class TooManyOrders(Conflict):
    code = "orders.too_many"


class CartChanged(Conflict):
    """The sum is another one than what was shown."""

    code = "orders.cart_changed"


class AddressNeeded(Invalid):
    code = "orders.address_needed"


@dataclass(frozen=True, slots=True)
class CartRow:
    """A line of a cart."""

    item: ShopItem
    quantity: int

    @property
    def sum(self) -> Money:
        """What it costs."""
        return Money(self.item.price_minor * self.quantity, self.item.currency)


@dataclass(frozen=True, slots=True)
class Shop:
    """What the shop's page shows."""

    account: BillingAccount
    items: Sequence[ShopItem]
    cart: Sequence[CartRow]
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is ordered beside the goods. `attempt` names the order: a second click is the same one."""

    attempt: UUID
    account_id: UUID
    slot_id: UUID | None = None
    address: str = ""
    note: str = ""
    total_shown: Money | None = None


def shop(session: Session, actor: Actor, *, now: datetime) -> Shop:
    """Return what the customer's first account may buy, and its cart."""
    account = billing_accounts.primary(session, actor)
    cart = _cart(session, account, now)
    total = sum((row.sum for row in cart), Money(0, account.currency))
    return Shop(account, _items(session, account, now), cart, total)


def put(session: Session, actor: Actor, account_id: UUID, item_id: UUID, quantity: int, *, now: datetime) -> None:
    """Let so many of a thing lie in the cart; 0 takes it out."""
    account = billing_accounts.mine(session, actor, account_id)
    if not 0 <= quantity <= QUANTITY_MAX:
        raise QuantityWrong(most=QUANTITY_MAX)
    item = next((each for each in _items(session, account, now) if each.id == item_id), None)
    if item is None:
        raise ItemNotFound()
    line = session.get(CartLine, (account.id, item_id))
    if quantity == 0:
        if line is not None:
            session.delete(line)
        return
    if quantity > item.stock:
        raise NotInStock(title=item.title, left=item.stock)
    if line is None:
        line = CartLine(billing_account_id=account.id, item_id=item_id, quantity=quantity)
    line.quantity = quantity
    session.add(line)
    session.flush()


def check_out(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> CustomerOrder:
    """Order what lies in the cart: the goods and the hour are set aside, an invoice asks for the money."""
    before = known(session, actor, wish)
    if before is not None:
        return before
    account = locked(session, actor, wish)
    cart = _cart(session, account, now)
    if not cart:
        raise CartEmpty()
    total = sum((row.sum for row in cart), Money(0, account.currency))
    if wish.total_shown is not None and wish.total_shown != total:
        raise CartChanged()
    kind = session.get_one(OrderKind, cart[0].item.kind_id)
    order = new(session, actor, account, kind, wish, now)
    for row in cart:
        take_stock(session, actor, row)
        session.add(
            OrderLine(
                order_id=order.id,
                item_id=row.item.id,
                title=dict(row.item.title),
                quantity=row.quantity,
                price_minor=row.item.price_minor,
            )
        )
        line = session.get(CartLine, (account.id, row.item.id))
        session.delete(line)
    order.total_minor = total.minor
    lines = [billing.LineDraft(REVENUE, row.item.title, row.sum) for row in cart]
    return asked_for(session, actor, account, kind, order, lines, now)


def request(session: Session, actor: Actor, code: str, wish: Wish, *, now: datetime) -> CustomerOrder:
    """Ask for a visit or a document."""
    before = known(session, actor, wish)
    if before is not None:
        return before
    account = locked(session, actor, wish)
    query = select(OrderKind).where(col(OrderKind.code) == code, col(OrderKind.group).in_(REQUESTS))
    kind = session.scalars(query.where(on_offer(OrderKind, now))).first()
    if kind is None:
        raise steps.KindNotFound()
    order = new(session, actor, account, kind, wish, now)
    order.total_minor = kind.price_minor
    lines = [billing.LineDraft(REVENUE, kind.title, Money(kind.price_minor, account.currency))]
    return asked_for(session, actor, account, kind, order, lines, now)


def requests(session: Session, actor: Actor, *, now: datetime) -> list[OrderKind]:
    """Return what can be asked for beside the goods of the shop."""
    actor.person()
    query = select(OrderKind).where(col(OrderKind.group).in_(REQUESTS), on_offer(OrderKind, now))
    return list(session.scalars(query.order_by(col(OrderKind.position))))


def put_back(session: Session, actor: Actor, order: CustomerOrder) -> None:
    """Put the goods of an order back on the shelf; the caller has it locked."""
    for line in session.scalars(select(OrderLine).where(col(OrderLine.order_id) == order.id)):
        session.execute(
            update(ShopItem).where(col(ShopItem.id) == line.item_id).values(stock=col(ShopItem.stock) + line.quantity)
        )


def pay_from_balance(session: Session, actor: Actor, order_id: UUID, *, now: datetime) -> CustomerOrder:
    """Settle the order's invoice from the balance; refused when the balance does not cover it."""
    actor.person()
    order, _ = steps.mine(session, actor, order_id)
    if order.status is not OrderStatus.unpaid or order.invoice_id is None:
        raise steps.NotNow()
    billing.settle(session, steps.SYSTEM, order.invoice_id, now=now)
    return paid(session, steps.SYSTEM, order.invoice_id, now=now) or order


def paid(session: Session, actor: Actor, invoice_id: UUID, *, now: datetime) -> CustomerOrder | None:
    """Let the order that the invoice asked for go on its way; None when it is none of an order's. Once."""
    actor.require_system()
    query = select(CustomerOrder).where(col(CustomerOrder.invoice_id) == invoice_id)
    order = session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if order is None or order.status is not OrderStatus.unpaid:
        return order
    steps.move(order, OrderStatus.open)
    steps.note(session, actor, order, "paid", now=now, amount_minor=order.total_minor)
    steps.begin(session, actor, order, now=now)
    return order


def known(session: Session, actor: Actor, wish: Wish) -> CustomerOrder | None:
    """Return the order that this very attempt made before."""
    found = session.get(CustomerOrder, wish.attempt)
    if found is None:
        return None
    return steps.seen(session, actor, found.id)[0]


def locked(session: Session, actor: Actor, wish: Wish) -> BillingAccount:
    """Read the account; two tabs of one customer order one after the other."""
    if len(wish.address) > ADDRESS_LENGTH_MAX or len(wish.note) > NOTE_LENGTH_MAX:
        raise steps.TextTooLong()
    billing_accounts.mine(session, actor, wish.account_id)
    return session.get_one(BillingAccount, wish.account_id, with_for_update=True)


def new(
    session: Session, actor: Actor, account: BillingAccount, kind: OrderKind, wish: Wish, now: datetime
) -> CustomerOrder:
    """Begin an order with its hour set aside; the caller has locked the account."""
    under_way = (OrderStatus.unpaid, OrderStatus.open)
    running = select(col(CustomerOrder.id)).where(
        col(CustomerOrder.billing_account_id) == account.id, col(CustomerOrder.status).in_(under_way)
    )
    if len(session.scalars(running.limit(OPEN_MAX)).all()) >= OPEN_MAX:
        raise TooManyOrders()
    address = wish.address.strip()
    if kind.slots and not address:
        raise AddressNeeded()
    if kind.slots and wish.slot_id is None:
        raise steps.SlotNeeded()
    order = CustomerOrder(
        id=wish.attempt,
        number=numbers.take(session, "order", now=now),
        billing_account_id=account.id,
        kind_id=kind.id,
        status=OrderStatus.unpaid,
        note=wish.note.strip(),
        address=address,
        currency=account.currency,
        created_at=now,
    )
    if kind.slots and wish.slot_id is not None:
        order.slot_id = steps.take_slot(session, actor, wish.slot_id, kind.slots, now=now).id
    session.add(order)
    session.flush()
    return order


def asked_for(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    kind: OrderKind,
    order: CustomerOrder,
    lines: Sequence[billing.LineDraft],
    now: datetime,
) -> CustomerOrder:
    """Issue the order's invoice, or let it go on its way when it costs nothing."""
    if not order.total_minor:
        steps.move(order, OrderStatus.open)
        steps.note(session, actor, order, "ordered", now=now)
        steps.begin(session, actor, order, now=now)
        return order
    order.due_at = now + timedelta(hours=kind.unpaid_hours)
    draft = billing.InvoiceDraft(
        key=f"order:{order.id}", kind="order", lines=lines, due_at=order.due_at, title=kind.title, quiet=True
    )
    order.invoice_id = billing.issue(session, steps.SYSTEM, account, draft, now=now).id
    steps.note(session, actor, order, "ordered", now=now, amount_minor=order.total_minor)
    return order


def take_stock(session: Session, actor: Actor, row: CartRow) -> None:
    """Set goods aside, or refuse: somebody else took the last ones."""
    taking = (
        update(ShopItem)
        .where(col(ShopItem.id) == row.item.id, col(ShopItem.stock) >= row.quantity)
        .values(stock=col(ShopItem.stock) - row.quantity)
        .returning(col(ShopItem.id))
        .execution_options(synchronize_session=False)
    )
    if session.execute(taking).first() is None:
        raise NotInStock(
            title=row.item.title, left=session.get_one(ShopItem, row.item.id, populate_existing=True).stock
        )


def _items(session: Session, account: BillingAccount, now: datetime) -> list[ShopItem]:
    query = select(ShopItem).where(on_offer(ShopItem, now), col(ShopItem.currency) == account.currency)
    return list(session.scalars(query.order_by(col(ShopItem.position), col(ShopItem.code))))


def _cart(session: Session, account: BillingAccount, now: datetime) -> list[CartRow]:
    query = (
        select(ShopItem, col(CartLine.quantity))
        .join(CartLine, col(CartLine.item_id) == col(ShopItem.id))
        .where(col(CartLine.billing_account_id) == account.id, on_offer(ShopItem, now))
        .order_by(col(ShopItem.position), col(ShopItem.code))
    )
    return [CartRow(item, quantity) for item, quantity in session.execute(query)]


def on_offer(kind: type[ShopItem] | type[OrderKind], now: datetime) -> ColumnElement[bool]:
    """Return what lets through what is not withdrawn."""
    return or_(col(kind.withdrawn_at).is_(None), col(kind.withdrawn_at) > now)
