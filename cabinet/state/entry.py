"""The pages before sign-in: what was refused, what was typed, where a code is expected (1.2)."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from cabinet import identity, settings
from cabinet.db import in_reading
from cabinet.domain import staff
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import pendings
from cabinet.kit import clock, passwords
from cabinet.kit.errors import Refusal
from cabinet.models.security import PendingKind
from cabinet.reports import qr
from cabinet.state.base import PageState
from cabinet.state.guard import public


@dataclass
class DemoLogin:
    """A sign-in of the demonstration, shown so that nobody has to read the README first."""

    name: str
    login: str
    password: str


class EntryState(PageState, rx.State):
    """One state for all forms before sign-in: only one of them is on the screen."""

    refusal: str = ""
    refusal_code: str = ""
    typed: dict[str, str] = {}
    next: str = ""
    masked: str = ""
    strength: int = -1
    """Of the password as typed: -1 nothing yet, 0 weak … 4 strong."""
    demo: list[DemoLogin] = []
    invite_token: str = ""
    invite_name: str = ""
    invite_login: str = ""
    invite_secret: str = ""
    invite_qr: str = ""

    @public
    async def load(self):
        """Show what the form's last answer was."""
        self._reset_form()
        here = await self._here()
        sent = identity.cookies(self.router.headers.cookie)
        flash = identity.flash(sent)
        if flash is not None and flash.path == self.router.url.path:
            self.refusal_code = flash.code
            self.refusal = here.phrase(flash.code, **flash.details)
            self.typed = dict(flash.typed)
        self.next = self.router.url.query_parameters.get("next", "")[:500]
        self.demo = _demo() if settings.get().demo else []
        self.ready = True

    @public
    async def load_sign_up_code(self):
        """Show where the code of the sign-up was sent."""
        await self._load_code(PendingKind.sign_up)

    @public
    async def load_recovery_code(self):
        """Show where the code of the recovery was sent."""
        await self._load_code(PendingKind.recovery)

    @public
    async def load_invite(self):
        """Show what an invited member of the staff sets up."""
        here = await self._here()
        self.invite_token = self.router.url.query_parameters.get("token", "")[:100]
        held = settings.get()
        try:
            found = await in_reading(
                staff.enrolment,
                Actor.guest(),
                self.invite_token,
                issuer=held.brand,
                keyring=held.keyring,
                now=here.now,
            )
        except Refusal as refusal:
            self.refusal_code, self.refusal = refusal.code, here.refused(refusal)
            return
        self.invite_name, self.invite_login, self.invite_secret = found.name, found.login, found.secret
        self.invite_qr = qr.data_uri(found.uri)

    @public
    async def judge(self, password: str):
        """Judge a password as it is typed, for the meter; nothing of it is kept."""
        self.strength = passwords.strength(password) if password else -1

    async def _load_code(self, kind: PendingKind) -> None:
        ticket = identity.cookies(self.router.headers.cookie).get(identity.TICKET_COOKIE, "")
        try:
            self.masked = await in_reading(pendings.waiting_at, Actor.guest(), ticket, kind, now=clock.now())
        except Refusal as refusal:
            here = await self._here()
            self.masked = ""
            self.refusal_code, self.refusal = refusal.code, here.phrase(refusal.code)

    def _reset_form(self) -> None:
        self.refusal = self.refusal_code = self.masked = self.next = ""
        self.typed = {}
        self.strength = -1


def _demo() -> list[DemoLogin]:
    return [DemoLogin(each.name, each.login, each.password) for each in settings.DEMO_CUSTOMERS]
