"""What an article is found by: its stems with their weights, and how common each stem is (4.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor
from cabinet.kit import markdown, words
from cabinet.kit.i18n import LOCALES
from cabinet.models.knowledge import Article, ArticleVersion, ArticleWord, KnowledgeCategory, KnownStem

TITLE: Final = 12
KEYWORDS: Final = 9
SUMMARY: Final = 5
HEADING: Final = 5
BODY_MAX: Final = 3
"""What a stem weighs for standing in each place; in the body as often as it stands there, at most so much."""
BATCH: Final = 400

_SAY_NOTHING: Final = """
а без бы в во вот все вы да для до его ее если есть еще же за и из или им их к как ко ли мне мой моя мы на над
не него нет но о об он она они от по под при про с со та так такое то только тут у уже что чтобы эта эти это
этот я мои мою моего можно нужно надо очень лучше где когда куда почему зачем какой какая какие сколько чем a an
and are as at be by can do does for from how i if in is it me my not of on or our so that the this to what when
where which who why with you your
"""
STOP: Final = frozenset(_SAY_NOTHING.split())
"""Words that stand everywhere and say nothing alone."""


def weights(version: ArticleVersion, locale: str) -> dict[str, int]:
    """Return what the version's text in one language is found by; empty without such a text."""
    if not version.body.get(locale):
        return {}
    found: Counter[str] = Counter()
    for text, weight in (
        (version.title.get(locale, ""), TITLE),
        (version.keywords.get(locale, ""), KEYWORDS),
        (version.summary.get(locale, ""), SUMMARY),
    ):
        found.update(dict.fromkeys(meaningful(text), weight))
    body: Counter[str] = Counter()
    for line, heading in markdown.blocks(version.body[locale]):
        stems = meaningful(line)
        body.update(stems)
        if heading:
            found.update(dict.fromkeys(stems, HEADING))
    found.update({stem: min(count, BODY_MAX) for stem, count in body.items()})
    return dict(found)


def meaningful(text: str) -> list[str]:
    """Return the stems of a text without the words that say nothing."""
    return [words.stem(token.word) for token in words.tokens(text) if token.word not in STOP]


def index(session: Session, actor: Actor, article: Article, version: ArticleVersion | None) -> None:
    """Have the article found by this version and by nothing else; by nothing at all without one."""
    actor.require("knowledge.edit")
    # One at a time: what a stem is common to is counted anew.
    session.scalars(select(col(KnowledgeCategory.code)).order_by(col(KnowledgeCategory.code)).with_for_update()).all()
    before = select(col(ArticleWord.locale), col(ArticleWord.stem)).where(col(ArticleWord.article_id) == article.id)
    touched = {(row.locale, row.stem) for row in session.execute(before)}
    session.execute(delete(ArticleWord).where(col(ArticleWord.article_id) == article.id))
    rows = [
        {"locale": locale, "stem": stem, "article_id": article.id, "weight": weight}
        for locale in LOCALES
        for stem, weight in (weights(version, locale) if version else {}).items()
    ]
    if rows:
        session.execute(insert(ArticleWord), rows)
    touched |= {(str(row["locale"]), str(row["stem"])) for row in rows}
    for locale in LOCALES:
        _count(session, locale, sorted(stem for language, stem in touched if language == locale))


def count_all(session: Session, actor: Actor) -> None:
    """Count anew how common every stem is."""
    actor.require_system()
    session.execute(delete(KnownStem))
    query = select(col(ArticleWord.locale), col(ArticleWord.stem), func.count()).group_by(
        col(ArticleWord.locale), col(ArticleWord.stem)
    )
    _note(session, ((locale, stem, articles) for locale, stem, articles in session.execute(query)))


def _count(session: Session, locale: str, stems: list[str]) -> None:
    for start in range(0, len(stems), BATCH):
        some = stems[start : start + BATCH]
        these = col(KnownStem.locale) == locale, col(KnownStem.stem).in_(some)
        session.execute(delete(KnownStem).where(*these))
        query = (
            select(col(ArticleWord.stem), func.count())
            .where(col(ArticleWord.locale) == locale, col(ArticleWord.stem).in_(some))
            .group_by(col(ArticleWord.stem))
        )
        _note(session, ((locale, stem, articles) for stem, articles in session.execute(query)))


def _note(session: Session, counted: Iterable[tuple[str, str, int]]) -> None:
    rows = [
        {"locale": locale, "stem": stem, "length": len(stem), "articles": articles}
        for locale, stem, articles in counted
    ]
    if rows:
        session.execute(insert(KnownStem), rows)
