"""`make bench`: one run, one table of ratios. Nothing fails here: a goal that is not met says so."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from bench import billing, events, ledger, pages, support, tariffs
from bench.table import say, show
from cabinet import db, settings
from cabinet import seed as story
from cabinet.kit import clock
from cabinet.operate import first_run, frontend, migrations

PARTS = ("pages", "events", "ledger", "billing", "tariffs", "support")
ANNAS_NUMBER = "4102887"


def main() -> None:
    """Measure the asked parts, all of them by default."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[], help="which parts, all by default")
    parts = parser.parse_args().parts or PARTS
    cores, load = os.cpu_count(), os.getloadavg()
    say(f"{platform.platform()}, Python {platform.python_version()}, {cores} cores, load {load[0]:.1f}")
    if load[0] > 0.5 * (cores or 1):
        say("The machine is busy with other work: look at the ratios only, and run it again when it is quiet.")
    with tempfile.TemporaryDirectory(prefix="cabinet-bench-") as name:
        home = Path(name)
        if {"pages", "events"} & set(parts):
            number = _cabinet(home, large="events" in parts)
        if "pages" in parts:
            say("Measuring pages on a slow phone…")
            show("Pages", pages.lines(home, ANNAS_NUMBER))
        if "events" in parts:
            say("\nMeasuring events…")
            show("Events", events.lines(home, number))
        if "ledger" in parts:
            say("\nMeasuring the ledger…")
            show("Ledger", ledger.lines(home))
        if "billing" in parts:
            say("\nMeasuring the billing run…")
            show("Billing", billing.lines(home))
        if "tariffs" in parts:
            say("\nMeasuring the fitting of tariffs…")
            show("Tariffs", tariffs.lines(home))
        if "support" in parts:
            say("\nMeasuring help…")
            show("Help", support.lines(home))


def _cabinet(home: Path, *, large: bool) -> str:
    """Make an installation with the story, and with one large account whose number is returned."""
    held = settings.Settings(home=home)
    frontend.ensure(settings.get())
    first_run.make_home(held)
    database = db.use(db.Database(f"sqlite:///{home / 'cabinet.db'}"))
    migrations.upgrade(database)
    say("Telling the story…")
    story.tell(database, keyring=held.keyring, now=clock.now())
    number = ""
    if large:
        say("Writing 200,000 operations…")
        number = story.grow(database, 1, now=clock.now())
    database.dispose()
    return number


if __name__ == "__main__":
    main()
