"""Services: quoted first, charged exactly so, switched by the network, given back when it cannot be."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cabinet.domain import billing, billing_accounts, catalog, ledger, services
from cabinet.domain.base import confirmations, events
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import NetworkAnswer
from cabinet.domain.services import Deed, Wish
from cabinet.kit import clock
from cabinet.kit.errors import NotFound
from cabinet.kit.money import Money
from cabinet.models.catalog import Product, ProductKind
from cabinet.models.confirmations import Challenge
from cabinet.models.ledger import LedgerTransaction
from cabinet.models.people import StaffRole
from cabinet.models.services import (
    NetworkDeed,
    NetworkOrder,
    NetworkStatus,
    Subscription,
    SubscriptionStatus,
)
from tests import oracle, personae
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import had, offer, served, works

TODAY = date(2026, 11, 24)
DONE = NetworkAnswer(status=NetworkStatus.done)
REFUSED = NetworkAnswer(status=NetworkStatus.failed, failure="equipment")


def at(day, hour=9):
    """A moment of a day in Moscow."""
    return clock.start_of(day, "Europe/Moscow") + timedelta(hours=hour)


def quoted(session, who, product, *, now=NOON, **wish):
    wanted = Wish(deed=Deed.connect, account_id=who.account.id, subject=product.id, **wish)
    return services.quote(session, who.actor, wanted, keyring=KEYRING, now=now)


def ordered(session, who, quote, *, now=NOON):
    return services.order(session, who.actor, quote.token, keyring=KEYRING, now=now).subscription


def connect(session, who, product, *, now=NOON, **wish):
    return ordered(session, who, quoted(session, who, product, now=now, **wish), now=now)


def change(session, who, deed, subscription, *, now=NOON, **wish):
    wanted = Wish(deed=deed, account_id=who.account.id, subject=subscription.id, **wish)
    quote = services.quote(session, who.actor, wanted, keyring=KEYRING, now=now)
    ordered(session, who, quote, now=now)
    return quote


def disconnect(session, who, subscription, **more):
    return change(session, who, Deed.disconnect, subscription, **more)


def suspend(session, who, subscription, until, **more):
    return change(session, who, Deed.suspend, subscription, until=until, **more)


def asked(session, subscription):
    """The newest order that the network was given."""
    query = select(NetworkOrder).where(NetworkOrder.subscription_id == subscription.id)
    return session.scalars(query.order_by(NetworkOrder.serial.desc())).first()


def answer(session, subscription, word=DONE, *, now=NOON):
    services.apply(session, SYSTEM, asked(session, subscription).id, word, now=now)


def working(session, who, product, **more):
    subscription = connect(session, who, product, **more)
    answer(session, subscription, now=more.get("now", NOON))
    return subscription


def turned(session, subscription, day):
    services.turn(session, SYSTEM, subscription.id, now=at(day, 1))


def told(session, kind):
    return [event for event in events.recorded(session) if type(event) is kind]


@pytest.fixture
def rich(session, anna):
    give(session, anna, 5_000_00)
    return anna


@pytest.fixture
def cinema(session):
    return offer(session, "cinema", 300_00, category="tv")


def test_it_is_charged_as_quoted_and_works_once_the_network_says_so(session, rich):
    number = offer(session, "number", 300_00, category="mobile", connection_minor=50_00)
    quote = quoted(session, rich, number)
    assert quote.plan.taken == Money(120_00)
    assert [(step.kind, step.day, step.amount) for step in quote.plan.steps] == [
        ("connection", TODAY, Money(-50_00)),
        ("days", TODAY, Money(-70_00)),
        ("monthly", date(2026, 12, 1), Money(-300_00)),
    ]

    subscription = ordered(session, rich, quote)

    assert subscription.status is SubscriptionStatus.connecting
    assert on(session, rich) == Money(4_880_00)
    answer(session, subscription)
    assert (subscription.status, subscription.connected_at) == (SubscriptionStatus.active, NOON)
    assert [event.subscription_id for event in told(session, services.ServiceConnected)] == [subscription.id]
    (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
    assert (december.amount_minor, december.period) == (300_00, date(2026, 12, 1))
    assert ledger.verify(session) == []


def test_what_the_network_cannot_do_is_given_back_whole(session, rich):
    number = offer(session, "number", 300_00, connection_minor=50_00)
    subscription = connect(session, rich, number)

    answer(session, subscription, REFUSED)

    assert (subscription.status, subscription.failure) == (SubscriptionStatus.failed, "equipment")
    assert on(session, rich) == Money(5_000_00)
    assert billing.open_invoices(session, rich.actor, rich.account.id) == []
    (event,) = told(session, services.ServiceFailed)
    assert (event.failure, event.returned_minor) == ("equipment", 120_00)
    assert ledger.verify(session) == []


@pytest.mark.parametrize("second", [DONE, REFUSED])
def test_a_second_answer_changes_nothing(session, rich, cinema, second):
    subscription = connect(session, rich, cinema)
    answer(session, subscription)
    left = on(session, rich)

    answer(session, subscription, second)

    assert (subscription.status, on(session, rich)) == (SubscriptionStatus.active, left)


def test_a_connection_that_takes_too_long_is_dropped_and_switched_off(session, rich, cinema):
    subscription = connect(session, rich, cinema)
    order = asked(session, subscription)
    assert not services.overdue(session, SYSTEM, order.id, now=NOON + timedelta(minutes=29))
    assert services.overdue(session, SYSTEM, order.id, now=NOON + timedelta(minutes=30))

    answer(session, subscription, NetworkAnswer(status=NetworkStatus.failed, failure="timeout"))

    assert on(session, rich) == Money(5_000_00)
    assert asked(session, subscription).deed is NetworkDeed.disconnect
    services.apply(session, SYSTEM, order.id, DONE, now=NOON)
    assert subscription.status is SubscriptionStatus.failed


def test_the_same_quote_twice_is_one_order(session, rich, cinema):
    quote = quoted(session, rich, cinema)

    first, second = ordered(session, rich, quote), ordered(session, rich, quote, now=NOON + timedelta(hours=2))

    assert first.id == second.id
    assert on(session, rich) == Money(4_930_00)


@pytest.mark.parametrize("change_", ["taken_minor", "version"])
def test_a_quote_that_was_altered_is_refused(session, rich, cinema, change_):
    packed, _, signature = quoted(session, rich, cinema).token.partition(".")
    body = json.loads(base64.urlsafe_b64decode(packed))
    body["terms"][change_] = 0
    forged = base64.urlsafe_b64encode(json.dumps(body).encode()).decode()

    for token in (f"{forged}.{signature}", packed, "", ".", "x.y", f"{packed}.{'0' * 64}"):
        with pytest.raises(services.QuoteAltered):
            services.order(session, rich.actor, token, keyring=KEYRING, now=NOON)
    assert on(session, rich) == Money(5_000_00)


def test_a_quote_holds_a_quarter_of_an_hour(session, rich, cinema):
    quote = quoted(session, rich, cinema)

    assert quote.holds_until == NOON + timedelta(minutes=15)
    with pytest.raises(services.QuoteExpired):
        ordered(session, rich, quote, now=quote.holds_until)


def test_a_quote_does_not_outlive_its_day(session, rich, cinema):
    late = datetime(2026, 11, 24, 20, 55, tzinfo=UTC)

    assert quoted(session, rich, cinema, now=late).holds_until == datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


def test_another_price_meanwhile_is_refused_not_charged(session, rich, cinema):
    quote = quoted(session, rich, cinema)
    dearer = catalog.Draft(title={"ru": "Кино"}, price_minor=400_00)
    catalog.publish(session, SYSTEM, "cinema", dearer, valid_from=NOON, now=NOON)

    with pytest.raises(services.QuoteChanged):
        ordered(session, rich, quote)
    assert on(session, rich) == Money(5_000_00)


def test_a_product_withdrawn_meanwhile_cannot_be_ordered(session, rich, cinema):
    quote = quoted(session, rich, cinema)
    catalog.withdraw(session, SYSTEM, "cinema", now=NOON)

    with pytest.raises(catalog.ProductNotFound):
        ordered(session, rich, quote)


def test_without_the_money_nothing_is_connected_and_it_is_said_what_lacks(session, anna, cinema):
    give(session, anna, 69_99)
    quote = quoted(session, anna, cinema)

    with pytest.raises(services.NotEnough) as refused, session.begin_nested():
        ordered(session, anna, quote)

    assert refused.value.details == {"missing": Money(1), "amount": Money(70_00)}
    assert on(session, anna) == Money(69_99)
    assert billing.held_by(session, SYSTEM, anna.account.id) == []


def test_two_tabs_connect_it_once(session, rich, cinema):
    first, second = quoted(session, rich, cinema), quoted(session, rich, cinema)
    ordered(session, rich, first)

    with pytest.raises(services.AlreadyConnected):
        ordered(session, rich, second)


def test_two_services_that_exclude_each_other_are_not_had_from_two_tabs(session, rich):
    barred = offer(session, "barred")
    abroad = offer(session, "abroad", 300_00, excludes=("barred",))
    first, second = quoted(session, rich, abroad), quoted(session, rich, barred)
    ordered(session, rich, first)

    with pytest.raises(services.DoesNotFit) as refused:
        ordered(session, rich, second)
    assert refused.value.details == {"title": {"ru": "abroad", "en": "abroad"}}


def hindrance(session, who, product, now=NOON):
    offered = {each.product.id: each.hindrance for each in services.available(session, who.actor, who.account, now=now)}
    with pytest.raises(type(offered[product.id])):
        quoted(session, who, product, now=now)
    return offered[product.id]


def test_what_it_stands_on_has_to_work(session, rich):
    offer(session, "internet", kind=ProductKind.tariff)
    boost = offer(session, "boost", requires=("internet",))

    refused = hindrance(session, rich, boost)

    assert type(refused) is services.TariffNeeded
    assert refused.details == {"titles": [{"ru": "internet", "en": "internet"}]}
    had(session, rich, session.scalars(select(Product).where(Product.code == "internet")).one())
    assert quoted(session, rich, boost).plan.taken == Money(0)


def test_works_say_until_when(session, rich, cinema):
    ends = NOON + timedelta(hours=3)
    works(session, "tv", NOON, ends)

    refused = hindrance(session, rich, cinema)

    assert type(refused) is services.UnderWorks
    assert refused.details == {"title": {"ru": "Работы"}, "until": ends}
    assert quoted(session, rich, cinema, now=ends).plan.taken == Money(70_00)


def test_what_works_touch_cannot_be_disconnected_either(session, rich, cinema):
    subscription = working(session, rich, cinema)
    works(session, "tv", NOON, NOON + timedelta(hours=1))

    with pytest.raises(services.UnderWorks):
        disconnect(session, rich, subscription)


def test_a_debt_comes_first(session, anna, cinema):
    served(session, anna, 800_00, charged_until=date(2026, 11, 1))
    billing.issue_month(session, SYSTEM, anna.account.id, date(2026, 11, 1), now=NOON)

    refused = hindrance(session, anna, cinema)

    assert type(refused) is services.InDebt
    assert refused.details == {"amount": Money(800_00)}


def test_what_needs_a_visit_is_not_connected_from_here(session, rich):
    assert type(hindrance(session, rich, offer(session, "gigabit", visit_needed=True))) is services.VisitNeeded


def test_a_tariff_is_neither_connected_nor_disconnected_here(session, rich):
    tariff = offer(session, "internet", 800_00, kind=ProductKind.tariff)
    with pytest.raises(services.ChangedWithTariff):
        quoted(session, rich, tariff)
    with pytest.raises(services.ChangedWithTariff):
        disconnect(session, rich, had(session, rich, tariff))


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 11, 23), date(2020, 1, 1), date(2027, 2, 23)])
def test_a_day_that_has_passed_or_is_too_far_is_refused(session, rich, cinema, day):
    with pytest.raises(services.DayWrong):
        quoted(session, rich, cinema, first=day)


def test_a_connection_is_planned_and_begins_by_itself(session, rich, cinema):
    subscription = connect(session, rich, cinema, first=date(2026, 12, 11))
    assert (subscription.status, on(session, rich)) == (SubscriptionStatus.scheduled, Money(5_000_00))
    planned = billing.outlook(session, rich.actor, rich.account, Money(0), now=NOON).planned
    assert (planned[0].day, planned[0].amount) == (date(2026, 12, 11), Money(203_23))

    turned(session, subscription, date(2026, 12, 10))
    assert subscription.status is SubscriptionStatus.scheduled
    turned(session, subscription, date(2026, 12, 11))
    turned(session, subscription, date(2026, 12, 11))

    assert subscription.status is SubscriptionStatus.connecting
    assert on(session, rich) == Money(4_796_77)


def test_a_planned_connection_without_money_fails_and_says_so(session, anna, cinema):
    subscription = connect(session, anna, cinema, first=date(2026, 12, 11))

    turned(session, subscription, date(2026, 12, 11))

    assert (subscription.status, subscription.failure) == (SubscriptionStatus.failed, "not_enough")
    assert [event.failure for event in told(session, services.ServiceFailed)] == ["not_enough"]
    assert billing.open_invoices(session, anna.actor, anna.account.id) == []


def test_a_planned_connection_can_be_dropped(session, rich, cinema):
    subscription = connect(session, rich, cinema, first=date(2026, 12, 11))

    services.cancel_change(session, rich.actor, subscription.id, now=NOON)
    turned(session, subscription, date(2026, 12, 11))

    assert (subscription.status, on(session, rich)) == (SubscriptionStatus.ended, Money(5_000_00))


def test_a_temporary_connection_ends_by_itself_and_costs_its_days(session, rich):
    trip = offer(session, "trip", 300_00, temporary_days_max=30)
    quote = quoted(session, rich, trip, until=date(2026, 11, 27))
    assert quote.plan.taken == Money(30_00)
    subscription = ordered(session, rich, quote)
    answer(session, subscription)

    turned(session, subscription, date(2026, 11, 26))
    assert subscription.status is SubscriptionStatus.active
    turned(session, subscription, date(2026, 11, 27))
    answer(session, subscription, now=at(date(2026, 11, 27)))

    assert (subscription.status, on(session, rich)) == (SubscriptionStatus.ended, Money(4_970_00))
    assert billing.open_invoices(session, rich.actor, rich.account.id) == []


@pytest.mark.parametrize("until", [date(2026, 11, 24), date(2026, 11, 20), date(2026, 12, 25)])
def test_a_term_of_no_days_or_of_too_many_is_refused(session, rich, until):
    trip = offer(session, "trip", 300_00, temporary_days_max=30)

    with pytest.raises(services.TermWrong):
        quoted(session, rich, trip, until=until)


def test_what_is_not_sold_for_a_time_is_not(session, rich, cinema):
    with pytest.raises(services.NotTemporary):
        quoted(session, rich, cinema, until=date(2026, 11, 27))


def test_disconnecting_gives_the_days_back_as_quoted(session, rich, cinema):
    subscription = working(session, rich, cinema)

    quote = disconnect(session, rich, subscription, reason="дорого")

    assert quote.plan.returned == Money(60_00)
    assert on(session, rich) == Money(4_990_00)
    assert subscription.status is SubscriptionStatus.disconnecting
    assert billing.open_invoices(session, rich.actor, rich.account.id) == []
    answer(session, subscription)
    assert (subscription.status, subscription.ended_at) == (SubscriptionStatus.ended, NOON)
    story = services.history(session, rich.actor, subscription.id)
    assert [step.name for step in story] == ["connect_asked", "connected", "disconnect_asked", "disconnected"]
    assert story[2].details == {"returned_minor": 60_00, "reason": "дорого"}
    assert ledger.verify(session) == []


def test_what_gives_nothing_back_works_to_the_end_of_the_period(session, rich):
    films = offer(session, "films", 300_00, gives_back=False)
    subscription = working(session, rich, films)

    quote = disconnect(session, rich, subscription)

    assert (quote.plan.returned, quote.plan.ends_on) == (Money(0), date(2026, 12, 1))
    assert subscription.status is SubscriptionStatus.active
    assert billing.open_invoices(session, rich.actor, rich.account.id) == []
    turned(session, subscription, date(2026, 12, 1))
    assert subscription.status is SubscriptionStatus.disconnecting
    assert on(session, rich) == Money(4_930_00)


def test_a_planned_end_can_be_dropped_and_the_month_is_asked_for_again(session, rich):
    films = offer(session, "films", 300_00, gives_back=False)
    subscription = working(session, rich, films)
    disconnect(session, rich, subscription)

    services.cancel_change(session, rich.actor, subscription.id, now=NOON)

    turned(session, subscription, date(2026, 12, 1))
    assert subscription.status is SubscriptionStatus.active
    (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
    assert (december.amount_minor, december.period) == (300_00, date(2026, 12, 1))


def test_an_accidental_disconnection_is_undone_within_a_quarter_of_an_hour(session, rich, cinema):
    subscription = working(session, rich, cinema)
    disconnect(session, rich, subscription)
    off = asked(session, subscription)

    services.undo(session, rich.actor, subscription.id, now=NOON + timedelta(minutes=14))
    services.apply(session, SYSTEM, off.id, DONE, now=NOON + timedelta(minutes=14))
    answer(session, subscription, now=NOON + timedelta(minutes=14))

    assert (subscription.status, subscription.ends_on) == (SubscriptionStatus.active, None)
    assert on(session, rich) == Money(4_930_00)
    assert len(billing.open_invoices(session, rich.actor, rich.account.id)) == 1


def test_later_it_is_too_late_to_undo(session, rich, cinema):
    subscription = working(session, rich, cinema)
    disconnect(session, rich, subscription)

    with pytest.raises(services.UndoTooLate):
        services.undo(session, rich.actor, subscription.id, now=NOON + timedelta(minutes=15))


def test_disconnecting_while_it_is_being_connected_has_to_wait(session, rich, cinema):
    subscription = connect(session, rich, cinema)

    with pytest.raises(services.NotNow):
        disconnect(session, rich, subscription)


@pytest.fixture
def tv(session):
    return offer(
        session,
        "tv",
        300_00,
        category="tv",
        suspension_days_min=3,
        suspension_days_max=30,
        suspension_days_year=40,
        suspension_day_minor=2_00,
    )


def test_a_pause_costs_its_days_and_gives_the_others_back(session, rich, tv):
    subscription = working(session, rich, tv)

    quote = suspend(session, rich, subscription, date(2026, 12, 5))

    assert (quote.plan.taken, quote.plan.returned) == (Money(20_00), Money(60_00))
    assert on(session, rich) == Money(5_000_00 - 70_00 - 20_00 + 60_00)
    assert (subscription.status, subscription.resumes_on) == (SubscriptionStatus.suspended, date(2026, 12, 5))
    assert billing.open_invoices(session, rich.actor, rich.account.id) == []
    before = on(session, rich)
    turned(session, subscription, date(2026, 12, 5))
    assert subscription.status is SubscriptionStatus.active
    assert before - on(session, rich) == Money(261_29)
    assert ledger.verify(session) == []


def test_a_pause_can_be_ended_early(session, rich, tv):
    subscription = working(session, rich, tv)
    suspend(session, rich, subscription, date(2026, 12, 20))

    services.resume(session, rich.actor, subscription.id, now=at(date(2026, 11, 26)))

    assert (subscription.status, subscription.resumes_on) == (SubscriptionStatus.active, None)
    assert on(session, rich) == Money(5_000_00 - 70_00 - 50_00 + 60_00 - 50_00)


@pytest.mark.parametrize("until", [None, date(2026, 11, 27), date(2026, 12, 26), date(2026, 11, 20)])
def test_a_pause_has_its_limits(session, rich, tv, until):
    subscription = working(session, rich, tv)

    with pytest.raises(services.PauseWrong):
        suspend(session, rich, subscription, until)


def test_a_year_holds_so_many_days_of_pause(session, rich):
    days = {"suspension_days_min": 3, "suspension_days_max": 30, "suspension_days_year": 30}
    subscription = working(session, rich, offer(session, "tv", 300_00, **days))
    suspend(session, rich, subscription, date(2026, 12, 25))
    services.resume(session, rich.actor, subscription.id, now=at(date(2026, 12, 20)))
    later = at(date(2026, 12, 20), 12)

    with pytest.raises(services.PauseBudgetSpent) as refused:
        suspend(session, rich, subscription, date(2027, 1, 5), now=later)

    assert refused.value.details == {"days": 5, "year": "2026"}
    suspend(session, rich, subscription, date(2027, 1, 5), now=later, first=date(2026, 12, 27))


def test_what_cannot_be_paused_is_not(session, rich, cinema):
    with pytest.raises(services.NoSuspension):
        suspend(session, rich, working(session, rich, cinema), date(2026, 12, 5))


def test_a_planned_pause_begins_by_itself_or_is_dropped(session, rich, tv):
    subscription = working(session, rich, tv)
    suspend(session, rich, subscription, date(2026, 12, 15), first=date(2026, 12, 5))
    assert (subscription.status, on(session, rich)) == (SubscriptionStatus.active, Money(4_930_00))
    services.cancel_change(session, rich.actor, subscription.id, now=NOON)
    turned(session, subscription, date(2026, 12, 5))
    assert subscription.status is SubscriptionStatus.active

    suspend(session, rich, subscription, date(2026, 12, 15), first=date(2026, 12, 5))
    turned(session, subscription, date(2026, 12, 5))

    assert (subscription.status, subscription.resumes_on) == (SubscriptionStatus.suspended, date(2026, 12, 15))


def test_a_code_is_asked_for_where_the_catalogue_says_so(session, rich):
    abroad = offer(session, "abroad", 300_00, code_needed=True)
    quote = quoted(session, rich, abroad)

    waits = services.order(session, rich.actor, quote.token, keyring=KEYRING, now=NOON)

    assert waits.subscription is None
    assert on(session, rich) == Money(5_000_00)
    with pytest.raises(confirmations.CodeWrong):
        services.confirm(session, rich.actor, waits.challenge.id, "000000", keyring=KEYRING, now=NOON)
    code = confirmations.code_of(session.get_one(Challenge, waits.challenge.id), KEYRING)
    subscription = services.confirm(session, rich.actor, waits.challenge.id, code, keyring=KEYRING, now=NOON)
    assert subscription.status is SubscriptionStatus.connecting
    assert on(session, rich) == Money(4_930_00)


def test_a_code_signs_what_was_shown_and_nothing_that_came_later(session, rich):
    abroad = offer(session, "abroad", 300_00, code_needed=True)
    waits = services.order(session, rich.actor, quoted(session, rich, abroad).token, keyring=KEYRING, now=NOON)
    dearer = catalog.Draft(title={"ru": "Роуминг"}, price_minor=900_00, code_needed=True)
    catalog.publish(session, SYSTEM, "abroad", dearer, valid_from=NOON, now=NOON)

    code = confirmations.code_of(waits.challenge, KEYRING)
    with pytest.raises(services.QuoteChanged):
        services.confirm(session, rich.actor, waits.challenge.id, code, keyring=KEYRING, now=NOON)
    assert on(session, rich) == Money(5_000_00)


def test_vera_finds_nothing_of_annas(session, rich, vera, tv, cinema):
    subscription = working(session, rich, tv)
    token = quoted(session, rich, cinema).token
    give(session, vera, 1_000_00)

    for deed in (services.resume, services.undo, services.cancel_change):
        with pytest.raises(services.ServiceNotFound):
            deed(session, vera.actor, subscription.id, now=NOON)
    with pytest.raises(services.ServiceNotFound):
        services.card(session, vera.actor, subscription.id, now=NOON)
    with pytest.raises(services.ServiceNotFound):
        services.history(session, vera.actor, subscription.id)
    with pytest.raises(services.QuoteAltered):
        services.order(session, vera.actor, token, keyring=KEYRING, now=NOON)
    for deed in Deed:
        for account in (rich.account, vera.account):
            wish = Wish(deed=deed, account_id=account.id, subject=subscription.id, until=date(2026, 12, 9))
            with pytest.raises(NotFound):
                services.quote(session, vera.actor, wish, keyring=KEYRING, now=NOON)
    assert subscription.status is SubscriptionStatus.active


_numbers = count(8_000_000)
DEEDS = ("off", "on", "pause", "resume", "plan", "sale", "whole")
CLERK = Actor.staff(UUID(int=7), StaffRole.finance)


@pytest.mark.slow
@pytest.mark.databases("sqlite")
@example(31, 2_18, [(34, "sale", 28), (8, "whole", 14), (3, "off", 30), (2, "on", 9)])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    anchor=st.sampled_from([1, 15, 31]),
    minor=st.integers(1, 1_000_00),
    days=st.lists(
        st.tuples(
            st.integers(1, 9),
            st.sampled_from(["off", "on", "pause", "resume", "plan", "sale", "whole"]),
            st.integers(3, 40),
        ),
        max_size=12,
    ),
)
def test_any_sequence_of_changes_costs_what_the_days_with_the_service_cost(session, anchor, minor, days):
    """The oracle walks day by day and adds what each day with the service costs by itself."""
    who = personae.customer(
        session, "Анна", number=str(next(_numbers)), phone=f"+7{next(_numbers)}", email=f"{next(_numbers)}@example.ru"
    )
    who.account.anchor_day = anchor
    give(session, who, 50_000_00)
    product = offer(
        session,
        f"tv-{who.account.number}",
        minor,
        suspension_days_min=3,
        suspension_days_max=60,
        suspension_days_year=366,
    )
    life = Life(session, who, product)
    for wait, what, length in days:
        for _ in range(wait):
            life.next_day()
        life.do(what, length)
    life.next_day()
    life.do("off", 0)
    life.settle()

    spent = oracle.cost(life.served, minor, anchor, off=lambda day: life.off(day, minor))
    assert Money(50_000_00) - on(session, who) == Money(spent)
    assert billing.open_invoices(session, SYSTEM, who.account.id) == []


class Life:
    """One service through many days, and which of them it was there."""

    def __init__(self, session, who, product):
        self.session, self.who, self.product = session, who, product
        self.day = TODAY
        self.subscription = None
        self.resumes = None
        self.ends = None
        self.served: set[date] = set()
        self.sales: list[tuple[date, date, int]] = []
        self.sale = None
        self.do("on", 0)

    @property
    def live(self):
        return self.subscription is not None and self.subscription.status is SubscriptionStatus.active

    def do(self, what, length):
        now = at(self.day, 12)
        paused = self.subscription is not None and self.subscription.status is SubscriptionStatus.suspended
        planned = self.live and self.subscription.ends_on is not None
        if what == "on" and self.subscription is None:
            self.subscription = working(self.session, self.who, self.product, now=now)
            self.served.add(self.day)
        elif what == "off" and planned:
            services.cancel_change(self.session, self.who.actor, self.subscription.id, now=now)
            self.ends = None
        elif what == "off" and (self.live or paused):
            disconnect(self.session, self.who, self.subscription, now=now)
            answer(self.session, self.subscription, now=now)
            self.gone(self.day + timedelta(days=1))
        elif what == "plan" and self.live and not planned:
            self.ends = self.day + timedelta(days=length)
            disconnect(self.session, self.who, self.subscription, first=self.ends, now=now)
        elif what == "pause" and self.live and not planned:
            self.resumes = self.day + timedelta(days=length + 1)
            suspend(self.session, self.who, self.subscription, self.resumes, now=now)
        elif what == "resume" and paused:
            services.resume(self.session, self.who.actor, self.subscription.id, now=now)
            self.resumes = None
            self.served.add(self.day)
        elif what == "sale" and self.subscription is not None and self.sale is None:
            until = self.day + timedelta(days=2 * length)
            draft = services.DiscountDraft(title={"ru": "Скидка"}, percent=length * 2, until=until)
            try:
                self.sale = services.give_discount(self.session, CLERK, self.subscription.id, draft, now=now)
            except services.DaysPaid:
                return
            assert self.sale.since >= self.day
        elif what == "whole" and self.sale is not None:
            try:
                services.end_discount(self.session, CLERK, self.sale.id, now=now)
            except services.DaysPaid:
                return
            self.sales.append((self.sale.since, self.sale.until, self.sale.percent))
            self.sale = None

    def gone(self, day):
        """Forget the service that is there to a day; its discounts go with it, one that was ended ahead too."""
        if self.sale is not None:
            self.sales.append((self.sale.since, self.sale.until, self.sale.percent))
        self.sales = [(since, min(until, day), percent) for since, until, percent in self.sales]
        self.subscription = self.resumes = self.ends = self.sale = None

    def off(self, day, minor):
        """Tell what the discounts take off the price of a whole period on a day."""
        known = [*self.sales, *([(self.sale.since, self.sale.until, self.sale.percent)] if self.sale else [])]
        shares = [percent for since, until, percent in known if since <= day < until]
        assert len(shares) <= 1
        return minor - round(Fraction(minor * (100 - shares[0]), 100)) if shares else 0

    def next_day(self):
        self.day += timedelta(days=1)
        if self.ends == self.day:
            turned(self.session, self.subscription, self.day)
            answer(self.session, self.subscription, now=at(self.day, 2))
            self.gone(self.day)
        if self.resumes == self.day:
            turned(self.session, self.subscription, self.day)
            self.resumes = None
        if self.live:
            self.served.add(self.day)
        night = at(self.day, 3)
        billing.issue_next(self.session, SYSTEM, self.who.account.id, now=night)
        billing.settle_due(self.session, SYSTEM, self.who.account.id, now=night)

    def settle(self):
        if self.live or self.subscription is not None:
            self.do("off", 0)
        billing.settle_due(self.session, SYSTEM, self.who.account.id, now=at(self.day, 20))


def test_a_charge_stands_in_the_ledger_under_its_invoice(session, rich, cinema):
    subscription = working(session, rich, cinema)

    (charge,) = session.scalars(select(LedgerTransaction).where(LedgerTransaction.kind == "charge.service"))
    rows = ledger.about(session, SYSTEM, charge.about)
    assert [(row.credit, row.amount) for row in rows] == [("system:revenue:tv:RUB", Money(70_00))]
    assert session.get_one(Subscription, subscription.id).charged_until == date(2027, 1, 1)
    assert billing_accounts.balance(session, SYSTEM, rich.account).available == Money(4_930_00)


def test_without_a_verified_contact_no_code_is_sent_and_nothing_is_ordered(session, rich):
    abroad = offer(session, "abroad", 300_00, code_needed=True)
    rich.person.phone_verified_at = rich.person.email_verified_at = None

    with pytest.raises(services.NoContactForCode):
        services.order(session, rich.actor, quoted(session, rich, abroad).token, keyring=KEYRING, now=NOON)
    assert billing.held_by(session, SYSTEM, rich.account.id) == []
