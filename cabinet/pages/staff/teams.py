"""The desk of support's teams: the list, one team beside it with its people, its forms (4.1)."""

from typing import Any

import reflex as rx

from cabinet.components import buttons, choices, fields, forms, rows, states, surfaces
from cabinet.components.text import t
from cabinet.kit.i18n import LOCALES
from cabinet.reports.teams import SHARES, MemberRow, TeamRow, TickRow
from cabinet.reports.versions import LANGUAGES
from cabinet.state.staff.teams import StaffTeamsState


def page() -> rx.Component:
    state = StaffTeamsState
    return rx.fragment(
        surfaces.page_head(
            t("Teams of support"),
            buttons.button(t("New team"), kind="primary", symbol="plus", on_click=state.ask("new")),
            soft=t("Who answers which topics, and how tickets find them"),
        ),
        rx.cond(
            state.ready,
            surfaces.list_detail(
                state,
                rx.cond(
                    state.teams.length() > 0,
                    surfaces.panel(rows.rows(rx.foreach(state.teams, team), divided=True), rows=True),
                    states.empty(t("No teams yet"), t("Until there is one, all tickets are everybody's.")),
                ),
                opened(),
                states.empty(t("Nothing is chosen"), t("Choose a team to see its people and its topics.")),
            ),
            states.skeleton_rows(t("Loading the teams"), count=4, title=False),
        ),
        team_form("new", t("New team"), t("Add it"), state.add),
        team_form("words", t("The team"), t("Keep"), state.change),
        member_form(),
    )


def team(row: rx.Var[TeamRow]) -> rx.Component:
    return rows.row(
        rows.tile("users", rx.cond(row.key == StaffTeamsState.chosen, "accent", "calm")),
        row.title,
        soft=row.soft,
        on_click=StaffTeamsState.choose(row.key),
    )


def opened() -> rx.Component:
    state, card = StaffTeamsState, StaffTeamsState.card
    return surfaces.stack(
        surfaces.panel(
            rows.facts(card.facts),
            rx.el.div(
                buttons.button(t("Change…"), kind="primary", symbol="pencil", on_click=state.ask("words")),
                buttons.button(t("Dissolve"), kind="danger", symbol="trash-2", on_click=state.drop),
                class_name="mt-4 flex flex-wrap gap-2",
            ),
            title=card.title,
        ),
        surfaces.panel(
            rx.cond(
                card.members.length() > 0,
                rows.rows(rx.foreach(card.members, member), divided=True),
                rx.el.p(t("Nobody yet: its tickets wait for a hand."), class_name="px-6 max-md:px-4 text-ink-soft"),
            ),
            rx.el.p(
                buttons.button(t("Take somebody in…"), symbol="user-plus", on_click=state.ask_member("")),
                class_name="px-6 max-md:px-4 pt-3 pb-5",
            ),
            title=t("People"),
            rows=True,
        ),
    )


def member(row: rx.Var[MemberRow]) -> rx.Component:
    state = StaffTeamsState
    return rows.kept(
        row.name,
        buttons.icon_button("pencil", t("Change: {what}", what=row.name), on_click=state.ask_member(row.key)),
        buttons.icon_button("x", t("Take out: {name}", name=row.name), on_click=state.let_go(row.key)),
        soft=row.soft,
        edge=True,
        key=row.key,
    )


def team_form(form: str, title: rx.Var[str], words: rx.Var[str], deed: Any) -> rx.Component:
    """The form of a new team, or of the chosen one."""
    state, card, fresh = StaffTeamsState, StaffTeamsState.card, form == "new"
    name = "new" if fresh else "its"
    code = fields.field(
        "new_code", t("Code"), hint=t("Latin letters, digits and hyphens: equipment"), length_max=40, required=True
    )
    titles = [
        fields.field(
            f"{name}_title_{locale}",
            rx.fragment(t("Title"), ", ", t(LANGUAGES[locale])),
            value="" if fresh else card.form[f"title_{locale}"],
            length_max=60,
        )
        for locale in LOCALES
    ]
    share = fields.select_field(
        f"{name}_share",
        t("How tickets are shared"),
        [(key.value, t(said)) for key, said in SHARES.items()],
        value="" if fresh else card.share,
    )
    topics = rx.el.fieldset(
        rx.el.legend(t("Its topics"), class_name="text-small font-medium"),
        rx.foreach(
            state.topics if fresh else card.topics,
            lambda row: choices.checkbox(f"{name}_topic_" + row.key, row.title, checked=row.on),
        ),
        class_name="grid gap-x-4 sm:grid-cols-2",
    )
    return forms.sheet(state, form, title, words, deed, *([code] if fresh else []), *titles, share, topics, wide=True)


def member_form() -> rx.Component:
    state = StaffTeamsState
    return forms.sheet(
        state,
        "member",
        t("Somebody of the team"),
        t("Keep"),
        state.put,
        rx.cond(
            state.member.key == "",
            fields.select_field("member", t("Who"), state.people),
            rx.el.p(state.member.name, class_name="font-medium"),
        ),
        rx.el.fieldset(
            rx.el.legend(t("Answers only these; none ticked is all"), class_name="text-small font-medium"),
            rx.foreach(state.skills, skill),
            class_name="grid gap-x-4 sm:grid-cols-2",
        ),
    )


def skill(row: rx.Var[TickRow]) -> rx.Component:
    return choices.checkbox("skill_" + row.key, row.title, checked=row.on)
