"""How far a file of records has come: a page and its progress are one transaction; broken off, it goes on (3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.usage import taking
from cabinet.domain.usage.taking import Incoming, Verdict
from cabinet.kit.errors import Conflict
from cabinet.models.usage import UsageImport

NAME_LENGTH_MAX: Final = 200


class ImportOutrun(Conflict):
    """Another process brings the same file in, and is further."""

    code = "usage.import_outrun"


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a file."""

    rows: Sequence[Incoming]
    after: int
    """How many rows of the file are before it."""
    unread: int = 0
    """How many rows of the stretch were no records."""
    last: bool = False

    @property
    def upto(self) -> int:
        """How many rows of the file are through with it."""
        return self.after + len(self.rows) + self.unread


def begin(session: Session, actor: Actor, digest: str, name: str, *, now: datetime) -> UsageImport:
    """Return how far the file has come; one that was through with rows that were wrong begins anew."""
    actor.require_system()
    found = session.get(UsageImport, digest, with_for_update=True)
    if found is None:
        found = UsageImport(digest=digest, name=name[:NAME_LENGTH_MAX], begun_at=now)
    elif found.ended_at is not None and found.wrong:
        found.rows = found.added = found.known = found.wrong = 0
        found.begun_at, found.ended_at = now, None
    session.add(found)
    session.flush()
    return found


def take_page(session: Session, actor: Actor, digest: str, page: Page, *, now: datetime) -> Sequence[Verdict]:
    """Take a page of the file in and note how far it has come; tell customers at growing distances, and at the end."""
    actor.require_system()
    held = session.get_one(UsageImport, digest, with_for_update=True, populate_existing=True)
    if held.rows != page.after:
        raise ImportOutrun()
    taken = taking.take_in(session, actor, page.rows, now=now)
    held.rows = page.upto
    held.added += sum(verdict is Verdict.added for verdict in taken.verdicts)
    held.known += sum(verdict is Verdict.known for verdict in taken.verdicts)
    held.wrong += page.unread + sum(not verdict.well for verdict in taken.verdicts)
    if taken.ids:
        held.untold_first = held.untold_first or taken.ids[0]
        held.untold_last = taken.ids[-1]
    held.untold_pages += 1
    if held.untold_last and (page.last or held.untold_pages >= held.tell_after):
        taking.announce(session, actor, held.untold_first, held.untold_last, now=now)
        held.untold_first = held.untold_last = held.untold_pages = 0
        held.tell_after *= 2
    if page.last:
        held.ended_at = now
        audit.write(
            session,
            actor,
            "usage.import",
            now=now,
            object_type="usage_import",
            object_id=digest[:16],
            rows=str(held.rows),
            added=str(held.added),
            wrong=str(held.wrong),
        )
    session.add(held)
    return taken.verdicts
