"""Discounts and promo codes: what is asked for is less, what was paid stays, and nobody has a code twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing, ledger, outages, services
from cabinet.domain.base import events
from cabinet.domain.base.actor import RightMissing
from cabinet.domain.services import Deed, DiscountDraft, PromoDraft, Wish
from cabinet.kit.money import Money
from cabinet.models.billing import Discount, Invoice, InvoiceLine, InvoiceStatus
from cabinet.models.catalog import ProductKind
from cabinet.models.journal import AuditRecord
from cabinet.models.outages import Compensation, OutageKind
from cabinet.models.people import StaffRole
from cabinet.models.services import SubscriptionStatus
from tests import documents
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, member_in, on
from tests.serving import had, held, offer, served
from tests.switching import answer, at

pytestmark = pytest.mark.databases("sqlite", "postgres")

BILLING = "docs/domain/billing.md"
TODAY = date(2026, 11, 24)
DECEMBER = date(2026, 12, 1)
JANUARY = date(2027, 1, 1)
TITLE = {"ru": "Скидка для своих", "en": "For our own"}


@pytest.fixture
def clerk(session):
    return member_in(session, StaffRole.finance)[1]


@pytest.fixture
def internet(session, anna):
    """Return Anna's internet for 800 a month, paid to the end of November."""
    return served(session, anna, 800_00)


def granted(session, clerk, subscription, *, now=NOON, **draft):
    wanted = DiscountDraft(title=TITLE, **draft)
    return services.give_discount(session, clerk, subscription.id, wanted, now=now)


def asked(session, who):
    """Return the open invoices' lines: amount, first day, first day after, in order."""
    query = (
        select(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.billing_account_id == who.account.id, Invoice.status == InvoiceStatus.open)
        .order_by(InvoiceLine.since)
    )
    return [(line.amount_minor, line.since, line.until) for line in session.scalars(query)]


@pytest.mark.parametrize("row", documents.tables(BILLING, "Discounts")[0], ids=lambda row: row["discount"])
def test_a_month_costs_what_the_document_says(session, anna, clerk, row):
    subscription = served(session, anna, documents.money(row["price"]).minor)
    percent = int(row["discount"].removesuffix(" %")) if "%" in row["discount"] else 0
    fixed = 0 if percent else documents.money(row["discount"]).minor
    until = date.fromisoformat(row["up to"]) if row["up to"] else None
    granted(
        session,
        clerk,
        subscription,
        percent=percent,
        fixed_minor=fixed,
        since=date.fromisoformat(row["from"]),
        until=until,
    )

    fee = billing.monthly_fee(session, SYSTEM, anna.account, DECEMBER)

    assert fee == documents.money(row["December costs"])


def test_an_invoice_that_is_open_is_asked_anew_for_less(session, anna, clerk, internet):
    billing.issue_month(session, SYSTEM, anna.account.id, DECEMBER, now=NOON)
    assert asked(session, anna) == [(800_00, DECEMBER, JANUARY)]

    granted(session, clerk, internet, percent=25, until=date(2026, 12, 17))

    # 600 for sixteen of 31 days, 800 for the other fifteen.
    assert asked(session, anna) == [
        (309_68, DECEMBER, date(2026, 12, 17)),
        (387_10, date(2026, 12, 17), JANUARY),
    ]
    (invoice,) = billing.open_invoices(session, SYSTEM, anna.account.id)
    assert (invoice.amount_minor, invoice.due_at) == (696_78, at(DECEMBER, 0))
    assert [type(each).__name__ for each in events.recorded(session)][-1] == "DiscountGiven"


def test_days_that_are_paid_stay_as_they_were_paid(session, anna, clerk, internet):
    give(session, anna, 800_00)
    invoice = billing.issue_month(session, SYSTEM, anna.account.id, DECEMBER, now=NOON)
    billing.settle(session, SYSTEM, invoice.id, now=NOON)

    given = granted(session, clerk, internet, percent=50)

    assert given.since == JANUARY
    assert on(session, anna) == Money(0)
    with pytest.raises(services.DaysPaid):
        granted(session, clerk, internet, percent=50, until=JANUARY)
    fees = [billing.monthly_fee(session, SYSTEM, anna.account, month) for month in (DECEMBER, JANUARY)]
    assert fees == [Money(800_00), Money(400_00)]


