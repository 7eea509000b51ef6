"""The catalogue: versions that never change, who may have what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cabinet.domain import billing, catalog
from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor, RightMissing
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind, ProductVersion
from cabinet.models.journal import AuditRecord
from cabinet.models.people import StaffRole
from tests import personae
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.serving import NEXT_PERIOD, had, offer, version_of


def codes(session, who, now=NOON):
    return [product.code for product, _ in catalog.on_offer(session, who.actor, who.account, now=now)]


def test_a_new_version_leaves_those_who_signed_with_theirs(session, anna):
    cinema = offer(session, "cinema", 299_00)
    had(session, anna, cinema)

    dearer = catalog.Draft(title={"ru": "Кино", "en": "Cinema"}, price_minor=399_00)
    catalog.publish(session, SYSTEM, "cinema", dearer, valid_from=NOON, now=NOON)

    (mine,) = billing.held_by(session, SYSTEM, anna.account.id)
    assert (mine.version.number, mine.price) == (1, Money(299_00))
    (_, offered), *_ = catalog.on_offer(session, anna.actor, anna.account, now=NOON)
    assert (offered.number, offered.price_minor) == (2, 399_00)
    assert billing.monthly_fee(session, SYSTEM, anna.account, NEXT_PERIOD) == Money(299_00)


def test_a_version_holds_from_its_day_to_its_end(session, anna):
    offer(session, "cinema", 299_00)
    cheap = catalog.Draft(title={"ru": "Кино"}, price_minor=99_00)
    until = NOON + timedelta(days=10)
    catalog.publish(session, SYSTEM, "cinema", cheap, valid_from=NOON, valid_until=until, now=NOON)

    def number(moment):
        return [version.number for _, version in catalog.on_offer(session, anna.actor, anna.account, now=moment)]

    assert number(NOON - timedelta(seconds=1)) == [1]
    assert number(NOON) == [2]
    assert number(until) == []


@pytest.mark.parametrize("change", ["UPDATE product_version SET price_minor = 1", "DELETE FROM product_version"])
def test_the_database_refuses_to_change_a_version(session, change):
    offer(session, "cinema", 299_00)

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(change))


def test_a_withdrawn_product_stays_with_who_has_it(session, anna):
    had(session, anna, offer(session, "cinema", 299_00))

    catalog.withdraw(session, SYSTEM, "cinema", now=NOON)

    assert codes(session, anna) == []
    assert [held.product.code for held in billing.held_by(session, SYSTEM, anna.account.id)] == ["cinema"]


def test_it_is_offered_by_address_and_by_kind_of_customer(session, anna):
    offer(session, "everywhere")
    offer(session, "here", regions=("Тверь", "Москва"))
    offer(session, "elsewhere", regions=("Москва",))
    offer(session, "for-people", segments=("person",))
    offer(session, "for-firms", segments=("business",))

    assert codes(session, anna) == ["everywhere", "for-people", "here"]

    anna.account.segment = "business"
    assert codes(session, anna) == ["everywhere", "for-firms", "here"]


def test_what_is_not_offered_here_does_not_exist(session, anna):
    elsewhere = offer(session, "elsewhere", regions=("Москва",))

    with pytest.raises(catalog.ProductNotFound):
        catalog.offered(session, anna.actor, anna.account, elsewhere.id, now=NOON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price_minor": -1},
        {"connection_minor": -1},
        {"minutes": -1},
        {"temporary_days_max": -1},
        {"suspension_days_min": 10, "suspension_days_max": 9},
        {"title": {}},
    ],
)
def test_a_version_that_cannot_be_is_refused(session, wrong):
    offer(session, "cinema")

    draft = catalog.Draft(**{"title": {"ru": "Кино"}, **wrong})
    with pytest.raises(catalog.VersionWrong):
        catalog.publish(session, SYSTEM, "cinema", draft, valid_from=NOON, now=NOON)


def test_an_offer_does_not_end_before_it_begins(session):
    offer(session, "cinema")

    draft = catalog.Draft(title={"ru": "Кино"})
    with pytest.raises(catalog.VersionWrong):
        catalog.publish(session, SYSTEM, "cinema", draft, valid_from=NOON, valid_until=NOON, now=NOON)


def test_a_code_names_one_product(session):
    offer(session, "cinema")

    with pytest.raises(catalog.CodeTaken):
        offer(session, "cinema")


@pytest.mark.parametrize("role", [StaffRole.operator, StaffRole.finance, StaffRole.auditor])
def test_the_catalogue_is_the_editors(session, role):
    _, member = personae.member_in(session, role)

    with pytest.raises(RightMissing):
        catalog.add(session, member, "cinema", ProductKind.service, "tv", now=NOON)


def test_who_published_what_is_written_down(session):
    _, editor = personae.member_in(session, StaffRole.editor)
    catalog.add(session, editor, "cinema", ProductKind.service, "tv", now=NOON)
    catalog.publish(session, editor, "cinema", catalog.Draft(title={"ru": "Кино"}), valid_from=NOON, now=NOON)

    (version,) = session.scalars(select(ProductVersion))
    assert version.published_by == editor.label
    noted = [row.action for row in session.scalars(select(AuditRecord)) if row.actor == editor.label]
    assert noted == ["catalog.add", "catalog.publish"]
    assert audit.verify(session) is None


def test_a_customer_publishes_nothing(session, anna, vera):
    cinema = offer(session, "cinema", 299_00)

    for actor in (anna.actor, vera.actor, Actor.guest()):
        for deed in (
            lambda actor=actor: catalog.withdraw(session, actor, "cinema", now=NOON),
            lambda actor=actor: catalog.publish(
                session, actor, "cinema", catalog.Draft(title={"ru": "Даром"}), valid_from=NOON, now=NOON
            ),
        ):
            with pytest.raises(RightMissing):
                deed()
    assert version_of(session, cinema).price_minor == 299_00
