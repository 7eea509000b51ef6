"""How the words of an article come to be: a draft, a publication, a version that stays (4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.knowledge import indexing
from cabinet.domain.knowledge.reading import ArticleNotFound
from cabinet.kit import markdown
from cabinet.kit.errors import Invalid
from cabinet.kit.i18n import DEFAULT_LOCALE
from cabinet.models.knowledge import Article, ArticleVersion

TITLE_LENGTH_MAX: Final = 120
SUMMARY_LENGTH_MAX: Final = 300
KEYWORDS_LENGTH_MAX: Final = 300
BODY_LENGTH_MAX: Final = 9_000
NOTE_LENGTH_MAX: Final = 200


class TitleMissing(Invalid):
    """An article needs a title and a body in the first language; another language needs both or none."""

    code = "knowledge.title_missing"


class TextTooLong(Invalid):
    code = "knowledge.text_too_long"


class PictureElsewhere(Invalid):
    """A picture or film is asked for that is not one of ours."""

    code = "knowledge.picture_elsewhere"


class PictureMissing(Invalid):
    """A picture or film is named that nobody has put there."""

    code = "knowledge.picture_missing"


@dataclass(frozen=True, slots=True)
class Words:
    """What an article says, by language."""

    title: Mapping[str, str]
    body: Mapping[str, str]
    summary: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Name:
    """Who writes, as readers and other editors see it."""

    author: str
    note: str = ""


def check(said: Words) -> None:
    """Refuse words that cannot be published."""
    for locale in {DEFAULT_LOCALE, *said.title, *said.body}:
        title, body = said.title.get(locale, "").strip(), said.body.get(locale, "").strip()
        if not title or not body:
            raise TitleMissing()
        for text, most in (
            (title, TITLE_LENGTH_MAX),
            (body, BODY_LENGTH_MAX),
            (said.summary.get(locale, ""), SUMMARY_LENGTH_MAX),
            (said.keywords.get(locale, ""), KEYWORDS_LENGTH_MAX),
        ):
            if len(text) > most:
                raise TextTooLong(most=most)
        for address in markdown.media(body):
            if not markdown.OURS.fullmatch(address):
                raise PictureElsewhere(address=address[:TITLE_LENGTH_MAX])


def found(session: Session, actor: Actor, slug: str) -> Article:
    """Return an article for its editors, published or not."""
    actor.require("knowledge.edit")
    article = session.scalar(select(Article).where(col(Article.slug) == slug))
    if article is None:
        raise ArticleNotFound()
    return article


def locked(session: Session, actor: Actor, slug: str) -> Article:
    """Return an article that an editor is about to change."""
    actor.require("knowledge.edit")
    found = session.scalar(select(Article).where(col(Article.slug) == slug).with_for_update())
    if found is None:
        raise ArticleNotFound()
    return found


def draft_of(session: Session, actor: Actor, article: Article) -> ArticleVersion | None:
    """Return what is written and not published; there is at most one."""
    actor.require("knowledge.edit")
    query = select(ArticleVersion).where(
        col(ArticleVersion.article_id) == article.id, col(ArticleVersion.published_at).is_(None)
    )
    return session.scalar(query.order_by(col(ArticleVersion.number).desc()))


def save(session: Session, actor: Actor, article: Article, said: Words, name: Name, *, now: datetime) -> ArticleVersion:
    """Keep the words as the draft of the article; readers see nothing of it."""
    actor.require("knowledge.edit")
    check(said)
    assert article.id is not None
    draft = draft_of(session, actor, article)
    if draft is None:
        last = select(func.max(col(ArticleVersion.number))).where(col(ArticleVersion.article_id) == article.id)
        number = (session.scalar(last) or 0) + 1
        draft = ArticleVersion(article_id=article.id, number=number, title={}, body={}, author="", created_at=now,
                               changed_at=now)  # fmt: skip
    draft.title, draft.body = dict(said.title), dict(said.body)
    draft.summary, draft.keywords = dict(said.summary), dict(said.keywords)
    draft.plain = {locale: markdown.plain(body) for locale, body in said.body.items()}
    draft.author, draft.note, draft.changed_at = name.author, name.note[:NOTE_LENGTH_MAX], now
    session.add(draft)
    session.flush()
    return draft


def put_out(
    session: Session, actor: Actor, article: Article, draft: ArticleVersion, *, review_on: date | None, now: datetime
) -> ArticleVersion:
    """Publish a draft: it is read and found from now on, and never changes again."""
    actor.require("knowledge.edit")
    draft.published_at = now
    article.number, article.updated_at = draft.number, now
    article.reviewed_at, article.reviewed_by, article.review_on = now, draft.author, review_on
    session.add(draft)
    session.add(article)
    session.flush()
    indexing.index(session, actor, article, draft)
    audit.write(
        session,
        actor,
        "knowledge.published",
        now=now,
        object_type="article",
        object_id=article.slug,
        number=draft.number,
    )
    return draft
