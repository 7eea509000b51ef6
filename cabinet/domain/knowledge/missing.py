"""What was sought and not found: kept without who sought it, for the editors (4.3)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.knowledge import searching
from cabinet.kit import words
from cabinet.kit.errors import NotFound
from cabinet.models.knowledge import MissedSearch

PHRASE_LENGTH_MAX: Final = 80
WORDS_MAX: Final = 8
LETTERS_MIN: Final = 3
LISTED_MAX: Final = 50
_CONTACT: Final = re.compile(r"\S*@\S*|[+\d][\d\s().-]{3,}\d|\S*\d{4,}\S*")
"""Addresses, phones, numbers of contracts and cards."""


class MissNotFound(NotFound):
    code = "knowledge.miss_not_found"


def without_persons(text: str) -> str:
    """Return the words that were sought without what may point to somebody: addresses, phones, long numbers."""
    kept = [token.word for token in words.tokens(_CONTACT.sub(" ", text))][:WORDS_MAX]
    return " ".join(kept)[:PHRASE_LENGTH_MAX].strip()


def note_missed(session: Session, actor: Actor, text: str, *, locale: str, now: datetime) -> bool:
    """Write down what was sought, if nothing answers it; tell whether it was."""
    phrase = without_persons(text)
    if sum(map(str.isalpha, phrase)) < LETTERS_MIN or searching.search(session, actor, text, locale=locale, limit=1):
        return False
    connection = session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    line: Any = dialect.insert(MissedSearch)
    line = line.on_conflict_do_update(
        index_elements=["locale", "phrase"], set_={"times": col(MissedSearch.times) + 1, "last_at": now}
    )
    noted = {"locale": locale, "phrase": phrase, "times": 1, "first_at": now, "last_at": now}
    connection.execute(line, {**noted, "settled_by": "", "settlement": ""})
    return True


def missed(session: Session, actor: Actor) -> list[MissedSearch]:
    """Return what was not found and nobody has settled, the most frequent first."""
    actor.require("knowledge.edit")
    query = select(MissedSearch).where(col(MissedSearch.settled_at).is_(None))
    order = col(MissedSearch.times).desc(), col(MissedSearch.last_at).desc(), col(MissedSearch.id)
    return list(session.scalars(query.order_by(*order).limit(LISTED_MAX)))


def settle(
    session: Session, actor: Actor, miss_id: int, settlement: str, *, author: str = "", now: datetime
) -> MissedSearch:
    """Note that something was done about it: `article`, `synonym`, or `dropped`, since it is none of ours."""
    actor.require("knowledge.edit")
    miss = session.get(MissedSearch, miss_id, with_for_update=True)
    if miss is None:
        raise MissNotFound()
    miss.settled_at, miss.settled_by, miss.settlement = now, author, settlement
    session.add(miss)
    session.flush()
    audit.write(
        session, actor, "knowledge.settled", now=now, object_type="missed_search", object_id=miss_id, how=settlement
    )
    return miss
