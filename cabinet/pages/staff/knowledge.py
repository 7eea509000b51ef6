"""The editors' desk: articles with their state, one of them with its draft, what was not found, synonyms (4.3)."""

import reflex as rx

from cabinet.components import articles, buttons, fields, forms, rows, states, status, surfaces
from cabinet.components.text import t
from cabinet.kit.i18n import LOCALES
from cabinet.reports.knowledge import DeskRow, MissRow, WordsRow
from cabinet.reports.versions import LANGUAGES
from cabinet.state.staff.knowledge import StaffKnowledgeState


def page() -> rx.Component:
    state = StaffKnowledgeState
    return rx.fragment(
        surfaces.page_head(
            t("Knowledge base"),
            buttons.button(t("New article…"), kind="raised", symbol="plus", on_click=state.ask("new")),
        ),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                surfaces.stack(listed(), not_found(), synonyms()),
                opened(),
                states.empty(t("Nothing is chosen"), t("Choose an article to read, change and publish it.")),
            ),
            states.skeleton_rows(t("Loading the articles"), count=6, title=False),
        ),
        new_form(),
        words_form(),
        synonyms_form(),
    )


def listed() -> rx.Component:
    return surfaces.panel(
        rows.rows(rx.foreach(StaffKnowledgeState.rows, line), divided=True), title=t("Articles"), rows=True
    )


def line(row: rx.Var[DeskRow]) -> rx.Component:
    return rows.row(
        rows.tile("book-open", rx.cond(row.slug == StaffKnowledgeState.chosen, "accent", "calm")),
        row.title,
        soft=rx.fragment(row.soft, rx.el.br(), status.status(row.status, row.tone)),
        on_click=StaffKnowledgeState.choose(row.slug),
    )


def not_found() -> rx.Component:
    state = StaffKnowledgeState
    return rx.cond(
        state.misses.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(state.misses, miss), divided=True), title=t("Sought and not found"), rows=True
        ),
        rx.fragment(),
    )


def miss(row: rx.Var[MissRow]) -> rx.Component:
    off = buttons.button(t("Take off the list"), size="sm", on_click=StaffKnowledgeState.settle(row.key))
    return rows.row(
        rows.tile("search"), row.phrase, soft=rx.fragment(row.soft, rx.el.span(off, class_name="mt-2 block"))
    )


def synonyms() -> rx.Component:
    state = StaffKnowledgeState
    return surfaces.panel(
        rows.rows(rx.foreach(state.synonyms, group), divided=True),
        rx.el.div(
            buttons.button(t("Add words…"), size="sm", symbol="plus", on_click=state.ask("synonyms")),
            class_name="px-6 max-md:px-4 pt-3",
        ),
        title=t("Words that mean the same"),
        rows=True,
    )


def group(row: rx.Var[WordsRow]) -> rx.Component:
    forget = buttons.button(t("Forget"), size="sm", on_click=StaffKnowledgeState.drop_synonyms(row.key))
    return rows.row(rows.tile("equal"), row.phrases, soft=rx.el.span(forget, class_name="mt-1 block"))


def opened() -> rx.Component:
    state, card = StaffKnowledgeState, StaffKnowledgeState.card
    return surfaces.stack(
        surfaces.panel(
            rx.el.h2(card.title, class_name="text-h2 wrap-anywhere"),
            rx.el.p(status.pill(card.status, card.tone), class_name="mt-2"),
            rx.el.div(rows.facts(card.facts), class_name="mt-3"),
            rx.el.div(
                buttons.button(t("Change the words…"), kind="primary", symbol="pencil", on_click=state.ask("words")),
                rx.cond(card.draft, buttons.button(t("Publish the draft"), on_click=state.publish), rx.fragment()),
                rx.cond(
                    card.published,
                    rx.fragment(
                        buttons.button(t("It is still true"), symbol="check", on_click=state.still_true),
                        buttons.button(t("Withdraw it"), kind="danger", on_click=state.withdraw),
                    ),
                    rx.fragment(),
                ),
                class_name="mt-4 flex flex-wrap gap-2",
            ),
        ),
        rx.cond(
            card.missing.length() > 0,
            surfaces.panel(
                rx.el.ul(
                    rx.foreach(card.missing, lambda said: rx.el.li(said, class_name="wrap-anywhere")),
                    class_name="list-disc pl-5 grid gap-1",
                ),
                title=t("What readers miss"),
            ),
            rx.fragment(),
        ),
        surfaces.panel(articles.words(card.html, locale="ru"), title=t("As readers see it")),
    )


def new_form() -> rx.Component:
    state = StaffKnowledgeState
    audience = [("everyone", t("Everybody")), ("customers", t("Customers"))]
    return forms.sheet(
        state,
        "new",
        t("New article"),
        t("Keep"),
        state.begin,
        fields.field("slug", t("Address"), hint=t("Latin letters, digits and hyphens: slow-wifi"), length_max=80),
        fields.select_field("category", t("Topic"), state.shelves),
        fields.select_field("audience", t("Who reads it"), audience),
        *_words({}),
        wide=True,
    )


def words_form() -> rx.Component:
    state = StaffKnowledgeState
    begun = {f"{name}_{locale}": state.card.form[f"{name}_{locale}"] for name in _NAMES for locale in LOCALES}
    return forms.sheet(state, "words", t("The article's words"), t("Keep"), state.write, *_words(begun), wide=True)


def synonyms_form() -> rx.Component:
    said = t("With commas between; the first word is the one that articles use")
    return forms.sheet(
        StaffKnowledgeState,
        "synonyms",
        t("Words that mean the same"),
        t("Keep"),
        StaffKnowledgeState.keep_synonyms,
        fields.field("phrases", t("Words"), hint=said, length_max=1_000),
        wide=True,
    )


_NAMES = ("title", "summary", "keywords", "body")


def _words(begun: dict[str, rx.Var[str]]) -> list[rx.Component]:
    names = {"title": t("Title"), "summary": t("The answer in a sentence"), "keywords": t("Other words for it")}
    shown: list[rx.Component] = []
    for locale in LOCALES:
        for name, words in names.items():
            label = t("{what}, {language}", what=words, language=t(LANGUAGES[locale]))
            shown.append(
                fields.field(f"{name}_{locale}", label, value=begun.get(f"{name}_{locale}", ""), length_max=300)
            )
        label = t("{what}, {language}", what=t("Text in Markdown"), language=t(LANGUAGES[locale]))
        value = begun.get(f"body_{locale}", "")
        shown.append(fields.text_field(f"body_{locale}", label, value=value, length_max=9_000, rows=10))
    how = t("A picture or a film on a line of its own: {example}", example="![…](/articles/top-up.webm)")
    there = t("There are: {names}", names=StaffKnowledgeState.media)
    return [*shown, rx.el.p(how, " ", there, class_name="text-small text-ink-soft wrap-anywhere")]
