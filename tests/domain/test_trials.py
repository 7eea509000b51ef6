"""Trials: free to their last day, off after it, paid only where the customer said yes to the price."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cabinet.domain import billing, catalog, ledger, services
from cabinet.domain.base import events
from cabinet.domain.services import Deed, Wish
from cabinet.kit.errors import NotFound, Refusal
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind
from cabinet.models.services import ServiceStep, SubscriptionStatus, TrialStatus
from tests import documents, personae
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import offer, served
from tests.switching import REFUSED, answer, at, change, connect, disconnect, ordered, quoted, turned, working

OPTIONS = "docs/domain/options.md"
TODAY = date(2026, 11, 24)
END = date(2026, 12, 4)
"""The first day after ten free ones."""


@pytest.fixture
def rich(session, anna):
    give(session, anna, 1_000_00)
    return anna


@pytest.fixture
def safe(session):
    return offer(session, "safe", 310_00, category="security", kind=ProductKind.option, trial_days=10)


@pytest.fixture
def tried(session, rich, safe):
    """Anna's trial, at work since today."""
    return working(session, rich, safe, trial=True)


def extension(session, who, subscription, now=NOON):
    wish = Wish(deed=Deed.extend, account_id=who.account.id, subject=subscription.id)
    return services.quote(session, who.actor, wish, keyring=KEYRING, now=now)


def told(session, kind):
    return [event for event in events.recorded(session) if type(event) is kind]


def story(session, subscription):
    query = select(ServiceStep).where(ServiceStep.subscription_id == subscription.id).order_by(ServiceStep.id)
    return [step.name for step in session.scalars(query)]


@pytest.mark.parametrize("row", documents.tables(OPTIONS, "A trial")[0], ids=str)
def test_a_trial_costs_what_the_document_says(session, anna, row):
    balance = documents.money(row["balance"])
    give(session, anna, balance.minor)
    safe = offer(session, "safe", 310_00, connection_minor=50_00, trial_days=int(row["trial days"]))
    subscription = working(session, anna, safe, trial=True)
    ends = date.fromisoformat(row["goes off on"] or row["on"])
    for far in range(1, 40):
        day = TODAY + timedelta(days=far - 1)
        if str(day) == row["agreed on"]:
            change(session, anna, Deed.extend, subscription, now=at(day, 12))
        assert (on(session, anna), subscription.status) == (balance, SubscriptionStatus.active)
        turned(session, subscription, day + timedelta(days=1))
        if day + timedelta(days=1) == ends:
            break

    assert subscription.status is (
        SubscriptionStatus.disconnecting if row["goes off on"] else SubscriptionStatus.active
    )
    assert balance - on(session, anna) == documents.money(row["taken"])
    assert billing.debt(session, SYSTEM, anna.account, now=at(ends, 23)) == Money(0)
    assert ledger.verify(session) == []


def test_a_trial_says_what_happens_and_takes_nothing(session, rich, safe):
    quote = quoted(session, rich, safe, trial=True)

    assert (quote.plan.taken, quote.plan.ends_on) == (Money(0), END)
    assert [(step.kind, step.day, step.amount) for step in quote.plan.steps] == [
        ("trial", TODAY, Money(0)),
        ("trial_ends", END, Money(0)),
        ("if_extended", END, Money(-310_00)),
    ]


def test_without_a_yes_it_goes_off_and_nothing_was_ever_asked_for(session, rich, tried):
    for day in (TODAY + timedelta(days=1), END - timedelta(days=1)):
        turned(session, tried, day)
        billing.issue_next(session, SYSTEM, rich.account.id, now=at(day, 3))
        assert tried.status is SubscriptionStatus.active

    turned(session, tried, END)
    turned(session, tried, END)
    answer(session, tried, now=at(END))

    assert (tried.status, tried.trial) == (SubscriptionStatus.ended, TrialStatus.over)
    assert on(session, rich) == Money(1_000_00)
    assert billing.open_invoices(session, rich.actor, rich.account.id) == []
    assert story(session, tried) == ["trial_asked", "connected", "trial_ended", "disconnected"]


