"""What was included, packaged and beyond agrees with a count that takes one minute after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cabinet.domain import usage
from cabinet.domain.base import periods
from cabinet.domain.usage import Account, Piece, Pool, Service, Verdict, rate
from cabinet.kit import clock
from cabinet.models.catalog import Unit
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.using import counting, package, record, used

ZONE = "Europe/Moscow"
ONE, TWO = uuid4(), uuid4()
MONTH = date(2026, 11, 1)
NEXT = date(2026, 12, 1)


def test_what_is_included_goes_first_then_packages_then_beyond():
    pool = Pool(uuid4(), 5, frozenset({ONE}))

    rated = rate([Service(ONE, {MONTH: 10})], [pool], [Piece(MONTH, {ONE: 18}, [pool.id])])

    assert rated.accounts[(ONE, MONTH)] == Account(used=18, included=10, packaged={pool.id: 5}, beyond=3)
    assert rated.left == {pool.id: 0}


def test_what_ends_first_is_used_first():
    early, late = Pool(uuid4(), 5, frozenset({ONE})), Pool(uuid4(), 5, frozenset({ONE}))

    rated = rate([Service(ONE, {})], [late, early], [Piece(MONTH, {ONE: 6}, [early.id, late.id])])

    assert rated.left == {early.id: 0, late.id: 4}


def test_a_period_begins_with_all_that_it_includes():
    service = Service(ONE, {MONTH: 10, NEXT: 10})

    rated = rate([service], [], [Piece(MONTH, {ONE: 12}), Piece(NEXT, {ONE: 12})])

    assert [each.beyond for each in rated.accounts.values()] == [2, 2]


def test_a_package_is_not_for_whom_it_was_not_bought():
    pool = Pool(uuid4(), 5, frozenset({TWO}))

    rated = rate([Service(ONE, {}), Service(TWO, {})], [pool], [Piece(MONTH, {ONE: 3, TWO: 3}, [pool.id])])

    assert (rated.accounts[(ONE, MONTH)].beyond, rated.accounts[(TWO, MONTH)].beyond) == (3, 0)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_used_is_no_account(amount):
    assert rate([Service(ONE, {MONTH: None})], [], [Piece(MONTH, {ONE: amount})]).accounts == {}


@dataclass(frozen=True)
class Call:
    """So many minutes of one of two services, at a moment of two months."""

    service: int
    minute: int
    minutes: int

    @property
    def at(self) -> datetime:
        return clock.start_of(date(2026, 10, 1), ZONE) + timedelta(minutes=self.minute)


@dataclass(frozen=True)
class Bought:
    """A package: from a moment on, for so many days, so many minutes."""

    minute: int
    days: int
    minutes: int

    @property
    def at(self) -> datetime:
        return clock.start_of(date(2026, 10, 1), ZONE) + timedelta(minutes=self.minute)

    @property
    def last(self) -> date:
        return clock.day_of(self.at, ZONE) + timedelta(days=self.days - 1)


SPAN = 54 * 24 * 60
CALLS = st.lists(
    st.builds(
        Call, service=st.integers(0, 1), minute=st.integers(0, SPAN), minutes=st.sampled_from([1, 7, 30, 90, 240])
    ),
    max_size=25,
)
PACKAGES = st.lists(
    st.builds(Bought, minute=st.integers(0, SPAN), days=st.integers(1, 40), minutes=st.sampled_from([1, 10, 100, 500])),
    max_size=4,
)


class Oracle:
    """The oracle: one minute after another, each from the first thing that still has one."""

    def __init__(self, included: Sequence[int], bought: Sequence[tuple[UUID, Bought]], anchor: int) -> None:
        self.whole = included
        self.anchor = anchor
        self.bought = sorted(bought, key=lambda each: (each[1].last, each[1].at, each[0]))
        self.pools = {key: each.minutes for key, each in bought}
        self.tariff: dict[tuple[int, date], int] = {}
        self.beyond: dict[tuple[int, date], int] = {}

    def piece(self, call: Call) -> tuple[date, int]:
        """Return the day and in which part of it the call lies: packages that begin cut the day."""
        day = clock.day_of(call.at, ZONE)
        starts = {each.at for _, each in self.bought if clock.day_of(each.at, ZONE) == day}
        return day, sum(start <= call.at for start in starts)

    def run(self, calls: Sequence[Call]) -> None:
        for call in sorted(calls, key=lambda each: (self.piece(each), each.service, each.at)):
            day = clock.day_of(call.at, ZONE)
            key = (call.service, periods.of_day(day, self.anchor).month)
            for _ in range(call.minutes):
                self.minute(key, call, day)

    def minute(self, key: tuple[int, date], call: Call, day: date) -> None:
        if self.tariff.get(key, 0) < self.whole[key[0]]:
            self.tariff[key] = self.tariff.get(key, 0) + 1
            return
        for pool, each in self.bought:
            if each.at <= call.at and day <= each.last and self.pools[pool]:
                self.pools[pool] -= 1
                return
        self.beyond[key] = self.beyond.get(key, 0) + 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    calls=CALLS, bought=PACKAGES, anchor=st.sampled_from([1, 15, 31]), included=st.tuples(*[st.integers(0, 300)] * 2)
)
def test_any_calls_and_packages_agree_with_a_count_minute_by_minute(session, anna, calls, bought, anchor, included):
    with session.begin_nested() as nested:
        anna.account.anchor_day = anchor
        services = [
            counting(session, anna, code, position=place, included={"minutes": included[place]})
            for place, code in enumerate(("first", "second"))
        ]
        had = [
            (package(session, anna, each.at, each.last, each.minutes, unit=Unit.minutes).id, each) for each in bought
        ]
        sent = [
            record(anna, Unit.minutes, call.minutes * 60, call.at, product=("first", "second")[call.service])
            for call in calls
        ]
        assert set(usage.take_in(session, SYSTEM, sent, now=NOON).verdicts) <= {Verdict.added}
        oracle = Oracle(included, had, anchor)
        oracle.run(calls)

        for place, service in enumerate(services):
            for back in range(3):
                month = clock.month_after(periods.of_day(clock.day_of(NOON, ZONE), anchor).month, -back)
                seen = usage.month(session, anna.actor, service.id, month, now=NOON)
                (found,) = seen.remains
                assert found.beyond == 60 * oracle.beyond.get((place, month), 0)
                assert found.included == 60 * oracle.tariff.get((place, month), 0)
                if back == 0:
                    shown = {each.subscription_id: each.left // 60 for each in found.packages}
                    assert shown == {key: oracle.pools[key] for key in shown}
        nested.rollback()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(1, 23), st.integers(-200, 400)), max_size=30),
    cut=st.integers(0, 24 * 60 - 1),
)
def test_corrections_never_make_a_part_of_a_day_less_than_nothing(session, anna, changes, cut):
    with session.begin_nested() as nested:
        mobile = counting(session, anna, included={"minutes": 100})
        starts = clock.start_of(date(2026, 11, 20), ZONE)
        package(session, anna, starts + timedelta(minutes=cut), date(2026, 11, 30), 50, unit=Unit.minutes)
        total = 0
        for hour, minutes in changes:
            if not minutes:
                continue
            verdict = used(session, anna, "minutes", minutes * 60, starts + timedelta(hours=hour))
            assert verdict is (Verdict.added if total + minutes >= 0 else Verdict.below_zero)
            total += minutes if verdict is Verdict.added else 0

        (found,) = usage.month(session, anna.actor, mobile.id, None, now=NOON).remains

        parts = (found.included, found.packaged, found.beyond)
        assert sum(parts) == found.used == total * 60
        assert min(parts) >= 0
        nested.rollback()


def test_what_vera_uses_draws_on_nothing_of_annas(session, anna, vera):
    mobile = counting(session, anna, included={"minutes": 10})
    counting(session, vera, "veras", included={"minutes": 10})
    package(session, anna, clock.start_of(date(2026, 11, 10), ZONE), date(2026, 11, 30), 50, unit=Unit.minutes)

    used(session, vera, "minutes", 40 * 60, "2026-11-20", product="veras")

    (hers,) = usage.remains(session, vera.actor, vera.account, now=NOON)
    (annas,) = usage.month(session, anna.actor, mobile.id, None, now=NOON).remains
    assert (hers.included, hers.packaged, hers.beyond) == (600, 0, 1800)
    assert (annas.used, [each.left for each in annas.packages]) == (0, [3000])
