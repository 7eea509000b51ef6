from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from cabinet.domain import ledger
from cabinet.domain.base.actor import Actor
from cabinet.kit.money import Money
from cabinet.models.people import Person
from tests.moments import NOON

SYSTEM = Actor.system("test")
ACQUIRER = ledger.SystemAccount("acquirer:sandbox")
REVENUE = ledger.SystemAccount("revenue:internet")


def person(session, name):
    someone = Person(family_name=name, given_name=name, created_at=NOON)
    session.add(someone)
    session.flush()
    return someone


def account(session, owner=None, *, floor=0, name=None):
    return ledger.open_account(
        session,
        SYSTEM,
        name or f"customer:{uuid4().hex}",
        currency="RUB",
        zone="Europe/Moscow",
        owner_id=owner,
        floor_minor=floor,
        now=NOON,
    ).id


def move(session, debit, credit, minor, *, key=None, kind="payment.card", actor=SYSTEM, now=NOON):
    entry = ledger.Entry(key or uuid4().hex, kind, [ledger.Move(debit, credit, Money(minor))])
    return ledger.post(session, actor, entry, now=now)


def on(session, account_id):
    return ledger.balance(session, SYSTEM, account_id).amount


def test_money_that_one_account_gains_another_loses(session):
    annas = account(session)

    move(session, ACQUIRER, annas, 500_00)

    assert on(session, annas) == Money(500_00)
    assert on(session, ACQUIRER.id) == Money(-500_00)
    assert ledger.verify(session) == []


def test_more_than_there_is_is_refused_and_nothing_moves(session):
    annas = account(session)
    move(session, ACQUIRER, annas, 100_00)

    with pytest.raises(ledger.InsufficientFunds) as refused, session.begin_nested():
        move(session, annas, REVENUE, 100_01)

    assert refused.value.details == {"available": Money(100_00)}
    assert on(session, annas) == Money(100_00)


def test_an_agreed_credit_lowers_the_floor(session):
    annas = account(session, floor=-300_00)

    move(session, annas, REVENUE, 300_00)

    assert on(session, annas) == Money(-300_00)
    with pytest.raises(ledger.InsufficientFunds):
        move(session, annas, REVENUE, 1)


def test_the_same_key_posts_once(session):
    annas = account(session)

    first = move(session, ACQUIRER, annas, 500_00, key="payment:1")
    second = move(session, ACQUIRER, annas, 500_00, key="payment:1")

    assert (second.id, second.replayed) == (first.id, True)
    assert on(session, annas) == Money(500_00)


def test_the_same_key_with_another_amount_is_refused(session):
    annas = account(session)
    move(session, ACQUIRER, annas, 500_00, key="payment:1")

    with pytest.raises(ledger.KeyReused):
        move(session, ACQUIRER, annas, 500_01, key="payment:1")


@pytest.mark.parametrize("minor", [0, -1])
def test_an_amount_that_is_not_positive_is_a_bug(session, minor):
    annas = account(session)

    with pytest.raises(ValueError, match="positive"):
        move(session, ACQUIRER, annas, minor)


def test_an_account_never_pays_itself(session):
    annas = account(session)

    with pytest.raises(ValueError, match="two accounts"):
        move(session, annas, annas, 100)


def test_a_correction_is_a_mirror_and_happens_once(session):
    annas = account(session)
    paid = move(session, ACQUIRER, annas, 500_00)

    ledger.reverse(session, SYSTEM, paid.id, key="correction:1", now=NOON)

    assert on(session, annas) == Money(0)
    with pytest.raises(IntegrityError):
        ledger.reverse(session, SYSTEM, paid.id, key="correction:2", now=NOON)


def test_held_money_stays_and_cannot_be_spent(session):
    annas = account(session)
    move(session, ACQUIRER, annas, 500_00)

    ledger.hold(
        session, SYSTEM, annas, Money(300_00), key="refund:1", about="", until=NOON + timedelta(days=1), now=NOON
    )

    balance = ledger.balance(session, SYSTEM, annas)
    assert (balance.amount, balance.held, balance.available) == (Money(500_00), Money(300_00), Money(200_00))
    with pytest.raises(ledger.InsufficientFunds):
        move(session, annas, REVENUE, 200_01)


