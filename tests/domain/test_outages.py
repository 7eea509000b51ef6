"""Outages: seen by whom they touch, ended once, compensated to the kopeck and once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from cabinet.domain import billing_accounts, operations, outages, services
from cabinet.domain.base import audit, rules
from cabinet.domain.base.actor import Actor, RightMissing
from cabinet.domain.billing_accounts import BillingAccountNotFound
from cabinet.kit.money import Money
from cabinet.models.journal import EventRow
from cabinet.models.notifications import Notification
from cabinet.models.outages import Compensation, OutageCompensation, OutageKind, OutageWatch
from cabinet.models.people import StaffRole
from cabinet.models.services import ServiceStep, Suspension
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.serving import had, offer

pytestmark = pytest.mark.databases("sqlite", "postgres")

BROKEN = NOON - timedelta(hours=5, minutes=40)
"""340 minutes before NOON: at 720.00 for November's 43,200 minutes they cost 5.67."""
DUE = Money(5_67)


@pytest.fixture
def internet(session, anna, vera):
    """Anna has the internet for 720.00 since long ago; Vera has it too, in another town."""
    product = offer(session, "internet", 720_00, category="internet")
    anna.account.address, vera.account.address = "Тверь, Волжская наб., 12", "Москва, Арбат, 1"
    session.add(anna.account)
    session.add(vera.account)
    had(session, vera, product)
    return had(session, anna, product)


def draft(**changes):
    return outages.Draft(
        **{
            "kind": OutageKind.outage,
            "category": "internet",
            "title": {"ru": "Повреждён кабель"},
            "detail": {},
            "regions": ["Тверь"],
            "begins_at": BROKEN,
            "forecast_at": NOON,
            "compensation": Compensation.claimed,
            **changes,
        }
    )


def announced(session, **changes):
    return outages.announce(session, SYSTEM, draft(**changes), now=changes.get("begins_at", BROKEN))


def ended(session, **changes):
    outage = announced(session, **changes)
    return outages.end(session, SYSTEM, outage.id, now=NOON)


def due(session, who, outage, now=NOON):
    return outages.due_for(session, who.actor, who.account, outage, now=now)


def balance(session, who):
    return billing_accounts.balance(session, SYSTEM, who.account).amount


def test_it_is_seen_by_whom_it_touches(session, anna, vera, internet):
    outage = announced(session)

    assert [each.outage.id for each in outages.news(session, anna.actor, now=NOON)] == [outage.id]
    assert outages.news(session, vera.actor, now=NOON) == []
    (seen,) = outages.of_account(session, anna.actor, anna.account.id, now=NOON)
    assert (seen.outage.id, seen.watched, seen.given) == (outage.id, False, None)
    assert outages.affected(session, SYSTEM, outage.id) == [anna.account.id]


def test_what_one_does_not_have_is_not_told_of(session, anna, internet):
    announced(session, category="tv")

    assert outages.news(session, anna.actor, now=NOON) == []
    assert outages.of_account(session, anna.actor, anna.account.id, now=NOON) == []


def test_works_end_by_the_clock_and_an_outage_by_a_word(session, anna, internet):
    works = announced(session, kind=OutageKind.works, forecast_at=NOON)
    outage = announced(session, regions=[])

    assert outages.due(session, SYSTEM, now=NOON - timedelta(seconds=1)) == []
    assert outages.due(session, SYSTEM, now=NOON) == [works.id]
    assert outages.end_due(session, SYSTEM, works.id, now=NOON + timedelta(minutes=3))
    assert not outages.end_due(session, SYSTEM, works.id, now=NOON + timedelta(minutes=3))
    assert not outages.end_due(session, SYSTEM, outage.id, now=NOON + timedelta(days=2))
    assert (works.ended_at, outage.ended_at) == (NOON, None)


def test_a_forecast_that_has_passed_does_not_end_an_outage(session, anna, internet):
    outage = announced(session)

    later = NOON + timedelta(hours=3)
    assert [each.outage.id for each in outages.news(session, anna.actor, now=later)] == [outage.id]
    assert outages.touching(session, anna.actor, anna.account, "internet", now=later) == outage


