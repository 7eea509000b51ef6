"""The home page: the balance and its days, services, last operations, spending (5.1)."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import dashboard
from cabinet.reports import debt, home, outages, usage
from cabinet.reports.rows import OperationRow, operation_rows
from cabinet.state.base import PageState
from cabinet.state.guard import customer


class DashboardState(PageState, rx.State):
    """The figures of the home page."""

    panel: home.Panel = home.Panel()
    lines: list[outages.LineRow] = []
    services: list[home.ServiceRow] = []
    operations: list[OperationRow] = []
    chart: home.Chart = home.Chart()

    @customer
    async def load(self):
        """Show the figures as they are now."""
        here = await self._here()
        seen = await in_reading(dashboard.seen, here.actor, now=here.now)
        self.panel = home.panel(seen.standing, here.locale, here.zone, now=here.now)
        eye = here.eye
        network = outages.lines(seen.network, here.locale, here.zone, now=here.now)
        self.lines = [*debt.lines(seen.standing.debt, eye), *network]
        self.services = [
            home.service(
                each,
                here.locale,
                today=here.today,
                gauges=usage.home_gauges(seen.remains, each.subscription.id, eye),
            )
            for each in seen.services
            if not usage.packed(seen.remains, each.subscription.id)
        ]
        self.operations = operation_rows(seen.operations, here.locale, here.zone, now=here.now)
        self.chart = home.chart(seen.spending, here.locale)
        self.ready = True
