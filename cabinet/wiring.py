"""The only chooser of concrete gateways, by the settings."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from cabinet import db, identity, settings
from cabinet.domain.base.ports import Files, Mailbox, MailGateway, Network, PaymentProvider, Scanner, SmsGateway
from cabinet.integrations.bell import LocalBell, RedisBell
from cabinet.integrations.files import LocalFiles
from cabinet.integrations.imap import ImapMailbox
from cabinet.integrations.media import ArticleMedia
from cabinet.integrations.network import SimulatedNetwork
from cabinet.integrations.phone import PhoneMail, PhoneMailbox, PhoneSms
from cabinet.integrations.sandbox import SandboxProvider
from cabinet.integrations.scanning import ClamScanner, SampleScanner
from cabinet.integrations.smsc import SmscSms
from cabinet.integrations.smtp import SmtpMail
from cabinet.kit.errors import GatewayError

DEMO_REPLIES: Final = "support@meridian.example"
"""Where the demonstration's phones send their replies: a mailbox on the same page."""


@cache
def bell() -> LocalBell:
    """Return the process's bell; through Redis it rings in every other process too."""
    url = settings.get().redis_url
    return RedisBell(url) if url else LocalBell()


def can_pay() -> bool:
    """Tell whether anything can be paid online."""
    return settings.get().payments != "none"


def channels() -> frozenset[str]:
    """Return by which channels codes can travel in this installation."""
    return frozenset({"email"} if settings.get().sms == "none" else {"email", "sms"})


@cache
def provider() -> PaymentProvider:
    """Return the acquirer. Raise `GatewayError` where there is none: callers ask `can_pay` first."""
    chosen = settings.get()
    if not can_pay():
        raise GatewayError("no acquirer is set up", permanent=True)
    return SandboxProvider(
        chosen.sandbox_url,
        key=chosen.sandbox_key.get_secret_value(),
        webhook_secret=chosen.sandbox_webhook_secret.get_secret_value(),
    )


@cache
def network() -> Network:
    """Return what switches services on and off."""
    return SimulatedNetwork()


@cache
def files() -> Files:
    """Return where what people send is kept."""
    return LocalFiles(settings.get().home / "files")


@cache
def article_media() -> ArticleMedia:
    """Return where pictures and films of articles lie: the company's own go before those that are shipped."""
    return ArticleMedia(settings.get().home / "articles", Path(__file__).parent / "operate" / "articles" / "films")


@cache
def scanner() -> Scanner:
    """Return who looks for what harms in files."""
    url = settings.get().clamav_url
    return ClamScanner(url) if url else SampleScanner()


@cache
def mail() -> MailGateway:
    """Return where mail goes."""
    chosen = settings.get()
    if chosen.mail == "smtp":
        return SmtpMail(chosen.smtp_url.get_secret_value(), chosen.mail_from)
    return PhoneMail()


@cache
def mailbox() -> Mailbox | None:
    """Return where replies come to; None where letters are answered in the cabinet only."""
    chosen = settings.get()
    if chosen.mail == "phone":
        return PhoneMailbox()
    return ImapMailbox(chosen.imap_url.get_secret_value()) if reply_address() else None


def reply_address() -> str:
    """Return the address of that mailbox, "" where there is none."""
    chosen = settings.get()
    if chosen.mail == "phone":
        return chosen.mail_replies or DEMO_REPLIES
    return chosen.mail_replies if chosen.imap_url.get_secret_value() else ""


@cache
def sms() -> SmsGateway:
    """Return where text messages go."""
    chosen = settings.get()
    if chosen.sms == "none":
        raise GatewayError("no SMS gateway is set up", permanent=True)
    if chosen.sms == "smsc":
        return SmscSms(chosen.smsc_login, chosen.smsc_password.get_secret_value())
    return PhoneSms()


def ring_after_commit(database: db.Database) -> None:
    """Have every commit ring the bell for whom it concerns; sessions that changed are looked up anew."""
    database.hooks.after_commit = _ring


def _ring(rings: list[tuple[UUID, str]]) -> None:
    for person_id, topic in rings:
        if topic == "sessions":
            identity.forget(person_id)
        bell().ring(person_id, topic)
