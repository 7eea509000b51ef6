"""Serving: one process with the prebuilt front end, the API and the live socket on one port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from cabinet.operate.frontend import WORKDIR, Build
from cabinet.settings import Settings

APP: Final = "cabinet.cabinet:app"
STOP_SECONDS: Final = 5.0


class PortBusy(Exception):
    """Somebody else listens there. The message says the way out."""


def run(settings: Settings, build: Build) -> None:
    """Serve until told to stop, with the sandbox acquirer beside us where the settings name it."""
    require_free(settings.host, settings.port)
    if settings.payments != "sandbox":
        serve(settings, build)
        return
    require_free("127.0.0.1", settings.sandbox_port)
    with _beside("cabinet.sandbox"):
        serve(settings, build)


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
        log_level=LogLevels.warning,
    ).serve()


def environment(build: Build) -> dict[str, str]:
    """Return what tells Reflex to serve a finished front end as it is.

    The names with two underscores are Reflex's own internals, which is why its version is pinned.
    """
    return {
        WORKDIR: str(build.directory),
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


@contextmanager
def _beside(module: str) -> Iterator[None]:
    """Keep a program of ours running beside this one: started again when it dies, ended when we end."""
    stopping = threading.Event()
    children: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stopping.is_set():
            child = subprocess.Popen([sys.executable, "-m", module])  # noqa: S603  a module of ours
            children.append(child)
            child.wait()
            stopping.wait(1.0)

    keeper = threading.Thread(target=keep, name=module, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for child in children:
            if child.poll() is None:
                child.terminate()
        keeper.join(timeout=STOP_SECONDS)
