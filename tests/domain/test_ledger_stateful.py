"""The ledger against a model in plain integers: random deeds, right and wrong, and after each the two must agree.

A failure prints the shortest story that Hypothesis finds, and how to play it again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from cabinet.domain import ledger
from cabinet.domain.base.actor import Actor
from cabinet.domain.ledger import posting
from cabinet.kit.money import Money
from cabinet.models.ledger import HoldStatus, LedgerAccount, LedgerHold, LedgerMonth, LedgerRow
from cabinet.models.people import Person
from tests.moments import NOON

SYSTEM = Actor.system("test")
CURRENCIES = ("RUB", "PTS")
ROLES = ("acquirer:sandbox", "revenue:internet")
ZONES = ("Europe/Moscow", "Asia/Vladivostok")
MOMENTS = (
    NOON,
    datetime(2026, 11, 30, 13, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 30, 14, 0, tzinfo=UTC),
    datetime(2026, 11, 30, 20, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 30, 21, 0, tzinfo=UTC),
)
"""Around the ends of November in both zones."""
KINDS = ("payment", "charge.internet")

amounts = st.one_of(st.integers(1, 300), st.sampled_from([1, 10**12]))


@dataclass(eq=False)
class Account:
    """What the model knows of an account."""

    name: str
    who: ledger.Account
    currency: str
    zone: str
    floor: int | None = None
    owner: UUID | None = None
    balance: int = 0
    held: int = 0


@dataclass(eq=False)
class Hold:
    key: str
    id: UUID
    account: Account
    amount: int
    status: str = "open"


@dataclass(eq=False)
class Done:
    """A posted entry, as the model remembers it."""

    entry: ledger.Entry
    moves: list[tuple[Account, Account, int, str]]
    id: UUID
    reversed: bool = False


@dataclass
class Books:
    """The whole model: plain integers, and no database."""

    accounts: list[Account] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    months: dict[tuple[str, date, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    used: set[str] = field(default_factory=set)
    """Names of the system's accounts that something was posted to."""

    def refusals(self, moves: list[tuple[Account, Account, int, str]], actor: Actor, freed: Hold | None) -> set[type]:
        """Return how a new entry may be refused; it must be done when there is no way."""
        ways: set[type] = set()
        for account in {each for move in moves for each in move[:2]}:
            lost = sum(minor for debit, _, minor, _ in moves if debit is account)
            gained = sum(minor for _, credit, minor, _ in moves if credit is account)
            change = gained - lost + (freed.amount if freed is not None and freed.account is account else 0)
            if any(currency != account.currency for debit, credit, _, currency in moves if account in (debit, credit)):
                ways.add(TypeError)
            if lost and actor.id is not None and account.owner not in (None, actor.id):
                ways.add(ledger.AccountNotFound)
            elif change < 0 and account.floor is not None and account.balance - account.held + change < account.floor:
                ways.add(ledger.InsufficientFunds)
        return ways

    def note(self, done: Done, freed: Hold | None, now: datetime) -> None:
        """Do in the model what the ledger has done."""
        for debit, credit, minor, _ in done.moves:
            debit.balance -= minor
            credit.balance += minor
            self.months[debit.name, _month(now, debit.zone), done.entry.kind][0] += minor
            self.months[credit.name, _month(now, credit.zone), done.entry.kind][1] += minor
            self.used |= {debit.name, credit.name}
        if freed is not None:
            freed.account.held -= freed.amount
            freed.status = "posted"
        self.done.append(done)