def test_what_goes_back_is_what_was_paid_at_the_discounts_price(session, anna, clerk, internet):
    give(session, anna, 400_00)
    granted(session, clerk, internet, percent=50)
    invoice = billing.issue_month(session, SYSTEM, anna.account.id, DECEMBER, now=NOON)
    billing.settle(session, SYSTEM, invoice.id, now=NOON)
    internet.ends_on = date(2026, 12, 11)
    session.flush()

    back = billing.give_back(session, SYSTEM, anna.account, held(session, anna, internet), date(2026, 12, 11), now=NOON)

    # 21 of 31 days of 400.
    assert back == on(session, anna) == Money(270_97)
    assert ledger.verify(session) == []


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"percent": 101},
        {"percent": -5},
        {"percent": 10, "fixed_minor": 100},
        {"fixed_minor": -1},
        {"fixed_minor": 10**12},
        {"percent": 10, "until": TODAY},
        {"percent": 10, "since": DECEMBER, "until": DECEMBER},
        {"percent": 10, "reason": "ы" * 201},
    ],
    ids=str,
)
def test_what_is_no_discount_is_refused(session, anna, clerk, internet, draft):
    with pytest.raises(services.DiscountWrong):
        granted(session, clerk, internet, **draft)
    assert session.scalars(select(Discount)).all() == []


def test_a_discount_without_a_name_is_refused(session, anna, clerk, internet):
    with pytest.raises(services.DiscountWrong):
        services.give_discount(session, clerk, internet.id, DiscountDraft(title={}, percent=5), now=NOON)


def test_two_discounts_never_share_a_day(session, anna, clerk, internet):
    granted(session, clerk, internet, percent=10, since=DECEMBER, until=JANUARY)

    for days in ({}, {"until": date(2026, 12, 2)}, {"since": date(2026, 12, 31)}):
        with pytest.raises(services.DiscountsMeet):
            granted(session, clerk, internet, fixed_minor=100, **days)
    before = granted(session, clerk, internet, percent=20, until=DECEMBER)
    after = granted(session, clerk, internet, percent=30, since=JANUARY)
    assert [each.percent for each in held(session, anna, internet).discounts] == [20, 10, 30]
    assert (before.until, after.until) == (DECEMBER, None)


def test_a_sum_takes_off_no_more_than_there_is(session, anna, clerk):
    cheap = served(session, anna, 99_00, kind="security")
    granted(session, clerk, cheap, fixed_minor=100_00)

    assert billing.issue_month(session, SYSTEM, anna.account.id, DECEMBER, now=NOON) is None
    assert cheap.charged_until == JANUARY


def test_it_is_ended_with_the_first_day_that_is_not_paid(session, anna, clerk, internet):
    given = granted(session, clerk, internet, percent=25)
    give(session, anna, 600_00)
    invoice = billing.issue_month(session, SYSTEM, anna.account.id, DECEMBER, now=NOON)
    billing.settle(session, SYSTEM, invoice.id, now=NOON)

    services.end_discount(session, clerk, given.id, now=at(date(2026, 12, 5), 12))

    assert given.until == JANUARY
    assert billing.monthly_fee(session, SYSTEM, anna.account, JANUARY) == Money(800_00)
    with pytest.raises(services.DaysPaid):
        services.end_discount(session, clerk, given.id, now=at(date(2026, 12, 5), 12))
    assert list(session.scalars(select(AuditRecord.action).order_by(AuditRecord.seq)))[-2:] == [
        "discounts.give",
        "discounts.end",
    ]


def test_ended_before_it_is_asked_for_the_open_invoice_is_whole_again(session, anna, clerk, internet):
    given = granted(session, clerk, internet, percent=25, since=DECEMBER)
    billing.issue_month(session, SYSTEM, anna.account.id, DECEMBER, now=NOON)

    services.end_discount(session, clerk, given.id, now=NOON)

    assert asked(session, anna) == [(800_00, DECEMBER, JANUARY)]
    assert (given.since, given.until) == (DECEMBER, DECEMBER)


