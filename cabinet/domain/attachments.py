"""Who may have a file: its sender, and whoever may see what it is attached to (4.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlmodel import Session

from cabinet.domain import chat, files, tickets
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Refusal
from cabinet.models.files import StoredFile

Reader = Callable[[Session, Actor, UUID], StoredFile]

READERS: Final[tuple[Reader, ...]] = (files.own, tickets.file, chat.file)
"""Each knows one kind of thing that files are attached to, and refuses what it does not know."""


def file(session: Session, actor: Actor, file_id: UUID) -> StoredFile:
    """Return a file that the actor may see."""
    for reader in READERS:
        try:
            return reader(session, actor, file_id)
        except Refusal:
            continue
    raise files.FileNotFound()
