"""Serving: one process with the prebuilt front end, the API and the live socket on one port."""

from __future__ import annotations

import os
import socket
from typing import Final

from granian import Granian
from granian.constants import Interfaces

from cabinet.operate.frontend import Build
from cabinet.settings import Settings

APP: Final = "cabinet.cabinet:app"


class PortBusy(Exception):
    """Somebody else listens there. The message says the way out."""


def serve(settings: Settings, build: Build) -> None:
    """Serve until told to stop. The front end is neither compiled nor built here."""
    require_free(settings.host, settings.port)
    os.environ.update(environment(build))
    Granian(
        APP,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=1,
        factory=True,
        websockets=True,
    ).serve()


def environment(build: Build) -> dict[str, str]:
    """Return what tells Reflex to serve a finished front end as it is.

    The names with two underscores are Reflex's own internals, which is why its version is pinned.
    """
    return {
        "REFLEX_WEB_WORKDIR": str(build.directory),
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }


def require_free(host: str, port: int) -> None:
    """Refuse to start on a port that is taken."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as taken:
            raise PortBusy(
                f"Port {port} is taken by another program. Stop it, or take another port: make run PORT={port + 1}"
            ) from taken
