"""What the days of a service cost, piece by piece: days at one rate, with what the rate is of a whole period (3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.billing.held import Held
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount


@dataclass(frozen=True, slots=True)
class Piece:
    """Days of a service at one rate."""

    since: date
    until: date
    price: Money
    """What a whole period costs at this rate."""
    amount: Money
    """What these days cost."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What is known of an account's prices, read once for all its services."""

    currency: str

    def pieces(self, held: Held, period: Period, since: date, until: date) -> list[Piece]:
        """Cut the days of one period where the rate changes; together they are exactly these days."""
        if since >= until:
            return []
        return [Piece(since, until, held.price, periods.share(held.price, period, since, until))]

    def cost(self, held: Held, period: Period, since: date, until: date) -> Money:
        """Return what the days of one period cost."""
        return sum((piece.amount for piece in self.pieces(held, period, since, until)), Money(0, self.currency))


def prices(session: Session, actor: Actor, account: BillingAccount) -> Prices:
    """Read what the account's services cost; the caller has read the account."""
    return prices_of_each(session, actor, [account])[account.id]


def prices_of_each(session: Session, actor: Actor, accounts: Sequence[BillingAccount]) -> dict[UUID, Prices]:
    """Read the same of many accounts at once."""
    return {account.id: Prices(account.currency) for account in accounts}
