"""What a customer wants, and what it comes to: the plan that a quote signs (3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from cabinet.domain.billing import Held
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductVersion


class Deed(StrEnum):
    connect = "connect"
    disconnect = "disconnect"
    suspend = "suspend"
    switch = "switch"
    """To another tariff; `subject` is the product."""
    extend = "extend"
    """To go on paying after a trial: nothing else makes one cost anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the customer wants. `subject` is a product to connect, or a subscription to change."""

    deed: Deed
    account_id: UUID
    subject: UUID
    first: date | None = None
    """The first day of the change; None is now."""
    until: date | None = None
    """The first day after it: of a temporary connection, of a pause."""
    reason: str = ""
    trial: bool = False
    """To try it first, for the days that its version gives."""
    goods: bool = False
    """With a switch, to order the goods that its rule names."""


@dataclass(frozen=True, slots=True)
class QuoteStep:
    """A line of «what will happen»: a day, what, how much (negative: taken from the balance)."""

    kind: str
    day: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a wish comes to now. Two plans that are equal cost the same."""

    version: ProductVersion
    category: str
    taken: Money
    """Taken at once."""
    returned: Money
    """Given back at once."""
    monthly: Money
    """What each following period costs."""
    effect_on: date | None
    """The day of the change; None is now, within the version's minutes."""
    ends_on: date | None
    steps: tuple[QuoteStep, ...]
    code_needed: bool
    away: tuple[Held, ...] = ()
    """What goes with a switch to another tariff."""
    fee: Money | None = None
    """What the switch itself costs; it is a part of `taken` when it happens now."""
    needs: dict[str, str] | None = None
    """What the customer needs for it, in words by language."""
    item_code: str = ""
    """The goods that are ordered with it; they have a price and an order of their own."""
