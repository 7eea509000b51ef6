"""The catalogue of the staff, by its events and by role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import catalog
from cabinet.models.catalog import Product
from cabinet.models.journal import AuditRecord
from cabinet.models.people import StaffRole
from cabinet.state.base import NoticeState
from cabinet.state.staff.catalogue import StaffCatalogueState
from tests import serving
from tests.moments import NOON
from tests.personae import SYSTEM

KEEPERS = [StaffRole.editor, StaffRole.administrator]
OTHERS = [role for role in StaffRole if role not in KEEPERS]


@pytest.fixture(autouse=True)
def cinema(installation, people):
    """The cinema, which Anna has for 299; for 399 from the day before now on."""

    def tell(session):
        product = serving.offer(session, "cinema", 299_00, category="tv")
        serving.had(session, people.anna, product)
        dearer = catalog.Draft(title={"ru": "Кино", "en": "Cinema"}, price_minor=399_00)
        catalog.publish(session, SYSTEM, "cinema", dearer, valid_from=NOON - timedelta(days=1), now=NOON)
        serving.offer(session, "static-ip", 150_00)

    installation.do(tell)


def sold(installation) -> set[str]:
    with installation.database.reading() as session:
        return set(session.scalars(select(Product.code).where(Product.withdrawn_at.is_(None)))) & {
            "cinema",
            "static-ip",
        }


def deeds(installation) -> list[tuple[str, str]]:
    with installation.database.reading() as session:
        query = select(AuditRecord).where(AuditRecord.action.in_(["catalog.withdraw", "catalog.restore"]))
        return [(each.action, each.actor) for each in session.scalars(query.order_by(AuditRecord.seq))]


@pytest.fixture
def opened(staff_tab):
    def open_(role, code="cinema"):
        tab = staff_tab(role, "/staff/catalogue")
        tab.do(StaffCatalogueState.load)
        tab.do(StaffCatalogueState.choose, code=code)
        return tab

    return open_


@pytest.mark.parametrize("role", KEEPERS)
def test_a_product_shows_its_version_now_and_who_stands_on_which(opened, role):
    page = opened(role)[StaffCatalogueState]

    assert (page.card.key, page.card.holders, page.card.withdrawn) == ("cinema", "1", False)
    assert str(page.card.price).replace("\N{NO-BREAK SPACE}", " ") == "399 ₽"
    assert [fact.value.rpartition(" ")[2] for fact in page.card.versions] == ["0", "1"]


@pytest.mark.parametrize(("wanted", "codes"), [("КИН", ["cinema"]), ("static", ["static-ip"]), ("%", [])])
def test_it_is_searched_by_title_and_code(opened, wanted, codes):
    tab = opened(StaffRole.editor)

    tab.do(StaffCatalogueState.search, form={"wanted": wanted})
    tab.do(StaffCatalogueState.load)

    assert [row.key for row in tab[StaffCatalogueState].rows] == codes


@pytest.mark.parametrize("role", KEEPERS)
def test_a_product_is_withdrawn_and_offered_again(installation, people, opened, role):
    tab = opened(role)

    tab.do(StaffCatalogueState.withdraw)
    assert sold(installation) == {"static-ip"}
    tab.do(StaffCatalogueState.load)
    tab.do(StaffCatalogueState.choose, code="cinema")
    assert tab[StaffCatalogueState].card.withdrawn
    tab.do(StaffCatalogueState.restore)

    assert sold(installation) == {"cinema", "static-ip"}
    who = f"staff:{people.staff[role]}"
    assert deeds(installation) == [("catalog.withdraw", who), ("catalog.restore", who)]


def test_the_second_of_two_editors_is_told_that_it_is_done(installation, opened):
    first, second = opened(StaffRole.editor), opened(StaffRole.administrator)

    first.do(StaffCatalogueState.withdraw)
    second.do(StaffCatalogueState.withdraw)

    assert second[NoticeState].tone == "bad"
    assert len(deeds(installation)) == 1


def test_what_is_on_sale_is_not_offered_again(installation, opened):
    tab = opened(StaffRole.editor)

    tab.do(StaffCatalogueState.restore)

    assert tab[NoticeState].tone == "bad"
    assert deeds(installation) == []


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sees_or_changes_it(installation, opened, role):
    tab = opened(role)

    tab.do(StaffCatalogueState.withdraw)

    assert tab[StaffCatalogueState].rows == []
    assert sold(installation) == {"cinema", "static-ip"}


def test_a_customer_changes_nothing(installation, vera):
    vera.do(StaffCatalogueState.load)
    vera.do(StaffCatalogueState.withdraw)

    assert vera[StaffCatalogueState].rows == []
    assert sold(installation) == {"cinema", "static-ip"}


@pytest.mark.parametrize("code", ["", "nothing", "x" * 100_000])
def test_what_is_not_in_the_list_is_not_opened(installation, opened, code):
    tab = opened(StaffRole.editor, code)

    assert not tab[StaffCatalogueState].card_open
    tab.do(StaffCatalogueState.withdraw)
    assert sold(installation) == {"cinema", "static-ip"}
