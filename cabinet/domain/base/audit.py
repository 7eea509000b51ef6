"""The audit journal: append-only lines, each hashed together with the one before (ASVS 16.4.2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor
from cabinet.kit import pagination
from cabinet.models.journal import AuditRecord

GENESIS = "0" * 64
ROWS_MAX = 50
_CHAIN_LOCK = 0x43414249
"""Key of PostgreSQL's advisory lock that puts writers of the chain in a line; SQLite has one writer anyway."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to list: records of an actor, of an action, about an object; "" means any."""

    actor: str = ""
    action: str = ""
    object_type: str = ""
    object_id: str = ""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where the chain is broken first, and how."""

    seq: int
    reason: str


def write(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    object_type: str = "",
    object_id: object = "",
    **details: object,
) -> AuditRecord:
    """Append a line in the transaction of the change it tells about. Details are ids, codes and names of fields."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    session.flush()
    last = session.execute(
        select(col(AuditRecord.seq), col(AuditRecord.hash)).order_by(col(AuditRecord.seq).desc()).limit(1)
    ).first()
    seq, prev_hash = (last.seq + 1, last.hash) if last else (1, GENESIS)
    record = AuditRecord(
        seq=seq,
        at=now,
        actor=actor.label,
        session_id=actor.session_id,
        address=actor.address,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        details=_canonical(details),
        prev_hash=prev_hash,
        hash="",
    )
    record.hash = _hash(record)
    session.add(record)
    session.flush()
    return record


def journal(session: Session, actor: Actor, wanted: AuditFilter, *, cursor: str = "") -> pagination.Page[AuditRecord]:
    """Return lines of the journal, newest first."""
    actor.require("audit.read")
    query = select(AuditRecord).order_by(col(AuditRecord.seq).desc()).limit(ROWS_MAX + 1)
    for column, value in (
        (AuditRecord.actor, wanted.actor),
        (AuditRecord.action, wanted.action),
        (AuditRecord.object_type, wanted.object_type),
        (AuditRecord.object_id, wanted.object_id),
    ):
        if value:
            query = query.where(col(column) == value)
    if cursor:
        (seq,) = pagination.decode(cursor, int)
        query = query.where(col(AuditRecord.seq) < seq)
    rows = list(session.scalars(query))
    more = len(rows) > ROWS_MAX
    rows = rows[:ROWS_MAX]
    return pagination.Page(rows, pagination.encode(rows[-1].seq) if more else "")


def head(session: Session) -> tuple[int, str]:
    """Return the number and the hash of the last line: what is anchored outside to catch a cut tail."""
    last = session.execute(
        select(col(AuditRecord.seq), col(AuditRecord.hash)).order_by(col(AuditRecord.seq).desc()).limit(1)
    ).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def verify(session: Session, *, anchor: tuple[int, str] | None = None) -> ChainFault | None:
    """Walk the whole chain and return the first fault; None when it holds. `anchor` is an earlier `head`."""
    chain = select(AuditRecord).order_by(col(AuditRecord.seq)).execution_options(yield_per=1000)
    # Closed at the first fault: on PostgreSQL the rest of the chain waits on the server.
    with closing(session.scalars(chain)) as records:
        return _first_fault(records, anchor)


def _first_fault(records: Iterable[AuditRecord], anchor: tuple[int, str] | None) -> ChainFault | None:
    prev_hash, expected = GENESIS, 1
    anchored = anchor is None or anchor[0] == 0
    for record in records:
        if record.seq != expected:
            return ChainFault(expected, "missing")
        if record.prev_hash != prev_hash:
            return ChainFault(record.seq, "reordered")
        if _hash(record) != record.hash:
            return ChainFault(record.seq, "altered")
        if anchor is not None and record.seq == anchor[0]:
            if record.hash != anchor[1]:
                return ChainFault(record.seq, "rewritten")
            anchored = True
        prev_hash, expected = record.hash, expected + 1
    return None if anchored else ChainFault(expected, "cut")


def count(session: Session) -> int:
    """Return how many lines there are."""
    return session.scalar(select(func.count()).select_from(AuditRecord)) or 0


def _canonical(details: dict[str, object]) -> str:
    return json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _hash(record: AuditRecord) -> str:
    line = _canonical(
        {
            "seq": record.seq,
            "at": record.at.isoformat(timespec="microseconds"),
            "actor": record.actor,
            "session": str(record.session_id or ""),
            "address": record.address,
            "action": record.action,
            "object": f"{record.object_type}:{record.object_id}",
            "details": record.details,
        }
    )
    return hashlib.sha256((record.prev_hash + line).encode()).hexdigest()
