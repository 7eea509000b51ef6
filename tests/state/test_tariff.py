"""The page of one's tariff, by its events: what may be had and why not, a switch that happens, strangers."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from cabinet.domain import services
from cabinet.domain.base.ports import NetworkAnswer
from cabinet.models.catalog import ProductKind
from cabinet.models.journal import EventRow
from cabinet.models.orders import ShopItem
from cabinet.models.services import NetworkOrder, NetworkStatus, Subscription
from cabinet.state.services import ServicesState
from tests import ordering, personae, serving
from tests.moments import NOON
from tests.words import spaced


@pytest.fixture
def slow(installation, people):
    product = installation.do(serving.offer, "slow", 600_00, kind=ProductKind.tariff)
    installation.do(personae.give, people.anna, 5_000_00)
    return installation.do(serving.had, people.anna, product)


@pytest.fixture
def fast(installation, slow):
    terms = {"temporary_days_max": 30}
    return installation.do(serving.offer, "fast", 900_00, kind=ProductKind.tariff, position=2, **terms)


@pytest.fixture
def page(anna, fast):
    """Anna's page of her tariff, loaded."""
    anna.path = "/tariff"
    anna.do(ServicesState.load)
    return anna


def statuses(installation):
    with installation.database.reading() as session:
        return [each.status.value for each in session.scalars(select(Subscription).order_by(Subscription.created_at))]


def answered(installation):
    def answer(session):
        for asked in session.scalars(select(NetworkOrder).where(NetworkOrder.status == NetworkStatus.pending)).all():
            services.apply(session, personae.SYSTEM, asked.id, NetworkAnswer(status=NetworkStatus.done), now=NOON)

    installation.do(answer)


def quoted(tab, product, **form):
    tab.do(ServicesState.open, key=f"p:{product.id}")
    tab.do(ServicesState.turn, step="switch")
    tab.do(ServicesState.quote, form=form)
    return tab[ServicesState]


def test_ones_own_tariff_stands_beside_those_that_one_may_have(page):
    shown = page[ServicesState]

    assert [row.title for row in shown.own_tariffs] == ["slow"]
    assert [(row.title, row.why) for row in shown.tariffs] == [("fast", "")]
    assert [row.title for row in shown.offers] == []


def test_it_is_switched_as_quoted_and_can_be_undone(installation, page, fast):
    shown = quoted(page, fast)
    assert (shown.step, shown.quoted.title, shown.quoted.button) == ("quote", "Перейти на «fast»", "Перейти сейчас")
    assert shown.quoted.away == "Вместо: slow"

    page.do(ServicesState.order, form={"quote": shown.token})
    answered(installation)
    answered(installation)
    page.do(ServicesState.refresh)

    assert statuses(installation) == ["ended", "active"]
    assert page[ServicesState].card.can_undo
    page.do(ServicesState.undo)
    answered(installation)
    assert statuses(installation) == ["active", "ended"]


def test_a_planned_switch_is_seen_and_dropped(installation, page, fast):
    shown = quoted(page, fast, when="2026-12-01")
    assert shown.quoted.button == "Перейти с\u00a01\u00a0декабря"
    page.do(ServicesState.order, form={"quote": shown.token})
    assert statuses(installation) == ["active", "scheduled"]
    assert page[ServicesState].card.drop == "Отменить переход"

    page.do(ServicesState.drop)

    assert statuses(installation) == ["active", "ended"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"when": "day", "first": "2026-11-01"}, "90"),
        ({"when": "day", "first": "вчера"}, "дат"),
        ({"when": "no"}, "дат"),
        ({"last": "2026-11-24"}, "3"),
        ({"last": "2027-11-24"}, "30"),
    ],
    ids=["past", "no day", "nonsense", "short", "long"],
)
def test_what_cannot_be_is_said_in_the_form(installation, page, fast, form, said):
    shown = quoted(page, fast, **form)

    assert shown.step == "switch"
    assert said in shown.refusal
    assert statuses(installation) == ["active"]


def test_the_address_opens_a_tariff(page):
    page.come("/tariff?to=fast")

    assert page[ServicesState].drawer
    assert page[ServicesState].card.title == "fast"
    assert page[ServicesState].card.can_switch


def test_vera_orders_nothing_by_annas_quote(installation, page, vera, fast):
    token = quoted(page, fast).token

    vera.do(ServicesState.load)
    vera.do(ServicesState.order, form={"quote": token})

    assert vera[ServicesState].refusal != ""
    assert statuses(installation) == ["active"]


@pytest.fixture
def router(installation, fast):
    """Goods that the switch to «fast» can be ordered with."""

    def shelved(session):
        goods = ordering.kind(session)
        session.add(
            ShopItem(
                code="router", kind_id=goods.id, title={"ru": "Роутер"}, price_minor=4_900_00, stock=1, created_at=NOON
            )
        )
        session.flush()
        draft = services.TransitionDraft(to_code="fast", item_code="router")
        services.set_transition(session, personae.SYSTEM, draft, valid_from=NOON, now=NOON)

    installation.do(shelved)


@pytest.mark.parametrize(("tick", "said"), [({"goods": "on"}, True), ({"goods": "true"}, True), ({}, False)], ids=str)
def test_goods_are_ordered_with_a_switch_when_the_tick_is_set(installation, page, fast, router, tick, said):
    shown = quoted(page, fast, **tick)

    assert spaced(shown.card.goods) == "Роутер, 4 900 ₽"
    assert (spaced(shown.quoted.goods).startswith("Вместе закажем: Роутер, 4 900 ₽")) is said
    page.do(ServicesState.order, form={"quote": shown.token})
    with installation.database.reading() as session:
        asked = list(session.scalars(select(EventRow).where(EventRow.name == "GoodsWanted")))
    assert (len(asked) == 1) is said


def test_goods_that_are_gone_are_not_offered(installation, page, fast, router):
    installation.do(lambda session: session.execute(update(ShopItem).values(stock=0)))

    assert quoted(page, fast, goods="on").card.goods == ""
