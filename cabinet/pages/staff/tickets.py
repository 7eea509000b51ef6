"""The desk of tickets: a thread beside the queue, the answer and what it does to the clock (4.2)."""

import reflex as rx

from cabinet.components import (
    bubbles,
    buttons,
    choices,
    fields,
    forms,
    layers,
    rows,
    scales,
    states,
    status,
    steps,
    surfaces,
    threads,
)
from cabinet.components.icon import icon
from cabinet.components.text import shown_if, t
from cabinet.pages.staff import answer, customer, queue
from cabinet.reports.queue import LinkedRow
from cabinet.state.live import LiveState
from cabinet.state.staff.queue import StaffQueueState
from cabinet.state.staff.tickets import StaffTicketsState
from cabinet.widgets import shell

BEAT_SECONDS = 60
"""What is left of the promises is said anew so often."""
KEYS = (
    ("J", t("the next ticket")),
    ("K", t("the one before")),
    ("Enter", t("open it")),
    ("R", t("answer")),
    ("T", t("take it")),
    ("F", t("filter and search")),
    ("B", t("the board or the list")),
    ("X", t("choose several")),
    ("Ctrl + Enter", t("send what is typed")),
    ("Esc", t("leave the field")),
)


def page() -> rx.Component:
    state = StaffTicketsState
    return rx.fragment(
        rx.el.h1(t("Tickets"), class_name="sr-only"),
        rx.cond(
            StaffQueueState.ready & state.ready,
            rx.cond(
                StaffQueueState.board & (state.chosen == ""),
                queue.board(),
                surfaces.desk(
                    state,
                    queue.listed(),
                    thread(),
                    beside(),
                    states.empty(t("Nothing is chosen"), t("Choose a ticket in the queue to read and answer it.")),
                ),
            ),
            states.skeleton_rows(t("Loading tickets"), count=6, title=False),
        ),
        answer.texts(),
        answer.articles(),
        other_form(
            "link", t("Link with another ticket"), t("Link them"), state.link, t("Customers see nothing of it.")
        ),
        other_form(
            "merge",
            t("Bring into another ticket"),
            t("Bring together"),
            state.merge,
            t("All that was written goes there, this one is finished, and the customer is told."),
        ),
        split_form(),
        *queue.sheets(),
        keys(),
        shell.live("tickets", LiveState.tickets, [state.load, StaffQueueState.load]),
        shell.address(state.chosen),
        bubbles.pulse(BEAT_SECONDS, StaffQueueState.load),
    )


def thread() -> rx.Component:
    """What it is, what was written, and the answer."""
    state, shown = StaffTicketsState, StaffTicketsState.card
    return rx.el.section(
        head(),
        shown_if(
            state.watching,
            rx.el.div(
                rx.el.p(
                    icon("users"),
                    state.watching,
                    class_name=[
                        "flex gap-3 rounded-lg px-4 py-3.5 font-medium",
                        rx.cond(state.answering, "bg-warn-soft text-warn", "bg-surface-sunken"),
                    ],
                    custom_attrs={"role": "status"},
                ),
                class_name="px-6 max-md:px-4 pt-4",
            ),
        ),
        rx.el.div(
            rx.cond(
                shown.more,
                rx.el.p(
                    buttons.button(t("Earlier messages"), kind="ghost", size="sm", on_click=state.earlier),
                    class_name="mb-4",
                ),
                rx.fragment(),
            ),
            threads.thread(state.messages, on_split=state.ask_split),
            class_name="px-6 max-md:px-4 py-5 flex-1 min-h-0 overflow-y-auto",
            tab_index=0,
            role="region",
            custom_attrs={"aria-label": t("Messages"), "data-follows": state.last},
        ),
        rx.cond(shown.done, rx.fragment(), answer.form()),
        class_name="bg-surface-raised rounded-xl h-full flex flex-col",
        custom_attrs={"aria-label": shown.subject},
    )