def test_a_yes_is_written_down_with_its_price_and_its_quote(session, rich, tried):
    quote = extension(session, rich, tried)
    assert (quote.plan.taken, quote.plan.monthly, quote.plan.effect_on) == (Money(0), Money(310_00), END)
    assert [(step.kind, step.day, step.amount) for step in quote.plan.steps] == [
        ("trial", TODAY, Money(0)),
        ("days", END, Money(-280_00)),
        ("monthly", date(2027, 1, 1), Money(-310_00)),
    ]

    ordered(session, rich, quote)

    (step,) = session.scalars(select(ServiceStep).where(ServiceStep.name == "trial_agreed"))
    assert (step.quote_id, step.actor) == (quote.id, rich.actor.label)
    assert step.details == {"price_minor": 310_00, "day": "2026-12-04"}
    assert (tried.trial, tried.ends_on, on(session, rich)) == (TrialStatus.agreed, None, Money(1_000_00))


def test_what_was_agreed_to_goes_on_month_by_month(session, rich, tried):
    ordered(session, rich, extension(session, rich, tried))
    planned = billing.outlook(session, rich.actor, rich.account, Money(0), now=NOON).planned
    assert [(each.day, each.amount) for each in planned][:2] == [
        (END, Money(280_00)),
        (date(2027, 1, 1), Money(310_00)),
    ]
    assert billing.issue_next(session, SYSTEM, rich.account.id, now=NOON) is None

    turned(session, tried, END)
    assert (on(session, rich), tried.trial) == (Money(720_00), TrialStatus.over)
    assert [event.price_minor for event in told(session, services.TrialContinued)] == [310_00]
    billing.issue_next(session, SYSTEM, rich.account.id, now=at(date(2026, 12, 23)))
    billing.settle_due(session, SYSTEM, rich.account.id, now=at(date(2027, 1, 1)))

    assert on(session, rich) == Money(410_00)
    assert tried.charged_until == date(2027, 2, 1)
    assert ledger.verify(session) == []


def test_days_of_which_the_house_was_late_are_free(session, rich, tried):
    ordered(session, rich, extension(session, rich, tried))

    turned(session, tried, END + timedelta(days=7))

    assert on(session, rich) == Money(790_00)


def test_agreed_but_without_the_money_it_goes_off_and_makes_no_debt(session, anna, safe):
    give(session, anna, 279_99)
    tried = working(session, anna, safe, trial=True)
    ordered(session, anna, extension(session, anna, tried))

    turned(session, tried, END)

    assert (tried.status, tried.trial, on(session, anna)) == (
        SubscriptionStatus.disconnecting,
        TrialStatus.over,
        Money(279_99),
    )
    assert [event.price_minor for event in told(session, services.TrialUnpaid)] == [310_00]
    assert billing.open_invoices(session, anna.actor, anna.account.id) == []


def test_a_yes_can_be_taken_back_until_the_trial_is_over(session, rich, tried):
    ordered(session, rich, extension(session, rich, tried))

    disconnect(session, rich, tried)
    answer(session, tried)
    turned(session, tried, END)

    assert (tried.status, on(session, rich)) == (SubscriptionStatus.ended, Money(1_000_00))


def test_a_product_is_tried_once(session, rich, safe, tried):
    turned(session, tried, END)
    answer(session, tried, now=at(END))

    with pytest.raises(services.TrialUsed):
        quoted(session, rich, safe, trial=True, now=at(END))
    (again,) = services.overview(session, rich.actor, now=at(END)).offers
    assert not again.may_try
    assert quoted(session, rich, safe, now=at(END)).plan.taken == Money(280_00)


def test_two_tabs_try_it_once(session, rich, safe):
    first, second = quoted(session, rich, safe, trial=True), quoted(session, rich, safe, trial=True)
    ordered(session, rich, first)

    with pytest.raises(services.AlreadyConnected):
        ordered(session, rich, second)


def test_a_try_that_never_began_does_not_count(session, rich, safe):
    failed = connect(session, rich, safe, trial=True)
    answer(session, failed, REFUSED)

    assert connect(session, rich, safe, trial=True).trial is TrialStatus.running


@pytest.mark.parametrize("wish", [{"first": TODAY + timedelta(days=1)}, {"until": TODAY + timedelta(days=3)}], ids=str)
def test_a_trial_begins_now_and_lasts_as_the_catalogue_says(session, rich, wish):
    short = offer(session, "short", 310_00, trial_days=10, temporary_days_max=30)

    with pytest.raises(services.NoTrial):
        quoted(session, rich, short, trial=True, **wish)


def test_what_has_no_trial_is_not_tried(session, rich):
    with pytest.raises(services.NoTrial):
        quoted(session, rich, offer(session, "plain", 99_00), trial=True)


