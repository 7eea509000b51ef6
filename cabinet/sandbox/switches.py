"""What can be made to go wrong on purpose. A switch is set for the next so many payments, refunds or calls.

A payment takes the switches that are set when it is created, and keeps them: what it will do is decided then.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from cabinet.sandbox.refusals import Refused

Scope = Literal["payment", "refund", "call"]

TIMES_MAX: Final = 1000


@dataclass(frozen=True, slots=True)
class Switch:
    """What goes wrong, for what, and by how much."""

    name: str
    scope: Scope
    unit: Literal["", "seconds", "kopecks"] = ""
    usual: int = 0
    most: int = 0


SWITCHES: Final = (
    Switch("late_webhook", "payment", "seconds", 15, 86_400),
    Switch("double_webhook", "payment"),
    Switch("lost_webhook", "payment"),
    Switch("out_of_order", "payment", "seconds", 600, 86_400),
    Switch("other_amount", "payment", "kopecks", 100, 1_000_000_00),
    Switch("timeout", "payment", "seconds", 60, 600),
    Switch("refund_timeout", "refund", "seconds", 60, 600),
    Switch("refund_slow", "refund", "seconds", 20, 86_400),
    Switch("refund_refused", "refund"),
    Switch("server_error", "call"),
)
BY_NAME: Final = {switch.name: switch for switch in SWITCHES}


@dataclass(frozen=True, slots=True)
class Setting:
    """A switch as it stands now: for how many more, and by how much. None more means that it is off."""

    switch: Switch
    remaining: int
    value: int


def now_set(db: sqlite3.Connection) -> list[Setting]:
    """Return every switch with what it is set to."""
    rows = {row["name"]: row for row in db.execute("SELECT name, remaining, value FROM switch")}
    return [
        Setting(switch, rows[switch.name]["remaining"], rows[switch.name]["value"])
        if switch.name in rows
        else Setting(switch, 0, switch.usual)
        for switch in SWITCHES
    ]


def turn(db: sqlite3.Connection, name: str, times: int, value: int | None = None) -> None:
    """Set a switch for the next `times`; 0 turns it off. Without a value it works by its usual one."""
    switch = BY_NAME.get(name)
    if switch is None:
        raise Refused(422, "switch_unknown", f"the switches are {', '.join(BY_NAME)}")
    by = switch.usual if value is None or not switch.unit else value
    if not 0 <= times <= TIMES_MAX:
        raise Refused(422, "times_wrong", f"from 0 to {TIMES_MAX}")
    if switch.unit and not 1 <= by <= switch.most:
        raise Refused(422, "value_wrong", f"from 1 to {switch.most} {switch.unit}")
    db.execute("DELETE FROM switch WHERE name = ?", (name,))
    if times:
        db.execute("INSERT INTO switch (name, remaining, value) VALUES (?, ?, ?)", (name, times, by))


def turn_all_off(db: sqlite3.Connection) -> None:
    """Let everything go right again. Payments that took a switch already keep it."""
    db.execute("DELETE FROM switch")


def take(db: sqlite3.Connection, scope: Scope) -> dict[str, int]:
    """Use up one time of every switch of the scope that is set; return them by name with their values."""
    names = [switch.name for switch in SWITCHES if switch.scope == scope]
    marks = ", ".join("?" * len(names))
    found = db.execute(f"SELECT name, value FROM switch WHERE name IN ({marks})", names).fetchall()
    db.execute(f"DELETE FROM switch WHERE remaining = 1 AND name IN ({marks})", names)
    db.execute(f"UPDATE switch SET remaining = remaining - 1 WHERE name IN ({marks})", names)
    return {row["name"]: row["value"] for row in found}
