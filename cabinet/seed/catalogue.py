"""What «Меридиан» sells: tariffs to stand on, services beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cabinet.domain import catalog, services
from cabinet.domain.catalog import Draft
from cabinet.models.catalog import ProductKind
from cabinet.seed.pen import SYSTEM, Pen
from cabinet.seed.tariffs import HOME, INTERNET, MOBILE, TARIFFS, TOGETHER, TRANSITIONS

YEARS_AGO: Final = timedelta(days=1_200)
TV: Final = ("tv-home", *TOGETHER)

SERVICES: Final = (
    (
        "tv-home",
        "tv",
        Draft(
            title={"ru": "ТВ «Домашний»", "en": "TV Home"},
            detail={"ru": "120\u00a0каналов, 1\u00a0приставка", "en": "120 channels, 1 set-top box"},
            terms={
                "ru": "120\u00a0каналов, архив за 7\u00a0дней, одна приставка в\u00a0аренде.",
                "en": "120 channels, an archive of 7 days, one rented set-top box.",
            },
            lost={
                "ru": "Пропадут каналы, архив и\u00a0записи. Приставку нужно вернуть за 14\u00a0дней.",
                "en": "The channels, the archive and recordings go. The set-top box is to be returned within 14 days.",
            },
            price_minor=250_00,
            channels=120,
            regions=HOME,
            requires=INTERNET,
            suspension_days_min=3,
            suspension_days_max=60,
            suspension_days_year=90,
        ),
    ),
    (
        "antivirus",
        "internet",
        Draft(
            title={"ru": "Антивирус для дома", "en": "Home antivirus"},
            detail={"ru": "До трёх устройств", "en": "Up to three devices"},
            terms={
                "ru": "Защита трёх устройств. Ключ придёт в\u00a0уведомления сразу после подключения.",
                "en": "Protects three devices. The key comes with the notifications once it is connected.",
            },
            lost={"ru": "Защита выключится на всех устройствах.", "en": "Protection goes off on all devices."},
            price_minor=99_00,
            requires=INTERNET,
            minutes=1,
            temporary_days_max=90,
            suspension_days_min=3,
            suspension_days_max=30,
            suspension_days_year=60,
        ),
    ),
    (
        "night-boost",
        "internet",
        Draft(
            title={"ru": "Ночной разгон", "en": "Night boost"},
            detail={"ru": "500\u00a0Мбит/с с 23:00 до 8:00", "en": "500 Mbit/s from 23:00 to 8:00"},
            terms={
                "ru": "Ночью скорость вырастет до 500\u00a0Мбит/с. Роутер должен поддерживать гигабит.",
                "en": "At night the speed grows to 500 Mbit/s. The router has to support gigabit.",
            },
            price_minor=120_00,
            requires=INTERNET,
            minutes=2,
            temporary_days_max=30,
        ),
    ),
    (
        "gigabit",
        "internet",
        Draft(
            title={"ru": "Гигабит в\u00a0квартиру", "en": "Gigabit to the flat"},
            detail={"ru": "Новый кабель до роутера", "en": "A new cable to the router"},
            terms={"ru": "Мастер проведёт кабель за час.", "en": "An engineer lays the cable within an hour."},
            connection_minor=900_00,
            requires=INTERNET,
            visit_needed=True,
        ),
    ),
    (
        "cinema",
        "tv",
        Draft(
            title={"ru": "Кино и\u00a0сериалы", "en": "Films and series"},
            detail={"ru": "4\u00a0000 фильмов без рекламы", "en": "4,000 films without advertising"},
            terms={
                "ru": "Каталог на пяти устройствах. После отключения работает до конца оплаченного периода.",
                "en": "The catalogue on five devices. Disconnected, it works to the end of the paid period.",
            },
            lost={"ru": "Пропадут закладки и\u00a0история просмотров.", "en": "Bookmarks and the viewing history go."},
            price_minor=299_00,
            requires=TV,
            minutes=1,
            gives_back=False,
            temporary_days_max=60,
        ),
    ),
    (
        "tv-4k",
        "tv",
        Draft(
            title={"ru": "Каналы в\u00a04K", "en": "Channels in 4K"},
            detail={"ru": "12\u00a0каналов, нужна приставка с\u00a04K", "en": "12 channels, needs a 4K set-top box"},
            terms={
                "ru": "Если приставка не поддерживает 4K, услуга не включится и\u00a0деньги вернутся.",
                "en": "If the set-top box does not support 4K, it is not connected and the money comes back.",
            },
            price_minor=149_00,
            requires=TV,
            minutes=1,
        ),
    ),
    (
        "abroad",
        "mobile",
        Draft(
            title={"ru": "Роуминг без границ", "en": "Roaming without borders"},
            detail={"ru": "5\u00a0ГБ и 100\u00a0минут в\u00a090 странах", "en": "5 GB and 100 minutes in 90 countries"},
            terms={
                "ru": "Действует за границей, кроме морских и\u00a0спутниковых сетей. Подключается по коду.",
                "en": "Works abroad, except for networks at sea and by satellite. Connected by a code.",
            },
            lost={"ru": "За границей связь будет по обычным ценам.", "en": "Abroad the usual prices apply."},
            price_minor=590_00,
            included={"gigabytes": 5, "minutes": 100},
            requires=MOBILE,
            excludes=("no-roaming",),
            code_needed=True,
            minutes=1,
            temporary_days_max=90,
        ),
    ),
    (
        "no-roaming",
        "mobile",
        Draft(
            title={"ru": "Запрет роуминга", "en": "Roaming barred"},
            detail={"ru": "Ничего не спишется за границей", "en": "Nothing is charged abroad"},
            terms={"ru": "За границей телефон не выйдет в\u00a0сеть.", "en": "Abroad the phone stays off the network."},
            requires=MOBILE,
            excludes=("abroad",),
        ),
    ),
    (
        "second-number",
        "mobile",
        Draft(
            title={"ru": "Второй номер", "en": "Second number"},
            detail={"ru": "На той же SIM-карте", "en": "On the same SIM card"},
            terms={
                "ru": "Номер выдаётся сразу, минуты общие.",
                "en": "The number is given at once, minutes are shared.",
            },
            lost={
                "ru": "Номер вернётся в\u00a0продажу через 30\u00a0дней.",
                "en": "The number is sold again in 30 days.",
            },
            price_minor=90_00,
            connection_minor=50_00,
            requires=MOBILE,
            code_needed=True,
            minutes=1,
        ),
    ),
    (
        "sip",
        "phone",
        Draft(
            title={"ru": "Телефония для офиса", "en": "Office telephony"},
            detail={"ru": "Номера и\u00a0очередь звонков", "en": "Numbers and a queue of calls"},
            price_minor=1_200_00,
            segments=("business",),
        ),
    ),
    (
        "home-phone",
        "phone",
        Draft(
            title={"ru": "Домашний телефон", "en": "Home telephone"},
            detail={"ru": "Аналоговая линия", "en": "An analogue line"},
            price_minor=240_00,
            segments=("person",),
            regions=("Тверь",),
            terms={"ru": "Безлимитные звонки по городу.", "en": "Calls within the city without limit."},
        ),
    ),
)


def write(pen: Pen) -> None:
    """Publish the catalogue of long ago."""
    long_ago = pen.now - YEARS_AGO
    rows = [*((ProductKind.tariff, *row) for row in TARIFFS), *((ProductKind.service, *row) for row in SERVICES)]
    for place, (kind, code, category, draft) in enumerate(rows, 1):
        pen.do(catalog.add, SYSTEM, code, kind, category, position=place * 10, now=long_ago)
        pen.do(catalog.publish, SYSTEM, code, draft, valid_from=long_ago, now=long_ago)
    for rule in TRANSITIONS:
        pen.do(services.set_transition, SYSTEM, rule, valid_from=long_ago, now=long_ago)
