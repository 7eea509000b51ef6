"""Forgetting by the clock: what is older than the operator's rule of retention, a little at a time."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from cabinet import db
from cabinet.domain import retention
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock

KEEPER = Actor.system("retention")


def forget_old(_due: datetime) -> None:
    """Forget all that is old, each little in a transaction of its own; broken off, the next night goes on."""
    gone: Counter[str] = Counter()
    while little := db.current().run(retention.forget, KEEPER, now=clock.now()):
        gone.update(little)
    if gone:
        db.current().run(retention.note, KEEPER, gone, now=clock.now())
