"""Posting to the ledger: the only writer of balances (docs/domain/ledger.md)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NoReturn
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor, ActorKind, SignInNeeded
from cabinet.domain.base.prepared import Prepared
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
    id_of,
)
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.ledger import HoldStatus, LedgerAccount, LedgerHold, LedgerMonth, LedgerRow, LedgerTransaction

ROWS_MAX: Final = 50
SYSTEM_ZONE: Final = "Europe/Moscow"


@dataclass(slots=True)
class _Touch:
    """What one entry does to one account."""

    account: Account
    currency: str
    debit: int = 0
    credit: int = 0
    freed: int = 0
    running: int = 0
    zone: str = field(default="")


def open_account(
    session: Session,
    actor: Actor,
    name: str,
    *,
    currency: str,
    zone: str,
    owner_id: UUID | None,
    floor_minor: int | None = 0,
    now: datetime,
) -> LedgerAccount:
    """Open an account that may not go below the floor; None lets it go anywhere."""
    actor.require_system()
    account = LedgerAccount(
        name=name, currency=currency, zone=zone, owner_id=owner_id, floor_minor=floor_minor, created_at=now
    )
    session.add(account)
    session.flush()
    return account


def post(session: Session, actor: Actor, entry: Entry, *, now: datetime) -> Posted:
    """Move the money of the entry, all of it or none, once for its key.

    The same key with the same body returns what was posted before; with another body it is refused (`KeyReused`).
    A customer may debit only his own account, and no account goes below its floor (`InsufficientFunds`).
    """
    if not 0 < len(entry.moves) <= ROWS_MAX:
        raise ValueError(f"an entry has 1 to {ROWS_MAX} moves")
    if any(move.amount.minor <= 0 or id_of(move.debit) == id_of(move.credit) for move in entry.moves):
        raise ValueError("a move has a positive amount and two accounts")
    request_hash = entry.request_hash
    connection = session.connection()
    transaction_id = _claim(connection, entry, request_hash, now)
    if transaction_id is None:
        return _replay(connection, entry.key, request_hash)

    touches = _touches(entry)
    if entry.releases is not None:
        hold = _close_hold(connection, entry.releases, HoldStatus.posted, now)
        touches[hold.account_id].freed = hold.amount_minor
    for account_id in sorted(touches):
        _apply(connection, actor, touches[account_id], now)
    _INSERT_ROW.each(connection, [_row(transaction_id, move, touches) for move in entry.moves])
    _ADD_MONTH.each(connection, [_month(entry.kind, touch, now) for touch in touches.values()])
    return Posted(transaction_id, replayed=False)


def reverse(session: Session, actor: Actor, transaction_id: UUID, *, key: str, now: datetime) -> Posted:
    """Post the mirror of a transaction. A transaction is reversed at most once (UNIQUE reverses)."""
    actor.require_system()
    origin = session.get(LedgerTransaction, transaction_id)
    if origin is None:
        raise AccountNotFound()
    # In order: the hash of the body is made of the moves as they stand.
    own_rows = select(LedgerRow).where(col(LedgerRow.transaction_id) == transaction_id)
    rows = session.scalars(own_rows.order_by(col(LedgerRow.id))).all()
    moves = [Move(row.credit_account_id, row.debit_account_id, Money(row.amount_minor, row.currency)) for row in rows]
    return post(session, actor, Entry(key, origin.kind, moves, origin.about, reverses=transaction_id), now=now)


def hold(
    session: Session,
    actor: Actor,
    account_id: UUID,
    amount: Money,
    *,
    key: str,
    about: str,
    until: datetime,
    now: datetime,
) -> LedgerHold:
    """Set money aside: it stays on the account and cannot be spent, until the hold is posted or voided."""
    if amount.minor <= 0:
        raise ValueError("a hold has a positive amount")
    body = json.dumps([str(account_id), amount.minor, amount.currency, about])
    request_hash = hashlib.sha256(body.encode()).hexdigest()
    values = {
        "id": uuid4(),
        "key": key,
        "request_hash": request_hash,
        "account_id": account_id,
        "currency": amount.currency,
        "amount_minor": amount.minor,
        "about": about,
        "status": HoldStatus.open,
        "expires_at": until,
        "created_at": now,
    }
    connection = session.connection()
    fresh = connection.execute(_CLAIM_HOLD[connection.dialect.name], values).scalar()
    held = session.scalars(select(LedgerHold).where(col(LedgerHold.key) == key)).one()
    if fresh is not None:
        _apply(connection, actor, _Touch(account_id, amount.currency, freed=-amount.minor), now)
    elif held.request_hash != request_hash:
        raise KeyReused(key=key)
    return held


def void(session: Session, actor: Actor, hold_id: UUID, *, now: datetime) -> None:
    """Free the money of an open hold; a hold that was posted or voided before is refused (`HoldClosed`)."""
    connection = session.connection()
    closed = _close_hold(connection, hold_id, HoldStatus.voided, now)
    _apply(connection, actor, _Touch(closed.account_id, closed.currency, freed=closed.amount_minor), now)


def _claim(connection: Connection, entry: Entry, request_hash: str, now: datetime) -> UUID | None:
    values = {
        "id": uuid4(),
        "key": entry.key,
        "request_hash": request_hash,
        "kind": entry.kind,
        "about": entry.about,
        "reverses": entry.reverses,
        "posted_at": now,
    }
    claimed = _CLAIM.one(connection, values)
    return None if claimed is None else claimed[0]


def _replay(connection: Connection, key: str, request_hash: str) -> Posted:
    known = connection.execute(_BY_KEY, {"key": key}).one()
    if known.request_hash != request_hash:
        raise KeyReused(key=key)
    return Posted(known.id, replayed=True)


def _touches(entry: Entry) -> dict[UUID, _Touch]:
    touches: dict[UUID, _Touch] = {}
    for move in entry.moves:
        currency = move.amount.currency
        debit = touches.setdefault(id_of(move.debit), _Touch(move.debit, currency))
        credit = touches.setdefault(id_of(move.credit), _Touch(move.credit, currency))
        if not debit.currency == credit.currency == currency:
            raise TypeError(
                f"an account is kept in one currency, not in {debit.currency}, {credit.currency}, {currency}"
            )
        debit.debit += move.amount.minor
        credit.credit += move.amount.minor
    return touches


def _apply(connection: Connection, actor: Actor, touch: _Touch, now: datetime) -> None:
    """Change one account's balance and held sum by one conditional statement; refuse when its floor forbids."""
    delta = touch.credit - touch.debit
    values = {"account": id_of(touch.account), "delta": delta, "freed": touch.freed}
    changed = _UPDATE.one(connection, values)
    if changed is None and isinstance(touch.account, SystemAccount):
        _make_system(connection, touch.account, now)
        changed = _UPDATE.one(connection, values)
    if changed is None:
        _refuse(connection, actor, touch)
    balance_minor, currency, zone, owner_id, name = changed
    if currency != touch.currency:
        raise TypeError(f"{name} is kept in {currency}, not in {touch.currency}")
    _require_right(actor, touch, owner_id)
    touch.running = balance_minor - delta
    touch.zone = zone


