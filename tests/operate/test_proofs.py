"""The proofs that an operator asks for say what holds, what does not, and where."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cabinet.domain.base import audit
from cabinet.operate import proofs
from tests import personae
from tests.moments import NOON
from tests.personae import SYSTEM


@pytest.fixture
def said():
    return []


def test_an_empty_ledger_holds(database, said):
    assert proofs.ledger(database, say=said.append) == []

    assert len(said) >= 12
    assert all(line.startswith("holds ") for line in said)


def test_money_that_no_line_of_the_history_tells_of_is_named(database, said):
    with database.transaction() as session:
        personae.give(session, personae.anna_in(session), 500_00)

    (fault,) = proofs.ledger(database, say=said.append)

    assert fault.where == "4102887"
    assert "BROKEN  L13 the history of an account adds up to its balance" in said
    assert said[-1] == "        L13: 4102887"


def test_a_balance_that_was_written_by_hand_is_named(database, said):
    with database.transaction() as session:
        personae.anna_in(session)
    with database.transaction() as session:
        session.connection().execute(text("UPDATE ledger_account SET balance_minor = 100 WHERE balance_minor = 0"))

    assert proofs.ledger(database, say=said.append)
    assert [line for line in said if line.startswith("BROKEN")]


def test_a_chain_says_its_length_and_its_head(database, said):
    with database.transaction() as session:
        for number in range(3):
            audit.write(session, SYSTEM, "tokens.make", now=NOON, object_id=number)

    assert proofs.audit_chain(database, say=said.append) is None

    with database.reading() as session:
        seq, head = audit.head(session)
    assert said == [f"{seq} lines, head {head}", "The chain holds."]
    assert seq == 3


def test_a_line_altered_behind_our_back_is_named(database, said):
    with database.transaction() as session:
        for number in range(3):
            audit.write(session, SYSTEM, "tokens.make", now=NOON, object_id=number)
    with database.transaction() as session:
        connection = session.connection()
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in (trigger for trigger in triggers if "audit" in trigger):
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE audit_record SET actor = 'nobody' WHERE seq = 2"))

    fault = proofs.audit_chain(database, say=said.append)

    assert fault.seq == 2
    assert said[-1].startswith("BROKEN at line 2: ")
