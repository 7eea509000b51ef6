"""A customer who owes for December, and what the house does about it day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cabinet.domain import billing, services
from cabinet.kit import clock
from cabinet.models.catalog import ProductKind
from tests.personae import SYSTEM
from tests.serving import had, offer

FIRST = date(2026, 12, 1)
"""The day the fee fell due."""


def on_day(days) -> datetime:
    """Noon in Moscow so many days after the fee fell due."""
    return clock.start_of(FIRST + timedelta(days=days), "Europe/Moscow") + timedelta(hours=12)


def owe(session, who):
    """Give internet and television, and nothing to pay December with."""
    had(session, who, offer(session, "internet", 800_00, kind=ProductKind.tariff))
    had(session, who, offer(session, "tv", 310_00, category="tv", position=2))
    billing.issue_month(session, SYSTEM, who.account.id, FIRST, now=on_day(-10))
    return who


def block(session, who, days):
    return services.block(session, SYSTEM, who.account.id, now=on_day(days))


def blocked(session, who):
    return [
        each.product.code for each in billing.held_by(session, SYSTEM, who.account.id) if each.subscription.blocked_at
    ]
