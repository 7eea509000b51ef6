"""The door of every event: default deny (design.md section 7, security.md section 5).

Every public method of a State is an endpoint that anyone can call with anything. A handler therefore says who may
call it by one of three decorators, and the guard refuses what says nothing. It also checks the payload against the
handler's annotations, strictly; counts deeds that have a limit; resets a tab's state when its owner changes; and writes
denials to the audit journal. The deed itself checks the actor once more: the guard is the door, the actor is the lock.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final

import reflex as rx
import structlog
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from reflex.state import StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegisteredEventHandler, RegistrationContext
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from cabinet import identity, throttle
from cabinet.db import in_transaction
from cabinet.domain.base import access, audit
from cabinet.domain.base.actor import RightMissing, SignInNeeded
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Invalid
from cabinet.state import live
from cabinet.state.base import NoticeState, SessionState, asker, connection

log = structlog.get_logger("guard")

TEXT_LENGTH_MAX: Final = 10_000
FIELDS_MAX: Final = 160
"""How many entries a form may send. Reflex sends a field that has an id twice, by its name and by its id."""
INTEGER_MAX: Final = 2**63 - 1
PARTS_MAX: Final = 500
"""How many hashes of parts of its state a page may send when it connects."""
PAGE_ERROR: Final = "handle_frontend_exception"
PAGE_ERROR_LENGTH_MAX: Final = 2_000
_MARK: Final = "_cabinet_access"

_Handler = Callable[..., Any]


class PayloadWrong(Invalid):
    code = "guard.payload_wrong"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a handler: anyone, a customer, or staff with a permission; and how often."""

    audience: str
    permission: str = ""
    limit: str = ""


def public(fn: _Handler) -> Any:
    """Let anyone call the handler, signed in or not."""
    return _declare(fn, Access("public"))


def customer(fn: _Handler | None = None, *, limit: str = "", **event: Any) -> Any:
    """Let a signed-in customer call the handler; `limit` names a row of `throttle.LIMITS`."""
    if fn is not None:
        return _declare(fn, Access("customer", limit=limit), **event)
    return lambda given: _declare(given, Access("customer", limit=limit), **event)


def staff(permission: str, *, limit: str = "", **event: Any) -> Any:
    """Let staff whose role has the permission call the handler."""
    if permission not in access.PERMISSIONS:
        raise ValueError(f"no such permission: {permission}")
    return lambda given: _declare(given, Access("staff", permission, limit), **event)


def declared(registered: RegisteredEventHandler) -> Access | None:
    """Return what a handler says of itself; None when it says nothing."""
    return getattr(registered.handler.fn, _MARK, None)


def ours(registered: RegisteredEventHandler) -> bool:
    """Tell whether the handler is the cabinet's own, not one that Reflex brings for its plumbing."""
    return bool(registered.states) and registered.states[0].__module__.startswith("cabinet.")


class Guard(rx.Middleware):
    """Runs before every event: chained, background and loading ones included."""

    async def preprocess(self, app: rx.App, state: rx.State, event: Event) -> StateUpdate | None:  # type: ignore[override]
        registered = RegistrationContext.get().event_handlers.get(event.name)
        if registered is None:
            return StateUpdate()
        who = await asker(state)
        live.hold(connection(state).session_id, who)
        await _hand_over(state, who)
        if not ours(registered):
            return await _plumb(state, event, who)
        wanted = declared(registered)
        refusal = _refusal(wanted, who)
        if refusal is None and not _fits(_shape(registered.handler.fn), event.payload):
            refusal = PayloadWrong.code
        if refusal is None and wanted is not None and wanted.limit:
            subject = who.staff if wanted.audience == "staff" else who.customer
            if not throttle.allowed(wanted.limit, str(subject.subject_id if subject else who.address)):
                refusal = throttle.TooOften.code
        return None if refusal is None else await _deny(state, event, wanted, who, refusal)


def _declare(fn: _Handler, wanted: Access, **event: Any) -> Any:
    setattr(fn, _MARK, wanted)
    return rx.event(fn, **event)


async def _plumb(state: rx.State, event: Event, who: identity.Identity) -> StateUpdate | None:
    """Let through what Reflex needs for itself, in the shape that its pages send; `setvar` and its like stay outside.

    What a page complains of is written down here and goes no further: Reflex would answer with a script to evaluate.
    """
    wanted = _PLUMBING.get(event.name.rpartition(".")[2])
    if wanted is None:
        return await _deny(state, event, None, who, RightMissing.code)
    if not _fits(wanted, event.payload):
        return await _deny(state, event, None, who, PayloadWrong.code)
    if not event.name.endswith(f".{PAGE_ERROR}"):
        await _note_visit(state, event)
        return None
    if throttle.allowed("page_error", who.address):
        log.error("a page broke", error=str(event.payload["info"])[:PAGE_ERROR_LENGTH_MAX], address=who.address)
    return StateUpdate()


