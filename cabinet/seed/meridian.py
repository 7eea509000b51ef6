"""The story of «Меридиан»: Анна Соколова and those around her, sixteen months up to this moment.

It is told relative to the present day, so that «вчера» is yesterday whenever the demonstration is opened; for the same
moment it is the same to the last row.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session

from cabinet import settings
from cabinet.db import Database
from cabinet.domain import billing, knowledge, payments, refunds, staff
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderRefund, ProviderStatus
from cabinet.domain.ledger import verify
from cabinet.kit import clock, passwords
from cabinet.kit.money import Money
from cabinet.kit.secrets import Keyring
from cabinet.models.billing import BillingAccount
from cabinet.models.journal import Counter, Rule
from cabinet.models.payments import MethodKind
from cabinet.models.people import Consent, LegalText, Person, StaffRole
from cabinet.operate import articles, troubles
from cabinet.operate.safety import DEMO_MARK
from cabinet.operate.texts import LEGAL
from cabinet.seed import catalogue, chat, discounts, network, options, orders, tickets, usage
from cabinet.seed.pen import SYSTEM, ZONE, Pen, named

MONTHS: Final = 16
NAMES: Final = ("anna", "boris", "vera")
"""What the demonstration's customers are called in ids and tests, in the order of `settings.DEMO_CUSTOMERS`."""
BALANCE_MINOR: Final = 1_234_50
"""What Anna has on her account at the moment of the story: the figure of the first screen."""
ANNAS_CARD: Final = "demo-card-mir-4417"
"""The sandbox knows this card: Anna can pay with it in the demonstration."""
_SEED: Final = 4_102_887


def tell(database: Database, *, keyring: Keyring, now: datetime) -> None:
    """Write the story into an empty database and prove its ledger."""
    pen = Pen(database, now)
    with pen.writing():
        _marks(pen)
        _texts(pen)
        _staff(pen, keyring)
        _articles(pen)
        orders.shelf(pen)
        catalogue.write(pen)
        options.write(pen, keyring)
        anna, boris = _anna(pen), _boris(pen)
        usage.write(pen, anna, boris)
        _vera(pen)
        _others(pen)
        chat.write(pen)
        _refunded(pen)
        _in_review(pen)
        network.write(pen)
        orders.write(pen, anna)
        tickets.write(pen, anna.id)
        discounts.write(pen, boris)
        pen.quiet(now - timedelta(days=3))
    faults = database.look(verify)
    assert not faults, faults


def _marks(pen: Pen) -> None:
    """Say for ever that this database is a demonstration, and begin its numbers where a living company's stand."""
    pen.do(_put, Rule(name=DEMO_MARK, value={"mode": "demo"}, valid_from=pen.now, set_by=SYSTEM.label))
    for year in range(pen.now.year - 2, pen.now.year + 1):
        for series, last in (
            ("payment", 116_400),
            ("operation", 214_000),
            ("invoice", 52_800),
            ("receipt", 91_300),
            ("outage", 340),
            ("order", 7_610),
            ("ticket", 58_200),
        ):
            pen.do(_put, Counter(series=series, year=year, last=last))


def _texts(pen: Pen) -> None:
    for text in LEGAL:
        published = LegalText(
            id=named(f"text:{text.purpose}"),
            published_at=pen.at(date(2026, 1, 12), 10, 0),
            **text.row(settings.get().brand),
        )
        pen.do(_put, published)


def _staff(pen: Pen, keyring: Keyring) -> None:
    roles = (StaffRole.operator, StaffRole.finance, StaffRole.auditor, StaffRole.administrator)
    for login, role in zip(settings.DEMO_STAFF, roles, strict=True):
        pen.do(
            staff.install,
            SYSTEM,
            login.login,
            login.name,
            role,
            password_hash=passwords.hash_(login.password),
            secret=login.totp_secret,
            zone=ZONE,
            keyring=keyring,
            now=pen.now - timedelta(days=400),
        )


