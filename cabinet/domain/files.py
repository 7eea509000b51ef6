"""Files that people send: kept for a draft, attached with it, had by who may see what they are attached to (4.1).

docs/domain/files.md says what it guarantees. The content goes past the database, into the store that the port names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlmodel import Session, col

from cabinet.domain.base import rules
from cabinet.domain.base.actor import Actor, ActorKind, SignInNeeded
from cabinet.kit.errors import Conflict, NotFound, Refusal
from cabinet.models.files import FileStatus, StoredFile

SWEPT_MAX: Final = 200
ROOM_STATUSES: Final = (FileStatus.ready, FileStatus.refused)


class FileNotFound(NotFound):
    code = "files.not_found"


class TooManyFiles(Conflict):
    """One message has as many as it may."""

    code = "files.too_many"


class NoRoom(Conflict):
    """The customer has used up what is kept for one."""

    code = "files.no_room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file whose content has been judged, and put into the store under the key."""

    draft_id: UUID
    key: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    has_preview: bool = False


def new_key() -> str:
    """Return a key for the store that nobody can guess."""
    return uuid4().hex


def room(session: Session, actor: Actor, draft_id: UUID, size_bytes: int, *, now: datetime) -> None:
    """Refuse a file for which there is no room, before its content is taken."""
    sender = _sender(actor)
    held = rules.current(session, rules.FileRules, now=now)
    waiting = col(StoredFile.draft_id) == draft_id, col(StoredFile.attached_at).is_(None), *_own(actor)
    if _count(session, *waiting, col(StoredFile.status) == FileStatus.ready) >= held.per_message_max:
        raise TooManyFiles(most=held.per_message_max)
    if sender["person_id"] is None:
        return
    mine = col(StoredFile.person_id) == sender["person_id"], col(StoredFile.status) == FileStatus.ready
    used = session.scalar(select(func.coalesce(func.sum(col(StoredFile.size_bytes)), 0)).where(*mine)) or 0
    if _count(session, *mine) >= held.per_person_max or used + size_bytes > held.bytes_per_person_max:
        raise NoRoom()


def keep(session: Session, actor: Actor, made: Kept, *, now: datetime) -> StoredFile:
    """Write down a file that lies in the store; it belongs to its draft until that is sent."""
    room(session, actor, made.draft_id, made.size_bytes, now=now)
    kept = StoredFile(
        key=made.key,
        draft_id=made.draft_id,
        name=made.name,
        media_type=made.media_type,
        size_bytes=made.size_bytes,
        sha256=made.sha256,
        has_preview=made.has_preview,
        status=FileStatus.ready,
        created_at=now,
        **_sender(actor),
    )
    session.add(kept)
    session.flush()
    return kept


def refuse(
    session: Session, actor: Actor, draft_id: UUID, name: str, refusal: Refusal, *, now: datetime
) -> StoredFile | None:
    """Write down that a file was not taken, so that its sender reads why; None when the draft is full of such."""
    sender = _sender(actor)
    held = rules.current(session, rules.FileRules, now=now)
    if _count(session, col(StoredFile.draft_id) == draft_id, *_own(actor)) >= 2 * held.per_message_max:
        return None
    refused = StoredFile(
        key=new_key(),
        draft_id=draft_id,
        name=name,
        status=FileStatus.refused,
        refusal=refusal.code,
        details={key: value for key, value in refusal.details.items() if isinstance(value, str | int)},
        created_at=now,
        **sender,
    )
    session.add(refused)
    session.flush()
    return refused


def of_draft(session: Session, actor: Actor, draft_id: UUID) -> Sequence[StoredFile]:
    """Return what the actor has sent for a draft, the refused ones among it, in the order it came."""
    query = select(StoredFile).where(col(StoredFile.draft_id) == draft_id, *_own(actor))
    query = query.where(col(StoredFile.attached_at).is_(None), col(StoredFile.status) != FileStatus.gone)
    return list(session.scalars(query.order_by(col(StoredFile.created_at), col(StoredFile.id))))


def drop(session: Session, actor: Actor, file_id: UUID) -> None:
    """Take a file out of its draft. What was sent stays."""
    found = session.get(StoredFile, file_id, with_for_update=True)
    if found is None or not _is_own(found, actor) or found.attached_at is not None:
        raise FileNotFound()
    found.status = FileStatus.gone
    session.add(found)
    session.flush()


