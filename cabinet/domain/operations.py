"""Operations: the history of a billing account, one line for each movement and each attempt to pay (2.1).

A line is written in the transaction of the deed that it tells about; the sum of the done lines is the balance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select, update
from sqlmodel import Session, col

from cabinet.domain import billing_accounts
from cabinet.domain.base import numbers
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.prepared import Prepared
from cabinet.kit import pagination
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.payments import Operation, OperationStatus
from cabinet.models.types import UtcDateTime

ROWS_MAX: Final = 50
PAGE_ROWS: Final = 20


class OperationNotFound(NotFound):
    code = "operations.not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What to write: `amount` is signed, what the balance gains or loses once the operation is done."""

    kind: str
    amount: Money
    status: OperationStatus
    number: str = ""
    title: Mapping[str, str] | None = None
    period: date | None = None
    method_label: str = ""
    fee: Money | None = None
    payment_id: UUID | None = None
    invoice_id: UUID | None = None
    refund_id: UUID | None = None
    transaction_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the history as it is listed."""

    id: UUID
    number: str
    kind: str
    title: Mapping[str, str]
    period: date | None
    method_label: str
    amount: Money
    status: OperationStatus
    failure: str
    at: datetime


def write(session: Session, actor: Actor, account: BillingAccount, line: Line, *, now: datetime) -> Operation:
    """Add a line to the account's history."""
    operation = add(session, actor, account, line, now=now)
    session.flush()
    return operation


def add(session: Session, actor: Actor, account: BillingAccount, line: Line, *, now: datetime) -> Operation:
    """Add a line that the caller flushes with others: a round writes many."""
    operation = Operation(
        billing_account_id=account.id,
        number=line.number or numbers.take(session, "operation", now=now),
        kind=line.kind,
        title=dict(line.title or {}),
        period=line.period,
        method_label=line.method_label,
        amount_minor=line.amount.minor,
        fee_minor=line.fee.minor if line.fee else 0,
        currency=line.amount.currency,
        status=line.status,
        payment_id=line.payment_id,
        invoice_id=line.invoice_id,
        refund_id=line.refund_id,
        transaction_id=line.transaction_id,
        at=now,
    )
    session.add(operation)
    return operation


def turn(session: Session, actor: Actor, payment_id: UUID, status: OperationStatus, **changes: Any) -> None:
    """Follow a payment: its line takes another status, and what became known with it."""
    session.execute(update(Operation).where(col(Operation.payment_id) == payment_id).values(status=status, **changes))


def history(
    session: Session, actor: Actor, account_id: UUID, *, cursor: str = "", rows: int = PAGE_ROWS
) -> pagination.Page[Listed]:
    """Return a page of the account's history, newest first."""
    account = billing_accounts.mine(session, actor, account_id)
    return _page(session, _HISTORY, {"account": account.id}, cursor, rows)


def own_history(session: Session, actor: Actor, *, cursor: str = "", rows: int = PAGE_ROWS) -> pagination.Page[Listed]:
    """Return a page of the history of the customer's first account."""
    page = _page(session, _OWN_HISTORY, {"person": actor.person()}, cursor, rows)
    if not page.rows:
        billing_accounts.primary(session, actor)
    return page


def _page(
    session: Session, statements: _Statements, values: dict[str, Any], cursor: str, rows: int
) -> pagination.Page[Listed]:
    assert 0 < rows <= ROWS_MAX
    statement = statements.first
    values["rows"] = rows + 1
    if cursor:
        at, last = pagination.decode(cursor, str, int)
        try:
            values |= {"at": datetime.fromisoformat(str(at)), "last": last}
        except ValueError as broken:
            raise pagination.CursorBroken() from broken
        if values["at"].tzinfo is None:
            raise pagination.CursorBroken()
        statement = statements.next
    found = statement.all(session.connection(), values)
    following = ""
    if len(found) > rows:
        last_id, *_, last_at = found[rows - 1]
        following = pagination.encode(last_at.isoformat(), last_id)
    return pagination.Page([_listed(row) for row in found[:rows]], following)


def charged_singly(session: Session, actor: Actor, account: BillingAccount, *, since: datetime) -> list[Listed]:
    """Return the one-off charges of the customer's own account since a moment, the largest first."""
    billing_accounts.mine(session, actor, account.id)
    values = {"account": account.id, "since": since}
    return [_listed(row) for row in _SINGLES.all(session.connection(), values)]


def operation(session: Session, actor: Actor, public_id: UUID) -> Operation:
    """Return one line of a history that the actor may see."""
    found = session.scalars(select(Operation).where(col(Operation.public_id) == public_id)).first()
    if found is None:
        raise OperationNotFound()
    try:
        billing_accounts.mine(session, actor, found.billing_account_id)
    except billing_accounts.BillingAccountNotFound as foreign:
        raise OperationNotFound() from foreign
    return found


def _listed(row: tuple[Any, ...]) -> Listed:
    _, public_id, number, kind, title, period, method_label, minor, currency, status, failure, at = row
    return Listed(public_id, number, kind, title, period, method_label, Money(minor, currency), status, failure, at)


_COLUMNS: Final = (
    col(Operation.id),
    col(Operation.public_id),
    col(Operation.number),
    col(Operation.kind),
    col(Operation.title),
    col(Operation.period),
    col(Operation.method_label),
    col(Operation.amount_minor),
    col(Operation.currency),
    col(Operation.status),
    col(Operation.failure),
    col(Operation.at),
)
_AT: Final = bindparam("at", type_=UtcDateTime())


@dataclass(frozen=True, slots=True)
class _Statements:
    """The first page of a history and those that follow a cursor."""

    first: Prepared
    next: Prepared


def _of(account: Any) -> _Statements:
    first = (
        select(*_COLUMNS)
        .where(col(Operation.billing_account_id) == account)
        .order_by(col(Operation.at).desc(), col(Operation.id).desc())
        .limit(bindparam("rows"))
    )
    # Both parts are needed: the first lets the index begin at the cursor, the second breaks ties within an instant.
    beyond = or_(col(Operation.at) < _AT, and_(col(Operation.at) == _AT, col(Operation.id) < bindparam("last")))
    return _Statements(Prepared(first), Prepared(first.where(col(Operation.at) <= _AT, beyond)))


_HISTORY: Final = _of(bindparam("account"))
_OWN_HISTORY: Final = _of(billing_accounts.PRIMARY_ID)
_SINGLES: Final = Prepared(
    select(*_COLUMNS)
    .where(
        col(Operation.billing_account_id) == bindparam("account"),
        col(Operation.at) >= bindparam("since", type_=UtcDateTime()),
        or_(*(col(Operation.kind) == kind for kind in ("charge.single", "charge.service", "charge.usage"))),
    )
    .order_by(col(Operation.amount_minor))
    .limit(PAGE_ROWS)
)
