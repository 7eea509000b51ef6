"""A promo code typed by a customer, by its event."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.domain import services
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import PromoDraft
from cabinet.models.billing import Discount
from cabinet.models.people import StaffRole
from cabinet.state.promo import PromoState
from cabinet.state.services import ServicesState
from tests import serving
from tests.moments import NOON


@pytest.fixture
def offered(installation, people):
    installation.do(serving.served, people.anna, 800_00)
    draft = PromoDraft(code="ОСЕНЬ", title={"ru": "Осенняя"}, percent=25)
    installation.do(
        services.make_promo, Actor.staff(people.staff[StaffRole.finance], StaffRole.finance), draft, now=NOON
    )


def given(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(Discount)))


def test_a_code_makes_the_service_cheaper_before_ones_eyes(installation, anna, offered):
    anna.do(ServicesState.load)

    anna.do(PromoState.enter, form={"promo": " осень "})
    anna.do(ServicesState.refresh)

    (discount,) = given(installation)
    assert discount.percent == 25
    (row,) = anna[ServicesState].held
    assert str(row.price) == "600\u00a0₽"
    assert row.off == "Скидка 25\u00a0%, без неё 800\u00a0₽"
    anna.do(PromoState.enter, form={"promo": "осень"})
    assert anna[PromoState].refusal == "Этим промокодом вы уже воспользовались."
    assert len(given(installation)) == 1


@pytest.mark.parametrize("typed", ["", "зима", "<script>alert(1)</script>", "я" * 9_000])
def test_what_is_no_code_is_said(installation, anna, offered, typed):
    anna.do(PromoState.enter, form={"promo": typed})

    assert anna[PromoState].refusal == "Такого промокода нет, или он уже не действует. Проверьте, как он написан."
    assert given(installation) == []


def test_vera_with_nothing_to_lower_keeps_the_code(installation, vera, offered):
    vera.do(PromoState.enter, form={"promo": "осень"})

    said = "Промокод ни к\u00a0чему не подходит: он для других услуг, или скидка на них уже есть."
    assert vera[PromoState].refusal == said
    assert given(installation) == []
