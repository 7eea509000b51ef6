"""Many customers for benchmarks: rows written in bulk, and a ledger that still proves itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlmodel import Session, col

from cabinet.db import Database
from cabinet.domain import ledger
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.ledger import LedgerAccount, LedgerMonth, LedgerRow, LedgerTransaction
from cabinet.models.payments import Operation, OperationStatus
from cabinet.models.people import Person
from cabinet.seed import halfyears
from cabinet.seed.pen import SYSTEM, ZONE

LARGE: Final = 200_000
"""Operations of the first customer: a business whose history is long."""
SMALL: Final = 40
_CHUNK: Final = 5_000
_EVERY: Final = timedelta(minutes=2)


def grow(database: Database, customers: int, *, now: datetime) -> str:
    """Add so many customers, the first of them with `LARGE` operations; return that one's contract number."""
    numbers = [f"9{place:06d}" for place in range(customers)]
    for place, number in enumerate(numbers):
        database.run(_customer, number, LARGE if place == 0 else SMALL, now=now)
    return numbers[0]


def _customer(session: Session, number: str, operations: int, *, now: datetime) -> None:
    person = Person(family_name="Нагрузкин", given_name=f"Клиент {number}", created_at=now, zone=ZONE)
    session.add(person)
    session.flush()
    money = ledger.open_account(
        session, SYSTEM, f"customer:{number}", currency="RUB", zone=ZONE, owner_id=person.id, now=now
    )
    account = BillingAccount(number=number, person_id=person.id, ledger_account_id=money.id, created_at=now)
    session.add(account)
    session.flush()
    _fill(session, account, operations, now)
    halfyears.fill(session, account, now=now)


def _fill(session: Session, account: BillingAccount, count: int, now: datetime) -> None:
    """Write `count` operations, a top-up of 100 after every three charges of 20, with their ledger rows."""
    acquirer = ledger.SystemAccount("acquirer:scale")
    revenue = ledger.SystemAccount("revenue:scale")
    _system(session, acquirer, now)
    _system(session, revenue, now)
    balances = {system.id: session.get_one(LedgerAccount, system.id).balance_minor for system in (acquirer, revenue)}
    balances[account.ledger_account_id] = 0
    months: dict[tuple[UUID, Any, str], list[int]] = {}
    start = now - _EVERY * count
    for chunk in _chunks(account, count, start, balances, months, acquirer.id, revenue.id):
        session.execute(insert(LedgerTransaction), chunk["transactions"])
        session.execute(insert(LedgerRow), chunk["rows"])
        session.execute(insert(Operation), chunk["operations"])
    for account_id, balance in balances.items():
        session.execute(update(LedgerAccount).where(col(LedgerAccount.id) == account_id).values(balance_minor=balance))
    _write_months(session, months)


def _chunks(
    account: BillingAccount,
    count: int,
    start: datetime,
    balances: dict[UUID, int],
    months: dict[tuple[UUID, Any, str], list[int]],
    acquirer: UUID,
    revenue: UUID,
) -> Iterator[dict[str, list[dict[str, Any]]]]:
    chunk: dict[str, list[dict[str, Any]]] = {"transactions": [], "rows": [], "operations": []}
    mine = account.ledger_account_id
    for place in range(count):
        at = start + _EVERY * place
        pays = place % 4 == 0
        kind, minor = ("payment", 100_00) if pays else ("charge.single", 20_00)
        debit, credit = (acquirer, mine) if pays else (mine, revenue)
        balances[debit] -= minor
        balances[credit] += minor
        month = clock.month_of(at, ZONE)
        for account_id, side in ((debit, 0), (credit, 1)):
            months.setdefault((account_id, month, kind), [0, 0])[side] += minor
        transaction_id = uuid4()
        key = f"scale:{account.number}:{place}"
        chunk["transactions"].append(
            {
                "id": transaction_id,
                "key": key,
                "request_hash": hashlib.sha256(key.encode()).hexdigest(),
                "kind": kind,
                "about": "",
                "posted_at": at,
            }
        )
        chunk["rows"].append(
            {
                "transaction_id": transaction_id,
                "debit_account_id": debit,
                "credit_account_id": credit,
                "currency": "RUB",
                "amount_minor": minor,
                "debit_after_minor": balances[debit],
                "credit_after_minor": balances[credit],
            }
        )
        chunk["operations"].append(
            {
                "public_id": uuid4(),
                "billing_account_id": account.id,
                "number": f"О-{place:08d}",
                "kind": "top_up" if pays else "charge.single",
                "title": {} if pays else {"ru": f"Покупка {place}", "en": f"Purchase {place}"},
                "method_label": "Мир •• 4417" if pays else "",
                "amount_minor": minor if pays else -minor,
                "fee_minor": 0,
                "currency": "RUB",
                "status": OperationStatus.done,
                "failure": "",
                "transaction_id": transaction_id,
                "at": at,
            }
        )
        if len(chunk["rows"]) == _CHUNK:
            yield chunk
            chunk = {"transactions": [], "rows": [], "operations": []}
    if chunk["rows"]:
        yield chunk


def _system(session: Session, system: ledger.SystemAccount, now: datetime) -> None:
    if session.get(LedgerAccount, system.id) is None:
        session.add(
            LedgerAccount(id=system.id, name=system.name, currency="RUB", zone=ZONE, floor_minor=None, created_at=now)
        )
        session.flush()


def _write_months(session: Session, months: dict[tuple[UUID, Any, str], list[int]]) -> None:
    for (account_id, month, kind), (debit, credit) in months.items():
        row = session.get(LedgerMonth, (account_id, month, kind)) or LedgerMonth(
            account_id=account_id, month=month, kind=kind
        )
        row.debit_minor += debit
        row.credit_minor += credit
        session.add(row)
    session.flush()
