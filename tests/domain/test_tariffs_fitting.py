"""Tariffs side by side and tried on: the figures are counted by hand; Vera is told nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cabinet.domain import billing, catalog, services, tariffs, usage
from cabinet.domain.base import periods
from cabinet.domain.billing_accounts import BillingAccountNotFound
from cabinet.domain.measures import After
from cabinet.models.billing import InvoiceStatus
from cabinet.models.catalog import UNLIMITED, ProductKind, Unit
from cabinet.models.services import SubscriptionStatus
from tests.fitting import FIRST, MONTHS, asked, bought, costs, fit_of, fitted, since_may, tariff, uses
from tests.moments import NOON
from tests.personae import SYSTEM, give
from tests.serving import had, offer
from tests.using import FAMILY, GB, moscow, used

pytestmark = pytest.mark.databases("sqlite", "postgres")

SMALL = {
    "included": {"gigabytes": 5, "minutes": 200, "messages": 50},
    "overage": {"minutes": 2_50, "messages": 3_00},
    "slowed_kbit": 64,
}
LARGE = {"included": {"gigabytes": 40, "minutes": UNLIMITED, "messages": UNLIMITED}, "slowed_kbit": 64}


@pytest.fixture
def mobiles(session):
    """Three mobile tariffs: 290, 450 and 700 a month."""
    tariff(session, "small", 290_00, position=30, **SMALL)
    tariff(session, "large", 700_00, position=20, **LARGE)
    return tariff(session, "mobile", 450_00, position=10, **FAMILY)


def listed(session, who):
    return {
        each.product.code: each.hindrance.code if each.hindrance else ""
        for each in tariffs.listed(session, who.actor, who.account, now=NOON)
    }


def test_each_tariff_is_priced_month_by_month_and_the_cheapest_comes_first(session, anna, mobiles):
    since_may(session, anna, mobiles)
    uses(session, anna, "mobile", "minutes", [100, 200, 300, 600, 612, 649.5])
    uses(session, anna, "mobile", "messages", [0, 0, 60, 100, 104, 0])
    asked(session, anna)

    found = fitted(session, anna)

    assert [span.month for span in found.spans] == list(MONTHS)
    assert [each.tariff.product.code for each in found.fits] == ["mobile", "large", "small"]
    # 450 and beyond 600 minutes 2.00 each, beyond 100 messages 2.50 each.
    assert costs(fit_of(found, "mobile")) == [450_00, 450_00, 450_00, 450_00, 450_00 + 24_00 + 10_00, 450_00 + 100_00]
    # 290 and beyond 200 minutes 2.50 each, beyond 50 messages 3.00 each; a begun minute counts.
    assert costs(fit_of(found, "small")) == [
        290_00,
        290_00,
        290_00 + 250_00 + 30_00,
        290_00 + 1_000_00 + 150_00,
        290_00 + 1_030_00 + 162_00,
        290_00 + 1_125_00,
    ]
    assert costs(fit_of(found, "large")) == [700_00] * 6
    mobile = fit_of(found, "mobile")
    assert (mobile.average.minor, mobile.cheapest.minor, mobile.dearest.minor) == (472_33, 450_00, 550_00)
    assert [each.saved.minor for each in mobile.months] == [0] * 6
    assert fit_of(found, "large").saved.minor == 2_834_00 - 4_200_00
    assert found.charged == mobile.average


def test_what_would_have_run_out_is_told_with_its_day(session, anna, mobiles):
    since_may(session, anna, mobiles)
    for day, amounts in ((3, [4, 4]), (12, [2, 0]), (20, [15, 1])):
        uses(session, anna, "mobile", "gigabytes", amounts, day=day)
    asked(session, anna)

    found = fitted(session, anna)

    told = {
        each.tariff.product.code: [(short.day, short.beyond, short.after) for short in each.short_of(Unit.gigabytes)]
        for each in found.fits
    }
    assert told == {
        "mobile": [(date(2026, 5, 20), 1 * GB, After.slowed)],
        "small": [(date(2026, 5, 12), 16 * GB, After.slowed)],
        "large": [],
    }
    assert found.used[Unit.gigabytes] == -(-26 * GB // 6)


def test_a_package_counts_where_it_would_have_been_needed(session, anna, mobiles):
    since_may(session, anna, mobiles)
    uses(session, anna, "mobile", "gigabytes", [22, 10, 24, 10, 10, 10], day=20)
    bought(session, anna, "2026-05-15 10:00", 5, 300_00)
    bought(session, anna, "2026-07-15 10:00", 5, 300_00)
    # Nothing was ever taken from this one: it stays a cost on every tariff.
    bought(session, anna, "2026-08-15 10:00", 5, 300_00)
    asked(session, anna)

    found = fitted(session, anna)

    assert [each.charged.minor for each in fit_of(found, "mobile").months] == [
        750_00,
        450_00,
        750_00,
        750_00,
        450_00,
        450_00,
    ]
    assert costs(fit_of(found, "mobile")) == [750_00, 450_00, 750_00, 750_00, 450_00, 450_00]
    assert costs(fit_of(found, "large")) == [700_00, 700_00, 700_00, 1_000_00, 700_00, 700_00]
    assert costs(fit_of(found, "small")) == [590_00, 290_00, 590_00, 590_00, 290_00, 290_00]
    assert [(each.tariff.product.code, each.packages) for each in found.fits] == [
        ("small", 3),
        ("mobile", 3),
        ("large", 1),
    ]
    assert found.packages == 3


def test_a_package_that_is_not_for_the_tariff_is_neither_used_nor_paid(session, anna, mobiles):
    since_may(session, anna, mobiles)
    uses(session, anna, "mobile", "gigabytes", [22], day=20)
    bought(session, anna, "2026-05-15 10:00", 5, 300_00, of=("mobile",))
    asked(session, anna)

    small = fit_of(fitted(session, anna), "small")

    assert (small.months[0].cost.minor, small.packages) == (290_00, 0)
    assert [(each.beyond, each.month) for each in small.shortages] == [(17 * GB, FIRST)]


def test_what_stays_costs_what_it_did_and_what_falls_costs_nothing(session, anna):
    optima = tariff(session, "optima", 800_00, category="internet", position=1, speed_mbit=300)
    mobile = tariff(session, "mobile", 450_00, position=2, **FAMILY)
    tv = offer(session, "tv", 250_00, category="tv", position=3, requires=("optima", "all"), channels=120)
    night = offer(session, "night", 120_00, position=4, requires=("optima",))
    late = offer(session, "late", 30_00, position=5, requires=("night",))
    safe = offer(session, "safe", 99_00, position=6, requires=("optima", "all"))
    tariff(
        session,
        "all",
        1_200_00,
        category="internet",
        position=7,
        speed_mbit=500,
        channels=160,
        included={"gigabytes": 40, "minutes": 600, "messages": 100},
        excludes=("mobile", "tv"),
    )
    for product in (optima, mobile, tv, night, late, safe):
        since_may(session, anna, product)
    uses(session, anna, "mobile", "gigabytes", [20, 20, 20, 20, 20, 20])
    asked(session, anna)

    found = fitted(session, anna, "internet")

    both = fit_of(found, "all")
    assert [each.product.code for each in both.replaced] == ["optima", "mobile", "tv"]
    assert [each.product.code for each in both.lost] == ["night", "late"]
    assert costs(both) == [1_200_00 + 99_00] * 6
    assert costs(fit_of(found, "optima")) == [800_00 + 450_00 + 250_00 + 120_00 + 30_00 + 99_00] * 6
    assert both.saved.minor == 6 * (1_749_00 - 1_299_00)
    # It is cheaper, but something would be lost: nobody is talked into it.
    assert found.best is None
    # It stands among the mobile tariffs too: it would take the place of the mobile one.
    assert [each.tariff.product.code for each in fitted(session, anna, "mobile").fits] == ["all", "mobile"]


def test_the_best_is_cheaper_in_two_months_and_worse_in_nothing(session, anna, mobiles):
    tariff(session, "fair", 445_00, position=40, **FAMILY)
    since_may(session, anna, mobiles)
    uses(session, anna, "mobile", "minutes", [10] * 6)
    uses(session, anna, "mobile", "gigabytes", [15] * 6)
    asked(session, anna)

    found = fitted(session, anna)

    # The small one costs less and its gigabytes would have run out.
    assert [each.tariff.product.code for each in found.fits] == ["small", "fair", "mobile", "large"]
    assert found.best is fit_of(found, "fair")
    assert fit_of(found, "small").dry == 6


@pytest.mark.parametrize("months", [1, 2])
def test_one_cheap_month_advises_nothing(session, anna, mobiles, months):
    dear = since_may(session, anna, mobiles)
    first = NOON - timedelta(days=24 + 31 * months)
    dear.connected_at = dear.created_at = first
    dear.charged_until = date(2026, 11 - months, 1)
    tariff(session, "fair", 445_00, position=40, **FAMILY)
    session.flush()
    uses(session, anna, "mobile", "minutes", [0, 0, 0, 0, 10 if months == 2 else 0, 10], day=28)
    asked(session, anna)

    found = fitted(session, anna)

    assert len(found.spans) == months
    assert (found.best is not None) is (months == 2)


def test_speed_and_channels_that_would_be_missed_are_told(session, anna):
    own = tariff(session, "own", 500_00, category="internet", included={"home_gigabytes": UNLIMITED}, speed_mbit=300)
    slow = {"included": {"home_gigabytes": UNLIMITED}, "category": "internet"}
    tariff(session, "slow", 400_00, speed_mbit=100, **slow)
    tariff(session, "same", 490_00, speed_mbit=280, **slow)
    since_may(session, anna, own)
    uses(session, anna, "own", "home_gigabytes", [100] * 6)
    asked(session, anna)
    used(session, anna, "home_gigabytes", 1, NOON - timedelta(days=60), product="own", peak_mbit=280)

    found = fitted(session, anna, "internet")

    assert found.peak_mbit == 280
    assert {each.tariff.product.code: each.slower for each in found.fits} == {"own": False, "slow": True, "same": False}
    assert found.best is fit_of(found, "same")


def test_what_was_used_and_is_not_in_a_tariff_is_missing(session, anna, mobiles):
    tariff(session, "calls", 100_00, position=50, included={"minutes": 600})
    since_may(session, anna, mobiles)
    uses(session, anna, "mobile", "minutes", [10] * 6)
    uses(session, anna, "mobile", "gigabytes", [1] * 6)
    asked(session, anna)

    found = fitted(session, anna)

    assert found.fits[0].tariff.product.code == "calls"
    assert fit_of(found, "calls").missing == [Unit.gigabytes]
    assert found.best is fit_of(found, "small")


def test_fewer_months_are_counted_where_records_or_the_tariff_began_later(session, anna, mobiles):
    since_may(session, anna, mobiles)
    uses(session, anna, "mobile", "minutes", [0, 0, 0, 10, 0, 10])
    asked(session, anna)

    found = fitted(session, anna)

    assert [span.month for span in found.spans] == [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]


def test_without_records_there_is_the_list_price_and_no_promise(session, anna, mobiles):
    since_may(session, anna, mobiles)
    asked(session, anna)

    found = fitted(session, anna)

    assert (found.spans, found.charged, found.best) == ((), None, None)
    assert [each.average.minor for each in found.fits] == [450_00, 700_00, 290_00]


def test_a_month_with_a_pause_is_priced_for_the_days_that_were_asked_for(session, anna, mobiles):
    paused = since_may(session, anna, mobiles)
    uses(session, anna, "mobile", "minutes", [10] * 6)
    asked(session, anna)
    # June has 30 days: from the 21st on they were given back.
    (line,) = [
        line
        for invoice in billing.open_invoices(session, anna.actor, anna.account.id)
        for line in billing.lines_of(session, invoice)
        if line.subscription_id == paused.id and line.since == date(2026, 6, 1)
    ]
    line.until = date(2026, 6, 21)
    session.flush()

    found = fitted(session, anna)

    assert fit_of(found, "mobile").months[1].charged.minor == 300_00
    assert costs(fit_of(found, "large"))[1] == 466_67
    assert costs(fit_of(found, "mobile"))[1] == 300_00


def test_a_bundle_that_loses_a_part_breaks_up_into_single_prices(session, anna):
    own = tariff(session, "own", 500_00, category="internet", position=1)
    tv = offer(session, "tv", 250_00, category="tv", position=2)
    safe = offer(session, "safe", 99_00, position=3)
    both = offer(session, "both", 300_00, kind=ProductKind.bundle, category="bundle", position=4, parts=("tv", "safe"))
    tariff(session, "with-tv", 600_00, category="internet", position=5, excludes=("tv",))
    since_may(session, anna, own)
    bundle = since_may(session, anna, both)
    for part in (tv, safe):
        held = since_may(session, anna, part)
        held.bundle_id = bundle.id
    session.flush()
    asked(session, anna)

    found = fitted(session, anna, "internet")

    assert costs(fit_of(found, "own")) == [800_00] * 6
    assert costs(fit_of(found, "with-tv")) == [600_00 + 99_00] * 6


def test_the_own_tariff_tried_on_is_what_was_charged_to_the_kopeck(session, anna, mobiles):
    since_may(session, anna, mobiles)
    give(session, anna, 100_000_00)
    for day in (3, 17, 28):
        uses(session, anna, "mobile", "minutes", [210.5, 198, 230, 150, 260, 222], day=day)
        uses(session, anna, "mobile", "messages", [40, 30, 41, 10, 35, 36], day=day)
    asked(session, anna)
    usage.charge(session, SYSTEM, anna.account.id, now=NOON)

    found = fitted(session, anna)

    paid = billing.charges(session, SYSTEM, anna.account, found.spans)
    assert [each.cost.minor for each in found.current.months] == [
        sum(charge.amount.minor for charge in paid if charge.month == month) for month in MONTHS
    ]
    assert found.current.dearest.minor > 450_00


def test_the_own_version_is_kept_and_others_are_those_on_sale(session, anna, mobiles):
    since_may(session, anna, mobiles)
    for code in ("mobile", "large"):
        draft = catalog.Draft(title={"ru": code}, price_minor=900_00, **FAMILY)
        catalog.publish(session, SYSTEM, code, draft, valid_from=NOON - timedelta(days=1), now=NOON)
    catalog.withdraw(session, SYSTEM, "mobile", now=NOON - timedelta(hours=1))
    uses(session, anna, "mobile", "minutes", [10] * 6)
    asked(session, anna)

    found = fitted(session, anna)

    assert (found.current.average.minor, fit_of(found, "large").average.minor) == (450_00, 900_00)


def test_a_tariff_that_cannot_be_had_says_why_and_is_never_advised(session, anna, mobiles):
    tariff(session, "moscow", 1_00, position=51, regions=("Москва",), **FAMILY)
    tariff(session, "office", 1_00, position=52, segments=("business",), **FAMILY)
    tariff(session, "extra", 1_00, position=53, requires=("fibre",), **FAMILY)
    since_may(session, anna, mobiles)
    uses(session, anna, "mobile", "minutes", [10] * 6)
    asked(session, anna)

    assert listed(session, anna) == {
        "mobile": "",
        "large": "",
        "small": "",
        "moscow": "tariffs.not_at_address",
        "office": "tariffs.for_others",
        "extra": "services.needs",
    }
    best = fitted(session, anna).best
    assert best is not None
    assert best.tariff.product.code == "small"


def rule(session, **terms):
    draft = services.TransitionDraft(from_code="mobile", to_code="small", **terms)
    services.set_transition(session, SYSTEM, draft, valid_from=NOON - timedelta(days=1), now=NOON - timedelta(days=1))


def test_a_rule_that_forbids_the_switch_is_the_reason(session, anna, mobiles):
    since_may(session, anna, mobiles)
    rule(session, allowed=False, reason={"ru": "Этот тариф — для новых клиентов."})
    uses(session, anna, "mobile", "minutes", [10] * 6)
    asked(session, anna)

    assert listed(session, anna)["small"] == "tariffs.forbidden"
    assert fitted(session, anna).best is None


@pytest.mark.parametrize(("fee", "advised"), [(959_99, True), (960_00, False)])
def test_what_the_switch_costs_has_to_be_saved_first(session, anna, mobiles, fee, advised):
    since_may(session, anna, mobiles)
    rule(session, price_minor=fee, needs={"ru": "Нужна новая SIM-карта."}, at_renewal=True)
    uses(session, anna, "mobile", "minutes", [10] * 6)
    asked(session, anna)

    found = fitted(session, anna)

    small = fit_of(found, "small")
    assert small.saved.minor == 6 * 160_00
    assert (small.tariff.fee.minor, small.tariff.terms.at_renewal) == (fee, True)
    assert small.tariff.terms.needs == {"ru": "Нужна новая SIM-карта."}
    assert (found.best is small) is advised


def test_kinds_are_those_that_one_has_first(session, anna, mobiles):
    tariff(session, "home", 500_00, category="internet", position=1)
    tariff(session, "far", 500_00, category="phone", position=2, regions=("Москва",))
    since_may(session, anna, mobiles)

    found = tariffs.listed(session, anna.actor, anna.account, now=NOON)

    assert tariffs.categories(found) == ["mobile", "internet"]


def test_a_package_is_no_part_of_what_gives_way(session, anna, mobiles):
    since_may(session, anna, mobiles)
    bought(session, anna, "2026-10-15 10:00", 5, 300_00)
    held = billing.had_by(session, anna.actor, anna.account.id)
    large = next(
        each for each in tariffs.listed(session, anna.actor, anna.account, now=NOON) if each.product.code == "large"
    )

    does = services.effect(held, large.wanted)

    assert [each.product.code for each in does.replaced] == ["mobile"]
    assert does.lost == []


def test_a_half_year_on_two_tariffs_is_replayed_on_each(session, anna, mobiles):
    small = next(each for each in catalog.on_sale(session, anna.actor, now=NOON) if each[0].code == "small")[0]
    earlier, later = since_may(session, anna, mobiles), had(session, anna, small, charged_until=date(2026, 8, 16))
    asked_for = [month for month in MONTHS if month < date(2026, 8, 1)]
    later.status = SubscriptionStatus.scheduled
    for month in asked_for:
        billing.issue_month(session, SYSTEM, anna.account.id, month, now=NOON)
    # On 16 August, in the middle of a month of 31 days, the small one took the other's place.
    earlier.ends_on = date(2026, 8, 16)
    later.status, later.connected_at = SubscriptionStatus.active, moscow("2026-08-16 00:00")
    later.created_at = later.connected_at
    session.flush()
    asked(session, anna)
    earlier.status, earlier.ended_at = SubscriptionStatus.ended, moscow("2026-08-16 00:00")
    session.flush()
    uses(session, anna, "mobile", "minutes", [300, 300, 300, 150])
    uses(session, anna, "small", "minutes", [0, 0, 0, 90, 210, 100], day=20)

    found = fitted(session, anna)

    assert len(found.spans) == 6
    # 450 for 15 of 31 days and 290 for 16 of them; 90 minutes lie within the 103 that 16 days of the small one include.
    assert [each.charged.minor for each in found.current.months] == [
        450_00,
        450_00,
        450_00,
        217_74 + 149_68,
        290_00 + 25_00,
        290_00,
    ]
    assert costs(fit_of(found, "mobile")) == [450_00] * 6
    assert costs(found.current) == [540_00, 540_00, 540_00, 290_00 + 100_00, 315_00, 290_00]


def test_what_was_voided_or_given_back_was_not_asked_for(session, anna, mobiles):
    since_may(session, anna, mobiles)
    asked(session, anna)
    may, june = billing.open_invoices(session, anna.actor, anna.account.id)[:2]
    may.status = InvoiceStatus.void
    (line,) = billing.lines_of(session, june)
    line.until = line.since
    session.flush()
    spans = [periods.of_month(month, 1) for month in MONTHS]

    found = billing.charges(session, SYSTEM, anna.account, spans)

    assert [(each.month, each.amount.minor) for each in found] == [(month, 450_00) for month in MONTHS[2:]]
    assert billing.charges(session, SYSTEM, anna.account, spans, besides=("monthly",)) == []
    assert billing.charges(session, SYSTEM, anna.account, []) == []


def test_a_free_tariff_has_whole_months(session, anna, mobiles):
    free = since_may(session, anna, tariff(session, "free", 0, position=60, **FAMILY))
    uses(session, anna, "free", "minutes", [10] * 6)
    asked(session, anna)

    found = fitted(session, anna)

    assert len(found.spans) == 6
    assert found.current.tariff.held.subscription.id == free.id
    assert (found.current.total.minor, costs(fit_of(found, "mobile"))) == (0, [450_00] * 6)


def test_vera_sees_neither_annas_tariffs_nor_her_months(session, anna, vera, mobiles):
    since_may(session, anna, mobiles)
    own = tariffs.listed(session, vera.actor, vera.account, now=NOON)

    with pytest.raises(BillingAccountNotFound):
        tariffs.listed(session, vera.actor, anna.account, now=NOON)
    with pytest.raises(BillingAccountNotFound):
        tariffs.fit(session, vera.actor, anna.account, own, now=NOON)
    assert all(each.held is None for each in own)
    assert fitted(session, vera).best is None
