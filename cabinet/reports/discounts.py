"""Discounts in words and rows: on a service, on the desk, and the promo codes (3.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cabinet.domain.billing import Held
from cabinet.domain.services import Discounted
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact
from cabinet.models.billing import Discount, PromoCode
from cabinet.reports.reader import Reader


@dataclass
class DiscountRow:
    """A discount on the desk."""

    id: str
    title: str
    soft: str
    off: str
    status: str
    tone: str
    can_end: bool


@dataclass
class PromoRow:
    """A promo code on the desk."""

    id: str
    code: str
    soft: str
    off: str
    uses: str
    status: str
    tone: str
    can_end: bool


def off(each: Discount | PromoCode, eye: Reader) -> str:
    """Return what it takes off: «20 %», «100 ₽»."""
    if each.percent:
        return eye.say(mark("{percent} %"), percent=each.percent)
    return str(i18n.money_text(Money(each.fixed_minor), eye.locale, short=True))


def line(held: Held, eye: Reader) -> str:
    """Return what the list says of a service's discount: the present one, or the next."""
    found = _present_or_next(held, eye)
    if found is None:
        return ""
    values = {"off": off(found, eye), "amount": held.price, "price": held.rate(found.since)}
    if found.since > eye.today:
        return eye.say(mark("From {day} a discount of {off}: {price} a month"), day=eye.day(found.since), **values)
    if found.until is None:
        return eye.say(mark("Discount of {off}, {amount} without it"), **values)
    return eye.say(mark("Discount of {off}, from {day} it costs {amount}"), day=eye.day(found.until), **values)


def facts(held: Held, eye: Reader) -> list[Fact]:
    """Return what the drawer says of a service's discount."""
    found = _present_or_next(held, eye)
    return [Fact(eye.name(found.title), line(held, eye))] if found is not None else []


def discount_rows(found: Discounted, eye: Reader) -> list[DiscountRow]:
    """Return the account's discounts, those that end last first."""
    rows = [(each, held) for held in found.held for each in held.discounts]
    return [_row(each, held, eye) for each, held in sorted(rows, key=lambda row: row[0].since, reverse=True)]


def service_choices(found: Discounted, eye: Reader) -> list[tuple[str, str]]:
    """Return the services that have a price of a period."""
    return [
        (
            str(each.subscription.id),
            eye.say(
                mark("{title}, {amount} a month"),
                title=eye.name(each.version.title),
                amount=i18n.money_text(each.price, eye.locale, short=True),
            ),
        )
        for each in found.held
        if each.price and not each.subscription.once
    ]


def promo_rows(
    found: Sequence[tuple[PromoCode, int]], titles: Mapping[str, Mapping[str, str]], eye: Reader
) -> list[PromoRow]:
    """Return the codes with how often they were taken."""
    return [_promo(code, uses, titles, eye) for code, uses in found]


def _present_or_next(held: Held, eye: Reader) -> Discount | None:
    coming = [each for each in held.discounts if each.until is None or each.until > max(eye.today, each.since)]
    return coming[0] if coming else None


def _row(each: Discount, held: Held, eye: Reader) -> DiscountRow:
    until = each.until
    over = until is not None and until <= max(eye.today, each.since)
    coming = each.since > eye.today and not over
    if until is None:
        days = eye.say(mark("from {since}, without an end"), since=eye.day(each.since))
    else:
        days = eye.say(mark("from {since} to {until}, exclusive"), since=eye.day(each.since), until=eye.day(until))
    said = [f"{eye.name(each.title)}, {days}", *filter(None, (each.reason,))]
    state = mark("Discount over") if over else mark("Discount to come") if coming else mark("Discount works")
    return DiscountRow(
        id=str(each.id),
        title=eye.name(held.version.title),
        soft=". ".join(said),
        off=f"−{off(each, eye)}",
        status=eye.say(state),
        tone="calm" if over else "warn" if coming else "good",
        can_end=not over,
    )


def _promo(code: PromoCode, uses: int, titles: Mapping[str, Mapping[str, str]], eye: Reader) -> PromoRow:
    over = code.valid_until is not None and code.valid_until <= eye.now
    products = ", ".join(eye.name(titles[each]) if each in titles else each for each in code.products)
    said = [eye.name(code.title), products or eye.say(mark("for every service"))]
    if code.months:
        said.append(i18n.plural(eye.locale, "for {n} month", "for {n} months", code.months))
    if code.valid_until is not None:
        said.append(eye.say(mark("taken before {day}"), day=eye.day(clock.day_of(code.valid_until, eye.zone))))
    taken = eye.say(mark("{n} of {most}"), n=uses, most=code.uses_max) if code.uses_max else str(uses)
    return PromoRow(
        id=str(code.id),
        code=code.code,
        soft=", ".join(said),
        off=f"−{off(code, eye)}",
        uses=eye.say(mark("Taken: {count}"), count=taken),
        status=eye.say(mark("Not taken any more") if over else mark("Is taken")),
        tone="calm" if over else "good",
        can_end=not over,
    )
