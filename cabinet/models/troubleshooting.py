"""Troubleshooters: trees of questions that read the service's state, and how they ended (4.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Field, SQLModel

from cabinet.models.types import Json


class Troubleshooter(SQLModel, table=True):
    """A tree, begun at its node `start`.

    A node is one of: `{"check": "outage" | "blocked" | "inactive", "yes": node, "no": node}`;
    `{"text": {locale: …}, "article": slug, "answers": [{"label": {locale: …}, "to": node}]}`;
    `{"text": {locale: …}, "how": "solved" | "ticket" | "pay" | "outage" | "services"}`.
    """

    __tablename__ = "troubleshooter"

    code: str = Field(primary_key=True, max_length=40)
    title: dict[str, str] = Field(sa_type=Json)
    soft: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    category: str = Field(max_length=30)
    """Whose services it is about."""
    topic: str = Field(max_length=40)
    """Of the ticket that it may end in."""
    icon: str = Field(max_length=40)
    nodes: dict[str, dict[str, Any]] = Field(sa_type=Json)
    position: int = 0


class TroubleDay(SQLModel, table=True):
    """How often a tree was begun and how it ended, by day."""

    __tablename__ = "trouble_day"

    code: str = Field(foreign_key="troubleshooter.code", primary_key=True, max_length=40)
    day: date = Field(primary_key=True)
    begun: int = 0
    solved: int = 0
    tickets: int = 0
