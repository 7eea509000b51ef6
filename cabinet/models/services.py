"""What a billing account has of the catalogue, its pauses, its story, and what the network is told of it (3.1)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from cabinet.models.types import Json, Serial, StringEnum, UtcDateTime


class SubscriptionStatus(StrEnum):
    scheduled = "scheduled"
    """Ordered for a day to come; nothing is charged yet."""
    connecting = "connecting"
    """Charged, and the network is told."""
    active = "active"
    suspended = "suspended"
    disconnecting = "disconnecting"
    """Settled, and the network is told."""
    ended = "ended"
    failed = "failed"
    """It could not be connected; what was charged was given back."""


class TrialStatus(StrEnum):
    none = "none"
    running = "running"
    """Free, and it goes off on its day."""
    agreed = "agreed"
    """Still free; the customer has said yes to the price that follows."""
    over = "over"


class Subscription(SQLModel, table=True):
    """A product that a billing account has, in the version that the customer signed for."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index(
            "uq_subscription_live",
            "billing_account_id",
            "product_id",
            unique=True,
            sqlite_where=text("status NOT IN ('ended', 'failed') AND NOT once"),
            postgresql_where=text("status NOT IN ('ended', 'failed') AND NOT once"),
        ),
        Index("ix_subscription_status_ends_on", "status", "ends_on"),
        Index("ix_subscription_status_charged_until", "status", "charged_until"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    billing_account_id: UUID = Field(foreign_key="billing_account.id", index=True)
    product_id: UUID = Field(foreign_key="product.id")
    version_id: UUID = Field(foreign_key="product_version.id")
    status: SubscriptionStatus = Field(sa_type=StringEnum(SubscriptionStatus))
    charged_until: date
    """The first day that no invoice asks money for yet."""
    starts_on: date | None = Field(default=None)
    """The day it was ordered for, while that has not come."""
    ends_on: date | None = Field(default=None)
    """The first day without it, once that is known."""
    suspends_on: date | None = Field(default=None)
    resumes_on: date | None = Field(default=None)
    bundle_id: UUID | None = Field(default=None)
    """The bundle that it is a part of: a subscription of the same account, which is charged for it."""
    gone_for_id: UUID | None = Field(default=None, index=True)
    """The tariff that takes or took its place: a subscription of the same account."""
    once: bool = Field(default=False)
    """A package: bought once, and not the only one of its kind."""
    trial: TrialStatus = Field(default=TrialStatus.none, sa_type=StringEnum(TrialStatus))
    trial_until: date | None = Field(default=None)
    """The first day that is not free any more. It stays when the trial is over: a product is tried once."""
    failure: str = Field(default="", max_length=40)
    blocked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it is cut off for a debt; it is `active` and not charged meanwhile."""
    connected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Suspension(SQLModel, table=True):
    """A pause of a service: which days it took, and what it cost."""

    __tablename__ = "suspension"
    __table_args__ = (CheckConstraint("begins_on <= ends_on", name="order"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    subscription_id: UUID = Field(foreign_key="subscription.id", index=True)
    begins_on: date
    ends_on: date
    """The first day with the service again; shortened when it is resumed early."""
    amount_minor: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ServiceStep(SQLModel, table=True):
    """A line of a service's story."""

    __tablename__ = "service_step"

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    subscription_id: UUID = Field(foreign_key="subscription.id", index=True)
    name: str = Field(max_length=40)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80)
    quote_id: UUID | None = Field(default=None, unique=True)
    """The quote that this step carried out: it can be carried out once."""
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class NetworkDeed(StrEnum):
    connect = "connect"
    disconnect = "disconnect"
    suspend = "suspend"
    resume = "resume"


class NetworkStatus(StrEnum):
    pending = "pending"
    done = "done"
    failed = "failed"


class NetworkOrder(SQLModel, table=True):
    """What the network was asked to do for a service; its id is the key by which asking twice is asking once."""

    __tablename__ = "network_order"
    __table_args__ = (
        UniqueConstraint("subscription_id", "serial"),
        Index("ix_network_order_status_asked_at", "status", "asked_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    subscription_id: UUID = Field(foreign_key="subscription.id")
    serial: int
    """Orders of one service are numbered: only the newest moves it."""
    deed: NetworkDeed = Field(sa_type=StringEnum(NetworkDeed))
    status: NetworkStatus = Field(default=NetworkStatus.pending, sa_type=StringEnum(NetworkStatus))
    failure: str = Field(default="", max_length=40)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WaitingStatus(StrEnum):
    waiting = "waiting"
    done = "done"
    refused = "refused"


class WaitingOrder(SQLModel, table=True):
    """A signed order that goes on by itself once its payment has come."""

    __tablename__ = "waiting_order"

    payment_id: UUID = Field(foreign_key="payment.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    body: dict[str, Any] = Field(sa_type=Json)
    """What the quote said; it was read from a signature that held."""
    status: WaitingStatus = Field(default=WaitingStatus.waiting, sa_type=StringEnum(WaitingStatus))
    failure: str = Field(default="", max_length=40)
    created_at: datetime = Field(sa_type=UtcDateTime)


class SimulatedOrder(SQLModel, table=True):
    """What the simulated network element was told: it forgets nothing when the program is killed."""

    __tablename__ = "simulated_order"

    id: UUID = Field(primary_key=True)
    deed: str = Field(max_length=20)
    product: str = Field(max_length=40)
    account: str = Field(max_length=20)
    failure: str = Field(default="", max_length=40)
    accepted_at: datetime = Field(sa_type=UtcDateTime)
    ready_at: datetime = Field(sa_type=UtcDateTime)
    canceled: bool = Field(default=False)
