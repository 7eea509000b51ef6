"""The queue of the desk of tickets: filters, the list or the board, several tickets at once (4.1)."""

import reflex as rx

from cabinet.components import buttons, choices, fields, forms, rows, status
from cabinet.components.icon import icon
from cabinet.components.recipes import flag
from cabinet.components.text import t
from cabinet.reports.queue import ColumnRow, FilterRow, NarrowRow, QueueRow
from cabinet.state.staff.queue import StaffQueueState
from cabinet.state.staff.tickets import StaffTicketsState

LINE = "flex items-baseline gap-2"


def head() -> rx.Component:
    """What is looked at, and how."""
    state = StaffQueueState
    return rx.el.div(
        rx.el.div(
            rx.el.h2(
                t("Queue"),
                rx.el.span(state.all, class_name="ml-2 text-ink-soft font-normal tabular-nums"),
                class_name="text-title flex-1",
            ),
            buttons.icon_button("funnel", t("Filter"), small=True, on_click=state.ask("filter"), hotkey="KeyF"),
            rx.cond(
                state.board & (StaffTicketsState.chosen == ""),
                buttons.icon_button("list", t("As a list"), small=True, on_click=state.turn(False), hotkey="KeyB"),
                buttons.icon_button(
                    "layout-dashboard",
                    t("As a board"),
                    small=True,
                    on_click=[StaffTicketsState.close, state.turn(True)],
                    hotkey="KeyB",
                ),
            ),
            rx.cond(
                state.picking,
                buttons.icon_button("x", t("Choose one"), small=True, on_click=state.pick_many, hotkey="KeyX"),
                buttons.icon_button(
                    "list-checks", t("Choose several"), small=True, on_click=state.pick_many, hotkey="KeyX"
                ),
            ),
            rx.el.span(
                buttons.icon_button("keyboard", t("Keys"), small=True, opens="keys"), class_name="max-lg:hidden"
            ),
            class_name="flex items-center -mr-2",
        ),
        choices.segment(
            "queue",
            t("Queue"),
            (("open", t("Open")), ("mine", t("Mine")), ("free", t("Nobody's")), ("done", t("Finished"))),
            chosen=state.queue,
            on_change=state.pick,
            tight=True,
        ),
        rx.cond(
            state.queue == "done",
            rx.fragment(),
            rx.el.div(
                pace("all", t("All"), state.all, ~state.wanted.contains("late") & ~state.wanted.contains("state")),
                pace("burning", t("Burning"), state.burning, state.wanted["late"] == "burning"),
                pace("waiting", t("Waiting for the customer"), state.waiting, state.wanted["state"] == "waiting"),
                class_name="flex flex-wrap gap-1.5",
            ),
        ),
        chips(),
        class_name="px-4 pt-4 pb-3 grid gap-3",
    )


def pace(value: str, words: rx.Var[str], count: rx.Var[int], on: rx.Var[bool]) -> rx.Component:
    """A chip with how many tickets it shows."""
    label = rx.fragment(words, " ", rx.el.span(count, class_name="tabular-nums"))
    return choices.chip("pace", label, value=value, checked=on, on_change=StaffQueueState.pace(value))


def taking() -> rx.Component:
    """Whether one is given tickets by one's teams."""
    state = StaffQueueState
    on = state.takes == "yes"
    words = rx.cond(on, t("I am given tickets"), t("I am given none now"))
    return rx.cond(state.takes != "", choices.toggle(words, on=on, on_click=state.take_or_not(~on)), rx.fragment())


def chips() -> rx.Component:
    """What narrows the queue, filters that are kept, the tags in use: one press narrows, another widens again."""
    state = StaffQueueState
    return rx.el.div(
        rx.foreach(state.narrowed, narrowing),
        taking(),
        rx.foreach(state.filters, kept_filter),
        rx.foreach(state.tags, tag),
        class_name="flex flex-wrap gap-1.5 empty:hidden",
        role="group",
        custom_attrs={"aria-label": t("Filters and tags")},
    )


def narrowing(row: rx.Var[NarrowRow]) -> rx.Component:
    label = t("Take off: {what}", what=row.words)
    return choices.taken_off(row.words, label, on_click=StaffQueueState.widen(row.key), accent=True, key=row.key)


def kept_filter(row: rx.Var[FilterRow]) -> rx.Component:
    return choices.toggle(row.title, on=row.on, on_click=StaffQueueState.take_filter(row.key), key=row.key)