def _anna(pen: Pen) -> BillingAccount:
    since = pen.now - timedelta(days=31 * MONTHS + 60)
    anna = _customer(pen, 0, ("Анна", "Соколова", "Сергеевна"), "sokolova@example.ru", since)
    account = pen.account(anna, "4102887", "Тверь, Волжская наб., 12, кв. 48", since)
    this_month = pen.today.replace(day=1)
    months = [clock.month_after(this_month, -back) for back in range(MONTHS - 1, -1, -1)]
    for code in ("optima-300", "family-20", "tv-home"):
        pen.service(account, code, since, charged_until=months[0])
    options.annas(pen, account)

    opening = BALANCE_MINOR - _annas_sum(pen, months)
    assert opening > 0, opening
    first = months[0] - timedelta(days=5)
    pen.top_up(account, opening, pen.at(first, 19, 12), token=ANNAS_CARD, name="anna:opening")
    for month in months:
        pen.month(account, month)
        _annas_month(pen, account, month, this_month)
    pen.month(account, clock.month_after(this_month))
    return account


PACKAGE: Final = {"ru": "Пакет «+5\u00a0ГБ»", "en": "Package +5 GB"}
CALLS: Final = {"ru": "Детализация звонков", "en": "Call details"}
VISIT: Final = {"ru": "Выезд мастера", "en": "Visit of an engineer"}
DOWNTIME: Final = {"ru": "Возврат за простой 14–15\u00a0числа", "en": "Refund for two days without internet"}
PAID_A_MONTH: Final = 1_500_00


def _annas_singles(pen: Pen, this_month: date) -> list[tuple[datetime, str, dict[str, str], int]]:
    """Return what Anna was charged once or given back: when, for what, how much (negative: given back)."""
    return [
        (pen.at(clock.month_after(this_month, -6).replace(day=19), 20, 5), "mobile", PACKAGE, 300_00),
        (pen.at(clock.month_after(this_month, -4).replace(day=17), 18, 40), "mobile", PACKAGE, 300_00),
        (pen.at(clock.month_after(this_month, -2).replace(day=9), 12, 15), "mobile", CALLS, 49_00),
        (pen.at(clock.month_after(this_month, -2).replace(day=20), 21, 30), "mobile", PACKAGE, 300_00),
        (pen.at(clock.month_after(this_month, -1).replace(day=17), 16, 11), "internet", DOWNTIME, -48_39),
        (pen.at(max(pen.days_ago(3), this_month), 19, 30), "mobile", PACKAGE, 300_00),
    ]


def _annas_top_ups(pen: Pen, months: list[date]) -> list[tuple[datetime, int]]:
    """Return Anna's top-ups after the first: on the 28th of each past month, and a thousand two weeks ago."""
    regular = [(pen.at(month.replace(day=28), 9, 0), PAID_A_MONTH) for month in months[:-1]]
    return [*regular, (pen.at(pen.days_ago(16), 18, 20), 1_000_00)]


def _annas_sum(pen: Pen, months: list[date]) -> int:
    """Return what everything after the opening top-up does to the balance, counted by hand from the script."""
    charged = PAID_A_MONTH * len(months) + sum(minor for *_, minor in _annas_singles(pen, months[-1]))
    return sum(minor for _, minor in _annas_top_ups(pen, months)) - charged