def test_the_trials_of_a_withdrawn_version_are_not_begun_and_go_on(session, rich, safe, tried, boris):
    begun = quoted(session, boris, safe, trial=True)
    dearer = catalog.Draft(title={"ru": "safe"}, price_minor=900_00)
    catalog.publish(session, SYSTEM, "safe", dearer, valid_from=NOON, now=NOON)
    with pytest.raises(services.NoTrial):
        ordered(session, boris, begun)
    catalog.withdraw(session, SYSTEM, "safe", now=NOON)

    with pytest.raises(catalog.ProductNotFound):
        ordered(session, boris, begun)
    assert extension(session, rich, tried).plan.monthly == Money(310_00)


def test_the_yes_is_said_once_fresh_and_unaltered(session, rich, tried):
    quote = extension(session, rich, tried)
    with pytest.raises(services.QuoteExpired):
        ordered(session, rich, quote, now=quote.holds_until)
    packed, _, signature = quote.token.partition(".")
    body = json.loads(base64.urlsafe_b64decode(packed))
    body["terms"]["monthly_minor"] = 1
    forged = base64.urlsafe_b64encode(json.dumps(body).encode()).decode()
    with pytest.raises(services.QuoteAltered):
        services.order(session, rich.actor, f"{forged}.{signature}", keyring=KEYRING, now=NOON)
    assert tried.trial is TrialStatus.running

    ordered(session, rich, quote)
    ordered(session, rich, quote)

    assert story(session, tried).count("trial_agreed") == 1
    with pytest.raises(services.NotNow):
        extension(session, rich, tried)


def test_on_the_last_day_it_is_too_late(session, rich, tried):
    extension(session, rich, tried, now=at(END - timedelta(days=1), 23))

    with pytest.raises(services.NotNow):
        extension(session, rich, tried, now=at(END, 0))


def test_a_debt_comes_before_a_yes(session, rich, tried):
    served(session, rich, 5_000_00, charged_until=date(2026, 11, 1))
    billing.issue_month(session, SYSTEM, rich.account.id, date(2026, 11, 1), now=NOON)

    with pytest.raises(services.InDebt):
        extension(session, rich, tried)


def test_a_trial_is_neither_paused_nor_made_endless(session, rich):
    terms = {"trial_days": 10, "suspension_days_min": 1, "suspension_days_max": 30, "suspension_days_year": 60}
    tried = working(session, rich, offer(session, "safe", 310_00, **terms), trial=True)

    with pytest.raises(services.NotNow):
        change(session, rich, Deed.suspend, tried, until=date(2026, 12, 1))
    with pytest.raises(services.NotNow):
        services.cancel_change(session, rich.actor, tried.id, now=NOON)
    ordered(session, rich, extension(session, rich, tried))
    with pytest.raises(services.NotNow):
        change(session, rich, Deed.suspend, tried, until=date(2026, 12, 1))


def test_an_earlier_end_is_planned_and_dropped_and_it_stays_a_trial(session, rich, tried):
    disconnect(session, rich, tried, first=date(2026, 11, 28))
    assert tried.ends_on == date(2026, 11, 28)

    services.cancel_change(session, rich.actor, tried.id, now=NOON)

    assert (tried.ends_on, tried.trial, on(session, rich)) == (END, TrialStatus.running, Money(1_000_00))


def test_an_end_after_the_last_day_is_the_last_day(session, rich, tried):
    quote = disconnect(session, rich, tried, first=date(2026, 12, 20))

    assert quote.plan.ends_on == END


def test_undone_it_is_a_trial_still(session, rich, tried):
    disconnect(session, rich, tried)
    services.undo(session, rich.actor, tried.id, now=NOON + timedelta(minutes=5))
    answer(session, tried)

    assert (tried.status, tried.ends_on, on(session, rich)) == (SubscriptionStatus.active, END, Money(1_000_00))
    turned(session, tried, END)
    assert tried.status is SubscriptionStatus.disconnecting


def test_what_ended_by_itself_is_not_brought_back_by_undoing_something_else(session, rich, tried):
    late = at(END - timedelta(days=1), 23) + timedelta(minutes=58)
    disconnect(session, rich, tried, now=late)
    services.undo(session, rich.actor, tried.id, now=late)
    answer(session, tried, now=late)
    services.turn(session, SYSTEM, tried.id, now=at(END, 0))

    with pytest.raises(services.UndoTooLate):
        services.undo(session, rich.actor, tried.id, now=at(END, 0) + timedelta(minutes=1))
    assert services.card(session, rich.actor, tried.id, now=at(END, 0)).undo_until is None
    assert on(session, rich) == Money(1_000_00)


