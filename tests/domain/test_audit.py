from datetime import timedelta

import pytest
from sqlalchemy import text

from cabinet.domain.base import audit
from cabinet.domain.base.actor import RightMissing
from tests.moments import NOON
from tests.personae import SYSTEM

UNGUARD = "DROP TRIGGER audit_record_no_{}"


def write(session, count=5):
    for place in range(count):
        audit.write(
            session, SYSTEM, "tests.do", now=NOON + timedelta(seconds=place), object_type="t", object_id=place, n=place
        )


def disarm(session):
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_record DISABLE TRIGGER USER"))
        return
    for deed in ("update", "delete"):
        session.execute(text(UNGUARD.format(deed)))


def test_an_untouched_chain_holds(session):
    write(session)

    assert audit.verify(session) is None
    assert audit.head(session)[0] == 5


@pytest.mark.parametrize(
    ("damage", "seq", "reason"),
    [
        ("UPDATE audit_record SET details = 'x' WHERE seq = 3", 3, "altered"),
        ("UPDATE audit_record SET actor = 'staff:somebody' WHERE seq = 2", 2, "altered"),
        ("DELETE FROM audit_record WHERE seq = 4", 4, "missing"),
        ("UPDATE audit_record SET prev_hash = hash WHERE seq = 3", 3, "reordered"),
    ],
)
def test_damage_is_found_where_it_was_done(session, damage, seq, reason):
    write(session)
    disarm(session)

    session.execute(text(damage))
    session.expire_all()

    assert audit.verify(session) == audit.ChainFault(seq, reason)


def test_two_lines_that_changed_places_are_found(session):
    write(session)
    disarm(session)

    for move in ("-1 WHERE seq = 2", "2 WHERE seq = 3", "3 WHERE seq = -1"):
        session.execute(text(f"UPDATE audit_record SET seq = {move}"))
    session.expire_all()

    assert audit.verify(session).reason == "reordered"


def test_a_cut_tail_is_found_by_the_anchor(session):
    write(session)
    anchor = audit.head(session)
    disarm(session)

    session.execute(text("DELETE FROM audit_record WHERE seq = 5"))
    session.expire_all()

    assert audit.verify(session) is None
    assert audit.verify(session, anchor=anchor).reason == "cut"


def test_a_tail_that_was_written_anew_is_found_by_the_anchor(session):
    write(session)
    anchor = audit.head(session)
    disarm(session)

    session.execute(text("DELETE FROM audit_record WHERE seq = 5"))
    session.expire_all()
    audit.write(session, SYSTEM, "tests.otherwise", now=NOON)

    assert audit.verify(session) is None
    assert audit.verify(session, anchor=anchor) == audit.ChainFault(5, "rewritten")


def test_the_journal_is_read_page_by_page_by_those_who_may(session, ilya):
    write(session, 60)

    first = audit.journal(session, ilya, audit.AuditFilter(action="tests.do"))
    second = audit.journal(session, ilya, audit.AuditFilter(action="tests.do"), cursor=first.next)

    assert [len(first.rows), len(second.rows), second.next] == [50, 10, ""]
    assert {r.seq for r in first.rows} & {r.seq for r in second.rows} == set()


def test_neither_a_stranger_nor_an_operator_reads_the_journal(session, vera, oleg, maria):
    for actor in (vera.actor, oleg, maria):
        with pytest.raises(RightMissing):
            audit.journal(session, actor, audit.AuditFilter())
