"""Debt: what is cut off and when, that the cabinet stays, and that everything comes back by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.domain import billing, ledger, reactions, services
from cabinet.domain.base import events
from cabinet.domain.base.actor import RightMissing
from cabinet.domain.services import Deed, Wish
from cabinet.kit.money import Money
from cabinet.models.billing import InvoiceStatus
from cabinet.models.services import NetworkDeed, NetworkOrder
from tests.owing import block, blocked, on_day, owe
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import offer


@pytest.fixture
def debtor(session, anna):
    return owe(session, anna)


def pay(session, who, days):
    """Put the money on the account; what is due is settled, and what follows from it is done."""
    give(session, who, 5_000_00)
    billing.settle_due(session, SYSTEM, who.account.id, now=on_day(days))
    session.flush()
    for event in events.recorded(session):
        if isinstance(event, billing.InvoicePaid):
            reactions.carry_out(session, SYSTEM, reactions.restore_services, event, now=on_day(days))


@pytest.mark.parametrize(("days", "cut"), [(4, []), (5, ["tv"]), (14, ["tv"]), (15, ["internet", "tv"])])
def test_what_stands_on_the_tariff_goes_first_and_the_tariff_later(session, debtor, days, cut):
    block(session, debtor, days)

    assert blocked(session, debtor) == cut


def test_the_network_and_the_customer_are_told_once(session, debtor):
    assert (block(session, debtor, 5), block(session, debtor, 5), block(session, debtor, 6)) == (1, 0, 0)

    assert [order.deed for order in session.scalars(select(NetworkOrder))] == [NetworkDeed.suspend]
    told = [event for event in events.recorded(session) if isinstance(event, services.ServicesBlocked)]
    assert [(event.person_id, event.debt_minor) for event in told] == [(debtor.person.id, 1_110_00)]


def test_a_warning_comes_before(session, debtor):
    assert block(session, debtor, 3) == 0

    (near,) = [event for event in events.recorded(session) if isinstance(event, services.BlockNear)]
    assert (near.day, near.debt_minor) == ("2026-12-06", 1_110_00)


def test_who_owes_nothing_loses_nothing(session, debtor):
    pay(session, debtor, 0)

    assert block(session, debtor, 20) == 0
    assert blocked(session, debtor) == []


def test_the_cabinet_stays_and_says_what_stands_in_the_way(session, debtor):
    block(session, debtor, 15)
    cinema = offer(session, "cinema", 300_00, category="tv", position=3)

    seen = services.overview(session, debtor.actor, now=on_day(15))
    assert (len(seen.held), seen.debt) == (2, Money(1_110_00))
    wish = Wish(deed=Deed.connect, account_id=debtor.account.id, subject=cinema.id)
    with pytest.raises(services.InDebt):
        services.quote(session, debtor.actor, wish, keyring=KEYRING, now=on_day(15))


def test_what_is_paid_comes_back_by_itself(session, debtor):
    block(session, debtor, 15)

    pay(session, debtor, 17)

    assert blocked(session, debtor) == []
    assert on(session, debtor) == Money(3_890_00)
    assert [event for event in events.recorded(session) if isinstance(event, services.ServicesRestored)]
    orders = [order.deed for order in session.scalars(select(NetworkOrder).order_by(NetworkOrder.serial))]
    assert sorted(orders) == [NetworkDeed.resume, NetworkDeed.resume, NetworkDeed.suspend, NetworkDeed.suspend]
    assert ledger.verify(session) == []


def test_what_is_cut_off_is_not_charged_and_the_days_after_are(session, debtor):
    """Cut off from 16 December; paid on 11 January: January costs its 21 days from then on."""
    block(session, debtor, 15)
    for days in (20, 25, 30, 35, 40):
        billing.issue_next(session, SYSTEM, debtor.account.id, now=on_day(days))
    (only,) = billing.open_invoices(session, SYSTEM, debtor.account.id)
    assert only.amount_minor == 1_110_00

    pay(session, debtor, 41)

    assert only.status is InvoiceStatus.paid
    assert on(session, debtor) == Money(5_000_00 - 1_110_00 - 541_94 - 210_00)


def test_a_part_of_the_debt_brings_nothing_back(session, debtor):
    block(session, debtor, 5)
    give(session, debtor, 1_109_99)
    billing.settle_due(session, SYSTEM, debtor.account.id, now=on_day(6))

    assert services.restore(session, SYSTEM, debtor.account.id, now=on_day(6)) == 0
    assert blocked(session, debtor) == ["tv"]


def test_the_round_looks_at_debtors_and_at_what_is_cut_off(session, debtor, vera):
    assert services.to_look_at(session, SYSTEM, now=on_day(5)) == [debtor.account.id]
    block(session, debtor, 5)
    give(session, debtor, 5_000_00)
    billing.settle_due(session, SYSTEM, debtor.account.id, now=on_day(6))

    assert services.to_look_at(session, SYSTEM, now=on_day(6)) == [debtor.account.id]
    block(session, debtor, 6)
    assert blocked(session, debtor) == []


def test_nobody_cuts_off_or_restores_by_hand(session, debtor, vera):
    for actor in (debtor.actor, vera.actor):
        for deed in (services.block, services.restore):
            with pytest.raises(RightMissing):
                deed(session, actor, debtor.account.id, now=on_day(20))
    assert blocked(session, debtor) == []
