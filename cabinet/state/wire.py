"""What goes over the socket. What comes is judged before Reflex reads it: an event of our pages, or a line in the log.

Reflex answers what it cannot read with a traceback that holds the whole of it: a password as it is being typed, too.
"""

from __future__ import annotations

from typing import Any, Final

import reflex as rx
import structlog
from reflex_base.registry import RegistrationContext

from cabinet import throttle
from cabinet.kit.i18n import MoneyText
from cabinet.reports.rows import OperationRow

log = structlog.get_logger("wire")

NAME_LENGTH_MAX: Final = 200
ADDRESS_LENGTH_MAX: Final = 2_000
QUERY_MAX: Final = 60
ROUTER: Final = ("pathname", "asPath", "query")
"""What a page says of where it stands; everything else Reflex takes from the connection itself."""
REST: Final = "splat"
"""An address that leads to no page arrives under this name, in parts; nothing else is a list."""


def strict(app: rx.App) -> None:
    """Let the app's socket take well-formed events only."""
    namespace = app.event_namespace
    assert namespace is not None
    take = namespace.on_event

    async def on_event(sid: str, data: Any) -> None:
        event = well_formed(data)
        if event is not None:
            await take(sid, event)
        elif throttle.allowed("odd_event", sid):
            log.warning("not an event of ours", name=_name(data))

    namespace.on_event = on_event  # type: ignore[method-assign]


def well_formed(data: Any) -> dict[str, Any] | None:
    """Return the event as Reflex may have it; None when no page of ours can have sent it.

    Whether the payload fits its handler, and who may call it, is the guard's to judge.
    """
    if not isinstance(data, dict):
        return None
    name, payload, router = data.get("name"), data.get("payload", {}), data.get("router_data", {})
    if not isinstance(name, str) or name not in RegistrationContext.get().event_handlers:
        return None
    if not isinstance(payload, dict) or not isinstance(router, dict):
        return None
    where = {key: router[key] for key in ROUTER if key in router}
    return {"name": name, "payload": payload, "router_data": where} if _is_place(where) else None


def _is_place(where: dict[str, Any]) -> bool:
    addresses = [where.get("pathname", "/"), where.get("asPath", "/")]
    if not all(isinstance(each, str) and len(each) <= ADDRESS_LENGTH_MAX for each in addresses):
        return False
    if not all(each.startswith("/") and not each.startswith("//") for each in addresses):
        return False
    query = where.get("query", {})
    if not isinstance(query, dict) or len(query) > QUERY_MAX:
        return False
    parts = query.get(REST, [])
    if not isinstance(parts, list) or len(parts) > QUERY_MAX:
        parts = [parts]
    values = [*parts, *(value for key, value in query.items() if key != REST)]
    return all(isinstance(value, str) and len(value) <= ADDRESS_LENGTH_MAX for value in values)


def _name(data: Any) -> str:
    name = data.get("name") if isinstance(data, dict) else None
    return name[:NAME_LENGTH_MAX] if isinstance(name, str) else ""


@rx.serializer(to=dict)
def _row(row: OperationRow) -> dict[str, Any]:
    # As Reflex does by itself, field by field: a row is sent as it stands, and there are twenty of them to a page.
    return vars(row)


@rx.serializer(to=dict)
def _money(money: MoneyText) -> dict[str, str]:
    return {"whole": money.whole, "rest": money.rest}
