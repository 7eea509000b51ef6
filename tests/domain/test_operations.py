from datetime import timedelta

import pytest

from cabinet.domain import billing_accounts, operations
from cabinet.kit import pagination
from cabinet.kit.money import Money
from cabinet.models.payments import OperationStatus
from tests.moments import NOON
from tests.personae import SYSTEM


def lines(session, who, count):
    for place in range(count):
        line = operations.Line(
            kind="charge.single",
            amount=Money(-100 - place),
            status=OperationStatus.done,
            title={"ru": f"Покупка {place}"},
        )
        at = NOON - timedelta(minutes=place // 3)
        operations.write(session, SYSTEM, who.account, line, now=at)


def test_pages_follow_each_other_without_a_gap_or_a_double(session, anna):
    lines(session, anna, 45)

    seen, cursor = [], ""
    while True:
        page = operations.own_history(session, anna.actor, cursor=cursor, rows=7)
        seen += [row.amount.minor for row in page.rows]
        cursor = page.next
        if not cursor:
            break

    assert len(seen) == len(set(seen)) == 45
    whole = operations.own_history(session, anna.actor, rows=50)
    assert seen == [row.amount.minor for row in whole.rows]


def test_lines_that_came_meanwhile_do_not_shift_the_next_page(session, anna):
    lines(session, anna, 10)
    first = operations.own_history(session, anna.actor, rows=5)
    line = operations.Line(kind="top_up", amount=Money(1), status=OperationStatus.done)
    operations.write(session, SYSTEM, anna.account, line, now=NOON + timedelta(minutes=1))

    second = operations.own_history(session, anna.actor, cursor=first.next, rows=5)

    assert {row.id for row in first.rows} & {row.id for row in second.rows} == set()
    assert len(second.rows) == 5


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!",
        pagination.encode("2026-11-24"),
        pagination.encode("not a date", 1),
        pagination.encode("2026-11-24T10:00:00", 1),
        pagination.encode("2026-11-24T10:00:00+00:00", "1"),
        pagination.encode("2026-11-24T10:00:00+00:00", 2**70),
        "[" * 190,
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(session, anna, cursor):
    with pytest.raises(pagination.CursorBroken):
        operations.own_history(session, anna.actor, cursor=cursor)


def test_a_stranger_sees_none_of_annas_operations(session, anna, vera):
    lines(session, anna, 3)
    (first, *_) = operations.own_history(session, anna.actor).rows

    assert operations.own_history(session, vera.actor).rows == []
    with pytest.raises(operations.OperationNotFound):
        operations.operation(session, vera.actor, first.id)
    with pytest.raises(billing_accounts.BillingAccountNotFound):
        operations.history(session, vera.actor, anna.account.id)
