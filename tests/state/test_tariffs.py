"""Tariffs on their page, by its events: cards by what each would have cost, some side by side; Vera sees her own."""

from __future__ import annotations

import pytest

from cabinet.domain import catalog, services
from cabinet.models.catalog import UNLIMITED
from cabinet.models.people import Person
from cabinet.state.base import NoticeState
from cabinet.state.tariffs import AdviceState, TariffsState
from tests import fitting
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.serving import offer
from tests.using import FAMILY, used
from tests.words import spaced


@pytest.fixture
def half_year(installation, people):
    """Anna has «mobile» for 450 and «tv» for 250, used 22 GB a month, and bought 5 GB for 300 in three months."""

    def tell(session):
        anna = people.anna
        mobile = fitting.tariff(session, "mobile", 450_00, position=10, **FAMILY)
        fitting.tariff(
            session,
            "large",
            500_00,
            position=20,
            included={"gigabytes": 40, "minutes": UNLIMITED, "messages": UNLIMITED},
            slowed_kbit=64,
            facts={"ru": "Роуминг: включён"},
            terms={"ru": "Всё включено."},
        )
        fitting.tariff(
            session, "all", 900_00, category="internet", position=30, speed_mbit=500, excludes=("mobile",), **FAMILY
        )
        fitting.tariff(session, "far", 1_00, position=40, regions=("Москва",), **FAMILY)
        tv = offer(session, "tv", 250_00, category="tv", position=50, channels=120)
        for product in (mobile, tv):
            fitting.since_may(session, anna, product)
        fitting.uses(session, anna, "mobile", "gigabytes", [22] * 6, day=20)
        for month in (5, 7, 9):
            fitting.bought(session, anna, f"2026-{month:02}-15 10:00", 5, 300_00)
        fitting.asked(session, anna)

    return installation.do(tell)


def opened(installation, people, asked: str = ""):
    tab = installation.tab(installation.cookie(people.anna.person.id), path=f"/tariffs{asked}")
    tab.do(TariffsState.load)
    return tab, tab[TariffsState]


def points(row) -> list[tuple[str, str]]:
    return [(each.tone, spaced(each.text)) for each in row.points]


def test_the_cards_stand_by_what_each_would_have_cost(installation, people, half_year):
    _, shown = opened(installation, people)

    assert [(row.key, spaced(str(row.amount)), row.pill, spaced(row.change), row.tone) for row in shown.cards] == [
        ("large", "750 ₽", "best", "на 100 ₽ меньше", "good"),
        ("mobile", "850 ₽", "own", "как сейчас", "calm"),
        ("all", "1 300 ₽", "", "на 450 ₽ больше", "warn"),
    ]
    large, mobile, _ = shown.cards
    assert (large.spread, spaced(mobile.spread)) == ("", "от 700 ₽ до 1 000 ₽ по месяцам")
    assert points(large) == [
        ("good", "ТВ 120 каналов"),
        ("calm", "Роуминг: включён"),
        ("good", "40 ГБ: пакеты не нужны"),
    ]
    assert points(mobile) == [
        ("good", "ТВ 120 каналов"),
        ("good", "600 мин: хватило бы каждый месяц"),
        ("bad", "20 ГБ не хватило бы в 6 месяцах, раньше всего 20 мая"),
    ]
    assert spaced(mobile.since) == "С 20 октября 2025"


def test_the_figures_say_what_they_stand_on(installation, people, half_year):
    _, shown = opened(installation, people)

    assert spaced(shown.basis.months) == "Май — октябрь 2026, все услуги договора"
    assert [(each.name, spaced(each.value), each.share, each.fill) for each in shown.basis.gauges] == [
        ("Мобильный интернет", "22 ГБ в месяц", 100, "near")
    ]
    assert (spaced(shown.basis.average), spaced(shown.basis.packages)) == ("850 ₽", "с 3 пакетами")
    assert shown.basis.fewer == ""


def test_one_that_cannot_be_had_stands_apart_with_its_reason(installation, people, half_year):
    _, shown = opened(installation, people)

    assert [(row.key, row.why) for row in shown.closed] == [("far", "По вашему адресу этот тариф не подключаем.")]