def test_nothing_is_connected_while_it_lasts(session, anna, internet):
    wanted = offer(session, "night", 100_00, category="internet")
    announced(session)

    found = services.available(session, anna.actor, anna.account, now=NOON)
    (refused,) = [each.hindrance for each in found if each.product.id == wanted.id]
    assert type(refused) is services.UnderOutage


def test_a_compensation_is_the_share_of_the_price_and_comes_once(session, anna, internet):
    outage = ended(session)
    before = balance(session, anna)

    assert due(session, anna, outage) == DUE
    assert outages.take(session, anna.actor, anna.account.id, outage.id, now=NOON) == DUE
    with pytest.raises(outages.AlreadyGiven):
        outages.take(session, anna.actor, anna.account.id, outage.id, now=NOON)

    assert balance(session, anna) - before == DUE
    line = operations.own_history(session, anna.actor).rows[0]
    assert (line.kind, line.amount, line.title) == ("compensation", DUE, {"ru": "Повреждён кабель"})
    (seen,) = outages.of_account(session, anna.actor, anna.account.id, now=NOON)
    assert seen.given == DUE
    assert audit.verify(session) is None


def test_a_stranger_takes_nothing(session, anna, vera, internet):
    outage = ended(session)

    with pytest.raises(BillingAccountNotFound):
        outages.take(session, vera.actor, anna.account.id, outage.id, now=NOON)
    with pytest.raises(outages.OutageNotFound):
        outages.take(session, vera.actor, vera.account.id, outage.id, now=NOON)
    with pytest.raises(BillingAccountNotFound):
        outages.of_account(session, vera.actor, anna.account.id, now=NOON)
    with pytest.raises(BillingAccountNotFound):
        outages.watch(session, vera.actor, anna.account.id, outage.id, now=NOON)
    with pytest.raises(outages.OutageNotFound):
        outages.watch(session, vera.actor, vera.account.id, outage.id, now=NOON)

    assert session.scalars(select(OutageCompensation)).all() == []


def test_nothing_is_given_before_the_end_nor_long_after(session, anna, internet):
    outage = announced(session)
    with pytest.raises(outages.NotOver):
        outages.take(session, anna.actor, anna.account.id, outage.id, now=NOON)
    outages.end(session, SYSTEM, outage.id, now=NOON)

    with pytest.raises(outages.TooLate):
        outages.take(session, anna.actor, anna.account.id, outage.id, now=NOON + timedelta(days=91))
    assert outages.take(session, anna.actor, anna.account.id, outage.id, now=NOON + timedelta(days=90)) == DUE


@pytest.mark.parametrize(
    "changes",
    [{"compensation": Compensation.none}, {"begins_at": NOON - timedelta(minutes=29)}, {"regions": ["Москва"]}],
    ids=str,
)
def test_some_outages_are_not_compensated(session, anna, internet, changes):
    outage = ended(session, **{"forecast_at": None, **changes})

    assert due(session, anna, outage) == Money(0)


def test_minutes_without_the_service_anyway_do_not_count(session, anna, internet):
    """Paused until midnight in Moscow (21:00 UTC), cut off from 22:00 to 23:00, connected since 20:00."""
    internet.connected_at = datetime(2026, 11, 22, 20, tzinfo=UTC)
    session.add(internet)
    session.add(
        Suspension(
            subscription_id=internet.id, begins_on=date(2026, 11, 20), ends_on=date(2026, 11, 23), created_at=NOON
        )
    )
    for name, hour in (("blocked", 22), ("restored", 23)):
        at = datetime(2026, 11, 22, hour, tzinfo=UTC)
        session.add(ServiceStep(subscription_id=internet.id, name=name, at=at, actor="system:services"))
    session.flush()
    begins = datetime(2026, 11, 22, 18, tzinfo=UTC)
    outage = announced(session, begins_at=begins, forecast_at=None)
    outages.end(session, SYSTEM, outage.id, now=begins + timedelta(hours=6))

    # 21:00 to 22:00 and 23:00 to 24:00: 120 minutes of 43,200.
    assert due(session, anna, outage) == Money(2_00)


