"""Serving: one process with the prebuilt front end, the API and the live socket on one port."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Final

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from cabinet.operate.beside import Beside
from cabinet.operate.frontend import WORKDIR, Build
from cabinet.settings import Settings

APP: Final = "cabinet.cabinet:app"
PING: Final = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PING_SECONDS: Final = 0.2
STOP_SECONDS_MAX: Final = 15
"""The jobs are given ten to finish what they do; whoever is not done then is stopped, and done after the restart."""


class PortBusy(Exception):
    """Somebody else listens there. The message says the way out."""


class ServerFailed(Exception):
    """The server ended by itself. The message says the way out."""


class _Interrupt(threading.Event):
    """What Granian's main loop waits for. Setting it takes no lock, and waiting for it looks up several times a second.

    A signal may be taken by any thread of the process; its Python handler runs in the main one, which a
    `threading.Event` without a time limit lets sleep on, and a second signal within `Event.set` waits for ever.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told = False

    def is_set(self) -> bool:
        return self._told

    def set(self) -> None:
        self._told = True

    def clear(self) -> None:
        self._told = False

    def wait(self, timeout: float | None = None) -> bool:
        end = math.inf if timeout is None else time.monotonic() + timeout
        while not self._told and time.monotonic() < end:
            time.sleep(PING_SECONDS)
        return self._told


def run(settings: Settings, build: Build, *, ready: Callable[[], None], say: Callable[[str], None]) -> None:
    """Serve until told to stop, with the sandbox acquirer beside us where the settings name it.

    `ready` is called once the pages answer. Raise `GaveUp` when the acquirer does not stay alive.
    """
    if settings.payments != "sandbox":
        serve(settings, build, ready=ready)
        return
    with Beside("The sandbox acquirer", ["-m", "cabinet.sandbox", "--with-parent"], say=say, give_up=_stop_serving):
        serve(settings, build, ready=ready)


def require_ports(settings: Settings) -> None:
    """Refuse to start where a port of ours is taken."""
    require_free(settings.host, settings.port, way_out=f"make run PORT={settings.port + 1}")
    if settings.payments == "sandbox":
        way_out = f"make run CABINET_SANDBOX_PORT={settings.sandbox_port + 1}"
        require_free(settings.sandbox_host, settings.sandbox_port, way_out=way_out)


def serve(settings: Settings, build: Build, *, ready: Callable[[], None] | None = None) -> None:
    """Serve until told to stop. The front end is neither compiled nor built here."""
    require_free(settings.host, settings.port, way_out=f"PORT={settings.port + 1}")
    os.environ.update(environment(build))
    server = Granian(
        APP,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=1,
        factory=True,
        websockets=True,
        log_level=LogLevels.warning,
        ssl_cert=settings.tls_certificate,
        ssl_key=settings.tls_key,
        workers_kill_timeout=STOP_SECONDS_MAX,
    )
    server.main_loop_interrupt = _Interrupt()
    os.register_at_fork(after_in_child=_stand_apart)
    over = threading.Event()
    if ready is not None:
        threading.Thread(target=_watch, args=(settings, ready, over), name="ready", daemon=True).start()
    try:
        server.serve()
    except SystemExit as ended:
        if ended.code:
            raise ServerFailed("The server ended by itself: what it said last is above.") from None
    finally:
        over.set()


def end_with_parent() -> None:
    """Have this process end when the one that started it does, however that one died: nobody keeps its port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


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


def require_free(host: str, port: int, *, way_out: str) -> None:
    """Refuse to start on a port that is taken."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as taken:
            raise PortBusy(
                f"Port {port} is taken by another program. Stop it, or take another port: {way_out}"
            ) from taken


def _stand_apart() -> None:
    """Leave the terminal's process group, in the process that serves: only the one that started it tells it to stop.

    Told twice, by Ctrl+C and by its parent, Granian's worker never ends; told while it starts, it would not hear it.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _watch(settings: Settings, ready: Callable[[], None], over: threading.Event) -> None:
    while not over.wait(PING_SECONDS):
        if _answers(settings):
            ready()
            return


def _answers(settings: Settings) -> bool:
    try:
        with socket.create_connection((settings.host, settings.port), timeout=1) as connection:
            if settings.tls_certificate is None:
                return _pings(connection)
            own = ssl.create_default_context(cafile=settings.tls_certificate)
            own.check_hostname = False
            with own.wrap_socket(connection) as wrapped:
                return _pings(wrapped)
    except OSError:
        return False


def _pings(connection: socket.socket) -> bool:
    connection.sendall(PING)
    return connection.recv(12).endswith(b" 200")


def _stop_serving() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
