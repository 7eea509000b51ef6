"""Sign-in, sign-up, recovery, sign-out: native forms, because only a route can set a cookie scripts cannot read."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cabinet import identity, settings, throttle, wiring
from cabinet.api import forms
from cabinet.db import in_reading, in_transaction
from cabinet.domain import staff
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import contacts, entry, pendings, sessions
from cabinet.kit import clock, i18n, passwords, secrets
from cabinet.kit.errors import Refusal
from cabinet.models.security import PendingKind

router = APIRouter(include_in_schema=False)

PASSWORD: Final = passwords.LENGTH_MAX * 4
LOGIN: Final = contacts.LENGTH_MAX
NAME: Final = 200
CODE: Final = 20
TICKET_SECONDS: Final = pendings.PENDING_MINUTES * 60


@router.post("/auth/sign-in")
async def sign_in(request: Request) -> Response:
    """Check the password and open a session; every refusal says the same."""
    form = await forms.read(request, login=LOGIN, password=PASSWORD, trust=10, next=500)
    client = forms.client(request)
    guest = Actor.guest(client.address)
    try:
        throttle.take("sign_in.address", client.address)
        known = await in_reading(entry.account_of, guest, form["login"])
        await _check(form["password"], known.password_hash, client, known.person_id or form["login"], known.addresses)
        if known.person_id is None:
            raise entry.SignInRefused()
        opened = await in_transaction(
            entry.sign_in, guest, known.person_id, client, trusted=form["trust"] == "on", now=clock.now()
        )
    except Refusal as refusal:
        if isinstance(refusal, entry.SignInRefused):
            await in_transaction(entry.refused, guest, known.person_id, now=clock.now())
        return forms.refuse(_with_next("/sign-in", form["next"]), refusal, login=form["login"])
    if known.password_hash and passwords.outdated(known.password_hash):
        fresh = await forms.slowly(passwords.hash_, form["password"])
        await in_transaction(entry.rehash, guest, known.person_id, known.password_hash, fresh, now=clock.now())
    return _signed_in(forms.local_path(form["next"]), opened)


@router.post("/auth/sign-out")
async def sign_out(request: Request) -> Response:
    """End the customer's session; the socket dies with it."""
    who = await _who(request)
    if who.customer is not None:
        await in_transaction(sessions.end, who.customer_actor, who.customer.session_id, now=clock.now())
        identity.forget(who.customer.subject_id)
    return _left("/sign-in", identity.CUSTOMER_COOKIE)


@router.post("/auth/sign-up")
async def sign_up(request: Request) -> Response:
    """Start a sign-up: the answer is the same whether the contact is known or not."""
    form = await forms.read(
        request,
        contact=LOGIN,
        family_name=NAME,
        given_name=NAME,
        password=PASSWORD,
        terms=10,
        personal_data=10,
    )
    who = await _who(request)
    typed = {name: form[name] for name in ("contact", "family_name", "given_name")}
    try:
        contact = contacts.read(form["contact"])
        words = (form["family_name"], form["given_name"], settings.get().brand, form["contact"].partition("@")[0])
        entry.check_password(form["password"], *words)
        throttle.take("sign_up.address", who.address)
        applicant = entry.Applicant(
            contact=contact,
            family_name=form["family_name"],
            given_name=form["given_name"],
            agreed=[purpose for purpose in entry.PURPOSES if form[purpose] == "on"],
            locale=who.locale,
        )
        hashed = await forms.slowly(passwords.hash_, form["password"])
        begun = await in_transaction(
            entry.begin_sign_up,
            Actor.guest(who.address),
            applicant,
            hashed,
            channels=wiring.channels(),
            now=clock.now(),
        )
    except Refusal as refusal:
        return forms.refuse("/sign-up", refusal, **typed)
    return _ticketed("/sign-up/code", begun.ticket)


@router.post("/auth/sign-up/confirm")
async def confirm_sign_up(request: Request) -> Response:
    """Spend the code and open the cabinet."""
    form = await forms.read(request, code=CODE)
    client = forms.client(request)
    try:
        throttle.take("code.address", client.address)
        opened = await in_transaction(
            entry.finish_sign_up,
            Actor.guest(client.address),
            _ticket(request),
            form["code"],
            client,
            zone=settings.get().zone,
            keyring=settings.get().keyring,
            now=clock.now(),
        )
    except Refusal as refusal:
        return forms.refuse(_code_or_start("sign-up", refusal), refusal)
    return _signed_in("/", opened, drop_ticket=True)


