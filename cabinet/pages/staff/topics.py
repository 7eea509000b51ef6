"""The desk of topics: the list, one topic beside it with what it asks, its forms (4.1)."""

import reflex as rx

from cabinet.components import buttons, fields, forms, rows, states, surfaces
from cabinet.components.text import Text, t
from cabinet.kit.i18n import LOCALES
from cabinet.reports.services import CATEGORIES
from cabinet.reports.topics import KINDS, PRIORITIES, AskedRow, TopicRow
from cabinet.reports.versions import LANGUAGES
from cabinet.state.staff.topics import StaffTopicsState


def page() -> rx.Component:
    state = StaffTopicsState
    return rx.fragment(
        surfaces.page_head(
            t("Topics of tickets"),
            buttons.button(t("New topic"), kind="primary", symbol="plus", on_click=state.ask("new")),
            soft=t("What customers may write about, and what is asked at once"),
        ),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                surfaces.panel(rows.rows(rx.foreach(state.topics, topic), divided=True), rows=True),
                opened(),
                states.empty(t("Nothing is chosen"), t("Choose a topic to see and change what it asks.")),
            ),
            states.skeleton_rows(t("Loading the topics"), count=6, title=False),
        ),
        new_form(),
        words_form(),
        field_form(),
    )


def topic(row: rx.Var[TopicRow]) -> rx.Component:
    chosen = row.key == StaffTopicsState.chosen
    return rows.row(
        rows.tile(
            rx.cond(row.offered, "message-square-text", "eye-off"),
            rx.cond(chosen, "accent", "calm"),
            among=("message-square-text", "eye-off"),
        ),
        row.title,
        soft=row.soft,
        on_click=StaffTopicsState.choose(row.key),
    )


def opened() -> rx.Component:
    state, card = StaffTopicsState, StaffTopicsState.card
    return surfaces.stack(
        surfaces.panel(
            rows.facts(card.facts),
            rx.el.div(
                buttons.button(t("Change the words…"), kind="primary", symbol="pencil", on_click=state.ask("words")),
                buttons.button(t("Higher"), symbol="arrow-up", on_click=state.lift),
                rx.cond(
                    card.offered,
                    buttons.button(t("Hide from customers"), symbol="eye-off", on_click=state.offer(False)),
                    buttons.button(t("Show to customers"), symbol="eye", on_click=state.offer(True)),
                ),
                class_name="mt-4 flex flex-wrap gap-2",
            ),
            title=card.title,
        ),
        surfaces.panel(
            rx.cond(
                card.asked.length() > 0,
                rows.rows(rx.foreach(card.asked, asked), divided=True),
                rx.el.p(t("Only the subject and the words."), class_name="px-6 max-md:px-4 pb-4 text-ink-soft"),
            ),
            rx.cond(
                card.full,
                rx.fragment(),
                rx.el.p(
                    buttons.button(t("Ask something more"), symbol="plus", on_click=state.ask_field("")),
                    class_name="px-6 max-md:px-4 pb-5 pt-2",
                ),
            ),
            title=t("What is asked"),
            rows=True,
        ),
    )


def asked(row: rx.Var[AskedRow]) -> rx.Component:
    state = StaffTopicsState
    return rows.kept(
        row.label,
        buttons.icon_button("pencil", t("Change: {what}", what=row.label), on_click=state.ask_field(row.key)),
        buttons.icon_button("x", t("Do not ask: {what}", what=row.label), on_click=state.drop_field(row.key)),
        soft=row.soft,
        edge=True,
        key=row.key,
    )


def new_form() -> rx.Component:
    state = StaffTopicsState
    code = fields.field("code", t("Code"), hint=t("Latin letters, digits and hyphens: equipment"), length_max=40)
    return forms.sheet(state, "new", t("New topic"), t("Add it"), state.add, code, *_words({}, "", "normal"), wide=True)


def words_form() -> rx.Component:
    state, card = StaffTopicsState, StaffTopicsState.card
    begun = {f"title_{locale}": card.form[f"title_{locale}"] for locale in LOCALES}
    inside = _words(begun, card.category, card.priority)
    return forms.sheet(state, "words", t("The topic's words"), t("Keep"), state.change, *inside, wide=True)


def field_form() -> rx.Component:
    state, begun = StaffTopicsState, StaffTopicsState.asked
    labels = [
        fields.field(f"label_{locale}", _in(t("What is asked"), locale), value=begun.form[f"label_{locale}"])
        for locale in LOCALES
    ]
    options = [
        fields.text_field(
            f"options_{locale}",
            _in(t("Choices"), locale),
            value=begun.form[f"options_{locale}"],
            length_max=2_000,
            rows=4,
        )
        for locale in LOCALES
    ]
    return forms.sheet(
        state,
        "asked",
        t("A field of the topic"),
        t("Keep"),
        state.keep_field,
        *labels,
        fields.select_field(
            "kind", t("Kind of the field"), [(code, t(words)) for code, words in KINDS.items()], value=begun.kind
        ),
        fields.select_field(
            "required",
            t("Has to be filled in"),
            [("no", t("No")), ("yes", t("Yes"))],
            value=begun.required,
        ),
        rx.el.p(
            t("For a choice: each on a line of its own, in both languages in the same order."),
            " ",
            t("Tickets that are there keep what they said."),
            class_name="text-small text-ink-soft",
        ),
        *options,
        wide=True,
    )


def _words(begun: dict[str, rx.Var[str]], category: Text, priority: Text) -> list[rx.Component]:
    kinds = [("", t("Do not show")), *((code, t(words)) for code, words in CATEGORIES.items())]
    urgent = [(each.value, t(words)) for each, words in PRIORITIES.items()]
    return [
        *(
            fields.field(
                f"title_{locale}", _in(t("Title"), locale), value=begun.get(f"title_{locale}", ""), length_max=80
            )
            for locale in LOCALES
        ),
        fields.select_field("category", t("Outages that are shown before one writes"), kinds, value=category),
        fields.select_field("priority", t("How urgent"), urgent, value=priority),
    ]


def _in(what: Text, locale: str) -> Text:
    return t("{what}, {language}", what=what, language=t(LANGUAGES[locale]))
