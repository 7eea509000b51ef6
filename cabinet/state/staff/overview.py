"""The overview of the staff: today's payments, what waits, what failed (7.2)."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go
import reflex as rx

from cabinet import settings
from cabinet.db import in_reading
from cabinet.domain import payments
from cabinet.kit import i18n
from cabinet.kit.i18n import MoneyText
from cabinet.reports import charts
from cabinet.reports.rows import NOTHING
from cabinet.state.base import PageState
from cabinet.state.guard import staff


@dataclass
class DayRow:
    """A day of the table under the chart."""

    day: str
    succeeded: str
    failed: str
    received: str


class StaffOverviewState(PageState, rx.State):
    """The page «Обзор»."""

    succeeded: str = ""
    received: MoneyText = NOTHING
    failed: str = ""
    waiting: str = ""
    review: str = ""
    refunds: str = ""
    refunded: MoneyText = NOTHING
    refunds_waiting: str = ""
    days: list[DayRow] = []
    chart: go.Figure = go.Figure(layout={"template": {}})
    """By default a figure brings its template along, 7 KB, and a default travels with every page of the portal."""
    chart_words: str = ""

    @staff("overview.read")
    async def load(self):
        """Show the figures as they are now."""
        here = await self._here_staff()
        zone = settings.get().zone
        seen = await in_reading(payments.overview, here.actor, zone=zone, now=here.now)
        self.succeeded, self.failed = i18n.number(seen.succeeded, here.locale), i18n.number(seen.failed, here.locale)
        self.waiting, self.review = i18n.number(seen.waiting, here.locale), i18n.number(seen.review, here.locale)
        self.refunds = i18n.number(seen.refunds, here.locale)
        self.refunds_waiting = i18n.number(seen.refunds_waiting, here.locale)
        self.received = i18n.money_text(seen.received, here.locale, short=True)
        self.refunded = i18n.money_text(seen.refunded, here.locale, short=True)
        days = await in_reading(payments.days, here.actor, zone=zone, now=here.now)
        self.days = [
            DayRow(
                i18n.day_short(each.day, here.locale, today=here.today),
                i18n.number(each.succeeded, here.locale),
                i18n.number(each.failed, here.locale),
                str(i18n.money_text(each.received, here.locale, short=True)),
            )
            for each in reversed(days)
        ]
        self.chart = charts.received_by_day(days, here.locale)
        self.chart_words = here.phrase(
            "Received by day, {sum} in two weeks", sum=i18n.money_text(charts.total(days), here.locale, short=True)
        )
        self.ready = True
