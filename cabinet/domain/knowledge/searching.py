"""The search: forms of words, typos, synonyms, the other keyboard; the same hits on every database (4.3).

What is sought becomes terms, each a stem with all that may stand for it. The database adds up whole numbers, so that
the order is the same everywhere; nothing in it depends on a collation or on a dictionary of the database's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import case, func, select
from sqlmodel import Session, col

from cabinet.domain.base.actor import Actor, ActorKind
from cabinet.domain.knowledge import snippets, synonyms
from cabinet.domain.knowledge.indexing import STOP
from cabinet.kit import words
from cabinet.kit.i18n import LOCALES
from cabinet.kit.shapes import Piece
from cabinet.models.knowledge import Article, ArticleVersion, ArticleWord, Audience, KnownStem

WORDS_MAX: Final = 12
HITS_MAX: Final = 10
SUGGESTED_MAX: Final = 5
PREFIX_LENGTH_MIN: Final = 2
PREFIXES_MAX: Final = 12
SIMILAR_MAX: Final = 3
SIMILAR_LENGTH_MIN: Final = 3
EXACT: Final = 100
MEANT: Final = 90
BEGUN: Final = 70
"""What a hit counts for: the word itself, another one that means the same, one that begins so. A typo counts less."""
COVERED_PERCENT: Final = 40
SUGGESTED_PERCENT: Final = 30
"""So much of what was sought an article has to have, rare words first."""
MANY: Final = 200
"""With so many articles a word that stands in half of them is not looked for, if there are better ones."""


@dataclass(slots=True)
class Term:
    """A word that is sought: what may stand for it, in percent, and how much it says."""

    stems: dict[str, int]
    rarity: int = 0
    commonness: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, with what was sought marked in it."""

    article: Article
    version: ArticleVersion
    locale: str
    title: list[Piece]
    snippet: list[Piece]


@dataclass(slots=True)
class _Wanted:
    terms: list[Term] = field(default_factory=list)
    articles: int = 0


def visible(actor: Actor) -> list[Any]:
    """Return the conditions on articles that the actor may read."""
    published = col(Article.number).is_not(None)
    if actor.kind is ActorKind.guest:
        return [published, col(Article.audience) == Audience.everyone]
    return [published]


def search(
    session: Session, actor: Actor, text: str, *, locale: str, typing: bool = False, limit: int = HITS_MAX
) -> list[Hit]:
    """Return the best articles for what was typed, the best first; nothing when none speaks of it.

    While one is `typing`, the last word counts as the beginning of one. What makes no sense is read as if it were typed
    with the other keyboard, then in the other language.
    """
    others = [other for other in LOCALES if other != locale]
    readings = [(wording, language) for language in (locale, *others) for wording in _readings(text)]
    for wording, language in readings:
        wanted = _wanted(session, actor, wording, language, typing=typing and not wording[-1:].isspace())
        found = _found(session, actor, wanted, language, COVERED_PERCENT, limit)
        if found:
            return _hits(session, wanted, found, language)
    return []


def suggest(session: Session, actor: Actor, text: str, *, limit: int = SUGGESTED_MAX, now: datetime) -> list[Hit]:
    """Return articles that may answer what somebody is writing to us, at most five; for the form of a ticket."""
    letters = words.fold(text)
    locale = "ru" if sum("а" <= each <= "я" for each in letters) * 2 >= sum(map(str.isalpha, letters)) else "en"
    wanted = _wanted(session, actor, text, locale, most=3 * WORDS_MAX)
    wanted.terms = sorted((term for term in wanted.terms if term.stems), key=lambda term: -term.rarity)[:WORDS_MAX]
    found = _found(session, actor, wanted, locale, SUGGESTED_PERCENT, limit)
    return _hits(session, wanted, found, locale)


def _readings(text: str) -> list[str]:
    other = words.other_keyboard(text)
    return [text, other] if any(map(str.isalpha, other)) else [text]


