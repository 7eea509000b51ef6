"""The editors' desk of the knowledge base: articles and their drafts, what was not found, synonyms (4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anyio.to_thread
import reflex as rx

from cabinet import wiring
from cabinet.db import in_reading
from cabinet.domain import knowledge
from cabinet.domain.knowledge import Words
from cabinet.kit import i18n, markdown
from cabinet.kit.errors import Refusal
from cabinet.kit.i18n import LOCALES
from cabinet.models.knowledge import Audience
from cabinet.reports import knowledge as rows
from cabinet.reports.knowledge import DeskCard, DeskRow, MissRow, WordsRow
from cabinet.state import typed
from cabinet.state.base import FormState, Here
from cabinet.state.guard import staff

BODY_TYPED_MAX = 9_001
LINE_TYPED_MAX = 301
FORMS = ("new", "words", "synonyms")


class StaffKnowledgeState(FormState, rx.State):
    """The page «База знаний» of the staff."""

    rows: list[DeskRow] = []
    misses: list[MissRow] = []
    synonyms: list[WordsRow] = []
    shelves: list[tuple[str, str]] = []
    chosen: str = ""
    card: DeskCard = DeskCard()
    media: str = ""
    """The names of pictures and films that there are."""

    @staff("knowledge.edit")
    async def load(self):
        """Show the articles, what was not found, the synonyms, and the chosen article as it is now."""
        await self._show(await self._here_staff())
        self.media = ", ".join(await _media())
        self.ready = True

    @staff("knowledge.edit")
    async def choose(self, slug: str):
        """Open an article."""
        self.chosen, self.form = slug[:80], ""
        await self._show(await self._here_staff())

    @staff("knowledge.edit")
    async def close(self):
        """Close the article."""
        self.chosen, self.card = "", DeskCard()

    @staff("knowledge.edit")
    async def ask(self, form: str):
        """Open a form: of a new article, of the chosen one's words, of synonyms."""
        self._turn(form, FORMS)

    @staff("knowledge.edit")
    async def put_away(self):
        """Close the form."""
        self.form = ""

    @staff("knowledge.edit")
    async def begin(self, form: dict[str, str]):
        """Begin an article with a draft."""
        here = await self._here_staff()
        slug = form.get("slug", "").strip()[:100]
        audience = Audience.customers if form.get("audience") == "customers" else Audience.everyone
        values: dict[str, Any] = {"slug": slug, "category": form.get("category", "")[:40], "audience": audience}
        there = await _media()
        values["words"] = lambda: _words(form, there)
        if await self._carry_out(here, here.phrase("The draft is kept"), knowledge.begin, **values):
            self.chosen = slug
            await self._show(here)

    @staff("knowledge.edit")
    async def write(self, form: dict[str, str]):
        """Keep the words of the chosen article as its draft."""
        here = await self._here_staff()
        there = await _media()
        values: dict[str, Any] = {"slug": self.chosen, "words": lambda: _words(form, there)}
        await self._carry_out(here, here.phrase("The draft is kept"), knowledge.write_draft, **values)

    @staff("knowledge.edit")
    async def publish(self):
        """Publish the draft of the chosen article."""
        here = await self._here_staff()
        await self._carry_out(here, here.phrase("The article is published"), knowledge.publish_draft, slug=self.chosen)

    @staff("knowledge.edit")
    async def withdraw(self):
        """Take the chosen article from its readers."""
        here = await self._here_staff()
        await self._carry_out(here, here.phrase("The article is withdrawn"), knowledge.withdraw, slug=self.chosen)

    @staff("knowledge.edit")
    async def still_true(self):
        """Note that the chosen article is true."""
        here = await self._here_staff()
        await self._carry_out(here, here.phrase("Noted: it is true"), knowledge.still_true, slug=self.chosen)

    @staff("knowledge.edit")
    async def settle(self, key: str):
        """Take what was not found off the list."""
        here = await self._here_staff()
        told = {"miss_id": typed.key(key), "settlement": "dropped"}
        await self._carry_out(here, here.phrase("Taken off the list"), knowledge.settle, **told)

    @staff("knowledge.edit")
    async def keep_synonyms(self, form: dict[str, str]):
        """Keep words that mean the same."""
        here = await self._here_staff()
        phrases = [each.strip()[:61] for each in form.get("phrases", "")[:2_000].split(",")]
        await self._carry_out(here, here.phrase("The words are kept"), knowledge.keep, phrases=phrases)

    @staff("knowledge.edit")
    async def drop_synonyms(self, key: str):
        """Forget words that mean the same."""
        here = await self._here_staff()
        await self._carry_out(here, here.phrase("The words are forgotten"), knowledge.drop, group_id=typed.key(key))

    async def _show(self, here: Here) -> None:
        eye = here.eye
        self.rows = rows.desk_rows(await in_reading(knowledge.desk, here.actor), eye)
        self.misses = rows.miss_rows(await in_reading(knowledge.missed, here.actor), eye)
        self.synonyms = rows.words_rows(await in_reading(knowledge.groups, here.actor))
        shelves = await in_reading(knowledge.categories, here.actor)
        self.shelves = [(each.code, i18n.localized(each.title, here.locale)) for each in shelves]
        self.card = DeskCard()
        if self.chosen:
            try:
                self.card = rows.desk_card(await in_reading(knowledge.desk_article, here.actor, self.chosen), eye)
            except Refusal:
                self.chosen = ""


async def _media() -> list[str]:
    """Return the names of pictures and films; they lie in directories, which no event waits for."""
    return await anyio.to_thread.run_sync(wiring.article_media().names)


def _words(form: dict[str, str], media: Sequence[str]) -> Words:
    """Read the form: a language without a title and a text is not there. Of pictures it names only some of `media`."""
    said = {
        name: {locale: form.get(f"{name}_{locale}", "").strip()[:most] for locale in LOCALES}
        for name, most in (
            ("title", LINE_TYPED_MAX),
            ("summary", LINE_TYPED_MAX),
            ("keywords", LINE_TYPED_MAX),
            ("body", BODY_TYPED_MAX),
        )
    }
    there = [
        locale for locale in LOCALES if locale == i18n.DEFAULT_LOCALE or said["title"][locale] or said["body"][locale]
    ]
    for body in said["body"].values():
        for address in markdown.media(body):
            name = address.removeprefix(markdown.MEDIA)
            if name != address and name not in media:
                raise knowledge.PictureMissing(address=address[:LINE_TYPED_MAX])
    return Words(**{name: {locale: texts[locale] for locale in there} for name, texts in said.items()})
