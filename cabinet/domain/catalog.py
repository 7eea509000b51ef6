"""The catalogue: products, their versions, who may have them where (3.1).

A version never changes. Publishing adds the next one, which holds from its day on for those who connect from then on;
whoever signed for an earlier version keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from cabinet.domain import measures
from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Gives, Product, ProductKind, ProductVersion, Unit

CODE_LENGTH_MAX: Final = 40
LATE: Final = timedelta(minutes=15)
"""How long somebody may look at what he is about to publish «at once»."""
SEGMENTS: Final = ("person", "business")
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class ProductNotFound(NotFound):
    code = "catalog.product_not_found"


class CodeTaken(Conflict):
    code = "catalog.code_taken"


class VersionWrong(Invalid):
    code = "catalog.version_wrong"


class MeasuresWrong(Invalid):
    """What is included, what one more costs and what is compared do not fit together."""

    code = "catalog.measures_wrong"


class ProductCodeWrong(Invalid):
    """A code is short and of small Latin letters, digits and hyphens: the network and the rules call it so."""

    code = "catalog.product_code_wrong"


class CodeUnknown(Invalid):
    """A version names a product that is not in the catalogue."""

    code = "catalog.code_unknown"


class SegmentUnknown(Invalid):
    code = "catalog.segment_unknown"


class VersionInThePast(Invalid):
    """What was on offer yesterday is history: staff publish from now on."""

    code = "catalog.version_in_the_past"


class VersionOutrun(Conflict):
    """Another editor published a version while this one was being written."""

    code = "catalog.version_outrun"


class AlreadyWithdrawn(Conflict):
    code = "catalog.already_withdrawn"


class NotWithdrawn(Conflict):
    code = "catalog.not_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a new version says; prices in minor units, texts by language. Fields as in `ProductVersion`."""

    title: Mapping[str, str]
    detail: Mapping[str, str] | None = None
    terms: Mapping[str, str] | None = None
    lost: Mapping[str, str] | None = None
    price_minor: int = 0
    connection_minor: int = 0
    segments: Sequence[str] = ()
    regions: Sequence[str] = ()
    requires: Sequence[str] = ()
    excludes: Sequence[str] = ()
    code_needed: bool = False
    visit_needed: bool = False
    minutes: int = 0
    gives_back: bool = True
    temporary_days_max: int = 0
    suspension_days_min: int = 0
    suspension_days_max: int = 0
    suspension_days_year: int = 0
    suspension_day_minor: int = 0
    parts: Sequence[str] = ()
    amount: int = 0
    unit: Unit = Unit.none
    valid_days: int = 0
    trial_days: int = 0
    gives: Gives = Gives.nothing
    included: Mapping[str, int] = field(default_factory=dict)
    overage: Mapping[str, int] = field(default_factory=dict)
    slowed_kbit: int = 0
    speed_mbit: int = 0
    channels: int = 0
    facts: Mapping[str, str] | None = None


def add(
    session: Session, actor: Actor, code: str, kind: ProductKind, category: str, *, position: int = 0, now: datetime
) -> Product:
    """Add a product under a code of its own. It is on offer once a version of it is published."""
    actor.require("catalog.edit")
    if _CODE.fullmatch(code) is None:
        raise ProductCodeWrong(most=CODE_LENGTH_MAX)
    if session.scalars(select(Product).where(col(Product.code) == code)).first() is not None:
        raise CodeTaken()
    product = Product(code=code, kind=kind, category=category, position=position, created_at=now)
    session.add(product)
    session.flush()
    audit.write(session, actor, "catalog.add", now=now, object_type="product", object_id=code)
    return product


