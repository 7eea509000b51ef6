"""What was included, what packages covered, what went beyond: plain counting, of one unit, without a database (3.2).

Usage comes in pieces in the order of time. A piece lies within one day and one period, and no package begins or ends
inside of it; so it does not matter in which order things happened within a piece. In each piece the services of an
account take their turns in the catalogue's order: first what the service includes, then packages, what ends first
before the rest, then beyond.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Service:
    """A subscription that counts the unit. `included` is by period, in base units; None is without limit."""

    id: UUID
    included: Mapping[date, int | None]


@dataclass(frozen=True, slots=True)
class Pool:
    """What a package holds, and which services may use it."""

    id: UUID
    amount: int
    of: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time in which nothing begins or ends: what each service used, and which packages were good."""

    month: date
    used: Mapping[UUID, int]
    pools: Sequence[UUID] = ()
    """What ends first before the rest."""
    day: date | None = None
    """The day that it lies in, where somebody asks when things ran out."""


@dataclass(slots=True)
class Account:
    """What became of one service's usage in one period, in base units."""

    used: int = 0
    included: int = 0
    """How much of it the period's price covers."""
    packaged: dict[UUID, int] = field(default_factory=dict)
    beyond: int = 0
    spent_on: date | None = field(default=None, compare=False)
    """The day on which what is included did not suffice any more."""
    beyond_on: date | None = field(default=None, compare=False)
    """The day on which packages did not suffice either."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The result: an account by service and period, and what is left of each package."""

    accounts: Mapping[tuple[UUID, date], Account]
    left: Mapping[UUID, int]


def rate(services: Sequence[Service], pools: Sequence[Pool], pieces: Sequence[Piece]) -> Rated:
    """Count the pieces through, in their order."""
    accounts: dict[tuple[UUID, date], Account] = {}
    known = {pool.id: pool for pool in pools}
    left = {pool.id: pool.amount for pool in pools}
    for piece in pieces:
        for service in services:
            amount = piece.used.get(service.id, 0)
            if amount <= 0:
                continue
            account = accounts.get((service.id, piece.month))
            if account is None:
                account = accounts[service.id, piece.month] = Account()
            account.used += amount
            whole = service.included.get(piece.month, 0)
            taken = amount if whole is None else min(amount, whole - account.included)
            account.included += taken
            amount -= taken
            if amount and account.spent_on is None:
                account.spent_on = piece.day
            for pool_id in piece.pools:
                if service.id in known[pool_id].of and (taken := min(amount, left[pool_id])):
                    left[pool_id] -= taken
                    account.packaged[pool_id] = account.packaged.get(pool_id, 0) + taken
                    amount -= taken
            if amount and account.beyond_on is None:
                account.beyond_on = piece.day
            account.beyond += amount
    return Rated(accounts, left)
