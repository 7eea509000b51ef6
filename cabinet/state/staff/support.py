"""The reports of support: a period, its figures, by topic and by who answered (4.1-4.4)."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading
from cabinet.domain import support
from cabinet.reports.support import FigureRow, TopicFigures, WorkerFigures, figures, topics, workers
from cabinet.state.base import PageState
from cabinet.state.guard import staff


class StaffSupportState(PageState, rx.State):
    """The page «Отчёты поддержки»."""

    days: str = "30"
    figures: list[FigureRow] = []
    topics: list[TopicFigures] = []
    workers: list[WorkerFigures] = []

    @staff("support.report")
    async def load(self):
        """Show the figures of the period."""
        here = await self._here_staff()
        found = await in_reading(support.figures, here.actor, int(self.days), now=here.now)
        self.figures, self.topics = figures(found, here.eye), topics(found, here.eye)
        self.workers = workers(found, here.eye)
        self.ready = True

    @staff("support.report")
    async def pick(self, days: str):
        """Show another period."""
        self.days = days if days in {str(each) for each in support.PERIODS} else "30"
        return StaffSupportState.load
