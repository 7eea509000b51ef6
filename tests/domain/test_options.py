"""Options: listed with the reason where one cannot be had, ordered and given up as every service."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from cabinet.domain import services
from cabinet.domain.base.ports import NetworkAnswer
from cabinet.kit.errors import NotAllowed, NotFound
from cabinet.kit.money import Money
from cabinet.models.access import Access
from cabinet.models.catalog import Gives, ProductKind
from cabinet.models.journal import AuditRecord
from cabinet.models.services import NetworkStatus, SubscriptionStatus
from tests import documents
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import had, offer
from tests.switching import REFUSED, answer, asked, connect, disconnect, quoted, turned, working

OPTIONS = "docs/domain/options.md"


def option(session, code="cloud", minor=0, **terms):
    return offer(session, code, minor, category="storage", kind=ProductKind.option, **terms)


@pytest.fixture
def rich(session, anna):
    give(session, anna, 5_000_00)
    return anna


@pytest.mark.parametrize("row", documents.tables(OPTIONS, "Who may have one")[0], ids=str)
def test_an_option_is_listed_with_the_reason_of_the_document(session, anna, row):
    had(session, anna, offer(session, "internet", kind=ProductKind.tariff))
    offer(session, "mobile", kind=ProductKind.tariff)
    sold = option(session, **{name: tuple(row[name].split()) for name in ("regions", "segments", "requires")})

    offered = {each.product.id: each for each in services.available(session, anna.actor, anna.account, now=NOON)}

    assert (sold.id in offered) == (row["listed"] == "yes")
    if sold.id in offered:
        refused = offered[sold.id].hindrance
        assert (refused.code if refused else "") == row["reason"]
        if refused is not None:
            with pytest.raises(type(refused)):
                quoted(session, anna, sold)


def test_a_service_of_another_kind_of_customer_still_does_not_exist(session, anna):
    offer(session, "office", segments=("business",))

    assert services.available(session, anna.actor, anna.account, now=NOON) == []


def test_an_option_is_charged_and_given_up_as_quoted(session, rich):
    cloud = option(session, minor=300_00)
    subscription = connect(session, rich, cloud)
    answer(session, subscription)
    assert (subscription.status, on(session, rich)) == (SubscriptionStatus.active, Money(4_930_00))

    disconnect(session, rich, subscription)

    assert on(session, rich) == Money(4_990_00)


def test_two_options_that_exclude_each_other_are_not_had_from_two_tabs(session, rich):
    small = option(session, "small", excludes=("big",))
    big = option(session, "big", 149_00)
    first, second = quoted(session, rich, small), quoted(session, rich, big)
    connect(session, rich, small, quote=first)

    with pytest.raises(services.DoesNotFit):
        connect(session, rich, big, quote=second)
    assert on(session, rich) == Money(5_000_00)


BOOKS = {"gives": Gives.pool}


def fill(session, *codes, code="books"):
    return services.add_codes(session, SYSTEM, code, codes, keyring=KEYRING, now=NOON)


def shown(session, who, subscription, now=NOON):
    return services.reveal(session, who.actor, subscription.id, keyring=KEYRING, now=now)


@pytest.fixture
def shelf(session, rich):
    """Anna's option that gives a code, and works."""
    books = option(session, "books", 300_00, **BOOKS)
    fill(session, "AAAA-1")
    return working(session, rich, books)


def test_a_code_is_shown_to_its_owner_and_written_down(session, rich, shelf):
    assert shown(session, rich, shelf) == {"code": "AAAA-1"}

    (record,) = session.scalars(select(AuditRecord).where(AuditRecord.action == "access.reveal"))
    assert (record.actor, record.object_id) == (rich.actor.label, str(shelf.id))
    assert "AAAA" not in str(record.details)


def test_codes_are_stored_sealed_and_open_in_their_own_row_only(session, shelf):
    fill(session, "BBBB-2")
    first, second = session.scalars(select(Access).order_by(Access.issued_at.is_(None))).all()

    assert "AAAA" not in first.sealed
    first.sealed = second.sealed
    with pytest.raises(InvalidTag):
        KEYRING.unseal("service access", first.sealed, context=f"access:{first.id}")


def test_the_last_code_is_sold_once(session, rich, boris):
    give(session, boris, 5_000_00)
    books = option(session, "books", 300_00, **BOOKS)
    fill(session, "AAAA-1")
    first, second = quoted(session, rich, books), quoted(session, boris, books)
    connect(session, rich, books, quote=first)

    with pytest.raises(services.NoCodesLeft):
        connect(session, boris, books, quote=second)
    with pytest.raises(services.NoCodesLeft):
        quoted(session, boris, books)
    assert on(session, boris) == Money(5_000_00)


