"""Discounts of «Меридиан»: promo codes that can be typed, and what Boris was promised from the new year on."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, services
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import DiscountDraft, PromoDraft
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.people import StaffMember, StaffRole
from cabinet.seed.pen import SYSTEM, ZONE, Pen

PROMOS: Final = (
    PromoDraft(
        code="СОСЕДИ", title={"ru": "Скидка за\u00a0соседей", "en": "For good neighbours"}, percent=15, months=3
    ),
    PromoDraft(
        code="КИНО-50",
        title={"ru": "Телевидение дешевле", "en": "Television for less"},
        fixed_minor=50_00,
        months=6,
        products=("tv-home",),
        uses_max=500,
    ),
)


def write(pen: Pen, boris: BillingAccount) -> None:
    """Make the codes, and give Boris his discount for the first quarter of the year to come."""
    maria = pen.database.look(_clerk)
    for code in PROMOS:
        pen.do(services.make_promo, maria, code, now=pen.now)
    year = clock.day_of(pen.now, ZONE).year + 1
    held = next(each for each in pen.database.look(billing.held_by, SYSTEM, boris.id) if each.price)
    draft = DiscountDraft(
        title={"ru": "Три года вместе", "en": "Three years together"},
        percent=10,
        since=date(year, 1, 1),
        until=date(year, 4, 1),
        reason="Обещали по телефону, обращение О-2026-004812",
    )
    pen.do(services.give_discount, maria, held.subscription.id, draft, now=pen.now)


def _clerk(session: Session) -> Actor:
    finance = select(StaffMember).where(col(StaffMember.role) == StaffRole.finance)
    return Actor.staff(session.scalars(finance.order_by(col(StaffMember.login))).one().id, StaffRole.finance)