def test_a_debt_that_is_paid_brings_a_trial_back_for_nothing(session, rich, tried):
    served(session, rich, 1_800_00, charged_until=date(2026, 11, 1))
    invoice = billing.issue_month(session, SYSTEM, rich.account.id, date(2026, 11, 1), now=NOON)
    services.block(session, SYSTEM, rich.account.id, now=NOON)
    assert tried.blocked_at == NOON
    give(session, rich, 900_00)
    billing.settle(session, SYSTEM, invoice.id, now=NOON)

    services.restore(session, SYSTEM, rich.account.id, now=NOON)

    assert (tried.blocked_at, on(session, rich)) == (None, Money(100_00))


def test_agreed_and_cut_off_on_its_last_day_it_goes_off_unpaid(session, rich, tried):
    ordered(session, rich, extension(session, rich, tried))
    tried.blocked_at = NOON

    turned(session, tried, END)

    assert (tried.status, on(session, rich)) == (SubscriptionStatus.disconnecting, Money(1_000_00))


def test_the_end_is_told_three_days_and_one_day_before(session, rich, tried):
    def reminded(day):
        ids = services.to_remind(session, SYSTEM, now=at(day, 10))
        return [services.remind(session, SYSTEM, each, now=at(day, 10)) for each in ids]

    days = [END - timedelta(days=left) for left in (5, 4, 3, 3, 2, 1, 1, 0)]

    assert [reminded(day) for day in days] == [[], [], [True], [False], [False], [True], [False], [False]]
    assert [(event.day, event.price_minor) for event in told(session, services.TrialEnding)] == [
        ("2026-12-04", 310_00)
    ] * 2


def test_who_has_agreed_is_not_asked_again(session, rich, tried):
    ordered(session, rich, extension(session, rich, tried))

    assert services.to_remind(session, SYSTEM, now=at(END - timedelta(days=1))) == []
    assert not services.remind(session, SYSTEM, tried.id, now=at(END - timedelta(days=1)))


DEEDS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["disconnect", "later", "undo", "drop", "cut", "back", "resume"])),
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
@pytest.mark.databases("sqlite")
def test_whatever_is_done_without_a_yes_nothing_is_ever_charged(session, deeds):
    """Any deeds on any days, a round each night: a trial that was not agreed to never moves money."""
    with session.begin_nested() as nested:
        anna = personae.anna_in(session)
        give(session, anna, 5_000_00)
        product = offer(session, "safe", 310_00, trial_days=7, connection_minor=50_00)
        tried = working(session, anna, product, trial=True)
        day = TODAY
        for wait, deed in [*deeds, (30, "undo")]:
            for _ in range(wait):
                day += timedelta(days=1)
                night(session, anna, tried, day)
            attempt(session, anna, tried, deed, day)
        asked_for = billing.open_invoices(session, SYSTEM, anna.account.id)

        assert (on(session, anna), asked_for) == (Money(5_000_00), [])
        nested.rollback()


def night(session, who, subscription, day):
    if subscription.trial_until <= day or subscription.ends_on:
        services.turn(session, SYSTEM, subscription.id, now=at(day, 1))
    billing.issue_next(session, SYSTEM, who.account.id, now=at(day, 2))
    billing.settle_due(session, SYSTEM, who.account.id, now=at(day, 3))


def attempt(session, who, subscription, deed, day):
    now = at(day, 12)
    try:
        with session.begin_nested():
            if deed in ("disconnect", "later"):
                first = day + timedelta(days=2) if deed == "later" else None
                disconnect(session, who, subscription, first=first, now=now)
            elif deed == "cut" and subscription.status is SubscriptionStatus.active:
                subscription.blocked_at = now
            elif deed == "back":
                services.restore(session, SYSTEM, who.account.id, now=now)
            elif deed in ("undo", "drop", "resume"):
                name = {"undo": services.undo, "drop": services.cancel_change, "resume": services.resume}[deed]
                name(session, who.actor, subscription.id, now=now)
    except Refusal:
        session.refresh(subscription)
    if subscription.status in (SubscriptionStatus.connecting, SubscriptionStatus.disconnecting):
        answer(session, subscription, now=now)


def test_vera_says_no_yes_for_anna(session, vera, rich, tried):
    quote = extension(session, rich, tried)
    with pytest.raises(NotFound):
        extension(session, vera, tried)
    with pytest.raises(services.QuoteAltered):
        ordered(session, vera, quote)
    assert tried.trial is TrialStatus.running
