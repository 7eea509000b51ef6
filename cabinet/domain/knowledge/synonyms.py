"""Words and phrases that mean the same: kept by the editors, thought of by the search (4.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlmodel import Session, col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.knowledge.indexing import meaningful
from cabinet.kit import words
from cabinet.kit.errors import Invalid, NotFound
from cabinet.models.knowledge import Synonym, SynonymGroup

PHRASES_MAX: Final = 30
PHRASE_LENGTH_MAX: Final = 60
AUTHOR_LENGTH_MAX: Final = 120


class SynonymsTooFew(Invalid):
    """A group needs two phrases that are not the same word in two forms."""

    code = "knowledge.synonyms_too_few"


class PhraseTooLong(Invalid):
    code = "knowledge.phrase_too_long"


class GroupNotFound(NotFound):
    code = "knowledge.group_not_found"


def groups(session: Session, actor: Actor) -> list[SynonymGroup]:
    """Return all groups, the newest first."""
    actor.require("knowledge.edit")
    return list(session.scalars(select(SynonymGroup).order_by(col(SynonymGroup.id).desc())))


def keep(
    session: Session,
    actor: Actor,
    phrases: Sequence[str],
    *,
    group_id: int | None = None,
    author: str = "",
    now: datetime,
) -> SynonymGroup:
    """Write a group, or write one anew. The first phrase is the one that articles use."""
    actor.require("knowledge.edit")
    said = list(dict.fromkeys(" ".join(each.split()) for each in phrases if each.strip()))
    if len(said) > PHRASES_MAX or any(len(each) > PHRASE_LENGTH_MAX for each in said):
        raise PhraseTooLong(most=PHRASE_LENGTH_MAX)
    if len({_stems(each) for each in said} - {""}) < 2:
        raise SynonymsTooFew()
    group = SynonymGroup(phrases=said, author=author[:AUTHOR_LENGTH_MAX], created_at=now)
    if group_id is not None:
        group = _group(session, group_id)
        group.phrases = said
        session.execute(delete(Synonym).where(col(Synonym.group_id) == group_id))
    session.add(group)
    session.flush()
    assert group.id is not None
    for place, phrase in enumerate(said):
        stems = _stems(phrase)
        if stems:
            session.add(Synonym(group_id=group.id, place=place, first=stems.split()[0], stems=stems))
    session.flush()
    audit.write(session, actor, "knowledge.synonyms", now=now, object_type="synonyms", object_id=group.id, phrases=said)
    return group


def drop(session: Session, actor: Actor, group_id: int, *, now: datetime) -> None:
    """Forget a group."""
    actor.require("knowledge.edit")
    group = _group(session, group_id)
    session.execute(delete(Synonym).where(col(Synonym.group_id) == group_id))
    session.delete(group)
    session.flush()
    audit.write(session, actor, "knowledge.synonyms_dropped", now=now, object_type="synonyms", object_id=group_id)


def spread(session: Session, actor: Actor, stems: Sequence[str], exact: int, meant: int) -> list[dict[str, int]]:
    """Return, for each word or phrase that is sought, the stems that may stand for it and what each counts for."""
    matched = _matched(session, stems)
    found: list[dict[str, int]] = []
    place = 0
    while place < len(stems):
        ids, length = matched.get(place, ({}, 1))
        found += _of_groups(ids, tuple(stems[place : place + length]), exact, meant)
        place += length
    return found


def _matched(session: Session, stems: Sequence[str]) -> dict[int, tuple[dict[int, list[str]], int]]:
    """Return, by the place where a known phrase begins, the groups of the longest one and its length."""
    query = select(Synonym).where(col(Synonym.first).in_(set(stems))).order_by(col(Synonym.group_id))
    begun: dict[str, list[Synonym]] = defaultdict(list)
    for each in session.scalars(query) if stems else ():
        begun[each.first].append(each)
    if not begun:
        return {}
    ids = {each.group_id for known in begun.values() for each in known}
    whole: dict[int, list[str]] = defaultdict(list)
    for each in session.scalars(
        select(Synonym).where(col(Synonym.group_id).in_(ids)).order_by(col(Synonym.group_id), col(Synonym.place))
    ):
        whole[each.group_id].append(each.stems)
    found = {}
    for place, stem in enumerate(stems):
        here = [
            (len(said), each.group_id)
            for each in begun.get(stem, ())
            if (said := each.stems.split()) == list(stems[place : place + len(each.stems.split())])
        ]
        longest = max((length for length, _ in here), default=0)
        if longest:
            found[place] = ({group: whole[group] for length, group in here if length == longest}, longest)
    return found


def _of_groups(ids: dict[int, list[str]], said: tuple[str, ...], exact: int, meant: int) -> list[dict[str, int]]:
    """Return the terms for a phrase that stands in these groups: one, or as many as the articles' own phrase has."""
    first: dict[str, int] = {said[0]: exact} if len(said) == 1 else {}
    rest: list[dict[str, int]] = []
    for phrases in ids.values():
        canonical = phrases[0].split()
        for single in (each for each in phrases if " " not in each):
            first.setdefault(single, meant)
        first.setdefault(canonical[0], meant)
        if len(canonical) > 1 and not rest:
            rest = [{stem: meant} for stem in canonical[1:]]
    return [first or {said[0]: exact}, *rest]


def _stems(phrase: str) -> str:
    return " ".join(meaningful(phrase) or words.stems(phrase))


def _group(session: Session, group_id: int) -> SynonymGroup:
    group = session.get(SynonymGroup, group_id, with_for_update=True)
    if group is None:
        raise GroupNotFound()
    return group
