"""Tariffs tried on agree with a replay that takes one record after another and knows nothing of days or pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cabinet.domain import tariffs, usage
from cabinet.domain.billing_accounts import BillingAccountNotFound
from cabinet.kit import clock
from cabinet.models.catalog import UNLIMITED
from tests.fitting import MONTHS, asked, bought, fitted, since_may, tariff
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.using import GB, moscow, record

ZONE = "Europe/Moscow"
HOURS = 184 * 24
"""From May to October."""


@dataclass(frozen=True)
class Sold:
    """A tariff of the test: its price, what it includes of minutes and gigabytes, what one more costs (0: none)."""

    minor: int
    minutes: int
    minute_minor: int
    gigabytes: int
    gigabyte_minor: int

    @property
    def terms(self) -> dict[str, object]:
        overage = {"minutes": self.minute_minor, "gigabytes": self.gigabyte_minor}
        included = {"minutes": self.minutes, "gigabytes": self.gigabytes}
        return {
            "included": included,
            "overage": {unit: minor for unit, minor in overage.items() if minor and included[unit] != UNLIMITED},
        }


@dataclass(frozen=True)
class Used:
    """A record: how many hours after the first of May, in base units."""

    hour: int
    unit: str
    amount: int

    @property
    def at(self) -> datetime:
        return moscow("2026-05-01 00:00") + timedelta(hours=self.hour)


@dataclass(frozen=True)
class Package:
    """Gigabytes for the rest of a month, bought in the middle of an hour."""

    hour: int
    gigabytes: int

    @property
    def at(self) -> datetime:
        return moscow("2026-05-01 00:00") + timedelta(hours=self.hour, minutes=30)

    @property
    def month(self) -> date:
        return clock.month_of(self.at, ZONE)


SOLD = st.builds(
    Sold,
    minor=st.integers(0, 900_00),
    minutes=st.sampled_from([UNLIMITED, 0, 30, 200]),
    minute_minor=st.sampled_from([0, 1_50, 2_00]),
    gigabytes=st.sampled_from([UNLIMITED, 0, 3, 10]),
    gigabyte_minor=st.sampled_from([0, 90_00]),
)
CALLS = st.builds(Used, hour=st.integers(0, HOURS - 1), unit=st.just("minutes"), amount=st.integers(1, 9_000))
TRAFFIC = st.builds(Used, hour=st.integers(0, HOURS - 1), unit=st.just("gigabytes"), amount=st.integers(1, 4 * GB))
PACKAGES = st.lists(st.builds(Package, hour=st.integers(0, HOURS - 1), gigabytes=st.integers(1, 4)), max_size=3)
BASE = {"minutes": 60, "gigabytes": GB}
PRICE = 100_00
"""Of a package."""


class Replay:
    """One tariff: each record takes from what is included, then from packages, then goes beyond."""

    def __init__(self, sold: Sold, packages: Sequence[Package], records: Sequence[Used]) -> None:
        self.sold = sold
        self.left = [each.gigabytes * GB for each in packages]
        self.touched = [False] * len(packages)
        self.inside: dict[tuple[str, date], int] = {}
        self.beyond: dict[tuple[str, date], int] = {}
        self.spent: dict[tuple[str, date], date] = {}
        order = sorted(range(len(packages)), key=lambda place: (packages[place].month, packages[place].at))
        for each in sorted(records, key=lambda one: (one.at, one.unit, one.amount)):
            key = (each.unit, clock.month_of(each.at, ZONE))
            whole = {"minutes": sold.minutes, "gigabytes": sold.gigabytes}[each.unit]
            room = each.amount if whole == UNLIMITED else whole * BASE[each.unit] - self.inside.get(key, 0)
            taken = min(each.amount, room)
            self.inside[key] = self.inside.get(key, 0) + taken
            rest = each.amount - taken
            if rest:
                self.spent.setdefault(key, clock.day_of(each.at, ZONE))
            for place in order if each.unit == "gigabytes" else ():
                package = packages[place]
                if package.at <= each.at and package.month == key[1]:
                    part = min(rest, self.left[place])
                    self.left[place] -= part
                    self.touched[place] |= part > 0
                    rest -= part
            self.beyond[key] = self.beyond.get(key, 0) + rest

    def extra(self, month: date) -> int:
        prices = {"minutes": self.sold.minute_minor, "gigabytes": self.sold.gigabyte_minor}
        return sum(
            -(-amount // BASE[unit]) * prices[unit]
            for (unit, where), amount in self.beyond.items()
            if where == month and {"minutes": self.sold.minutes, "gigabytes": self.sold.gigabytes}[unit] != UNLIMITED
        )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sold=st.lists(SOLD, min_size=2, max_size=4),
    records=st.lists(CALLS | TRAFFIC, min_size=1, max_size=40),
    packages=PACKAGES,
)
def test_any_half_year_agrees_with_a_replay_record_by_record(session, anna, sold, records, packages):
    with session.begin_nested() as nested:
        products = [
            tariff(session, f"mobile-{place}", each.minor, position=place, **each.terms)
            for place, each in enumerate(sold)
        ]
        since_may(session, anna, products[0])
        sent = [record(anna, each.unit, each.amount, each.at, product="mobile-0") for each in records]
        assert set(usage.take_in(session, SYSTEM, sent, now=NOON).verdicts) == {"added"}
        for each in packages:
            bought(session, anna, each.at, each.gigabytes, PRICE)
        asked(session, anna)
        really = Replay(sold[0], packages, records)

        found = fitted(session, anna)

        first = min(clock.month_of(each.at, ZONE) for each in records)
        assert [span.month for span in found.spans] == [month for month in MONTHS if month >= first]
        for fit in found.fits:
            place = int(fit.tariff.product.code.removeprefix("mobile-"))
            replay = Replay(sold[place], packages, records)
            needed = [
                each.month
                for each, was, would in zip(packages, really.touched, replay.touched, strict=True)
                if would or not was
            ]
            for month in fit.months:
                assert month.cost.minor == sold[place].minor + replay.extra(month.month) + PRICE * needed.count(
                    month.month
                )
                paid = sum(each.month == month.month for each in packages)
                assert month.charged.minor == sold[0].minor + really.extra(month.month) + PRICE * paid
            ran_out = {(str(each.unit), each.month): each.day for each in fit.shortages}
            assert ran_out == {key: day for key, day in replay.spent.items() if key[1] >= first}
            assert fit.total.minor == sum(each.cost.minor for each in fit.months)
        averages = [fit.total.minor for fit in found.fits]
        assert averages == sorted(averages)
        nested.rollback()


def test_vera_cannot_have_annas_months_replayed(session, anna, vera):
    since_may(session, anna, tariff(session, "mobile", 450_00, included={"minutes": 10}))
    found = tariffs.listed(session, anna.actor, anna.account, now=NOON)

    with pytest.raises(BillingAccountNotFound):
        tariffs.fit(session, vera.actor, anna.account, found, now=NOON)
