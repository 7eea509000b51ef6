"""A socket without a page: the cabinet served for real, spoken to frame by frame, as an attacker would.

On the wire lies Engine.IO 4 with Socket.IO 5 in it: `40/_event,` opens the namespace, `42/_event,["event",{…}]` is an
event, `2` and `3` are ping and pong.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp
import httpx

from cabinet import db, identity, settings
from cabinet.domain.security import sessions
from cabinet.kit import clock
from cabinet.models.security import SessionKind
from cabinet.operate import migrations
from tests import personae
from tests.tabs import People
from tests.waiting import answers, until

SECONDS: Final = 20.0
"""How long anything may take on a busy machine before a test gives up on it."""
STATE: Final = "reflex___state____state"
_SERVE: Final = """
import os, pathlib
from cabinet import settings
from cabinet.operate import serve
from cabinet.operate.frontend import Build
serve.environment = lambda build, given=serve.environment: {
    **given(build), "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "false"
}
serve.serve(settings.get(), Build(pathlib.Path(os.environ["CABINET_HOME"]) / "no-front-end"))
"""
"""Everything but the pages: the front end takes a minute to build, and no socket asks for it."""


class Backend:
    """A cabinet in a process of its own, with its database in reach. It logs as in production.

    `beside` is one that it shares its database and its people with; `more` is what else stands in its environment.
    """

    def __init__(self, home: Path, *, beside: Backend | None = None, **more: str) -> None:
        self.home = home
        self.more = more
        self.database = (
            beside.database if beside else db.Database(more.get("DATABASE_URL", f"sqlite:///{home / 'cabinet.db'}"))
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.log = home / "server.log"
        self.loop = asyncio.Runner()
        if beside is None:
            migrations.upgrade(self.database)
        self.people = beside.people if beside else self.do(self._people)

    @contextmanager
    def running(self) -> Iterator[Backend]:
        """Serve for the block."""
        variables = {
            **os.environ,
            "PORT": str(self.port),
            "CABINET_HOME": str(self.home),
            "CABINET_MODE": "production",
            "CABINET_SECRET_KEY": personae.KEYRING.master.hex(),
            **self.more,
        }
        command = [sys.executable, "-c", _SERVE]
        with (
            self.log.open("w") as story,
            subprocess.Popen(
                command, cwd=settings.ROOT, env=variables, stdout=story, stderr=subprocess.STDOUT
            ) as server,
        ):
            self.server = server
            try:
                until(lambda: server.poll() is not None or answers(f"{self.address}/ping"), seconds=60)
                assert server.poll() is None, self.log.read_text()
                yield self
            finally:
                server.terminate()
                self.loop.close()
                self.database.dispose()

    def kill(self) -> None:
        """Kill it in the middle of whatever it does."""
        self.server.kill()
        self.server.wait(timeout=SECONDS)

    def do(self, deed: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a deed in this process, on the server's database."""
        self.database.hooks.before_commit = lambda _session, _events: None
        return self.database.run(deed, *args, **kwargs)

    def cookie(self, subject_id: UUID, kind: SessionKind = SessionKind.customer) -> str:
        """Sign somebody in and return the Cookie header."""
        client = sessions.Client("127.0.0.1", "tests")
        opened = self.do(sessions.open_, kind, subject_id, client, now=clock.now())
        name = identity.CUSTOMER_COOKIE if kind is SessionKind.customer else identity.STAFF_COOKIE
        return f"{name}={opened.token}"

    def connect(self, cookie: str = "", **options: Any) -> Socket:
        """Open a socket and its namespace."""
        return Socket(self, cookie, **options)

    def get(self, path: str, cookie: str = "") -> httpx.Response:
        return httpx.get(f"{self.address}{path}", headers={"cookie": cookie} if cookie else {}, timeout=SECONDS)

    def post(self, path: str, cookie: str = "") -> httpx.Response:
        headers = {"cookie": cookie, "origin": self.address}
        return httpx.post(f"{self.address}{path}", headers=headers, timeout=SECONDS)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return what matters: everything but the journal, the jobs' own tables, and when a session was last seen."""
        with self.database.reading() as session:
            connection = session.connection()
            names = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CREATE TABLE%'"
            ).scalars()
            kept = [name for name in names if name in db_tables() and name not in ("audit_record", "session")]
            return {
                name: [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')] for name in kept
            }

    def _people(self, session: Any) -> People:
        from cabinet.models.people import StaffRole

        members = {role: personae.member_in(session, role)[0].id for role in StaffRole}
        return People(personae.anna_in(session), personae.vera_in(session), members)


def db_tables() -> set[str]:
    """Return the names of our own tables."""
    from sqlmodel import SQLModel

    return set(SQLModel.metadata.tables)


class Refused(Exception):
    """The handshake was refused, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Socket:
    """One socket. What arrives is kept in `heard`; `closed` is the code with which the server hung up."""

    def __init__(self, backend: Backend, cookie: str, *, token: str = "", origin: str | None = "ours") -> None:
        self.backend = backend
        self.token = token or str(uuid4())
        self.heard: list[str] = []
        self.closed: int | None = None
        self._open(cookie, backend.address if origin == "ours" else origin)

    def send(self, name: Any, payload: Any = None, **router: Any) -> None:
        """Send an event."""
        self.flood(name, payload, times=1, **router)

    def flood(self, name: Any, payload: Any = None, *, times: int, **router: Any) -> None:
        """Send an event again and again, hearing nothing in between."""
        given = {"pathname": "/legal/terms", "asPath": "/legal/terms", "query": {}, **router}
        self.raw({"name": name, "payload": {} if payload is None else payload, "router_data": given}, times=times)

    def raw(self, data: Any, *, times: int = 1) -> None:
        """Send anything as the data of an event."""
        self.frame(f'42/_event,["event",{json.dumps(data)}]', times=times)

    def frame(self, text: str | bytes, *, times: int = 1) -> None:
        """Send a frame as it is, reading nothing meanwhile. A socket that is closed takes it silently."""

        async def sending() -> None:
            transport = self._ws._conn.transport
            transport.pause_reading()
            with suppress(ConnectionError, aiohttp.ClientError):
                for _ in range(times):
                    await (self._ws.send_bytes(text) if isinstance(text, bytes) else self._ws.send_str(text))
            if not transport.is_closing():
                transport.resume_reading()

        self.backend.loop.run(sending())

    def until(self, seen: Callable[[Socket], Any], *, seconds: float = SECONDS) -> Any:
        """Listen until that is seen."""

        def look() -> Any:
            self.listen(0.05)
            return seen(self)

        return until(look, seconds=seconds)

    def until_heard(self, words: str) -> str:
        """Listen until a frame with those words arrives, and return it."""
        return self.until(lambda _: next((frame for frame in self.heard if words in frame), ""))

    def until_closed(self) -> int:
        """Listen until the server hangs up, and return its code."""
        self.until(lambda _: self.closed is not None)
        assert self.closed is not None
        return self.closed

    def listen(self, seconds: float) -> None:
        """Take in what has arrived, waiting no longer than that for the first frame."""
        self.backend.loop.run(self._listen(seconds))

    def close(self) -> None:
        self.backend.loop.run(self._close())

    def _open(self, cookie: str, origin: str | None) -> None:
        headers = {name: value for name, value in (("Cookie", cookie), ("Origin", origin)) if value}
        url = f"{self.backend.address}/_event/?token={self.token}&EIO=4&transport=websocket"

        async def opening() -> None:
            self._session = aiohttp.ClientSession()
            try:
                self._ws = await self._session.ws_connect(url, headers=headers, max_msg_size=0)
            except aiohttp.WSServerHandshakeError as refused:
                await self._session.close()
                raise Refused(refused.status) from refused

        self.backend.loop.run(opening())
        self.until_heard('"sid"')
        self.heard.clear()
        self.frame("40/_event,")
        self.until(lambda each: each.closed is not None or any(f.startswith("40/_event") for f in each.heard))

    async def _listen(self, seconds: float) -> None:
        while self.closed is None:
            try:
                message = await self._ws.receive(timeout=seconds)
            except TimeoutError:
                return
            if message.type is aiohttp.WSMsgType.TEXT:
                if message.data == "2":
                    await self._ws.send_str("3")
                    continue
                self.heard.append(message.data)
                if message.data.startswith("41/_event"):
                    self.closed = 0
            elif message.type is aiohttp.WSMsgType.CLOSE:
                self.closed = message.data
            elif message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                self.closed = self._ws.close_code or 0
            elif message.type is aiohttp.WSMsgType.ERROR:
                self.closed = 1006
            seconds = 0.001

    async def _close(self) -> None:
        await self._ws.close()
        await self._session.close()