def test_a_code_whose_service_never_worked_is_free_again(session, rich):
    books = option(session, "books", 300_00, **BOOKS)
    fill(session, "AAAA-1")
    subscription = connect(session, rich, books)
    with pytest.raises(services.NothingGiven):
        shown(session, rich, subscription)

    answer(session, subscription, REFUSED)

    assert on(session, rich) == Money(5_000_00)
    again = working(session, rich, books)
    assert shown(session, rich, again) == {"code": "AAAA-1"}


def test_a_planned_connection_without_a_code_fails_and_says_so(session, rich):
    books = option(session, "books", 300_00, **BOOKS)
    fill(session, "AAAA-1")
    planned = connect(session, rich, books, first=date(2026, 12, 11))
    for row in session.scalars(select(Access)).all():
        session.delete(row)
    session.flush()

    turned(session, planned, date(2026, 12, 11))

    assert (planned.status, planned.failure, on(session, rich)) == (
        SubscriptionStatus.failed,
        "no_codes",
        Money(500000),
    )


def test_what_the_network_gives_is_kept_and_shown(session, rich):
    cloud = option(session, gives=Gives.network)
    subscription = connect(session, rich, cloud)
    told = NetworkAnswer(
        status=NetworkStatus.done, access={"link": "https://cloud.example", "login": "m1", "admin": "x"}
    )

    services.apply(session, SYSTEM, asked(session, subscription).id, told, keyring=KEYRING, now=NOON)
    services.apply(session, SYSTEM, asked(session, subscription).id, told, keyring=KEYRING, now=NOON)

    assert shown(session, rich, subscription) == {"link": "https://cloud.example", "login": "m1"}


def test_what_a_product_does_not_promise_is_not_kept(session, rich):
    subscription = connect(session, rich, option(session))
    told = NetworkAnswer(status=NetworkStatus.done, access={"password": "x"})

    services.apply(session, SYSTEM, asked(session, subscription).id, told, keyring=KEYRING, now=NOON)

    assert session.scalars(select(Access)).all() == []


STATES = {
    "connecting": {"status": SubscriptionStatus.connecting},
    "active": {"status": SubscriptionStatus.active},
    "cut off": {"status": SubscriptionStatus.active, "blocked_at": NOON},
    "suspended": {"status": SubscriptionStatus.suspended},
    "disconnecting": {"status": SubscriptionStatus.disconnecting},
    "ended": {"status": SubscriptionStatus.ended},
}


@pytest.mark.parametrize(
    "row", documents.tables(OPTIONS, "What an option gives")[0], ids=lambda row: row["the service is"]
)
def test_it_is_shown_while_it_works_as_the_document_says(session, rich, shelf, row):
    for name, value in STATES[row["the service is"]].items():
        setattr(shelf, name, value)
    session.flush()

    assert services.card(session, rich.actor, shelf.id, now=NOON).gives == (row["shown"] == "yes")
    if row["shown"] == "yes":
        assert shown(session, rich, shelf) == {"code": "AAAA-1"}
    else:
        with pytest.raises(services.NothingGiven):
            shown(session, rich, shelf)


def test_brought_back_it_is_the_same_code(session, rich, shelf):
    disconnect(session, rich, shelf)
    answer(session, shelf)
    services.undo(session, rich.actor, shelf.id, now=NOON + timedelta(minutes=14))
    answer(session, shelf)

    assert shown(session, rich, shelf) == {"code": "AAAA-1"}


@pytest.mark.parametrize("codes", [[], ["", "  "], ["x" * 501], ["x"] * 10_001], ids=["none", "blank", "long", "many"])
def test_codes_that_are_none_are_refused(session, codes):
    option(session, "books", **BOOKS)

    with pytest.raises(services.CodesWrong):
        fill(session, *codes)


def test_only_who_edits_the_catalogue_adds_codes(session, anna, oleg):
    option(session, "books", **BOOKS)

    for actor in (anna.actor, oleg):
        with pytest.raises(NotAllowed):
            services.add_codes(session, actor, "books", ["AAAA-1"], keyring=KEYRING, now=NOON)


def test_nobody_but_the_owner_is_shown_a_code(session, vera, maria, shelf):
    with pytest.raises(NotFound):
        shown(session, vera, shelf)
    for actor in (maria, SYSTEM):
        with pytest.raises(NotAllowed):
            services.reveal(session, actor, shelf.id, keyring=KEYRING, now=NOON)


def test_vera_gives_up_nothing_of_annas(session, rich, vera):
    subscription = connect(session, rich, option(session))

    with pytest.raises(NotFound):
        disconnect(session, vera, subscription)
