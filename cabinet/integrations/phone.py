"""The demonstration's phone: mail and SMS gateways that keep what they were given, shown live on a page."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet import db
from cabinet.domain.base import events
from cabinet.domain.base.ports import Came, Letter, TextMessage
from cabinet.kit import clock
from cabinet.models.notifications import Channel, PhoneLetter, PhoneMessage

FILE_BYTES_MAX = 200_000
LETTERS_MAX = 20


class PhoneMail:
    """`MailGateway` of the demonstration."""

    async def send(self, letter: Letter) -> str:
        files = [
            {
                "name": file.name,
                "media_type": file.media_type,
                "content": base64.b64encode(file.content[:FILE_BYTES_MAX]).decode(),
            }
            for file in letter.files
        ]
        message = PhoneMessage(
            key=letter.key,
            channel=Channel.email,
            address=letter.to,
            subject=letter.subject,
            body=letter.text,
            attachments=files,
            reply_to=letter.reply_to,
            at=clock.now(),
        )
        return await db.in_transaction(_keep, message)


class PhoneMailbox:
    """`Mailbox` of the demonstration: what people sent from the phone page."""

    async def fresh(self) -> Sequence[Came]:
        return await db.in_reading(_waiting)

    async def dealt_with(self, key: str, *, known: bool) -> None:
        await db.in_transaction(_tick_off, int(key))


class PhoneSms:
    """`SmsGateway` of the demonstration."""

    async def send(self, message: TextMessage) -> str:
        kept = PhoneMessage(key=message.key, channel=Channel.sms, address=message.to, body=message.text, at=clock.now())
        return await db.in_transaction(_keep, kept)


def _waiting(session: Session) -> list[Came]:
    query = select(PhoneLetter).where(~col(PhoneLetter.dealt_with)).order_by(col(PhoneLetter.id)).limit(LETTERS_MAX)
    return [Came(key=str(each.id), raw=each.raw.encode()) for each in session.scalars(query)]


def _tick_off(session: Session, letter_id: int) -> None:
    letter = session.get_one(PhoneLetter, letter_id)
    letter.dealt_with = True
    session.add(letter)


def _keep(session: Session, message: PhoneMessage) -> str:
    """Keep the message once for its key: a repeated sending is the same message, as at a real vendor."""
    known = session.scalars(select(PhoneMessage).where(col(PhoneMessage.key) == message.key)).first()
    if known is None:
        session.add(message)
        session.flush()
        events.ring(session, events.EVERYBODY, "phone")
        known = message
    return f"phone-{known.id}"