def test_the_same_minutes_are_given_back_once(session, anna, internet):
    first = ended(session)
    second = ended(session, begins_at=BROKEN - timedelta(hours=1), forecast_at=None, regions=[])
    outages.take(session, anna.actor, anna.account.id, first.id, now=NOON)

    # One hour is left of the second: 60 minutes of 43,200.
    assert due(session, anna, second) == Money(1_00)


def test_an_outage_over_the_end_of_a_period_costs_by_the_days_of_each(session, anna, internet):
    """Moscow's midnight between November (43,200 minutes) and December (44,640) is 21:00 UTC."""
    begins = datetime(2026, 11, 30, 9, tzinfo=UTC)
    outage = announced(session, begins_at=begins, forecast_at=None)
    over = begins + timedelta(hours=24)
    outages.end(session, SYSTEM, outage.id, now=over)

    # 720 minutes cost 12.00 in November and 11.61 in December.
    assert due(session, anna, outage, now=over) == Money(23_61)


def test_a_day_of_twenty_five_hours_has_them_all(session, anna, internet):
    """In Berlin October 2026 has 44,700 minutes; the night of the 25th lasts an hour longer."""
    anna.account.zone = "Europe/Berlin"
    session.add(anna.account)
    begins = datetime(2026, 10, 24, 22, tzinfo=UTC)
    outage = announced(session, begins_at=begins, forecast_at=None)
    over = begins + timedelta(hours=25)
    outages.end(session, SYSTEM, outage.id, now=over)

    # 1,500 minutes of 44,700 at 720.00.
    assert due(session, anna, outage, now=over) == Money(24_16)


def told(session, who):
    query = select(Notification).where(Notification.person_id == who.person.id).order_by(col(Notification.id))
    return [(each.kind, each.values.get("amount")) for each in session.scalars(query)]


def spread(session, name):
    """Tell everybody of the newest event of that name, twice, as the jobs may."""
    rows = select(EventRow).where(EventRow.name == name).order_by(col(EventRow.recorded_at).desc())
    event = session.scalars(rows).first()
    for _ in range(2):
        for account_id in outages.affected(session, SYSTEM, UUID(event.payload["outage_id"])):
            outages.tell(session, SYSTEM, account_id, event.id, now=NOON)


def test_who_waits_hears_of_the_end_and_of_what_is_due(session, anna, internet):
    outage = announced(session)
    outages.watch(session, anna.actor, anna.account.id, outage.id, now=NOON)
    outages.watch(session, anna.actor, anna.account.id, outage.id, now=NOON)
    spread(session, "OutageAnnounced")
    assert told(session, anna) == []

    outages.move(session, SYSTEM, outage.id, NOON + timedelta(hours=2), now=NOON - timedelta(hours=1))
    spread(session, "OutageMoved")
    outages.end(session, SYSTEM, outage.id, now=NOON)
    spread(session, "OutageEnded")

    assert told(session, anna) == [("outage_moved", None), ("outage_compensation", {"money": [5_67, "RUB"]})]
    with pytest.raises(outages.NothingToWaitFor):
        outages.watch(session, anna.actor, anna.account.id, outage.id, now=NOON)


def test_who_does_not_wait_any_more_hears_nothing(session, anna, internet):
    outage = announced(session, compensation=Compensation.none)
    outages.watch(session, anna.actor, anna.account.id, outage.id, now=NOON)
    outages.watch(session, anna.actor, anna.account.id, outage.id, wanted=False, now=NOON)
    outages.end(session, SYSTEM, outage.id, now=NOON)
    spread(session, "OutageEnded")

    assert told(session, anna) == []
    assert session.scalars(select(OutageWatch)).all() == []


def test_what_is_given_by_itself_is_given_once(session, anna, internet):
    works = announced(session, kind=OutageKind.works, compensation=Compensation.automatic)
    spread(session, "OutageAnnounced")
    before = balance(session, anna)
    outages.end_due(session, SYSTEM, works.id, now=NOON)
    spread(session, "OutageEnded")

    assert balance(session, anna) - before == DUE
    assert told(session, anna) == [("works_announced", None), ("outage_compensated", {"money": [5_67, "RUB"]})]