def _annas_month(pen: Pen, account: BillingAccount, month: date, this_month: date) -> None:
    """Tell one month: what was paid and charged in it, in the order of time."""
    following = clock.month_after(month)
    told: list[tuple[datetime, str, dict[str, str], int, str]] = []
    for when, minor in _annas_top_ups(pen, [clock.month_after(this_month, -b) for b in range(MONTHS - 1, -1, -1)]):
        told.append((when, "top_up", {}, minor, ""))
    for when, kind, title, minor in _annas_singles(pen, this_month):
        told.append((when, "credit" if minor < 0 else "single", title, abs(minor), kind))
    told.append((pen.at(pen.days_ago(6), 21, 47), "declined", {}, 500_00, ""))
    told.append((pen.issued_at(account, following), "invoice", {}, 0, ""))
    for when, what, title, minor, kind in sorted(told, key=lambda each: each[0]):
        if not month <= clock.day_of(when, ZONE) < following:
            continue
        if what == "top_up":
            pen.top_up(account, minor, when)
        elif what == "invoice":
            pen.issue(account, following)
        elif what == "declined":
            pen.top_up(account, minor, when, failure="card_declined")
        elif title is PACKAGE:
            pen.package(account, "plus-5gb", when)
        elif what == "single":
            pen.single(account, kind, title, minor, when)
        else:
            line = billing.LineDraft(kind, title, Money(minor))
            pen.do(billing.credit, SYSTEM, account, line, key=f"seed:{when.isoformat()}", now=when)


def _articles(pen: Pen) -> None:
    """Bring the articles in; in the last month some of them were read more than others."""
    pen.do(articles.bring, SYSTEM, now=pen.at(pen.days_ago(30), 12, 0))
    pen.do(troubles.bring, SYSTEM)
    guest = Actor.guest()
    for slug, times in READ_LATELY:
        for back in range(times):
            pen.do(knowledge.note_opened, guest, slug, found=back % 2 == 0, now=pen.at(pen.days_ago(back), 15, 0))


def _boris(pen: Pen) -> BillingAccount:
    since = pen.now - timedelta(days=420)
    boris = _customer(pen, 1, ("Борис", "Соколов", "Игоревич"), "boris.sokolov@example.ru", since)
    account = pen.account(boris, "4102895", "Тверь, Волжская наб., 12, кв. 48", since)
    this_month = pen.today.replace(day=1)
    pen.service(account, "start-5", since, charged_until=clock.month_after(this_month, -3))
    for back in range(3, -1, -1):
        month = clock.month_after(this_month, -back)
        pen.issue(account, month)
        pen.top_up(account, 300_00, pen.at(month - timedelta(days=2), 20, 5), label=("Visa", "1881"))
        pen.month(account, month)
    pen.month(account, clock.month_after(this_month))
    return account


def _vera(pen: Pen) -> None:
    since = pen.now - timedelta(days=200)
    vera = _customer(pen, 2, ("Вера", "Чужая", ""), "vera@example.com", since)
    account = pen.account(vera, "4205111", "Тверь, Советская, 3, кв. 7", since)
    pen.top_up(account, 310_00, pen.at(pen.days_ago(20), 11, 0), label=("Visa", "9026"))
    pen.owe(account, "visit", VISIT, 1_200_00, pen.at(pen.days_ago(8), 10, 0))


def _others(pen: Pen) -> None:
    """Give the desk of the staff two weeks of other people's payments, one of them in every state."""
    dice = random.Random(_SEED)  # noqa: S311  the story is to be the same each time
    for place, (given, family) in enumerate(OTHERS):
        since = pen.now - timedelta(days=90 + place)
        person = pen.person(
            f"other:{place}", given, family, phone=f"+7903200{place:04d}", phone_verified_at=since, created_at=since
        )
        address = NEIGHBOURS.get(place, f"Тверь, Советская, {place + 5}")
        account = pen.account(person, str(4_300_017 + place * 13), address, since)
        for _ in range(dice.randint(2, 4)):
            days, minor = dice.randint(0, 13), dice.choice((300_00, 500_00, 650_00, 990_00))
            when = pen.at(pen.days_ago(days), dice.randint(8, 22), dice.randint(0, 59))
            failure = dice.choice(("", "", "", "", "insufficient_funds", "card_declined"))
            label = dice.choice((("Мир", "2200"), ("Visa", "4111"), ("Mastercard", "5444"), ("СБП", "")))
            method = MethodKind.sbp if label[0] == "СБП" else MethodKind.card
            name = f"other:{place}:{days}:{when.isoformat()}"
            pen.top_up(account, minor, when, label=label, method=method, failure=failure, name=name)