def _wanted(
    session: Session, actor: Actor, text: str, locale: str, *, typing: bool = False, most: int = WORDS_MAX
) -> _Wanted:
    tokens = [token.word for token in words.tokens(text)]
    said = [word for word in tokens if word not in STOP][:most] or tokens[:most]
    stems = [words.stem(word) for word in said]
    terms = [Term(alternatives) for alternatives in synonyms.spread(session, actor, stems, EXACT, MEANT)]
    wanted = _Wanted(terms, _articles(session))
    known = _known(session, locale, {stem for term in terms for stem in term.stems})
    if typing and said and len(said[-1]) >= PREFIX_LENGTH_MIN and terms:
        begun = _beginning(session, locale, said[-1])
        known |= begun
        terms[-1].stems = {**dict.fromkeys(begun, BEGUN), **terms[-1].stems}
    for term in terms:
        meant = {stem: share for stem, share in term.stems.items() if stem in known}
        if not meant:
            for stem in term.stems:
                similar = _similar(session, locale, stem)
                known |= {each: articles for each, (_, articles) in similar.items()}
                meant |= {each: share for each, (share, _) in similar.items()}
        term.stems = meant
        term.commonness = max((known[stem] for stem in meant), default=0)
        term.rarity = _rarity(term.commonness or max(1, wanted.articles // 20), wanted.articles)
    if wanted.articles >= MANY and any(0 < term.commonness * 2 <= wanted.articles for term in terms):
        wanted.terms = [term for term in terms if term.commonness * 2 <= wanted.articles]
    return wanted


def _articles(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Article).where(col(Article.number).is_not(None))) or 0


def _rarity(having: int, articles: int) -> int:
    """Return how much a word says that so many articles have: a hundred times the logarithm, whole."""
    return round(100 * math.log(1 + Fraction(max(articles, 1), having)))


def _known(session: Session, locale: str, stems: set[str]) -> dict[str, int]:
    query = select(col(KnownStem.stem), col(KnownStem.articles)).where(
        col(KnownStem.locale) == locale, col(KnownStem.stem).in_(sorted(stems))
    )
    return {row.stem: row.articles for row in session.execute(query)} if stems else {}


def _beginning(session: Session, locale: str, letters: str) -> dict[str, int]:
    """Return the most common stems that begin with the letters."""
    query = (
        select(col(KnownStem.stem), col(KnownStem.articles))
        .where(*_from(locale, letters))
        .order_by(col(KnownStem.articles).desc(), col(KnownStem.stem))
        .limit(PREFIXES_MAX)
    )
    return {row.stem: row.articles for row in session.execute(query)}


def _from(locale: str, letters: str) -> list[Any]:
    return [
        col(KnownStem.locale) == locale,
        col(KnownStem.stem) >= letters,
        col(KnownStem.stem) < letters[:-1] + chr(ord(letters[-1]) + 1),
    ]


def _similar(session: Session, locale: str, stem: str) -> dict[str, tuple[int, int]]:
    """Return stems that may have been meant by one that nobody knows, with their shares and how common they are.

    The first letter is nearly always right; when nothing begins so, a wrong one is thought of too.
    """
    if len(stem) < SIMILAR_LENGTH_MIN or stem.isdecimal():
        return {}
    near = col(KnownStem.length).between(len(stem) - 2, len(stem) + 2)
    for narrowed in (_from(locale, stem[0]), [col(KnownStem.locale) == locale]):
        query = select(col(KnownStem.stem), col(KnownStem.articles)).where(*narrowed, near)
        known = {row.stem: row.articles for row in session.execute(query.order_by(col(KnownStem.stem)))}
        close = process.extract(
            stem,
            list(known),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=_wrong(len(stem)),
            limit=SIMILAR_MAX,
        )
        if close:
            return {each: (_share(stem, each, wrong), known[each]) for each, wrong, _ in close}
    return {}


def _wrong(length: int) -> int:
    """Return how many letters may be wrong in a word of that length."""
    return 2 if length > 5 else 1 if length > 3 else 0


def _share(stem: str, other: str, wrong: int) -> int:
    """Return what a word with so many wrong letters counts for, in percent."""
    longest = max(len(stem), len(other))
    return 80 * (longest - wrong) // longest


def _found(session: Session, actor: Actor, wanted: _Wanted, locale: str, percent: int, limit: int) -> list[int]:
    terms = [term for term in wanted.terms if term.stems]
    if not terms:
        return []
    number, counts, shares = {}, {}, {}
    for place, term in enumerate(terms):
        shares[place] = term.rarity
        for stem, share in term.stems.items():
            if stem not in number:
                number[stem], counts[stem] = place, term.rarity * share
    place_of = case(number, value=col(ArticleWord.stem), else_=0)
    best = (
        select(
            col(ArticleWord.article_id).label("article_id"),
            place_of.label("place"),
            func.max(col(ArticleWord.weight) * case(counts, value=col(ArticleWord.stem), else_=0)).label("score"),
        )
        .where(col(ArticleWord.locale) == locale, col(ArticleWord.stem).in_(sorted(number)))
        .group_by(col(ArticleWord.article_id), place_of)
        .subquery()
    )
    covered = func.sum(case(shares, value=best.c.place, else_=0))
    needed = percent * sum(term.rarity for term in wanted.terms)
    query = (
        select(best.c.article_id)
        .join(Article, col(Article.id) == best.c.article_id)
        .where(*visible(actor))
        .group_by(best.c.article_id)
        .having(covered * 100 >= needed)
        .order_by((func.sum(best.c.score) * covered).desc(), best.c.article_id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _hits(session: Session, wanted: _Wanted, found: Sequence[int], locale: str) -> list[Hit]:
    query = (
        select(Article, ArticleVersion)
        .join(
            ArticleVersion,
            (col(ArticleVersion.article_id) == col(Article.id)) & (col(ArticleVersion.number) == col(Article.number)),
        )
        .where(col(Article.id).in_(found))
    )
    read = {article.id: (article, version) for article, version in session.execute(query)} if found else {}
    stems = {stem for term in wanted.terms for stem in term.stems}
    return [
        Hit(
            article,
            version,
            locale,
            snippets.marked(version.title[locale], stems),
            snippets.snippet(version.plain.get(locale, ""), version.summary.get(locale, ""), stems),
        )
        for article, version in (read[each] for each in found)
    ]
