"""What a version includes, what comes when it is used up, what is compared."""

from __future__ import annotations

import pytest

from cabinet.domain import catalog, measures
from cabinet.domain.measures import After
from cabinet.kit.errors import NotAllowed
from cabinet.models.catalog import UNLIMITED, ProductKind, Unit
from cabinet.reports import versions
from tests import documents
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.serving import offer, version_of

USAGE = "docs/domain/usage.md"


def draft(**terms) -> catalog.Draft:
    return catalog.Draft(title={"ru": "Тариф"}, **terms)


@pytest.mark.parametrize("row", documents.tables(USAGE, "What comes after")[0], ids=str)
def test_what_comes_after_is_what_the_document_says(session, row):
    price = row["one more costs"]
    sold = offer(
        session,
        "tariff",
        kind=ProductKind.tariff,
        included={row["unit"]: int(row["included"].replace("−", "-"))},
        overage={row["unit"]: documents.money(price).minor} if price else {},
        slowed_kbit=int(row["slowed to, kbit/s"]),
    )

    (measure,) = measures.of(version_of(session, sold))

    assert (measure.unit, measure.after) == (row["unit"], row["afterwards"])


def test_the_units_are_those_of_the_document():
    fields, units = documents.tables(USAGE, "What a version includes")

    assert {row["unit"]: int("".join(row["base units in one"].split())) for row in units} == measures.BASE
    assert {row["field"] for row in fields} <= set(catalog.Draft.__dataclass_fields__)
    assert set(measures.BASE) == set(Unit) - {Unit.none}
    assert list(versions.COUNTED) == list(measures.BASE)


def test_units_are_told_in_one_order_with_their_base(session):
    terms = {"included": {"messages": 50, "minutes": 2, "gigabytes": UNLIMITED}, "overage": {"messages": 2_50}}

    found = measures.of(version_of(session, offer(session, "tariff", kind=ProductKind.tariff, **terms)))

    assert [(each.unit, each.base, each.overage_minor, each.after) for each in found] == [
        (Unit.gigabytes, None, 0, After.never),
        (Unit.minutes, 120, 0, After.blocked),
        (Unit.messages, 50, 2_50, After.charged),
    ]


def test_facts_are_pairs_in_the_readers_language():
    facts = {"ru": "Статический IP: включён\n\nРоутер: ваш, с\u00a0гигабитом", "en": "Static IP: included"}
    wanted = draft(facts=facts)

    assert measures.facts(wanted, "ru") == [("Статический IP", "включён"), ("Роутер", "ваш, с\u00a0гигабитом")]
    assert measures.facts(wanted, "en") == [("Static IP", "included")]
    assert measures.facts(draft(), "ru") == []


@pytest.mark.parametrize(
    "terms",
    [
        {"included": {"litres": 5}},
        {"included": {"none": 5}},
        {"included": {"minutes": -2}},
        {"included": {"minutes": 600}, "overage": {"minutes": 0}},
        {"included": {"minutes": 600}, "overage": {"minutes": -1}},
        {"included": {"minutes": UNLIMITED}, "overage": {"minutes": 2_00}},
        {"included": {"minutes": 600}, "overage": {"messages": 2_00}},
        {"included": {"minutes": 600}, "slowed_kbit": 64},
        {"included": {"gigabytes": UNLIMITED}, "slowed_kbit": 64},
        {"included": {"gigabytes": 20}, "overage": {"gigabytes": 1_00}, "slowed_kbit": 64},
        {"slowed_kbit": -1},
        {"speed_mbit": -1},
        {"channels": -1},
        {"facts": {"ru": "просто слова"}},
        {"facts": {"ru": "Имя:"}},
        {"facts": {"ru": "Имя: есть", "en": ": nothing"}},
    ],
    ids=str,
)
def test_what_does_not_fit_together_is_refused(session, terms):
    catalog.add(session, SYSTEM, "wrong", ProductKind.tariff, "mobile", now=NOON)

    with pytest.raises(catalog.MeasuresWrong):
        catalog.publish(session, SYSTEM, "wrong", draft(**terms), valid_from=NOON, now=NOON)


@pytest.mark.parametrize("terms", [{"included": {"minutes": 5}}, {"speed_mbit": 5}, {"channels": 5}], ids=str)
def test_a_package_says_what_it_holds_by_its_amount(session, terms):
    catalog.add(session, SYSTEM, "plus", ProductKind.package, "mobile", now=NOON)
    wanted = draft(amount=5, unit=Unit.gigabytes, **terms)

    with pytest.raises(catalog.MeasuresWrong):
        catalog.publish(session, SYSTEM, "plus", wanted, valid_from=NOON, now=NOON)


def test_vera_changes_what_nobody_includes(session, vera):
    sold = offer(session, "tariff", kind=ProductKind.tariff, included={"minutes": 600})

    with pytest.raises(NotAllowed):
        catalog.publish(
            session, vera.actor, "tariff", draft(included={"minutes": UNLIMITED}), valid_from=NOON, now=NOON
        )
    assert version_of(session, sold).included == {"minutes": 600}
