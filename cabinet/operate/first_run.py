"""The first run: a data directory that one program at a time works in, and `cabinet init`.

`init` makes an empty production installation with keys of its own and a link for its first administrator.
"""

from __future__ import annotations

import dataclasses
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.db import Database
from cabinet.domain import staff
from cabinet.domain.base.actor import Actor
from cabinet.models.journal import Rule
from cabinet.models.people import LegalText, StaffRole
from cabinet.operate import articles, migrations, troubles
from cabinet.operate.texts import LEGAL
from cabinet.settings import Settings

SYSTEM = Actor.system("init")
BRAND_LENGTH_MAX = 40


class AlreadyThere(Exception):
    """There is an installation already: `init` never touches one."""


class AnswerWrong(Exception):
    """An answer that no installation can work with. The message says what is wrong with it."""


class AtWork(Exception):
    """Another program works in the data directory. The message says the way out."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What only the operator knows."""

    public_url: str
    brand: str
    admin_login: str
    admin_name: str
    smtp_url: str
    mail_from: str
    support_phone: str


def check(answers: Answers) -> None:
    """Raise `AnswerWrong` for the first answer that cannot be right."""
    for answer in dataclasses.astuple(answers):
        if "${" in answer or any(ord(sign) < 0x20 for sign in answer):
            raise AnswerWrong(f"«{answer!r}» cannot stand in a settings file: it has a line break, or «${{»")
    url = urlsplit(answers.public_url)
    if url.scheme != "https" or not url.hostname or url.path.strip("/") or url.query or "*" in answers.public_url:
        raise AnswerWrong(f"«{answers.public_url}» is no public address: it is like https://cabinet.example.com")
    if not 0 < len(answers.brand.strip()) <= BRAND_LENGTH_MAX:
        raise AnswerWrong(f"The company's name has 1 to {BRAND_LENGTH_MAX} characters")
    if not re.fullmatch(r"\+?[\d ()-]{3,30}", answers.support_phone, re.ASCII):
        raise AnswerWrong(f"«{answers.support_phone}» is no phone number: it is like 8 800 000-00-00")
    if not answers.admin_name.strip():
        raise AnswerWrong("The administrator has a name")
    if urlsplit(answers.smtp_url).scheme not in ("smtp", "smtps") or not urlsplit(answers.smtp_url).hostname:
        raise AnswerWrong("The mail server is like smtp://user:password@host:587, or smtps://user:password@host:465")
    for what, address in (("administrator's e-mail", answers.admin_login), ("From line", answers.mail_from)):
        try:
            validate_email(parseaddr(address)[1], check_deliverability=False, test_environment=True)
        except EmailNotValidError as wrong:
            raise AnswerWrong(f"The {what} «{address}» is no address: {wrong}") from None


def write_settings(settings: Settings, answers: Answers, file: Path) -> None:
    """Write `.env` for production, readable by its owner only. Raise `AlreadyThere` if there is one."""
    if file.exists():
        raise AlreadyThere(str(file))
    lines = {
        "CABINET_MODE": "production",
        "CABINET_HOME": str(settings.home),
        "DATABASE_URL": settings.database_url,
        "CABINET_PUBLIC_URL": answers.public_url,
        "CABINET_PROXY_HOPS": "1",
        "CABINET_BRAND": answers.brand,
        "CABINET_SUPPORT_PHONE": answers.support_phone,
        "CABINET_PAYMENTS": "none",
        "CABINET_MAIL": "smtp",
        "CABINET_SMTP_URL": answers.smtp_url,
        "CABINET_MAIL_FROM": answers.mail_from,
        "CABINET_SMS": "none",
        "CABINET_METRICS_TOKEN": secrets.token_urlsafe(32),
    }
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.writelines(f'{name}="{_quoted(value)}"\n' for name, value in lines.items())


def begin(settings: Settings, database: Database, answers: Answers, env_file: Path, *, now: datetime) -> str:
    """Make the tables, publish texts and articles, invite the administrator; return his one-time link.

    The settings are written last: who stops it half-way, or has an installation here, is left with the ones he had.
    """
    if env_file.exists():
        raise AlreadyThere(str(env_file))
    if migrations.empty(database):
        migrations.upgrade(database)
    if migrations.pending(database) or database.look(_in_use):
        raise AlreadyThere(f"the database of {settings.home}" if settings.sqlite else "the one at DATABASE_URL")
    database.hooks.before_commit = lambda _session, _events: None
    token = database.run(_begin, settings, answers, now=now)
    write_settings(settings, answers, env_file)
    return f"{answers.public_url.rstrip('/')}/staff/invite?token={token}"


def make_home(settings: Settings) -> None:
    """Make the data directory, closed to others."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Work in the data directory while nobody else does. Raise `AtWork` when somebody does.

    The lock ends with the process, however it ends.
    """
    make_home(settings)
    with (settings.home / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AtWork(
                f"Another cabinet is at work in {settings.home} (process {lock.read().strip()}). Stop it first, or "
                "give this one a data directory of its own: CABINET_HOME=…"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _in_use(session: Session) -> bool:
    return staff.exists(session) or session.scalars(select(col(Rule.id)).limit(1)).first() is not None


def _begin(session: Session, settings: Settings, answers: Answers, *, now: datetime) -> str:
    for text in LEGAL:
        session.add(LegalText(published_at=now, **text.row(answers.brand)))
    articles.bring(session, SYSTEM, now=now)
    troubles.bring(session, SYSTEM)
    return staff.invite(
        session,
        SYSTEM,
        answers.admin_login,
        answers.admin_name,
        StaffRole.administrator,
        zone=settings.zone,
        keyring=settings.keyring,
        now=now,
    )


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
