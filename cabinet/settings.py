"""What the installation needs to start: each setting typed, with its default and one line.

Settings come from the environment (`CABINET_…`, plus `DATABASE_URL` and `REDIS_URL`) or from the file `.env`.
Rules that staff may change while the cabinet runs are not here: they are rows (`models/journal.py: Rule`).
"""

from __future__ import annotations

import os
import secrets as random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cabinet.kit.secrets import Keyring

ROOT = Path(__file__).parent.parent
DEMO_PHONE: Final = "8 800 555-01-20"
"""The support of the demonstration, which nobody answers."""
ENV_FILE: Final = Path(os.environ.get("CABINET_ENV_FILE", ROOT / ".env"))
"""Beside the program and not in the present directory: a command given elsewhere must not meet a demonstration."""


class Settings(BaseSettings):
    """The installation. Read once; `get()` is the only reader."""

    model_config = SettingsConfigDict(env_prefix="CABINET_", env_file=ENV_FILE, extra="ignore", populate_by_name=True)

    mode: Literal["demo", "production"] = "demo"
    """`demo` shows the story of «Меридиан» with a sandbox acquirer and everyone's phone; `production` refuses both."""
    home: Path = Path("var")
    """The data directory: database, keys, files."""
    database_url: str = Field(default="", validation_alias=AliasChoices("DATABASE_URL", "CABINET_DATABASE_URL"))
    """SQLAlchemy URL; empty means SQLite in the data directory."""
    redis_url: str = Field(default="", validation_alias=AliasChoices("REDIS_URL", "CABINET_REDIS_URL"))
    """Needed only by several web processes."""
    secret_key: SecretStr = SecretStr("")
    """Master key, 64 hex digits; empty means the file `keys/master` in the data directory, made at first start."""

    host: str = "127.0.0.1"
    """The address to listen on. The demonstration stays on loopback: its phone page shows everyone's codes.
    `make run PHONE=1` opens it to the local network."""
    port: int = Field(default=3000, validation_alias=AliasChoices("PORT", "CABINET_PORT"))
    """The port to listen on."""
    public_url: str = ""
    """The address that customers type; empty means http://localhost:<port>."""
    tls_certificate: Path | None = None
    """PEM file with the certificate, when HTTPS is served here; empty means plain HTTP, for a proxy in front."""
    tls_key: Path | None = None
    """PEM file with the certificate's key."""
    proxy_hops: int = 0
    """How many proxies in front are trusted to tell the client's address."""
    metrics_token: SecretStr = SecretStr("")
    """Bearer token of /metrics; empty closes it."""

    brand: str = Field(default="Меридиан", max_length=40)
    """The company's name, as customers know it."""
    brand_hue: int = Field(default=212, ge=0, le=359)
    """The one colour of the look, see docs/operating.md."""
    support_phone: str = DEMO_PHONE
    """Shown where a person may want to call."""
    zone: str = "Europe/Moscow"
    """The company's zone: its own books are kept in it, and new accounts start with it."""

    payments: Literal["sandbox", "none"] = "sandbox"
    """The acquirer; with `none` nothing can be paid online and the pages say so."""
    sandbox_host: str = "127.0.0.1"
    """The address that the sandbox acquirer listens on."""
    sandbox_port: int = 3002
    """The port that it listens on."""
    sandbox_key: SecretStr = SecretStr("sandbox-demo-key")
    """Key of the sandbox's API."""
    sandbox_webhook_secret: SecretStr = SecretStr("whsec_c2FuZGJveC1kZW1vLXdlYmhvb2stc2VjcmV0")
    """What the sandbox signs its webhooks with (Standard Webhooks)."""

    mail: Literal["phone", "smtp"] = "phone"
    """Where mail goes: the demonstration's phone page, or an SMTP server."""
    smtp_url: SecretStr = SecretStr("")
    """smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465."""
    mail_from: str = "Меридиан <noreply@localhost>"
    """The From line."""
    mail_replies: str = ""
    """Where replies to letters about tickets come, support@example.com: one mailbox that takes support+anything@ too.
    Empty means letters are answered in the cabinet only; the demonstration has an address of its own."""
    imap_url: SecretStr = SecretStr("")
    """The mailbox of `mail_replies`, imaps://user:password@host:993, or imap:// (STARTTLS); /Folder when not INBOX."""
    sms: Literal["phone", "smsc", "none"] = "phone"
    """Where text messages go: the phone page, SMSC (smsc.ru), or nowhere: then codes go by e-mail only."""
    smsc_login: str = ""
    """Login at SMSC."""
    smsc_password: SecretStr = SecretStr("")
    """Password or API key at SMSC."""

    clamav_url: str = ""
    """Address of a clamd that scans files, tcp://host:3310 or unix:///run/clamav/clamd.ctl; empty means none does."""

    @field_validator("tls_certificate", "tls_key", mode="before")
    @classmethod
    def _named(cls, path: object) -> object:
        return path or None

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home if home.is_absolute() else ROOT / home

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def origin(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def origins(self) -> list[str]:
        """The only origins whose pages may talk to us."""
        return [self.origin]

    @property
    def https(self) -> bool:
        return urlsplit(self.origin).scheme == "https"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'cabinet.db'}"

    @property
    def sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def sandbox_url(self) -> str:
        """Another site than the cabinet's own `localhost`, so that cookies and origins are exercised for real."""
        return f"http://{self.sandbox_host}:{self.sandbox_port}"

    @property
    def keyring(self) -> Keyring:
        return _keyring(self.home, self.secret_key.get_secret_value())


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A sign-in of the demonstration. None of them exists outside of it."""

    name: str
    login: str
    password: str
    totp_secret: str = ""


DEMO_CUSTOMERS: Final = (
    DemoLogin("Анна Соколова", "+7 916 204-18-36", "anna-4102887"),
    DemoLogin("Борис Соколов", "+7 916 204-18-37", "boris-4102888"),
    DemoLogin("Вера Чужая", "+7 903 555-10-20", "vera-4205113"),
)
DEMO_STAFF: Final = (
    DemoLogin("Олег Рябов", "oleg@meridian.example", "oleg-operator", "OLEGRYABOVDEMO23OLEGRYABOVDEMO23"),
    DemoLogin("Мария Климова", "maria@meridian.example", "maria-finance", "MARIAKLIMOVADEM2MARIAKLIMOVADEM2"),
    DemoLogin("Илья Верещагин", "ilya@meridian.example", "ilya-auditor", "ILYAVERESHCHAGI2ILYAVERESHCHAGI2"),
    DemoLogin("Антон Петров", "anton@meridian.example", "anton-admin", "ANTONPETROVDEMO2ANTONPETROVDEMO2"),
)
"""The staff of the story. Their second factor is a documented secret; README says how to make its codes."""


@cache
def get() -> Settings:
    """Return the settings of this process."""
    return Settings()


@cache
def _keyring(home: Path, given: str) -> Keyring:
    if given:
        return Keyring(bytes.fromhex(given))
    file = home / "keys" / "master"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.parent.mkdir(exist_ok=True, mode=0o700)
        try:
            with open(file, "x", opener=_private) as fresh:
                fresh.write(random.token_hex(32))
        except FileExistsError:
            pass
    return Keyring(bytes.fromhex(file.read_text().strip()))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