def publish(
    session: Session,
    actor: Actor,
    code: str,
    draft: Draft,
    *,
    valid_from: datetime,
    valid_until: datetime | None = None,
    after: int | None = None,
    now: datetime,
) -> ProductVersion:
    """Offer the product as the draft says from a moment on; who has it keeps what he signed for.

    `after` is the number of the version that the draft was made from: refused if another one came meanwhile.
    """
    actor.require("catalog.edit")
    found = by_code(session, actor, code, lock=True)
    check(session, actor, code, draft, valid_from=valid_from, valid_until=valid_until, now=now)
    number = session.scalar(
        select(func.coalesce(func.max(col(ProductVersion.number)), 0)).where(col(ProductVersion.product_id) == found.id)
    )
    if after is not None and number != after:
        raise VersionOutrun(number=number)
    version = ProductVersion(
        product_id=found.id,
        number=(number or 0) + 1,
        valid_from=valid_from,
        valid_until=valid_until,
        title=dict(draft.title),
        detail=dict(draft.detail or {}),
        terms=dict(draft.terms or {}),
        lost=dict(draft.lost or {}),
        price_minor=draft.price_minor,
        connection_minor=draft.connection_minor,
        segments=list(draft.segments),
        regions=list(draft.regions),
        requires=list(draft.requires),
        excludes=list(draft.excludes),
        code_needed=draft.code_needed,
        visit_needed=draft.visit_needed,
        minutes=draft.minutes,
        gives_back=draft.gives_back,
        temporary_days_max=draft.temporary_days_max,
        suspension_days_min=draft.suspension_days_min,
        suspension_days_max=draft.suspension_days_max,
        suspension_days_year=draft.suspension_days_year,
        suspension_day_minor=draft.suspension_day_minor,
        parts=list(draft.parts),
        amount=draft.amount,
        unit=draft.unit,
        valid_days=draft.valid_days,
        trial_days=draft.trial_days,
        gives=draft.gives,
        included=dict(draft.included),
        overage=dict(draft.overage),
        slowed_kbit=draft.slowed_kbit,
        speed_mbit=draft.speed_mbit,
        channels=draft.channels,
        facts=dict(draft.facts or {}),
        published_by=actor.label,
        created_at=now,
    )
    session.add(version)
    session.flush()
    audit.write(
        session, actor, "catalog.publish", now=now, object_type="product", object_id=code, number=version.number
    )
    return version


def check(
    session: Session,
    actor: Actor,
    code: str,
    draft: Draft,
    *,
    valid_from: datetime,
    valid_until: datetime | None,
    now: datetime,
) -> None:
    """Refuse a draft that cannot be offered so: its terms, what it names, when it would hold."""
    actor.require("catalog.edit")
    amounts = (draft.price_minor, draft.connection_minor, draft.suspension_day_minor, draft.minutes)
    pauses = (draft.suspension_days_min, draft.suspension_days_max, draft.suspension_days_year)
    terms = (draft.temporary_days_max, draft.trial_days, draft.valid_days)
    if min(*amounts, *pauses, *terms) < 0 or pauses[0] > pauses[1]:
        raise VersionWrong()
    found = by_code(session, actor, code)
    counted = draft.amount > 0 and draft.unit is not Unit.none and not draft.price_minor and not draft.trial_days
    if not counted if found.kind is ProductKind.package else draft.amount or draft.valid_days:
        raise VersionWrong()
    _check_parts(session, found, draft)
    _check_measures(found, draft)
    if not draft.title or (valid_until is not None and valid_until <= valid_from):
        raise VersionWrong()
    for segment in draft.segments:
        if segment not in SEGMENTS:
            raise SegmentUnknown(segment=segment[:CODE_LENGTH_MAX])
    if actor.kind is ActorKind.staff:
        _check_typed(session, code, draft, valid_from, now)


def withdraw(session: Session, actor: Actor, code: str, *, now: datetime) -> Product:
    """Offer the product to nobody any more; who has it keeps it."""
    actor.require("catalog.edit")
    found = by_code(session, actor, code, lock=True)
    if found.withdrawn_at is not None and found.withdrawn_at <= now:
        raise AlreadyWithdrawn()
    found.withdrawn_at = now
    session.add(found)
    audit.write(session, actor, "catalog.withdraw", now=now, object_type="product", object_id=code)
    return found


def restore(session: Session, actor: Actor, code: str, *, now: datetime) -> Product:
    """Offer a withdrawn product again, in the version that holds now."""
    actor.require("catalog.edit")
    found = by_code(session, actor, code, lock=True)
    if found.withdrawn_at is None:
        raise NotWithdrawn()
    found.withdrawn_at = None
    session.add(found)
    audit.write(session, actor, "catalog.restore", now=now, object_type="product", object_id=code)
    return found


def on_offer(
    session: Session, actor: Actor, account: BillingAccount, *, now: datetime
) -> list[tuple[Product, ProductVersion]]:
    """Return what may be had at the account's address by its kind of customer, in the catalogue's order.

    Options of another kind of customer are among them: what is offered with a reason says whose they are.
    """
    return [
        (product, version) for product, version in on_sale(session, actor, now=now) if _fits(product, version, account)
    ]


