"""The knowledge base as readers see it: shelves, lines, what was found, an article (4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cabinet.domain.knowledge import Hit, Listed, Read, Shelf
from cabinet.domain.outages import Seen
from cabinet.kit import clock, i18n, markdown
from cabinet.kit.i18n import DEFAULT_LOCALE, mark
from cabinet.kit.shapes import Piece
from cabinet.reports.reader import Reader

SIGNS_A_MINUTE: Final = 1_200
"""How fast people read: about 180 words of Russian."""
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
