"""Sending messages: read, make the words, call the gateway, write down what came of it (1.3)."""

from __future__ import annotations

from uuid import UUID

from cabinet import db, settings, wiring
from cabinet.domain import chat, notifications, receipts, tickets
from cabinet.domain.base import confirmations
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import File
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError
from cabinet.models.notifications import Channel, Delivery, DeliveryStatus
from cabinet.reports import chat as chat_files
from cabinet.reports import letters
from cabinet.reports import receipts as receipt_files

SENDER = Actor.system("notifications")


async def deliver(event: notifications.DeliveryQueued) -> None:
    """Send one message. A failure is written down and tried again; a permanent one is given up."""
    delivery = await db.in_reading(notifications.taken, SENDER, event.delivery_id)
    if delivery is None:
        return
    code = await _code(delivery.challenge_id) if delivery.challenge_id else None
    if delivery.challenge_id and code is None:
        await _not_sent(delivery, "the code is spent or void", permanent=True)
        return
    try:
        vendor_ref = await _send(delivery, code)
    except GatewayError as error:
        if await _not_sent(delivery, str(error), permanent=error.permanent) is DeliveryStatus.queued:
            raise
        return
    await db.in_transaction(notifications.sent, SENDER, delivery.id, vendor_ref, now=clock.now())


async def _send(delivery: Delivery, code: letters.Code | None) -> str:
    today = clock.day_of(clock.now(), settings.get().zone)
    if delivery.channel is Channel.sms:
        return await wiring.sms().send(letters.text_message(delivery, today=today, code=code))
    files = await _files(delivery)
    reply_to, said = await _thread(delivery)
    made = letters.letter(delivery, today=today, code=code, files=files, reply_to=reply_to, said=said)
    return await wiring.mail().send(made)


async def _thread(delivery: Delivery) -> tuple[str, str]:
    """Return where a reply goes and what the staff has written, of a letter about a ticket."""
    kind, _, name = delivery.answers.partition(":")
    if kind != "ticket":
        return "", ""
    ticket_id, _, message_id = name.partition(":")
    said = await db.in_reading(tickets.said, SENDER, UUID(ticket_id), int(message_id))
    base = wiring.reply_address()
    return tickets.letter_address(settings.get().keyring, base, UUID(ticket_id)) if base else "", said


async def _files(delivery: Delivery) -> list[File]:
    kind, _, name = delivery.attachment.partition(":")
    if kind == "receipt":
        found = await db.in_reading(receipts.receipt, SENDER, UUID(name))
        return [receipt_files.pdf(found, delivery.locale)]
    if kind == "transcript":
        talk = await db.in_reading(chat.whole, SENDER, UUID(name), now=clock.now())
        return [chat_files.transcript(talk, delivery.locale)]
    return []


async def _not_sent(delivery: Delivery, error: str, *, permanent: bool) -> DeliveryStatus:
    return await db.in_transaction(
        notifications.not_sent, SENDER, delivery.id, error, permanent=permanent, now=clock.now()
    )


async def _code(challenge_id: UUID) -> letters.Code | None:
    challenge = await db.in_reading(confirmations.to_send, SENDER, challenge_id, now=clock.now())
    if challenge is None:
        return None
    code = confirmations.code_of(challenge, settings.get().keyring)
    return letters.Code(code, confirmations.facts(challenge))
