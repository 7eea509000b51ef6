"""What readers get of the knowledge base: shelves, articles, what is asked most, their voice (4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor, ActorKind, SignInNeeded
from cabinet.domain.knowledge.searching import visible
from cabinet.kit.errors import Invalid, NotFound
from cabinet.models.knowledge import (
    Article,
    ArticleDay,
    ArticleVersion,
    ArticleVote,
    Audience,
    KnowledgeCategory,
)

POPULAR_DAYS: Final = 30
POPULAR_MAX: Final = 6
FOUND_COUNTS: Final = 2
"""An article that somebody came to by a search counts as so many that were merely opened."""
RELATED_MAX: Final = 4
MISSING_LENGTH_MAX: Final = 500


class ArticleNotFound(NotFound):
    code = "knowledge.article_not_found"


class CategoryNotFound(NotFound):
    code = "knowledge.category_not_found"


class WordsTooLong(Invalid):
    code = "knowledge.words_too_long"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category and how many articles the reader finds in it."""

    category: KnowledgeCategory
    articles: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a list."""

    article: Article
    version: ArticleVersion


@dataclass(frozen=True, slots=True)
class Read:
    """An article as it is read."""

    article: Article
    version: ArticleVersion
    category: KnowledgeCategory
    related: list[Listed]
    voices: int
    """How many have said whether it helped."""
    helped: int
    vote: ArticleVote | None
    """The reader's own."""


def shelves(session: Session, actor: Actor) -> list[Shelf]:
    """Return the categories in which there is something for the reader, in their order."""
    query = (
        select(KnowledgeCategory, func.count(col(Article.id)))
        .join(Article, col(Article.category_code) == col(KnowledgeCategory.code))
        .where(*visible(actor))
        .group_by(col(KnowledgeCategory.code))
        .order_by(col(KnowledgeCategory.position), col(KnowledgeCategory.code))
    )
    return [Shelf(category, articles) for category, articles in session.execute(query)]


def shelf(session: Session, actor: Actor, code: str) -> tuple[KnowledgeCategory, list[Listed]]:
    """Return a category with its articles."""
    category = session.get(KnowledgeCategory, code)
    if category is None:
        raise CategoryNotFound()
    query = _listed(actor).where(col(Article.category_code) == code)
    return category, _rows(session, query.order_by(col(Article.position), col(Article.id)))


def popular(session: Session, actor: Actor, *, now: datetime, limit: int = POPULAR_MAX) -> list[Listed]:
    """Return what was really asked in the last thirty days: by openings, those by a search twice."""
    since = now.date() - timedelta(days=POPULAR_DAYS)
    asked = (
        select(
            col(ArticleDay.article_id).label("article_id"),
            func.sum(col(ArticleDay.views) + (FOUND_COUNTS - 1) * col(ArticleDay.found)).label("times"),
        )
        .where(col(ArticleDay.day) > since)
        .group_by(col(ArticleDay.article_id))
        .subquery()
    )
    query = _listed(actor).join(asked, asked.c.article_id == col(Article.id))
    return _rows(session, query.order_by(asked.c.times.desc(), col(Article.id)).limit(limit))


def article(session: Session, actor: Actor, slug: str) -> Read:
    """Return an article with what belongs to it. One for customers asks a guest to sign in."""
    found = session.scalar(select(Article).where(col(Article.slug) == slug))
    if found is None or found.number is None or found.id is None:
        raise ArticleNotFound()
    if found.audience is Audience.customers and actor.kind is ActorKind.guest:
        raise SignInNeeded()
    voices, helped = session.execute(
        select(func.count(), func.coalesce(func.sum(case((col(ArticleVote.helped), 1), else_=0)), 0)).where(
            col(ArticleVote.article_id) == found.id
        )
    ).one()
    own = actor.id if actor.kind is ActorKind.customer else None
    return Read(
        article=found,
        version=session.get_one(ArticleVersion, (found.id, found.number)),
        category=session.get_one(KnowledgeCategory, found.category_code),
        related=_related(session, actor, found),
        voices=voices,
        helped=int(helped),
        vote=session.get(ArticleVote, (found.id, own)) if own else None,
    )


def note_opened(session: Session, actor: Actor, slug: str, *, found: bool = False, now: datetime) -> None:
    """Count that an article was opened; `found` when a search led to it. Nobody is noted, only the day."""
    read = article(session, actor, slug).article
    assert read.id is not None
    session.execute(update(Article).where(col(Article.id) == read.id).values(views=col(Article.views) + 1))
    _count(session, read.id, now.date(), int(found))


def vote(session: Session, actor: Actor, slug: str, *, helped: bool, missing: str = "", now: datetime) -> ArticleVote:
    """Say whether an article helped, and what it lacks. One voice for each customer; the last one counts."""
    person_id = actor.person()
    if len(missing) > MISSING_LENGTH_MAX:
        raise WordsTooLong(most=MISSING_LENGTH_MAX)
    read = article(session, actor, slug)
    given = read.vote or ArticleVote(article_id=read.article.id or 0, person_id=person_id, helped=helped, at=now)
    given.helped, given.missing, given.at = helped, "" if helped else missing.strip(), now
    session.add(given)
    session.flush()
    return given


def _listed(actor: Actor) -> Any:
    return (
        select(Article, ArticleVersion)
        .join(
            ArticleVersion,
            (col(ArticleVersion.article_id) == col(Article.id)) & (col(ArticleVersion.number) == col(Article.number)),
        )
        .where(*visible(actor))
    )


def _rows(session: Session, query: Any) -> list[Listed]:
    return [Listed(found, version) for found, version in session.execute(query)]


def _related(session: Session, actor: Actor, read: Article) -> list[Listed]:
    """Return what the editors put beside it, then its neighbours on the shelf."""
    named = _rows(session, _listed(actor).where(col(Article.slug).in_(read.related)))
    named.sort(key=lambda each: read.related.index(each.article.slug))
    if len(named) >= RELATED_MAX:
        return named[:RELATED_MAX]
    others = (
        _listed(actor)
        .where(col(Article.category_code) == read.category_code, col(Article.slug).not_in([*read.related, read.slug]))
        .order_by(col(Article.position), col(Article.id))
        .limit(RELATED_MAX - len(named))
    )
    return [*named, *_rows(session, others)]


def _count(session: Session, article_id: int, day: date, found: int) -> None:
    connection = session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    line: Any = dialect.insert(ArticleDay)
    line = line.on_conflict_do_update(
        index_elements=["article_id", "day"],
        set_={"views": col(ArticleDay.views) + 1, "found": col(ArticleDay.found) + found},
    )
    connection.execute(line, {"article_id": article_id, "day": day, "views": 1, "found": found})