def _month(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date().replace(day=1)


class LedgerMachine(RuleBasedStateMachine):
    """One transaction of deeds, each in a savepoint that a refusal rolls back."""

    session: Session
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.books = Books()

    @initialize()
    def people_come(self) -> None:
        type(self).steps -= 1  # This one is not counted.
        for name in ("Anna", "Vera"):
            person = Person(id=uuid4(), family_name=name, given_name=name, created_at=NOON)
            self.session.add(person)
            self.session.flush()
            for currency, zone, floor in (("RUB", ZONES[0], 0), ("RUB", ZONES[1], -100), ("PTS", ZONES[0], 0)):
                self._open(currency, zone, floor, person.id)
        for currency in CURRENCIES:
            for role in ROLES:
                system = ledger.SystemAccount(role, currency)
                self.books.accounts.append(Account(system.name, system, currency, "Europe/Moscow"))
        # Money to begin with, or the first deeds are nothing but refusals.
        for account in self._customers():
            self._post([(self._system(account.currency), account, 500, account.currency)], SYSTEM, "payment", NOON)

    @rule(currency=st.sampled_from(CURRENCIES), zone=st.sampled_from(ZONES), floor=st.sampled_from([None, 0, -250]))
    def account_is_opened(self, currency: str, zone: str, floor: int | None) -> None:
        if len(self.books.accounts) < 16:
            self._open(currency, zone, floor, None)

    @rule(data=st.data(), minor=amounts, kind=st.sampled_from(KINDS), now=st.sampled_from(MOMENTS))
    def customer_tops_up(self, data: st.DataObject, minor: int, kind: str, now: datetime) -> None:
        account = data.draw(st.sampled_from(self._customers()))
        self._post([(self._system(account.currency), account, minor, account.currency)], SYSTEM, kind, now)

    @rule(data=st.data(), kind=st.sampled_from(KINDS), now=st.sampled_from(MOMENTS))
    def money_moves(self, data: st.DataObject, kind: str, now: datetime) -> None:
        """Several moves at once, between accounts of one currency or, now and then, of two: that is refused."""
        moves = []
        for _ in range(data.draw(st.integers(1, 4))):
            debit = data.draw(st.sampled_from(self.books.accounts))
            mixed = data.draw(st.integers(0, 19)) == 0
            others = [each for each in self.books.accounts if each is not debit]
            alike = [each for each in others if each.currency == debit.currency]
            credit = data.draw(st.sampled_from(others if mixed or not alike else alike))
            currency = data.draw(st.sampled_from(CURRENCIES)) if mixed else debit.currency
            moves.append((debit, credit, data.draw(amounts), currency))
        self._post(moves, SYSTEM, kind, now)

    @rule(data=st.data(), minor=amounts, now=st.sampled_from(MOMENTS))
    def customer_transfers(self, data: st.DataObject, minor: int, now: datetime) -> None:
        """A customer gives to another account; out of a stranger's pocket it is refused."""
        whose = data.draw(st.sampled_from([each for each in self._customers() if each.owner is not None]))
        debit = data.draw(st.sampled_from(self._customers()))
        others = [each for each in self.books.accounts if each is not debit and each.currency == debit.currency]
        credit = data.draw(st.sampled_from(others))
        self._post([(debit, credit, minor, debit.currency)], Actor.customer(whose.owner), "transfer", now)

    @precondition(lambda self: self.books.done)
    @rule(data=st.data(), now=st.sampled_from(MOMENTS))
    def entry_comes_again(self, data: st.DataObject, now: datetime) -> None:
        known = data.draw(st.sampled_from(self.books.done))

        posted = self._do(set(), lambda: ledger.post(self.session, SYSTEM, known.entry, now=now))

        assert posted == ledger.Posted(known.id, replayed=True)

    @precondition(lambda self: self.books.done)
    @rule(data=st.data(), now=st.sampled_from(MOMENTS))
    def key_comes_with_another_body(self, data: st.DataObject, now: datetime) -> None:
        known = data.draw(st.sampled_from(self.books.done)).entry
        first, *rest = known.moves
        richer = replace(first, amount=first.amount + Money(1, first.amount.currency))
        changed = data.draw(
            st.sampled_from(
                [
                    replace(known, moves=[richer, *rest]),
                    replace(known, moves=[replace(first, debit=first.credit, credit=first.debit), *rest]),
                    replace(known, kind="another"),
                    replace(known, about="another"),
                ]
            )
        )

        self._do({ledger.KeyReused}, lambda: ledger.post(self.session, SYSTEM, changed, now=now))

    @rule(data=st.data(), minor=amounts)
    def money_is_held(self, data: st.DataObject, minor: int) -> None:
        account = data.draw(st.sampled_from(self._customers()))
        key = uuid4().hex
        short = account.floor is not None and account.balance - account.held - minor < account.floor

        held = self._hold({ledger.InsufficientFunds} if short else set(), key, account, minor)

        if held is not None:
            account.held += minor
            self.books.holds.append(Hold(key, held.id, account, minor))

    @precondition(lambda self: self.books.holds)
    @rule(data=st.data(), more=st.sampled_from([0, 1]))
    def hold_comes_again(self, data: st.DataObject, more: int) -> None:
        known = data.draw(st.sampled_from(self.books.holds))

        held = self._hold({ledger.KeyReused} if more else set(), known.key, known.account, known.amount + more)

        assert held is None or held.id == known.id

    @precondition(lambda self: self.books.holds)
    @rule(data=st.data(), now=st.sampled_from(MOMENTS))
    def hold_is_posted(self, data: st.DataObject, now: datetime) -> None:
        """In full, in part or for more than was held, and sometimes for the second time."""
        held = data.draw(st.sampled_from(self.books.holds))
        minor = data.draw(
            st.sampled_from([held.amount, max(held.amount - 1, 1), held.amount + 1, held.amount + 10_000])
        )
        moves = [(held.account, self._system(held.account.currency), minor, held.account.currency)]
        self._post(moves, SYSTEM, "refund", now, releases=held)

    @precondition(lambda self: self.books.holds)
    @rule(data=st.data())
    def hold_is_voided(self, data: st.DataObject) -> None:
        held = data.draw(st.sampled_from(self.books.holds))
        expected = set() if held.status == "open" else {ledger.HoldClosed}

        self._do(expected, lambda: ledger.void(self.session, SYSTEM, held.id, now=NOON))

        if not expected:
            held.status = "voided"
            held.account.held -= held.amount

    @precondition(lambda self: self.books.done)
    @rule(data=st.data(), now=st.sampled_from(MOMENTS))
    def entry_is_reversed(self, data: st.DataObject, now: datetime) -> None:
        """Each once, the reversal of a reversal too."""
        origin = data.draw(st.sampled_from(self.books.done))
        moves = [(credit, debit, minor, currency) for debit, credit, minor, currency in origin.moves]
        expected = {IntegrityError} if origin.reversed else self.books.refusals(moves, SYSTEM, None)
        key = uuid4().hex

        posted = self._do(expected, lambda: ledger.reverse(self.session, SYSTEM, origin.id, key=key, now=now))

        if posted is not None:
            assert not posted.replayed
            origin.reversed = True
            entry = replace(origin.entry, key=key, moves=_entered(moves), reverses=origin.id, releases=None)
            self.books.note(Done(entry, moves, posted.id), None, now)

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        type(self).steps += 1
        rows = self.session.execute(
            select(col(LedgerAccount.name), col(LedgerAccount.balance_minor), col(LedgerAccount.held_minor))
        )
        found = {name: (balance, held) for name, balance, held in rows}
        expected = {
            each.name: (each.balance, each.held)
            for each in self.books.accounts
            if not isinstance(each.who, ledger.SystemAccount) or each.name in self.books.used
        }
        assert found == expected

    def teardown(self) -> None:
        try:
            self._everything_is_as_in_the_model()
        finally:
            self.session.rollback()
            self.session.expunge_all()

    def _everything_is_as_in_the_model(self) -> None:
        assert ledger.verify(self.session) == []
        names = dict(self.session.execute(select(col(LedgerAccount.id), col(LedgerAccount.name))).all())
        rows = self.session.execute(
            select(
                col(LedgerRow.transaction_id),
                col(LedgerRow.debit_account_id),
                col(LedgerRow.credit_account_id),
                col(LedgerRow.amount_minor),
                col(LedgerRow.currency),
            ).order_by(col(LedgerRow.id))
        )
        found = [(row[0], names[row[1]], names[row[2]], row[3], row[4]) for row in rows]
        assert found == [
            (done.id, debit.name, credit.name, minor, currency)
            for done in self.books.done
            for debit, credit, minor, currency in done.moves
        ]
        holds = self.session.execute(select(col(LedgerHold.id), col(LedgerHold.status)))
        assert dict(holds.all()) == {held.id: HoldStatus(held.status) for held in self.books.holds}
        months = self.session.scalars(select(LedgerMonth))
        assert {
            (names[row.account_id], row.month, row.kind): [row.debit_minor, row.credit_minor] for row in months
        } == (dict(self.books.months))

    def _post(
        self,
        moves: list[tuple[Account, Account, int, str]],
        actor: Actor,
        kind: str,
        now: datetime,
        releases: Hold | None = None,
    ) -> None:
        entry = ledger.Entry(
            uuid4().hex, kind, _entered(moves), f"about:{kind}", releases=releases.id if releases else None
        )
        if releases is not None and releases.status != "open":
            expected: set[type] = {ledger.HoldClosed}
        else:
            expected = self.books.refusals(moves, actor, releases)

        posted = self._do(expected, lambda: ledger.post(self.session, actor, entry, now=now))

        if posted is not None:
            assert not posted.replayed
            self.books.note(Done(entry, moves, posted.id), releases, now)

    def _hold(self, expected: set[type], key: str, account: Account, minor: int) -> LedgerHold | None:
        until = NOON + timedelta(days=1)
        return self._do(
            expected,
            lambda: ledger.hold(
                self.session,
                SYSTEM,
                account.who,
                Money(minor, account.currency),
                key=key,
                about="",
                until=until,
                now=NOON,
            ),
        )

    def _do(self, expected, deed):
        """Do it in a savepoint: refused in one of the expected ways, or done and nothing was expected."""
        refused, outcome = None, None
        try:
            with self.session.begin_nested():
                outcome = deed()
        except Exception as refusal:
            refused = refusal
        assert type(refused) in (expected or {type(None)}), f"{refused!r}, and expected was {expected}"
        return outcome

    def _open(self, currency: str, zone: str, floor: int | None, owner: UUID | None) -> None:
        name = f"customer:{len(self.books.accounts)}"
        made = ledger.open_account(
            self.session, SYSTEM, name, currency=currency, zone=zone, owner_id=owner, floor_minor=floor, now=NOON
        )
        self.books.accounts.append(Account(name, made.id, currency, zone, floor, owner))

    def _customers(self) -> list[Account]:
        return [each for each in self.books.accounts if not isinstance(each.who, ledger.SystemAccount)]

    def _system(self, currency: str) -> Account:
        return next(each for each in self.books.accounts if each.name == f"system:{ROLES[0]}:{currency}")


def _entered(moves: list[tuple[Account, Account, int, str]]) -> list[ledger.Move]:
    return [ledger.Move(debit.who, credit.who, Money(minor, currency)) for debit, credit, minor, currency in moves]


def walk(session: Session, *, examples: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)) -> int:
    """Let the machine run; return how many steps it took: examples may end early, as chance will have it."""
    machine = type("Machine", (LedgerMachine,), {"session": session, "steps": 0})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            report_multiple_bugs=False,
            phases=[phase for phase in phases if phase is not Phase.explain],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine.steps


