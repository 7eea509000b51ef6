"""`cabinet ledger verify` and `cabinet audit verify` over a real file: sound, and damaged in one way at a time."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from cabinet import cli, db, settings
from cabinet.domain import billing, ledger, payments, refunds
from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import ProviderPayment, ProviderRefund, ProviderStatus
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind
from cabinet.models.people import StaffRole
from cabinet.operate import proofs
from tests import personae
from tests.moments import NOON
from tests.personae import ACQUIRER, SYSTEM

REVENUE = ledger.SystemAccount("revenue:internet")
CUSTOMERS = "name LIKE 'customer:%'"


def story(session):
    """Anna pays 500 roubles, is given 100 back, an invoice takes 200, 30 are held; a slip of the books is corrected."""
    anna = personae.anna_in(session)
    maria = personae.member_in(session, StaffRole.finance)[1]
    order = payments.Order(id=uuid4(), account_id=anna.account.id, amount=Money(500_00), method=MethodKind.card)
    payment = payments.open_(session, anna.actor, order, now=NOON, provider="sandbox")
    payments.leave(session, anna.actor, payment.id, now=NOON)
    total = Money(payment.amount_minor + payment.fee_minor)
    seen = ProviderPayment(ref="acq-1", status=ProviderStatus.succeeded, amount=total)
    payments.apply(session, SYSTEM, payment.id, seen, now=NOON)
    refund = refunds.request(session, maria, payment.id, Money(100_00), "по просьбе", now=NOON)
    given = ProviderRefund(ref="ref-1", status=ProviderStatus.succeeded, amount=Money(100_00))
    refunds.apply(session, SYSTEM, refund.id, given, now=NOON)
    for key, minor in (("paid", 200_00), ("open", 9_000_00)):
        lines = [billing.LineDraft("internet", {"ru": "Интернет"}, Money(minor))]
        draft = billing.InvoiceDraft(key, "month", lines, NOON + timedelta(days=3))
        invoice = billing.issue(session, SYSTEM, anna.account, draft, now=NOON)
        billing.settle_if_covered(session, SYSTEM, invoice.id, now=NOON)
    until = NOON + timedelta(days=1)
    account = anna.account.ledger_account_id
    ledger.hold(session, SYSTEM, account, Money(30_00), key="held", about="", until=until, now=NOON)
    slip = ledger.post(
        session, SYSTEM, ledger.Entry("slip", "slip", [ledger.Move(ACQUIRER, REVENUE, Money(50_00))]), now=NOON
    )
    ledger.reverse(session, SYSTEM, slip.id, key="correction", now=NOON)
    audit.write(session, Actor.system("test"), "story.ends", now=NOON)
    audit.write(session, Actor.system("test"), "story.told", now=NOON, chapter="1")


@pytest.fixture
def file(database, tmp_path):
    """The story on disk; nobody is connected to it."""
    database.run(story)
    database.dispose()
    return tmp_path / "cabinet.db"


@pytest.fixture
def cabinet(file, monkeypatch):
    """The command, for that file."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    settings.get.cache_clear()

    def run(*words):
        try:
            return CliRunner().invoke(cli.app, words)
        finally:
            db.current().dispose()

    yield run
    settings.get.cache_clear()


