"""The knowledge base: for customers in their frame, and its public part for everybody (4.3)."""

import reflex as rx

from cabinet.components import articles, buttons, fields, rows, states, status, surfaces
from cabinet.components.icon import icon
from cabinet.components.text import shown_if, t
from cabinet.pages import trouble
from cabinet.reports.knowledge import ICONS, ArticleRow, HitRow, ShelfRow
from cabinet.state.knowledge import KnowledgeState

CUSTOMERS, EVERYONE = "/help", "/guide"
"""Where the same articles stand: within the cabinet, and before its door."""


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(t("Knowledge base"), soft=t("How everything works here, and what to do when it does not")),
        home(CUSTOMERS),
    )


def article_page() -> rx.Component:
    return article(CUSTOMERS)


def guide() -> rx.Component:
    return _bare(
        surfaces.page_head(
            t("Knowledge base"), back=(t("Sign in"), "/sign-in"), soft=t("How everything works here"), barred=False
        ),
        home(EVERYONE),
    )


def guide_article() -> rx.Component:
    return _bare(article(EVERYONE))


def home(base: str) -> rx.Component:
    state = KnowledgeState
    return rx.fragment(
        seeking(),
        rx.cond(
            state.ready,
            rx.cond(
                state.wanted != "",
                found(base),
                rx.fragment(rx.cond(state.shelf != "", shelf(base), rx.fragment()), library(base)),
            ),
            states.skeleton_rows(t("Loading the articles"), count=5),
        ),
    )


def seeking() -> rx.Component:
    state = KnowledgeState
    return rx.el.form(
        fields.search_field(
            "wanted",
            t("Search in the knowledge base"),
            value=state.wanted,
            placeholder=t("For example: top up the account"),
            on_change=state.seek.debounce(250),
            wide=True,
        ),
        on_submit=state.search,
        reset_on_submit=False,
        class_name="mb-4",
        role="search",
        key="seek-" + state.serial.to_string(),
    )


def found(base: str) -> rx.Component:
    state = KnowledgeState
    return rx.el.div(
        rx.cond(
            state.hits.length() > 0,
            surfaces.panel(
                rows.rows(rx.foreach(state.hits, lambda row: hit(row, base)), divided=True),
                title=t("Found: {count}", count=state.hits.length()),
                rows=True,
            ),
            states.nothing_found(
                t("No article answers this"),
                t("Try other words, or ask us: a person answers."),
                buttons.link_button(t("Write to support"), "/support/new", kind="primary"),
            ),
        ),
        custom_attrs={"aria-live": "polite"},
    )


def hit(row: rx.Var[HitRow], base: str) -> rx.Component:
    return rows.row(
        rows.tile("book-open"),
        articles.pieces(row.title),
        soft=articles.pieces(row.snippet),
        href=f"{base}/" + row.slug.to(str),
    )


def shelf(base: str) -> rx.Component:
    state = KnowledgeState
    lines = rows.rows(rx.foreach(state.listed, lambda row: line(row, base)), divided=True)
    return rx.el.div(surfaces.panel(lines, title=state.shelf, rows=True), class_name="mb-4")


def library(base: str) -> rx.Component:
    state = KnowledgeState
    return surfaces.columns(
        surfaces.stack(
            surfaces.panel(
                rows.rows(rx.foreach(state.shelves, lambda row: category(row, base)), divided=True),
                title=t("By topic"),
                rows=True,
            ),
            class_name="lg:col-span-6",
        ),
        surfaces.stack(
            rx.cond(
                state.popular.length() > 0,
                surfaces.panel(
                    rows.rows(rx.foreach(state.popular, lambda row: line(row, base)), divided=True),
                    title=t("Asked most often"),
                    rows=True,
                ),
                rx.fragment(),
            ),
            *([trouble.listed()] if base == CUSTOMERS else []),
            ask_us(),
            class_name="lg:col-span-6",
        ),
    )


def category(row: rx.Var[ShelfRow], base: str) -> rx.Component:
    return rows.row(
        rows.tile(row.icon, among=ICONS),
        row.title,
        soft=row.soft,
        amount=row.count,
        href=f"{base}?shelf=" + row.code.to(str),
    )