def tag(word: rx.Var[str]) -> rx.Component:
    state = StaffQueueState
    on = state.wanted["tag"] == word
    return choices.toggle("#", word, on=on, on_click=state.pick_tag(rx.cond(on, "", word)), key=word)


def listed() -> rx.Component:
    """The queue as a list."""
    state = StaffQueueState
    return rx.el.section(
        head(),
        many(),
        rx.cond(
            state.rows.length() > 0,
            rx.el.ul(
                rx.cond(state.picking, rx.foreach(state.rows, tickable), rx.foreach(state.rows, line)),
                class_name="divide-y divide-line border-t border-line flex-1 min-h-0 overflow-y-auto",
                custom_attrs={"data-walk": ""},
            ),
            rx.el.p(t("Nobody waits here."), class_name="px-4 py-6 text-ink-soft border-t border-line"),
        ),
        rx.cond(
            state.more,
            rx.el.p(buttons.button(t("Show more"), size="sm", on_click=state.show_more), class_name="px-4 py-3"),
            rx.fragment(),
        ),
        class_name="bg-surface-raised rounded-xl overflow-hidden h-full flex flex-col",
        custom_attrs={"aria-label": t("Queue")},
    )


def line(row: rx.Var[QueueRow]) -> rx.Component:
    chosen = row.key == StaffTicketsState.chosen
    return rx.el.li(
        rx.el.button(
            content(row),
            type="button",
            on_click=StaffTicketsState.choose(row.key),
            class_name=[
                "block w-full text-left px-4 py-3 hover:bg-surface-hover",
                rx.cond(chosen, "bg-accent-soft", ""),
            ],
            custom_attrs={"aria-current": flag(chosen)},
        ),
        key=row.key,
    )


def content(row: rx.Var[QueueRow]) -> rx.Component:
    """The subject with what is left of the promise, under it whose it is and who answers."""
    nobody = rx.fragment(
        rx.el.span(
            icon("user", 14),
            class_name="grid place-items-center size-8 shrink-0 rounded-full border border-dashed border-line-strong",
        ),
        rx.el.span(t("nobody's yet"), class_name="sr-only"),
    )
    somebody = rx.fragment(
        rows.avatar(row.initials, size=32), rx.el.span(t("Answers:"), " ", row.assignee, class_name="sr-only")
    )
    return rx.fragment(
        rx.el.span(rx.el.span(row.title, class_name="font-medium truncate min-w-0 flex-1"), left(row), class_name=LINE),
        rx.el.span(
            rx.el.span(row.who, class_name="truncate flex-1"),
            rx.cond(row.initials == "", nobody, somebody),
            class_name="mt-0.5 flex items-center gap-2 text-small text-ink-soft",
        ),
    )


def left(row: rx.Var[QueueRow]) -> rx.Component:
    """What is left of the promise; nothing once the ticket is finished."""
    runs = rx.match(
        row.heat,
        ("bad", status.status(row.clock, "bad", symbol="flame")),
        ("warn", status.status(row.clock, "warn", symbol="clock")),
        status.status(row.clock, "calm", symbol="clock"),
    )
    stands = rx.cond(
        StaffQueueState.queue == "done", rx.fragment(), status.status(t("pause"), "calm", symbol="circle-pause")
    )
    return rx.el.span(rx.cond(row.clock == "", stands, runs), class_name="tabular-nums shrink-0")


def tickable(row: rx.Var[QueueRow]) -> rx.Component:
    """A line that may be chosen beside others."""
    return rx.el.li(
        rx.el.label(
            rx.el.input(
                type="checkbox",
                class_name="check",
                default_checked=StaffQueueState.picked.contains(row.key),
                on_change=StaffQueueState.tick(row.key),
            ),
            rx.el.span(content(row), class_name="min-w-0 flex-1"),
            class_name="flex items-center gap-3.5 px-4 py-3 hover:bg-surface-hover",
        ),
        key=row.key + "-" + StaffQueueState.ticks.to_string(),
    )


