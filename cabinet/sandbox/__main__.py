"""`python -m cabinet.sandbox`: the acquirer beside the cabinet, in one process that may be killed at any moment."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from granian.constants import Interfaces
from granian.server.embed import Server

from cabinet import settings
from cabinet.sandbox.acquirer import Acquirer
from cabinet.sandbox.app import build
from cabinet.sandbox.store import OtherVersion, Store

STOP_SECONDS_MAX = 3.0


def main() -> None:
    """Serve until told to stop."""
    chosen = settings.get()
    arguments = argparse.ArgumentParser(prog="python -m cabinet.sandbox", description="A practice acquirer.")
    arguments.add_argument(
        "--webhook-url",
        default=f"{chosen.origin}/webhooks/sandbox",
        help="where the merchant hears what happened (default: %(default)s)",
    )
    arguments.add_argument(
        "--with-parent", action="store_true", help="end when the standard input does: whoever holds it has ended"
    )
    given = arguments.parse_args()
    webhook_url = given.webhook_url
    if not chosen.demo:
        sys.exit("The sandbox acquirer takes no real money: set CABINET_PAYMENTS to a real one, or CABINET_MODE=demo")
    if urlsplit(webhook_url).scheme not in ("http", "https"):
        sys.exit(f"{webhook_url} is no address for webhooks: it begins with http:// or https://")
    _log_plainly()
    _require_free(chosen.sandbox_host, chosen.sandbox_port)
    try:
        store = Store(chosen.home / "sandbox.db")
    except OtherVersion as refusal:
        sys.exit(str(refusal))
    acquirer = Acquirer(
        store=store,
        site=chosen.sandbox_url,
        merchant=chosen.brand,
        zone=chosen.zone,
        key=chosen.sandbox_key.get_secret_value(),
        webhook_url=webhook_url,
        webhook_secret=chosen.sandbox_webhook_secret.get_secret_value(),
        trusts=chosen.tls_certificate,
    )
    asyncio.run(_serve(acquirer, chosen.sandbox_host, chosen.sandbox_port, with_parent=given.with_parent))


def _require_free(host: str, port: int) -> None:
    """Stop where somebody listens: the server itself would share the port, and every other call would go astray."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            sys.exit(f"Port {port} is taken by another program. Stop it, or set CABINET_SANDBOX_PORT to another port")


def _log_plainly() -> None:
    """Log without the values of variables: structlog's own traceback prints them, and a card may be among them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


async def _serve(acquirer: Acquirer, host: str, port: int, *, with_parent: bool) -> None:
    # In this process, without workers of its own: what is killed is killed, and no child keeps the port.
    server = Server(
        build(acquirer),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )
    told = asyncio.Event()

    def stop() -> None:
        told.set()
        acquirer.stopping.set()
        server.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    if with_parent:
        threading.Thread(target=_outlive_nobody, args=(loop, stop), daemon=True).start()
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(told.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving
        return
    # An open connection may keep the server up; everything that was answered is on the disk already.
    await asyncio.wait({serving}, timeout=STOP_SECONDS_MAX)


def _outlive_nobody(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Stop when the standard input ends, as it does however the process that holds it dies."""
    os.read(sys.stdin.fileno(), 1)
    loop.call_soon_threadsafe(stop)


if __name__ == "__main__":
    main()
