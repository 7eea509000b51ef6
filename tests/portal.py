"""The demonstration as a person has it: `cabinet run` in a data directory of its own, the acquirer beside it."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Page, expect

from cabinet import db, jobs, seed, settings
from cabinet.domain.base import rules
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.operate import first_run, migrations
from tests.waiting import answers, until

START_SECONDS_MAX = 180
ANNA = ("+7 916 204-18-36", "anna-4102887")
BORIS = ("+7 916 204-18-37", "boris-4102888")
VERA = ("+7 903 555-10-20", "vera-4205113")
MARIA = ("maria@meridian.example", "maria-finance", "MARIAKLIMOVADEM2MARIAKLIMOVADEM2")
OLEG = ("oleg@meridian.example", "oleg-operator", "OLEGRYABOVDEMO23OLEGRYABOVDEMO23")
ILYA = ("ilya@meridian.example", "ilya-auditor", "ILYAVERESHCHAGI2ILYAVERESHCHAGI2")
ANTON = ("anton@meridian.example", "anton-admin", "ANTONPETROVDEMO2ANTONPETROVDEMO2")


@dataclass
class Portal:
    """A running demonstration: its address and its database, which tests only read."""

    url: str
    home: Path
    log: Path
    variables: dict[str, str] = field(default_factory=dict)
    process: Any = None
    kept: dict[str, Any] = field(default_factory=dict)
    """Cookies of the staff who have signed in: an authenticator's code works once in its half minute."""

    def start(self) -> None:
        """Run the demonstration, and wait until it answers."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cabinet", "run"],
                cwd=settings.ROOT,
                env=self.variables,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        for address in (f"{self.url}/healthz", f"http://127.0.0.1:{self.variables['CABINET_SANDBOX_PORT']}/"):
            until(lambda: self.process.poll() is not None or answers(address), seconds=START_SECONDS_MAX)  # noqa: B023
        assert self.process.poll() is None, self.log.read_text()

    def die(self) -> None:
        """Kill every process of it, in the middle of whatever they do."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def stop(self) -> None:
        """Ask it to stop, as Ctrl+C does, and wait."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.die()
            raise

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the database holds."""
        with sqlite3.connect(f"file:{self.home / 'cabinet.db'}?mode=ro", uri=True) as db:
            return db.execute(query, values).fetchall()

    def do(self, deed: Callable[[Any], Any]) -> None:
        """Carry out in its database what no person can do: the clock is the world's. What follows, follows at once."""
        database = db.Database(settings.Settings(home=self.home).database)
        jobs.install(database)
        database.run(deed)
        database.dispose()

    def last_code(self, address: str) -> str:
        """Return the newest code that came to the address, as the phone page shows it."""

        def came() -> str:
            bodies = self.rows(
                "SELECT subject || ' ' || body FROM phone_message WHERE address = ? ORDER BY id DESC LIMIT 1", address
            )
            found = re.search(r"\b\d{6}\b", bodies[0][0]) if bodies else None
            return found.group() if found else ""

        return until(came, seconds=20)

    def sign_in(self, page: Page, who: tuple[str, str]) -> Page:
        """Sign a customer in by the form."""
        page.goto(f"{self.url}/sign-in")
        page.locator("input[name=login]").fill(who[0])
        page.locator("input[name=password]").fill(who[1])
        page.get_by_role("button", name="Войти", exact=True).click()
        page.wait_for_url(f"{self.url}/")
        return page

    def staff_page(self, open_page: Callable[..., Page], who: tuple[str, str, str], **options: Any) -> Page:
        """Open the desk as a member of the staff: the first time by password and the authenticator's code."""
        login, password, secret = who
        if login in self.kept:
            return open_page(f"{self.url}/staff", storage_state=self.kept[login], **options)
        page = open_page(f"{self.url}/staff/sign-in", **options)
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(password)
        page.get_by_role("button", name="Дальше").click()
        page.wait_for_url(f"{self.url}/staff/code")
        type_code(page, pyotp.TOTP(secret).now())
        page.wait_for_url(f"{self.url}/staff")
        self.kept[login] = page.context.storage_state()
        return page


def type_code(page: Page, code: str) -> None:
    """Type a code into its cells; the last digit sends it."""
    cell = page.locator("[data-cell]").first
    expect(cell).to_be_visible()
    cell.click()
    page.keyboard.type(code)


@cache
def told() -> Path:
    """Tell the story once for this process, and let one person pay many times a day without a code."""
    home = Path(tempfile.mkdtemp(prefix="cabinet-story-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    held = settings.Settings(home=home)
    first_run.make_home(held)
    database = db.Database(held.database)
    migrations.upgrade(database)
    seed.tell(database, keyring=held.keyring, now=clock.now())
    many = rules.PaymentRules(without_code_per_day_max=100, open_max=100)
    database.run(rules.change, Actor.system("tests"), many, valid_from=clock.now(), now=clock.now())
    database.dispose()
    return home


@contextmanager
def portal(home: Path, prepare: Callable[[db.Database], None] | None = None) -> Iterator[Portal]:
    """Run the demonstration until the block ends; then it has to stop by itself, and quietly.

    `prepare` adds to the story before it runs.
    """
    shutil.copytree(told(), home, dirs_exist_ok=True)
    if prepare is not None:
        database = db.Database(settings.Settings(home=home).database)
        database.hooks.before_commit = lambda _session, _events: None
        prepare(database)
        database.dispose()
    port, sandbox_port = _free_port(), _free_port()
    variables = {
        **os.environ,
        "PORT": str(port),
        "CABINET_HOME": str(home),
        "CABINET_SANDBOX_PORT": str(sandbox_port),
    }
    running = Portal(f"http://localhost:{port}", home, home / "run.log", variables)
    try:
        running.start()
        yield running
    finally:
        running.stop()
    story = running.log.read_text()
    assert "Traceback" not in story, story


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
