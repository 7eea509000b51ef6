"""Panels, their heads, and the heads of pages. Panels float by tone: no border, no shadow."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx

from cabinet.components.buttons import anchor, button, more_link
from cabinet.components.icon import icon
from cabinet.components.recipes import LINK, PANEL_EDGE
from cabinet.components.text import Text, given, shown_if, t

_BRAND = "on-dark bg-surface-brand text-on-brand rounded-xl p-7 max-md:p-5 flex flex-col"


def panel(
    *content: Any,
    title: Text = "",
    soft: Text = "",
    more: tuple[Text, Text] | None = None,
    rows: bool = False,
    class_name: str = "",
) -> rx.Component:
    """Show a panel. With `rows` its content reaches the edges, else it is padded. `more` is a label and a route."""
    padding = "pb-2" if rows else "p-6 max-md:p-4"
    top = [head(title, soft=soft, more=more, edge=rows)] if given(title) else []
    return rx.el.section(*top, *content, class_name=f"bg-surface-raised rounded-xl {padding} {class_name}".rstrip())


def head(title: Text, *, soft: Text = "", more: tuple[Text, Text] | None = None, edge: bool = False) -> rx.Component:
    """Show the head of a panel: its title, one soft line, the way to the whole list."""
    around = f"{PANEL_EDGE} pt-6 max-md:pt-4 mb-1" if edge else "mb-3"
    return rx.el.div(
        rx.el.div(
            rx.el.h2(title, class_name="text-title"),
            shown_if(soft, rx.el.p(soft, class_name="text-small text-ink-soft mt-0.5")),
        ),
        more_link(*more) if more else rx.fragment(),
        class_name=f"flex items-start justify-between gap-4 {around}",
    )


def brand_panel(*content: Any, label: Text, class_name: str = "") -> rx.Component:
    """Show the one dark panel of a screen: the balance, the points, a plastic card. Focus rings turn white in it."""
    return rx.el.section(
        *content,
        class_name=f"{_BRAND} {class_name}".rstrip(),
        custom_attrs={"aria-label": label},
    )


def page_head(
    title: Text,
    *actions: Any,
    soft: Text = "",
    back: tuple[Text, Text] | None = None,
    quiet: bool = False,
    barred: bool = True,
) -> rx.Component:
    """Show the head of a page: where one came from, the title, one soft line, and the page's actions.

    On a phone the title stands in the top bar, if the page is `barred`. `quiet` leaves the head away there when nothing
    else is in it.
    """
    return rx.el.div(
        rx.el.div(
            crumb(*back) if back else rx.fragment(),
            rx.el.h1(title, class_name="text-h1 md:min-h-[1lh] max-md:sr-only" if barred else "text-h1"),
            shown_if(
                soft,
                rx.el.p(soft, class_name=f"text-ink-soft max-w-[60ch] {'md:mt-1' if barred else 'mt-1'}"),
            ),
        ),
        *([rx.el.div(*actions, class_name="flex flex-wrap gap-2 max-md:w-full max-md:*:flex-1")] if actions else []),
        class_name="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 mb-6 max-md:mb-4 max-md:px-1"
        + (" max-md:sr-only" if quiet else ""),
    )


def crumb(label: Text, href: Text) -> rx.Component:
    """Show the way back to the list that this page belongs to."""
    return rx.el.p(anchor(label, href=href, class_name=LINK), class_name="max-md:hidden mb-1 text-small text-ink-soft")


def back_link(label: Text, href: Text) -> rx.Component:
    """Show the way back as an arrow with words, where there is no crumb: on a phone, in the staff area."""
    return anchor(
        icon("arrow-left"), label, href=href, class_name="flex items-center gap-2 h-11 font-medium text-accent-ink"
    )


def columns(*content: Any) -> rx.Component:
    """Lay panels on the grid of twelve; each says its span by `lg:col-span-N`."""
    return rx.el.div(*content, class_name="grid grid-cols-1 gap-4 max-md:gap-2 lg:grid-cols-12")


def list_detail(state: Any, listed: Any, detail: Any, nothing: Any, *, span: Literal[4, 5] = 5) -> rx.Component:
    """Lay a list beside what the state has `chosen` of it, or `nothing`. A phone shows one of them, with a way back.

    However far the list is scrolled, what was chosen stands beside it, and scrolls by itself.
    """
    left, right = {4: ("lg:col-span-4", "lg:col-span-8"), 5: ("lg:col-span-5", "lg:col-span-7")}[span]
    chosen = state.chosen != ""
    back = button(t("To the list"), kind="raised", symbol="arrow-left", on_click=state.close)
    return rx.el.div(
        rx.el.div(listed, class_name=[left, rx.cond(chosen, "max-lg:hidden", "")]),
        rx.el.div(
            rx.cond(chosen, rx.fragment(rx.el.p(back, class_name="lg:hidden mb-3"), detail), nothing),
            class_name=[
                "lg:sticky lg:top-18 lg:max-h-[calc(100dvh-5rem)] lg:overflow-y-auto rounded-xl",
                right,
                rx.cond(chosen, "", "max-lg:hidden"),
            ],
            tab_index=0,
            role="region",
            custom_attrs={"aria-label": t("What is chosen")},
        ),
        class_name="grid gap-3 grid-cols-1 lg:grid-cols-12 items-start",
        custom_attrs={"data-chosen": state.chosen},
    )


def desk(state: Any, listed: Any, chosen: Any, beside: Any, nothing: Any) -> rx.Component:
    """Lay a desk: a narrow list, what the state has `chosen` of it, what stands `beside` that; each scrolls by itself.

    Where there is no room for three, one sees the list, or what was chosen over what is beside it, with a way back.
    """
    some = state.chosen != ""
    back = button(t("To the list"), kind="raised", symbol="arrow-left", on_click=state.close)
    tall = "xl:h-[calc(100dvh-96px)]"
    return rx.el.div(
        rx.el.div(listed, class_name=[f"min-w-0 {tall}", rx.cond(some, "max-xl:hidden", "")]),
        rx.cond(
            some,
            rx.el.div(rx.el.p(back, class_name="xl:hidden mb-3"), chosen, class_name=f"min-w-0 {tall}"),
            rx.el.div(nothing, class_name="max-xl:hidden"),
        ),
        rx.cond(
            some,
            rx.el.div(
                beside,
                class_name=f"min-w-0 rounded-xl overflow-y-auto {tall}",
                tab_index=0,
                role="region",
                custom_attrs={"aria-label": t("Beside what is chosen")},
            ),
            rx.fragment(),
        ),
        class_name="grid gap-3 grid-cols-1 xl:grid-cols-[320px_minmax(0,1fr)_300px] items-start",
        custom_attrs={"data-chosen": state.chosen},
    )


def stack(*content: Any, class_name: str | list[Any] = "") -> rx.Component:
    """Lay panels one under another; two stacks side by side never stretch each other."""
    named = class_name if isinstance(class_name, list) else [class_name]
    return rx.el.div(*content, class_name=["grid grid-cols-1 gap-4 max-md:gap-2 content-start", *named])


def prose(*content: Any) -> rx.Component:
    """Lay an article's text: larger letters, short lines."""
    return rx.el.div(*content, class_name="text-lead max-w-[62ch] grid gap-4")


def actions(*content: Any) -> rx.Component:
    """Lay buttons in a line that may break."""
    return rx.el.div(*content, class_name="flex flex-wrap items-center gap-2")


def qr(source: Text, sentence: Text) -> rx.Component:
    """Show a QR code, an image address, on a plate that stays white in the dark: readers need the contrast."""
    return rx.el.img(src=source, alt=sentence, width="176", height="176", class_name="rounded-md bg-[#fff] p-3")
