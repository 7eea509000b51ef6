"""What is posted: accounts, moves, entries, and why an entry is refused (docs/domain/ledger.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid5

from cabinet.kit.errors import Conflict, NotFound
from cabinet.kit.money import Money

_SYSTEM_SPACE: Final = UUID("5f0bd0f3-6e3f-4c0c-8a53-8e2d5d0a7c11")


class AccountNotFound(NotFound):
    code = "ledger.account_not_found"


class InsufficientFunds(Conflict):
    code = "ledger.insufficient_funds"


class KeyReused(Conflict):
    """The same idempotency key with another body: somebody's bug or somebody's trick."""

    code = "ledger.key_reused"


class HoldClosed(Conflict):
    code = "ledger.hold_closed"


@dataclass(frozen=True, slots=True)
class SystemAccount:
    """An account of the house itself, made at its first use: `acquirer:sandbox`, `revenue:internet`, `fees`."""

    role: str
    currency: str = "RUB"

    @property
    def name(self) -> str:
        return f"system:{self.role}:{self.currency}"

    @property
    def id(self) -> UUID:
        return _system_id(self.name)


@lru_cache(maxsize=1_000)
def _system_id(name: str) -> UUID:
    return uuid5(_SYSTEM_SPACE, name)


Account = UUID | SystemAccount


def id_of(account: Account) -> UUID:
    """Return the account's id: a customer's account is named by it, one of the house by its role."""
    return account.id if isinstance(account, SystemAccount) else account


@dataclass(frozen=True, slots=True)
class Move:
    """Money from one account to another: `debit` loses it, `credit` gains it."""

    debit: Account
    credit: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be posted, once for its key. `kind` is a dotted word that turnovers are grouped by."""

    key: str
    kind: str
    moves: Sequence[Move]
    about: str = ""
    reverses: UUID | None = None
    releases: UUID | None = None
    """A hold that this entry turns into a movement: it frees the money in the very statement that moves it."""

    @property
    def request_hash(self) -> str:
        body = [
            self.kind,
            self.about,
            str(self.reverses or ""),
            str(self.releases or ""),
            [[str(id_of(m.debit)), str(id_of(m.credit)), m.amount.minor, m.amount.currency] for m in self.moves],
        ]
        return hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted transaction; `replayed` when the key had been posted before with the same body."""

    id: UUID
    replayed: bool