def attach(session: Session, actor: Actor, draft_id: UUID, *, now: datetime) -> Sequence[StoredFile]:
    """Attach what the actor has sent for the draft, and return it; what was refused goes."""
    found = of_draft(session, actor, draft_id)
    for each in found:
        if each.status is FileStatus.ready:
            each.attached_at = now
        else:
            each.status = FileStatus.gone
        session.add(each)
    session.flush()
    return [each for each in found if each.status is FileStatus.ready]


def own(session: Session, actor: Actor, file_id: UUID) -> StoredFile:
    """Return a file that the actor has sent."""
    found = session.get(StoredFile, file_id)
    if found is None or not _is_own(found, actor) or found.status is not FileStatus.ready:
        raise FileNotFound()
    return found


def of(session: Session, actor: Actor, file_ids: Sequence[UUID]) -> Mapping[UUID, StoredFile]:
    """Return attached files by id, for who has read what they are attached to."""
    query = select(StoredFile).where(col(StoredFile.id).in_(file_ids), col(StoredFile.attached_at).is_not(None))
    return {each.id: each for each in session.scalars(query)}


def forget(session: Session, actor: Actor, file_ids: Sequence[UUID]) -> int:
    """Let go of what was attached: the content is removed by the sweep; return how many there were."""
    actor.require_system()
    gone = session.execute(
        update(StoredFile)
        .where(col(StoredFile.id).in_(file_ids), col(StoredFile.status) == FileStatus.ready)
        .values(status=FileStatus.gone)
        .returning(col(StoredFile.id))
    )
    return len(gone.all())


def abandon(session: Session, actor: Actor, *, now: datetime) -> int:
    """Let go of files whose draft was never sent; return how many there were."""
    actor.require_system()
    held = rules.current(session, rules.FileRules, now=now)
    old = (
        select(col(StoredFile.id))
        .where(
            col(StoredFile.status).in_(ROOM_STATUSES),
            col(StoredFile.attached_at).is_(None),
            col(StoredFile.created_at) < now - timedelta(hours=held.draft_hours),
        )
        .limit(SWEPT_MAX)
    )
    gone = session.execute(
        update(StoredFile)
        .where(col(StoredFile.id).in_(old))
        .values(status=FileStatus.gone)
        .returning(col(StoredFile.id))
    )
    return len(gone.all())


def to_erase(session: Session, actor: Actor) -> Sequence[tuple[UUID, str]]:
    """Return files that are gone and still lie in the store, with their keys."""
    actor.require_system()
    query = select(col(StoredFile.id), col(StoredFile.key)).where(
        col(StoredFile.status) == FileStatus.gone, col(StoredFile.erased_at).is_(None)
    )
    return [(file_id, key) for file_id, key in session.execute(query.limit(SWEPT_MAX))]


def erased(session: Session, actor: Actor, file_ids: Sequence[UUID], *, now: datetime) -> None:
    """Note that the store does not have them any more. Those that nothing points to are forgotten whole."""
    actor.require_system()
    chosen = col(StoredFile.id).in_(file_ids), col(StoredFile.status) == FileStatus.gone
    session.execute(delete(StoredFile).where(*chosen, col(StoredFile.attached_at).is_(None)))
    session.execute(update(StoredFile).where(*chosen).values(erased_at=now))


def unknown(session: Session, actor: Actor, keys: Sequence[str]) -> set[str]:
    """Return the keys of the store that no file here has: leftovers of a process that died on the way."""
    actor.require_system()
    known = select(col(StoredFile.key)).where(col(StoredFile.key).in_(keys), col(StoredFile.erased_at).is_(None))
    return set(keys) - set(session.scalars(known))


def _sender(actor: Actor) -> dict[str, Any]:
    if actor.kind is ActorKind.staff and actor.id is not None:
        return {"person_id": None, "staff_id": actor.id}
    return {"person_id": actor.person(), "staff_id": None}


def _own(actor: Actor) -> list[ColumnElement[bool]]:
    sender = _sender(actor)
    if sender["staff_id"] is not None:
        return [col(StoredFile.staff_id) == sender["staff_id"]]
    return [col(StoredFile.person_id) == sender["person_id"]]


def _is_own(found: StoredFile, actor: Actor) -> bool:
    try:
        sender = _sender(actor)
    except SignInNeeded:
        return False
    return (found.person_id, found.staff_id) == (sender["person_id"], sender["staff_id"])


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(StoredFile).where(*conditions)) or 0