def head() -> rx.Component:
    """The ticket over its thread: what it is, what is done with it, how its clock stands."""
    state, shown, over = StaffTicketsState, StaffTicketsState.card, StaffTicketsState.head
    return rx.el.header(
        rx.el.div(
            rx.el.div(
                rx.el.p(over.line, class_name="text-small text-ink-soft tabular-nums"),
                rx.el.h2(shown.subject, class_name="text-h2 mt-0.5 wrap-anywhere"),
                class_name="flex-1 min-w-52",
            ),
            rx.el.div(
                buttons.button(t("Take it"), size="sm", on_click=state.take, hotkey="KeyT"),
                rx.cond(
                    shown.done,
                    rx.fragment(),
                    buttons.button(
                        t("Settled"), kind="primary", size="sm", symbol="check", form="answer", says="finished"
                    ),
                ),
                buttons.icon_button("ellipsis", t("More deeds"), small=True, menu="deeds"),
                deeds(),
                class_name="flex gap-2",
            ),
            class_name="flex flex-wrap items-start gap-3",
        ),
        rx.el.div(
            status.pill(shown.status, shown.tone),
            fact(t("Urgency"), over.priority),
            fact(t("Answers"), over.assignee),
            rx.match(
                over.heat,
                ("bad", status.status(over.clock, "bad", symbol="flame")),
                ("warn", status.status(over.clock, "warn", symbol="clock")),
                status.status(over.clock, "calm", symbol="clock"),
            ),
            class_name="mt-3 flex flex-wrap items-center gap-x-5 gap-y-2 text-small",
        ),
        rx.el.div(scales.scale(over.share, over.meter, thin=True), class_name="mt-3"),
        shown_if(
            shown.merged,
            rx.el.p(
                t("Its words went to {number}.", number=shown.merged),
                " ",
                buttons.button(
                    t("Open it"), kind="ghost", size="sm", on_click=StaffTicketsState.choose(shown.merged_key)
                ),
                class_name="mt-2",
            ),
        ),
        class_name="px-6 max-md:px-4 pt-4 pb-4 border-b border-line",
    )


def fact(name: rx.Var[str], value: rx.Var[str]) -> rx.Component:
    return rx.el.span(name, " ", rx.el.b(value, class_name="font-medium text-ink"), class_name="text-ink-soft")


def deeds() -> rx.Component:
    """What is done with a ticket more seldom."""
    state, shown = StaffTicketsState, StaffTicketsState.card
    return layers.menu(
        "deeds",
        rx.cond(
            shown.can_pass,
            layers.menu_item(t("To the second line"), symbol="arrow-right", on_click=state.pass_on),
            rx.fragment(),
        ),
        layers.menu_item(t("Link…"), symbol="link", on_click=state.ask("link")),
        rx.cond(
            shown.merged == "",
            layers.menu_item(t("Bring together…"), symbol="merge", on_click=state.ask("merge")),
            rx.fragment(),
        ),
        label=t("More deeds"),
    )


def beside() -> rx.Component:
    """Whose ticket it is, and what else is known of it."""
    state, shown = StaffTicketsState, StaffTicketsState.card
    return surfaces.stack(
        customer.beside(state.person, near()),
        surfaces.panel(
            rows.facts(shown.facts),
            shown_if(shown.about, rx.el.p(t("About: {what}", what=shown.about), class_name="mt-2")),
            hands(),
            tags(),
            shown_if(shown.comment, rx.el.p(shown.comment, class_name="mt-2 wrap-anywhere")),
            title=t("This ticket"),
            class_name="text-small",
        ),
        linked(),
        surfaces.panel(steps.timeline(shown.steps), title=t("How it went")),
    )


def near() -> rx.Component:
    """What others in the same house wrote about the same."""
    state = StaffTicketsState
    return customer.section(
        t("The same nearby"), rx.el.ul(rx.foreach(state.near, neighbour)), shown=state.near.length() > 0
    )


def neighbour(row: rx.Var[LinkedRow]) -> rx.Component:
    return rx.el.li(
        icon("message-square-text", 18, class_name="shrink-0 text-ink-soft"),
        rx.el.span(
            rx.el.span(row.title, class_name="block text-small font-medium wrap-anywhere"),
            rx.el.span(row.soft, class_name="block text-small text-ink-soft"),
            class_name="min-w-0 flex-1",
        ),
        buttons.button(
            t("Link it"), kind="ghost", size="sm", on_click=StaffTicketsState.link_near(row.key), class_name="-mr-2"
        ),
        class_name="flex items-center gap-3 py-1.5",
        key=row.key,
    )


