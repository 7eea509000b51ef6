"""The catalogue of the staff, by its events and by role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import catalog
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.journal import AuditRecord
from cabinet.models.people import StaffRole
from cabinet.models.services import Subscription
from cabinet.state.base import NoticeState
from cabinet.state.staff.catalogue import StaffCatalogueState
from tests import serving
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.words import spaced

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
    newer, older = page.card.versions
    assert (newer.title, newer.holders, older.title, older.holders) == (
        "Версия 2",
        "0\N{NO-BREAK SPACE}клиентов",
        "Версия 1",
        "1\N{NO-BREAK SPACE}клиент",
    )
    assert [(fact.name, spaced(fact.value)) for fact in newer.changes if "месяц" in fact.name] == [
        ("Цена за месяц", "299,00 ₽ → 399,00 ₽")
    ]
    assert older.changes == []


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

    assert tab[StaffCatalogueState].chosen == ""
    tab.do(StaffCatalogueState.withdraw)
    assert sold(installation) == {"cinema", "static-ip"}


def typed(tab, **fields) -> dict[str, str]:
    """Return the form of the next version as it was filled in, with some fields typed over."""
    tab.do(StaffCatalogueState.ask_version)
    return {**tab[StaffCatalogueState].form, **fields}


def versions(installation, code="cinema") -> list[ProductVersion]:
    with installation.database.reading() as session:
        query = select(ProductVersion).join(Product, Product.id == ProductVersion.product_id)
        return list(session.scalars(query.where(Product.code == code).order_by(ProductVersion.number)))


def test_a_version_is_seen_before_it_is_published(installation, people, opened):
    tab = opened(StaffRole.editor)
    form = typed(tab, price_minor="449,90", regions="Тверь\n\nМосква", minutes="5", since="2026-12-01")

    tab.do(StaffCatalogueState.check, form=form)
    page = tab[StaffCatalogueState]
    assert page.refusal == ""
    assert [(fact.name, spaced(fact.value)) for fact in page.changes] == [
        ("Цена за месяц", "399,00 ₽ → 449,90 ₽"),
        ("Адреса", "везде → Тверь, Москва"),
        ("Заработает через, минут", "0 → 5"),
    ]
    assert spaced(page.effects[0]) == "1 клиент остаётся на своей версии."
    assert len(versions(installation)) == 2

    tab.do(StaffCatalogueState.publish)
    assert not tab[StaffCatalogueState].version_open
    *_, last = versions(installation)
    assert (last.number, last.price_minor, last.regions, last.minutes) == (3, 449_90, ["Тверь", "Москва"], 5)
    assert last.valid_from.astimezone(UTC) == datetime(2026, 11, 30, 21, tzinfo=UTC)
    assert last.published_by == f"staff:{people.staff[StaffRole.editor]}"
    with installation.database.reading() as session:
        (kept,) = session.scalars(select(Subscription.version_id))
    assert kept == versions(installation)[0].id


def test_what_is_included_is_typed_shown_and_kept(installation, opened):
    tab = opened(StaffRole.editor)
    form = typed(
        tab,
        included_gigabytes="20",
        included_home_gigabytes="−1",
        included_minutes="600",
        overage_minutes="2,50",
        slowed_kbit="64",
        speed_mbit="300",
        facts_ru="Статический IP: включён",
    )

    tab.do(StaffCatalogueState.check, form=form)
    page = tab[StaffCatalogueState]
    assert page.refusal == ""
    assert [(fact.name, spaced(fact.value)) for fact in page.changes] == [
        ("Включено: домашний интернет, ГБ", "ничего → без ограничений"),
        ("Включено: мобильный интернет, ГБ", "ничего → 20"),
        ("Включено: звонки, минуты", "ничего → 600"),
        ("Цена сверх этого: звонки, минуты", "ничего → 2,50 ₽"),
        ("После исчерпания интернет идёт на, Кбит/с", "0 → 64"),
        ("Скорость до, Мбит/с", "0 → 300"),
        ("Для сравнения, по-русски", "ничего → Статический IP: включён"),
    ]

    tab.do(StaffCatalogueState.publish)
    *_, last = versions(installation)
    assert last.included == {"home_gigabytes": -1, "gigabytes": 20, "minutes": 600}
    assert (last.overage, last.slowed_kbit, last.speed_mbit, last.channels) == ({"minutes": 2_50}, 64, 300, 0)
    assert last.facts == {"ru": "Статический IP: включён"}
    shown = {fact.name: spaced(fact.value) for fact in tab[StaffCatalogueState].card.versions[0].changes}
    assert shown["Включено: звонки, минуты"] == "ничего → 600"

    again = typed(tab)
    assert (again["included_home_gigabytes"], again["included_messages"], again["overage_minutes"]) == (
        "-1",
        "",
        "2,50",
    )


def test_an_empty_day_means_now(installation, opened):
    tab = opened(StaffRole.editor)

    tab.do(StaffCatalogueState.check, form=typed(tab, price_minor="0"))
    tab.do(StaffCatalogueState.publish)

    *_, last = versions(installation)
    assert (last.number, last.price_minor) == (3, 0)
    assert NOON <= last.valid_from <= NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    "fields",
    [
        {"price_minor": "много"},
        {"price_minor": "-1"},
        {"price_minor": "1,005"},
        {"price_minor": "9" * 30},
        {"minutes": "1.5"},
        {"minutes": "-1"},
        {"minutes": "٣"},
        {"minutes": "1000000000000"},
        {"suspension_days_min": "10", "suspension_days_max": "5"},
        {"title_ru": " ", "title_en": ""},
        {"terms_ru": "о" * 5_000},
        {"requires": "no-such-product"},
        {"excludes": "cinema"},
        {"since": "2026-11-23"},
        {"since": "завтра"},
        {"since": "2026-12-02", "until": "2026-12-01"},
        {"until": "2026-11-01"},
        {"included_minutes": "-2"},
        {"included_minutes": "много"},
        {"included_minutes": "600", "overage_minutes": "0"},
        {"included_minutes": "−1", "overage_minutes": "2"},
        {"overage_messages": "2"},
        {"slowed_kbit": "64"},
        {"facts_ru": "Статический IP включён"},
    ],
    ids=str,
)
def test_what_cannot_be_offered_is_refused_with_a_sentence(installation, opened, fields):
    tab = opened(StaffRole.editor)
    form = typed(tab, **fields)

    tab.do(StaffCatalogueState.check, form=form)
    assert len(tab[StaffCatalogueState].refusal) > 10
    assert not tab[StaffCatalogueState].checked
    tab.do(StaffCatalogueState.publish)

    assert len(versions(installation)) == 2


def test_an_editor_does_not_overwrite_another_unseen(installation, opened):
    first, second = opened(StaffRole.editor), opened(StaffRole.administrator)
    first.do(StaffCatalogueState.check, form=typed(first, price_minor="500"))
    second.do(StaffCatalogueState.check, form=typed(second, price_minor="600"))

    first.do(StaffCatalogueState.publish)
    second.do(StaffCatalogueState.publish)

    assert [each.price_minor for each in versions(installation)] == [299_00, 399_00, 500_00]
    assert "3" in second[StaffCatalogueState].refusal


def test_a_product_is_added_and_sold_from_its_first_version(installation, opened):
    tab = opened(StaffRole.editor)
    tab.do(StaffCatalogueState.ask_product)

    tab.do(StaffCatalogueState.add, form={"code": "cloud-50", "kind": "option", "category": "internet"})
    tab.do(StaffCatalogueState.load)
    assert tab[StaffCatalogueState].card.title == "cloud-50"
    tab.do(StaffCatalogueState.check, form=typed(tab, title_ru="Облако", price_minor="150"))
    tab.do(StaffCatalogueState.publish)

    (first,) = versions(installation, "cloud-50")
    assert (first.number, first.title, first.price_minor) == (1, {"ru": "Облако"}, 150_00)


@pytest.mark.parametrize(
    "form",
    [
        {"code": "cinema", "kind": "service", "category": "tv"},
        {"code": "Кино", "kind": "service", "category": "tv"},
        {"code": "", "kind": "service", "category": "tv"},
        {"code": "x" * 41, "kind": "service", "category": "tv"},
        {"code": "new", "kind": "magic", "category": "tv"},
        {"code": "new", "kind": "service", "category": "x" * 100},
        {},
    ],
    ids=str,
)
def test_a_product_that_cannot_be_is_refused_with_a_sentence(installation, opened, form):
    tab = opened(StaffRole.editor)

    tab.do(StaffCatalogueState.add, form=form)

    assert len(tab[StaffCatalogueState].refusal) > 10
    with installation.database.reading() as session:
        assert set(session.scalars(select(Product.code))) & {"", "new", "Кино", "x" * 41} == set()


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_adds_or_publishes(installation, opened, role):
    tab = opened(role)

    tab.do(StaffCatalogueState.add, form={"code": "mine", "kind": "service", "category": "tv"})
    tab.do(StaffCatalogueState.check, form={"title_ru": "Моё"})
    tab.do(StaffCatalogueState.publish)

    assert versions(installation, "mine") == []
    assert len(versions(installation)) == 2
