"""What the history page costs the server: an event beside a bare Reflex echo, a page far down beside the first one."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import socketio
from sqlalchemy import select
from sqlmodel import col

from bench import servers
from bench.table import Line, median, spread
from cabinet import db, identity
from cabinet.domain import operations
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import sessions
from cabinet.kit import clock, pagination
from cabinet.models.billing import BillingAccount
from cabinet.models.payments import Operation
from cabinet.models.security import SessionKind

EVENTS = 300
TABS = 10
ROUNDS = 3
DEPTH_PAGES = 5_000
LOOKS = 400
NAMESPACE = "/_event"
PAGING = "reflex___state____state.cabinet___state___payments____payments_state.show_more"
LOADING = "reflex___state____state.cabinet___state___payments____payments_state.load"
HYDRATE = "reflex___state____state.hydrate_and_load"
ECHO = "reflex___state____state.echo___echo____echo_state.say"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one series of events cost: processor time and waiting, by event."""

    cpu_ms: float
    wait_ms: float


def lines(home: Path, number: str) -> list[Line]:
    """Measure on the account with that number, which has a long history."""
    database = db.Database(f"sqlite:///{home / 'cabinet.db'}")
    return [*_events(home, database, number), _depth(database, number)]


def sign_in(database: db.Database, number: str) -> str:
    """Open a session of the account's owner and return its token."""
    with database.reading() as session:
        owner = session.scalars(select(BillingAccount).where(col(BillingAccount.number) == number)).one().person_id
    client = sessions.Client("127.0.0.1", "bench")
    return database.run(sessions.open_, SessionKind.customer, owner, client, now=clock.now()).token


def _events(home: Path, database: db.Database, number: str) -> list[Line]:
    cookie = f"{identity.CUSTOMER_COOKIE}={sign_in(database, number)}"
    costs: dict[str, list[Cost]] = {"ours": [], "echo": []}
    with ExitStack() as stack:
        ours, echo = stack.enter_context(servers.cabinet(home)), stack.enter_context(servers.echo(home))
        for _ in range(ROUNDS):
            costs["echo"].append(asyncio.run(_series(echo, "", ECHO, warm=ECHO)))
            costs["ours"].append(asyncio.run(_series(ours, cookie, PAGING, warm=LOADING)))
    cpu = {name: [cost.cpu_ms for cost in found] for name, found in costs.items()}
    wait = {name: [cost.wait_ms for cost in found] for name, found in costs.items()}
    return [
        Line(
            "history page's event: processor time",
            spread(cpu["ours"], "ms"),
            f"bare echo {spread(cpu['echo'], 'ms')}",
            median(cpu["ours"]) / median(cpu["echo"]),
            2,
        ),
        Line(
            "history page's event: median answer",
            spread(wait["ours"], "ms"),
            f"bare echo {spread(wait['echo'], 'ms')}",
            median(wait["ours"]) / median(wait["echo"]),
            2,
        ),
    ]


async def _series(server: servers.Server, cookie: str, name: str, *, warm: str) -> Cost:
    """Send events one after another, each after the answer to the one before, from tabs in turn.

    One tab alone would be taken for a flood and shut.
    """
    tabs = [await tab(server, cookie) for _ in range(TABS)]
    for each in tabs:
        await _send(each, warm, "warm")
        await _send(each, name, "warmer")
    before = server.cpu_seconds()
    waits = [await _send(tabs[place % TABS], name, f"word {place}") for place in range(EVENTS)]
    used = server.cpu_seconds() - before
    for each in tabs:
        await each.browser.disconnect()
    return Cost(1000 * used / EVENTS, 1000 * statistics.median(waits))


@dataclass(frozen=True, slots=True)
class Tab:
    """An open socket and what came over it."""

    browser: socketio.AsyncClient
    told: asyncio.Queue[Any]
    token: str


async def tab(server: servers.Server, cookie: str) -> Tab:
    """Open a socket as a tab of a browser would."""
    made = Tab(socketio.AsyncClient(), asyncio.Queue(), str(uuid4()))
    made.browser.on("event", made.told.put, namespace=NAMESPACE)
    await made.browser.connect(
        f"{server.origin}{NAMESPACE}?token={made.token}",
        headers={"Origin": server.origin, **({"Cookie": cookie} if cookie else {})},
        namespaces=[NAMESPACE],
        transports=["websocket"],
        socketio_path=NAMESPACE,
    )
    return made


async def emit(made: Tab, name: str, payload: dict[str, Any], *, pathname: str = "/") -> None:
    """Send an event from the page at that address."""
    router = {"pathname": pathname, "asPath": pathname, "query": {}}
    event = {"name": name, "payload": payload, "router_data": router}
    await made.browser.emit("event", event, namespace=NAMESPACE)


async def _send(made: Tab, name: str, word: str) -> float:
    """Send an event, wait for its answer, and return how long that took."""
    started = time.perf_counter()
    await emit(made, name, {"word": word} if name == ECHO else {})
    answer = await asyncio.wait_for(made.told.get(), 10)
    took = time.perf_counter() - started
    if name.rpartition(".")[0] not in str(answer):
        raise RuntimeError(f"{name} was not answered: {str(answer)[:300]}")
    return took


def _depth(database: db.Database, number: str) -> Line:
    """Read the first page and one far down in turns."""
    with database.reading() as session:
        account = session.scalars(select(BillingAccount).where(col(BillingAccount.number) == number)).one()
        newest_first = (col(Operation.at).desc(), col(Operation.id).desc())
        above = select(col(Operation.at), col(Operation.id)).where(col(Operation.billing_account_id) == account.id)
        at, last = session.execute(
            above.order_by(*newest_first).offset(DEPTH_PAGES * operations.PAGE_ROWS - 1).limit(1)
        ).one()
    actor = Actor.customer(account.person_id)
    cursors = {"first": "", "deep": pagination.encode(at.isoformat(), last)}
    found: dict[str, list[float]] = {name: [] for name in cursors}
    for look in range(LOOKS):
        for name in sorted(cursors, reverse=look % 2 == 0):
            started = time.perf_counter()
            page = database.look(operations.own_history, actor, cursor=cursors[name])
            found[name].append(1000 * (time.perf_counter() - started))
            assert len(page.rows) == operations.PAGE_ROWS
    first, deep = median(found["first"]), median(found["deep"])
    return Line(f"page {DEPTH_PAGES:,} of 200,000 rows", f"{deep:.2f} ms", f"page 1 {first:.2f} ms", deep / first, 1.2)
