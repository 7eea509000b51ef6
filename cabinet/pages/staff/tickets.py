"""The desk of tickets: a thread beside the queue, the answer and what it does to the clock (4.2)."""

import reflex as rx

from cabinet.components import buttons, choices, fields, forms, layers, rows, states, status, steps, surfaces, threads
from cabinet.components.text import shown_if, t
from cabinet.pages.staff import queue
from cabinet.reports.queue import LinkedRow
from cabinet.state.live import LiveState
from cabinet.state.staff.queue import StaffQueueState
from cabinet.state.staff.tickets import StaffTicketsState
from cabinet.widgets import shell

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
        surfaces.page_head(
            t("Tickets"),
            rx.el.span(
                buttons.button(t("Keys"), kind="raised", symbol="keyboard", opens="keys"), class_name="max-lg:hidden"
            ),
        ),
        queue.head(),
        rx.cond(
            StaffQueueState.ready & state.ready,
            rx.cond(
                StaffQueueState.board & (state.chosen == ""),
                queue.board(),
                surfaces.list_detail(
                    state,
                    queue.listed(),
                    opened(),
                    states.empty(t("Nothing is chosen"), t("Choose a ticket in the queue to read and answer it.")),
                    span=4,
                ),
            ),
            states.skeleton_rows(t("Loading tickets"), count=6, title=False),
        ),
        kept_replies(),
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
    )


def opened() -> rx.Component:
    state, shown = StaffTicketsState, StaffTicketsState.card
    return surfaces.stack(
        shown_if(
            state.watching,
            rx.el.p(
                state.watching,
                class_name=[
                    "rounded-xl px-6 max-md:px-4 py-3 text-small font-medium",
                    rx.cond(state.answering, "bg-warn-soft text-warn", "bg-surface-raised text-ink-soft"),
                ],
                custom_attrs={"role": "status"},
            ),
        ),
        about(),
        thread(),
        linked(),
        surfaces.panel(steps.timeline(shown.steps), title=t("How it went")),
    )


def about() -> rx.Component:
    """What it is, in whose hands, and what is done with it."""
    state, shown = StaffTicketsState, StaffTicketsState.card
    return surfaces.panel(
        rx.el.h2(shown.subject, class_name="text-h2 wrap-anywhere"),
        rx.el.p(
            status.pill(shown.status, shown.tone),
            " ",
            rx.el.span(shown.customer, ", ", shown.soft, class_name="text-small text-ink-soft"),
            class_name="mt-2",
        ),
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
        rx.el.p(shown.clock, " — ", shown.clock_soft, class_name="mt-2 text-small"),
        rows.facts(shown.facts),
        shown_if(shown.about, rx.el.p(t("About: {what}", what=shown.about), class_name="mt-2")),
        hands(),
        tags(),
        shown_if(shown.comment, rx.el.p(shown.comment, class_name="mt-2 wrap-anywhere")),
        rx.el.div(
            buttons.button(t("Take it"), symbol="hand", on_click=state.take, hotkey="KeyT"),
            rx.cond(
                shown.can_pass,
                buttons.button(t("To the second line"), kind="quiet", on_click=state.pass_on),
                rx.fragment(),
            ),
            rx.cond(
                shown.merged == "",
                buttons.button(t("Bring together…"), kind="quiet", symbol="merge", on_click=state.ask("merge")),
                rx.fragment(),
            ),
            class_name="mt-4 flex flex-wrap gap-2",
        ),
    )


def thread() -> rx.Component:
    """What was written, and the answer."""
    state, shown = StaffTicketsState, StaffTicketsState.card
    return surfaces.panel(
        rx.cond(
            shown.more,
            rx.el.p(
                buttons.button(t("Earlier messages"), kind="ghost", size="sm", on_click=state.earlier),
                class_name="mb-4",
            ),
            rx.fragment(),
        ),
        threads.thread(state.messages, on_split=state.ask_split),
        rx.cond(shown.done, rx.fragment(), rx.el.div(answer(), class_name="mt-6 pt-5 border-t border-line")),
        title=t("Messages"),
    )


def linked() -> rx.Component:
    """What else it has to do with."""
    state = StaffTicketsState
    return surfaces.panel(
        rx.cond(
            state.linked.length() > 0,
            rows.rows(rx.foreach(state.linked, other), divided=True),
            rx.el.p(t("None yet."), class_name="px-6 max-md:px-4 text-ink-soft"),
        ),
        rx.el.p(
            buttons.button(t("Link…"), symbol="link", on_click=state.ask("link")),
            class_name="px-6 max-md:px-4 pt-3 pb-5",
        ),
        title=t("Has to do with"),
        rows=True,
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


def kept_replies() -> rx.Component:
    """The texts of the house: those that there are, and the form of one more."""
    state = StaffTicketsState
    return forms.sheet(
        state,
        "replies",
        t("Texts of the house"),
        t("Keep"),
        state.keep_reply,
        rx.cond(
            state.replies.length() > 0,
            rows.rows(
                rx.foreach(
                    state.replies,
                    lambda reply: rows.kept(
                        reply[1],
                        buttons.icon_button(
                            "trash-2", t("Drop «{title}»", title=reply[1]), on_click=state.drop_reply(reply[0])
                        ),
                        key=reply[0],
                    ),
                )
            ),
            rx.el.p(t("There are none for this topic yet."), class_name="text-ink-soft"),
        ),
        fields.field("title", t("Title"), length_max=100, hint=t("The same title takes the place of the earlier text")),
        fields.text_field(
            "text",
            t("Text"),
            rows=6,
            length_max=5_000,
            hint=t("[name] becomes the customer's name, [number] the ticket's number"),
        ),
        wide=True,
    )


def answer() -> rx.Component:
    state = StaffTicketsState
    return threads.form(
        rx.el.div(
            rx.el.div(
                fields.select_field("reply", t("Text of the house"), state.texts, on_change=state.insert),
                class_name="min-w-0 flex-1",
            ),
            buttons.button(t("Texts…"), on_click=state.ask_replies),
            class_name="flex items-end gap-2",
        ),
        fields.text_field(
            "body",
            t("Answer"),
            value=state.body,
            length_max=10_000,
            rows=4,
            required=True,
            on_focus=state.begin,
            on_blur=state.keep,
            hotkey="KeyR",
        ),
        fields.select_field(
            "how",
            t("What it does"),
            [
                ("answered", t("Answers, the work goes on")),
                ("asked", t("Asks the customer, the clock stands")),
                ("finished", t("Finishes the ticket")),
                ("note", t("A note among the staff, the customer does not see it")),
            ],
        ),
        rx.el.div(
            threads.refusal(state.refusal),
            surfaces.actions(buttons.button(t("Send the answer"), kind="primary", submit=True)),
        ),
        identity="answer",
        draft=state.draft,
        files=state.files,
        to="/staff/files",
        on_submit=state.answer,
        on_look=state.look,
        on_drop=state.drop,
        key="answer-" + state.serial.to_string(),
    )
