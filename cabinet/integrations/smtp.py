"""Mail through an SMTP server: STARTTLS on `smtp://`, TLS on `smtps://`."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from unicodedata import category
from urllib.parse import unquote, urlsplit

import aiosmtplib

from cabinet.domain.base.ports import Letter
from cabinet.kit.errors import GatewayError

TIMEOUT_SECONDS = 20
_PERMANENT_FROM = 500
_BREAKS = {"Cc", "Zl", "Zp"}
"""Signs that could begin a header of their own."""


class SmtpMail:
    """`MailGateway` over SMTP. The key of a letter becomes its Message-ID, so a repeat is recognised on the way.

    What a server says of a failure may name the person, so an error keeps its code and nothing else.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.tls = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.tls else 587)
        self.username = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password) if parts.password else None
        self.local = self.host in ("localhost", "127.0.0.1")
        self.sender = sender

    async def send(self, letter: Letter) -> str:
        try:
            message = self.message(letter)
        except (ValueError, IndexError):
            raise GatewayError("SMTP: no address", permanent=True) from None
        try:
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self.username,
                password=self.password,
                use_tls=self.tls,
                start_tls=not (self.tls or (self.local and not self.username)),
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPAuthenticationError as error:
            # It is our login that is wrong, not the letter: somebody will correct the settings.
            raise GatewayError(f"SMTP {error.code}", permanent=False) from None
        except aiosmtplib.SMTPResponseException as error:
            raise GatewayError(f"SMTP {error.code}", permanent=error.code >= _PERMANENT_FROM) from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            permanent = all(refused.code >= _PERMANENT_FROM for refused in error.recipients)
            raise GatewayError("SMTP: recipient refused", permanent=permanent) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise GatewayError(f"SMTP: {type(error).__name__}", permanent=False) from None
        return str(message["Message-ID"])

    def message(self, letter: Letter) -> EmailMessage:
        """Return the letter as a message: text, HTML beside it, files."""
        message = EmailMessage()
        name, address = parseaddr(self.sender)
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = "".join(" " if category(sign) in _BREAKS else sign for sign in letter.subject)
        if letter.reply_to:
            message["Reply-To"] = Address(addr_spec=letter.reply_to)
        message["Message-ID"] = f"<{letter.key}@{address.partition('@')[2] or 'localhost'}>"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        for file in letter.files:
            main, _, sub = file.media_type.partition("/")
            message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        return message