def test_the_best_is_shown_month_by_month_and_another_on_demand(installation, people, half_year):
    tab, shown = opened(installation, people)

    assert (shown.replay.key, spaced(shown.replay.soft)) == ("large", "Сэкономили бы 600 ₽")
    assert shown.replay.title == "Если бы последние полгода вы были на\u00a0«large»"
    assert [(each.label, spaced(each.value), each.was, each.would) for each in shown.replay.pairs] == [
        ("май", "−250 ₽", 100, 75),
        ("июн", "+50 ₽", 70, 75),
        ("июл", "−250 ₽", 100, 75),
        ("авг", "+50 ₽", 70, 75),
        ("сен", "−250 ₽", 100, 75),
        ("окт", "+50 ₽", 70, 75),
    ]

    tab.do(TariffsState.look, code="all")

    assert (shown.replay.key, spaced(shown.replay.soft)) == ("all", "Заплатили бы на 2 700 ₽ больше")


def test_what_is_picked_stands_in_the_address(installation, people, half_year):
    _, shown = opened(installation, people, "?kind=mobile&pick=large")

    assert (shown.picked, shown.compare, shown.clear) == ("large", "", "/tariffs?kind=mobile")
    assert {row.key: (row.picked, row.pick) for row in shown.cards} == {
        "large": (True, "/tariffs?kind=mobile"),
        "mobile": (False, "/tariffs?kind=mobile&pick=large,mobile"),
        "all": (False, "/tariffs?kind=mobile&pick=large,all"),
    }

    _, shown = opened(installation, people, "?kind=mobile&pick=large,mobile")
    assert shown.compare == "/tariffs?kind=mobile&compare=large,mobile"


def test_a_fifth_does_not_fit_side_by_side(installation, people, half_year):
    def more(session):
        fitting.tariff(session, "fifth", 450_00, position=60, **FAMILY)

    installation.do(more)

    _, shown = opened(installation, people, "?kind=mobile&pick=mobile,large,all,far")

    assert {row.key: bool(row.pick) for row in shown.cards} == {
        "mobile": True,
        "large": True,
        "all": True,
        "fifth": False,
    }


def test_of_forty_the_first_are_shown_with_ones_own_and_the_picked(installation, people, half_year):
    def more(session):
        for place in range(40):
            fitting.tariff(session, f"dear-{place:02}", 410_00 + 100 * place, position=60 + place, **FAMILY)

    installation.do(more)

    tab, shown = opened(installation, people, "?kind=mobile&pick=all")

    # Twelve that would have cost least, then one's own and the one that is picked.
    assert [row.key for row in shown.cards[:2]] == ["large", "dear-00"]
    assert [row.key for row in shown.cards[12:]] == ["mobile", "all"]
    assert shown.more == 29
    tab.do(TariffsState.widen)
    assert (len(shown.cards), shown.more) == (43, 0)


def test_two_stand_side_by_side_with_their_differences(installation, people, half_year):
    _, shown = opened(installation, people, "?compare=mobile,large")

    assert [row.key for row in shown.columns] == ["mobile", "large"]
    assert [row.pick for row in shown.columns] == ["", ""]
    told = {row.name: ([spaced(cell) for cell in row.cells], row.differs) for row in shown.conditions}
    assert told["Вам, в\u00a0месяц"] == (["850 ₽", "750 ₽"], True)
    assert told["Разброс по месяцам"] == (["от 700 ₽ до 1 000 ₽", "каждый месяц одинаково"], True)
    assert told["Заменит"] == (["—", "mobile"], True)
    assert told["Остаётся рядом"] == (["tv", "tv"], False)
    assert told["Сам тариф, в\u00a0месяц"] == (["450 ₽", "500 ₽"], True)
    assert told["Мобильный интернет"] == (["20 ГБ, дальше 64 Кбит/с", "40 ГБ, дальше 64 Кбит/с"], True)
    assert told["Звонки"] == (["600 мин, дальше минута — 2 ₽", "без ограничений"], True)
    assert told["Роуминг"] == (["—", "включён"], True)
    assert told["Визит мастера"] == (["не нужен", "не нужен"], False)
    assert told["Переход"] == (["—", "бесплатно"], True)
    assert told["Что понадобится"] == (["—", "Ничего покупать и менять не нужно"], True)
    # Words always differ: nothing is made of it.
    assert told["Полный текст условий"] == (["—", "Всё включено."], False)
    assert list(told)[-1] == "Полный текст условий"
    assert shown.back == "/tariffs?kind=mobile&pick=mobile,large"


def test_three_can_be_made_two(installation, people, half_year):
    tab, shown = opened(installation, people, "?compare=mobile,large,all")

    assert [row.pick for row in shown.columns] == [
        "/tariffs?kind=mobile&compare=large,all",
        "/tariffs?kind=mobile&compare=mobile,all",
        "/tariffs?kind=mobile&compare=mobile,large",
    ]

    tab.do(TariffsState.narrow, only=True)
    assert shown.only is True


