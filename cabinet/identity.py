"""Who the cookies belong to: the one look-up behind the guard of events and the routes of the API.

A look-up is remembered for two seconds at most, so that a click does not cost a query and a revocation takes effect at
once in this process (`forget`) and within two seconds in any other.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from typing import Final
from uuid import UUID

from cabinet import settings
from cabinet.db import in_reading, in_transaction
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import sessions
from cabinet.kit import clock, i18n, secrets
from cabinet.kit.errors import Refusal
from cabinet.models.security import SessionKind

CUSTOMER_COOKIE: Final = "__Host-cabinet"
STAFF_COOKIE: Final = "__Host-cabinet-staff"
TICKET_COOKIE: Final = "__Host-cabinet-ticket"
"""Names a sign-up or a recovery under way."""
FLASH_COOKIE: Final = "__Host-cabinet-flash"
"""Carries the refusal of a form over the redirect, signed, for a minute."""
LOCALE_COOKIE: Final = "cabinet-locale"

REMEMBER_SECONDS: Final = 2.0
REMEMBERED_MAX: Final = 20_000
HEADERS_MAX: Final = 2_000
"""How many Cookie headers are kept as they were read."""
HEADER_LENGTH_MAX: Final = 8_192
_FLASH: Final = "flash"

_remembered: dict[str, tuple[float, sessions.Found | None]] = {}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: as a customer, as staff, both or neither; from where; in which language."""

    customer: sessions.Found | None
    staff: sessions.Found | None
    staff_half: sessions.Found | None
    address: str
    locale: str

    @property
    def owner(self) -> str:
        """Whose the state of a tab is: it is reset when this changes."""
        return "|".join(str(found.session_id) if found else "" for found in (self.customer, self.staff))

    @property
    def customer_actor(self) -> Actor:
        """The customer, or a guest."""
        return self.customer.actor(self.address) if self.customer else Actor.guest(self.address)

    @property
    def staff_actor(self) -> Actor:
        """The staff member, or a guest."""
        return self.staff.actor(self.address) if self.staff else Actor.guest(self.address)


NOBODY: Final = Identity(None, None, None, "", i18n.DEFAULT_LOCALE)


def cookies(header: str) -> dict[str, str]:
    """Read a Cookie header; what cannot be read is as if it were not there."""
    if not header or len(header) > HEADER_LENGTH_MAX:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


async def of(header: str, address: str) -> Identity:
    """Return who sent the Cookie header."""
    sent = _sent(header)
    customer = await _found(*sent.customer) if sent.customer else None
    staff = await _found(*sent.staff) if sent.staff else None
    if customer is not None and customer.kind is not SessionKind.customer:
        customer = None
    whole = staff if staff is not None and staff.kind is SessionKind.staff else None
    half = staff if staff is not None and staff.kind is SessionKind.staff_half else None
    subject = customer or whole
    locale = i18n.known(sent.locale or (subject.locale if subject else None))
    return Identity(customer, whole, half, address, locale)


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a Cookie header says of who sent it: the tokens with their digests, the chosen language."""

    customer: tuple[str, str] | None
    staff: tuple[str, str] | None
    locale: str


@lru_cache(maxsize=HEADERS_MAX)
def _sent(header: str) -> _Sent:
    # An open tab sends the same header with every event, and reading one costs more than all the rest of the guard.
    sent = cookies(header)
    tokens = [sent.get(name, "") for name in (CUSTOMER_COOKIE, STAFF_COOKIE)]
    customer, staff = [(token, secrets.digest(token)) if token else None for token in tokens]
    return _Sent(customer, staff, sent.get(LOCALE_COOKIE, ""))


@dataclass(frozen=True, slots=True)
class Flash:
    """What a form's last answer was: the refusal's code and details, what was typed, for which page."""

    path: str
    code: str
    details: Mapping[str, str | int]
    typed: Mapping[str, str]


def pack_flash(path: str, refusal: Refusal, typed: Mapping[str, str]) -> str:
    """Write a flash for a cookie, signed: nobody else can put words on our pages."""
    flash = {
        "path": path,
        "code": refusal.code,
        "details": {name: _plain(value) for name, value in refusal.details.items()},
        "typed": {name: value[:254] for name, value in typed.items()},
    }
    packed = base64.urlsafe_b64encode(json.dumps(flash).encode()).decode()
    return f"{packed}.{settings.get().keyring.sign(_FLASH, packed)}"


def flash(sent: Mapping[str, str]) -> Flash | None:
    """Read the flash among the cookies; None when there is none, or it is not ours."""
    packed, _, signature = sent.get(FLASH_COOKIE, "").partition(".")
    if not packed or not secrets.same(settings.get().keyring.sign(_FLASH, packed), signature):
        return None
    return Flash(**json.loads(base64.urlsafe_b64decode(packed)))


def forget(subject_id: UUID) -> None:
    """Drop what is remembered of a person's or a staff member's sessions."""
    for digest, (_, found) in list(_remembered.items()):
        if found is not None and found.subject_id == subject_id:
            _remembered.pop(digest, None)


def forget_all() -> None:
    """Drop everything that is remembered."""
    _remembered.clear()


def _plain(value: object) -> str | int:
    return value if isinstance(value, int | str) else str(value)


async def _found(token: str, digest: str) -> sessions.Found | None:
    known = _remembered.get(digest)
    now = clock.now()
    if known is not None and time.monotonic() - known[0] < REMEMBER_SECONDS:
        return known[1] if known[1] is not None and known[1].alive(now) else None
    found = await in_reading(sessions.find, token, now=now)
    if found is not None and found.last_seen_at < now - timedelta(seconds=sessions.SEEN_EVERY_SECONDS):
        await in_transaction(sessions.touch, found.session_id, now=now)
        found = await in_reading(sessions.find, token, now=now)
    if len(_remembered) >= REMEMBERED_MAX:
        _remembered.clear()
    _remembered[digest] = (time.monotonic(), found)
    return found