def _require_right(actor: Actor, touch: _Touch, owner_id: UUID | None) -> None:
    takes = touch.debit > 0 or touch.freed < 0
    if actor.kind is ActorKind.guest:
        raise SignInNeeded()
    if takes and actor.kind is ActorKind.customer and owner_id not in (None, actor.id):
        raise AccountNotFound()


def _refuse(connection: Connection, actor: Actor, touch: _Touch) -> NoReturn:
    found = connection.execute(_STANDING, {"account": id_of(touch.account)}).first()
    if found is None:
        raise AccountNotFound()
    # How much there is, is told to nobody else.
    _require_right(actor, touch, found.owner_id)
    available = found.balance_minor - found.held_minor - (found.floor_minor or 0)
    raise InsufficientFunds(available=Money(max(available, 0), found.currency))


def _make_system(connection: Connection, account: SystemAccount, now: datetime) -> None:
    values = {
        "id": account.id,
        "name": account.name,
        "owner_id": None,
        "currency": account.currency,
        "zone": SYSTEM_ZONE,
        "balance_minor": 0,
        "held_minor": 0,
        "floor_minor": None,
        "created_at": now,
    }
    connection.execute(_dialect(connection).insert(LedgerAccount).on_conflict_do_nothing(), values)


def _close_hold(connection: Connection, hold_id: UUID, status: HoldStatus, now: datetime) -> Row[UUID, int, str]:
    closed = connection.execute(_CLOSE_HOLD, {"hold": hold_id, "to": status, "now": now}).first()
    if closed is None:
        raise HoldClosed()
    return closed