def test_a_hold_is_posted_or_voided_exactly_once(session):
    annas = account(session)
    move(session, ACQUIRER, annas, 500_00)
    until = NOON + timedelta(days=1)
    held = ledger.hold(session, SYSTEM, annas, Money(500_00), key="refund:1", about="", until=until, now=NOON)
    back = ledger.Entry("refund:1", "refund", [ledger.Move(annas, ACQUIRER, Money(500_00))], releases=held.id)

    ledger.post(session, SYSTEM, back, now=NOON)

    assert ledger.balance(session, SYSTEM, annas) == ledger.Balance(Money(0), Money(0), Money(0))
    with pytest.raises(ledger.HoldClosed):
        ledger.void(session, SYSTEM, held.id, now=NOON)
    assert ledger.verify(session) == []


def test_a_voided_hold_gives_the_money_back(session):
    annas = account(session)
    move(session, ACQUIRER, annas, 500_00)
    until = NOON + timedelta(days=1)
    held = ledger.hold(session, SYSTEM, annas, Money(500_00), key="refund:1", about="", until=until, now=NOON)

    ledger.void(session, SYSTEM, held.id, now=NOON)

    assert ledger.balance(session, SYSTEM, annas).available == Money(500_00)


def test_turnovers_are_kept_by_the_accounts_own_months(session):
    annas = account(session)
    last_minute_of_november_in_moscow = NOON.replace(day=30, hour=20, minute=59)
    first_minute_of_december_in_moscow = NOON.replace(day=30, hour=21, minute=0)
    move(session, ACQUIRER, annas, 100_00, now=last_minute_of_november_in_moscow)
    move(session, ACQUIRER, annas, 7_00, now=first_minute_of_december_in_moscow)
    move(session, annas, REVENUE, 30_00, kind="charge.internet", now=first_minute_of_december_in_moscow)

    turnovers = ledger.turnovers(session, SYSTEM, annas, since=date(2026, 11, 5))

    assert [(t.month, t.kind, t.lost.minor, t.gained.minor) for t in turnovers] == [
        (date(2026, 11, 1), "payment.card", 0, 100_00),
        (date(2026, 12, 1), "charge.internet", 30_00, 0),
        (date(2026, 12, 1), "payment.card", 0, 7_00),
    ]


def test_a_stranger_neither_sees_nor_spends_annas_money(session):
    anna, vera = person(session, "Anna"), person(session, "Vera")
    annas, veras = account(session, anna.id), account(session, vera.id)
    move(session, ACQUIRER, annas, 500_00)
    stranger = Actor.customer(vera.id)

    with pytest.raises(ledger.AccountNotFound):
        ledger.balance(session, stranger, annas)
    with pytest.raises(ledger.AccountNotFound):
        ledger.turnovers(session, stranger, annas, since=date(2026, 1, 1))
    with pytest.raises(ledger.AccountNotFound), session.begin_nested():
        move(session, annas, veras, 1_00, actor=stranger)
    assert on(session, annas) == Money(500_00)


def test_a_stranger_does_not_learn_from_a_refusal_how_much_there_is(session):
    anna, vera = person(session, "Anna"), person(session, "Vera")
    annas, veras = account(session, anna.id), account(session, vera.id)
    move(session, ACQUIRER, annas, 500_00)

    with pytest.raises(ledger.AccountNotFound):
        move(session, annas, veras, 500_01, actor=Actor.customer(vera.id))


def test_an_entry_in_two_currencies_cannot_slip_through_one_account(session):
    annas = account(session)
    moves = [ledger.Move(ACQUIRER, annas, Money(500_00)), ledger.Move(ACQUIRER, annas, Money(3, "PTS"))]

    with pytest.raises(TypeError, match="RUB"):
        ledger.post(session, SYSTEM, ledger.Entry("mixed", "payment", moves), now=NOON)


@pytest.mark.parametrize("table", ["ledger_row", "ledger_transaction"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_database_itself_refuses_to_change_the_past(session, table, deed):
    move(session, ACQUIRER, account(session), 500_00)

    with pytest.raises(IntegrityError, match="append-only"):
        session.execute(text(deed.format(table)))


@pytest.mark.parametrize(
    ("damage", "invariant"),
    [
        ("UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE name LIKE 'customer:%'", "L1"),
        ("UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE name LIKE 'customer:%'", "L2"),
        ("UPDATE ledger_account SET held_minor = 1 WHERE name LIKE 'customer:%'", "L9"),
        ("UPDATE ledger_month SET credit_minor = credit_minor + 1", "L13"),
    ],
)
def test_the_proof_names_what_was_damaged(session, damage, invariant):
    move(session, ACQUIRER, account(session), 500_00)

    session.execute(text(damage))

    assert invariant in {fault.invariant.split()[0] for fault in ledger.verify(session)}