def line(row: rx.Var[ArticleRow], base: str) -> rx.Component:
    return rows.row(rows.tile("book-open"), row.title, soft=row.soft, href=f"{base}/" + row.slug.to(str))


def article(base: str) -> rx.Component:
    state = KnowledgeState
    return rx.cond(
        state.ready,
        rx.cond(
            state.card.slug != "",
            surfaces.columns(
                rx.el.div(surfaces.panel(reading(base)), class_name="lg:col-span-8"),
                surfaces.stack(beside(base), ask_us(), class_name="lg:col-span-4"),
            ),
            rx.cond(
                state.closed,
                states.step_up(
                    t("This article is for customers"),
                    t("Sign in, and it opens."),
                    buttons.link_button(t("Sign in"), "/sign-in", kind="primary"),
                ),
                states.not_found(
                    t("There is no such article"),
                    t("It may have been renamed. Look for it by words."),
                    buttons.link_button(t("To the knowledge base"), base, kind="primary"),
                ),
            ),
        ),
        states.skeleton_rows(t("Loading the article"), count=5),
    )


def reading(base: str) -> rx.Component:
    state, card = KnowledgeState, KnowledgeState.card
    told = rx.cond(card.trouble, "warn", "good")
    return rx.el.article(
        surfaces.crumb(card.category, f"{base}?shelf=" + card.shelf.to(str)),
        rx.el.h1(card.title, class_name="text-h1 wrap-anywhere", lang=card.locale),
        rx.el.p(
            _fact("clock", card.minutes),
            _fact("refresh-cw", card.updated),
            shown_if(card.helped, _fact("thumbs-up", card.helped)),
            class_name="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-small text-ink-soft",
        ),
        shown_if(card.summary, rx.el.p(card.summary, class_name="mt-5 text-lead max-w-[62ch]", lang=card.locale)),
        shown_if(card.line, rx.el.div(status.notice(card.line, tone=told), class_name="mt-5")),
        articles.words(card.html, locale=card.locale),
        *([voice()] if base == CUSTOMERS else []),
        class_name="min-w-0",
        key=state.card.slug,
    )


def voice() -> rx.Component:
    """«Помогло?»: yes, no, and what it lacks."""
    state = KnowledgeState
    return rx.el.div(
        rx.cond(
            state.card.voted,
            rx.el.p(t("Thank you for your answer."), class_name="text-ink-soft"),
            rx.el.div(
                rx.el.h2(t("Did it help?"), class_name="font-medium"),
                buttons.button(t("Yes"), symbol="thumbs-up", size="sm", on_click=state.vote(True)),
                buttons.button(t("No"), symbol="thumbs-down", size="sm", on_click=state.vote(False)),
                class_name="flex flex-wrap items-center gap-3",
            ),
        ),
        rx.cond(
            state.telling,
            rx.el.form(
                fields.text_field("missing", t("What is missing in it?"), length_max=500, rows=3),
                surfaces.actions(buttons.button(t("Send"), kind="primary", size="sm", submit=True)),
                on_submit=state.tell,
                reset_on_submit=True,
                class_name="mt-4 grid gap-3",
            ),
            rx.fragment(),
        ),
        status.refusal(state.refusal),
        class_name="mt-8 border-t border-line pt-5",
    )


def beside(base: str) -> rx.Component:
    related = KnowledgeState.card.related
    return rx.cond(
        related.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(related, lambda row: line(row, base)), divided=True), title=t("Read next"), rows=True
        ),
        rx.fragment(),
    )


def ask_us() -> rx.Component:
    return surfaces.panel(
        rx.el.p(t("Describe it in a few words: a person answers, and the number is there at once.")),
        rx.el.div(
            buttons.link_button(t("Write to support"), "/support/new", kind="outline"),
            class_name="mt-4",
        ),
        title=t("Did not find it?"),
    )


def _fact(symbol: str, words: rx.Var[str]) -> rx.Component:
    return rx.el.span(icon(symbol, 16), words, class_name="inline-flex items-center gap-1.5")


def _bare(*content: rx.Component) -> rx.Component:
    return rx.el.main(*content, id="main", class_name="mx-auto max-w-[1080px] p-8 max-md:p-4")
