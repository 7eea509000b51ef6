"""A process in which many pay at once until it is killed: `python -m tests.jobs.payer URL SEED VARIANT`.

It waits for a line on its standard input, then four threads do deeds and the job engine follows them. A deed that is
done is acknowledged by a line on the standard output: the word, the id, and from then on it must never be lost.
The variants other than `sound` are naive on purpose: the probe has to catch them.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlmodel import Session, col

from cabinet import db, jobs
from cabinet.domain import billing, ledger, operations, payments
from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import ProviderPayment, ProviderStatus
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.payments import MethodKind, OperationStatus
from tests.jobs.story import HURRIED

THREADS: Final = 4
SYSTEM: Final = Actor.system("probe")


def acknowledge(word: str, object_id: object) -> None:
    """Promise it to the parent, in one write."""
    os.write(1, f"{word} {object_id}\n".encode())


def pay(chance: random.Random, accounts: list[BillingAccount], _variant: str) -> None:
    """Order, leave, and have the acquirer's word applied: three transactions, as in life; sometimes told twice."""
    account = pick(chance, accounts)
    payer = Actor.customer(account.person_id)
    amount = Money(chance.randint(10_00, 300_00))
    order = payments.Order(id=uuid4(), account_id=account.id, amount=amount, method=MethodKind.card)
    database = db.current()
    database.run(payments.open_, payer, order, now=clock.now(), provider="sandbox")
    database.run(payments.leave, payer, order.id, now=clock.now())
    seen = ProviderPayment(ref=f"acq-{order.id}", status=ProviderStatus.succeeded, amount=amount)
    for _ in range(chance.choice((1, 1, 2))):
        database.run(payments.apply, SYSTEM, order.id, seen, now=clock.now())
    acknowledge("paid", order.id)


def charge(chance: random.Random, accounts: list[BillingAccount], _variant: str) -> None:
    """Issue an invoice and take it from the balance, if the balance covers it."""
    account = pick(chance, accounts)
    database = db.current()
    lines = [billing.LineDraft("internet", {"ru": "Интернет"}, Money(chance.randint(1_00, 90_00))) for _ in range(2)]
    now = clock.now()
    draft = billing.InvoiceDraft(uuid4().hex, "single", lines, now)
    invoice = database.run(billing.issue, SYSTEM, account, draft, now=now)
    acknowledge("issued", invoice.id)
    try:
        paid = database.run(billing.settle_if_covered, SYSTEM, invoice.id, now=clock.now())
    except (billing.InvoiceNotOpen, ledger.InsufficientFunds):
        return
    if paid:
        acknowledge("charged", invoice.id)


def give(chance: random.Random, accounts: list[BillingAccount], variant: str) -> None:
    """Money from one customer to another with a line in both histories and one in the journal."""
    giver = pick(chance, accounts)
    taker = chance.choice([each for each in accounts if each.id != giver.id])
    key, amount = uuid4().hex, Money(chance.randint(1, 50_00))
    database = db.current()
    try:
        if variant == "two_transactions":
            posted = database.run(post, giver, taker, key, amount)
            database.run(note, giver, taker, key, amount, posted)
        elif variant == "acknowledged_early":
            database.run(transfer, giver, taker, key, amount, promise=lambda: acknowledge("given", key))
        elif variant == "read_modify_write":
            read = database.look(lambda session: [balance_of(session, each) for each in (giver, taker)])
            database.run(overwrite, giver, taker, key, amount, read)
        else:
            database.run(transfer, giver, taker, key, amount)
    except ledger.InsufficientFunds:
        return
    if variant != "acknowledged_early":
        acknowledge("given", key)


def transfer(
    session: Session,
    giver: BillingAccount,
    taker: BillingAccount,
    key: str,
    amount: Money,
    *,
    promise: Callable[[], None] = lambda: None,
) -> None:
    posted = post(session, giver, taker, key, amount)
    promise()
    note(session, giver, taker, key, amount, posted)


def post(session: Session, giver: BillingAccount, taker: BillingAccount, key: str, amount: Money) -> UUID:
    moves = [ledger.Move(giver.ledger_account_id, taker.ledger_account_id, amount)]
    return ledger.post(session, SYSTEM, ledger.Entry(f"given:{key}", "given", moves), now=clock.now()).id


def note(
    session: Session, giver: BillingAccount, taker: BillingAccount, key: str, amount: Money, transaction_id: UUID
) -> None:
    for account, signed in ((giver, -amount), (taker, amount)):
        line = operations.Line(
            kind="given", amount=signed, status=OperationStatus.done, transaction_id=transaction_id, number=key[:20]
        )
        operations.write(session, SYSTEM, account, line, now=clock.now())
    audit.write(session, SYSTEM, "probe.given", now=clock.now(), object_type="given", object_id=key)


def balance_of(session: Session, account: BillingAccount) -> int:
    return ledger.balance(session, SYSTEM, account.ledger_account_id).amount.minor


def overwrite(
    session: Session, giver: BillingAccount, taker: BillingAccount, key: str, amount: Money, read: list[int]
) -> None:
    """What everybody writes first: the balance that was read, changed in memory, written back."""
    if read[0] < amount.minor:
        raise ledger.InsufficientFunds(available=Money(read[0]))
    transfer(session, giver, taker, key, amount)
    for account, value in ((giver, read[0] - amount.minor), (taker, read[1] + amount.minor)):
        session.execute(
            text("UPDATE ledger_account SET balance_minor = :value WHERE name = :name"),
            {"value": value, "name": f"customer:{account.number}"},
        )


def pick(chance: random.Random, accounts: list[BillingAccount]) -> BillingAccount:
    """Half of everything happens on one account."""
    return accounts[0] if chance.random() < 0.5 else chance.choice(accounts)


def work(seed: str, variant: str, accounts: list[BillingAccount]) -> None:
    chance = random.Random(seed)
    while True:
        try:
            deeds = (pay, charge, give) if variant == "sound" else (give,)
            chance.choice(deeds)(chance, accounts, variant)
        except Exception as error:
            why = f"{getattr(error, 'orig', None)!r} {traceback.format_exc(limit=-3)}"
            acknowledge("failed", why.replace("\n", " | ")[:900])


def main(url: str, seed: str, variant: str) -> None:
    sys.stdin.readline()
    database = db.use(db.Database(url))
    jobs.install(database, zone="UTC", pace=HURRIED, after={}, jobs={}, children={})
    accounts = list(
        database.look(
            lambda session: session.scalars(select(BillingAccount).order_by(col(BillingAccount.number))).all()
        )
    )
    for number in range(THREADS):
        threading.Thread(target=work, args=(f"{seed}:{number}", variant, accounts), daemon=True).start()
    jobs.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
