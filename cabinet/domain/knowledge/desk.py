"""The editors' desk: all articles, their drafts, what readers think, what has to be looked at again (4.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.knowledge import indexing, writing
from cabinet.domain.knowledge.bringing import REVIEW_DAYS
from cabinet.domain.knowledge.reading import CategoryNotFound
from cabinet.domain.knowledge.writing import Name, Words
from cabinet.kit.errors import Conflict, Invalid
from cabinet.models.knowledge import Article, ArticleVersion, ArticleVote, Audience, KnowledgeCategory
from cabinet.models.people import StaffMember

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH_MAX: Final = 80
COMMENTS_SHOWN: Final = 20


class SlugWrong(Invalid):
    """An address is small Latin letters and digits, with single hyphens between."""

    code = "knowledge.slug_wrong"


class SlugTaken(Conflict):
    code = "knowledge.slug_taken"


class NothingToPublish(Conflict):
    code = "knowledge.nothing_to_publish"


class NotPublished(Conflict):
    code = "knowledge.not_published"


@dataclass(frozen=True, slots=True)
class Desked:
    """An article on the desk: its last words, whether they are a draft, what readers think."""

    article: Article
    version: ArticleVersion | None
    draft: bool
    voices: int
    helped: int


@dataclass(frozen=True, slots=True)
class DeskedCard:
    """One article with its versions, the newest first, and what readers found missing."""

    desked: Desked
    versions: Sequence[ArticleVersion]
    missing: Sequence[str]


def desk(session: Session, actor: Actor) -> list[Desked]:
    """Return every article, those whose review is due first."""
    actor.require("knowledge.edit")
    order = col(Article.review_on).is_(None), col(Article.review_on), col(Article.category_code), col(Article.position)
    found = session.scalars(select(Article).order_by(*order, col(Article.id))).all()
    return _desked(session, found)


def desk_article(session: Session, actor: Actor, slug: str) -> DeskedCard:
    """Return one article for its editors."""
    actor.require("knowledge.edit")
    article = writing.found(session, actor, slug)
    versions = select(ArticleVersion).where(col(ArticleVersion.article_id) == article.id)
    missing = select(col(ArticleVote.missing)).where(
        col(ArticleVote.article_id) == article.id, col(ArticleVote.missing) != ""
    )
    return DeskedCard(
        _desked(session, [article])[0],
        session.scalars(versions.order_by(col(ArticleVersion.number).desc())).all(),
        session.scalars(missing.order_by(col(ArticleVote.at).desc()).limit(COMMENTS_SHOWN)).all(),
    )


def categories(session: Session, actor: Actor) -> list[KnowledgeCategory]:
    """Return all shelves, empty ones too."""
    actor.require("knowledge.edit")
    return list(session.scalars(select(KnowledgeCategory).order_by(col(KnowledgeCategory.position))))


def begin(
    session: Session, actor: Actor, slug: str, category: str, audience: Audience, words: Words, *, now: datetime
) -> Article:
    """Begin an article with a draft of its words; readers see nothing of it."""
    actor.require("knowledge.edit")
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH_MAX:
        raise SlugWrong()
    if session.get(KnowledgeCategory, category) is None:
        raise CategoryNotFound()
    if session.scalar(select(Article).where(col(Article.slug) == slug)) is not None:
        raise SlugTaken()
    last = select(func.coalesce(func.max(col(Article.position)), 0)).where(col(Article.category_code) == category)
    article = Article(
        slug=slug,
        category_code=category,
        audience=audience,
        position=(session.scalar(last) or 0) + 1,
        created_at=now,
        updated_at=now,
    )
    session.add(article)
    session.flush()
    writing.save(session, actor, article, words, _name(session, actor), now=now)
    audit.write(session, actor, "knowledge.begun", now=now, object_type="article", object_id=slug)
    return article


def write_draft(session: Session, actor: Actor, slug: str, words: Words, *, note: str = "", now: datetime) -> None:
    """Keep the words as the article's draft."""
    article = writing.locked(session, actor, slug)
    writing.save(session, actor, article, words, _name(session, actor, note), now=now)


def publish_draft(session: Session, actor: Actor, slug: str, *, now: datetime) -> ArticleVersion:
    """Publish the draft, to be looked at again in half a year."""
    article = writing.locked(session, actor, slug)
    draft = writing.draft_of(session, actor, article)
    if draft is None:
        raise NothingToPublish()
    return writing.put_out(session, actor, article, draft, review_on=_review(now), now=now)


def withdraw(session: Session, actor: Actor, slug: str, *, now: datetime) -> None:
    """Take the article from its readers; its versions stay."""
    article = writing.locked(session, actor, slug)
    if article.number is None:
        raise NotPublished()
    article.number = None
    session.add(article)
    indexing.index(session, actor, article, None)
    session.flush()
    audit.write(session, actor, "knowledge.withdrawn", now=now, object_type="article", object_id=slug)


def still_true(session: Session, actor: Actor, slug: str, *, now: datetime) -> None:
    """Note that an editor has looked, and the article is true."""
    article = writing.locked(session, actor, slug)
    if article.number is None:
        raise NotPublished()
    article.reviewed_at, article.reviewed_by, article.review_on = now, _name(session, actor).author, _review(now)
    session.add(article)
    session.flush()
    audit.write(session, actor, "knowledge.reviewed", now=now, object_type="article", object_id=slug)


def _review(now: datetime) -> date:
    return now.date() + timedelta(days=REVIEW_DAYS)


def _name(session: Session, actor: Actor, note: str = "") -> Name:
    member = session.get(StaffMember, actor.id) if actor.id else None
    return Name(member.name if member else actor.label, note)


def _desked(session: Session, found: Sequence[Article]) -> list[Desked]:
    ids = [each.id for each in found]
    newest = (
        select(col(ArticleVersion.article_id), func.max(col(ArticleVersion.number)).label("number"))
        .where(col(ArticleVersion.article_id).in_(ids))
        .group_by(col(ArticleVersion.article_id))
        .subquery()
    )
    query = select(ArticleVersion).join(
        newest,
        (newest.c.article_id == col(ArticleVersion.article_id)) & (newest.c.number == col(ArticleVersion.number)),
    )
    versions = {each.article_id: each for each in session.scalars(query)}
    helped = func.coalesce(func.sum(case((col(ArticleVote.helped), 1), else_=0)), 0)
    votes = (
        select(col(ArticleVote.article_id), func.count().label("voices"), helped.label("helped"))
        .where(col(ArticleVote.article_id).in_(ids))
        .group_by(col(ArticleVote.article_id))
    )
    voices = {row.article_id: (row.voices, int(row.helped)) for row in session.execute(votes)}
    rows = []
    for each in found:
        version = versions.get(each.id or 0)
        draft = version is not None and version.published_at is None
        rows.append(Desked(each, version, draft, *voices.get(each.id, (0, 0))))
    return rows
