"""Taking the mail: each letter is read, its files are judged, its words land in the thread that it answers (4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

import anyio.to_thread
import structlog

from cabinet import db, settings, wiring
from cabinet.domain import files, phone, tickets
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.ports import Came
from cabinet.integrations import intake
from cabinet.kit import clock, replies
from cabinet.kit.errors import GatewayError, Refusal
from cabinet.models.files import FileStatus

log = structlog.get_logger("mail")

POSTMAN: Final = Actor.system("mail")


async def take(_due: datetime) -> None:
    """Deal with what lies in the mailbox; what cannot be dealt with now, because a gateway fails, stays there."""
    mailbox = wiring.mailbox()
    if mailbox is None:
        return
    for came in await mailbox.fresh():
        try:
            await mailbox.dealt_with(came.key, known=await _deal(came))
        except GatewayError as error:
            log.warning("a letter waits", error=str(error))


async def after_sending(_event: phone.PhoneLetterSent) -> None:
    """Deal at once with what was sent from the demonstration's phone."""
    await take(clock.now())


async def _deal(came: Came) -> bool:
    """Tell whether the letter was ours to deal with: a reply to a letter about a ticket.

    What a stranger sent is not taken apart: the address that it was written to is looked at first, then its writer's.
    """
    head = replies.envelope(came.raw)
    ticket_id = tickets.letter_about(settings.get().keyring, wiring.reply_address(), head.recipients)
    if ticket_id is None:
        return False
    if head.automatic:
        return True
    claiming = partial(tickets.claim_letter, key=head.key, sender=head.sender, now=clock.now())
    claim = await db.in_transaction(claiming, POSTMAN, ticket_id)
    if claim is tickets.LetterClaim.anothers:
        raise GatewayError("another worker is at it", permanent=False)
    if claim is tickets.LetterClaim.settled:
        return True
    try:
        return await _take(ticket_id, head, came.raw)
    except GatewayError:
        await db.in_transaction(tickets.release_letter, POSTMAN, head.key)
        raise


async def _take(ticket_id: UUID, head: replies.Envelope, raw: bytes) -> bool:
    """Bring a claimed letter into its thread, or refuse it; tell whether it could be read."""
    try:
        owner = await db.in_reading(tickets.letter_writer, POSTMAN, ticket_id, head.sender)
        inside = await anyio.to_thread.run_sync(replies.content, raw)
        words = inside.said or ", ".join(name for name, _ in inside.files)
        cut = await _take_files(owner, tickets.letter_draft(head.key), inside.files)
        deed = partial(tickets.take_letter, key=head.key, sender=head.sender, cut=cut, now=clock.now())
        await db.in_transaction(deed, POSTMAN, ticket_id, words)
    except replies.Unreadable as wrong:
        log.info("a letter cannot be read", why=str(wrong))
        await db.in_transaction(tickets.release_letter, POSTMAN, head.key)
        return False
    except Refusal as refusal:
        log.info("a letter was refused", why=refusal.code)
        refuse = partial(tickets.refuse_letter, key=head.key, now=clock.now())
        await db.in_transaction(refuse, POSTMAN, ticket_id, refusal)
    return True


async def _take_files(owner: Actor, draft_id: UUID, brought: Sequence[tuple[str, bytes]]) -> int:
    """Take the letter's files into its draft; return how many were refused. Taken before a crash, they are there."""
    there = await db.in_reading(files.of_draft, owner, draft_id)
    for name, content in brought[len(there) :]:
        await intake.take(wiring.files(), wiring.scanner(), owner, draft_id, name, content)
    kept = await db.in_reading(files.of_draft, owner, draft_id)
    return len(brought) - sum(each.status is FileStatus.ready for each in kept)
