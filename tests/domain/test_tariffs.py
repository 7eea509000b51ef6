"""Another tariff: quoted, charged exactly so, back whole when it cannot be, for a time with the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing, catalog, ledger, services
from cabinet.domain.base import events, rules
from cabinet.domain.services import Deed, TransitionDraft, Wish
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind
from cabinet.models.services import NetworkDeed, Subscription, SubscriptionStatus
from tests import documents
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import had, offer
from tests.switching import REFUSED, answer, asked, at

pytestmark = pytest.mark.databases("sqlite", "postgres")

TARIFFS = "docs/domain/tariffs.md"
MONTH = timedelta(days=30)
TODAY = date(2026, 11, 24)
DECEMBER = date(2026, 12, 1)
WHOLE = Money(5_000_00)
SOON = NOON + timedelta(minutes=14)


def tariff(session, code, price, *, category="internet", **terms):
    return offer(session, code, price, category=category, kind=ProductKind.tariff, **terms)


@pytest.fixture
def fast(session):
    return tariff(session, "fast", 900_00)


@pytest.fixture
def slow(session, anna):
    """Return Anna's tariff for 600 a month, paid to the end of November."""
    give(session, anna, 600_00)
    had_one = had(session, anna, tariff(session, "slow", 600_00), charged_until=date(2026, 11, 1))
    mine = held(session, anna, "slow")
    invoice = billing.charge_from(session, SYSTEM, anna.account, mine, date(2026, 11, 1), now=NOON)
    billing.settle(session, SYSTEM, invoice.id, now=NOON)
    return had_one


@pytest.fixture
def rich(session, anna, slow):
    """Return Anna, who has 5,000 and her tariff."""
    give(session, anna, 5_000_00)
    return anna


def held(session, who, code):
    return next(each for each in billing.held_by(session, SYSTEM, who.account.id) if each.product.code == code)


def quoted(session, who, product, *, now=NOON, **wish):
    wanted = Wish(deed=Deed.switch, account_id=who.account.id, subject=product.id, **wish)
    return services.quote(session, who.actor, wanted, keyring=KEYRING, now=now)


def switched(session, who, product, *, now=NOON, **wish):
    quote = quoted(session, who, product, now=now, **wish)
    return services.order(session, who.actor, quote.token, keyring=KEYRING, now=now).subscription


def told(session, kind):
    return [event for event in events.recorded(session) if type(event) is kind]