def _in_review(pen: Pen) -> None:
    """One payment of which the acquirer took another sum: it waits for a person of the staff."""
    account = pen.account(_other(pen, 0), "4300500", "Тверь, Речная, 1", pen.now - timedelta(days=80))
    when = pen.now - timedelta(hours=3)
    payer = Actor.customer(account.person_id)
    order = payments.Order(id=named("review"), account_id=account.id, amount=Money(650_00), method=MethodKind.card)
    made = pen.do(payments.open_, payer, order, now=when, provider="sandbox")
    pen.do(payments.leave, payer, made.id, now=when)
    seen = ProviderPayment(
        ref="demo-review",
        status=ProviderStatus.succeeded,
        amount=Money(560_00),
        method=ProviderMethod(brand="Мир", last4="7012"),
    )
    pen.do(payments.apply, Actor.system("acquirer:sandbox"), made.id, seen, now=when)


def _refunded(pen: Pen) -> None:
    """One payment that went back to its payer yesterday."""
    account = pen.account(_other(pen, 1), "4300518", "Тверь, Речная, 2", pen.now - timedelta(days=80))
    paid = pen.top_up(account, 500_00, pen.at(pen.days_ago(2), 15, 20), label=("Visa", "4111"), name="refunded")
    when = pen.at(pen.days_ago(1), 11, 40)
    asked = pen.do(
        refunds.request,
        SYSTEM,
        paid.id,
        Money(500_00),
        "Оплатил дважды, просит вернуть второй платёж",
        refund_id=named("refund"),
        now=when,
    )
    seen = ProviderRefund(ref="demo-refund", status=ProviderStatus.succeeded, amount=Money(500_00))
    pen.do(refunds.apply, Actor.system("acquirer:sandbox"), asked.id, seen, now=when + timedelta(seconds=20))


def _customer(pen: Pen, place: int, names: tuple[str, str, str], email: str, since: datetime) -> Person:
    given, family, patronymic = names
    name = NAMES[place]
    login = settings.DEMO_CUSTOMERS[place]
    phone = "+" + "".join(sign for sign in login.login if sign.isdigit())
    person = pen.person(
        name,
        given,
        family,
        patronymic=patronymic,
        email=email,
        email_verified_at=since,
        phone=phone,
        phone_verified_at=since,
        password_hash=passwords.hash_(login.password),
        password_set_at=since,
        created_at=since,
    )
    for text in LEGAL:
        row = text.row(settings.get().brand)
        consent = Consent(
            id=named(f"consent:{name}:{text.purpose}"),
            person_id=person.id,
            text_id=named(f"text:{text.purpose}"),
            purpose=text.purpose,
            text_sha256=row["sha256"],
            address="127.0.0.1",
            given_at=max(since, pen.at(date(2026, 1, 12), 10, 1)),
        )
        pen.do(_put, consent)
    return person


def _other(pen: Pen, place: int) -> Person:
    return pen.database.look(lambda session: session.get_one(Person, named(f"other:{place}")))


def _put(session: Session, row: object) -> None:
    session.add(row)


READ_LATELY: Final = (
    ("top-up", 9),
    ("no-internet", 8),
    ("slow-wifi", 7),
    ("switch-tariff", 5),
    ("payment-waiting", 4),
    ("debt", 3),
)
"""Articles by how often they were opened in the last days."""
NEIGHBOURS: Final = {6: "Тверь, Волжская наб., 12, кв. 51", 9: "Тверь, Волжская наб., 12, кв. 36"}
"""Those of the others who live in Anna's house."""
OTHERS: Final = (
    ("Павел", "Кузнецов"), ("Тимур", "Ли"), ("Елена", "Громова"), ("Николай", "Осипов"), ("Дамир", "Рахимов"),
    ("Ольга", "Белова"), ("Виктор", "Егоров"), ("Мария", "Лебедева"), ("Артём", "Зайцев"), ("Инна", "Фомина"),
    ("Роман", "Киселёв"), ("Алла", "Павлова"),
)  # fmt: skip