def walk_far(session: Session, *, far: int, steps: int) -> None:
    """Let the machine run until it has taken so many steps, a hundred examples at a time."""
    walked = 0
    while walked < far:
        walked += walk(session, examples=100, steps=steps)


def test_the_ledger_agrees_with_the_model(session):
    walk_far(session, far=100 * 50, steps=50)


@pytest.mark.audit
def test_the_ledger_agrees_with_the_model_for_long(session):
    walk_far(session, far=20_000, steps=100)


# The machine has teeth: a ledger that forgets something is caught.


def forgets_the_duplicate(monkeypatch):
    claim = posting._claim

    def under_another_key(connection, entry, request_hash, now):
        return claim(connection, entry, request_hash, now) or claim(
            connection, replace(entry, key=uuid4().hex), request_hash, now
        )

    monkeypatch.setattr(posting, "_claim", under_another_key)


def forgets_to_compare_bodies(monkeypatch):
    def replay(connection, key, _request_hash):
        return posting.Posted(connection.execute(posting._BY_KEY, {"key": key}).one().id, replayed=True)

    monkeypatch.setattr(posting, "_replay", replay)


def forgets_the_overdraft(monkeypatch):
    """And the constraint of the table with it: the floor is gone from every account."""
    open_account = ledger.open_account

    def without_a_floor(*args, **more):
        return open_account(*args, **more | {"floor_minor": None})

    monkeypatch.setattr(ledger, "open_account", without_a_floor)


