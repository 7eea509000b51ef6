"""Any sequence of switches, options, pauses and discounts costs what its days cost, counted one by one.

The life writes down, from what the documents promise, which tariff and which services each day had and what was off
their prices; it asks the product for no sum and no date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cabinet.domain import billing, ledger, services
from cabinet.domain.services import Deed, DiscountDraft, TransitionDraft, Wish
from cabinet.kit.errors import NotFound, Refusal
from cabinet.models.catalog import ProductKind
from cabinet.models.people import StaffRole
from cabinet.models.services import NetworkOrder, NetworkStatus, Subscription, SubscriptionStatus
from tests import oracle, personae
from tests.moments import NOON
from tests.ordering import DESK
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import had, offer
from tests.switching import DONE, at, change, connect, disconnect

DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
WHOLE = 9_000_000_00
FEE = 49_99
PRICES = {"slow": 600_01, "fast": 899_99, "cheap": 299_03}
BESIDE = {"tv": 310_07, "cloud": 99_11}
LIVE = (SubscriptionStatus.active, SubscriptionStatus.suspended, SubscriptionStatus.scheduled)
WISHES = ("switch", "undo", "plan", "visit", "back", "tv", "cloud", "pause", "resume", "sale")

_places = iter(range(6_000_000, 7_000_000))


@pytest.mark.slow
@pytest.mark.databases("sqlite")
@example(1, [(3, "sale", 9, "tv"), (4, "switch", 5, "fast"), (0, "undo", 3, "fast"), (2, "visit", 4, "cheap")])
@example(31, [(2, "plan", 9, "fast"), (9, "sale", 20, "tariff"), (9, "switch", 3, "slow"), (0, "undo", 3, "slow")])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    anchor=st.sampled_from([1, 15, 31]),
    days=st.lists(
        st.tuples(
            st.integers(0, 9),
            st.sampled_from(WISHES),
            st.integers(3, 30),
            st.sampled_from([*PRICES, *BESIDE, "tariff"]),
        ),
        max_size=12,
    ),
)
def test_any_life_costs_what_its_days_cost(session, anchor, days):
    life = Life(session, anchor)
    for wait, what, length, which in days:
        for _ in range(wait):
            life.next_day()
        life.do(what, length, which)
    life.end()

    assert WHOLE - on(session, life.who).minor == life.cost()
    assert ledger.verify(session) == []


def test_vera_has_no_part_in_annas_life(session, vera):
    life = Life(session, 1)
    life.do("tv", 3, "tv")
    wish = Wish(deed=Deed.switch, account_id=life.who.account.id, subject=life.products["fast"].id)

    with pytest.raises(NotFound):
        services.quote(session, vera.actor, wish, keyring=KEYRING, now=NOON)
    for deed in (services.undo, services.cancel_change, services.resume):
        with pytest.raises(NotFound):
            deed(session, vera.actor, life.mine("tv").id, now=NOON)


class Life:
    """A customer with a tariff, two services beside it, and what the documents promise of each day."""

    def __init__(self, session, anchor):
        place = next(_places)
        self.session, self.anchor, self.day = session, anchor, TODAY
        self.who = personae.customer(
            session, "Анна", number=str(place), phone=f"+7{place}", email=f"{place}@example.ru"
        )
        self.who.account.anchor_day = anchor
        give(session, self.who, WHOLE)
        self.products = {
            code: offer(
                session,
                f"{code}-{place}",
                minor,
                kind=ProductKind.tariff,
                category=f"net-{place}",
                temporary_days_max=60,
            )
            for code, minor in PRICES.items()
        }
        terms = {"suspension_days_min": 3, "suspension_days_max": 60, "suspension_days_year": 366}
        for code, minor in BESIDE.items():
            self.products[code] = offer(session, f"{code}-{place}", minor, category=code, **terms)
        for code in PRICES:
            draft = TransitionDraft(to_code=f"{code}-{place}", price_minor=FEE)
            services.set_transition(session, SYSTEM, draft, valid_from=NOON - DAY, now=NOON - DAY)
        self.names = {product.id: code for code, product in self.products.items()}
        # What the days had, and what was off the price of each, by service.
        self.had: dict[date, set[str]] = defaultdict(set)
        self.off: list[list] = []
        self.fees = 0
        self.tariff, self.planned, self.term, self.undoing = "slow", None, None, None
        self.beside: dict[str, str] = {}
        self.resumes, self.minutes = None, 0
        self.touched: set[str] = set()
        """What was connected, given up or paused today: a second time it is a day that is paid for twice."""
        first = had(session, self.who, self.products["slow"], charged_until=self.day)
        mine = next(each for each in billing.held_by(session, SYSTEM, self.who.account.id))
        invoice = billing.charge_from(session, SYSTEM, self.who.account, mine, self.day, now=at(self.day, 9))
        billing.settle(session, SYSTEM, invoice.id, now=at(self.day, 9))
        assert first.charged_until > self.day
        self.live()

    # What days bring.

    def next_day(self):
        self.day += DAY
        self.undoing, self.minutes, self.touched = None, 0, set()
        if self.planned and self.planned[1] == self.day:
            self.turn(self.planned[0])
            self.leave(self.tariff, self.day)
            self.tariff, self.planned, self.fees = self.planned[0], None, self.fees + FEE
        if self.term and self.term[1] == self.day:
            self.turn(self.tariff)
            self.leave(self.tariff, self.day)
            self.tariff, self.term = self.term[0], None
        if self.resumes == self.day:
            self.turn("tv")
            self.beside["tv"], self.resumes = "active", None
        self.live()
        night = at(self.day, 3)
        billing.issue_next(self.session, SYSTEM, self.who.account.id, now=night)
        billing.settle_due(self.session, SYSTEM, self.who.account.id, now=night)

    def live(self):
        self.had[self.day].add(self.tariff)
        self.had[self.day] |= {code for code, state in self.beside.items() if state == "active"}

    # What the customer does.

    def do(self, what, length, which):
        self.minutes += 1
        now = at(self.day, 12) + timedelta(minutes=self.minutes)
        deed: Callable[..., None] | None = getattr(self, f"do_{what}", None)
        if deed is not None:
            deed(length, which, now)
        else:
            self.do_beside(what, now)
        self.answer(now)

    def do_switch(self, length, which, now):
        if which not in PRICES or which == self.tariff or self.planned or self.term:
            return
        self.ordered(which, now)
        self.leave(self.tariff, self.day)
        self.undoing = (self.tariff, which)
        self.become(which)

    def do_undo(self, length, which, now):
        if self.undoing is None:
            return
        before, after = self.undoing
        services.undo(self.session, self.who.actor, self.mine(after).id, now=now)
        self.undoing, self.fees = None, self.fees - FEE
        self.off = [each for each in self.off if each[0] != after or each[1] < self.day]
        for each in self.off:
            if each[0] == before and each[4] is not None and each[2] == max(self.day, each[1]):
                each[2] = each[4]
        self.become(before, fee=0)
        self.answer(now)

    def do_plan(self, length, which, now):
        if which not in PRICES or which == self.tariff or self.planned or self.term:
            return
        first = self.day + DAY * length
        self.ordered(which, now, first=first)
        self.planned, self.undoing = (which, first), None

    def do_visit(self, length, which, now):
        """Take another tariff for a time."""
        if which not in PRICES or which == self.tariff or self.planned or self.term:
            return
        until = self.day + DAY * length
        self.ordered(which, now, until=until)
        self.term, self.undoing = (self.tariff, until), None
        self.become(which)

    def do_back(self, length, which, now):
        """Drop what is planned, or end a tariff for a time early."""
        if self.planned:
            services.cancel_change(self.session, self.who.actor, self.mine(self.planned[0]).id, now=now)
            self.planned = None
        elif self.term and self.term[1] > self.day + DAY:
            services.cancel_change(self.session, self.who.actor, self.mine(self.tariff).id, now=now)
            self.term = (self.term[0], self.day + DAY)

    def do_beside(self, code, now):
        """Connect a service, or give it up."""
        state = self.beside.get(code)
        if code in self.touched:
            return
        self.touched.add(code)
        if state is None:
            connect(self.session, self.who, self.products[code], now=now)
            self.beside[code] = "active"
            self.had[self.day].add(code)
        else:
            disconnect(self.session, self.who, self.mine(code), now=now)
            del self.beside[code]
            self.leave(code, self.day + DAY)
            if code == "tv":
                self.resumes = None

    def do_pause(self, length, which, now):
        if self.beside.get("tv") != "active" or "tv" in self.touched:
            return
        self.touched.add("tv")
        until = self.day + DAY * (length + 1)
        change(self.session, self.who, Deed.suspend, self.mine("tv"), until=until, now=now)
        self.beside["tv"], self.resumes = "paused", until

    def do_resume(self, length, which, now):
        if self.beside.get("tv") != "paused" or "tv" in self.touched:
            return
        self.touched.add("tv")
        services.resume(self.session, self.who.actor, self.mine("tv").id, now=now)
        self.beside["tv"], self.resumes = "active", None
        self.had[self.day].add("tv")

    def do_sale(self, length, which, now):
        code = self.tariff if which in (*PRICES, "tariff") else which
        if (code in BESIDE and code not in self.beside) or self.planned or self.undoing:
            return
        draft = DiscountDraft(title={"ru": "Скидка"}, percent=length, until=self.day + DAY * length * 3)
        try:
            clerk = DESK.staff(DESK.id, StaffRole.finance)
            given = services.give_discount(self.session, clerk, self.mine(code).id, draft, now=now)
        except Refusal:
            return
        assert given.since >= self.day
        self.off.append([code, given.since, self.day + DAY * length * 3, length, None])

    # What follows.

    def become(self, code, fee=FEE):
        self.had[self.day] -= set(PRICES)
        self.had[self.day].add(code)
        self.tariff, self.fees = code, self.fees + fee

    def leave(self, code, day):
        """Let the discounts of a service end with it; a switch that is undone brings them back."""
        for each in self.off:
            if each[0] == code and each[2] > day:
                each[2], each[4] = max(day, each[1]), each[2]

    def end(self):
        """Let everything that is under way come to its end, and the days go to a new period, which is then paid."""
        self.next_day()
        for code in list(self.beside):
            self.do(code, 0, code)
        while self.planned or self.term or oracle.period(self.day, self.anchor)[0] != self.day:
            self.next_day()
        until = oracle.period(self.day, self.anchor)[1]
        for ahead in oracle.between(self.day, until):
            self.had[ahead].add(self.tariff)

    def cost(self):
        prices = PRICES | BESIDE
        return self.fees + sum(
            oracle.cost([day], prices[code], self.anchor, off=lambda day, code=code: self.off_of(code, day))
            for day, codes in self.had.items()
            for code in codes
        )

    def off_of(self, code, day):
        minor = (PRICES | BESIDE)[code]
        shares = [percent for each, since, until, percent, _ in self.off if each == code and since <= day < until]
        assert len(shares) <= 1
        return minor - round(Fraction(minor * (100 - shares[0]), 100)) if shares else 0

    def ordered(self, code, now, **wish):
        wanted = Wish(deed=Deed.switch, account_id=self.who.account.id, subject=self.products[code].id, **wish)
        quote = services.quote(self.session, self.who.actor, wanted, keyring=KEYRING, now=now)
        services.order(self.session, self.who.actor, quote.token, keyring=KEYRING, now=now)
        self.answer(now)

    def turn(self, code):
        services.turn(self.session, SYSTEM, self.mine(code).id, now=at(self.day, 1))
        self.answer(at(self.day, 1))

    def answer(self, now):
        while True:
            waiting = select(NetworkOrder).where(NetworkOrder.status == NetworkStatus.pending)
            orders = self.session.scalars(waiting).all()
            if not orders:
                return
            for each in orders:
                services.apply(self.session, SYSTEM, each.id, DONE, now=now)

    def mine(self, code):
        query = select(Subscription).where(
            Subscription.billing_account_id == self.who.account.id,
            Subscription.product_id == self.products[code].id,
            Subscription.status.in_(LIVE),
        )
        return self.session.scalars(query).one()