def test_works_that_are_called_off_cost_nothing(session, anna, internet):
    begins = NOON + timedelta(days=1)
    works = outages.announce(
        session,
        SYSTEM,
        draft(kind=OutageKind.works, begins_at=begins, forecast_at=begins + timedelta(hours=3)),
        now=NOON,
    )
    with pytest.raises(outages.NotBegun):
        outages.end(session, SYSTEM, works.id, now=NOON)

    outages.drop(session, SYSTEM, works.id, now=NOON)

    assert due(session, anna, works) == Money(0)
    assert outages.news(session, anna.actor, now=NOON) == []
    with pytest.raises(outages.AlreadyOver):
        outages.drop(session, SYSTEM, works.id, now=NOON)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": {}}, outages.TitleMissing),
        ({"category": ""}, outages.TitleMissing),
        ({"title": {"ru": "а" * 301}}, outages.TextTooLong),
        ({"regions": ["Тверь"] * 51}, outages.TextTooLong),
        ({"forecast_at": BROKEN}, outages.MomentsWrong),
        ({"forecast_at": BROKEN + timedelta(days=31)}, outages.MomentsWrong),
        ({"kind": OutageKind.works, "forecast_at": None}, outages.MomentsWrong),
    ],
    ids=str,
)
def test_what_cannot_be_announced_is_refused(session, changes, refusal):
    with pytest.raises(refusal):
        announced(session, **changes)


@pytest.mark.parametrize(("forecast", "kind"), [(NOON - timedelta(hours=1), "outage"), (None, "works")])
def test_a_forecast_lies_ahead_and_works_have_one(session, forecast, kind):
    outage = announced(session, kind=OutageKind(kind))

    with pytest.raises(outages.MomentsWrong):
        outages.move(session, SYSTEM, outage.id, forecast, now=NOON - timedelta(minutes=1))


def test_an_end_is_said_once(session):
    outage = ended(session)

    for deed in (
        lambda: outages.end(session, SYSTEM, outage.id, now=NOON),
        lambda: outages.move(session, SYSTEM, outage.id, NOON + timedelta(hours=1), now=NOON),
    ):
        with pytest.raises(outages.AlreadyOver):
            deed()


@pytest.mark.parametrize("role", list(StaffRole))
def test_only_some_of_the_staff_keep_them(session, role):
    may = role in (StaffRole.operator, StaffRole.administrator)
    outage = announced(session)
    actor = Actor.staff(uuid4(), role)

    for deed in (
        lambda: outages.announce(session, actor, draft(), now=NOON),
        lambda: outages.move(session, actor, outage.id, NOON + timedelta(hours=1), now=NOON),
        lambda: outages.card(session, actor, outage.id),
        lambda: outages.listed(session, actor),
        lambda: outages.end(session, actor, outage.id, now=NOON),
    ):
        if may:
            deed()
        else:
            with pytest.raises(RightMissing):
                deed()


def test_the_rules_say_from_how_many_minutes_on(session, anna, internet):
    outage = ended(session)
    rules.change(session, SYSTEM, rules.OutageRules(minutes_min=341), valid_from=NOON, now=NOON)

    assert due(session, anna, outage) == Money(0)


def test_what_is_due_is_news_until_it_is_taken(session, anna, internet):
    outage = ended(session)
    (seen,) = outages.news(session, anna.actor, now=NOON + timedelta(days=1))
    assert (seen.outage.id, seen.due) == (outage.id, DUE)

    outages.take(session, anna.actor, anna.account.id, outage.id, now=NOON + timedelta(days=1))

    assert outages.news(session, anna.actor, now=NOON + timedelta(days=1)) == []


def test_what_works_to_come_will_cost_is_told_before(session, anna, internet):
    begins = datetime(2026, 11, 27, 23, tzinfo=UTC)
    ends = begins + timedelta(hours=3)
    announced(
        session,
        kind=OutageKind.works,
        begins_at=begins,
        forecast_at=ends,
        compensation=Compensation.automatic,
    )

    (seen,) = outages.news(session, anna.actor, now=NOON)

    # 180 minutes of 43,200 at 720.00.
    assert seen.due == Money(3_00)
