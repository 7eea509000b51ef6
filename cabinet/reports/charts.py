"""Plotly figures for analysis pages, in the language of the look; the daily pages draw theirs as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from cabinet.domain.payments import Day
from cabinet.kit import i18n
from cabinet.kit.money import Money

HEIGHT_PX: Final = 240
_BAR: Final = "#6fa8b5"
_NOW: Final = "#00687a"
_AXIS: Final = "#7d8b8b"
"""Mid tones that hold 3:1 on both themes: a figure is drawn once and shown on either."""


def frame(days: Sequence[Day]) -> pd.DataFrame:
    """Return the days as a frame: day, succeeded, failed, received in major units."""
    return pd.DataFrame(
        {
            "day": [each.day for each in days],
            "succeeded": [each.succeeded for each in days],
            "failed": [each.failed for each in days],
            "received": [each.received.decimal for each in days],
        }
    )


def total(days: Sequence[Day]) -> Money:
    """Return what all the days received together."""
    return Money(sum(each.received.minor for each in days))


def received_by_day(days: Sequence[Day], locale: str) -> go.Figure:
    """Return what came in by day as bars, today's the strong one."""
    table = frame(days)
    labels = [f"{each.day.day} {i18n.month_label(each.day, locale)}" for each in days]
    colours = [_BAR] * (len(days) - 1) + [_NOW] if days else []
    figure = go.Figure(
        go.Bar(
            x=labels,
            y=table["received"].astype("float64"),
            marker={"color": colours},
            hovertemplate="%{y:,.2f} ₽<extra></extra>",
        )
    )
    return _dressed(figure)


def _dressed(figure: go.Figure) -> go.Figure:
    figure.update_layout(
        height=HEIGHT_PX,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "Golos Text Variable, Golos Text, sans-serif", "size": 12, "color": _AXIS},
        showlegend=False,
        bargap=0.35,
        separators=", ",
    )
    figure.update_xaxes(showgrid=False, linecolor=_AXIS, automargin=True)
    figure.update_yaxes(
        gridcolor="rgba(125,139,139,.25)", zeroline=False, automargin=True, rangemode="tozero", tickformat=","
    )
    return figure
