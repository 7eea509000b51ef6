"""The cabinet without a browser and without a server: tabs that send events, a client that asks for addresses.

A tab's event goes the whole way that an event of a socket goes: Reflex's own processor, the guard, the handler, what
the handler sets off. A request goes through the doors. Both find the test's database and one moment of time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.responses import HTMLResponse

from cabinet import db, identity, settings, throttle, wiring
from cabinet.domain.security import sessions
from cabinet.kit import clock
from cabinet.models.people import StaffRole
from cabinet.models.security import SessionKind
from tests import personae
from tests.moments import NOON

S = TypeVar("S")

ADDRESS: Final = "203.0.113.7"
"""Where the tests' people sit (RFC 5737)."""
ORIGIN: Final = "http://localhost:3000"
METRICS_TOKEN: Final = "a-metrics-token-of-the-tests"
_ROOT: Final = "reflex___state____state"
_CLIENT: Final = sessions.Client(ADDRESS, "tests")


@dataclass(frozen=True)
class People:
    """Who is there in one database: two strangers to each other, and the staff of each role."""

    anna: personae.Customer
    vera: personae.Customer
    staff: Mapping[StaffRole, UUID]


class Installation:
    """A cabinet in this process, on the test's database, at one moment."""

    def __init__(self, database: db.Database, runner: asyncio.Runner) -> None:
        from cabinet import api
        from cabinet.cabinet import _doors, app

        self.database = database
        self.app = app
        self.behind = api.routes()
        self.behind.mount("", _page)
        self.served = _doors(self.behind)
        """The doors and the routes; where Reflex would serve a page stands a word."""
        self._runner = runner
        self._processor: Any = None

    def run(self, work: Coroutine[Any, Any, S]) -> S:
        """Run something of the event loop to its end."""
        return self._runner.run(work)

    def do(self, deed: Callable[..., S], *args: Any, **kwargs: Any) -> S:
        """Run a deed in a transaction of its own."""
        return self.database.run(deed, *args, **kwargs)

    def people(self) -> People:
        """Add the people."""

        def add(session: Any) -> People:
            members = {role: personae.member_in(session, role)[0].id for role in StaffRole}
            return People(personae.anna_in(session), personae.vera_in(session), members)

        return self.do(add)

    def cookie(self, subject_id: UUID, kind: SessionKind = SessionKind.customer) -> str:
        """Sign somebody in and return the Cookie header of the browser."""
        opened = self.do(sessions.open_, kind, subject_id, _CLIENT, now=clock.now())
        name = identity.CUSTOMER_COOKIE if kind is SessionKind.customer else identity.STAFF_COOKIE
        return f"{name}={opened.token}"

    def tab(self, cookie: str = "", *, path: str = "/") -> Tab:
        """Open a tab of a browser with that cookie."""
        return Tab(self, cookie, path)

    def client(self, cookie: str = "") -> Client:
        """Open a browser that asks for addresses."""
        return Client(self, cookie)

    def rows(self, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table."""
        with self.database.reading() as session:
            connection = session.connection()
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            return {
                name: [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
                for name in names
                if name not in without
            }

    async def process(self, token: str, event: Any) -> list[Any]:
        from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor

        if self._processor is None:
            self._processor = BaseStateEventProcessor(middleware=self.app, backend_exception_handler=None)
            self._processor.configure()
            await self._processor.start()
        return [delta async for delta in self._processor.enqueue_stream_delta(token, event)]

    async def state(self, token: str) -> Any:
        import reflex as rx

        manager = self._processor._root_context.state_manager
        return await manager.get_state(rx.BaseStateToken(ident=token, cls=rx.State))

    async def close(self) -> None:
        if self._processor is not None:
            await self._processor.stop(0)


async def _page(scope: Any, receive: Any, send: Any) -> None:
    """Answer as the files of the front end would."""
    known = scope["method"] in ("GET", "HEAD")
    await HTMLResponse("<!doctype html><title>a page</title>", 200 if known else 405)(scope, receive, send)


class Tab:
    """A tab: sends events as its page would, or as nobody's page ever would."""

    def __init__(self, installation: Installation, cookie: str, path: str) -> None:
        self.installation = installation
        self.cookie = cookie
        self.path = path
        self.token = str(uuid4())
        self.told: list[Any] = []
        """Every delta that the tab was sent, oldest first."""

    def do(self, handler: Any, **payload: Any) -> None:
        """Call a handler as the page does, and wait for all that follows from it."""
        from reflex_base.utils.format import format_event_handler

        self.send(format_event_handler(handler), payload)

    def open(self, path: str = "") -> None:
        """Open a page, or the same one anew, in a new document: its first socket brings hashes of what it holds."""
        self.path = path or self.path
        self.send(f"{_ROOT}.hydrate_and_load", {"hashes": ["of-the-tests"]})

    def come(self, path: str) -> None:
        """Come to a page by a link, in the same document."""
        self.path = path
        self.send(f"{_ROOT}.reflex___state____on_load_internal_state.on_load_internal", {})

    def reconnect(self) -> None:
        """Lose the socket and open another one."""
        self.send(f"{_ROOT}.hydrate_and_load", {})

    def send(self, name: str, payload: Any) -> None:
        """Send an event by its full name."""
        from reflex_base.event import Event

        headers = {"cookie": self.cookie, "host": "localhost:3000", "origin": ORIGIN}
        path, _, query = self.path.partition("?")
        router = {
            "pathname": path,
            "asPath": self.path,
            "query": dict(pair.split("=") for pair in query.split("&") if pair),
            "headers": headers,
            "ip": ADDRESS,
            "sid": "sid-of-the-tests",
            "token": self.token,
        }
        event = Event(name=name, payload=payload, router_data=router)
        self.told += self.installation.run(self.installation.process(self.token, event))

    def __getitem__(self, state: type[S]) -> S:
        """Return what the tab's state holds now."""
        root = self.installation.run(self.installation.state(self.token))
        return root.get_substate(state.get_full_name().split("."))


@dataclass
class Client:
    """A browser as the doors see it: keeps cookies, follows nothing."""

    installation: Installation
    cookie: str = ""
    jar: dict[str, str] = field(default_factory=dict)
    address: str = ADDRESS

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers)

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> httpx.Response:
        """Send a form from one of our own pages."""
        told = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", **headers}
        return self.ask("POST", path, told, urlencode(form or {}).encode())

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> httpx.Response:
        """Ask as told: with a word's underscores for hyphens in the names of headers."""
        given = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        cookies = "; ".join([self.cookie, *(f"{name}={value}" for name, value in self.jar.items())]).strip("; ")
        sent = {"host": "localhost:3000", **({"cookie": cookies} if cookies else {}), **given}
        answer = self.installation.run(self._ask(method, path, sent, body))
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.jar[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.jar[name]
        return answer

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        transport = httpx.ASGITransport(
            self.installation.served, raise_app_exceptions=False, client=(self.address, 40_000)
        )
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.request(method, path, headers=headers, content=body)


@pytest.fixture
def installation(database: db.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """A cabinet on the test's database; its clock stands at `NOON`."""
    monkeypatch.setenv("CABINET_HOME", str(tmp_path))
    monkeypatch.setenv("CABINET_SECRET_KEY", personae.KEYRING.master.hex())
    monkeypatch.setenv("CABINET_METRICS_TOKEN", METRICS_TOKEN)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    settings.get.cache_clear()
    wiring.files.cache_clear()
    wiring.article_media.cache_clear()
    identity.forget_all()
    throttle.reset()
    with asyncio.Runner() as runner:
        made = Installation(database, runner)
        yield made
        runner.run(made.close())
    settings.get.cache_clear()
    wiring.files.cache_clear()
    wiring.article_media.cache_clear()
    identity.forget_all()


def words_of(delta: Any) -> str:
    """Return everything that the deltas say, as one text to search in."""
    return re.sub(r"\s+", " ", str(delta))