def linked() -> rx.Component:
    """What else it has to do with."""
    state = StaffTicketsState
    return rx.cond(
        state.linked.length() > 0,
        surfaces.panel(rows.rows(rx.foreach(state.linked, other)), title=t("Has to do with")),
        rx.fragment(),
    )


def hands() -> rx.Component:
    """In whose hands it is: a colleague's, a team's."""
    state, shown = StaffTicketsState, StaffTicketsState.card
    return rx.el.div(
        fields.select_field(
            "assignee", t("Who answers"), StaffQueueState.people, value=shown.assignee, on_change=state.assign
        ),
        rx.cond(
            StaffQueueState.teams.length() > 2,
            fields.select_field("team", t("Team"), StaffQueueState.teams, value=shown.team, on_change=state.to_team),
            rx.fragment(),
        ),
        class_name="mt-4 grid gap-4 sm:grid-cols-2",
        key=shown.key + shown.assignee + shown.team,
    )


def other(row: rx.Var[LinkedRow]) -> rx.Component:
    """Another ticket, with the way to it and the way off."""
    state = StaffTicketsState
    name = buttons.button(row.title, kind="ghost", size="sm", on_click=state.choose(row.key), class_name="-ml-3.5")
    off = buttons.icon_button("unlink", t("Unlink «{title}»", title=row.title), on_click=state.unlink(row.key))
    deed = rx.cond(row.merged, rx.fragment(), off)
    return rows.kept(name, deed, soft=rx.fragment(row.soft, ", ", row.status), edge=True, key=row.key)


def tags() -> rx.Component:
    """The tags of the open ticket, each with its way off, and a field for one more."""
    state = StaffTicketsState
    return rx.el.div(
        rx.foreach(
            state.card.tags,
            lambda tag: choices.taken_off(
                tag, t("Take off the tag {tag}", tag=tag), on_click=state.drop_tag(tag), key=tag
            ),
        ),
        rx.el.form(
            fields.field("tag", t("New tag"), length_max=30, auto_complete="off"),
            buttons.button(t("Add"), submit=True),
            on_submit=state.add_tag,
            reset_on_submit=True,
            class_name="flex items-end gap-2",
            key="tag-" + state.serial.to_string(),
        ),
        class_name="mt-4 flex flex-wrap items-end gap-2",
    )


def other_form(name: str, title: rx.Var[str], words: rx.Var[str], deed: object, soft: rx.Var[str]) -> rx.Component:
    """Ask for the number of another ticket."""
    label, hint = t("Number of the ticket"), t("Digits alone will do")
    number = fields.field(f"{name}_number", label, hint=hint, length_max=20, required=True)
    return forms.sheet(StaffTicketsState, name, title, words, deed, rx.el.p(soft, class_name="text-ink-soft"), number)


def split_form() -> rx.Component:
    state = StaffTicketsState
    return forms.sheet(
        state,
        "split",
        t("A ticket of its own"),
        t("Make the ticket"),
        state.split,
        rx.el.p(t("The message goes there with its files, with deadlines of its own."), class_name="text-ink-soft"),
        fields.field("split_subject", t("Subject"), length_max=200, required=True),
    )


def keys() -> rx.Component:
    """The keys of the desk. Whoever needs single letters for something else switches them off (WCAG 2.1.4)."""
    return layers.sheet(
        "keys",
        t("Keys"),
        rx.el.dl(
            *(
                rx.el.div(
                    rx.el.dt(rx.el.kbd(key, class_name="rounded-md bg-surface-sunken px-2 py-1 text-small")),
                    rx.el.dd(words, class_name="text-ink-soft"),
                    class_name="flex items-center justify-between gap-4 py-1.5",
                )
                for key, words in KEYS
            )
        ),
        rx.el.label(
            rx.el.input(type="checkbox", class_name="check", default_checked=True, custom_attrs={"data-hotkeys": ""}),
            rx.el.span(t("Letters work as keys on this device")),
            class_name="mt-3 flex items-center gap-3 min-h-11",
        ),
    )