def test_what_has_no_price_of_a_period_takes_none(session, anna, clerk):
    free = served(session, anna, 0, kind="storage")
    over = served(session, anna, 100_00, kind="tv")
    over.status = SubscriptionStatus.ended
    session.flush()

    for each in (free, over):
        with pytest.raises(services.NotDiscounted):
            granted(session, clerk, each, percent=10)


def test_a_tariff_that_comes_back_has_its_discount_back(session, anna, clerk):
    give(session, anna, 20_000_00)
    slow = offer(session, "slow", 600_00, kind=ProductKind.tariff)
    fast = offer(session, "fast", 900_00, kind=ProductKind.tariff, temporary_days_max=60)
    mine = had(session, anna, slow)
    granted(session, clerk, mine, percent=50, until=date(2027, 3, 1))
    wish = Wish(deed=Deed.switch, account_id=anna.account.id, subject=fast.id, first=DECEMBER, until=date(2026, 12, 11))
    quote = services.quote(session, anna.actor, wish, keyring=KEYRING, now=NOON)
    # It comes back on the 11th: 21 of 31 days of 300.
    assert [(step.kind, step.amount) for step in quote.plan.steps if step.kind in ("discount_waits", "comes_back")] == [
        ("discount_waits", Money(0)),
        ("comes_back", Money(-203_23)),
    ]
    new = services.order(session, anna.actor, quote.token, keyring=KEYRING, now=NOON).subscription

    services.turn(session, SYSTEM, new.id, now=at(DECEMBER, 1))
    answer(session, new, now=at(DECEMBER, 1))
    answer(session, mine, now=at(DECEMBER, 1))
    services.turn(session, SYSTEM, new.id, now=at(date(2026, 12, 11), 1))

    tariffs = [each for each in billing.held_by(session, SYSTEM, anna.account.id) if each.product.code == "slow"]
    (back,) = [each for each in tariffs if each.subscription.id != mine.id]
    (rest,) = back.discounts
    assert (rest.percent, rest.since, rest.until) == (50, date(2026, 12, 11), date(2027, 3, 1))


def test_a_switch_for_good_says_that_the_discount_goes(session, anna, clerk):
    give(session, anna, 20_000_00)
    fast = offer(session, "fast", 900_00, kind=ProductKind.tariff)
    mine = had(session, anna, offer(session, "slow", 600_00, kind=ProductKind.tariff))
    granted(session, clerk, mine, percent=50)
    wish = Wish(deed=Deed.switch, account_id=anna.account.id, subject=fast.id)

    quote = services.quote(session, anna.actor, wish, keyring=KEYRING, now=NOON)

    assert "discount_ends" in [step.kind for step in quote.plan.steps]


def test_a_compensation_is_of_what_is_really_paid(session, anna, clerk, internet):
    granted(session, clerk, internet, percent=50, since=DECEMBER)
    begins, ends = at(date(2026, 12, 10), 0), at(date(2026, 12, 11), 0)
    draft = outages.Draft(
        kind=OutageKind.outage,
        category="internet",
        title={"ru": "Авария"},
        detail={},
        regions=[],
        begins_at=begins,
        forecast_at=ends,
        compensation=Compensation.claimed,
    )
    found = outages.announce(session, SYSTEM, draft, now=begins)

    # A whole day of 31 at 400 a month.
    assert outages.due_for(session, SYSTEM, anna.account, found, now=ends) == Money(12_90)


def test_owners_are_reminded_five_days_before(session, anna, clerk, internet):
    given = granted(session, clerk, internet, percent=50, until=date(2026, 12, 20))

    assert services.discounts_ending(session, SYSTEM, now=at(date(2026, 12, 14), 7)) == []
    assert services.discounts_ending(session, SYSTEM, now=at(date(2026, 12, 15), 7)) == [given.id]


def promo(session, clerk, code="ОСЕНЬ", *, now=NOON, **draft):
    draft.setdefault("percent", 20)
    return services.make_promo(session, clerk, PromoDraft(code=code, title=TITLE, **draft), now=now)


def entered(session, who, code="осень", *, now=NOON):
    return services.enter_promo(session, who.actor, who.account.id, code, now=now)


