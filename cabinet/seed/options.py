"""What «Меридиан» sells beside its services: options by category, paid and free, and who has which."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from cabinet.domain import catalog, services
from cabinet.domain.catalog import Draft
from cabinet.domain.services import access
from cabinet.kit import clock
from cabinet.kit.secrets import Keyring
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Gives, ProductKind, ProductVersion, Unit
from cabinet.models.services import Subscription, TrialStatus
from cabinet.seed.catalogue import YEARS_AGO
from cabinet.seed.pen import SYSTEM, ZONE, Pen, named
from cabinet.seed.tariffs import INTERNET, MOBILE

OPTIONS: Final = (
    (
        "safe-web",
        "security",
        Draft(
            title={"ru": "Защита в\u00a0сети", "en": "Safe web"},
            detail={"ru": "От мошенников и\u00a0вирусов", "en": "Against fraud and viruses"},
            terms={
                "ru": "Опасные сайты закрыты на всех устройствах дома. Ничего устанавливать не нужно.",
                "en": "Dangerous sites are closed on every device at home. There is nothing to install.",
            },
            lost={"ru": "Опасные сайты снова будут открываться.", "en": "Dangerous sites open again."},
            price_minor=99_00,
            requires=INTERNET,
            minutes=1,
            trial_days=14,
        ),
    ),
    (
        "kids",
        "security",
        Draft(
            title={"ru": "Детский режим", "en": "Children's mode"},
            detail={"ru": "Расписание и\u00a0сайты по возрасту", "en": "A timetable and sites by age"},
            terms={
                "ru": "Вы решаете, когда и\u00a0какие сайты открыты детям.",
                "en": "You decide when children may go online, and which sites are open.",
            },
            requires=INTERNET,
        ),
    ),
    (
        "office-filter",
        "security",
        Draft(
            title={"ru": "Фильтр для офиса", "en": "Office filter"},
            detail={"ru": "Правила для сотрудников", "en": "Rules for the staff"},
            terms={"ru": "Отчёты и\u00a0правила по отделам.", "en": "Reports and rules by department."},
            price_minor=690_00,
            segments=("business",),
        ),
    ),
    (
        "cloud-10",
        "storage",
        Draft(
            title={"ru": "Облако 10\u00a0ГБ", "en": "Cloud 10 GB"},
            detail={"ru": "Фото и\u00a0документы", "en": "Photos and documents"},
            terms={
                "ru": "10\u00a0ГБ на ваши файлы, доступ с\u00a0любого устройства.",
                "en": "10 GB for your files, from any device.",
            },
            lost={
                "ru": "Файлы хранятся ещё 30\u00a0дней, потом удаляются.",
                "en": "Files are kept for 30 more days, then deleted.",
            },
            requires=INTERNET,
            excludes=("cloud-200",),
            gives=Gives.network,
        ),
    ),
    (
        "cloud-200",
        "storage",
        Draft(
            title={"ru": "Облако 200\u00a0ГБ", "en": "Cloud 200 GB"},
            detail={"ru": "Для всей семьи", "en": "For the whole family"},
            terms={
                "ru": "200\u00a0ГБ на пятерых, у\u00a0каждого своя папка.",
                "en": "200 GB for five people, a folder for each.",
            },
            lost={
                "ru": "Файлы хранятся ещё 30\u00a0дней, потом удаляются.",
                "en": "Files are kept for 30 more days, then deleted.",
            },
            price_minor=149_00,
            requires=INTERNET,
            trial_days=7,
            excludes=("cloud-10",),
            minutes=1,
            gives=Gives.network,
        ),
    ),
    (
        "vip-support",
        "support",
        Draft(
            title={"ru": "Премиум-поддержка", "en": "Premium support"},
            detail={"ru": "Ответ за 15\u00a0минут, мастер за день", "en": "An answer in 15 minutes, a visit in a day"},
            terms={
                "ru": "Отдельная очередь и\u00a0бесплатный выезд раз в\u00a0месяц.",
                "en": "A queue of your own and one free visit a month.",
            },
            lost={"ru": "Обращения пойдут в\u00a0общую очередь.", "en": "Requests go to the common queue."},
            price_minor=190_00,
            gives_back=False,
        ),
    ),
    (
        "books",
        "leisure",
        Draft(
            title={"ru": "Книжная полка", "en": "Bookshelf"},
            detail={"ru": "30\u00a0000 книг, подарок абонентам", "en": "30,000 books, a gift to customers"},
            terms={
                "ru": "Библиотека партнёра. Код для входа появится здесь после подключения.",
                "en": "A partner's library. The code to get in appears here once it is connected.",
            },
            lost={"ru": "Код перестанет действовать.", "en": "The code stops working."},
            requires=INTERNET,
            minutes=1,
            gives=Gives.pool,
        ),
    ),
)
BUNDLES: Final = (
    (
        "calm-home",
        "bundle",
        Draft(
            title={"ru": "Спокойный дом", "en": "Calm home"},
            detail={"ru": "Антивирус и\u00a0премиум-поддержка", "en": "Antivirus and premium support"},
            terms={
                "ru": "Две услуги за одну цену, подключаются сразу обе.",
                "en": "Two services for one price, connected together.",
            },
            price_minor=219_00,
            parts=("antivirus", "vip-support"),
            minutes=1,
        ),
    ),
)
PACKAGES: Final = (
    (
        "plus-5gb",
        "mobile",
        Draft(
            title={"ru": "Пакет «+5\u00a0ГБ»", "en": "Package +5 GB"},
            detail={"ru": "До конца периода", "en": "To the end of the period"},
            terms={
                "ru": "Тратится после гигабайтов тарифа. Остаток сгорает в\u00a0конце периода.",
                "en": "Used after the gigabytes of the tariff. What is left goes at the end of the period.",
            },
            connection_minor=300_00,
            requires=MOBILE,
            amount=5,
            unit=Unit.gigabytes,
        ),
    ),
    (
        "plus-100min",
        "mobile",
        Draft(
            title={"ru": "Пакет «+100\u00a0минут»", "en": "Package +100 minutes"},
            detail={"ru": "На 30\u00a0дней", "en": "For 30 days"},
            terms={
                "ru": "Тратится после минут тарифа, по всей России.",
                "en": "Used after the minutes of the tariff, all over Russia.",
            },
            connection_minor=120_00,
            requires=MOBILE,
            amount=100,
            unit=Unit.minutes,
            valid_days=30,
        ),
    ),
)
TRIED_DAYS: Final = 11
"""Anna's trial of the safe web ends in three days."""
CODES: Final = 200
"""How many shelves the partner has given us."""
FIRST_PLACE: Final = 500
"""After tariffs and services."""


