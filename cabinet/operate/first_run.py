"""`cabinet init`: an empty production installation with keys of its own and a link for its first administrator."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from cabinet.db import Database
from cabinet.domain import staff
from cabinet.domain.base.actor import Actor
from cabinet.kit.secrets import Keyring
from cabinet.models.people import LegalText, StaffRole
from cabinet.operate import migrations
from cabinet.operate.texts import LEGAL
from cabinet.settings import Settings

SYSTEM = Actor.system("init")


class AlreadyThere(Exception):
    """There is an installation already: `init` never touches one."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What only the operator knows."""

    public_url: str
    brand: str
    admin_login: str
    admin_name: str
    smtp_url: str
    mail_from: str


def write_settings(answers: Answers, file: Path) -> None:
    """Write `.env` for production, readable by its owner only. Raise `AlreadyThere` if there is one."""
    if file.exists():
        raise AlreadyThere(str(file))
    lines = {
        "CABINET_MODE": "production",
        "CABINET_PUBLIC_URL": answers.public_url,
        "CABINET_BRAND": answers.brand,
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


def begin(settings: Settings, database: Database, answers: Answers, *, keyring: Keyring, now: datetime) -> str:
    """Make the tables, publish the texts to agree to, invite the administrator; return his one-time link."""
    make_home(settings)
    migrations.upgrade(database)
    database.hooks.before_commit = lambda _session, _events: None
    if database.look(staff.exists):
        raise AlreadyThere(database.url)
    database.run(_publish, answers.brand, now=now)
    token = database.run(
        staff.invite,
        SYSTEM,
        answers.admin_login,
        answers.admin_name,
        StaffRole.administrator,
        zone=settings.zone,
        keyring=keyring,
        now=now,
    )
    return f"{answers.public_url.rstrip('/')}/staff/invite?token={token}"


def make_home(settings: Settings) -> None:
    """Make the data directory, closed to others."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)


def _publish(session: Session, brand: str, *, now: datetime) -> None:
    for text in LEGAL:
        session.add(LegalText(published_at=now, **text.row(brand)))


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