def damage(file: Path, *statements: str) -> None:
    """Do by raw SQL what the triggers and constraints of the tables forbid."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, f"it damages nothing: {statement}"
    connection.close()


DAMAGES = [
    ("L1 all balances of a currency sum to zero", f"UPDATE ledger_account SET balance_minor = 1 WHERE {CUSTOMERS}"),
    (
        "L2 a balance is the sum of its postings",
        f"UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE {CUSTOMERS}",
        "UPDATE ledger_account SET balance_minor = balance_minor - 1 WHERE name = 'system:acquirer:sandbox:RUB'",
    ),
    (
        "L3 a transaction has rows",
        "INSERT INTO ledger_transaction (id, key, request_hash, kind, about, posted_at) "
        "VALUES ('00000000000000000000000000000000', 'ghost', '', 'ghost', '', '2026-11-24 11:05:00')",
    ),
    (
        "L4 a reversal mirrors its origin",
        "UPDATE ledger_row SET amount_minor = 1 "
        "WHERE transaction_id = (SELECT id FROM ledger_transaction WHERE key = 'correction')",
    ),
    (
        "L4 a reversal mirrors its origin",
        f"UPDATE ledger_row SET debit_account_id = (SELECT id FROM ledger_account WHERE {CUSTOMERS}) "
        "WHERE transaction_id = (SELECT id FROM ledger_transaction WHERE key = 'correction')",
    ),
    ("L5 a row has a positive amount and two accounts", "UPDATE ledger_row SET amount_minor = -1 WHERE id = 1"),
    (
        "L5 a row has a positive amount and two accounts",
        "UPDATE ledger_row SET debit_account_id = credit_account_id WHERE id = 1",
    ),
    (
        "L6 a key is posted once",
        "CREATE TABLE copy AS SELECT * FROM ledger_transaction",
        "INSERT INTO copy SELECT * FROM ledger_transaction WHERE key = 'slip'",
        "DROP TABLE ledger_transaction",
        "ALTER TABLE copy RENAME TO ledger_transaction",
    ),
    ("L7 no account is below its floor", f"UPDATE ledger_account SET balance_minor = -1 WHERE {CUSTOMERS}"),
    ("L7 no account is below its floor", f"UPDATE ledger_account SET held_minor = 20001 WHERE {CUSTOMERS}"),
    ("L8 money stays in its currency", "UPDATE ledger_row SET currency = 'USD' WHERE id = 1"),
    ("L9 what is held is the sum of open holds", f"UPDATE ledger_account SET held_minor = 0 WHERE {CUSTOMERS}"),
    ("L9 what is held is the sum of open holds", "UPDATE ledger_hold SET status = 'voided' WHERE key = 'held'"),
    (
        "L11 a running balance is the sum so far",
        "UPDATE ledger_row SET credit_after_minor = credit_after_minor + 1 WHERE id = 1",
    ),
    ("L12 refunds never exceed what was paid", "UPDATE payment SET refunded_minor = refunded_minor - 1"),
    ("L12 refunds never exceed what was paid", "UPDATE refund SET amount_minor = 50001"),
    ("L12 a credited payment is in the ledger, and only a credited one", "UPDATE payment SET status = 'pending'"),
    (
        "L12 a credited payment is in the ledger, and only a credited one",
        "UPDATE payment SET amount_minor = amount_minor + 1",
    ),
    ("L12 a refund that succeeded is in the ledger, and only such a one", "UPDATE refund SET status = 'failed'"),
    ("L12 a refund that succeeded is in the ledger, and only such a one", "UPDATE refund SET amount_minor = 1"),
    ("L13 monthly turnovers are the sums of their rows", "UPDATE ledger_month SET credit_minor = credit_minor + 1"),
    (
        "L13 monthly turnovers are the sums of their rows",
        "UPDATE ledger_month SET credit_minor = credit_minor + 1, debit_minor = debit_minor + 1",
    ),
    ("L13 monthly turnovers are the sums of their rows", "DELETE FROM ledger_month"),
    (
        "L13 the history of an account adds up to its balance",
        "UPDATE operation SET amount_minor = amount_minor + 1 WHERE kind = 'refund'",
    ),
    ("L13 a paid invoice is charged once, an open one not at all", "UPDATE invoice SET status = 'paid'"),
    ("L13 a paid invoice is charged once, an open one not at all", "UPDATE invoice SET status = 'open'"),
]


def test_a_sound_ledger_is_said_to_hold(cabinet):
    told = cabinet("ledger", "verify")

    assert told.exit_code == 0
    assert told.output.splitlines() == [f"holds   {name}" for name in proofs.invariants()]


@pytest.mark.parametrize(("invariant", "statements"), [(first, rest) for first, *rest in DAMAGES])
def test_what_was_damaged_is_named_and_the_command_fails(file, cabinet, invariant, statements):
    damage(file, *statements)

    told = cabinet("ledger", "verify")

    assert told.exit_code == 1
    assert f"BROKEN  {invariant}" in told.output.splitlines()


def test_every_invariant_has_its_damage():
    assert {name for name, *_ in DAMAGES} == set(proofs.invariants())


def test_a_sound_journal_is_said_to_hold(cabinet):
    told = cabinet("audit", "verify")

    assert told.exit_code == 0
    assert "The chain holds." in told.output.splitlines()


@pytest.mark.parametrize(
    ("statement", "told_of"),
    [
        ("UPDATE audit_record SET details = '{}' WHERE action = 'story.told'", "BROKEN at line 3: altered"),
        ("UPDATE audit_record SET actor = 'system:else' WHERE seq = 2", "BROKEN at line 2: altered"),
        ("DELETE FROM audit_record WHERE seq = 2", "BROKEN at line 2: missing"),
        ("UPDATE audit_record SET prev_hash = hash WHERE seq = 2", "BROKEN at line 2: reordered"),
    ],
)
def test_a_journal_that_was_changed_is_caught(file, cabinet, statement, told_of):
    damage(file, statement)

    told = cabinet("audit", "verify")

    assert told.exit_code == 1
    assert told_of in told.output.splitlines()


def test_the_head_that_was_saved_is_an_anchor_for_later(cabinet, tmp_path):
    anchor = tmp_path / "anchor"

    told = cabinet("audit", "verify", "--save", str(anchor))

    assert told.exit_code == 0
    seq, head = anchor.read_text().split()
    assert f"{seq} lines, head {head}" in told.output.splitlines()
    assert cabinet("audit", "verify", "--anchor", str(anchor)).exit_code == 0


def test_a_journal_that_has_grown_holds_its_anchor(file, cabinet, tmp_path):
    anchor = tmp_path / "anchor"
    cabinet("audit", "verify", "--save", str(anchor))
    before = anchor.read_text()
    db.current().run(audit.write, Actor.system("test"), "story.goes.on", now=NOON)

    told = cabinet("audit", "verify", "--anchor", str(anchor), "--save", str(anchor))

    assert told.exit_code == 0
    assert int(anchor.read_text().split()[0]) == int(before.split()[0]) + 1


@pytest.mark.parametrize("lines", [1, 2])
def test_a_cut_tail_is_seen_by_the_anchor_alone(file, cabinet, tmp_path, lines):
    anchor = tmp_path / "anchor"
    cabinet("audit", "verify", "--save", str(anchor))
    saved = anchor.read_text()
    last = int(saved.split()[0])
    damage(file, f"DELETE FROM audit_record WHERE seq > {last - lines}")

    told = cabinet("audit", "verify", "--anchor", str(anchor), "--save", str(anchor))

    assert cabinet("audit", "verify").exit_code == 0
    assert told.exit_code == 1
    assert f"BROKEN at line {last - lines + 1}: cut" in told.output.splitlines()
    assert anchor.read_text() == saved


def test_a_journal_that_was_written_anew_is_seen_by_the_anchor(file, cabinet, tmp_path):
    anchor = tmp_path / "anchor"
    cabinet("audit", "verify", "--save", str(anchor))
    last = int(anchor.read_text().split()[0])
    damage(file, f"DELETE FROM audit_record WHERE seq = {last}")
    db.current().run(audit.write, Actor.system("test"), "story.told.otherwise", now=NOON)

    told = cabinet("audit", "verify", "--anchor", str(anchor))

    assert cabinet("audit", "verify").exit_code == 0
    assert told.exit_code == 1
    assert f"BROKEN at line {last}: rewritten" in told.output.splitlines()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "7",
        f"x {'0' * 64}",
        f"-1 {'0' * 64}",
        f"0 {'1' * 64}",
        f"7 {'0' * 63}",
        f"7 {'g' * 64}",
        f"7 {'0' * 64} 8",
        b"\xff\xfe",
    ],
)
def test_a_file_that_is_no_anchor_proves_nothing(cabinet, tmp_path, written):
    anchor = tmp_path / "anchor"
    anchor.write_bytes(written if isinstance(written, bytes) else written.encode())

    told = cabinet("audit", "verify", "--anchor", str(anchor))

    assert told.exit_code == 1
    assert "The chain holds." not in told.output
    assert f"{anchor} is no anchor" in told.output


def test_an_anchor_that_is_not_there_proves_nothing(cabinet, tmp_path):
    told = cabinet("audit", "verify", "--anchor", str(tmp_path / "none"))

    assert told.exit_code == 1
    assert "The chain holds." not in told.output
    assert f"{tmp_path / 'none'} cannot be read" in told.output


def test_a_head_that_cannot_be_saved_fails_the_command(cabinet, tmp_path):
    told = cabinet("audit", "verify", "--save", str(tmp_path / "none" / "anchor"))

    assert told.exit_code == 1
    assert "cannot be written" in told.output
