"""The `cabinet` command."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from cabinet import __version__, db, jobs, settings
from cabinet import seed as story
from cabinet.kit import clock
from cabinet.models.people import StaffRole
from cabinet.operate import doctor as examining
from cabinet.operate import first_run, frontend, logs, migrations, people, proofs, safety, serve

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Cabinet: a self-hosted customer portal.")
ledger_app = typer.Typer(no_args_is_help=True, help="The ledger.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit journal.")
staff_app = typer.Typer(no_args_is_help=True, help="Members of the staff.")
token_app = typer.Typer(no_args_is_help=True, help="Personal tokens of the API.")
app.add_typer(ledger_app, name="ledger")
app.add_typer(audit_app, name="audit")
app.add_typer(staff_app, name="staff")
app.add_typer(token_app, name="token")


@app.command()
def run() -> None:
    """Start everything that one machine needs: migrations, the story, the front end, the acquirer, web, jobs."""
    held = settings.get()
    _refuse_unsafe()
    try:
        serve.require_free(held.host, held.port)
        first_run.make_home(held)
        jobs.require_alone(_database())
        migrate()
        if held.demo:
            seed_if_empty()
        built = frontend.ensure(held, say=_say)
        _greet()
        serve.run(held, built)
    except (serve.PortBusy, jobs.JobsElsewhere, frontend.BuildFailed) as trouble:
        _stop(str(trouble))


@app.command()
def web() -> None:
    """Serve the pages and the API, and carry out the jobs inside; migrations are `cabinet migrate`."""
    _refuse_unsafe()
    try:
        jobs.require_alone(_database())
        serve.serve(settings.get(), frontend.ensure(settings.get(), say=_say))
    except (serve.PortBusy, jobs.JobsElsewhere, frontend.BuildFailed) as trouble:
        _stop(str(trouble))


@app.command()
def worker() -> None:
    """Carry out jobs beside the web processes. Needs PostgreSQL: an SQLite file has one process."""
    _refuse_unsafe()
    if settings.get().sqlite:
        _stop("A worker needs PostgreSQL: set DATABASE_URL. With SQLite the jobs run inside `cabinet run`.")
    stopping = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopping.set())
    jobs.install(_database())
    jobs.start()
    stopping.wait()
    jobs.stop()


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
    try:
        frontend.ensure(settings.get(), say=_say)
    except frontend.BuildFailed as trouble:
        _stop(str(trouble))
    _say("The front end is built.")


@app.command()
def seed(
    scale: Annotated[int, typer.Option(help="Customers to add for benchmarks, the first with 200,000 operations.")] = 0,
) -> None:
    """Tell the story of «Меридиан» in an empty database; with --scale add customers for benchmarks."""
    if not settings.get().demo:
        _stop("The story belongs to the demonstration. A production installation stays empty.")
    migrate()
    if scale:
        number = story.grow(_database(), scale, now=clock.now())
        _say(f"{scale} customers more. The one with a long history has contract {number}.")
        return
    seed_if_empty()


@app.command(name="reset-demo")
def reset_demo() -> None:
    """Start the demonstration's story afresh: the data directory is emptied, keys included."""
    held = settings.get()
    if not held.demo or held.database_url:
        _stop("Only a demonstration on its own SQLite file can be reset.")
    for path in held.home.glob("*"):
        if path.name not in ("built",):
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
) -> None:
    """Make an empty production installation: settings, keys, tables, a one-time link for its first administrator."""
    answers = first_run.Answers(url, brand, admin_login, admin_name, smtp_url, mail_from)
    try:
        first_run.write_settings(answers, Path(".env"))
        settings.get.cache_clear()
        held = settings.get()
        link = first_run.begin(held, _database(), answers, keyring=held.keyring, now=clock.now())
    except first_run.AlreadyThere as there:
        _stop(f"There is an installation already: {there}. `init` never touches one.")
    _say("The installation is ready; its settings are in .env, its data and keys in the data directory.")
    _say(f"The first administrator opens this link once, within a day:\n\n  {link}\n")
    _say("Then: cabinet doctor, cabinet web behind your HTTPS proxy (docs/operating.md).")


@ledger_app.command("verify")
def ledger_verify() -> None:
    """Prove the ledger: every invariant over everything. Exit code 1 when one does not hold."""
    faults = proofs.ledger(_database(), say=_say)
    raise typer.Exit(1 if faults else 0)


@audit_app.command("verify")
def audit_verify() -> None:
    """Walk the chain of the audit journal. Exit code 1 when it is broken."""
    fault = proofs.audit_chain(_database(), say=_say)
    raise typer.Exit(1 if fault else 0)


@staff_app.command("add")
def staff_add(login: str, name: str, role: StaffRole) -> None:
    """Invite a member of the staff; prints the one-time link."""
    token = people.invite(_database(), settings.get(), login, name, role)
    _say(f"{settings.get().origin}/staff/invite?token={token}")


@token_app.command("make")
def token_make(contract: str, scopes: str = "me,balance,payments", days: int = 30) -> None:
    """Make a personal token for a customer's program; it is shown once."""
    _say(people.make_token(_database(), contract, scopes.split(","), days))


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
        story.tell(database, keyring=held.keyring, now=clock.now())
    if held.payments == "sandbox":
        story.remember(database, held.home / "sandbox.db")


def _database() -> db.Database:
    return db.use(db.Database(settings.get().database))


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


def _greet() -> None:
    held = settings.get()
    _say(f"\n  {held.brand}: {held.origin}\n")
    if not held.demo:
        return
    for each in settings.DEMO_CUSTOMERS:
        _say(f"  customer  {each.login:<26} {each.password:<16} {each.name}")
    for each in settings.DEMO_STAFF:
        _say(f"  staff     {each.login:<26} {each.password:<16} {each.name}, TOTP {each.totp_secret}")
    _say(f"\n  Staff entrance: {held.origin}/staff/sign-in   Everyone's phone: {held.origin}/phone")
    _say("  Codes of the staff: README, «Demonstration». Stop with Ctrl+C.\n")


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
