"""Tariffs of «Меридиан»: home internet, mobile, and both with television in one."""

from __future__ import annotations

from typing import Final

from cabinet.domain.catalog import Draft
from cabinet.domain.services import TransitionDraft
from cabinet.models.catalog import UNLIMITED

HOME: Final = ("Тверь", "Москва")
TOGETHER: Final = ("all-500", "gigabit-1000")
"""Home, phone and television in one: they stand for tariffs of both kinds."""
INTERNET: Final = ("start-100", "optima-300", *TOGETHER, "capital-2000", "office-500")
MOBILE: Final = ("family-20", "start-5", "family-60", *TOGETHER)
TAKEN_IN: Final = ("family-20", "start-5", "family-60", "tv-home")
"""What a tariff of everything has inside: it stands in its place."""

TARIFFS: Final = (
    (
        "start-100",
        "internet",
        Draft(
            title={"ru": "Домашний интернет «Старт 100»", "en": "Home internet Start 100"},
            detail={"ru": "До 100\u00a0Мбит/с", "en": "Up to 100 Mbit/s"},
            terms={
                "ru": "Скорость до 100\u00a0Мбит/с без ограничения трафика. Статического IP на этом тарифе нет.",
                "en": "Up to 100 Mbit/s, no traffic limit. There is no static IP address with this tariff.",
            },
            price_minor=650_00,
            included={"home_gigabytes": UNLIMITED},
            speed_mbit=100,
            facts={
                "ru": "Статический IP: нет",
                "en": "Static IP: no",
            },
            regions=HOME,
            suspension_days_min=7,
            suspension_days_max=90,
            suspension_days_year=90,
            suspension_day_minor=5_00,
        ),
    ),
    (
        "optima-300",
        "internet",
        Draft(
            title={"ru": "Домашний интернет «Оптима 300»", "en": "Home internet Optima 300"},
            detail={"ru": "До 300 Мбит/с, статический IP", "en": "Up to 300 Mbit/s, static IP"},
            terms={
                "ru": "Скорость до 300\u00a0Мбит/с без ограничения трафика. Статический IP включён.",
                "en": "Up to 300 Mbit/s, no traffic limit. A static IP address is included.",
            },
            price_minor=800_00,
            included={"home_gigabytes": UNLIMITED},
            speed_mbit=300,
            facts={
                "ru": "Статический IP: включён",
                "en": "Static IP: included",
            },
            regions=HOME,
            suspension_days_min=7,
            suspension_days_max=90,
            suspension_days_year=90,
            suspension_day_minor=5_00,
        ),
    ),
    (
        "all-500",
        "internet",
        Draft(
            title={"ru": "Всё вместе 500", "en": "All together 500"},
            detail={"ru": "Дом, телефон и\u00a0ТВ одним тарифом", "en": "Home, phone and TV in one tariff"},
            terms={
                "ru": "До 500\u00a0Мбит/с дома без ограничения трафика, статический IP включён. "
                "40\u00a0ГБ, 800\u00a0минут и 200\u00a0SMS в\u00a0месяц по всей России, "
                "дальше минута\u00a0— 2\u00a0₽, SMS\u00a0— 2,50\u00a0₽, "
                "интернет\u00a0— 512\u00a0Кбит/с. 160\u00a0каналов и\u00a0одна приставка.",
                "en": "Up to 500 Mbit/s at home, no traffic limit, a static IP address included. "
                "40 GB, 800 minutes and 200 texts a month all over Russia; beyond that a minute is ₽2, "
                "a text is ₽2.50, the internet goes on at 512 kbit/s. 160 channels and one set-top box.",
            },
            price_minor=1_390_00,
            included={"home_gigabytes": UNLIMITED, "gigabytes": 40, "minutes": 800, "messages": 200},
            overage={"minutes": 2_00, "messages": 2_50},
            slowed_kbit=512,
            speed_mbit=500,
            channels=160,
            facts={
                "ru": "Статический IP: включён",
                "en": "Static IP: included",
            },
            regions=HOME,
            excludes=TAKEN_IN,
            suspension_days_min=7,
            suspension_days_max=90,
            suspension_days_year=90,
            suspension_day_minor=5_00,
        ),
    ),
    (
        "gigabit-1000",
        "internet",
        Draft(
            title={"ru": "Гигабит", "en": "Gigabit"},
            detail={"ru": "Самый быстрый: дом, телефон и\u00a0ТВ", "en": "The fastest: home, phone and TV"},
            terms={
                "ru": "До 1\u00a0000\u00a0Мбит/с дома без ограничения трафика, статический IP включён. "
                "Нужен роутер с\u00a0гигабитным портом. "
                "60\u00a0ГБ, 1\u00a0200\u00a0минут и 300\u00a0SMS в\u00a0месяц по всей России, "
                "дальше минута\u00a0— 2\u00a0₽, SMS\u00a0— 2,50\u00a0₽, "
                "интернет\u00a0— 512\u00a0Кбит/с. 160\u00a0каналов и\u00a0одна приставка.",
                "en": "Up to 1,000 Mbit/s at home, no traffic limit, a static IP address included. "
                "A router with a gigabit port is needed. "
                "60 GB, 1,200 minutes and 300 texts a month all over Russia; beyond that a minute is ₽2, "
                "a text is ₽2.50, the internet goes on at 512 kbit/s. 160 channels and one set-top box.",
            },
            price_minor=1_950_00,
            included={"home_gigabytes": UNLIMITED, "gigabytes": 60, "minutes": 1_200, "messages": 300},
            overage={"minutes": 2_00, "messages": 2_50},
            slowed_kbit=512,
            speed_mbit=1_000,
            channels=160,
            facts={
                "ru": "Статический IP: включён",
                "en": "Static IP: included",
            },
            regions=HOME,
            excludes=TAKEN_IN,
            temporary_days_max=31,
            suspension_days_min=7,
            suspension_days_max=90,
            suspension_days_year=90,
            suspension_day_minor=5_00,
        ),
    ),
    (
        "capital-2000",
        "internet",
        Draft(
            title={"ru": "Домашний интернет «Столица 2000»", "en": "Home internet Capital 2000"},
            detail={"ru": "До 2\u00a0Гбит/с", "en": "Up to 2 Gbit/s"},
            terms={"ru": "Скорость до 2\u00a0Гбит/с, только в\u00a0Москве.", "en": "Up to 2 Gbit/s, in Moscow only."},
            price_minor=1_490_00,
            included={"home_gigabytes": UNLIMITED},
            speed_mbit=2_000,
            regions=("Москва",),
        ),
    ),
    (
        "office-500",
        "internet",
        Draft(
            title={"ru": "Интернет для офиса «Дело 500»", "en": "Office internet Business 500"},
            detail={"ru": "До 500\u00a0Мбит/с, договор с\u00a0компанией", "en": "Up to 500 Mbit/s, for companies"},
            terms={
                "ru": "Скорость до 500\u00a0Мбит/с, ремонт за 4\u00a0часа. Для компаний и\u00a0предпринимателей.",
                "en": "Up to 500 Mbit/s, repairs within 4 hours. For companies and entrepreneurs.",
            },
            price_minor=2_400_00,
            included={"home_gigabytes": UNLIMITED},
            speed_mbit=500,
            segments=("business",),
        ),
    ),
    (
        "family-20",
        "mobile",
        Draft(
            title={"ru": "Мобильная связь «Семья 20»", "en": "Mobile plan Family 20"},
            detail={
                "ru": "+7\u00a0916\u00a0204-18-36, 20\u00a0ГБ и 600\u00a0минут",
                "en": "+7 916 204-18-36, 20 GB and 600 minutes",
            },
            terms={
                "ru": "20\u00a0ГБ, 600\u00a0минут и 100\u00a0SMS в\u00a0месяц на всю Россию. Остаток не переносится. "
                "Дальше минута\u00a0— 2\u00a0₽, SMS\u00a0— 2,50\u00a0₽, интернет\u00a0— 512\u00a0Кбит/с.",
                "en": "20 GB, 600 minutes and 100 texts a month all over Russia. What is left does not carry over. "
                "Beyond that a minute is ₽2, a text is ₽2.50, the internet goes on at 512 kbit/s.",
            },
            price_minor=450_00,
            included={"gigabytes": 20, "minutes": 600, "messages": 100},
            overage={"minutes": 2_00, "messages": 2_50},
            slowed_kbit=512,
            suspension_days_min=7,
            suspension_days_max=60,
            suspension_days_year=90,
            suspension_day_minor=3_00,
        ),
    ),
    (
        "start-5",
        "mobile",
        Draft(
            title={"ru": "Мобильная связь «Старт»", "en": "Mobile plan Start"},
            detail={
                "ru": "+7\u00a0916\u00a0204-18-37, 5\u00a0ГБ и 200\u00a0минут",
                "en": "+7 916 204-18-37, 5 GB and 200 minutes",
            },
            terms={
                "ru": "5\u00a0ГБ, 200\u00a0минут и 50\u00a0SMS в\u00a0месяц. "
                "Дальше минута\u00a0— 2,50\u00a0₽, SMS\u00a0— 3\u00a0₽, интернет\u00a0— 512\u00a0Кбит/с.",
                "en": "5 GB, 200 minutes and 50 texts a month. "
                "Beyond that a minute is ₽2.50, a text is ₽3, the internet goes on at 512 kbit/s.",
            },
            price_minor=290_00,
            included={"gigabytes": 5, "minutes": 200, "messages": 50},
            overage={"minutes": 2_50, "messages": 3_00},
            slowed_kbit=512,
            suspension_days_min=7,
            suspension_days_max=60,
            suspension_days_year=90,
            suspension_day_minor=3_00,
        ),
    ),
    (
        "family-60",
        "mobile",
        Draft(
            title={"ru": "Мобильная связь «Семья 60»", "en": "Mobile plan Family 60"},
            detail={"ru": "60\u00a0ГБ и 1\u00a0200\u00a0минут", "en": "60 GB and 1,200 minutes"},
            terms={
                "ru": "60\u00a0ГБ, 1\u00a0200\u00a0минут и 300\u00a0SMS в\u00a0месяц на всю Россию. "
                "Дальше минута\u00a0— 1,50\u00a0₽, SMS\u00a0— 2\u00a0₽, гигабайт\u00a0— 25\u00a0₽.",
                "en": "60 GB, 1,200 minutes and 300 texts a month all over Russia. "
                "Beyond that a minute is ₽1.50, a text is ₽2, a gigabyte is ₽25.",
            },
            price_minor=690_00,
            included={"gigabytes": 60, "minutes": 1_200, "messages": 300},
            overage={"minutes": 1_50, "messages": 2_00, "gigabytes": 25_00},
            suspension_days_min=7,
            suspension_days_max=60,
            suspension_days_year=90,
            suspension_day_minor=3_00,
        ),
    ),
)

TRANSITIONS: Final = (
    TransitionDraft(
        to_code="gigabit-1000",
        needs={
            "ru": "Нужен роутер с\u00a0гигабитным портом. Если ваш старый, проверьте его перед переходом.",
            "en": "A router with a gigabit port is needed. If yours is old, check it before the switch.",
        },
        item_code="router-ax",
    ),
    TransitionDraft(to_code="start-100", at_renewal=True),
    TransitionDraft(from_code="family-60", to_code="start-5", price_minor=100_00),
)
"""What is special about some switches; all others are free and happen at once."""
