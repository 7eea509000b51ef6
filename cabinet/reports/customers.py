"""A customer at a glance, as the staff sees him beside a talk or a ticket (4.1, 4.4, 7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from phonenumbers import PhoneNumberFormat, format_number, parse

from cabinet.domain.customers import Card, Found
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.shapes import Fact
from cabinet.reports import home
from cabinet.reports import rows as history
from cabinet.reports.home import NOTHING, ServiceRow
from cabinet.reports.reader import Reader
from cabinet.reports.tickets import TicketRow, initials, rows

MONTHS: Final = 12


@dataclass
class CustomerCard:
    """The customer beside what he wrote."""

    name: str = ""
    initials: str = ""
    contract: str = ""
    balance: MoneyText = NOTHING
    since: str = ""
    """How long he is with us, «2 г. 8 мес»."""
    facts: list[Fact] = field(default_factory=list)
    services: list[ServiceRow] = field(default_factory=list)
    operations: list[Fact] = field(default_factory=list)
    tickets: list[TicketRow] = field(default_factory=list)


@dataclass
class FoundRow:
    """A customer who was found."""

    key: str = ""
    name: str = ""
    initials: str = ""
    soft: str = ""


def customer(found: Card, eye: Reader) -> CustomerCard:
    """Return the customer at a glance."""
    operations = history.operation_rows(found.operations, eye.locale, eye.zone, now=eye.now)
    since = clock.day_of(found.account.created_at, eye.zone)
    return CustomerCard(
        name=found.person.name,
        initials=initials(found.person.name),
        contract=eye.say(mark("Contract {number}"), number=i18n.spoken(found.account.number)),
        balance=i18n.money_text(found.balance.amount, eye.locale),
        since=lasting(since, eye),
        facts=_facts(found, eye),
        services=[home.service(each, eye.locale, today=eye.today) for each in found.services],
        operations=[Fact(f"{each.title}, {each.when}", str(each.amount)) for each in operations],
        tickets=rows(found.tickets, eye.locale, eye.zone, now=eye.now),
    )


def found_rows(found: Sequence[Found], eye: Reader) -> list[FoundRow]:
    """Return customers as lines."""
    return [
        FoundRow(
            key=str(each.person.id),
            name=" ".join(filter(None, (each.person.family_name, each.person.given_name, each.person.patronymic))),
            initials=initials(each.person.name),
            soft=", ".join(
                filter(None, (i18n.spoken(each.account.number), _phone(each.person.phone), each.account.address))
            ),
        )
        for each in found
    ]


def lasting(since: date, eye: Reader) -> str:
    """Return how long something lasts, in years and whole months; in days within the first month."""
    today = eye.today
    months = MONTHS * (today.year - since.year) + today.month - since.month - (today.day < since.day)
    if months < 1:
        return i18n.plural(eye.locale, "{n} day", "{n} days", max((today - since).days, 1))
    years, rest = divmod(months, MONTHS)
    if not years:
        return eye.say(mark("{n} mo."), n=rest)
    told = mark("{years} y. {n} mo.") if rest else mark("{years} y.")
    return eye.say(told, years=years, n=rest)


def _facts(found: Card, eye: Reader) -> list[Fact]:
    facts = [
        Fact(eye.say(mark("Phone")), _phone(found.person.phone)),
        Fact(eye.say(mark("E-mail")), found.person.email or ""),
        Fact(eye.say(mark("Address")), found.account.address),
        Fact(eye.say(mark("Overdue")), str(i18n.money_text(found.debt, eye.locale)) if found.debt.minor else ""),
    ]
    return [each for each in facts if each.value]


def _phone(number: str | None) -> str:
    """Return «+7 916 204-18-36»."""
    if not number:
        return ""
    return format_number(parse(number), PhoneNumberFormat.INTERNATIONAL)
