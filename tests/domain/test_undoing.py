"""A connection taken back within minutes: as if it had never been, to the kopeck; and what cannot be taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing, ledger, services
from cabinet.domain.services import Deed
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.access import Access
from cabinet.models.catalog import Gives, ProductKind, Unit
from cabinet.models.services import NetworkDeed, SubscriptionStatus
from tests import documents
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import had, offer
from tests.switching import REFUSED, answer, asked, at, change, connect, disconnect, working

SERVICES = "docs/domain/services.md"
WHOLE = Money(5_000_00)
SOON = NOON + timedelta(minutes=14)


@pytest.fixture
def rich(session, anna):
    give(session, anna, 5_000_00)
    return anna


def undo(session, who, subscription, now=SOON):
    return services.undo(session, who.actor, subscription.id, now=now)


def until(session, who, subscription, now=SOON):
    return services.card(session, who.actor, subscription.id, now=now).undo_until


@pytest.mark.parametrize("row", documents.tables(SERVICES, "Undoing")[0], ids=lambda row: row["connected on"])
def test_everything_goes_back_as_the_document_says(session, rich, row):
    moment = at(date.fromisoformat(row["connected on"]), 12)
    fee = documents.money(row["connecting costs"]).minor
    service = working(session, rich, offer(session, "service", 310_00, connection_minor=fee), now=moment)
    assert WHOLE - on(session, rich) == documents.money(row["taken"])

    undo(session, rich, service, now=moment + timedelta(minutes=5))

    assert (service.status, on(session, rich)) == (SubscriptionStatus.disconnecting, WHOLE)
    answer(session, service, now=moment + timedelta(minutes=6))
    assert service.status is SubscriptionStatus.ended
    assert billing.open_invoices(session, rich.actor, rich.account.id) == []
    assert ledger.verify(session) == []


def test_what_the_network_is_still_at_can_be_undone(session, rich):
    service = connect(session, rich, offer(session, "service", 300_00))

    undo(session, rich, service)

    assert (on(session, rich), asked(session, service).deed) == (WHOLE, NetworkDeed.disconnect)


def test_a_connection_undone_and_refused_late_is_given_back_once(session, rich):
    service = connect(session, rich, offer(session, "service", 300_00))
    first = asked(session, service)
    undo(session, rich, service)

    services.apply(session, SYSTEM, first.id, REFUSED, now=SOON)

    assert (service.status, on(session, rich)) == (SubscriptionStatus.disconnecting, WHOLE)


def test_it_can_be_undone_for_a_quarter_of_an_hour(session, rich):
    service = working(session, rich, offer(session, "service", 300_00))
    end = NOON + timedelta(minutes=15)
    assert until(session, rich, service) == end
    assert until(session, rich, service, now=end) is None

    with pytest.raises(services.UndoTooLate):
        undo(session, rich, service, now=end)
    assert on(session, rich) == Money(4_930_00)


def test_undoing_twice_is_undoing_once(session, rich):
    service = working(session, rich, offer(session, "service", 300_00))
    undo(session, rich, service)

    with pytest.raises(services.UndoTooLate):
        undo(session, rich, service)
    assert (until(session, rich, service), on(session, rich)) == (None, WHOLE)


def test_what_more_has_happened_to_is_not_as_if_it_had_never_been(session, rich):
    service = working(session, rich, offer(session, "service", 300_00))
    disconnect(session, rich, service)
    undo(session, rich, service)
    answer(session, service)
    assert on(session, rich) == Money(4_930_00)

    with pytest.raises(services.UndoTooLate):
        undo(session, rich, service)
    assert (until(session, rich, service), on(session, rich)) == (None, Money(4_930_00))


def test_what_one_had_for_long_is_not_undone(session, rich):
    service = had(session, rich, offer(session, "service", 300_00))

    with pytest.raises(services.UndoTooLate):
        undo(session, rich, service)


def test_a_trial_that_is_undone_costs_nothing_and_was_the_one(session, rich):
    product = offer(session, "safe", 300_00, trial_days=10)
    tried = working(session, rich, product, trial=True)

    undo(session, rich, tried)
    answer(session, tried)

    assert on(session, rich) == WHOLE
    with pytest.raises(services.TrialUsed):
        connect(session, rich, product, trial=True)


def test_a_yes_to_a_price_is_not_undone_with_the_connection(session, rich):
    tried = working(session, rich, offer(session, "safe", 300_00, trial_days=10), trial=True)
    change(session, rich, Deed.extend, tried)

    with pytest.raises(services.UndoTooLate):
        undo(session, rich, tried)


def test_a_package_may_be_used_at_once_and_is_not_undone(session, rich):
    terms = {"kind": ProductKind.package, "connection_minor": 300_00, "amount": 5, "unit": Unit.gigabytes}
    bought = working(session, rich, offer(session, "plus", **terms))

    with pytest.raises(services.NotNow):
        undo(session, rich, bought)
    assert until(session, rich, bought) is None


@pytest.fixture
def shelf(session, rich):
    books = offer(session, "books", 300_00, gives=Gives.pool)
    services.add_codes(session, SYSTEM, "books", ["AAAA-1"], keyring=KEYRING, now=NOON)
    return working(session, rich, books)


def test_a_code_that_nobody_has_seen_is_free_again(session, rich, shelf):
    undo(session, rich, shelf)

    (kept,) = session.scalars(select(Access))
    assert (kept.subscription_id, kept.issued_at, on(session, rich)) == (None, None, WHOLE)


def test_a_code_that_was_seen_is_not_given_back(session, rich, shelf):
    services.reveal(session, rich.actor, shelf.id, keyring=KEYRING, now=NOON)
    assert until(session, rich, shelf) is None

    with pytest.raises(services.UndoUsed):
        undo(session, rich, shelf)
    assert shelf.status is SubscriptionStatus.active


def test_vera_undoes_nothing_of_annas(session, rich, vera):
    service = working(session, rich, offer(session, "service", 300_00))

    with pytest.raises(NotFound):
        undo(session, vera, service)
