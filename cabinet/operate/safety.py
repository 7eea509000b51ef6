"""What a production installation must not start with, each named with the setting that changes it."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.db import Database
from cabinet.models.journal import Rule
from cabinet.settings import DEMO_PHONE, Settings

DEMO_MARK: Final = "installation"
"""The rule that a demonstration database carries: it is never promoted."""
TOKEN_LENGTH_MIN: Final = 20


@dataclass(frozen=True, slots=True)
class Unsafe:
    """Something that production must not have: what, and the way out."""

    what: str
    way_out: str


def unsafe(settings: Settings) -> list[Unsafe]:
    """Return what is unsafe in the settings themselves. A demonstration may have all of it."""
    found = [
        (
            settings.payments == "sandbox",
            "The acquirer is the sandbox",
            "set CABINET_PAYMENTS=none until a real one is set up",
        ),
        (settings.mail == "phone", "Mail goes to the phone page", "set CABINET_MAIL=smtp and CABINET_SMTP_URL"),
        (settings.sms == "phone", "Text messages go to the phone page", "set CABINET_SMS=smsc with its login, or none"),
        (
            settings.mail == "smtp" and not _mail_server(settings),
            "Mail has no server",
            "set CABINET_SMTP_URL to smtp://user:password@host:587, or smtps://…:465",
        ),
        (
            bool(settings.mail_replies) and not _mailbox(settings),
            "Replies to letters come to a mailbox that nobody reads",
            "set CABINET_IMAP_URL to imaps://user:password@host:993, or CABINET_MAIL_REPLIES to nothing",
        ),
        (
            bool(settings.mail_replies) and not _plain_address(settings.mail_replies),
            f"«{settings.mail_replies}» is no address that replies can come to",
            "set CABINET_MAIL_REPLIES to one like support@example.com, of at most 20 characters before the @",
        ),
        (
            settings.sms == "smsc" and not (settings.smsc_login and settings.smsc_password.get_secret_value()),
            "Text messages have no account at SMSC",
            "set CABINET_SMSC_LOGIN and CABINET_SMSC_PASSWORD, or CABINET_SMS=none",
        ),
        (
            not _safe_origin(settings.origin),
            f"{settings.origin} is not HTTPS: the session cookie would not be safe",
            "set CABINET_PUBLIC_URL=https://…",
        ),
        (not settings.public_url, "The public address is not set", "set CABINET_PUBLIC_URL=https://…"),
        (
            settings.https and settings.tls_certificate is None and settings.proxy_hops == 0,
            "Everybody seems to come from the proxy's own address, where limits are counted",
            "set CABINET_PROXY_HOPS to the number of proxies in front, mostly 1",
        ),
        (
            settings.support_phone in ("", DEMO_PHONE),
            "Customers would call the demonstration's support, or nobody",
            "set CABINET_SUPPORT_PHONE to the number that you answer",
        ),
        ("*" in settings.origin, "The public address is a pattern", "set CABINET_PUBLIC_URL to the one real address"),
        (
            _weak_key(settings),
            "The master key is missing or weak",
            "run `cabinet init`, or set CABINET_SECRET_KEY to 64 random hex digits",
        ),
        (
            0 < len(settings.metrics_token.get_secret_value()) < TOKEN_LENGTH_MIN,
            "The token of /metrics is short",
            f"set CABINET_METRICS_TOKEN to at least {TOKEN_LENGTH_MIN} random characters, or to nothing",
        ),
    ]
    return [Unsafe(what, way_out) for wrong, what, way_out in found if wrong]


def unsafe_files(settings: Settings) -> list[Unsafe]:
    """Return what others on the machine could read of the data directory."""
    private = (settings.home, settings.home / "keys", settings.home / "keys" / "master")
    return [
        Unsafe(f"{path.relative_to(settings.home.parent)} can be read by others", f"chmod go-rwx {path}")
        for path in private
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


def unsafe_data(database: Database) -> list[Unsafe]:
    """Return what is wrong with the data themselves: a demonstration is never promoted."""
    if database.look(_is_demo):
        return [Unsafe("The database is a demonstration", "point DATABASE_URL or CABINET_HOME to an empty one")]
    return []


def _is_demo(session: Session) -> bool:
    return session.scalars(select(col(Rule.id)).where(col(Rule.name) == DEMO_MARK)).first() is not None


def _safe_origin(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1")


def _mailbox(settings: Settings) -> bool:
    url = urlsplit(settings.imap_url.get_secret_value())
    return url.scheme in ("imap", "imaps") and bool(url.hostname and url.username)


def _plain_address(address: str) -> bool:
    """Tell whether a ticket's own mark fits beside the name: 64 characters are the most (RFC 5321, 4.5.3.1.1)."""
    return re.fullmatch(r"[a-z0-9._-]{1,20}@[a-z0-9.-]+\.[a-z]{2,}", address, re.IGNORECASE) is not None


def _mail_server(settings: Settings) -> bool:
    parts = urlsplit(settings.smtp_url.get_secret_value())
    return parts.scheme in ("smtp", "smtps") and bool(parts.hostname)


def _weak_key(settings: Settings) -> bool:
    given = settings.secret_key.get_secret_value()
    if given:
        return re.fullmatch(r"([0-9a-fA-F]{2}){32,}", given) is None or len(set(given)) < 8
    return not (settings.home / "keys" / "master").exists()