def test_a_code_lies_on_the_dearest_service_for_its_months(session, anna, clerk, internet):
    served(session, anna, 250_00, kind="tv", position=2)
    promo(session, clerk, months=3)

    given = entered(session, anna, " осе нь ")

    assert (given.subscription_id, given.percent) == (internet.id, 20)
    assert (given.since, given.until) == (TODAY, date(2027, 2, 24))
    assert given.given_by == anna.actor.label


def test_a_code_for_one_product_lies_on_it(session, anna, clerk, internet):
    tv = served(session, anna, 250_00, kind="tv", position=2)
    promo(session, clerk, products=["tv-4102887"], percent=0, fixed_minor=50_00)

    given = entered(session, anna)

    assert (given.subscription_id, given.fixed_minor, given.until) == (tv.id, 50_00, None)


def test_a_code_is_had_once(session, anna, clerk, internet):
    served(session, anna, 250_00, kind="tv", position=2)
    promo(session, clerk)
    entered(session, anna)

    with pytest.raises(services.PromoUsed):
        entered(session, anna)


def test_a_code_ends_by_count_by_day_and_by_hand(session, anna, boris, clerk, internet):
    served(session, boris, 100_00, kind="tv")
    promo(session, clerk, uses_max=1)
    promo(session, clerk, "ДЕКАБРЬ", valid_until=NOON + timedelta(days=1))
    by_hand = promo(session, clerk, "ЯНВАРЬ")
    entered(session, anna)
    services.end_promo(session, clerk, by_hand.id, now=NOON)

    with pytest.raises(services.PromoSpent):
        entered(session, boris)
    with pytest.raises(services.PromoUnknown):
        entered(session, boris, "декабрь", now=NOON + timedelta(days=1))
    with pytest.raises(services.PromoUnknown):
        entered(session, boris, "январь")
    for nonsense in ("", "нет такого", "%", "' OR 1=1 --", "я" * 10_000):
        with pytest.raises(services.PromoUnknown):
            entered(session, boris, nonsense)


def test_a_code_that_fits_nothing_says_so_and_is_kept(session, anna, boris, clerk, internet):
    granted(session, clerk, internet, percent=5)
    made = promo(session, clerk)

    for who in (anna, boris):
        with pytest.raises(services.PromoFitsNothing):
            entered(session, who)
    assert services.promos(session, clerk) == [(made, 0)]


@pytest.mark.parametrize(
    "draft",
    [
        {"code": "ЯЯ"},
        {"code": "<script>"},
        {"code": "А" * 31},
        {"percent": 0},
        {"percent": 101},
        {"percent": 5, "fixed_minor": 5},
        {"months": -1},
        {"months": 61},
        {"uses_max": -1},
        {"valid_until": NOON},
        {"products": ["no-such"]},
    ],
    ids=str,
)
def test_what_is_no_code_is_refused(session, clerk, draft):
    with pytest.raises(services.PromoWrong):
        promo(session, clerk, **draft)


def test_a_code_is_made_once(session, clerk):
    promo(session, clerk)
    with pytest.raises(services.PromoTaken):
        promo(session, clerk, " осень")


def test_strangers_and_others_of_the_staff_give_nothing(session, anna, vera, clerk, internet):
    given = granted(session, clerk, internet, percent=5)
    made = promo(session, clerk)
    operator = member_in(session, StaffRole.operator)[1]

    for actor in (anna.actor, vera.actor, operator):
        with pytest.raises(RightMissing):
            granted(session, actor, internet, percent=100)
        with pytest.raises(RightMissing):
            services.end_discount(session, actor, given.id, now=NOON)
        with pytest.raises(RightMissing):
            promo(session, actor, "ДРУГОЙ")
        with pytest.raises(RightMissing):
            services.end_promo(session, actor, made.id, now=NOON)
        with pytest.raises(RightMissing):
            services.discounted(session, actor, "4102887")
        with pytest.raises(RightMissing):
            services.promos(session, actor)
    with pytest.raises(Exception, match="not_found"):
        services.enter_promo(session, vera.actor, anna.account.id, "осень", now=NOON)