def _row(transaction_id: UUID, move: Move, touches: dict[UUID, _Touch]) -> dict[str, Any]:
    debit, credit = touches[id_of(move.debit)], touches[id_of(move.credit)]
    debit.running -= move.amount.minor
    credit.running += move.amount.minor
    return {
        "transaction_id": transaction_id,
        "debit_account_id": id_of(move.debit),
        "credit_account_id": id_of(move.credit),
        "currency": move.amount.currency,
        "amount_minor": move.amount.minor,
        "debit_after_minor": debit.running,
        "credit_after_minor": credit.running,
    }


def _month(kind: str, touch: _Touch, now: datetime) -> dict[str, Any]:
    month: date = clock.month_of(now, touch.zone)
    return {
        "account_id": id_of(touch.account),
        "month": month,
        "kind": kind,
        "debit_minor": touch.debit,
        "credit_minor": touch.credit,
    }


def _dialect(connection: Connection) -> Any:
    return postgresql if connection.dialect.name == "postgresql" else sqlite


def _adding(dialect: Any) -> Any:
    fresh = dialect.insert(LedgerMonth)
    return fresh.on_conflict_do_update(
        index_elements=["account_id", "month", "kind"],
        set_={
            "debit_minor": col(LedgerMonth.debit_minor) + fresh.excluded.debit_minor,
            "credit_minor": col(LedgerMonth.credit_minor) + fresh.excluded.credit_minor,
        },
    )


# The statements are built once: composing them anew would cost more than the database does.
_CLAIM: Final = Prepared(
    {
        name: dialect.insert(LedgerTransaction)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(LedgerTransaction.id))
        for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
    },
    values=("id", "key", "request_hash", "kind", "about", "reverses", "posted_at"),
)
_CLAIM_HOLD: Final = {
    name: dialect.insert(LedgerHold).on_conflict_do_nothing(index_elements=["key"]).returning(col(LedgerHold.id))
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
_ADD_MONTH: Final = Prepared(
    {"postgresql": _adding(postgresql), "sqlite": _adding(sqlite)},
    values=("account_id", "month", "kind", "debit_minor", "credit_minor"),
)
_INSERT_ROW: Final = Prepared(
    insert(LedgerRow).inline(),
    values=(
        "transaction_id",
        "debit_account_id",
        "credit_account_id",
        "currency",
        "amount_minor",
        "debit_after_minor",
        "credit_after_minor",
    ),
)
_BY_KEY: Final = select(col(LedgerTransaction.id), col(LedgerTransaction.request_hash)).where(
    col(LedgerTransaction.key) == bindparam("key")
)
_STANDING: Final = select(
    col(LedgerAccount.balance_minor),
    col(LedgerAccount.held_minor),
    col(LedgerAccount.floor_minor),
    col(LedgerAccount.currency),
    col(LedgerAccount.owner_id),
).where(col(LedgerAccount.id) == bindparam("account"))
_DELTA: Final = bindparam("delta", type_=BigInteger)
_FREED: Final = bindparam("freed", type_=BigInteger)
_UPDATE: Final = Prepared(
    update(LedgerAccount)
    .where(
        col(LedgerAccount.id) == bindparam("account"),
        or_(
            _DELTA + _FREED >= 0,
            col(LedgerAccount.floor_minor).is_(None),
            col(LedgerAccount.balance_minor) - col(LedgerAccount.held_minor) + _DELTA + _FREED
            >= col(LedgerAccount.floor_minor),
        ),
    )
    .values(
        balance_minor=col(LedgerAccount.balance_minor) + _DELTA,
        held_minor=col(LedgerAccount.held_minor) - _FREED,
    )
    .returning(
        col(LedgerAccount.balance_minor),
        col(LedgerAccount.currency),
        col(LedgerAccount.zone),
        col(LedgerAccount.owner_id),
        col(LedgerAccount.name),
    )
)
_CLOSE_HOLD: Final = (
    update(LedgerHold)
    .where(col(LedgerHold.id) == bindparam("hold"), col(LedgerHold.status) == HoldStatus.open)
    .values(status=bindparam("to"), closed_at=bindparam("now"))
    .returning(col(LedgerHold.account_id), col(LedgerHold.amount_minor), col(LedgerHold.currency))
    .execution_options(synchronize_session=False)
)
