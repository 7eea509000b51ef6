"""The catalogue of the staff: products by category, one beside the list, the form of its next version (3.1)."""

import reflex as rx

from cabinet.components import buttons, choices, fields, layers, money, rows, states, status, surfaces
from cabinet.components.text import shown_if, t
from cabinet.kit.i18n import LOCALES
from cabinet.reports import versions
from cabinet.reports.catalogue import CATEGORIES, KINDS, ProductRow, VersionRow
from cabinet.reports.versions import LANGUAGES, LINE_LENGTH_MAX, SEGMENTS, TEXT_LENGTH_MAX, Question
from cabinet.state.staff.catalogue import StaffCatalogueState


def page() -> rx.Component:
    state = StaffCatalogueState
    return rx.fragment(
        surfaces.page_head(
            t("Catalogue"),
            buttons.button(t("Add a product…"), kind="raised", symbol="plus", on_click=state.ask_product),
        ),
        rx.el.form(
            fields.search_field("wanted", t("Search"), placeholder=t("Title or code"), value=state.wanted),
            buttons.button(t("Find"), submit=True, kind="raised"),
            on_submit=state.search,
            reset_on_submit=False,
            class_name="flex flex-wrap gap-2 mb-4",
            role="search",
        ),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                found(),
                card(),
                states.empty(t("No product is chosen"), t("Choose one in the list to see all its versions.")),
            ),
            states.skeleton_rows(t("Loading the catalogue"), count=8, title=False),
        ),
        product_dialog(),
        version_dialog(),
    )


def found() -> rx.Component:
    state = StaffCatalogueState
    return rx.cond(
        state.rows.length() > 0,
        surfaces.panel(
            rows.rows(rx.foreach(state.rows, product), divided=True),
            rx.cond(
                state.more,
                rx.el.p(t("These are not all. Narrow the search."), class_name="px-6 max-md:px-4 py-3 text-ink-soft"),
                rx.fragment(),
            ),
            rows=True,
        ),
        states.nothing_found(t("Nothing found"), t("Try a part of the title, or the code.")),
    )


def product(row: rx.Var[ProductRow]) -> rx.Component:
    return rx.fragment(
        shown_if(
            row.group, rx.el.li(rx.el.h2(row.group, class_name="text-title px-6 max-md:px-4 pt-4 pb-1"), key=row.group)
        ),
        rows.row(
            rows.tile(
                row.icon,
                rx.cond(row.key == StaffCatalogueState.chosen, "accent", "calm"),
                among=("router", "smartphone", "tv", "package"),
            ),
            row.title,
            soft=rx.fragment(row.soft, shown_if(row.coming, rx.fragment(rx.el.br(), row.coming))),
            amount=money.money(row.price),
            status=status.status(row.status, row.tone),
            on_click=StaffCatalogueState.choose(row.key),
        ),
    )


def card() -> rx.Component:
    state, shown = StaffCatalogueState, StaffCatalogueState.card
    return surfaces.stack(
        surfaces.panel(
            rx.el.p(shown.soft, class_name="text-small text-ink-soft"),
            rx.el.h2(shown.title, class_name="text-h2"),
            rx.el.p(status.pill(shown.status, shown.tone), class_name="mt-2"),
            shown_if(shown.coming, rx.el.p(shown.coming, class_name="mt-2 text-ink-soft")),
            rx.el.div(rows.facts(shown.facts), class_name="mt-3"),
            rx.el.div(
                buttons.button(t("New version…"), kind="primary", symbol="pencil", on_click=state.ask_version),
                rx.cond(
                    shown.withdrawn,
                    buttons.button(t("Offer again"), on_click=state.restore),
                    buttons.button(t("Withdraw from sale…"), kind="danger", opens="withdraw"),
                ),
                class_name="mt-4 flex flex-wrap gap-2",
            ),
        ),
        rx.cond(
            shown.versions.length() > 0,
            surfaces.panel(
                rx.el.ul(rx.foreach(shown.versions, version), class_name="divide-y divide-line"), title=t("Versions")
            ),
            rx.fragment(),
        ),
        layers.sheet(
            "withdraw",
            t("Withdraw from sale"),
            rx.el.p(t("Nobody can order it any more. Customers who have it keep it: {n}.", n=shown.holders)),
            footer=(
                buttons.button(
                    t("Withdraw from sale"), kind="danger", stretch=True, on_click=state.withdraw, closes="withdraw"
                ),
                buttons.button(t("Cancel"), closes="withdraw"),
            ),
        ),
    )


def version(row: rx.Var[VersionRow]) -> rx.Component:
    return rx.el.li(
        rx.el.p(
            rx.el.span(row.title, class_name="font-medium"),
            rx.el.span(row.holders, class_name="text-small text-ink-soft tabular-nums"),
            class_name="flex items-baseline justify-between gap-4",
        ),
        rx.el.p(row.when, class_name="text-small text-ink-soft"),
        rx.el.div(rows.facts(row.changes), class_name="text-small"),
        class_name="py-3",
    )


