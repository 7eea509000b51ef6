"""What docs/domain/ says is true: its examples are run, its tables are compared with the code."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from cabinet.domain import ledger
from cabinet.kit.errors import Refusal
from cabinet.models.ledger import LedgerHold, LedgerTransaction
from cabinet.operate import proofs
from tests import documents
from tests.moments import NOON
from tests.personae import SYSTEM

LEDGER = "docs/domain/ledger.md"
MONTHS = "A month is the account's own"
STORIES = [heading for heading in documents.headings(LEDGER, "Worked examples") if heading != MONTHS]


class Books:
    """A ledger as the examples write it: Anna with the floor 0, Boris with a credit of 300.00, and system accounts."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.people = {"Anna": self._opened("Anna", 0), "Boris": self._opened("Boris", -300_00)}

    def _opened(self, name: str, floor_minor: int) -> UUID:
        opened = ledger.open_account(
            self.session,
            SYSTEM,
            f"customer:{name}",
            currency="RUB",
            zone="Europe/Moscow",
            owner_id=None,
            floor_minor=floor_minor,
            now=NOON,
        )
        return opened.id

    def account(self, name: str) -> ledger.Account:
        return self.people[name] if name in self.people else ledger.SystemAccount(name)

    def move(self, row: documents.Row) -> ledger.Move:
        return ledger.Move(self.account(row["from"]), self.account(row["to"]), documents.money(row["amount"]))

    def do(self, row: documents.Row, more: list[documents.Row]) -> str:
        """Do what the row says in a savepoint, and return the answer."""
        try:
            with self.session.begin_nested():
                return getattr(self, f"_{row['deed']}")(row, more)
        except Refusal as refusal:
            return refusal.code

    def _post(self, row, more, releases: UUID | None = None) -> str:
        entry = ledger.Entry(row["key"], "payment", [self.move(each) for each in (row, *more)], releases=releases)
        return "replayed" if ledger.post(self.session, SYSTEM, entry, now=NOON).replayed else "posted"

    def _release(self, row, more) -> str:
        return self._post(row, more, releases=self._held(row["key"]))

    def _hold(self, row, _more) -> str:
        amount, until = documents.money(row["amount"]), NOON + timedelta(days=30)
        account_id = self.people[row["from"]]
        ledger.hold(self.session, SYSTEM, account_id, amount, key=row["key"], about="", until=until, now=NOON)
        return "held"

    def _void(self, row, _more) -> str:
        ledger.void(self.session, SYSTEM, self._held(row["key"]), now=NOON)
        return "freed"

    def _reverse(self, row, _more) -> str:
        query = select(LedgerTransaction.id).where(col(LedgerTransaction.key) == row["key"])
        origin = self.session.exec(query).one()
        ledger.reverse(self.session, SYSTEM, origin, key=f"correction of {row['key']}", now=NOON)
        return "posted"

    def _held(self, key: str) -> UUID:
        return self.session.exec(select(LedgerHold.id).where(col(LedgerHold.key) == key)).one()


@pytest.fixture
def books(session: Session) -> Books:
    return Books(session)


def deeds(rows: documents.Table) -> list[tuple[documents.Row, list[documents.Row]]]:
    told: list[tuple[documents.Row, list[documents.Row]]] = []
    for row in rows:
        if row["deed"] == "and":
            told[-1][1].append(row)
        else:
            told.append((row, []))
    return told


@pytest.mark.parametrize("heading", STORIES)
def test_the_ledger_does_what_the_example_says(books: Books, heading):
    done, afterwards = documents.tables(LEDGER, heading)

    answers = [(row["deed"], row["key"], books.do(row, more)) for row, more in deeds(done)]

    assert answers == [(row["deed"], row["key"], row["answer"]) for row, _ in deeds(done)]
    for row in afterwards:
        account = books.account(row["account"])
        account_id = account.id if isinstance(account, ledger.SystemAccount) else account
        said = ledger.Balance(*(documents.money(row[name]) for name in ("on it", "held", "can be spent")))
        assert ledger.balance(books.session, SYSTEM, account_id) == said
    assert ledger.verify(books.session) == []


def test_the_months_of_the_example_are_the_accounts_own(books: Books):
    posted, months = documents.tables(LEDGER, MONTHS)
    for number, row in enumerate(posted):
        now = datetime.strptime(row["posted at, UTC"], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        ledger.post(books.session, SYSTEM, ledger.Entry(str(number), row["kind"], [books.move(row)]), now=now)

    turnovers = ledger.turnovers(books.session, SYSTEM, books.people["Anna"], since=date(2026, 1, 1))

    assert [(f"{each.month:%Y-%m}", each.kind, each.lost, each.gained) for each in turnovers] == [
        (row["month of `Anna"], row["kind"], documents.money(row["lost"]), documents.money(row["gained"]))
        for row in months
    ]


def test_shares_and_splits_are_as_the_document_says():
    shares, splits = documents.tables(LEDGER, "Amounts")

    for row in shares:
        assert documents.money(row["amount"]).percent(int(row["share in basis points"])) == documents.money(
            row["result"]
        )
    for row in splits:
        parts = documents.money(row["amount"]).split([int(weight) for weight in row["weights"].split()])
        assert parts == [documents.money(part) for part in row["parts"].split()]


def test_the_invariants_are_listed_by_the_names_that_verify_prints(database):
    printed: list[str] = []
    proofs.ledger(database, say=printed.append)

    (listed,) = documents.tables(LEDGER, "The invariants")

    assert [f"holds   {row['invariant']}" for row in listed] == printed
    assert len(ledger.invariants()) == 11
