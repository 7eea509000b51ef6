"""The knowledge base as readers see it: shelves, lines, what was found, an article (4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cabinet.domain.knowledge import Desked, DeskedCard, Hit, Listed, Read, Shelf
from cabinet.domain.outages import Seen
from cabinet.kit import clock, i18n, markdown
from cabinet.kit.i18n import DEFAULT_LOCALE, mark
from cabinet.kit.shapes import Fact, Piece
from cabinet.models.knowledge import ArticleVersion, Audience, MissedSearch, SynonymGroup
from cabinet.reports.reader import Reader

SIGNS_A_MINUTE: Final = 1_200
"""How fast people read: about 180 words of Russian."""
VERSIONS_SHOWN: Final = 5
ICONS: Final = ("key-round", "wallet", "router", "wifi", "package", "shield-check")


@dataclass
class ShelfRow:
    """A category."""

    code: str
    icon: str
    title: str
    soft: str
    count: str


@dataclass
class ArticleRow:
    """An article in a list."""

    slug: str
    title: str
    soft: str


@dataclass
class HitRow:
    """An article that was found, with what was sought marked."""

    slug: str
    title: list[Piece]
    snippet: list[Piece]


@dataclass
class ArticleCard:
    """An article; `locale` is the language that it is really in."""

    slug: str = ""
    title: str = ""
    category: str = ""
    shelf: str = ""
    minutes: str = ""
    updated: str = ""
    helped: str = ""
    summary: str = ""
    html: str = ""
    locale: str = DEFAULT_LOCALE
    line: str = ""
    """How the reader's own line is; "" when the article is not about one."""
    trouble: bool = False
    voted: bool = False
    related: list[ArticleRow] = field(default_factory=list)


def shelf_rows(found: Sequence[Shelf], eye: Reader) -> list[ShelfRow]:
    """Return the categories with how many articles are in each."""
    return [
        ShelfRow(
            code=each.category.code,
            icon=each.category.icon,
            title=eye.name(each.category.title),
            soft=eye.name(each.category.soft),
            count=i18n.plural(eye.locale, "{n} article", "{n} articles", each.articles),
        )
        for each in found
    ]


def article_rows(found: Sequence[Listed], eye: Reader) -> list[ArticleRow]:
    """Return articles as lines."""
    return [
        ArticleRow(each.article.slug, eye.name(each.version.title), eye.name(each.version.summary)) for each in found
    ]


def hit_rows(found: Sequence[Hit]) -> list[HitRow]:
    """Return what was found, the best first."""
    return [HitRow(each.article.slug, each.title, each.snippet) for each in found]


def suggestions(found: Sequence[Hit]) -> list[ArticleRow]:
    """Return articles that may answer what somebody is writing to us."""
    rows = []
    for each in found:
        title, summary = (i18n.localized(words, each.locale) for words in (each.version.title, each.version.summary))
        rows.append(ArticleRow(each.article.slug, title, summary))
    return rows


def card(read: Read, news: Sequence[Seen] | None, eye: Reader) -> ArticleCard:
    """Return an article to be read; `news` is what touches a customer's line, None for a guest."""
    locale = eye.locale if read.version.body.get(eye.locale) else DEFAULT_LOCALE
    body = read.version.body[locale]
    line, trouble = _line(read.article.service, news, eye)
    minutes = max(1, round(len(body) / SIGNS_A_MINUTE))
    updated = clock.day_of(read.article.updated_at, eye.zone)
    helped = eye.say(mark("Helped {helped} of {voices}"), helped=read.helped, voices=read.voices)
    return ArticleCard(
        slug=read.article.slug,
        title=i18n.localized(read.version.title, locale),
        category=eye.name(read.category.title),
        shelf=read.category.code,
        minutes=i18n.plural(eye.locale, "{n} minute to read", "{n} minutes to read", minutes),
        updated=eye.say(mark("Updated on {day}"), day=eye.day(updated)),
        helped=helped if read.voices else "",
        summary=i18n.localized(read.version.summary, locale),
        html=markdown.html(body),
        locale=locale,
        line=line,
        trouble=trouble,
        voted=read.vote is not None,
        related=article_rows(read.related, eye),
    )


@dataclass
class DeskRow:
    """An article on the editors' desk."""

    slug: str
    title: str
    soft: str
    status: str
    tone: str