def product_dialog() -> rx.Component:
    state = StaffCatalogueState
    return layers.sheet(
        "product",
        t("New product"),
        rx.el.form(
            fields.field(
                "code",
                t("Code"),
                hint=t("Small Latin letters, digits and hyphens, say cinema-4k. It cannot be changed later."),
                length_max=40,
                required=True,
            ),
            fields.select_field("kind", t("What it is"), [(kind.value, t(words)) for kind, words in KINDS.items()]),
            fields.select_field("category", t("Category"), [(key, t(words)) for key, words in CATEGORIES.items()]),
            refusal(),
            surfaces.actions(
                buttons.button(t("Add"), kind="primary", submit=True), buttons.button(t("Cancel"), closes="product")
            ),
            on_submit=state.add,
            reset_on_submit=False,
            class_name="grid gap-4",
            key="product-" + state.serial.to_string(),
        ),
        shown=state.adding,
        on_close=state.close_product,
    )


def version_dialog() -> rx.Component:
    state = StaffCatalogueState
    return layers.sheet(
        "version",
        t("New version"),
        rx.cond(state.checked, effect(), form()),
        soft=state.card.title,
        shown=state.version_open,
        on_close=state.close_version,
        wide=True,
    )


def form() -> rx.Component:
    state = StaffCatalogueState
    return rx.el.form(
        *(
            rx.el.fieldset(
                rx.el.legend(t(title), class_name="text-title mb-3"),
                rx.el.div(*(_asked(question) for question in questions), class_name="grid gap-4 sm:grid-cols-2"),
                class_name="min-w-0",
            )
            for title, questions in versions.GROUPS
        ),
        rx.el.fieldset(
            rx.el.legend(t("When it holds"), class_name="text-title mb-3"),
            rx.el.div(
                fields.field(
                    "since", t("From which day"), type="date", value=state.form["since"], hint=t("Empty: now")
                ),
                fields.field(
                    "until",
                    t("To which day"),
                    type="date",
                    value=state.form["until"],
                    hint=t("Empty: until the next version"),
                ),
                class_name="grid gap-4 sm:grid-cols-2",
            ),
            class_name="min-w-0",
        ),
        refusal(),
        surfaces.actions(
            buttons.button(t("See what changes"), kind="primary", submit=True),
            buttons.button(t("Cancel"), closes="version"),
        ),
        on_submit=state.check,
        reset_on_submit=False,
        class_name="grid gap-7",
        key="version-" + state.serial.to_string(),
    )


def effect() -> rx.Component:
    """Show what would change and for whom, with the last word."""
    state = StaffCatalogueState
    return rx.el.div(
        rx.cond(
            state.changes.length() > 0,
            rx.el.div(rx.el.h3(t("What changes"), class_name="text-title"), rows.facts(state.changes)),
            rx.el.p(t("It says the same as the last version.")),
        ),
        rx.el.div(
            rx.el.h3(t("For whom"), class_name="text-title mb-2"),
            rx.el.ul(rx.foreach(state.effects, _line), class_name="grid gap-1.5 list-disc pl-5"),
        ),
        refusal(),
        surfaces.actions(
            buttons.button(t("Publish"), kind="primary", on_click=state.publish),
            buttons.button(t("Correct"), on_click=state.correct),
        ),
        class_name="grid gap-5",
    )


def refusal() -> rx.Component:
    state = StaffCatalogueState
    return status.refusal(state.refusal)


def _asked(question: Question) -> rx.Component:
    name, label = question.name, t(question.label)
    hint = t(question.hint) if question.hint else ""
    if question.kind in ("line", "text"):
        return rx.fragment(*(_said(question, language) for language in LOCALES))
    if question.kind in ("counts", "prices"):
        return rx.fragment(*(_counted(question, unit, words) for unit, words in question.choices.items()))
    value = StaffCatalogueState.form[name]
    if question.kind == "tick":
        return rx.el.div(choices.checkbox(name, label, checked=value != ""), class_name="sm:col-span-2 -my-2")
    if question.kind == "choice":
        return fields.select_field(
            name, label, [(str(key), t(said)) for key, said in question.choices.items()], value=value
        )
    if question.kind == "segments":
        options = [(key, t(words)) for key, words in SEGMENTS.items()]
        return rx.el.div(fields.select_field(name, label, options, value=value), class_name="sm:col-span-2")
    if question.kind == "places":
        return rx.el.div(
            fields.text_field(name, label, value=value, hint=hint, length_max=TEXT_LENGTH_MAX, rows=2),
            class_name="sm:col-span-2",
        )
    mode = {"money": "decimal", "number": "numeric"}.get(question.kind, "")
    return fields.field(name, label, value=value, hint=hint, input_mode=mode, length_max=LINE_LENGTH_MAX)


def _said(question: Question, language: str) -> rx.Component:
    name = f"{question.name}_{language}"
    label, value = (
        t("{what}, {language}", what=t(question.label), language=t(LANGUAGES[language])),
        (StaffCatalogueState.form[name]),
    )
    if question.kind == "text":
        hint = t(question.hint) if question.hint else ""
        return fields.text_field(name, label, value=value, hint=hint, length_max=TEXT_LENGTH_MAX, rows=3)
    return fields.field(
        name, label, value=value, length_max=LINE_LENGTH_MAX, required=question.name == "title" and language == "ru"
    )


def _counted(question: Question, unit: str, words: str) -> rx.Component:
    name = f"{question.name}_{unit}"
    return fields.field(
        name,
        t("{what}: {unit}", what=t(question.label), unit=t(words)),
        value=StaffCatalogueState.form[name],
        hint=t(question.hint),
        input_mode="decimal" if question.kind == "prices" else "",
        length_max=LINE_LENGTH_MAX,
    )


def _line(words: rx.Var[str]) -> rx.Component:
    return rx.el.li(words)
