"""Promo codes: what a customer types to have a discount on what he has (3.1; docs/domain/billing.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base import audit, periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import discounts
from cabinet.domain.services.discounts import DiscountDraft
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.models.billing import BillingAccount, Discount, PromoCode
from cabinet.models.catalog import Product

CODE: Final = re.compile(r"[A-ZА-ЯЁ0-9][A-ZА-ЯЁ0-9-]{3,29}")
MONTHS_MAX: Final = 60
USES_MAX: Final = 1_000_000
SHOWN_MAX: Final = 200


class PromoWrong(Invalid):
    """A code that is no word of 4 to 30 letters and digits, a term that is none, or a product that is none."""

    code = "promos.wrong"


class PromoTaken(Conflict):
    """There is such a code already."""

    code = "promos.taken"


class PromoUnknown(NotFound):
    """There is no such code, or it is not taken any more or not yet: a stranger learns no more."""

    code = "promos.unknown"


class PromoUsed(Conflict):
    """This account has had the code."""

    code = "promos.used"


class PromoSpent(Conflict):
    """As many accounts as may have the code have it."""

    code = "promos.spent"


class PromoFitsNothing(Conflict):
    """The account has nothing that the code is for and that has no discount yet."""

    code = "promos.fits_nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoDraft:
    """A promo code to be made."""

    code: str
    title: Mapping[str, str]
    percent: int = 0
    fixed_minor: int = 0
    months: int = 0
    products: Sequence[str] = ()
    uses_max: int = 0
    valid_until: datetime | None = None


def normal(code: str) -> str:
    """Return a code as it is kept: capital letters without spaces around and within."""
    return re.sub(r"\s", "", code.upper())[:40]


def enter_promo(session: Session, actor: Actor, account_id: UUID, code: str, *, now: datetime) -> Discount:
    """Give the account what the code promises, on the dearest service that it is for; once for an account."""
    account = billing_accounts.mine(session, actor, account_id)
    session.get_one(BillingAccount, account.id, with_for_update=True)
    query = select(PromoCode).where(col(PromoCode.code) == normal(code)).with_for_update()
    promo = session.scalars(query).first()
    if promo is None or promo.valid_from > now or (promo.valid_until is not None and promo.valid_until <= now):
        raise PromoUnknown()
    used = select(func.count()).select_from(Discount).where(col(Discount.promo_code_id) == promo.id)
    if session.scalar(used.where(col(Discount.billing_account_id) == account.id)):
        raise PromoUsed()
    if promo.uses_max and (session.scalar(used) or 0) >= promo.uses_max:
        raise PromoSpent()
    fitting = [
        each
        for each in billing.held_by(session, actor, account.id)
        if discounts.takes(each) and (not promo.products or each.product.code in promo.products)
    ]
    for each in sorted(fitting, key=lambda one: -one.price.minor):
        since = billing.paid_until(session, actor, each, clock.day_of(now, account.zone))
        draft = DiscountDraft(
            title=promo.title,
            percent=promo.percent,
            fixed_minor=promo.fixed_minor,
            since=since,
            until=periods.of_month(clock.month_after(since, promo.months), since.day).begins if promo.months else None,
        )
        try:
            given = discounts.grant(session, actor, account, each, draft, now=now, promo_code_id=promo.id)
        except discounts.DiscountsMeet:
            continue
        audit.write(
            session,
            actor,
            "promos.enter",
            now=now,
            object_type="billing_account",
            object_id=account.number,
            code=promo.code,
        )
        return given
    raise PromoFitsNothing()


def make_promo(session: Session, actor: Actor, draft: PromoDraft, *, now: datetime) -> PromoCode:
    """Make a promo code that is taken from now on."""
    actor.require("discounts.give")
    code = normal(draft.code)
    one_kind = (1 <= draft.percent <= 100) != (0 < draft.fixed_minor <= discounts.FIXED_MAX_MINOR)
    terms = 0 <= draft.months <= MONTHS_MAX and 0 <= draft.uses_max <= USES_MAX
    titled = bool(draft.title.get("ru")) and all(
        len(each) <= discounts.TITLE_LENGTH_MAX for each in draft.title.values()
    )
    if not CODE.fullmatch(code) or not one_kind or not terms or not titled:
        raise PromoWrong()
    if draft.percent and draft.fixed_minor:
        raise PromoWrong()
    if draft.valid_until is not None and draft.valid_until <= now:
        raise PromoWrong()
    known = set(session.scalars(select(col(Product.code)).where(col(Product.code).in_(list(draft.products)))))
    if known != set(draft.products):
        raise PromoWrong()
    if session.scalars(select(PromoCode).where(col(PromoCode.code) == code)).first() is not None:
        raise PromoTaken()
    made = PromoCode(
        code=code,
        title=dict(draft.title),
        percent=draft.percent,
        fixed_minor=draft.fixed_minor,
        months=draft.months,
        products=list(draft.products),
        uses_max=draft.uses_max,
        valid_from=now,
        valid_until=draft.valid_until,
        made_by=actor.label,
        created_at=now,
    )
    session.add(made)
    session.flush()
    audit.write(session, actor, "promos.make", now=now, object_type="promo_code", object_id=code)
    return made


def end_promo(session: Session, actor: Actor, promo_id: UUID, *, now: datetime) -> PromoCode:
    """Take the code no more; the discounts that it gave stay."""
    actor.require("discounts.give")
    found = session.get(PromoCode, promo_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise PromoUnknown()
    if found.valid_until is None or found.valid_until > now:
        found.valid_until = now
        session.add(found)
        session.flush()
        audit.write(session, actor, "promos.end", now=now, object_type="promo_code", object_id=found.code)
    return found


def promos(session: Session, actor: Actor) -> list[tuple[PromoCode, int]]:
    """Return the codes, the newest first, each with how many accounts have had it."""
    actor.require("discounts.give")
    uses = (
        select(col(Discount.promo_code_id), func.count().label("uses"))
        .where(col(Discount.promo_code_id).is_not(None))
        .group_by(col(Discount.promo_code_id))
    )
    counts = {row[0]: row[1] for row in session.execute(uses)}
    found = session.scalars(
        select(PromoCode).order_by(col(PromoCode.created_at).desc(), col(PromoCode.code)).limit(200)
    )
    return [(each, counts.get(each.id, 0)) for each in found]
