"""Ten years of billing over the time table: every day of every service is asked for, none of them twice.

The rounds are what the job does each night. They stay away for weeks, come twice, are broken off in the middle, and
their clock goes back; customers move to other zones. The oracle counts the days one by one.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import select

from cabinet.domain import billing, billing_accounts, ledger, services
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Refusal
from cabinet.models.billing import BillingAccount, Invoice, InvoiceLine, InvoiceStatus
from cabinet.models.people import StaffRole
from cabinet.models.services import Subscription
from tests import oracle, personae
from tests.personae import SYSTEM
from tests.serving import had, offer

ZONES: Final = (
    "Europe/Moscow",
    "Asia/Yekaterinburg",
    "Asia/Kamchatka",
    "Europe/Kaliningrad",
    "America/New_York",
    "Europe/Berlin",
    "Pacific/Apia",
    "Asia/Kathmandu",
)
ANCHORS: Final = (1, 5, 15, 28, 29, 30, 31)
PRICES: Final = {"internet": 800_00, "mobile": 449_99, "tv": 310_01}
BEGIN: Final = datetime(2026, 11, 24, 23, 20, tzinfo=UTC)
"""02:20 of the 25th in Moscow: when the round of the night comes."""
YEARS: Final = timedelta(days=3653)
TOGETHER: Final = 10


Off = Callable[[int], int]
CLERK: Final = Actor.staff(UUID(int=7), StaffRole.finance)


class Killed(Exception):
    """The process dies before the commit."""


@dataclass(frozen=True, slots=True)
class Payer:
    """An account of the time table, and from when to when it has which services."""

    account: BillingAccount
    spans: dict[str, tuple[date, date | None]]
    services: dict[str, Subscription]
    off: dict[str, list[tuple[date, date, Off]]] = field(default_factory=lambda: defaultdict(list))
    """What is off the price of a period by service: from a day on, to a day, how much."""

    def off_of(self, code: str, day: date) -> int:
        """Return how much is off the price on a day."""
        found = [off(PRICES[code]) for since, until, off in self.off[code] if since <= day < until]
        assert len(found) <= 1
        return found[0] if found else 0


def payers(session, table, chance) -> list[Payer]:
    """Open an account for each zone and anchor; the mobile comes some day, the television goes some day."""
    products = {code: offer(session, code, minor, category=code) for code, minor in PRICES.items()}
    found = []
    for place, (zone, anchor) in enumerate(table):
        digits = f"{8_000_000 + place}"
        who = personae.customer(session, "Анна", number=digits, phone=f"+7900{digits}", email=f"{digits}@example.ru")
        who.account.zone, who.account.anchor_day = zone, anchor
        personae.give(session, who, 10_000_000_00)
        first = oracle.period(date(2026, 12, 24), anchor)[0]
        later = first + timedelta(days=chance.randrange(1_000))
        spans = {"internet": (first, None), "mobile": (later, None), "tv": (first, later)}
        services = {code: had(session, who, products[code], charged_until=since) for code, (since, _) in spans.items()}
        services["tv"].ends_on = later
        session.add(services["tv"])
        found.append(Payer(who.account, spans, services))
    return found


def nights(chance, every) -> Iterator[datetime]:
    """Tell when the rounds come: at night, in so many days at most, now twice, now by a clock that went back."""
    now = BEGIN
    while now < BEGIN + YEARS:
        yield now
        if chance.random() < 0.05:
            yield now
        if chance.random() < 0.05:
            yield now - timedelta(hours=chance.randrange(1, 72))
        now += timedelta(days=chance.randrange(20, 45) if chance.random() < 0.005 else chance.randint(1, every))


def bill(database, ids, chance, now) -> None:
    """Do what the job does with a page, ten accounts at a time; one in twenty tries dies before its commit."""
    for at in range(0, len(ids), TOGETHER):
        some = ids[at : at + TOGETHER]
        if chance.random() < 0.05:
            with pytest.raises(Killed):
                database.run(killed, billing.bill, some, now=now)
        database.run(billing.bill, SYSTEM, some, now=now)


def settle(database, ids, chance, now) -> None:
    for at in range(0, len(ids), TOGETHER):
        some = ids[at : at + TOGETHER]
        if chance.random() < 0.05:
            with pytest.raises(Killed):
                database.run(killed, settle_some, some, now=now)
        database.run(settle_some, SYSTEM, some, now=now)


def settle_some(session, actor, some, *, now) -> None:
    billing.settle_due(session, actor, *some, now=now)


def killed(session, deed, some, *, now) -> None:
    deed(session, SYSTEM, some, now=now)
    session.flush()
    raise Killed


def move(session, account_id, zone) -> None:
    account = session.get_one(BillingAccount, account_id)
    account.zone = zone
    session.add(account)


def sell(database, payer, chance, now) -> None:
    """Take a share or a sum off a service for weeks or years, where no other discount stands in the way."""
    code = chance.choice(list(PRICES))
    until = now.date() + timedelta(days=chance.randrange(20, 800))
    percent = chance.choice((0, 0, 7, 15, 50, 100))
    fixed = 0 if percent else chance.choice((1, 99_99, 500_00))
    draft = services.DiscountDraft(title={"ru": "Скидка"}, percent=percent, fixed_minor=fixed, until=until)
    try:
        given = database.run(services.give_discount, CLERK, payer.services[code].id, draft, now=now)
    except Refusal:
        return
    assert given.since >= now.date() - timedelta(days=1)

    def off(minor: int) -> int:
        return minor - round(Fraction(minor * (100 - percent), 100)) if percent else min(fixed, minor)

    payer.off[code].append((given.since, until, off))


def lived(database, table, chance, *, every=1, sales=0.05) -> list[Payer]:
    """Let the years pass."""
    found = database.run(payers, table, chance)
    for now in nights(chance, every):
        bill(database, database.look(billing.accounts_to_bill, SYSTEM, now=now), chance, now)
        settle(database, database.look(billing.accounts_with_due, SYSTEM, now=now), chance, now)
        if chance.random() < 0.01:
            database.run(move, chance.choice(found).account.id, chance.choice(ZONES))
        if chance.random() < sales:
            sell(database, chance.choice(found), chance, now)
    return found


def proven(database, found) -> None:
    """Hold every line against the days, and every balance against the oracle's sum."""
    lines, voided = defaultdict(list), 0
    with database.reading() as session:
        query = select(InvoiceLine, Invoice).join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        for line, invoice in session.execute(query.order_by(InvoiceLine.since)):
            if invoice.status is InvoiceStatus.void:
                voided += 1
                continue
            lines[line.subscription_id].append((line, invoice))
        assert ledger.verify(session) == []
        for payer in found:
            paid = sum(proven_service(payer, code, lines[each.id]) for code, each in payer.services.items())
            balance = billing_accounts.balance(session, SYSTEM, payer.account)
            assert 10_000_000_00 - balance.amount.minor == paid
    # An invoice is void only where a discount had its days asked for anew.
    assert voided <= sum(len(given) for payer in found for given in payer.off.values())


