"""What a service gives once it works: links, codes, credentials, each sealed with the installation's key (3.3)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from cabinet.models.types import UtcDateTime


class Access(SQLModel, table=True):
    """What opens a service, of a product's pool or from the network. Without a subscription it is free."""

    __tablename__ = "access"
    __table_args__ = (Index("ix_access_product_id_subscription_id", "product_id", "subscription_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    product_id: UUID = Field(foreign_key="product.id")
    subscription_id: UUID | None = Field(default=None, foreign_key="subscription.id", unique=True)
    sealed: str
    """A JSON of values by kind (`link`, `login`, `password`, `code`), encrypted; it opens for this row only."""
    added_at: datetime = Field(sa_type=UtcDateTime)
    issued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when the service works with it. Before, it is only set aside."""
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
