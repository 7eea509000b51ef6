"""The knowledge base: its shelves, an article, a search that answers while one types, the readers' voice (4.3)."""

from __future__ import annotations

import reflex as rx

from cabinet import throttle
from cabinet.db import in_reading, in_transaction
from cabinet.domain import knowledge, outages
from cabinet.domain.base.actor import ActorKind, SignInNeeded
from cabinet.kit.errors import NotFound, Refusal
from cabinet.reports import knowledge as rows
from cabinet.reports.knowledge import ArticleCard, ArticleRow, HitRow, ShelfRow
from cabinet.state.base import Here, PageState, connection
from cabinet.state.guard import customer, public

WANTED_MAX = 100
MISSING_MAX = 600


class KnowledgeState(PageState, rx.State):
    """The pages «База знаний», for customers and for everybody."""

    wanted: str = ""
    """What is sought now."""
    hits: list[HitRow] = []
    shelves: list[ShelfRow] = []
    popular: list[ArticleRow] = []
    shelf: str = ""
    listed: list[ArticleRow] = []
    """The articles of the category that the address names, and its name in `shelf`."""
    card: ArticleCard = ArticleCard()
    closed: bool = False
    """The article is for those who have signed in."""
    telling: bool = False
    refusal: str = ""
    serial: int = 0

    @customer
    async def load(self):
        """Show a customer the shelves; what the address asks for is sought, or its category shown."""
        await self._load()

    @public
    async def load_guide(self):
        """Show everybody the same of what is for everybody."""
        await self._load()

    @customer
    async def load_article(self):
        """Show a customer the article that the address names, and count that it was opened."""
        await self._load_article()

    @public
    async def load_guide_article(self):
        """Show everybody an article that is for everybody."""
        await self._load_article()

    @public
    async def seek(self, text: str):
        """Show what answers to what is being typed."""
        await self._seek(await self._here(), text, typing=True)

    @public
    async def search(self, form: dict[str, str]):
        """Show what answers; what nothing answers to is written down for the editors."""
        here = await self._here()
        text = form.get("wanted", "")[:WANTED_MAX]
        await self._seek(here, text)
        whose = str(here.actor.id or connection(self).client_ip)
        if text.strip() and not self.hits and throttle.allowed("missed_search", whose):
            await in_transaction(knowledge.note_missed, here.actor, text, locale=here.locale, now=here.now)

    @customer
    async def vote(self, helped: bool):
        """Say that the article helped, or open the field for what it lacks."""
        await self._vote(helped, "")
        self.telling = not helped and not self.refusal

    @customer
    async def tell(self, form: dict[str, str]):
        """Say what the article lacks."""
        await self._vote(False, form.get("missing", "")[:MISSING_MAX])
        if not self.refusal:
            self.telling = False

    async def _vote(self, helped: bool, missing: str) -> None:
        here = await self._here()
        self.refusal = ""
        try:
            await in_transaction(
                knowledge.vote, here.actor, self.card.slug, helped=helped, missing=missing, now=here.now
            )
            await self._show_article(here, self.card.slug)
        except Refusal as found:
            self.refusal = here.refused(found)
            return
        await self._say("good", here.phrase("Thank you! It helps us write better."))

    async def _load(self) -> None:
        here, asked = await self._here(), self.router.url.query_parameters
        eye = here.eye
        self.shelf, self.listed = "", []
        self.shelves = rows.shelf_rows(await in_reading(knowledge.shelves, here.actor), eye)
        self.popular = rows.article_rows(await in_reading(knowledge.popular, here.actor, now=here.now), eye)
        if asked.get("shelf"):
            await self._show_shelf(here, asked["shelf"][:40])
        wanted = asked.get("q", "")[:WANTED_MAX] if here.arrived else self.wanted
        self.serial += wanted != self.wanted
        await self._seek(here, wanted)
        self.ready = True

    async def _load_article(self) -> None:
        here = await self._here()
        slug = self.router.url.path.rstrip("/").rpartition("/")[2][:80]
        if not here.arrived and self.card.slug == slug:
            self.ready = True
            return
        self.card, self.closed, self.telling, self.refusal = ArticleCard(), False, False, ""
        try:
            asked = self.router.url.query_parameters.get("from") == "ticket"
            found = asked or any(hit.slug == slug for hit in self.hits)
            await in_transaction(knowledge.note_opened, here.actor, slug, found=found, now=here.now)
            await self._show_article(here, slug)
        except SignInNeeded:
            self.closed = True
        except NotFound:
            self.card = ArticleCard()
        self.ready = True

    async def _seek(self, here: Here, text: str, *, typing: bool = False) -> None:
        self.wanted = text[:WANTED_MAX]
        found = []
        if self.wanted.strip():
            found = await in_reading(knowledge.search, here.actor, self.wanted, locale=here.locale, typing=typing)
        self.hits = rows.hit_rows(found)

    async def _show_shelf(self, here: Here, code: str) -> None:
        try:
            category, listed = await in_reading(knowledge.shelf, here.actor, code)
        except NotFound:
            return
        eye = here.eye
        self.shelf, self.listed = eye.name(category.title), rows.article_rows(listed, eye)

    async def _show_article(self, here: Here, slug: str) -> None:
        read = await in_reading(knowledge.article, here.actor, slug)
        news = None
        if here.actor.kind is ActorKind.customer:
            news = await in_reading(outages.news, here.actor, now=here.now)
        self.card = rows.card(read, news, here.eye)