def test_it_is_charged_as_quoted_and_takes_the_place_once_it_works(session, rich, slow, fast):
    quote = quoted(session, rich, fast)
    # Seven of thirty days are left: 140 of 600 go back, 210 of 900 are taken.
    assert (quote.plan.taken, quote.plan.returned, quote.plan.fee) == (Money(210_00), Money(140_00), Money(0))
    assert [(step.kind, step.day, step.amount) for step in quote.plan.steps] == [
        ("switch", TODAY, Money(0)),
        ("returned", TODAY, Money(140_00)),
        ("days", TODAY, Money(-210_00)),
        ("monthly", DECEMBER, Money(-900_00)),
    ]

    new = services.order(session, rich.actor, quote.token, keyring=KEYRING, now=NOON).subscription

    assert on(session, rich) == WHOLE - Money(70_00)
    assert (new.status, slow.status) == (SubscriptionStatus.connecting, SubscriptionStatus.disconnecting)
    answer(session, new)
    assert new.status is SubscriptionStatus.active
    assert asked(session, slow).deed is NetworkDeed.disconnect
    answer(session, slow)
    assert slow.status is SubscriptionStatus.ended
    assert [event.returned for event in told(session, services.TariffSwitched)] == [False]
    assert told(session, services.ServiceConnected) == told(session, services.ServiceEnded) == []
    (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
    assert (december.amount_minor, december.period) == (900_00, DECEMBER)
    assert ledger.verify(session) == []


def test_ordered_twice_it_happens_once(session, rich, fast):
    quote = quoted(session, rich, fast)
    first = services.order(session, rich.actor, quote.token, keyring=KEYRING, now=NOON).subscription
    second = services.order(session, rich.actor, quote.token, keyring=KEYRING, now=NOON).subscription

    assert first.id == second.id
    assert on(session, rich) == WHOLE - Money(70_00)


def test_what_the_network_refuses_leaves_everything_as_it_was(session, rich, slow, fast):
    new = switched(session, rich, fast)

    answer(session, new, REFUSED)

    assert (new.status, new.failure) == (SubscriptionStatus.failed, "equipment")
    assert (slow.status, slow.ends_on, slow.gone_for_id) == (SubscriptionStatus.active, None, None)
    assert on(session, rich) == WHOLE
    assert [event.failure for event in told(session, services.TariffKept)] == ["equipment"]
    assert told(session, services.ServiceFailed) == []
    (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
    assert december.amount_minor == 600_00
    assert ledger.verify(session) == []


@pytest.mark.parametrize("works", [False, True], ids=["on its way", "works"])
def test_within_minutes_it_is_undone_to_the_kopeck(session, rich, slow, works):
    odd = tariff(session, "odd", 999_99)
    services.set_transition(
        session, SYSTEM, TransitionDraft(to_code="odd", price_minor=33_33), valid_from=NOON, now=NOON
    )
    new = switched(session, rich, odd)
    assert on(session, rich) != WHOLE
    if works:
        answer(session, new)
        answer(session, slow)
    assert services.card(session, rich.actor, new.id, now=SOON).undo_until == NOON + timedelta(minutes=15)

    services.undo(session, rich.actor, new.id, now=SOON)

    assert on(session, rich) == WHOLE
    answer(session, new)
    assert new.status is SubscriptionStatus.ended
    if works:
        assert asked(session, slow).deed is NetworkDeed.connect
        answer(session, slow)
    assert (slow.status, slow.gone_for_id) == (SubscriptionStatus.active, None)
    (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
    assert december.amount_minor == 600_00
    assert ledger.verify(session) == []


def test_later_it_is_not_undone(session, rich, fast):
    new = switched(session, rich, fast)
    answer(session, new)

    with pytest.raises(services.UndoTooLate):
        services.undo(session, rich.actor, new.id, now=NOON + timedelta(minutes=15))


def test_planned_for_the_next_period_it_is_asked_for_by_that_periods_invoice(session, rich, slow, fast):
    quote = quoted(session, rich, fast, first=DECEMBER)
    assert (quote.plan.taken, quote.plan.returned, quote.plan.effect_on) == (Money(0), Money(0), DECEMBER)
    new = services.order(session, rich.actor, quote.token, keyring=KEYRING, now=NOON).subscription

    assert on(session, rich) == WHOLE
    (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
    assert (december.amount_minor, december.period) == (900_00, DECEMBER)
    services.turn(session, SYSTEM, slow.id, now=at(DECEMBER, 1))
    assert slow.status is SubscriptionStatus.active
    services.turn(session, SYSTEM, new.id, now=at(DECEMBER, 1))
    answer(session, new, now=at(DECEMBER, 1))
    answer(session, slow, now=at(DECEMBER, 1))

    assert (new.status, slow.status) == (SubscriptionStatus.active, SubscriptionStatus.ended)
    assert [each.amount_minor for each in billing.open_invoices(session, rich.actor, rich.account.id)] == [900_00]
    assert ledger.verify(session) == []


def test_planned_for_a_day_it_settles_on_that_day(session, rich, fast):
    new = switched(session, rich, fast, first=date(2026, 11, 28))
    assert on(session, rich) == WHOLE

    services.turn(session, SYSTEM, new.id, now=at(date(2026, 11, 28), 1))

    # Three of thirty days: 60 go back, 90 are taken.
    assert on(session, rich) == WHOLE - Money(30_00)
    assert ledger.verify(session) == []


def test_a_planned_switch_is_dropped_as_if_it_had_never_been(session, rich, slow, fast):
    billing.issue_next(session, SYSTEM, rich.account.id, now=NOON)
    new = switched(session, rich, fast, first=DECEMBER)

    services.cancel_change(session, rich.actor, new.id, now=SOON)

    assert (new.status, slow.ends_on, slow.gone_for_id) == (SubscriptionStatus.ended, None, None)
    (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
    assert december.amount_minor == 600_00


def test_a_planned_switch_is_moved_by_a_new_quote(session, rich, slow, fast):
    first = switched(session, rich, fast, first=DECEMBER)

    second = switched(session, rich, fast, now=SOON, first=date(2026, 12, 5))

    assert (first.status, second.status) == (SubscriptionStatus.ended, SubscriptionStatus.scheduled)
    assert slow.gone_for_id == second.id
    (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
    # Four days of «slow» and twenty-seven of «fast», of thirty-one.
    assert december.amount_minor == 77_42 + 783_87


def test_a_switch_is_refused_while_another_is_planned(session, rich, fast):
    switched(session, rich, fast, first=DECEMBER)

    with pytest.raises(services.SwitchPending):
        quoted(session, rich, tariff(session, "third", 700_00))


def test_a_switch_is_refused_while_the_network_changes_one(session, rich, fast):
    switched(session, rich, fast)

    with pytest.raises(services.SwitchUnderWay):
        quoted(session, rich, tariff(session, "third", 700_00))
    with pytest.raises(services.SwitchUnderWay):
        quoted(session, rich, fast)


def test_ones_own_tariff_is_not_switched_to(session, rich):
    with pytest.raises(services.SameTariff):
        quoted(session, rich, held(session, rich, "slow").product)


def test_a_paused_tariff_is_not_switched(session, rich, slow, fast):
    slow.status = SubscriptionStatus.suspended

    with pytest.raises(services.CannotGo):
        quoted(session, rich, fast)


def test_with_a_debt_there_is_no_switch(session, rich, fast):
    line = billing.LineDraft("internet", {"ru": "Долг"}, Money(9_000_00))
    billing.issue(
        session, SYSTEM, rich.account,
        billing.InvoiceDraft(key="debt", kind="service", lines=[line], due_at=NOON - timedelta(days=1)), now=NOON,
    )  # fmt: skip

    with pytest.raises(services.InDebt):
        quoted(session, rich, fast)


def test_a_debt_by_the_day_keeps_the_tariff(session, rich, slow, fast):
    new = switched(session, rich, fast, first=DECEMBER)
    line = billing.LineDraft("internet", {"ru": "Долг"}, Money(9_000_00))
    billing.issue(
        session, SYSTEM, rich.account,
        billing.InvoiceDraft(key="debt", kind="service", lines=[line], due_at=NOON + timedelta(hours=1)), now=NOON,
    )  # fmt: skip

    services.turn(session, SYSTEM, new.id, now=at(DECEMBER, 1))

    assert (new.status, new.failure) == (SubscriptionStatus.failed, "debt")
    assert (slow.status, slow.ends_on) == (SubscriptionStatus.active, None)
    assert [event.failure for event in told(session, services.TariffKept)] == ["debt"]
    amounts = {each.amount_minor for each in billing.open_invoices(session, rich.actor, rich.account.id)}
    assert amounts == {9_000_00, 600_00}


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=91)], ids=str)
def test_a_day_that_has_passed_or_is_too_far_is_refused(session, rich, fast, day):
    with pytest.raises(services.DayWrong):
        quoted(session, rich, fast, first=day)


def test_an_altered_quote_is_refused(session, rich, fast):
    token = quoted(session, rich, fast).token

    with pytest.raises(services.QuoteAltered):
        services.order(session, rich.actor, "A" + token[1:], keyring=KEYRING, now=NOON)
    assert on(session, rich) == WHOLE


def test_an_expired_quote_is_refused(session, rich, fast):
    token = quoted(session, rich, fast).token

    with pytest.raises(services.QuoteExpired):
        services.order(session, rich.actor, token, keyring=KEYRING, now=NOON + timedelta(minutes=15))


def test_a_version_that_is_withdrawn_meanwhile_is_not_sold(session, rich, slow, fast):
    token = quoted(session, rich, fast).token
    catalog.withdraw(session, SYSTEM, "fast", now=NOON)

    with pytest.raises(NotFound):
        services.order(session, rich.actor, token, keyring=KEYRING, now=NOON)
    assert slow.status is SubscriptionStatus.active


def test_a_rule_that_changes_the_price_meanwhile_is_a_new_quote(session, rich, fast):
    token = quoted(session, rich, fast).token
    services.set_transition(session, SYSTEM, TransitionDraft(price_minor=1_00), valid_from=NOON, now=NOON)

    with pytest.raises(services.QuoteChanged):
        services.order(session, rich.actor, token, keyring=KEYRING, now=NOON)
    assert on(session, rich) == WHOLE


def test_without_the_money_nothing_moves(session, rich, slow):
    dear = tariff(session, "dear", 60_000_00)
    token = quoted(session, rich, dear).token

    with pytest.raises(services.NotEnough), session.begin_nested():
        services.order(session, rich.actor, token, keyring=KEYRING, now=NOON)
    session.expire_all()
    assert on(session, rich) == WHOLE
    assert slow.status is SubscriptionStatus.active


def test_what_stood_on_the_old_tariff_goes_and_what_stands_on_both_stays(session, rich):
    old_only = had(session, rich, offer(session, "booster", 60_00, requires=["slow"]))
    both = had(session, rich, offer(session, "guard", 30_00, requires=["slow", "fast"]))
    fast = tariff(session, "fast", 900_00)
    quote = quoted(session, rich, fast)
    assert [each.product.code for each in quote.plan.away] == ["booster", "slow"]

    new = services.order(session, rich.actor, quote.token, keyring=KEYRING, now=NOON).subscription
    answer(session, new)

    assert (old_only.status, both.status) == (SubscriptionStatus.disconnecting, SubscriptionStatus.active)


def test_a_tariff_of_everything_takes_the_place_of_several(session, rich, slow):
    phone = had(session, rich, tariff(session, "phone", 300_00, category="mobile"))
    tv = had(session, rich, offer(session, "tv", 200_00, category="tv", requires=["slow", "all"]))
    whole = tariff(session, "all", 1_000_00, excludes=["phone", "tv"])

    new = switched(session, rich, whole)
    answer(session, new)
    for each in (slow, phone, tv):
        answer(session, each)

    assert {each.status for each in (slow, phone, tv)} == {SubscriptionStatus.ended}
    assert [each.product.code for each in billing.held_by(session, SYSTEM, rich.account.id)] == ["all"]


def test_a_rule_forbids_and_says_why(session, rich, fast):
    draft = TransitionDraft(from_code="slow", to_code="fast", allowed=False, reason={"ru": "Нет порта"})
    services.set_transition(session, SYSTEM, draft, valid_from=NOON, now=NOON)

    with pytest.raises(services.SwitchForbidden) as refused:
        quoted(session, rich, fast)
    assert refused.value.details["reason"] == {"ru": "Нет порта"}
    # A newer rule for the same pair takes its place.
    allowing = TransitionDraft(from_code="slow", to_code="fast", price_minor=50_00)
    services.set_transition(session, SYSTEM, allowing, valid_from=NOON, now=SOON)
    assert quoted(session, rich, fast, now=SOON).plan.taken == Money(260_00)


def test_the_closer_rule_counts_before_the_wider_one(session, rich, fast):
    for draft in (TransitionDraft(price_minor=1_00), TransitionDraft(to_code="fast", price_minor=2_00),
                  TransitionDraft(from_code="slow", price_minor=3_00)):  # fmt: skip
        services.set_transition(session, SYSTEM, draft, valid_from=NOON, now=NOON)

    assert quoted(session, rich, fast).plan.fee == Money(3_00)


def test_a_rule_for_the_day_after_tomorrow_does_not_hold_yet(session, rich, fast):
    later = TransitionDraft(price_minor=9_00)
    services.set_transition(session, SYSTEM, later, valid_from=NOON + timedelta(days=2), now=NOON)

    assert quoted(session, rich, fast).plan.fee == Money(0)


def test_a_cheaper_tariff_may_have_to_wait_for_the_period(session, rich):
    cheap = tariff(session, "cheap", 300_00)
    waiting = rules.TariffRules(cheaper_at_renewal=True, cheaper_minor=100_00)
    rules.change(session, SYSTEM, waiting, valid_from=NOON, now=NOON)

    with pytest.raises(services.AtRenewalOnly) as refused:
        quoted(session, rich, cheap)
    assert refused.value.details["day"] == DECEMBER
    assert quoted(session, rich, cheap, first=DECEMBER).plan.fee == Money(100_00)
    assert quoted(session, rich, tariff(session, "fast", 900_00)).plan.fee == Money(0)


def test_so_soon_after_a_switch_there_is_no_other(session, rich, slow, fast):
    rules.change(session, SYSTEM, rules.TariffRules(days_between_min=30), valid_from=NOON, now=NOON)
    new = switched(session, rich, fast)
    answer(session, new)
    answer(session, slow)

    with pytest.raises(services.SwitchedLately) as refused:
        quoted(session, rich, held_product(session, "slow"), now=SOON)
    assert refused.value.details["day"] == date(2026, 12, 24)


def held_product(session, code):
    return catalog.by_code(session, SYSTEM, code)


class TestForATime:
    """A tariff for a time comes with its way back."""

    @pytest.fixture
    def trip(self, session, rich):
        return tariff(session, "trip", 900_00, temporary_days_max=30)

    def test_it_returns_by_itself_in_the_version_that_was_signed_for(self, session, rich, slow, trip):
        until = date(2026, 11, 28)
        quote = quoted(session, rich, trip, until=until)
        # Four of thirty days of 900 are taken, seven of 600 go back, three of them are taken again on the day.
        assert [(step.kind, step.day, step.amount) for step in quote.plan.steps] == [
            ("switch", TODAY, Money(0)),
            ("returned", TODAY, Money(140_00)),
            ("days", TODAY, Money(-120_00)),
            ("comes_back", until, Money(-60_00)),
        ]
        new = services.order(session, rich.actor, quote.token, keyring=KEYRING, now=NOON).subscription
        answer(session, new)
        answer(session, slow)
        offer_again = catalog.Draft(title={"ru": "slow", "en": "slow"}, price_minor=700_00)
        catalog.publish(session, SYSTEM, "slow", offer_again, valid_from=NOON, now=NOON)
        assert services.due(session, SYSTEM, now=at(until, 1)) == [new.id]

        services.turn(session, SYSTEM, new.id, now=at(until, 1))

        again = held(session, rich, "slow").subscription
        assert (again.status, again.version_id) == (SubscriptionStatus.connecting, slow.version_id)
        answer(session, again, now=at(until, 1))
        answer(session, new, now=at(until, 1))
        assert (again.status, new.status) == (SubscriptionStatus.active, SubscriptionStatus.ended)
        assert on(session, rich) == WHOLE + Money(140_00 - 120_00 - 60_00)
        assert [event.returned for event in told(session, services.TariffSwitched)] == [False, True]
        (december,) = billing.open_invoices(session, rich.actor, rich.account.id)
        assert december.amount_minor == 600_00
        assert ledger.verify(session) == []

    def test_the_way_back_is_never_given_up(self, session, rich, slow, trip):
        new = switched(session, rich, trip, until=date(2026, 11, 28))
        answer(session, new)
        answer(session, slow)
        day = at(date(2026, 11, 28), 1)
        services.turn(session, SYSTEM, new.id, now=day)
        again = held(session, rich, "slow").subscription

        answer(session, again, REFUSED, now=day)

        assert again.status is SubscriptionStatus.connecting
        assert not services.overdue(session, SYSTEM, asked(session, again).id, now=day + timedelta(days=1))
        answer(session, again, now=day + timedelta(hours=1))
        assert again.status is SubscriptionStatus.active

    def test_it_can_be_ended_early(self, session, rich, slow, trip):
        new = switched(session, rich, trip, until=date(2026, 11, 30))
        answer(session, new)
        answer(session, slow)

        services.cancel_change(session, rich.actor, new.id, now=SOON)

        tomorrow = date(2026, 11, 25)
        assert new.ends_on == tomorrow
        services.turn(session, SYSTEM, new.id, now=at(tomorrow, 1))
        assert held(session, rich, "slow").subscription.status is SubscriptionStatus.connecting
        # A day of 900 and six days of 600, of thirty; seven of 600 had gone back.
        assert on(session, rich) == WHOLE + Money(140_00 - 30_00 - 120_00)

    @pytest.mark.parametrize(
        ("days", "refusal"), [(2, services.TooShort), (31, services.TooLong)], ids=["short", "long"]
    )
    def test_only_for_so_many_days(self, session, rich, trip, days, refusal):
        with pytest.raises(refusal):
            quoted(session, rich, trip, until=TODAY + timedelta(days=days))

    def test_not_every_tariff_is_for_a_time(self, session, rich, fast):
        with pytest.raises(services.NotForTime):
            quoted(session, rich, fast, until=TODAY + timedelta(days=5))

    def test_while_it_is_on_there_is_no_other_switch(self, session, rich, trip, fast):
        answer(session, switched(session, rich, trip, until=TODAY + timedelta(days=5)))

        with pytest.raises(Conflict):
            quoted(session, rich, fast)


@pytest.mark.parametrize("row", documents.tables(TARIFFS, "What gives way")[0], ids=lambda row: row["to"])
def test_what_gives_way_as_the_document_says(session, anna, row):
    mine = {
        "home": tariff(session, "home", 600_00),
        "phone": tariff(session, "phone", 300_00, category="mobile"),
        "tv": offer(session, "tv", 200_00, category="tv", requires=["home", "all"]),
        "boost": offer(session, "boost", 60_00, requires=["home"]),
    }
    for product in mine.values():
        had(session, anna, product)
    wanted = tariff(session, row["to"], 900_00, category=row["kind"], excludes=row["excludes"].split())

    assert " ".join(each.product.code for each in quoted(session, anna, wanted).plan.away) == row["goes"]


@pytest.mark.parametrize("row", documents.tables(TARIFFS, "What it costs")[0], ids=lambda row: " ".join(row.values()))
def test_it_costs_what_the_document_says(session, rich, row):
    now = at(date.fromisoformat(row["on"]), 12)
    services.set_transition(
        session, SYSTEM, TransitionDraft(price_minor=50_00), valid_from=at(TODAY, 0) - MONTH, now=now - MONTH
    )
    wanted = tariff(session, "wanted", documents.money(row["to a tariff for"]).minor)

    quote = quoted(session, rich, wanted, now=now)
    services.order(session, rich.actor, quote.token, keyring=KEYRING, now=now)

    assert quote.plan.returned == documents.money(row["given back"])
    assert quote.plan.taken == documents.money(row["taken"])
    assert on(session, rich) - WHOLE == documents.money(row["balance moves by"])


@pytest.mark.parametrize("row", documents.tables(TARIFFS, "Rules")[0], ids=lambda row: " ".join(row.values()))
def test_the_rule_that_counts_is_the_one_of_the_document(session, anna, row):
    had(session, anna, tariff(session, "home", 600_00))
    fast = tariff(session, "fast", 900_00)
    for place, said in enumerate(filter(None, row["rules (from > to: price)"].split(", "))):
        pair, price = said.split(": ")
        source, target = ("" if code == "any" else code for code in pair.split(" > "))
        draft = TransitionDraft(from_code=source, to_code=target, price_minor=int(price) * 100)
        written = NOON + timedelta(seconds=place)
        services.set_transition(session, SYSTEM, draft, valid_from=written, now=written)

    assert quoted(session, anna, fast, now=SOON).plan.fee == documents.money(row["price"])


def test_vera_sees_and_changes_nothing_of_it(session, rich, vera, fast):
    new = switched(session, rich, fast, first=DECEMBER)

    with pytest.raises(NotFound):
        services.cancel_change(session, vera.actor, new.id, now=NOON)
    with pytest.raises(NotFound):
        services.card(session, vera.actor, new.id, now=NOON)
    with pytest.raises(services.QuoteAltered):
        services.order(session, vera.actor, quoted(session, rich, fast, now=SOON).token, keyring=KEYRING, now=SOON)


@pytest.mark.parametrize(
    "draft",
    [
        TransitionDraft(from_code="slow", to_code="slow"),
        TransitionDraft(price_minor=-1),
        TransitionDraft(price_minor=10**12),
        TransitionDraft(allowed=False),
        TransitionDraft(needs={"ru": "х" * 301}),
    ],
    ids=["to itself", "below zero", "huge", "no reason", "long"],
)
def test_a_rule_that_makes_no_sense_is_refused(session, rich, draft):
    with pytest.raises(Invalid):
        services.set_transition(session, SYSTEM, draft, valid_from=NOON, now=NOON)


def test_only_who_keeps_the_catalogue_writes_rules(session, rich):
    with pytest.raises(Exception, match="right_missing"):
        services.set_transition(session, rich.actor, TransitionDraft(), valid_from=NOON, now=NOON)


def test_nothing_of_it_is_left_in_the_table_twice(session, rich, slow, fast):
    new = switched(session, rich, fast)
    answer(session, new)
    answer(session, slow)
    live = select(Subscription).where(
        Subscription.billing_account_id == rich.account.id, Subscription.status == "active"
    )

    assert [each.id for each in session.scalars(live)] == [new.id]
