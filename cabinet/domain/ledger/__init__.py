"""The ledger: double entry, the only writer of balances. Guarantees and worked examples: docs/domain/ledger.md.

Only deeds of the domain post to it; the rows above ask it through `billing_accounts`, `payments` and the like.
"""

from cabinet.domain.ledger.entries import (
    Account,
    AccountNotFound,
    Entry,
    HoldClosed,
    InsufficientFunds,
    KeyReused,
    Move,
    Posted,
    SystemAccount,
)
from cabinet.domain.ledger.posting import hold, open_account, post, reverse, void
from cabinet.domain.ledger.reading import Balance, RowAbout, Turnover, about, balance, balances, turnovers
from cabinet.domain.ledger.verifying import Fault, invariants, verify

__all__ = [
    "Account",
    "AccountNotFound",
    "Balance",
    "Entry",
    "Fault",
    "HoldClosed",
    "InsufficientFunds",
    "KeyReused",
    "Move",
    "Posted",
    "RowAbout",
    "SystemAccount",
    "Turnover",
    "about",
    "balance",
    "balances",
    "hold",
    "invariants",
    "open_account",
    "post",
    "reverse",
    "turnovers",
    "verify",
    "void",
]
