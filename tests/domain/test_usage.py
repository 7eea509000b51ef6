"""Usage: records that count once, days that sum up, what is left, who is told."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import billing, ledger, notifications, services, usage
from cabinet.domain.base import events, rules
from cabinet.domain.usage import Verdict
from cabinet.kit import clock
from cabinet.kit.errors import NotAllowed, NotFound
from cabinet.kit.money import Money
from cabinet.models.billing import Invoice
from cabinet.models.catalog import UNLIMITED, Unit
from cabinet.models.notifications import Delivery, Notification
from cabinet.models.services import SubscriptionStatus, TrialStatus
from cabinet.models.usage import UsageDay, UsagePeriod, UsageRecord
from tests import documents
from tests.moments import NOON
from tests.personae import SYSTEM, give, on
from tests.serving import had
from tests.using import FAMILY, GB, counting, left, moscow, package, record, tariff, used

USAGE = "docs/domain/usage.md"
NOVEMBER = date(2026, 11, 1)
DECEMBER = datetime(2026, 12, 2, 9, 0, tzinfo=NOON.tzinfo)


def days(session) -> dict[tuple[date, str], int]:
    return {(each.day, str(each.unit)): each.amount for each in session.scalars(select(UsageDay)) if each.amount}


def whole(cell: str) -> int:
    return int("".join(cell.split()).replace("−", "-"))


def test_a_record_is_judged_as_the_document_says(session, anna):
    mobile, abroad = (
        had(session, anna, tariff(session, code, **terms))
        for code, terms in (("mobile", FAMILY), ("abroad", {"included": {"gigabytes": 5}}))
    )
    for each in (mobile, abroad):
        each.created_at = each.connected_at = moscow("2026-11-01 00:00")
    (rows,) = documents.tables(USAGE, "Records")

    for row in rows:
        sent = record(
            anna,
            row["unit"],
            whole(row["amount"]),
            row["started at"],
            external_id=row["external id"],
            product=row["product"],
        )
        judged = usage.judge(session, SYSTEM, [sent], now=NOON)
        taken = usage.take_in(session, SYSTEM, [sent], now=NOON)
        assert judged == list(taken.verdicts) == [row["verdict"]], row

    assert days(session) == {(date(2026, 11, 20), "gigabytes"): 600, (date(2026, 11, 20), "minutes"): 61}
    assert {row["verdict"] for row in rows} | {"account_unknown", "id_wrong"} == set(Verdict)


def test_a_day_is_the_sum_of_its_records_with_their_highest_speed(session, anna):
    counting(session, anna)

    taken = usage.take_in(
        session,
        SYSTEM,
        [
            record(anna, "gigabytes", 700, "2026-11-20 23:59", peak_mbit=90),
            record(anna, "gigabytes", 40, "2026-11-20 00:00", peak_mbit=120),
            record(anna, "gigabytes", 5, "2026-11-21 00:00"),
        ],
        now=NOON,
    )
    used(session, anna, "gigabytes", 2, "2026-11-20 12:00", peak_mbit=30)

    assert list(taken.verdicts) == [Verdict.added] * 3
    found = session.scalars(select(UsageDay).order_by(UsageDay.day)).all()
    assert [(each.day.day, each.amount, each.records, each.peak_mbit) for each in found] == [
        (20, 742, 3, 120),
        (21, 5, 1, 0),
    ]


def test_the_same_records_again_change_nothing(session, anna):
    counting(session, anna)
    page = [record(anna, "minutes", 60 + place, "2026-11-20") for place in range(5)]

    first = usage.take_in(session, SYSTEM, [*page, page[0]], now=NOON)
    again = usage.take_in(session, SYSTEM, page, now=NOON)

    assert Counter(first.verdicts) == {Verdict.added: 5, Verdict.known: 1}
    assert (Counter(again.verdicts), again.ids) == ({Verdict.known: 5}, [])
    assert days(session) == {(date(2026, 11, 20), "minutes"): 310}


def test_two_records_of_one_page_with_one_id_are_one_and_a_fault(session, anna):
    counting(session, anna)
    one = record(anna, "minutes", 60, "2026-11-20")

    taken = usage.take_in(session, SYSTEM, [one, replace(one, amount=61)], now=NOON)

    assert list(taken.verdicts) == [Verdict.added, Verdict.changed]
    assert days(session) == {(date(2026, 11, 20), "minutes"): 60}


def test_a_correction_never_takes_away_more_than_the_page_and_the_day_have(session, anna):
    counting(session, anna)
    used(session, anna, "minutes", 100, "2026-11-20")

    taken = usage.take_in(
        session,
        SYSTEM,
        [
            record(anna, "minutes", 20, "2026-11-20"),
            record(anna, "minutes", -110, "2026-11-20"),
            record(anna, "minutes", -11, "2026-11-20"),
            record(anna, "minutes", -1, "2026-11-21"),
        ],
        now=NOON,
    )

    assert list(taken.verdicts) == [Verdict.added, Verdict.added, Verdict.below_zero, Verdict.below_zero]
    assert days(session) == {(date(2026, 11, 20), "minutes"): 10}


def test_what_came_after_the_end_is_not_its(session, anna):
    mobile = counting(session, anna)
    mobile.status, mobile.ended_at = SubscriptionStatus.ended, moscow("2026-11-20 12:00")
    session.flush()

    assert used(session, anna, "minutes", 60, "2026-11-20 11:59") is Verdict.added
    assert used(session, anna, "minutes", 60, "2026-11-20 12:00") is Verdict.not_held


def test_only_the_system_brings_records_in(session, anna, oleg):
    counting(session, anna)

    for actor in (anna.actor, oleg):
        with pytest.raises(NotAllowed):
            usage.take_in(session, actor, [record(anna, "minutes", 60, "2026-11-20")], now=NOON)
        with pytest.raises(NotAllowed):
            usage.look(session, actor, anna.account.id, now=NOON)
        with pytest.raises(NotAllowed):
            usage.charge(session, actor, anna.account.id, now=NOON)
    assert session.scalars(select(UsageRecord)).all() == []


@pytest.mark.parametrize("row", documents.tables(USAGE, "What a period includes")[0], ids=str)
def test_a_period_includes_what_the_document_says(session, anna, row):
    mobile = counting(session, anna)
    mobile.connected_at = mobile.created_at = moscow(row["connected on"])
    if row["ends on"]:
        mobile.ends_on = date.fromisoformat(row["ends on"]) + timedelta(days=1)
    session.flush()

    assert left(session, anna, "gigabytes", now=moscow("2026-11-30 20:00")).whole == whole(row["included, KB"])


def test_it_is_counted_as_the_document_says(session, anna):
    counting(session, anna, included={"minutes": 600}, overage={"minutes": 2_00})
    (rows,) = documents.tables(USAGE, "How it is counted")

    for row in rows:
        amount = int(row["minutes"])
        if row["what happens"] == "package":
            last = date.fromisoformat(row["ends after"])
            package(session, anna, moscow(row["on"]), last, amount, unit=Unit.minutes)
        else:
            used(session, anna, "minutes", amount * 60, row["on"])
        found = left(session, anna, "minutes", now=moscow(f"{row['on']} 23:00"))
        assert found.whole is not None
        assert (found.whole - found.included) // 60 == int(row["left of the tariff"])
        assert ", ".join(str(each.left // 60) for each in found.packages) == row["left in packages"]
        assert found.beyond // 60 == int(row["beyond"])


def test_a_package_goes_on_in_the_next_period_with_what_is_left_of_it(session, anna):
    counting(session, anna)
    package(session, anna, moscow("2026-11-10"), date(2026, 12, 9), 5)
    used(session, anna, "gigabytes", 22 * GB, "2026-11-20")

    later = moscow("2026-12-05")
    used(session, anna, "gigabytes", 21 * GB, "2026-12-04", now=later)

    found = left(session, anna, "gigabytes", now=later)
    assert (found.included, found.packaged, found.left, found.beyond) == (20 * GB, 1 * GB, 2 * GB, 0)
    assert left(session, anna, "gigabytes", now=moscow("2026-12-10")).packages == []


def test_a_package_covers_nothing_from_before_it_worked(session, anna):
    counting(session, anna)
    used(session, anna, "gigabytes", 22 * GB, "2026-11-20 10:00")
    used(session, anna, "gigabytes", 1 * GB, "2026-11-20 14:00")

    package(session, anna, moscow("2026-11-20 12:00"), date(2026, 11, 30), 5)

    found = left(session, anna, "gigabytes")
    assert (found.packaged, found.left, found.beyond) == (1 * GB, 4 * GB, 2 * GB)


def test_a_package_is_for_what_it_stands_on(session, anna):
    counting(session, anna)
    counting(session, anna, "abroad", position=2, included={"gigabytes": 5})
    package(session, anna, moscow("2026-11-10"), date(2026, 11, 30), 5, requires=("mobile",))

    used(session, anna, "gigabytes", 7 * GB, "2026-11-20", product="abroad")

    mobile, abroad = (
        each
        for each in usage.remains(session, anna.actor, anna.account, now=NOON)
        if each.measure.unit is Unit.gigabytes
    )
    assert (abroad.left, abroad.beyond, abroad.packages) == (0, 2 * GB, [])
    assert (mobile.left, len(mobile.packages)) == (25 * GB, 1)


def test_one_package_serves_two_services_in_the_order_of_the_catalogue(session, anna):
    counting(session, anna, "second", position=2)
    counting(session, anna, "first", position=1)
    package(session, anna, moscow("2026-11-10"), date(2026, 11, 30), 5)

    for product in ("second", "first"):
        used(session, anna, "gigabytes", 23 * GB, "2026-11-20", product=product)

    packaged = [
        (each.packaged // GB, each.beyond // GB)
        for each in usage.remains(session, anna.actor, anna.account, now=NOON)
        if each.measure.unit is Unit.gigabytes
    ]
    assert packaged == [(3, 0), (2, 1)]


def test_what_is_without_limit_is_counted_and_never_runs_out(session, anna):
    counting(session, anna, included={"home_gigabytes": UNLIMITED})

    used(session, anna, "home_gigabytes", 700 * GB, "2026-11-20")
    usage.look(session, SYSTEM, anna.account.id, now=NOON)

    found = left(session, anna, "home_gigabytes")
    assert (found.used, found.left, found.percent, found.beyond) == (700 * GB, None, 0, 0)
    assert session.scalars(select(Notification)).all() == []


def test_a_package_that_is_cut_off_for_a_debt_is_good_to_the_end_of_that_day(session, anna):
    counting(session, anna)
    plus = package(session, anna, moscow("2026-11-10"), date(2026, 11, 30), 5)
    plus.blocked_at = moscow("2026-11-20 11:00")
    session.flush()

    used(session, anna, "gigabytes", 21 * GB, "2026-11-20 18:00")
    used(session, anna, "gigabytes", 1 * GB, "2026-11-21")

    found = left(session, anna, "gigabytes")
    assert (found.packaged, found.beyond, found.left) == (1 * GB, 1 * GB, 0)


def spent(session, who, minutes: str, messages: str = "0") -> None:
    used(session, who, "minutes", int(float(minutes) * 60), "2026-11-20")
    if int(messages):
        used(session, who, "messages", int(messages), "2026-11-20")


@pytest.mark.parametrize("row", documents.tables(USAGE, "What is charged")[0], ids=str)
def test_beyond_is_charged_as_the_document_says(session, anna, row):
    counting(session, anna)
    give(session, anna, 100_00)
    spent(session, anna, row["minutes"], row["messages"])

    assert usage.charge(session, SYSTEM, anna.account.id, now=NOON) == []
    assert usage.charge(session, SYSTEM, anna.account.id, now=moscow("2026-12-01 02:50")) == []
    issued = usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)
    assert usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER) == []

    asked = documents.money(row["asked for"])
    assert Money(sum(each.amount_minor for each in issued)) == Money(100_00) - on(session, anna) == asked
    lines = {
        line.title["en"].split()[-1].rstrip("s"): Money(line.amount_minor)
        for each in issued
        for line in billing.lines_of(session, each)
    }
    nothing = Money(0)
    assert lines.get("minute", nothing) == documents.money(row["of it minutes"])
    assert lines.get("message", nothing) == documents.money(row["of it messages"])
    assert ledger.verify(session) == []


@pytest.mark.parametrize("row", documents.tables(USAGE, "What is charged")[1], ids=str)
def test_what_came_late_is_made_up_for_as_the_document_says(session, anna, row):
    counting(session, anna)
    give(session, anna, 100_00)
    spent(session, anna, "612")
    usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)
    before = on(session, anna)

    used(session, anna, "minutes", (int(row["minutes in all"]) - 612) * 60, "2026-11-20", now=DECEMBER)
    issued = usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)
    usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)

    assert Money(sum(each.amount_minor for each in issued)) == documents.money(row["asked for then"])
    assert on(session, anna) - before == documents.money(row["given back"]) - documents.money(row["asked for then"])
    assert ledger.verify(session) == []


def test_what_goes_up_and_down_again_and_again_is_settled_each_time(session, anna):
    counting(session, anna)
    give(session, anna, 100_00)
    spent(session, anna, "612")

    for change in (0, -7, 5, -10, 20):
        if change:
            used(session, anna, "minutes", change * 60, "2026-11-20", now=DECEMBER)
        usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)

    assert Money(100_00) - on(session, anna) == Money(2_00 * (12 - 7 + 5 - 10 + 20))
    keys = sorted(session.scalars(select(Invoice.key)))
    (mobile,) = {key.split(":")[1] for key in keys}
    assert keys == [f"usage:{mobile}:2026-11-01:{serial}" for serial in (1, 3, 5)]
    assert ledger.verify(session) == []


def test_two_units_that_go_beyond_at_different_times_are_both_asked_for(session, anna):
    counting(session, anna)
    give(session, anna, 100_00)
    spent(session, anna, "601")
    usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)

    used(session, anna, "messages", 101, "2026-11-30", now=DECEMBER)
    usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)

    assert Money(100_00) - on(session, anna) == Money(4_50)


def test_what_the_balance_does_not_cover_waits_as_an_invoice(session, anna):
    counting(session, anna)
    give(session, anna, 1_00)
    spent(session, anna, "612")

    (invoice,) = usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)

    assert (invoice.status, invoice.kind, invoice.period) == ("open", "usage", NOVEMBER)
    assert billing.debt(session, anna.actor, anna.account, now=DECEMBER) == Money(24_00)
    assert any(isinstance(each, billing.InvoiceIssued) for each in events.recorded(session))
    assert on(session, anna) == Money(1_00)


def test_a_tariff_that_is_given_up_pays_for_its_beyond_and_for_nothing_included(session, anna):
    mobile = counting(session, anna)
    give(session, anna, 100_00)
    spent(session, anna, "601")
    mobile.status, mobile.ended_at = SubscriptionStatus.ended, moscow("2026-11-21")
    mobile.ends_on = date(2026, 11, 22)
    session.flush()

    usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)

    assert Money(100_00) - on(session, anna) == Money(2_00)


def test_on_a_trial_nothing_beyond_is_charged(session, anna):
    mobile = counting(session, anna)
    mobile.trial, mobile.trial_until = TrialStatus.over, date(2026, 11, 10)
    give(session, anna, 100_00)
    spent(session, anna, "700")

    assert usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER) == []


def test_those_with_something_to_settle_are_found_and_only_they(session, anna, boris):
    counting(session, anna)
    counting(session, boris, "boris")
    give(session, anna, 100_00)
    assert usage.to_charge(session, SYSTEM) == []

    spent(session, anna, "612")
    used(session, boris, "minutes", 60, "2026-11-20", product="boris")
    assert set(usage.to_charge(session, SYSTEM)) == {anna.account.id, boris.account.id}
    for who in (anna, boris):
        usage.look(session, SYSTEM, who.account.id, now=NOON)
    assert usage.to_charge(session, SYSTEM) == [anna.account.id]

    usage.charge(session, SYSTEM, anna.account.id, now=DECEMBER)
    assert usage.to_charge(session, SYSTEM) == []


def test_a_late_record_moves_what_a_package_covers_in_the_next_period_too(session, anna):
    counting(session, anna, included={"minutes": 600}, overage={"minutes": 2_00})
    give(session, anna, 1_000_00)
    package(session, anna, moscow("2026-11-10"), date(2026, 12, 31), 100, unit=Unit.minutes)
    january = moscow("2027-01-03 09:00")
    spent(session, anna, "600")
    used(session, anna, "minutes", 700 * 60, "2026-12-20", now=january)
    assert usage.charge(session, SYSTEM, anna.account.id, now=january) == []

    used(session, anna, "minutes", 30 * 60, "2026-11-25", now=january)
    usage.charge(session, SYSTEM, anna.account.id, now=january)

    assert Money(1_000_00) - on(session, anna) == Money(60_00)
    asked = {each.month: each.asked for each in session.scalars(select(UsagePeriod))}
    assert asked == {NOVEMBER: 0, date(2026, 12, 1): 30}


def told(session) -> list[str]:
    return [each.kind for each in session.scalars(select(Notification).order_by(Notification.id))]


@pytest.mark.parametrize("row", documents.tables(USAGE, "Whom it concerns")[0], ids=str)
def test_the_owner_is_told_what_the_document_says(session, anna, row):
    counting(session, anna)
    if row["package, GB"]:
        package(session, anna, moscow("2026-11-10"), date(2026, 11, 30), int(row["package, GB"]))
    used(session, anna, "gigabytes", int(float(row["used, GB"]) * GB), "2026-11-20")

    for _ in range(2):
        usage.look(session, SYSTEM, anna.account.id, now=NOON)

    assert told(session) == ([row["told"]] if row["told"] else [])


def test_each_limit_is_told_once_and_a_package_begins_anew(session, anna):
    counting(session, anna)
    story = [("15", ""), ("2", ""), ("1", ""), ("2", ""), ("1", ""), ("", "package"), ("1", ""), ("4", "")]

    for gigabytes, bought in story:
        if bought:
            package(session, anna, moscow("2026-11-20 12:00"), date(2026, 11, 30), 5)
        else:
            used(session, anna, "gigabytes", int(gigabytes) * GB, "2026-11-20 13:00")
        usage.look(session, SYSTEM, anna.account.id, now=NOON)

    assert told(session) == ["usage_near", "usage_over_slowed", "usage_near", "usage_over_slowed"]
    sent = session.scalars(select(Delivery)).all()
    assert {(each.channel, each.kind) for each in sent} == {("sms", "usage_over_slowed")}
    latest = session.scalars(select(Notification).order_by(Notification.id.desc())).first()
    assert latest is not None
    assert notifications.unpack(latest.values)["until"] == date(2026, 11, 30)
    assert latest.link.startswith("/services/usage?service=")


def test_late_records_of_a_period_that_is_over_alarm_nobody(session, anna):
    counting(session, anna)
    used(session, anna, "gigabytes", 20 * GB, "2026-10-20")

    usage.look(session, SYSTEM, anna.account.id, now=NOON)

    assert told(session) == []
    assert events.rings(session) == [(anna.person.id, "services")]


def test_a_period_is_seen_day_by_day_and_the_months_around_it(session, anna):
    mobile = counting(session, anna)
    used(session, anna, "gigabytes", 3 * GB, "2026-11-20")
    used(session, anna, "gigabytes", 1 * GB, "2026-10-31 23:59")

    seen = usage.month(session, anna.actor, mobile.id, None, now=NOON)
    before = usage.month(session, anna.actor, mobile.id, date(2026, 10, 1), now=NOON)

    assert [(each.day, each.amount) for each in seen.days] == [(date(2026, 11, 20), 3 * GB)]
    assert (seen.earlier, seen.later, before.later) == (True, False, True)
    assert [(each.day, each.amount) for each in before.days] == [(date(2026, 10, 31), 1 * GB)]
    assert {each.measure.unit: each.used for each in before.remains}[Unit.gigabytes] == 1 * GB


@pytest.mark.parametrize("month", [date(2026, 12, 1), date(2025, 11, 1), date(1, 1, 1), date(9000, 1, 1)], ids=str)
def test_a_month_that_has_not_come_or_is_long_gone_is_not_found(session, anna, month):
    mobile = counting(session, anna)

    with pytest.raises(usage.MonthNotFound):
        usage.month(session, anna.actor, mobile.id, month, now=NOON)


def test_six_months_are_read_in_one_pass(session, anna):
    counting(session, anna)
    for month in range(6, 12):
        used(session, anna, "minutes", month * 60, f"2026-{month:02}-15")

    found = usage.days(session, anna.actor, anna.account, since=date(2026, 6, 1), until=date(2026, 12, 1))

    assert [(each.day.month, each.amount // 60) for each in found] == [(month, month) for month in range(6, 12)]


def test_vera_sees_nothing_of_annas(session, anna, vera):
    mobile = counting(session, anna)
    used(session, anna, "minutes", 60, "2026-11-20")

    for ask in (
        lambda: usage.remains(session, vera.actor, anna.account, now=NOON),
        lambda: usage.month(session, vera.actor, mobile.id, None, now=NOON),
        lambda: usage.days(session, vera.actor, anna.account, since=NOVEMBER, until=date(2026, 12, 1)),
        lambda: usage.counting(session, vera.actor, anna.account),
    ):
        with pytest.raises(NotFound):
            ask()
    assert usage.remains(session, vera.actor, vera.account, now=NOON) == []
    with pytest.raises(services.ServiceNotFound):
        usage.month(session, vera.actor, mobile.id, None, now=NOON)


def test_the_rules_are_those_of_the_document():
    (rows,) = documents.tables(USAGE, "The rules")

    assert {row["rule"]: int(row["default"]) for row in rows} == asdict(rules.UsageRules())


def test_any_order_and_any_pages_come_to_the_same(session, anna):
    counting(session, anna)
    dice = random.Random(7)
    sent = [
        record(anna, unit, dice.randint(1, 500), f"2026-11-{dice.randint(1, 24):02} 0{dice.randint(0, 9)}:00")
        for unit in ("gigabytes", "minutes", "messages")
        for _ in range(40)
    ]
    shuffled = sent * 2
    dice.shuffle(shuffled)

    for start in range(0, len(shuffled), 17):
        usage.take_in(session, SYSTEM, shuffled[start : start + 17], now=NOON)

    expected: Counter[tuple[date, str]] = Counter()
    for each in sent:
        expected[(clock.day_of(each.started_at, "Europe/Moscow"), str(each.unit))] += each.amount
    assert days(session) == expected
