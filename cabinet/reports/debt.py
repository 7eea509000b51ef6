"""What is owed and what becomes of it, in words and rows (3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cabinet.domain import services
from cabinet.domain.billing import Held
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.reports import words
from cabinet.reports.outages import LineRow
from cabinet.reports.reader import Reader, refusal


@dataclass
class OwedRow:
    """An overdue invoice."""

    key: str
    title: str
    soft: str
    amount: str
    link: str


@dataclass
class CutRow:
    """What happens on a day when nothing is paid."""

    key: str
    icon: str
    title: str
    soft: str


@dataclass
class DebtCard:
    """The page in words; `debt` is "" when nothing is owed."""

    debt: str = ""
    soft: str = ""
    pay_link: str = "/pay"
    promise: str = ""
    """What was promised; "" when nothing is."""
    offer: str = ""
    """What a promise given now would mean; "" when none is possible."""
    why_not: str = ""


def lines(debt: Money, eye: Reader) -> list[LineRow]:
    """Return the line over the home page; none when nothing is owed."""
    if not debt:
        return []
    title = eye.say(mark("{amount} is overdue."), amount=_money(debt, eye))
    return [LineRow(title, eye.say(mark("Services may be cut off.")), eye.say(mark("What now?")), href="/debt")]


def card(found: services.Standing, eye: Reader) -> DebtCard:
    """Return the head of the page."""
    if not found.debt or found.since is None:
        return DebtCard()
    promised = ""
    if found.promise is not None:
        promised = eye.say(
            mark("You have promised to pay by the end of {day}. Nothing is cut off until then."),
            day=eye.day(found.promise.last_day),
        )
    offer = ""
    if found.hindrance is None:
        said = mark("Nothing is cut off until {day} inclusive, and what is cut off works again at once.")
        offer = eye.say(said, day=eye.day(found.last_day))
        if found.fee:
            offer += " " + eye.say(mark("It costs {amount}."), amount=_money(found.fee, eye))
    return DebtCard(
        debt=_money(found.debt, eye),
        soft=_soft(found, found.since, eye),
        pay_link=f"/pay?amount={found.missing.decimal}",
        promise=promised,
        offer=offer,
        why_not="" if found.hindrance is None or promised else refusal(found.hindrance, eye),
    )


def owed_rows(found: services.Standing, eye: Reader) -> list[OwedRow]:
    """Return the overdue invoices."""
    return [
        OwedRow(
            key=str(each.id),
            title=words.operation(f"charge.{each.kind}", each.title, each.period, eye.locale),
            soft=eye.say(
                mark("Invoice {number}, due {day}"),
                number=each.number,
                day=eye.day(clock.day_of(each.due_at, eye.zone)),
            ),
            amount=_money(Money(each.amount_minor, each.currency), eye),
            link=f"/pay?invoice={each.id}",
        )
        for each in found.invoices
    ]


def cut_rows(found: services.Standing, eye: Reader) -> list[CutRow]:
    """Return what is cut off now, what will be and when, and what never is."""
    rows = []
    if found.cut_off:
        rows.append(CutRow("now", "circle-alert", eye.say(mark("Cut off now")), _names(found.cut_off, eye)))
    rows += [
        CutRow(
            str(each.day),
            "clock",
            eye.say(mark("From {day}"), day=eye.day(each.day)),
            _names(each.services, eye),
        )
        for each in found.ladder
    ]
    said = eye.say(mark("Payments, your services and support are always open to you."))
    return [*rows, CutRow("never", "circle-check", eye.say(mark("The cabinet is never cut off")), said)]


def _soft(found: services.Standing, since: date, eye: Reader) -> str:
    if found.missing == found.debt:
        return eye.say(mark("Owed since {day}"), day=eye.day(since))
    said = mark("Owed since {day}; the account lacks {amount}")
    return eye.say(said, day=eye.day(since), amount=_money(found.missing, eye))


def _names(held: Sequence[Held], eye: Reader) -> str:
    return ", ".join(eye.name(each.version.title) for each in held)


def _money(amount: Money, eye: Reader) -> str:
    return str(i18n.money_text(amount, eye.locale, short=True))
