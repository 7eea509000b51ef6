"""Logs: one JSON object a line (or plain words on a terminal), and never a cookie, a token, a code, a card's number."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Final

import structlog

_SECRET_NAMES: Final = re.compile(r"cookie|authorization|password|secret|token|^code$", re.IGNORECASE)
_SECRET_TEXT: Final = (
    (re.compile(r"(?i)(['\"]?(?:set-)?cookie['\"]?\s*[:=]\s*)(['\"])(?:(?!\2).)*\2"), r"\1\2…\2"),
    (re.compile(r"(?i)((?:set-)?cookie\s*[:=]\s*)[^\s'\"][^\r\n'\"]*"), r"\1…"),
    (re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?)(?:bearer\s+)?[^\s'\",}]+"), r"\1…"),
    (re.compile(r"(?i)(['\"](?:password|secret|token|code)['\"]\s*:\s*)(['\"])(?:(?!\2).)*\2"), r"\1\2…\2"),
    (re.compile(r"(__Host-[\w-]+=)[^;\s'\"]+"), r"\1…"),
    (re.compile(r"\bcab_[\w-]{20,}"), "cab_…"),
    (re.compile(r"([?&]token=)[\w-]+"), r"\1…"),
    (re.compile(r"\b(?:\d[ -]?){12,18}\d\b"), "•••• ••••"),
)
"""Reflex logs the headers of an event that it does not know, cookies included."""


def configure(*, plain: bool = False) -> None:
    """Send every log line of the process, ours and everybody's, through one formatter that keeps secrets out."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Any = (
        structlog.dev.ConsoleRenderer(colors=False) if plain else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # The server of the sockets and granian bring handlers of their own, which would go past the formatter.
    for name in list(root.manager.loggerDict):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for noisy in ("httpx", "httpcore", "dbos", "alembic", "asyncio", "engineio", "socketio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def redact(_logger: Any, _name: str, line: dict[str, Any]) -> dict[str, Any]:
    """Blank what nobody may read in a log, by the name of its field and by its look; keep one event on one line."""
    return {name: _clean(name, value) for name, value in line.items()}


def _clean(name: str, value: Any) -> Any:
    if _SECRET_NAMES.search(name):
        return "…"
    if isinstance(value, dict):
        return {inner: _clean(str(inner), given) for inner, given in value.items()}
    if not isinstance(value, str):
        return value
    for pattern, instead in _SECRET_TEXT:
        value = pattern.sub(instead, value)
    return value