def write(pen: Pen, keyring: Keyring) -> None:
    """Publish the options, and fill the pool of codes."""
    long_ago = pen.now - YEARS_AGO
    rows = [
        *((ProductKind.option, *row) for row in OPTIONS),
        *((ProductKind.bundle, *row) for row in BUNDLES),
        *((ProductKind.package, *row) for row in PACKAGES),
    ]
    for place, (kind, code, category, draft) in enumerate(rows):
        position = FIRST_PLACE + place * 10
        pen.do(catalog.add, SYSTEM, code, kind, category, position=position, now=long_ago)
        pen.do(catalog.publish, SYSTEM, code, draft, valid_from=long_ago, now=long_ago)

    codes = [named(f"code:{place}").hex[:12].upper() for place in range(CODES)]
    shelves = [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]
    pen.do(services.add_codes, SYSTEM, "books", shelves, keyring=keyring, now=long_ago)


def annas(pen: Pen, account: BillingAccount) -> None:
    """Anna reads: her bookshelf is a gift, and costs nothing."""
    since = pen.at(pen.days_ago(40), 20, 15)
    shelf = pen.service(account, "books", since, charged_until=pen.today)
    pen.do(_open, shelf, since)
    begun = pen.at(pen.days_ago(TRIED_DAYS), 19, 5)
    safe = pen.service(account, "safe-web", begun, charged_until=pen.today)
    pen.do(_trying, safe)


def _trying(session: Session, had: Subscription) -> None:
    days = session.get_one(ProductVersion, had.version_id).trial_days
    until = clock.day_of(had.created_at, ZONE) + timedelta(days=days)
    had.trial, had.trial_until, had.ends_on, had.charged_until = TrialStatus.running, until, until, until
    session.add(had)


def _open(session: Session, had: Subscription, since: datetime) -> None:
    held, _ = services.seen(session, SYSTEM, had.id)
    access.set_aside(session, SYSTEM, held)
    access.issue(session, SYSTEM, held, {}, keyring=None, now=since)