@pytest.mark.parametrize("asked", ["?compare=large", "?compare=,,<b>,large", "?kind=nothing&compare=nobody,none"])
def test_an_address_that_names_too_few_shows_the_list(installation, people, half_year, asked):
    tab, shown = opened(installation, people, asked)

    assert (shown.columns, len(shown.cards), shown.kind) == ([], 3, "mobile")
    assert tab[NoticeState].words == ""


def test_records_that_come_change_the_figures(installation, people, half_year):
    tab, shown = opened(installation, people)
    installation.do(used, people.anna, "minutes", 700 * 60, "2026-10-28", product="mobile")

    tab.do(TariffsState.refresh)

    assert {row.key: spaced(str(row.amount)) for row in shown.cards} == {
        "large": "750 ₽",
        "mobile": "883 ₽",
        "all": "1 333 ₽",
    }


def test_the_services_tell_of_what_would_have_been_better(installation, people, half_year):
    tab = installation.tab(installation.cookie(people.anna.person.id), path="/services")
    tab.do(AdviceState.load)

    said = tab[AdviceState].advice
    assert said.title == "Вам выгоднее «large»"
    assert spaced(said.text) == "За последние 6 месяцев сэкономили бы 600 ₽, дешевле в 3 из них."
    assert said.href == "/tariffs?kind=mobile&compare=mobile,large"


def test_nothing_is_told_where_nothing_is_better(installation, people, half_year):
    def withdraw(session):
        catalog.withdraw(session, SYSTEM, "large", now=NOON)

    installation.do(withdraw)
    tab = installation.tab(installation.cookie(people.anna.person.id), path="/services")
    tab.do(AdviceState.load)

    assert tab[AdviceState].advice.title == ""


def test_vera_is_told_nothing(vera, half_year):
    vera.do(AdviceState.load)

    assert vera[AdviceState].advice.title == ""


def test_in_english_every_word_is_english(installation, people, half_year):
    def speak(session):
        session.get_one(Person, people.anna.person.id).locale = "en"

    installation.do(speak)

    _, shown = opened(installation, people, "?compare=mobile,large")

    large, mobile, _ = shown.cards
    assert (spaced(str(large.amount)), spaced(large.change), spaced(mobile.spread)) == (
        "₽750",
        "₽100 less",
        "from ₽700 to ₽1,000 by month",
    )
    assert [each[1] for each in points(mobile)] == [
        "TV, 120 channels",
        "600 min: enough in each month",
        "20 GB would not suffice in 6 months, on 20 May at the earliest",
    ]
    assert spaced(shown.basis.months) == "May to October 2026, everything on the contract"
    assert shown.replay.title == "If you had been on «large» for the last half year"
    assert [row.name for row in shown.conditions][:3] == [
        "For you, a month",
        "Months differ",
        "The tariff alone, a month",
    ]


def test_what_a_switch_needs_and_costs_is_on_the_card(installation, people, half_year):
    def rule(session):
        draft = services.TransitionDraft(
            to_code="large", price_minor=150_00, at_renewal=True, needs={"ru": "Нужна новая SIM-карта."}
        )
        services.set_transition(session, SYSTEM, draft, valid_from=NOON, now=NOON)

    installation.do(rule)

    _, shown = opened(installation, people, "?compare=mobile,large")

    assert points(shown.cards[0])[-3:] == [
        ("warn", "Нужна новая SIM-карта."),
        ("calm", "Переход стоит 150 ₽, один раз"),
        ("calm", "Только с первого дня периода"),
    ]
    told = {row.name: [spaced(cell) for cell in row.cells] for row in shown.conditions}
    assert told["Переход"] == ["—", "150 ₽"]
    assert told["Что понадобится"] == ["—", "Нужна новая SIM-карта."]
    assert told["Заработает"] == ["—", "С первого дня периода"]


def test_vera_sees_list_prices_and_nothing_of_annas(installation, people, vera, half_year):
    vera.do(TariffsState.load)

    shown = vera[TariffsState]
    assert [(row.key, row.pill, spaced(str(row.amount))) for row in shown.cards] == [
        ("mobile", "", "450 ₽"),
        ("large", "", "500 ₽"),
    ]
    assert (shown.basis.months, shown.replay.key) == ("", "")
