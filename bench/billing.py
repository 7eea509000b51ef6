"""How many subscriptions a second the billing run charges, beside the bare ledger in the same process and file."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlmodel import Session, col

from bench.table import Line, median
from cabinet import db, jobs, settings
from cabinet.domain import billing, billing_accounts, catalog, ledger
from cabinet.domain.base.actor import Actor
from cabinet.jobs import dispatch
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import Invoice, InvoiceStatus
from cabinet.models.catalog import ProductKind
from cabinet.models.people import Person
from cabinet.models.services import Subscription, SubscriptionStatus
from cabinet.operate import migrations

ACCOUNTS = 400
SERVICES = {"internet": 800_00, "mobile": 450_00, "tv": 250_00}
"""What every account has: 1,200 subscriptions in all."""
DEEDS = 400
ROUNDS = 3
SYSTEM = Actor.system("bench")
ACQUIRER = ledger.SystemAccount("acquirer:bench")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did a second."""

    subscriptions: float
    deeds: float


def lines(home: Path) -> list[Line]:
    """Measure the run and the ledger in turns, each round in a process and a file of its own."""
    found = []
    for number in range(ROUNDS):
        place = home / f"billing-{number}"
        place.mkdir()
        command = [sys.executable, "-m", "bench.billing", str(place)]
        told = subprocess.run(command, cwd=settings.ROOT, capture_output=True, text=True, check=True)
        found.append(Run(**json.loads(told.stdout.splitlines()[-1])))
    rate, bare = median([run.subscriptions for run in found]), median([run.deeds for run in found])
    return [
        Line(
            "subscriptions charged a second, FULL",
            f"{rate:.0f}/s",
            f"bare ledger {bare:.0f}/s",
            median([run.subscriptions / run.deeds for run in found]),
            0.5,
            at_least=True,
            instead=(rate, 300),
        )
    ]


def _customers(session: Session, first_day: date) -> list[UUID]:
    now = clock.now() - timedelta(days=60)
    versions = []
    for code, minor in SERVICES.items():
        catalog.add(session, SYSTEM, code, ProductKind.service, code, now=now)
        draft = catalog.Draft(title={"ru": code, "en": code}, price_minor=minor)
        versions.append(catalog.publish(session, SYSTEM, code, draft, valid_from=now, now=now))
    opened = []
    for place in range(ACCOUNTS):
        person = Person(family_name="Плательщиков", given_name=str(place), created_at=now)
        session.add(person)
        session.flush()
        account = billing_accounts.open_for(
            session, SYSTEM, person.id, zone="Europe/Moscow", number=f"9{place:06d}", now=now
        )
        for version in versions:
            session.add(
                Subscription(
                    billing_account_id=account.id,
                    product_id=version.product_id,
                    version_id=version.id,
                    status=SubscriptionStatus.active,
                    charged_until=first_day,
                    connected_at=now,
                    created_at=now,
                )
            )
        _give(session, account.ledger_account_id, 100_000_00)
        opened.append(account.ledger_account_id)
    return opened


def _give(session: Session, account: UUID, minor: int = 1_00) -> None:
    entry = ledger.Entry(f"bench:{uuid4()}", "payment", [ledger.Move(ACQUIRER, account, Money(minor))])
    ledger.post(session, SYSTEM, entry, now=clock.now())


def _run(home: Path) -> Run:
    """Charge a month of every account as the job does, page by page; then post as many deeds, one to a transaction."""
    database = db.use(db.Database(f"sqlite:///{home / 'cabinet.db'}"))
    migrations.upgrade(database)
    jobs.install(database, zone="UTC")
    month = clock.month_of(clock.now(), "Europe/Moscow")
    accounts = database.run(_customers, month)
    began = time.perf_counter()
    _pages("billing.issue", database.look(billing.accounts_to_bill, SYSTEM, now=clock.now()))
    _pages("billing.settle", database.look(billing.accounts_with_due, SYSTEM, now=clock.now()))
    took = time.perf_counter() - began
    paid = select(func.count()).select_from(Invoice)
    with database.reading() as session:
        here = col(Invoice.period) == month
        assert session.scalar(paid.where(here, col(Invoice.status) == InvoiceStatus.paid)) == ACCOUNTS
    began_deeds = time.perf_counter()
    for place in range(DEEDS):
        database.run(_give, accounts[place % ACCOUNTS])
    deeds = DEEDS / (time.perf_counter() - began_deeds)
    database.dispose()
    return Run(ACCOUNTS * len(SERVICES) / took, deeds)


def _pages(name: str, ids: list[UUID]) -> None:
    for at in range(0, len(ids), dispatch.PAGE_MAX):
        dispatch.current().page(name, "bench", [str(each) for each in ids[at : at + dispatch.PAGE_MAX]])


if __name__ == "__main__":
    made = _run(Path(sys.argv[1]))
    sys.stdout.write(json.dumps({"subscriptions": made.subscriptions, "deeds": made.deeds}) + "\n")