@router.post("/auth/recovery")
async def recover(request: Request) -> Response:
    """Start a recovery: the answer is the same whether the contact is known or not."""
    form = await forms.read(request, contact=LOGIN)
    who = await _who(request)
    try:
        contact = contacts.read(form["contact"])
        throttle.take("recovery.address", who.address)
        begun = await in_transaction(
            entry.begin_recovery,
            Actor.guest(who.address),
            contact,
            locale=who.locale,
            channels=wiring.channels(),
            now=clock.now(),
        )
    except Refusal as refusal:
        return forms.refuse("/recovery", refusal, contact=form["contact"])
    return _ticketed("/recovery/code", begun.ticket)


@router.post("/auth/recovery/confirm")
async def confirm_recovery(request: Request) -> Response:
    """Spend the code, set the new password, end every other session."""
    form = await forms.read(request, code=CODE, password=PASSWORD)
    client = forms.client(request)
    try:
        entry.check_password(form["password"], settings.get().brand)
        throttle.take("code.address", client.address)
        hashed = await forms.slowly(passwords.hash_, form["password"])
        opened = await in_transaction(
            entry.finish_recovery,
            Actor.guest(client.address),
            _ticket(request),
            form["code"],
            hashed,
            client,
            keyring=settings.get().keyring,
            now=clock.now(),
        )
    except Refusal as refusal:
        return forms.refuse(_code_or_start("recovery", refusal), refusal)
    identity.forget_all()
    return _signed_in("/", opened, drop_ticket=True)


@router.post("/auth/{way}/resend")
async def resend(request: Request, way: str) -> Response:
    """Send the code of a sign-up or a recovery once more."""
    kinds = {"sign-up": PendingKind.sign_up, "recovery": PendingKind.recovery}
    if way not in kinds:
        return Response(status_code=404)
    actor = Actor.guest(forms.address(request))
    try:
        throttle.take("code.address", actor.address)
        await in_transaction(pendings.resend, actor, _ticket(request), kinds[way], now=clock.now())
    except Refusal as refusal:
        return forms.refuse(_code_or_start(way, refusal), refusal)
    return forms.go(f"/{way}/code")


@router.post("/auth/staff/sign-in")
async def staff_sign_in(request: Request) -> Response:
    """The first step of the staff: the password leads to the code, never further."""
    form = await forms.read(request, login=LOGIN, password=PASSWORD)
    client = forms.client(request)
    guest = Actor.guest(client.address)
    try:
        throttle.take("sign_in.address", client.address)
        known = await in_reading(staff.account_of, guest, form["login"])
        await _check(form["password"], known.password_hash, client, known.staff_id or f"staff:{form['login']}")
        if known.staff_id is None:
            raise entry.SignInRefused()
        opened = await in_transaction(staff.first_step, guest, known.staff_id, client, now=clock.now())
    except Refusal as refusal:
        if isinstance(refusal, entry.SignInRefused):
            await in_transaction(entry.refused, guest, known.staff_id, now=clock.now())
        return forms.refuse("/staff/sign-in", refusal, login=form["login"])
    response = forms.go("/staff/code")
    _set_session(response, identity.STAFF_COOKIE, opened, strict=True)
    return response


@router.post("/auth/staff/code")
async def staff_code(request: Request) -> Response:
    """The second step of the staff: the authenticator's code, each once."""
    form = await forms.read(request, code=CODE)
    client = forms.client(request)
    token = request.cookies.get(identity.STAFF_COOKIE, "")
    who = await _who(request)
    try:
        if who.staff_half is None:
            raise entry.SignInRefused()
        throttle.take("totp.account", str(who.staff_half.subject_id))
        opened = await in_transaction(
            staff.second_step,
            Actor.guest(client.address),
            token,
            form["code"],
            client,
            keyring=settings.get().keyring,
            now=clock.now(),
        )
    except Refusal as refusal:
        path = "/staff/sign-in" if isinstance(refusal, entry.SignInRefused) else "/staff/code"
        return forms.refuse(path, refusal)
    response = forms.go("/staff")
    _set_session(response, identity.STAFF_COOKIE, opened, strict=True)
    return response


