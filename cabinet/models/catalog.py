"""The catalogue: what the company sells, in versions that never change (3.1)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cabinet.models.types import Json, StringEnum, UtcDateTime


class ProductKind(StrEnum):
    tariff = "tariff"
    """What others stand on; it is switched, not added."""
    service = "service"
    option = "option"
    bundle = "bundle"
    """Several products for one price."""
    package = "package"
    """Something counted that is bought once and ends by its own terms; an account may have several of one kind."""


class Gives(StrEnum):
    """What a service gives that is shown to its owner once it works."""

    nothing = "nothing"
    pool = "pool"
    """A code of those that were put in store for it."""
    network = "network"
    """What the network answers with: a link, a login."""


class Unit(StrEnum):
    """What usage, tariffs and packages are counted in."""

    none = "none"
    gigabytes = "gigabytes"
    """Of mobile internet."""
    minutes = "minutes"
    messages = "messages"
    home_gigabytes = "home_gigabytes"
    """Of home internet: a tariff that holds both counts them apart."""


UNLIMITED: Final = -1
"""An included amount that never runs out."""


class Product(SQLModel, table=True):
    """Something that is sold under one name; what it costs and gives stands in its versions."""

    __tablename__ = "product"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    """What rules and the network call it: `cinema`."""
    kind: ProductKind = Field(sa_type=StringEnum(ProductKind))
    category: str = Field(max_length=30)
    """`internet`, `mobile`, `tv`: where it is listed, and the revenue that it becomes."""
    position: int = Field(default=0)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """From then on nobody gets it anew; those who have it keep it."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class ProductVersion(SQLModel, table=True):
    """A product as it is offered from a moment on. The database refuses to change a version: it was signed for."""

    __tablename__ = "product_version"
    __table_args__ = (
        UniqueConstraint("product_id", "number"),
        Index("ix_product_version_product_id_valid_from", "product_id", "valid_from"),
        CheckConstraint("price_minor >= 0 AND connection_minor >= 0 AND suspension_day_minor >= 0", name="prices"),
        CheckConstraint("suspension_days_min <= suspension_days_max", name="suspension"),
        CheckConstraint("minutes >= 0 AND temporary_days_max >= 0", name="terms"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    product_id: UUID = Field(foreign_key="product.id")
    number: int
    valid_from: datetime = Field(sa_type=UtcDateTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """An offer for a time ends then; None lasts until the next version."""
    title: dict[str, str] = Field(sa_type=Json)
    detail: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    terms: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    lost: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """What goes with it when it is disconnected."""
    price_minor: int = Field(default=0, sa_type=BigInteger)
    """A period's price."""
    connection_minor: int = Field(default=0, sa_type=BigInteger)
    """Taken once, when it is connected."""
    currency: str = Field(default="RUB", max_length=3)
    segments: list[str] = Field(default_factory=list, sa_type=Json)
    """Kinds of customers that may have it; none named means all."""
    regions: list[str] = Field(default_factory=list, sa_type=Json)
    """How the addresses begin where it can be had; none named means everywhere."""
    requires: list[str] = Field(default_factory=list, sa_type=Json)
    """Codes of products of which one must work already."""
    excludes: list[str] = Field(default_factory=list, sa_type=Json)
    """Codes of products that cannot stand beside it."""
    code_needed: bool = Field(default=False)
    visit_needed: bool = Field(default=False)
    minutes: int = Field(default=0)
    """Within how many minutes it works; 0 is at once."""
    gives_back: bool = Field(default=True)
    """Disconnected, it ends at once and the days left are given back; otherwise it works to the period's end."""
    temporary_days_max: int = Field(default=0)
    """For how many days it may be taken with an end of its own; 0 is never."""
    suspension_days_min: int = Field(default=0)
    suspension_days_max: int = Field(default=0)
    """The longest pause; 0 is none at all."""
    suspension_days_year: int = Field(default=0)
    """How many days a calendar year may hold in all."""
    suspension_day_minor: int = Field(default=0, sa_type=BigInteger)
    parts: list[str] = Field(default_factory=list, sa_type=Json)
    """Codes of the products that a bundle consists of."""
    amount: int = Field(default=0)
    """How much a package holds."""
    unit: Unit = Field(default=Unit.none, sa_type=StringEnum(Unit))
    valid_days: int = Field(default=0)
    """For how many days a package is good, the day it is bought among them; 0 is to the end of the period."""
    trial_days: int = Field(default=0)
    """For how many days it may be tried for nothing, once; 0 is never."""
    gives: Gives = Field(default=Gives.nothing, sa_type=StringEnum(Gives))
    included: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    """Unit → how many of it a period's price covers, `UNLIMITED` for all; a unit that is not named is not counted."""
    overage: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    """Unit → price of one more, in minor units, once what is included is used up."""
    slowed_kbit: int = Field(default=0)
    """How fast the internet stays when it is used up and no more is sold: kbit/s; 0 is not at all."""
    speed_mbit: int = Field(default=0)
    """The highest speed; 0 says nothing of it."""
    channels: int = Field(default=0)
    """How many TV channels there are."""
    facts: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """What else a comparison names: on each line a name, a colon, what holds."""
    published_by: str = Field(default="", max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