def proven_service(payer: Payer, code: str, lines) -> int:
    """Return what was paid for a service of which every day was asked for once, at its price."""
    since, until = payer.spans[code]
    asked = [line for line, _ in lines]

    def cost(first: date, last: date) -> int:
        days = oracle.between(first, last)
        return oracle.cost(days, PRICES[code], payer.account.anchor_day, off=lambda day: payer.off_of(code, day))

    def missed(first: date, last: date) -> bool:
        """Days that a discount takes off whole are asked for by nobody."""
        return first < last and cost(first, last) > 0

    gaps = [(before.until, after.since) for before, after in itertools.pairwise(asked)]
    assert [gap for gap in gaps if missed(*gap) or gap[0] > gap[1]] == []
    assert not missed(since, asked[0].since)
    assert asked[0].since >= since
    if until:
        assert asked[-1].until <= until
        assert not missed(asked[-1].until, until)
    else:
        assert not missed(asked[-1].until, (BEGIN + YEARS).date() - timedelta(days=50))
    for line, invoice in lines:
        assert line.amount_minor == cost(line.since, line.until)
        assert invoice.period == oracle.period(line.since, payer.account.anchor_day)[0].replace(day=1)
    return sum(line.amount_minor for line, invoice in lines if invoice.status is InvoiceStatus.paid)


@pytest.mark.slow
@pytest.mark.databases("sqlite")
def test_ten_years_ask_for_every_day_once_discounts_or_not(database):
    chance = random.Random(6_7)
    table = list(zip(ZONES, [*ANCHORS, 31], strict=True))

    found = lived(database, table, chance, every=6, sales=0.2)

    proven(database, found)
    assert sum(len(given) for payer in found for given in payer.off.values()) >= 20


@pytest.mark.audit
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_years_of_the_whole_time_table_ask_for_every_day_once(database, seed):
    chance = random.Random(seed)

    found = lived(database, list(itertools.product(ZONES, ANCHORS)), chance)

    proven(database, found)


def test_vera_starts_no_round_and_neither_does_anna(session, anna, vera):
    for actor in (anna.actor, vera.actor):
        with pytest.raises(Exception, match="right_missing"):
            billing.bill(session, actor, [anna.account.id], now=BEGIN)
        with pytest.raises(Exception, match="right_missing"):
            billing.accounts_to_bill(session, actor, now=BEGIN)
        with pytest.raises(Exception, match="right_missing"):
            billing.settle_due(session, actor, anna.account.id, now=BEGIN)