def on_sale(
    session: Session, actor: Actor, kind: ProductKind | None = None, *, now: datetime
) -> list[tuple[Product, ProductVersion]]:
    """Return what is sold to anybody anywhere, all of it or of one kind, in the catalogue's order."""
    query = (
        select(Product, ProductVersion)
        .join(ProductVersion, col(ProductVersion.product_id) == col(Product.id))
        .where(
            or_(col(Product.withdrawn_at).is_(None), col(Product.withdrawn_at) > now),
            col(ProductVersion.valid_from) <= now,
        )
        .order_by(col(Product.position), col(Product.code), col(ProductVersion.valid_from), col(ProductVersion.number))
    )
    if kind is not None:
        query = query.where(col(Product.kind) == kind)
    newest: dict[UUID, tuple[Product, ProductVersion]] = {}
    for product, version in session.execute(query):
        newest[product.id] = (product, version)
    return [
        (product, version)
        for product, version in newest.values()
        if version.valid_until is None or version.valid_until > now
    ]


def offered(
    session: Session, actor: Actor, account: BillingAccount, product_id: UUID, *, now: datetime
) -> tuple[Product, ProductVersion]:
    """Return a product in the version that holds now; one that is not for this account does not exist for it."""
    for product, version in on_offer(session, actor, account, now=now):
        if product.id == product_id:
            return product, version
    raise ProductNotFound()


def newest_titles(session: Session, actor: Actor, *, kind: ProductKind | None = None) -> dict[str, Mapping[str, str]]:
    """Return every product, or those of a kind, by code with the newest title, in the catalogue's order."""
    query = (
        select(col(Product.code), col(ProductVersion.title))
        .join(ProductVersion, col(ProductVersion.product_id) == col(Product.id))
        .order_by(col(Product.position), col(Product.code), col(ProductVersion.number))
    )
    if kind is not None:
        query = query.where(col(Product.kind) == kind)
    return {row.code: row.title for row in session.execute(query)}


def titles(session: Session, actor: Actor, codes: Sequence[str], *, now: datetime) -> list[Mapping[str, str]]:
    """Return what products are called now, in the order of their codes' catalogue."""
    query = (
        select(Product, ProductVersion)
        .join(ProductVersion, col(ProductVersion.product_id) == col(Product.id))
        .where(col(Product.code).in_(codes), col(ProductVersion.valid_from) <= now)
        .order_by(col(Product.position), col(ProductVersion.valid_from), col(ProductVersion.number))
    )
    return list({product.id: version.title for product, version in session.execute(query)}.values())


def by_code(session: Session, actor: Actor, code: str, *, lock: bool = False) -> Product:
    """Return the product of that code."""
    query = select(Product).where(col(Product.code) == code)
    found = session.scalars(query.with_for_update() if lock else query).first()
    if found is None:
        raise ProductNotFound()
    return found


def for_segment(version: ProductVersion, account: BillingAccount) -> bool:
    """Tell whether the account's kind of customer may have the product."""
    return not version.segments or account.segment in version.segments


def at_address(version: ProductVersion, account: BillingAccount) -> bool:
    """Tell whether the product can be had at the account's address."""
    return not version.regions or account.address.startswith(tuple(version.regions))


def _check_typed(session: Session, code: str, draft: Draft, valid_from: datetime, now: datetime) -> None:
    """Refuse what people mistype; a catalogue that is brought in whole has its past, and its products in any order."""
    if valid_from < now - LATE:
        raise VersionInThePast()
    named = {*draft.requires, *draft.excludes}
    known = set(session.scalars(select(col(Product.code)).where(col(Product.code).in_(named)))) - {code}
    for other in sorted(named - known):
        raise CodeUnknown(named=other[:CODE_LENGTH_MAX])


def _check_parts(session: Session, found: Product, draft: Draft) -> None:
    """Refuse a bundle that is none: of fewer than two services, or with terms that only its parts could have."""
    if found.kind is not ProductKind.bundle:
        if draft.parts:
            raise VersionWrong()
        return
    kinds = (ProductKind.service, ProductKind.option)
    query = select(func.count()).select_from(Product)
    known = session.scalar(query.where(col(Product.code).in_(draft.parts), col(Product.kind).in_(kinds)))
    plain = draft.gives_back and not draft.trial_days and not draft.suspension_days_max and not draft.temporary_days_max
    if len(draft.parts) < 2 or known != len(draft.parts) or not plain:
        raise VersionWrong()


def _check_measures(found: Product, draft: Draft) -> None:
    """Refuse what cannot be counted; a package says what it holds by its amount, a bundle by its parts."""
    numbers = (draft.slowed_kbit, draft.speed_mbit, draft.channels)
    if min(numbers) < 0 or not measures.fit(draft):
        raise MeasuresWrong()
    if found.kind in (ProductKind.package, ProductKind.bundle) and (draft.included or any(numbers)):
        raise MeasuresWrong()


def _fits(product: Product, version: ProductVersion, account: BillingAccount) -> bool:
    if product.kind is not ProductKind.option and not for_segment(version, account):
        return False
    return at_address(version, account)