async def _note_visit(state: rx.State, event: Event) -> None:
    """Tell a page that is opened or come to from one whose socket has come back: there all stays as it was.

    Only the first socket of a page brings hashes: the second has no defaults to compare with any more.
    """
    name = event.name.rpartition(".")[2]
    session = await state.get_state(SessionState)
    if name == "hydrate_and_load":
        session._connected(first=bool(event.payload.get("hashes")))
    elif name == "on_load_internal":
        session._loads()


async def _hand_over(state: rx.State, who: identity.Identity) -> None:
    """Reset a tab's state when another person, or nobody, sits before it now."""
    session = await state.get_state(SessionState)
    if session._owner != who.owner:
        if session._owner is not None:
            state._get_root_state().reset()
            live.detach(connection(state).client_token)
        session._owner = who.owner


def _refusal(wanted: Access | None, who: identity.Identity) -> str | None:
    match wanted:
        case Access("public"):
            return None
        case Access("customer"):
            return None if who.customer else SignInNeeded.code
        case Access("staff", permission):
            if who.staff is None or who.staff.role is None:
                return SignInNeeded.code
            return None if access.permitted(who.staff.role, permission) else RightMissing.code
    return RightMissing.code


async def _deny(
    state: rx.State, event: Event, wanted: Access | None, who: identity.Identity, refusal: str
) -> StateUpdate:
    """Refuse, say why in the tab, and write it down once a minute for each who and what."""
    actor = who.staff_actor if wanted is not None and wanted.audience == "staff" else who.customer_actor
    handler = event.name.rpartition("____")[2]
    log.warning("event denied", handler=handler, actor=actor.label, address=who.address, reason=refusal)
    if throttle.allowed("denied", actor.label, who.address, handler):
        noted = {"object_type": "handler", "object_id": handler[:60], "why": refusal}
        await in_transaction(audit.write, actor, "access.denied", now=clock.now(), **noted)
    session = await state.get_state(SessionState)
    if refusal == SignInNeeded.code:
        session.session_over = "staff" if wanted is not None and wanted.audience == "staff" else "customer"
    else:
        notices = await state.get_state(NoticeState)
        notices._say("bad", i18n.text(who.locale, refusal))
    root = state._get_root_state()
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta)


_Text = Annotated[str, StringConstraints(max_length=TEXT_LENGTH_MAX, pattern=r"^[^\x00]*$")]
"""PostgreSQL keeps no zero character; no field of a page makes one."""
_Integer = Annotated[int, Field(ge=-INTEGER_MAX, le=INTEGER_MAX)]
_STRICT: Final = ConfigDict(strict=True, str_max_length=TEXT_LENGTH_MAX)
_Shape = dict[str, tuple[TypeAdapter[Any], bool]]
"""A handler's parameters: a strict adapter each, and whether it may be left out."""


@cache
def _shape(fn: _Handler) -> _Shape:
    hints = typing.get_type_hints(fn, include_extras=True)
    return {
        name: (_adapter(hints[name]), parameter.default is not inspect.Parameter.empty)
        for name, parameter in list(inspect.signature(fn).parameters.items())[1:]
    }


def _adapter(hint: Any) -> TypeAdapter[Any]:
    bounded = {str: _Text, int: _Integer, dict[str, str]: dict[_Text, _Text]}
    return TypeAdapter(bounded.get(hint, hint), config=_STRICT)


_NOTHING = Annotated[dict[str, str], Field(max_length=0)]
_WORDS: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, Field(strict=True)])
"""As long as a frame may be: of a page's error only the beginning is kept."""
_PLUMBING: Final[dict[str, _Shape]] = {
    "hydrate": {},
    "hydrate_and_load": {
        "vars": (_adapter(_NOTHING | None), True),
        "hashes": (_adapter(Annotated[list[_Text], Field(max_length=PARTS_MAX)] | None), True),
    },
    "on_load_internal": {},
    "set_is_hydrated": {"value": (_adapter(bool), False)},
    PAGE_ERROR: {"info": (_WORDS, False), "component_stack": (_WORDS, False)},
}
"""Reflex's own handlers that pages call. No state keeps anything in the browser's storage, so no page sends `vars`."""


def _fits(shape: _Shape, payload: Any) -> bool:
    if not isinstance(payload, dict) or set(payload) - set(shape):
        return False
    for name, (adapter, optional) in shape.items():
        if name not in payload:
            if optional:
                continue
            return False
        try:
            value = _form(payload[name])
            if isinstance(value, dict) and len(value) > FIELDS_MAX:
                return False
            adapter.validate_python(value)
        except (ValidationError, ValueError, TypeError, RecursionError):
            return False
    return True


def _form(value: Any) -> Any:
    """Read a submitted form as its handler will: Reflex sends it as a list of [name, value], the last one counts."""
    if not isinstance(value, dict) or FORM_DATA_ENTRIES_KEY not in value:
        return value
    entries = value[FORM_DATA_ENTRIES_KEY]
    if len(value) > 1 or not isinstance(entries, list) or len(entries) > FIELDS_MAX:
        raise ValueError("a form of another shape")
    return dict(entries)
