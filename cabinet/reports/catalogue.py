"""The catalogue in words, for the staff (3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cabinet.domain.catalog_desk import Effect, Listed
from cabinet.kit import i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact
from cabinet.models.catalog import ProductKind, ProductVersion
from cabinet.reports import versions
from cabinet.reports.home import SERVICE_ICONS
from cabinet.reports.rows import NOTHING
from cabinet.reports.services import CATEGORIES

KINDS: Final = {
    ProductKind.tariff: mark("tariff"),
    ProductKind.service: mark("service"),
    ProductKind.option: mark("option"),
    ProductKind.bundle: mark("bundle"),
    ProductKind.package: mark("package bought once"),
}


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


@dataclass
class CardRow:
    """A product with its versions, the newest first, each with what it changed."""

    key: str = ""
    title: str = ""
    soft: str = ""
    status: str = ""
    tone: str = "calm"
    coming: str = ""
    withdrawn: bool = False
    holders: str = "0"
    facts: list[Fact] = field(default_factory=list)
    versions: list[VersionRow] = field(default_factory=list)


@dataclass
class VersionRow:
    """A version: since when, how many have it, what it says otherwise than the one before it."""

    title: str = ""
    when: str = ""
    holders: str = ""
    changes: list[Fact] = field(default_factory=list)


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
    """Return a product of the list."""
    coming, shown = each.coming(now), _shown(each, now)
    status, tone = _sale(each, locale, now)
    return ProductRow(
        key=each.product.code,
        icon=SERVICE_ICONS.get(each.product.category, "package"),
        title=i18n.localized(shown.title, locale) if shown else each.product.code,
        soft=_holders(sum(each.holders.values()), locale),
        coming=_coming(coming, locale, zone) if coming else "",
        price=_price(shown, locale) if shown else NOTHING,
        status=status,
        tone=tone,
    )


def card(each: Listed, locale: str, zone: str, *, now: datetime) -> CardRow:
    """Return a product with all its versions."""
    product, coming, shown = each.product, each.coming(now), _shown(each, now)
    status, tone = _sale(each, locale, now)
    earlier = [*each.versions, None][1:]
    return CardRow(
        key=product.code,
        title=i18n.localized(shown.title, locale) if shown else product.code,
        soft=f"{product.code} · {i18n.text(locale, KINDS[product.kind])}",
        status=status,
        tone=tone,
        coming=_coming(coming, locale, zone) if coming else "",
        withdrawn=_withdrawn(each, now),
        holders=i18n.number(sum(each.holders.values()), locale),
        facts=versions.said(shown, locale) if shown else [],
        versions=[
            _version(version, before, each, locale, zone)
            for version, before in zip(each.versions, earlier, strict=True)
        ],
    )


def effects(effect: Effect, locale: str) -> list[str]:
    """Say what a new version does to whom."""
    told = [
        i18n.plural(
            locale, "{n} customer keeps the version he has.", "{n} customers keep the version they have.", effect.keep
        )
    ]
    if effect.planned:
        told.append(
            i18n.plural(
                locale,
                "{n} planned connection goes on as it was ordered.",
                "{n} planned connections go on as they were ordered.",
                effect.planned,
            )
        )
    told.append(
        i18n.text(
            locale,
            "Accounts that it is for: {after} (until now {before}).",
            after=i18n.number(effect.after, locale),
            before=i18n.number(effect.before, locale),
        )
    )
    return told


def _shown(each: Listed, now: datetime) -> ProductVersion | None:
    return each.now(now) or each.coming(now) or next(iter(each.versions), None)


def _withdrawn(each: Listed, now: datetime) -> bool:
    return each.product.withdrawn_at is not None and each.product.withdrawn_at <= now


def _sale(each: Listed, locale: str, now: datetime) -> tuple[str, str]:
    if _withdrawn(each, now):
        return i18n.text(locale, "Withdrawn"), "warn"
    if each.now(now) is not None:
        return i18n.text(locale, "On sale"), "good"
    return i18n.text(locale, "Not on sale"), "calm"


def _holders(count: int, locale: str) -> str:
    return i18n.plural(locale, "{n} customer", "{n} customers", count)


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


def _version(
    version: ProductVersion, before: ProductVersion | None, each: Listed, locale: str, zone: str
) -> VersionRow:
    since = i18n.moment_text(version.valid_from, locale, zone)
    when = i18n.text(locale, "from {when}", when=since)
    if version.valid_until is not None:
        until = i18n.moment_text(version.valid_until, locale, zone)
        when = i18n.text(locale, "from {when} to {until}", when=since, until=until)
    changes = versions.differences(versions.draft_of(before), versions.draft_of(version), locale) if before else []
    return VersionRow(
        title=i18n.text(locale, "Version {number}", number=version.number),
        when=when,
        holders=_holders(each.holders.get(version.id, 0), locale),
        changes=changes,
    )