@dataclass
class DeskCard:
    """One article with all that its editor needs; `form` are its last words as the form begins with them."""

    slug: str = ""
    title: str = ""
    status: str = ""
    tone: str = ""
    facts: list[Fact] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    html: str = ""
    """Its last words, in Russian, as readers would see them."""
    draft: bool = False
    published: bool = False
    form: dict[str, str] = field(default_factory=dict)


@dataclass
class MissRow:
    """What was sought and not found."""

    key: str
    phrase: str
    soft: str


@dataclass
class WordsRow:
    """Words that mean the same."""

    key: str
    phrases: str


def desk_rows(found: Sequence[Desked], eye: Reader) -> list[DeskRow]:
    """Return the articles of the desk."""
    return [_desk_row(each, eye) for each in found]


def desk_card(found: DeskedCard, eye: Reader) -> DeskCard:
    """Return one article of the desk."""
    row, article, version = _desk_row(found.desked, eye), found.desked.article, found.desked.version
    facts = [
        Fact(eye.say(mark("Address of the article")), f"/help/{article.slug}"),
        Fact(eye.say(mark("Opened")), str(article.views)),
        Fact(eye.say(mark("Helped")), f"{found.desked.helped} / {found.desked.voices}"),
    ]
    if article.review_on is not None:
        facts.append(Fact(eye.say(mark("To be looked at on")), eye.day(article.review_on)))
    if article.reviewed_by:
        facts.append(Fact(eye.say(mark("Looked at last by")), article.reviewed_by))
    facts += [
        Fact(eye.say(mark("Version {number}"), number=each.number), _version(each, eye)) for each in found.versions[:5]
    ]
    return DeskCard(
        slug=article.slug,
        title=row.title,
        status=row.status,
        tone=row.tone,
        facts=facts,
        missing=list(found.missing),
        html=markdown.html(version.body.get(DEFAULT_LOCALE, "")) if version else "",
        draft=found.desked.draft,
        published=article.number is not None,
        form=_form(version) if version else {},
    )


def miss_rows(found: Sequence[MissedSearch], eye: Reader) -> list[MissRow]:
    """Return what was not found, the most frequent first."""
    return [
        MissRow(
            str(each.id),
            each.phrase,
            i18n.plural(eye.locale, "sought {n} time", "sought {n} times", each.times),
        )
        for each in found
    ]


def words_rows(found: Sequence[SynonymGroup]) -> list[WordsRow]:
    """Return the groups of synonyms."""
    return [WordsRow(str(each.id), ", ".join(each.phrases)) for each in found]


def _desk_row(found: Desked, eye: Reader) -> DeskRow:
    article = found.article
    state, tone = mark("Article is published"), "good"
    if article.number is None:
        state, tone = (mark("Article is a draft"), "warn") if found.draft else (mark("Article is withdrawn"), "calm")
    elif found.draft:
        state, tone = mark("There is a draft"), "warn"
    elif article.review_on is not None and article.review_on <= eye.today:
        state, tone = mark("Time to look at it"), "bad"
    audience = mark("for customers") if article.audience is Audience.customers else mark("for everybody")
    helped = eye.say(mark("helped {helped} of {voices}"), helped=found.helped, voices=found.voices)
    said = [eye.say(audience), *([helped] if found.voices else [])]
    return DeskRow(
        slug=article.slug,
        title=eye.name(found.version.title) if found.version else article.slug,
        soft=", ".join(said),
        status=eye.say(state),
        tone=tone,
    )


def _version(version: ArticleVersion, eye: Reader) -> str:
    if version.published_at is None:
        return eye.say(mark("draft, {author}"), author=version.author)
    day = eye.day(clock.day_of(version.published_at, eye.zone))
    return eye.say(mark("{day}, {author}"), day=day, author=version.author)


def _form(version: ArticleVersion) -> dict[str, str]:
    return {
        f"{name}_{locale}": getattr(version, name).get(locale, "")
        for name in ("title", "summary", "keywords", "body")
        for locale in i18n.LOCALES
    }


def _line(service: str, news: Sequence[Seen] | None, eye: Reader) -> tuple[str, bool]:
    if not service or news is None:
        return "", False
    going = [
        each.outage
        for each in news
        if each.outage.category == service and each.outage.begins_at <= eye.now and each.outage.ended_at is None
    ]
    if going:
        return eye.say(mark("On your line now: {what}"), what=eye.name(going[0].title)), True
    return eye.say(mark("There is no outage on your line now")), False
