"""The demonstration's phone: every mail, SMS and push that was sent, person by person, as it arrives."""

from __future__ import annotations

from dataclasses import dataclass, field

import reflex as rx

from cabinet import settings
from cabinet.db import in_reading
from cabinet.domain import phone
from cabinet.domain.base import events
from cabinet.kit import i18n
from cabinet.models.notifications import Channel, PhoneMessage
from cabinet.state import typed
from cabinet.state.base import TYPED_MAX, FormState, Here
from cabinet.state.guard import public
from cabinet.state.live import LiveState

ICONS = {Channel.email: "mail", Channel.sms: "message-square", Channel.push: "bell"}


@dataclass
class MessageRow:
    """A message as it arrived."""

    id: str
    icon: str
    subject: str
    body: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    when: str = ""
    answerable: bool = False


@dataclass
class OwnerRow:
    """Somebody's phone and mailbox."""

    key: str
    name: str
    soft: str
    count: int


class PhoneState(FormState, rx.State):
    """The page «Телефон». It exists in the demonstration only."""

    owners: list[OwnerRow] = []
    owner: str = ""
    messages: list[MessageRow] = []
    answered: str = ""
    """The letter that is being answered."""

    @public
    async def load(self):
        """Show whose phones there are and what the chosen one received."""
        if not settings.get().demo:
            return
        here = await self._here()
        (await self.get_state(LiveState))._attach(events.EVERYBODY)
        owners = await in_reading(phone.owners)
        self.owners = [OwnerRow(each.key, each.name, each.addresses, each.count) for each in owners]
        if self.owner not in {row.key for row in self.owners}:
            self.owner = self.owners[0].key if self.owners else ""
        received = await in_reading(phone.messages, self.owner) if self.owner else []
        self.messages = [message_row(each, here) for each in received]
        self.ready = True

    @public
    async def choose(self, key: str):
        """Look at another person's phone."""
        self.owner = key[:60]
        return PhoneState.load

    @public
    async def ask(self, key: str):
        """Begin to answer a letter, as a mail program would."""
        self.answered = key[:18]
        self._turn("reply", ("reply",))

    @public
    async def put_away(self):
        """Close the answer."""
        self.form = ""

    @public
    async def reply(self, form: dict[str, str]):
        """Send the answer to where replies to the letter go."""
        if not settings.get().demo:
            return
        here = await self._here()
        words = form.get("words", "")[:TYPED_MAX]
        await self._filed(here, here.phrase("The letter is on its way"), phone.reply, typed.key(self.answered), words)


def message_row(message: PhoneMessage, here: Here) -> MessageRow:
    """Return a message with its text cut into lines."""
    return MessageRow(
        id=str(message.id),
        icon=ICONS[message.channel],
        subject=message.subject,
        body=[line for line in message.body.splitlines() if line.strip()],
        files=[str(file["name"]) for file in message.attachments],
        answerable=bool(message.reply_to),
        when=i18n.moment_short(message.at, here.locale, here.zone, now=here.now),
    )
