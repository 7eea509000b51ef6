"""The examples of docs/domain/tariffs-fitting.md, run; to Vera they are nobody's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cabinet.domain import billing, catalog, services, tariffs
from cabinet.domain.billing_accounts import BillingAccountNotFound
from cabinet.domain.tariffs import Fit, Fitting, Month, Tariff
from cabinet.kit.money import Money
from cabinet.models.catalog import UNLIMITED, ProductKind, ProductVersion
from tests import documents
from tests.fitting import FIRST, MONTHS, asked, bought, fit_of, fitted, since_may, tariff, uses
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.serving import had, offer, version_of
from tests.using import FAMILY, moscow, used

FITTING = "docs/domain/tariffs-fitting.md"
LARGE = {"included": {"gigabytes": 40, "minutes": UNLIMITED}, "slowed_kbit": 64}
SMALL = {"included": {"gigabytes": 5, "minutes": 200}, "overage": {"minutes": 2_50}, "slowed_kbit": 64}


def table(heading: str, place: int = 0) -> documents.Table:
    return documents.tables(FITTING, heading)[place]


def names(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(",") if each.strip()]


@pytest.mark.parametrize("row", table("Which months"), ids=lambda row: f"{row['tariff since']} {row['first record']}")
def test_months_that_are_known(session, anna, row):
    mobile = since_may(session, anna, tariff(session, "mobile", 450_00, **FAMILY))
    mobile.connected_at = mobile.created_at = moscow(f"{row['tariff since']} 00:00")
    mobile.charged_until = max(FIRST, date.fromisoformat(row["tariff since"]))
    session.flush()
    if row["first record"]:
        used(session, anna, "minutes", 60, row["first record"])
    asked(session, anna)

    assert len(fitted(session, anna).spans) == int(row["months"])


def test_what_gives_way(session, anna):
    optima = tariff(session, "optima", 800_00, category="internet", position=1)
    mobile = tariff(session, "mobile", 450_00, position=2)
    tv = offer(session, "tv", 250_00, category="tv", position=3, requires=("optima", "all"))
    night = offer(session, "night", 120_00, position=4, requires=("optima",))
    late = offer(session, "late", 30_00, position=5, requires=("night",))
    held = []
    for product in (optima, mobile, tv, night, late):
        subscription = had(session, anna, product)
        held.append(billing.Held(subscription, version_of(session, product), product))
    rows = table("What gives way")

    for place, row in enumerate(rows):
        product = tariff(
            session,
            row["tariff"],
            category=row["kind"],
            minor=1_00,
            position=10 + place,
            excludes=names(row["excludes"]),
        )
        does = services.effect(held, (product, version_of(session, product)))
        assert [each.product.code for each in does.replaced] == names(row["gives way"]), row
        assert [each.product.code for each in does.lost] == names(row["goes off"]), row


@pytest.mark.parametrize("place", range(5))
def test_what_a_month_costs(session, anna, place):
    row = table("What a month costs", 1)[place]
    mobile = tariff(session, "mobile", 450_00, position=1, **FAMILY)
    tariff(session, "large", 700_00, position=2, **LARGE)
    tariff(session, "small", 290_00, position=3, **SMALL)
    since_may(session, anna, mobile)
    uses(session, anna, "mobile", "minutes", [float(row["minutes"])])
    uses(session, anna, "mobile", "gigabytes", [float(row["GB"])], day=20)
    for _ in range(int(row["packages bought"])):
        bought(session, anna, "2026-05-15 10:00", 5, 300_00)
    asked(session, anna)

    found = fitted(session, anna)

    may = fit_of(found, "mobile").months[0]
    assert may.charged == may.cost == documents.money(row["charged"])
    for code in ("large", "small"):
        assert fit_of(found, code).months[0].cost == documents.money(row[code]), code


@pytest.mark.parametrize("place", range(4))
def test_what_is_advised(session, anna, place):
    row = table("What is advised")[place]
    own = since_may(session, anna, tariff(session, "mobile", 450_00))
    other = tariff(session, "other", 400_00)
    held = billing.Held(
        own, session.get_one(ProductVersion, own.version_id), catalog.by_code(session, SYSTEM, "mobile")
    )
    charged = Money(450_00)
    current = Fit(Tariff(held.product, held.version, held, None), [Month(month, charged, charged) for month in MONTHS])
    costs = [Money(int(each) * 100) for each in names(row["other, by month"])]
    tried = Fit(
        Tariff(other, version_of(session, other), None, None),
        [Month(month, charged, cost) for month, cost in zip(MONTHS, costs, strict=True)],
    )

    assert tried.saved == documents.money(row["saved"])
    assert sum(each.saved.minor > 0 for each in tried.months) == int(row["months cheaper"])
    assert (Fitting((), [tried, current]).best is tried) is (row["advised"] == "yes")


def test_vera_is_not_in_the_examples(session, anna, vera):
    mobile = tariff(session, "mobile", 450_00, **FAMILY)
    since_may(session, anna, mobile)
    asked(session, anna)
    later = NOON + timedelta(days=1)
    own = tariffs.listed(session, vera.actor, vera.account, now=later)

    assert [(each.product.kind, each.held) for each in own] == [(ProductKind.tariff, None)]
    with pytest.raises(BillingAccountNotFound):
        tariffs.fit(session, vera.actor, anna.account, own, now=later)