@router.post("/auth/staff/invite")
async def staff_invite(request: Request) -> Response:
    """Accept an invitation: a password, the first code of the authenticator, and the link is spent."""
    form = await forms.read(request, token=100, password=PASSWORD, code=CODE)
    client = forms.client(request)
    try:
        throttle.take("code.address", client.address)
        entry.check_password(form["password"], settings.get().brand)
        hashed = await forms.slowly(passwords.hash_, form["password"])
        opened = await in_transaction(
            staff.accept_invite,
            Actor.guest(client.address),
            form["token"],
            hashed,
            form["code"],
            client,
            keyring=settings.get().keyring,
            now=clock.now(),
        )
    except Refusal as refusal:
        return forms.refuse(f"/staff/invite?token={form['token']}", refusal)
    response = forms.go("/staff")
    _set_session(response, identity.STAFF_COOKIE, opened, strict=True)
    return response


@router.post("/auth/staff/sign-out")
async def staff_sign_out(request: Request) -> Response:
    """End the staff session, or the sign-in that has made its first step only."""
    who = await _who(request)
    if who.staff_half is not None:
        await in_transaction(sessions.give_up, who.staff_actor, who.staff_half, now=clock.now())
        identity.forget(who.staff_half.subject_id)
    if who.staff is not None:
        await in_transaction(sessions.end, who.staff_actor, who.staff.session_id, now=clock.now())
        identity.forget(who.staff.subject_id)
    return _left("/staff/sign-in", identity.STAFF_COOKIE)


@router.post("/preferences/locale")
async def choose_locale(request: Request) -> Response:
    """Remember the language in this browser, for guests too."""
    form = await forms.read(request, locale=5, next=500)
    response = forms.go(forms.local_path(form["next"]))
    chosen = i18n.known(form["locale"])
    response.set_cookie(
        identity.LOCALE_COOKIE, chosen, max_age=365 * 24 * 3600, path="/", httponly=True, samesite="lax", secure=True
    )
    return response


def _left(path: str, cookie: str) -> Response:
    """Go to the sign-in without the cookie, and with nothing of the session left in the browser's cache."""
    response = forms.go(path)
    forms.drop_cookie(response, cookie)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


async def _check(
    password: str,
    hashed: str | None,
    client: sessions.Client,
    account: object,
    addresses: frozenset[str] = frozenset(),
) -> None:
    """Verify in the same time for everyone, and count failures (security.md 4.5).

    Failures from everywhere close an account for networks that it has never been seen in; where its owner signs in
    from usually, only failures made there count, so nobody can lock him out. They are looked at once more after the
    password: of many guesses at once, all begin before the first has failed.
    """
    key, network = secrets.digest(str(account)), throttle.network(client.address)
    at_home = network in {throttle.network(address) for address in addresses}

    def refuse_closed() -> None:
        if not throttle.left("sign_in.account_network", key, network):
            raise throttle.TooOften()
        if not at_home and not throttle.left("sign_in.account", key):
            raise throttle.TooOften()

    refuse_closed()
    right = await forms.slowly(passwords.verify, password, hashed)
    refuse_closed()
    if right:
        return
    throttle.allowed("sign_in.account_network", key, network)
    throttle.allowed("sign_in.account", key)
    raise entry.SignInRefused()


async def _who(request: Request) -> identity.Identity:
    return await identity.of(request.headers.get("cookie", ""), forms.address(request))


def _ticket(request: Request) -> str:
    ticket = request.cookies.get(identity.TICKET_COOKIE, "")
    if not ticket:
        raise pendings.PendingOver()
    return ticket


def _ticketed(path: str, ticket: str) -> RedirectResponse:
    response = forms.go(path)
    forms.set_cookie(response, identity.TICKET_COOKIE, ticket, seconds=TICKET_SECONDS)
    return response


def _signed_in(path: str, opened: sessions.Opened, *, drop_ticket: bool = False) -> RedirectResponse:
    response = forms.go(path)
    _set_session(response, identity.CUSTOMER_COOKIE, opened)
    forms.drop_cookie(response, identity.FLASH_COOKIE)
    if drop_ticket:
        forms.drop_cookie(response, identity.TICKET_COOKIE)
    return response


def _set_session(response: Response, name: str, opened: sessions.Opened, *, strict: bool = False) -> None:
    seconds = int((opened.expires_at - clock.now()).total_seconds())
    forms.set_cookie(response, name, opened.token, seconds=seconds, strict=strict)


def _with_next(path: str, wanted: str) -> str:
    following = forms.local_path(wanted)
    return path if following == "/" else f"{path}?{urlencode({'next': following})}"


def _code_or_start(way: str, refusal: Refusal) -> str:
    return f"/{way}" if isinstance(refusal, pendings.PendingOver) else f"/{way}/code"
