"""From which tariff to which one may go, and what that costs (3.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from cabinet.models.types import Json, UtcDateTime


class TariffTransition(SQLModel, table=True):
    """A rule for switches between two tariffs. The newest that holds counts; an earlier one stays for what was done."""

    __tablename__ = "tariff_transition"
    __table_args__ = (
        Index("ix_tariff_transition_to_code_valid_from", "to_code", "valid_from"),
        CheckConstraint("price_minor >= 0", name="price"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    from_code: str = Field(default="", max_length=40)
    """The tariff that is left; "" is any."""
    to_code: str = Field(default="", max_length=40)
    """The tariff that is taken; "" is any."""
    allowed: bool = Field(default=True)
    at_renewal: bool = Field(default=False)
    """Only with the first day of a period, not in the middle of one."""
    price_minor: int = Field(default=0, sa_type=BigInteger)
    """Taken once for the switch."""
    reason: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """Why it is not allowed, in words for customers."""
    needs: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """What the customer needs for it, told before he confirms: another SIM card, another router."""
    item_code: str = Field(default="", max_length=40)
    """The goods of the shop that can be ordered with the switch; "" is none."""
    valid_from: datetime = Field(sa_type=UtcDateTime)
    set_by: str = Field(default="", max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
