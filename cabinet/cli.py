"""The `cabinet` command."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import segno
import typer

from cabinet import __version__, db, jobs, settings, wiring
from cabinet import seed as story
from cabinet.kit import clock
from cabinet.models.people import StaffRole
from cabinet.operate import (
    beside,
    first_run,
    frontend,
    lan,
    logs,
    migrations,
    people,
    proofs,
    safety,
    serve,
    signals,
    usage_files,
)
from cabinet.operate import doctor as examining

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Cabinet: a self-hosted customer portal.",
)
ledger_app = typer.Typer(no_args_is_help=True, help="The ledger.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit journal.")
staff_app = typer.Typer(no_args_is_help=True, help="Members of the staff.")
token_app = typer.Typer(no_args_is_help=True, help="Personal tokens of the API.")
import_app = typer.Typer(no_args_is_help=True, help="Bring in what other systems of the company know.")
app.add_typer(ledger_app, name="ledger")
app.add_typer(audit_app, name="audit")
app.add_typer(staff_app, name="staff")
app.add_typer(token_app, name="token")
app.add_typer(import_app, name="import")


TROUBLES = (
    serve.PortBusy,
    serve.ServerFailed,
    beside.GaveUp,
    jobs.JobsElsewhere,
    frontend.BuildFailed,
    first_run.AtWork,
    lan.NoNetwork,
    usage_files.FileWrong,
)
"""What a start may meet; each says in a sentence what to do."""


@app.command()
def run(
    phone: Annotated[
        str, typer.Option(envvar="PHONE", help="Serve the local network over HTTPS: 1, or an address of this machine.")
    ] = "",
) -> None:
    """Start everything that one machine needs: migrations, the story, the front end, the acquirer, web, jobs."""
    with _starting():
        held = _on_the_network(phone) if lan.wanted(phone) else settings.get()
        _refuse_unsafe()
        with first_run.alone(held):
            jobs.require_alone(_database())
            serve.require_ports(held)
            migrate()
            if held.demo:
                seed_if_empty()
            built = frontend.ensure(held, say=_say)
            _database().dispose()
            _say("Starting…")
            serve.run(held, built, ready=partial(_greet, network=lan.wanted(phone)), say=_say)
    _say("Stopped.")


@app.command()
def web() -> None:
    """Serve the pages and the API, and carry out the jobs inside; migrations are `cabinet migrate`."""
    with _starting():
        held = settings.get()
        _refuse_unsafe()
        _require_schema()
        jobs.require_alone(_database())
        built = frontend.ensure(held, say=_say)
        _database().dispose()
        serve.serve(held, built, ready=lambda: _say(f"{held.brand}: {held.origin}, from {held.host}:{held.port}"))
    _say("Stopped.")


@app.command()
def worker() -> None:
    """Carry out jobs beside the web processes. Needs PostgreSQL: an SQLite file has one process."""
    _refuse_unsafe()
    if settings.get().sqlite:
        _stop("A worker needs PostgreSQL: set DATABASE_URL. With SQLite the jobs run inside `cabinet run`.")
    stopping = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopping.set())
    _require_schema()
    jobs.install(_database())
    wiring.ring_after_commit(_database())
    jobs.start()
    _say("The worker is at work.")
    stopping.wait()
    jobs.stop()
    _say("Stopped.")


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    first_run.make_home(settings.get())
    database = _database()
    if migrations.pending(database):
        _say("Bringing the database up to date…")
        migrations.upgrade(database)


@app.command()
def build() -> None:
    """Build the front end if its sources have changed."""
    with _starting():
        frontend.ensure(settings.get(), say=_say)
    _say("The front end is built.")


@app.command()
def seed(
    scale: Annotated[int, typer.Option(help="Customers to add for benchmarks, the first with 200,000 operations.")] = 0,
) -> None:
    """Tell the story of «Меридиан» in an empty database; with --scale add customers for benchmarks."""
    if not settings.get().demo:
        _stop("The story belongs to the demonstration. A production installation stays empty.")
    if scale:
        migrate()
        number = story.grow(_database(), scale, now=clock.now())
        _say(f"{scale} customers more. The one with a long history has contract {number}.")
        return
    with _starting(), first_run.alone(settings.get()):
        migrate()
        seed_if_empty()


@app.command(name="reset-demo")
def reset_demo() -> None:
    """Start the demonstration's story afresh: the data directory is emptied, keys included."""
    held = settings.get()
    if not held.demo or held.database_url:
        _stop("Only a demonstration on its own SQLite file can be reset.")
    with _starting(), first_run.alone(held):
        if (held.home / "cabinet.db").exists():
            jobs.require_alone(_database())
            _database().dispose()
        for path in held.home.glob("*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _say("The demonstration is empty; `make run` tells its story anew.")


@app.command()
def doctor() -> None:
    """Look at everything and say what is not well. Exit code 1 when something is not."""
    found = list(examining.examine(settings.get(), _database()))
    for each in found:
        _say(f"{'ok  ' if each.well else 'BAD '} {each.name}" + ("" if each.well else f"\n     → {each.way_out}"))
    raise typer.Exit(0 if all(each.well for each in found) else 1)


@app.command()
def init(
    url: Annotated[str, typer.Option(prompt="Public address, https://…")],
    brand: Annotated[str, typer.Option(prompt="The company's name")],
    admin_login: Annotated[str, typer.Option(prompt="First administrator's e-mail")],
    admin_name: Annotated[str, typer.Option(prompt="First administrator's name")],
    smtp_url: Annotated[str, typer.Option(prompt="Mail server, smtp://user:password@host:587")],
    mail_from: Annotated[str, typer.Option(prompt="From line of mails")],
    support_phone: Annotated[str, typer.Option(prompt="Phone that customers may call")],
) -> None:
    """Make an empty production installation: settings, keys, tables, a one-time link for its first administrator."""
    answers = first_run.Answers(url, brand, admin_login, admin_name, smtp_url, mail_from, support_phone)
    held = settings.get()
    try:
        first_run.check(answers)
        with first_run.alone(held):
            link = first_run.begin(held, _database(), answers, settings.ENV_FILE, now=clock.now())
        _database().dispose()
    except first_run.AlreadyThere as there:
        _stop(f"There is an installation already: {there}. `init` never touches one.")
    except (first_run.AnswerWrong, first_run.AtWork) as trouble:
        _stop(str(trouble))
    _say(f"The installation is ready. Settings: {settings.ENV_FILE}. Data and keys: {held.home}.")
    _say(f"The first administrator opens this link once, within a day:\n\n  {link}\n")
    _say("Before that: `cabinet build`, `cabinet doctor`, then `cabinet web` behind your HTTPS proxy.")


@ledger_app.command("verify")
def ledger_verify() -> None:
    """Prove the ledger: every invariant over everything. Exit code 1 when one does not hold."""
    faults = proofs.ledger(_database(), say=_say)
    raise typer.Exit(1 if faults else 0)


@audit_app.command("verify")
def audit_verify(
    anchor: Annotated[
        Path | None, typer.Option(help="A file with an earlier head, which has to be in the chain.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="A file that takes the head, if the chain holds.")] = None,
) -> None:
    """Walk the chain of the audit journal. Exit code 1 when it is broken."""
    try:
        holds = proofs.audit_chain(_database(), say=_say, anchor=anchor, save=save)
    except proofs.AnchorUnusable as unusable:
        _stop(str(unusable))
    raise typer.Exit(0 if holds else 1)


@staff_app.command("add")
def staff_add(login: str, name: str, role: StaffRole) -> None:
    """Invite a member of the staff; prints the one-time link."""
    try:
        token = people.invite(_database(), settings.get(), login, name, role)
    except people.Refused as refused:
        _stop(str(refused))
    _say(f"{settings.get().origin}/staff/invite?token={token}")


@token_app.command("make")
def token_make(contract: str, scopes: str = "me,balance,payments", days: int = 30) -> None:
    """Make a personal token for a customer's program; it is shown once."""
    try:
        _say(people.make_token(_database(), contract, scopes.split(","), days))
    except people.Refused as refused:
        _stop(str(refused))


@app.command()
def codes(product: str, file: Path) -> None:
    """Put codes, one on each line of a file, into the pool of a product that gives them."""
    try:
        _say(people.add_codes(_database(), settings.get(), product, file))
    except people.Refused as refused:
        _stop(str(refused))


@import_app.command("usage")
def import_usage(
    file: Path,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it, and change nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="A file that takes every line that is wrong, as CSV.")] = None,
) -> None:
    """Bring in records of usage from a CSV file (docs/operating.md has its columns). Exit code 1 when a line is wrong.

    It may run beside the web process. Broken off, it goes on where it stopped; the same file twice changes nothing.
    """
    with _starting():
        _require_schema()
        jobs.install(_database())
        outcome = usage_files.bring_in(_database(), file, dry_run=dry_run, report=report, say=_say)
    if outcome.through:
        _say("This very file was brought in before, to its end: nothing to do.")
        return
    if outcome.skipped:
        _say(f"It went on after {outcome.skipped:,} rows that were brought in before.")
    said = "would be added" if dry_run else "added"
    _say(f"{outcome.rows:,} rows: {outcome.added:,} {said}, {outcome.known:,} known, {outcome.wrong:,} wrong.")
    raise typer.Exit(1 if outcome.wrong else 0)


@app.command()
def version() -> None:
    """Print the version."""
    _say(__version__)


def seed_if_empty() -> None:
    """Tell the story when nobody is in the database yet; the sandbox acquirer is told its part each time."""
    held = settings.get()
    database = _database()
    if not people.exist(database):
        _say("Telling the story of «Меридиан»: sixteen months of one family's money…")
        story.tell_whole(database, keyring=held.keyring, now=clock.now())
    if held.payments == "sandbox":
        story.remember(database, held.home / "sandbox.db")


@cache
def _opened(url: str) -> db.Database:
    return db.Database(url)


def _database() -> db.Database:
    return db.use(_opened(settings.get().database))


@contextmanager
def _starting() -> Iterator[None]:
    """Say in a sentence what a start has met; end a start that is told to stop without a word of Python."""
    try:
        with signals.interrupting():
            yield
    except TROUBLES as trouble:
        _stop(str(trouble))
    except KeyboardInterrupt:
        _say("Stopped. What was finished so far is kept.")
        raise typer.Exit(130) from None


def _on_the_network(phone: str) -> settings.Settings:
    """Change the settings of this process, and of those that it starts, so that the local network is served."""
    held = settings.get()
    if not held.demo:
        _stop("PHONE=1 belongs to the demonstration: production stands behind a name and a certificate of its own.")
    at = lan.address(phone)
    with first_run.alone(held):
        certificate = lan.certificate(held, at, now=clock.now())
    os.environ.update(lan.environment(held, at, certificate))
    settings.get.cache_clear()
    _say(f"Fingerprint of this machine's certificate (SHA-256):\n{certificate.sha256}")
    return settings.get()


def _require_schema() -> None:
    first_run.make_home(settings.get())
    if migrations.pending(_database()):
        _stop("The database is behind the program: run `cabinet migrate` first.")


def _refuse_unsafe() -> None:
    """In production, name what is unsafe and stop."""
    held = settings.get()
    if held.demo:
        return
    found = [*safety.unsafe(held), *safety.unsafe_files(held)]
    if not found:
        database = _database()
        found = [] if migrations.pending(database) else safety.unsafe_data(database)
    if found:
        for each in found:
            _say(f"UNSAFE  {each.what}\n        → {each.way_out}")
        _stop("In production mode the cabinet does not start like this.")


def _greet(*, network: bool) -> None:
    held = settings.get()
    if network:
        segno.make(held.origin, error="m").terminal(out=sys.stdout, border=2, compact=True)
    _say(f"\n  {held.brand}: {held.origin}\n")
    if not held.demo:
        return
    for each in settings.DEMO_CUSTOMERS:
        _say(f"  customer  {each.login:<26} {each.password:<16} {each.name}")
    for each in settings.DEMO_STAFF:
        _say(f"  staff     {each.login:<26} {each.password:<16} {each.name}, TOTP {each.totp_secret}")
    _say(f"\n  Staff entrance: {held.origin}/staff/sign-in   Everyone's phone: {held.origin}/phone")
    _say("  Codes of the staff: README, «Demonstration». Stop with Ctrl+C.\n")
    if network:
        _say("  Whoever is in this network can open these pages now, everyone's phone with all its codes among them:")
        _say(
            "  serve only a network that you trust. The browser warns that nobody vouches for the certificate; that is"
        )
        _say(f"  so, compare its fingerprint with the one above. The acquirer's pages are at {held.sandbox_url}\n")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _stop(words: str) -> None:
    sys.stderr.write(words + "\n")
    raise typer.Exit(1)


def main() -> None:
    """Run the command; logs go to stderr in plain words."""
    logs.configure(plain=True)
    app()
