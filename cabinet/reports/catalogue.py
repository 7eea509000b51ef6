"""The catalogue in words, for the staff (3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cabinet.domain.catalog import Listed
from cabinet.kit import i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact
from cabinet.models.catalog import ProductVersion
from cabinet.reports.home import SERVICE_ICONS
from cabinet.reports.rows import NOTHING
from cabinet.reports.services import CATEGORIES


@dataclass
class ProductRow:
    """A product of the list; `group` is the heading of its category on the first line of one."""

    key: str = ""
    group: str = ""
    icon: str = "package"
    title: str = ""
    soft: str = ""
    coming: str = ""
    price: MoneyText = NOTHING
    status: str = ""
    tone: str = "calm"
    withdrawn: bool = False
    holders: str = "0"
    versions: list[Fact] = field(default_factory=list)


def product_rows(found: list[Listed], locale: str, zone: str, *, now: datetime) -> list[ProductRow]:
    """Return the products by category."""
    rows: list[ProductRow] = []
    last = ""
    for category in (*CATEGORIES, *sorted({each.product.category for each in found} - set(CATEGORIES))):
        for each in found:
            if each.product.category != category:
                continue
            row = product_row(each, locale, zone, now=now)
            if category != last:
                row.group = i18n.text(locale, CATEGORIES.get(category, mark("Others")))
            rows.append(row)
            last = category
    return rows


def product_row(each: Listed, locale: str, zone: str, *, now: datetime) -> ProductRow:
    """Return a product with its versions."""
    product, current, coming = each.product, each.now(now), each.coming(now)
    shown = current or coming or next(iter(each.versions), None)
    withdrawn = product.withdrawn_at is not None and product.withdrawn_at <= now
    count = i18n.number(sum(each.holders.values()), locale)
    if withdrawn:
        status, tone = i18n.text(locale, "Withdrawn"), "warn"
    elif current is not None:
        status, tone = i18n.text(locale, "On sale"), "good"
    else:
        status, tone = i18n.text(locale, "Not on sale"), "calm"
    return ProductRow(
        key=product.code,
        icon=SERVICE_ICONS.get(product.category, "package"),
        title=i18n.localized(shown.title, locale) if shown else product.code,
        soft=i18n.text(locale, "Version {number} · customers: {n}", number=shown.number if shown else 0, n=count),
        coming=_coming(coming, locale, zone) if coming else "",
        price=_price(shown, locale) if shown else NOTHING,
        status=status,
        tone=tone,
        withdrawn=withdrawn,
        holders=count,
        versions=[_version(version, each, locale, zone) for version in each.versions],
    )


def _price(version: ProductVersion, locale: str) -> MoneyText:
    return i18n.money_text(Money(version.price_minor, version.currency), locale, short=True)


def _coming(version: ProductVersion, locale: str, zone: str) -> str:
    return i18n.text(
        locale,
        "From {when} version {number}: {price}",
        when=i18n.moment_text(version.valid_from, locale, zone),
        number=version.number,
        price=str(_price(version, locale)),
    )


def _version(version: ProductVersion, each: Listed, locale: str, zone: str) -> Fact:
    since = i18n.moment_text(version.valid_from, locale, zone)
    number = i18n.number(each.holders.get(version.id, 0), locale)
    name = i18n.text(locale, "Version {number}, from {when}", number=version.number, when=since)
    if version.valid_until is not None:
        until = i18n.moment_text(version.valid_until, locale, zone)
        name = i18n.text(
            locale, "Version {number}, from {when} to {until}", number=version.number, when=since, until=until
        )
    return Fact(name, i18n.text(locale, "{price} · customers: {n}", price=str(_price(version, locale)), n=number))
