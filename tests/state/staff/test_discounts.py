"""The desk of discounts, by its events and by role."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from cabinet.models.billing import Discount, PromoCode
from cabinet.models.people import StaffRole
from cabinet.state.base import NoticeState
from cabinet.state.staff.discounts import StaffDiscountsState
from tests import serving

GIVE = {"kind": "percent", "off": "15", "title_ru": "Для своих", "until": "2027-03-01", "reason": "Обещали"}
MAKE = {
    "code": "осень",
    "kind": "fixed",
    "off": "50,50",
    "title_ru": "Осенняя",
    "months": "3",
    "uses": "",
    "product": "",
}


@pytest.fixture
def desk(installation, staff_tab, people):
    subscription = installation.do(serving.served, people.anna, 800_00)

    def opened(role=StaffRole.finance):
        tab = staff_tab(role, "/staff/discounts")
        tab.do(StaffDiscountsState.load)
        tab.do(StaffDiscountsState.find, form={"number": "4 102 887"})
        return tab, str(subscription.id)

    return opened


def all_of(installation, kind):
    with installation.database.reading() as session:
        return list(session.scalars(select(kind)))


def test_a_discount_is_given_seen_and_ended(installation, desk):
    tab, service = desk()
    assert tab[StaffDiscountsState].account == "4102887"
    tab.do(StaffDiscountsState.ask, form="discount")

    tab.do(StaffDiscountsState.give, form={**GIVE, "service": service})

    (given,) = all_of(installation, Discount)
    assert (given.percent, given.fixed_minor, given.until, given.reason) == (15, 0, date(2027, 3, 1), "Обещали")
    (row,) = tab[StaffDiscountsState].given
    assert (row.off, row.can_end) == ("−15\u00a0%", True)
    tab.do(StaffDiscountsState.end, discount_id=row.id)
    (given,) = all_of(installation, Discount)
    assert given.until == given.since
    assert not tab[StaffDiscountsState].given[0].can_end


def test_a_promo_code_is_made_and_ended(installation, desk):
    tab, _ = desk()
    tab.do(StaffDiscountsState.ask, form="promo")

    tab.do(StaffDiscountsState.make, form=MAKE)

    (made,) = all_of(installation, PromoCode)
    assert (made.code, made.percent, made.fixed_minor, made.months, made.uses_max) == ("ОСЕНЬ", 0, 50_50, 3, 0)
    tab.do(StaffDiscountsState.end_code, promo_id=str(made.id))
    assert [row.can_end for row in tab[StaffDiscountsState].codes] == [False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"off": "много"},
        {"off": "-5"},
        {"off": "101"},
        {"off": ""},
        {"title_ru": ""},
        {"until": "завтра"},
        {"service": "x"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_said_in_the_form(installation, desk, wrong):
    tab, service = desk()
    tab.do(StaffDiscountsState.ask, form="discount")

    tab.do(StaffDiscountsState.give, form={**GIVE, "service": service, **wrong})

    assert tab[StaffDiscountsState].refusal != ""
    assert tab[StaffDiscountsState].form == "discount"
    assert all_of(installation, Discount) == []


def test_a_contract_that_is_none_is_said(desk):
    tab, _ = desk()

    tab.do(StaffDiscountsState.find, form={"number": "нет"})

    assert tab[StaffDiscountsState].missing != ""
    assert tab[StaffDiscountsState].account == ""


@pytest.mark.parametrize("role", [StaffRole.operator, StaffRole.editor, StaffRole.auditor], ids=str)
def test_others_give_nothing(installation, desk, role):
    tab, service = desk(role)

    tab.do(StaffDiscountsState.give, form={**GIVE, "service": service})
    tab.do(StaffDiscountsState.make, form=MAKE)

    assert all_of(installation, Discount) == all_of(installation, PromoCode) == []
    assert tab[NoticeState].tone == "bad"
