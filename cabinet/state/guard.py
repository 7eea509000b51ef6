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
from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError
from reflex.state import StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegisteredEventHandler, RegistrationContext
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from cabinet import identity, throttle
from cabinet.db import in_transaction
from cabinet.domain.base import access, audit
from cabinet.kit import clock, i18n
from cabinet.state.base import NoticeState, SessionState

log = structlog.get_logger("guard")

TEXT_LENGTH_MAX: Final = 10_000
FIELDS_MAX: Final = 60
_MARK: Final = "_cabinet_access"

_Handler = Callable[..., Any]


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
        who = await identity.of(state.router.headers.cookie, state.router.session.client_ip)
        await _hand_over(state, who)
        if not ours(registered):
            return None if _plumbing(event.name) else StateUpdate()
        wanted = declared(registered)
        refusal = _refusal(wanted, who)
        if refusal is None and not _fits(registered, event.payload):
            refusal = "guard.payload_wrong"
        if refusal is None and wanted is not None and wanted.limit:
            subject = who.staff if wanted.audience == "staff" else who.customer
            if not throttle.allowed(wanted.limit, str(subject.subject_id if subject else who.address)):
                refusal = throttle.TooOften.code
        return None if refusal is None else await _deny(state, event, wanted, who, refusal)


def _declare(fn: _Handler, wanted: Access, **event: Any) -> Any:
    setattr(fn, _MARK, wanted)
    return rx.event(fn, **event)


def _plumbing(name: str) -> bool:
    """Let through what Reflex itself needs; `setvar` and its like stay outside."""
    return name.rpartition(".")[2] in {
        "hydrate",
        "hydrate_and_load",
        "on_load_internal",
        "update_vars_internal",
        "set_is_hydrated",
    }


async def _hand_over(state: rx.State, who: identity.Identity) -> None:
    """Reset a tab's state when another person, or nobody, sits before it now."""
    session = await state.get_state(SessionState)
    if session._owner != who.owner:
        if session._owner is not None:
            state._get_root_state().reset()
        session._owner = who.owner


def _refusal(wanted: Access | None, who: identity.Identity) -> str | None:
    match wanted:
        case Access("public"):
            return None
        case Access("customer"):
            return None if who.customer else "access.sign_in_needed"
        case Access("staff", permission):
            if who.staff is None or who.staff.role is None:
                return "access.sign_in_needed"
            return None if access.permitted(who.staff.role, permission) else "access.right_missing"
    return "access.right_missing"


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
    if refusal == "access.sign_in_needed":
        session.session_over = "staff" if wanted is not None and wanted.audience == "staff" else "customer"
    else:
        notices = await state.get_state(NoticeState)
        notices._say("bad", i18n.text(who.locale, refusal))
    root = state._get_root_state()
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta)


_Text = Annotated[str, StringConstraints(max_length=TEXT_LENGTH_MAX)]
_STRICT: Final = ConfigDict(strict=True, str_max_length=TEXT_LENGTH_MAX)


@cache
def _shape(fn: _Handler) -> dict[str, tuple[TypeAdapter[Any], bool]]:
    """Return the handler's parameters: a strict adapter each, and whether it may be left out."""
    hints = typing.get_type_hints(fn, include_extras=True)
    shape = {}
    for name, parameter in list(inspect.signature(fn).parameters.items())[1:]:
        hint = _bounded(hints[name])
        shape[name] = (TypeAdapter(hint, config=_STRICT), parameter.default is not inspect.Parameter.empty)
    return shape


def _bounded(hint: Any) -> Any:
    if hint is str:
        return _Text
    if hint == dict[str, str]:
        return dict[_Text, _Text]
    return hint


def _fits(registered: RegisteredEventHandler, payload: dict[str, Any]) -> bool:
    shape = _shape(registered.handler.fn)
    if set(payload) - set(shape) or len(payload) > FIELDS_MAX:
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
