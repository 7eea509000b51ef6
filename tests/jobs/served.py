"""The cabinet's routes and jobs in one process that may be killed: `python -m tests.jobs.served PORT hurried|real`.

Its settings come from the environment. `hurried` asks about silent payments every second, `real` as the product does.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

from granian.constants import Interfaces
from granian.server.embed import Server

from cabinet import api, db, jobs, settings
from cabinet.domain import refunds
from cabinet.domain.payments import tending
from cabinet.jobs import payments
from tests.jobs.story import HURRIED


async def main(port: str, pace: str) -> None:
    """Serve, without workers of its own: what is killed is killed, and no child keeps the port."""
    database = db.use(db.Database(settings.get().database))
    if pace == "hurried":
        tending.ASK_AFTER_SECONDS = tending.ASK_AGAIN_SECONDS = refunds.ASK_AGAIN_SECONDS = 1
        janitor = jobs.Job("* * * * * *", payments.tend, lane=jobs.Lane.quick)
        # The pauses after failures are the product's: an acquirer that starts again takes seconds.
        pace_of_tests = replace(HURRIED, retries_seconds=jobs.Pace().retries_seconds)
        jobs.install(database, pace=pace_of_tests, jobs={"janitor": janitor})
    else:
        jobs.install(database)
    await asyncio.to_thread(jobs.start)
    server = Server(
        api.routes(),
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )
    await server.serve()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
