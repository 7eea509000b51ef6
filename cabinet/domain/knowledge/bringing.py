"""Articles that come as files: brought in once, again when the file has changed, never over what was written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor
from cabinet.domain.knowledge import synonyms, writing
from cabinet.domain.knowledge.writing import Name, Words
from cabinet.models.knowledge import Article, ArticleVersion, Audience, KnowledgeCategory, SynonymGroup

REVIEW_DAYS: Final = 180
"""How long an article counts as true without anybody having looked."""


class Brought(StrEnum):
    added = "added"
    changed = "changed"
    same = "same"
    kept = "kept"
    """Its file has changed, and so has it here: what editors wrote stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An article of a file."""

    slug: str
    category: str
    words: Words
    digest: str
    author: str
    audience: Audience = Audience.everyone
    service: str = ""
    related: Sequence[str] = ()
    position: int = 0


def bring_category(
    session: Session, actor: Actor, code: str, title: Mapping[str, str], soft: Mapping[str, str], icon: str, place: int
) -> None:
    """Have a category with these names."""
    actor.require("knowledge.edit")
    shelf = session.get(KnowledgeCategory, code) or KnowledgeCategory(code=code, title={}, icon=icon, position=place)
    shelf.title, shelf.soft, shelf.icon, shelf.position = dict(title), dict(soft), icon, place
    session.add(shelf)
    session.flush()


def bring_synonyms(
    session: Session, actor: Actor, phrases: Sequence[str], *, author: str, now: datetime
) -> SynonymGroup | None:
    """Have the group, unless its first phrase leads one already: that one may have been changed here."""
    actor.require("knowledge.edit")
    if any(each.phrases[0] == phrases[0] for each in session.scalars(select(SynonymGroup))):
        return None
    return synonyms.keep(session, actor, phrases, author=author, now=now)


def bring_in(session: Session, actor: Actor, incoming: Incoming, *, now: datetime) -> Brought:
    """Have the article of a file; the same file twice changes nothing."""
    actor.require("knowledge.edit")
    known = session.scalar(select(Article).where(col(Article.slug) == incoming.slug).with_for_update())
    if known is not None and known.imported == incoming.digest:
        return Brought.same
    if known is not None and _written_here(session, known, incoming.author):
        return Brought.kept
    article = known or Article(slug=incoming.slug, category_code=incoming.category, created_at=now, updated_at=now)
    article.category_code, article.audience, article.service = incoming.category, incoming.audience, incoming.service
    article.related, article.position, article.imported = list(incoming.related), incoming.position, incoming.digest
    session.add(article)
    session.flush()
    draft = writing.save(session, actor, article, incoming.words, Name(incoming.author), now=now)
    review_on = now.date() + timedelta(days=REVIEW_DAYS)
    writing.put_out(session, actor, article, draft, review_on=review_on, now=now)
    return Brought.changed if known is not None else Brought.added


def _written_here(session: Session, article: Article, author: str) -> bool:
    """Tell whether an editor has changed, drafted or withdrawn it since it was brought in."""
    if article.number is None or not article.imported:
        return True
    last = (
        select(ArticleVersion)
        .where(col(ArticleVersion.article_id) == article.id)
        .order_by(col(ArticleVersion.number).desc())
        .limit(1)
    )
    version = session.scalar(last)
    return version is not None and version.author != author
