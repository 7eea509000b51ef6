"""A process that carries jobs out until it is killed: `python -m tests.jobs.worker URL READY STALLED|- gifts|seconds`.

It makes the file READY when it has started. With a file STALLED it makes that one in the middle of its first reaction
and goes no further.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from cabinet import db, jobs
from tests.jobs import story


def main(url: str, ready: str, stalled: str, what: str) -> None:
    second = story.thank if stalled == "-" else story.Stall(Path(stalled))
    gifts = {story.GiftPromised: (story.give, second)}
    tables = {"reactions": gifts} if what == "gifts" else {"jobs": story.EVERY_SECOND}
    database = db.use(db.Database(url))
    jobs.install(database, zone="UTC", pace=story.HURRIED, **story.EMPTY | tables)
    jobs.start()
    Path(ready).touch()
    threading.Event().wait()


main(*sys.argv[1:])
