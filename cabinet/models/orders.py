"""Orders and requests: what can be ordered, by which stages it goes, the shop, hours to come at (3.4)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from cabinet.models.types import Json, Serial, StringEnum, UtcDateTime


class OrderGroup(StrEnum):
    goods = "goods"
    """Ordered in the shop."""
    visit = "visit"
    """Somebody comes at an hour that was chosen."""
    document = "document"
    """A paper that the company makes out."""
    connection = "connection"
    """Somebody comes and connects a service: ordered with the service, not by itself."""


class OrderStatus(StrEnum):
    unpaid = "unpaid"
    """It waits for its money; the goods and the hour are set aside."""
    open = "open"
    """It goes through the stages of its kind."""
    done = "done"
    canceled = "canceled"
    return_asked = "return_asked"
    """The customer wants to give it back; somebody decides."""
    returned = "returned"


class OrderKind(SQLModel, table=True):
    """Something that can be ordered, with its terms."""

    __tablename__ = "order_kind"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    group: OrderGroup = Field(sa_type=StringEnum(OrderGroup), sa_column_kwargs={"name": "kind_group"})
    title: dict[str, str] = Field(sa_type=Json)
    detail: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    slots: str = Field(default="", max_length=40)
    """Of which calendar an hour has to be chosen: `courier`, `engineer`; "" is of none."""
    unpaid_hours: int = Field(default=24)
    """An order that was not paid for so long is dropped."""
    return_days: int = Field(default=0)
    """For how many days after it is done it can be given back; 0 is never."""
    price_minor: int = Field(default=0, sa_type=BigInteger)
    """What the request itself costs; goods have prices of their own."""
    position: int = Field(default=0)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class OrderStage(SQLModel, table=True):
    """A stage on the way of a kind of orders, as the customer reads it."""

    __tablename__ = "order_stage"
    __table_args__ = (UniqueConstraint("kind_id", "code"), UniqueConstraint("kind_id", "position"))

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind_id: UUID = Field(foreign_key="order_kind.id")
    code: str = Field(max_length=40)
    position: int
    title: dict[str, str] = Field(sa_type=Json)
    hours: int = Field(default=0)
    """How long it may take; 0 promises nothing."""
    may_change: bool = Field(default=False)
    """The hour and the address may still be changed."""
    may_cancel: bool = Field(default=False)
    responsible: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """Who has it in hand at this stage, for an approval by name."""


class ShopItem(SQLModel, table=True):
    """Goods of the shop."""

    __tablename__ = "shop_item"
    __table_args__ = (CheckConstraint("stock >= 0", name="stock"), CheckConstraint("price_minor >= 0", name="price"))

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    kind_id: UUID = Field(foreign_key="order_kind.id")
    icon: str = Field(default="package", max_length=30)
    title: dict[str, str] = Field(sa_type=Json)
    detail: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    price_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(default="RUB", max_length=3)
    stock: int = Field(default=0)
    position: int = Field(default=0)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class CartLine(SQLModel, table=True):
    """What lies in an account's cart."""

    __tablename__ = "cart_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    billing_account_id: UUID = Field(foreign_key="billing_account.id", primary_key=True)
    item_id: UUID = Field(foreign_key="shop_item.id", primary_key=True)
    quantity: int


class OrderSlot(SQLModel, table=True):
    """An hour at which somebody can come, and how many orders it takes."""

    __tablename__ = "order_slot"
    __table_args__ = (
        UniqueConstraint("calendar", "begins_at"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="capacity"),
        CheckConstraint("begins_at < ends_at", name="order"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    calendar: str = Field(max_length=40)
    begins_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    capacity: int
    taken: int = Field(default=0)


class CustomerOrder(SQLModel, table=True):
    """An order or a request of a customer."""

    __tablename__ = "customer_order"
    __table_args__ = (
        Index("ix_customer_order_billing_account_id_created_at", "billing_account_id", "created_at"),
        Index("ix_customer_order_status_due_at", "status", "due_at"),
        Index(
            "uq_customer_order_connects",
            "billing_account_id",
            "product_id",
            unique=True,
            sqlite_where=text("status IN ('unpaid', 'open')"),
            postgresql_where=text("status IN ('unpaid', 'open')"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    """The attempt that the page named: a second click is the same order."""
    number: str = Field(max_length=20, unique=True)
    billing_account_id: UUID = Field(foreign_key="billing_account.id")
    kind_id: UUID = Field(foreign_key="order_kind.id")
    status: OrderStatus = Field(sa_type=StringEnum(OrderStatus))
    stage: str = Field(default="", max_length=40)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """By when the stage is to be over, or the money to have come."""
    late_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delay: str = Field(default="", max_length=300)
    """Why it is late, in the words of who has it in hand."""
    needs: str = Field(default="", max_length=300)
    """What is needed from the customer; "" is nothing."""
    answer: str = Field(default="", max_length=1_000)
    """What the customer answered last."""
    note: str = Field(default="", max_length=1_000)
    """What the customer wrote beside it."""
    result: str = Field(default="", max_length=1_000)
    """What came of it, in words for the customer."""
    address: str = Field(default="", max_length=200)
    slot_id: UUID | None = Field(default=None, foreign_key="order_slot.id")
    carrier: str = Field(default="", max_length=40)
    tracking: str = Field(default="", max_length=60)
    total_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str = Field(default="RUB", max_length=3)
    invoice_id: UUID | None = Field(default=None, foreign_key="invoice.id", index=True)
    product_id: UUID | None = Field(default=None, foreign_key="product.id")
    """What the visit connects, and the version that was agreed upon; of one product one visit is under way."""
    version_id: UUID | None = Field(default=None, foreign_key="product_version.id")
    subscription_id: UUID | None = Field(default=None, foreign_key="subscription.id", index=True)
    """What it connected, or the tariff that needs these goods."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OrderLine(SQLModel, table=True):
    """What was ordered, at the price of then."""

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "item_id"), CheckConstraint("quantity > 0", name="quantity"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    order_id: UUID = Field(foreign_key="customer_order.id")
    item_id: UUID = Field(foreign_key="shop_item.id")
    title: dict[str, str] = Field(sa_type=Json)
    quantity: int
    price_minor: int = Field(sa_type=BigInteger)


class OrderStep(SQLModel, table=True):
    """A line of an order's story."""

    __tablename__ = "order_step"

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    order_id: UUID = Field(foreign_key="customer_order.id", index=True)
    name: str = Field(max_length=40)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