def forgets_what_is_held(monkeypatch):
    apply = posting._apply

    def without_holds(connection, actor, touch, now):
        touch.freed = 0
        apply(connection, actor, touch, now)

    monkeypatch.setattr(posting, "_apply", without_holds)


def forgets_to_close_a_hold(monkeypatch):
    def left_open(connection, hold_id, _status, now):
        return connection.execute(posting._CLOSE_HOLD, {"hold": hold_id, "to": HoldStatus.open, "now": now}).one()

    monkeypatch.setattr(posting, "_close_hold", left_open)


def forgets_whose_money_it_is(monkeypatch):
    apply = posting._apply
    monkeypatch.setattr(posting, "_apply", lambda connection, _actor, touch, now: apply(connection, SYSTEM, touch, now))


def forgets_the_zone(monkeypatch):
    month = posting._month

    def by_utc(kind, touch, now):
        return month(kind, replace(touch, zone="UTC"), now)

    monkeypatch.setattr(posting, "_month", by_utc)


def writes_the_running_balance_before_the_row(monkeypatch):
    row = posting._row

    def shifted(transaction_id, move, touches):
        written = row(transaction_id, move, touches)
        return written | {"debit_after_minor": written["debit_after_minor"] + written["amount_minor"]}

    monkeypatch.setattr(posting, "_row", shifted)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "mutation",
    [
        forgets_the_duplicate,
        forgets_to_compare_bodies,
        forgets_the_overdraft,
        forgets_what_is_held,
        forgets_to_close_a_hold,
        forgets_whose_money_it_is,
        forgets_the_zone,
        writes_the_running_balance_before_the_row,
    ],
)
def test_a_ledger_that_forgets_something_is_caught(session, monkeypatch, mutation):
    mutation(monkeypatch)

    with pytest.raises(AssertionError):
        walk(session, examples=50, steps=30, phases=(Phase.generate,))