def many() -> rx.Component:
    """What is done to all the chosen tickets."""
    state = StaffQueueState
    return rx.cond(
        state.picked.length() > 0,
        rx.el.div(
            rx.el.p(t("Chosen: {n}", n=state.picked.length()), class_name="font-medium", role="status"),
            rx.el.div(
                fields.select_field("many_assign", t("Give to"), state.people, on_change=state.assign_many),
                rx.cond(
                    state.teams.length() > 2,
                    fields.select_field("many_move", t("To the team"), state.teams, on_change=state.move_many),
                    rx.fragment(),
                ),
                rx.el.form(
                    rx.el.div(
                        fields.field("many_tag", t("Tag"), length_max=30, auto_complete="off"), class_name="flex-1"
                    ),
                    buttons.button(t("Add"), submit=True),
                    on_submit=state.tag_many,
                    reset_on_submit=True,
                    class_name="flex items-end gap-2",
                ),
                buttons.button(t("Answer all…"), kind="primary", symbol="reply-all", on_click=state.ask("many")),
                class_name="mt-3 grid gap-3",
                key=f"many-{state.serial}",
            ),
            class_name="px-4 py-4 border-t border-line",
        ),
        rx.fragment(),
    )


def board() -> rx.Component:
    """The queue by when it burns."""
    return rx.fragment(
        rx.el.div(head(), class_name="bg-surface-raised rounded-xl mb-3"),
        rx.el.div(
            rx.foreach(StaffQueueState.columns, column),
            class_name="grid gap-3 grid-cols-1 md:grid-cols-2 xl:grid-cols-5 items-start",
            custom_attrs={"data-walk": ""},
        ),
    )


def column(row: rx.Var[ColumnRow]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(
            row.title,
            rx.el.span(row.rows.length(), class_name="ml-2 text-ink-soft font-normal tabular-nums"),
            class_name=["text-title px-5 pt-4 pb-2", rx.cond(row.key == "late", "text-bad", "")],
        ),
        rx.cond(
            row.rows.length() > 0,
            rx.el.ul(rx.foreach(row.rows, card), class_name="grid grid-cols-1 gap-1 px-2 pb-2"),
            rx.el.p(t("Nothing"), class_name="px-5 pb-4 text-small text-ink-soft"),
        ),
        class_name="bg-surface-raised rounded-xl min-w-0",
        key=row.key,
    )


def card(row: rx.Var[QueueRow]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            content(row),
            type="button",
            on_click=StaffTicketsState.choose(row.key),
            class_name="block w-full text-left rounded-lg px-3 py-2.5 min-h-11 hover:bg-surface-hover",
        ),
        key=row.key,
    )


def sheets() -> tuple[rx.Component, ...]:
    """The forms of the queue."""
    return filter_form(), many_form()


def filter_form() -> rx.Component:
    state, choice = StaffQueueState, StaffQueueState.choices
    selects = (
        ("team", t("Team"), choice.teams),
        ("topic", t("Topic"), choice.topics),
        ("priority", t("Urgency"), choice.priorities),
        ("state", t("State"), choice.states),
        ("tag", t("Tag"), choice.tags),
    )
    return forms.sheet(
        state,
        "filter",
        t("What to look at"),
        t("Show"),
        state.narrow,
        fields.field(
            "wanted_words",
            t("Words"),
            value=state.wanted["words"],
            hint=t("In the number, the subject, the messages, the customer's name"),
            length_max=100,
        ),
        rx.el.div(
            *(
                fields.select_field(f"wanted_{name}", label, options, value=state.wanted[name])
                for name, label, options in selects
            ),
            fields.select_field(
                "wanted_late",
                t("Deadline"),
                [("", t("Any")), ("yes", t("Over the promise")), ("burning", t("Burning"))],
                value=state.wanted["late"],
            ),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        rx.el.div(
            fields.field("kept_title", t("Keep it as"), hint=t("Empty: only look now"), length_max=60),
            fields.select_field(
                "kept_shared", t("Who sees it"), [("", t("Only me")), ("yes", t("Everybody at the desk"))]
            ),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        rx.el.ul(rx.foreach(state.filters, own_filter), class_name="empty:hidden"),
        wide=True,
    )


def own_filter(row: rx.Var[FilterRow]) -> rx.Component:
    forget = buttons.icon_button(
        "trash-2", t("Forget «{title}»", title=row.title), on_click=StaffQueueState.drop_filter(row.key)
    )
    return rx.cond(row.own, rows.kept(row.title, forget, key=row.key), rx.fragment())


def many_form() -> rx.Component:
    state = StaffQueueState
    return forms.sheet(
        state,
        "many",
        t("The same answer to all"),
        t("Send"),
        state.answer_many,
        rx.el.p(t("Chosen: {n}", n=state.picked.length()), class_name="text-ink-soft"),
        fields.text_field("many_body", t("Answer"), rows=5, length_max=10_000, required=True),
        fields.select_field(
            "many_how",
            t("What it does"),
            [("answered", t("Answers, the work goes on")), ("finished", t("Finishes the tickets"))],
        ),
    )
