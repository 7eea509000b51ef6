"""Usage on the pages, by their events: what is left, packages, a period day by day; Vera sees nothing of it."""

from __future__ import annotations

from datetime import date

import pytest

from cabinet.models.catalog import Unit
from cabinet.state.base import NoticeState
from cabinet.state.dashboard import DashboardState
from cabinet.state.services import ServicesState
from cabinet.state.usage import UsageState
from tests import using
from tests.using import GB, moscow
from tests.words import spaced


@pytest.fixture
def mobile(installation, people):
    """Anna has used 13.4 of 20 GB and 214 of 600 minutes, and has a package of 5 GB."""

    def tell(session):
        anna = people.anna
        service = using.counting(session, anna)
        for amount, day in ((4 * GB, 5), (9 * GB, 14), (2 * GB // 5, 20)):
            using.used(session, anna, "gigabytes", amount, f"2026-11-{day:02}")
        using.used(session, anna, "minutes", 213 * 60 + 1, "2026-11-21")
        using.used(session, anna, "gigabytes", 22 * GB, "2026-10-10")
        using.package(session, anna, moscow("2026-11-21"), date(2026, 11, 30), 5, requires=("mobile",))
        return service

    return installation.do(tell)


def told(gauge) -> tuple[str, str, int, str, str]:
    return gauge.name, spaced(gauge.value), gauge.share, gauge.fill, spaced(gauge.soft)


def test_the_home_page_shows_the_first_two_scales(anna, mobile):
    anna.do(DashboardState.load)

    (row,) = anna[DashboardState].services
    assert [told(each) for each in row.gauges] == [
        (
            "Мобильный интернет",
            "13,4 из 20 ГБ",
            67,
            "plain",
            "Осталось 6,6 ГБ до 30 ноября и ещё 5 ГБ в пакетах",
        ),
        ("Звонки", "214 из 600 мин", 36, "plain", "Осталось 386 мин, до 30 ноября"),
    ]


def test_what_runs_out_is_shown_besides(installation, people, anna, mobile):
    installation.do(using.used, people.anna, "messages", 80, "2026-11-22")

    anna.do(DashboardState.load)

    (row,) = anna[DashboardState].services
    assert told(row.gauges[2]) == ("SMS", "80 из 100 SMS", 80, "near", "Осталось 20 SMS, до 30 ноября")


def test_the_list_of_services_says_what_is_left(anna, mobile):
    anna.do(ServicesState.load)

    page = anna[ServicesState]
    lines = {row.title: spaced(row.left) for row in page.held}
    assert lines["mobile"] == "Осталось 11,6 ГБ, 386 мин, 100 SMS"
    assert [spaced(row.left) for row in page.held_options] == ["Осталось 5 ГБ, до 30 ноября"]


def test_the_drawer_of_a_tariff_shows_its_scales_and_its_packages(anna, mobile):
    anna.do(ServicesState.load)
    anna.do(ServicesState.open, key=f"s:{mobile.id}")

    card = anna[ServicesState].card
    assert [gauge.name for gauge in card.gauges][:3] == ["Мобильный интернет", "Звонки", "SMS"]
    assert told(card.gauges[3])[1:] == ("0 из 5 ГБ", 0, "plain", "Осталось 5 ГБ, до 30 ноября")
    assert card.usage_link == f"/services/usage?service={mobile.id}"


def test_the_drawer_of_a_package_shows_its_own_scale(installation, people, anna, mobile):
    installation.do(using.used, people.anna, "gigabytes", 8 * GB, "2026-11-22")
    anna.do(ServicesState.load)
    (package,) = anna[ServicesState].held_options

    anna.do(ServicesState.open, key=package.key)

    card = anna[ServicesState].card
    assert [told(gauge)[1:3] for gauge in card.gauges] == [("1,4 из 5 ГБ", 28)]
    assert card.usage_link == f"/services/usage?service={mobile.id}"


def test_a_package_that_is_bought_makes_what_is_left_grow_by_itself(installation, people, anna, mobile):
    anna.do(ServicesState.load)
    before = [row.left for row in anna[ServicesState].held if row.title == "mobile"]
    installation.do(using.package, people.anna, moscow("2026-11-24 10:00"), date(2026, 12, 20), 100, unit=Unit.minutes)

    anna.do(ServicesState.refresh)

    after = [row.left for row in anna[ServicesState].held if row.title == "mobile"]
    assert [spaced(line) for line in (*before, *after)] == [
        "Осталось 11,6 ГБ, 386 мин, 100 SMS",
        "Осталось 11,6 ГБ, 486 мин, 100 SMS",
    ]


@pytest.mark.parametrize(
    ("terms", "amount", "soft"),
    [
        (
            {"included": {"gigabytes": 20}, "slowed_kbit": 64},
            21 * GB,
            "Всё израсходовано, до 30 ноября интернет медленный",
        ),
        ({"included": {"gigabytes": 20}}, 20 * GB, "Всё израсходовано, новое — с 1 декабря"),
        (
            {"included": {"gigabytes": 20}, "overage": {"gigabytes": 100_00}},
            20 * GB,
            "Всё израсходовано, дальше гигабайт — 100 ₽",
        ),
        (
            {"included": {"gigabytes": 20}, "overage": {"gigabytes": 100_00}},
            21 * GB + 1,
            "Сверх тарифа 1,1 ГБ: 200 ₽",
        ),
        ({"included": {"gigabytes": -1}}, 21 * GB, "Без ограничений"),
    ],
    ids=str,
)
def test_it_says_what_comes_when_all_is_used(installation, people, anna, terms, amount, soft):
    service = installation.do(using.counting, people.anna, **terms)
    installation.do(using.used, people.anna, "gigabytes", amount, "2026-11-22")

    anna.do(UsageState.load)

    shown = anna[UsageState].shown
    assert shown.key == str(service.id)
    assert spaced(shown.gauges[0].soft) == soft


def test_a_period_is_shown_day_by_day_with_the_month_before(anna, mobile):
    anna.do(UsageState.load)

    page = anna[UsageState].shown
    assert (page.month, spaced(page.span)) == ("Ноябрь 2026", "с 1 ноября по 30 ноября")
    assert (page.earlier, page.later, page.unit) == ("2026-10", "", "gigabytes")
    assert spaced(page.chart) == "Больше всего 14 ноября: 9 ГБ"
    assert [(bar.label.replace("\xa0", " "), bar.share) for bar in page.bars if bar.share] == [
        ("5 ноября", 44),
        ("14 ноября", 100),
        ("20 ноября", 4),
    ]
    assert (len(page.bars), [bar.label for bar in page.bars if bar.now]) == (30, ["24\xa0ноября"])
    assert [bar.axis for bar in page.bars if bar.axis] == ["1", "8", "15", "22", "29"]
    assert "14 ноября 9 ГБ" in spaced(page.sentence)

    anna.do(UsageState.turn, month=page.earlier)
    before = anna[UsageState].shown
    assert (before.month, before.later, spaced(before.gauges[0].value)) == ("Октябрь 2026", "2026-11", "20 из 20 ГБ")

    anna.do(UsageState.count, unit="minutes")
    assert (anna[UsageState].shown.unit, anna[UsageState].shown.month) == ("minutes", "Октябрь 2026")


@pytest.mark.parametrize("month", ["2027-01", "2020-01", "9999-99", "x" * 10_000, "-1", "0000-00"])
def test_a_month_that_is_none_shows_no_other_and_breaks_nothing(anna, mobile, month):
    anna.do(UsageState.load)

    anna.do(UsageState.turn, month=month)

    assert anna[UsageState].shown.month in ("", "Ноябрь 2026")


@pytest.mark.parametrize("unit", ["litres", "", "x" * 10_000, "none"])
def test_a_unit_that_is_not_counted_is_the_first_one(anna, mobile, unit):
    anna.do(UsageState.load)

    anna.do(UsageState.count, unit=unit)

    assert anna[UsageState].shown.unit == "gigabytes"


def test_for_vera_annas_service_does_not_exist(vera, mobile):
    vera.do(UsageState.load)
    assert (vera[UsageState].services, vera[UsageState].shown.key) == ([], "")

    vera.do(UsageState.choose, service=str(mobile.id))

    assert vera[UsageState].shown.key == ""
    assert vera[NoticeState].tone == "bad"


def test_two_services_are_chosen_between(installation, people, anna, mobile):
    second = installation.do(using.counting, people.anna, "second", position=2)
    anna.do(UsageState.load)
    assert [row.title for row in anna[UsageState].services] == ["mobile", "second"]

    anna.do(UsageState.choose, service=str(second.id))

    assert (anna[UsageState].shown.title, anna[UsageState].shown.empty) == ("second", True)
