"""The frames that pages stand in: the customer's, the staff's, and the one outside the door."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.inline import A

from cabinet.components.buttons import anchor, layer_attributes
from cabinet.components.icon import icon, mark
from cabinet.components.recipes import flag
from cabinet.components.scales import brand_ruler
from cabinet.components.text import Text, language_mark, t

_NAV = (
    "relative whitespace-nowrap flex items-center gap-3 h-9 px-3 rounded-sm text-ink-soft hover:text-ink "
    "hover:bg-surface-sunken aria-[current=page]:text-ink aria-[current=page]:font-medium "
    "aria-[current=page]:bg-surface-raised aria-[current=page]:[&>svg]:text-accent-ink"
)
_TAB = (
    "relative flex flex-col items-center justify-center gap-0.5 h-15 text-micro text-ink-soft font-medium "
    "aria-[current=page]:text-accent-ink aria-[current=page]:font-semibold"
)
_RAIL = (
    "relative flex flex-col items-center justify-center gap-1 h-14 rounded-md text-micro font-medium "
    "text-on-brand-soft hover:text-on-brand aria-[current=page]:bg-brand-line aria-[current=page]:text-on-brand"
)

_RAIL_TAB = (
    "flex flex-col items-center justify-center gap-0.5 h-15 text-micro font-medium text-on-brand-soft "
    "aria-[current=page]:text-on-brand"
)


def skip_link() -> rx.Component:
    """Show, to those who walk by keyboard, the way past the menu."""
    style = (
        "sr-only focus:not-sr-only focus:fixed focus:z-50 focus:left-4 focus:top-4 focus:px-4 focus:py-2.5 "
        "focus:rounded-md focus:bg-accent focus:text-on-accent"
    )
    # Reflex's own `a` is a link of the router, who would load the page anew on the way to its content.
    return A.create(t("To the content"), href="#main", class_name=style)


def brand_link(brand: Text, href: Text) -> rx.Component:
    """Show the company's sign and name; both lead home."""
    return anchor(
        mark(),
        rx.el.span(brand, class_name="text-lead font-semibold tracking-tight"),
        href=href,
        class_name="flex items-center gap-2.5 h-16 px-3 shrink-0 rounded-sm",
    )


def nav_link(
    label: Text, href: Text, symbol: str, *, current: bool | rx.Var[bool] = False, counter: Any = None
) -> rx.Component:
    """Show one line of the side menu."""
    return rx.el.li(
        anchor(
            icon(symbol, 18),
            label,
            *([rx.el.span(counter, class_name="ml-auto")] if counter is not None else []),
            href=href,
            class_name=_NAV,
            custom_attrs={"aria-current": _page(current)},
        )
    )


def nav_group(*links: Any, title: Text | None = None) -> rx.Component:
    """Show lines of the side menu under a quiet title."""
    heading = (
        [rx.el.p(title, class_name="px-3 pt-4 pb-1 text-micro font-medium text-ink-faint")] if title is not None else []
    )
    return rx.fragment(*heading, rx.el.ul(*links))


def tab(
    label: Text, href: Text, symbol: str, *, current: bool | rx.Var[bool] = False, news: Any = None
) -> rx.Component:
    """Show one of the five tabs at the foot of a phone."""
    return anchor(
        icon(symbol, 22),
        label,
        *([rx.el.span(news, class_name="absolute top-2 left-1/2 ml-2")] if news is not None else []),
        href=href,
        class_name=_TAB,
        custom_attrs={"aria-current": _page(current)},
    )


def tab_button(label: Text, symbol: str, *, opens: str) -> rx.Component:
    """Show the tab that opens a sheet instead of leading to a page."""
    return rx.el.button(
        icon(symbol, 22), label, type="button", class_name=_TAB, custom_attrs=layer_attributes(opens=opens)
    )


def rail_link(label: Text, href: Text, symbol: str, *, current: bool | rx.Var[bool] = False) -> rx.Component:
    """Show one section of the staff's rail."""
    return rx.el.li(
        anchor(icon(symbol), label, href=href, class_name=_RAIL, custom_attrs={"aria-current": _page(current)})
    )


def customer_frame(
    *content: Any, brand: Text, title: Text, groups: Any, tools: Any, phone_tools: Any, tabs: Any, over: Any = ()
) -> rx.Component:
    """Show a customer's page: the menu on the left, tools on top; on a phone a bar on top and five tabs below.

    `over` stands over the content on every page: the offline bar, a notice.
    """
    return rx.el.div(
        language_mark(),
        skip_link(),
        rx.el.aside(
            brand_link(brand, "/"),
            rx.el.nav(*groups, class_name="-mt-1", custom_attrs={"aria-label": t("Sections")}),
            class_name="max-md:hidden sticky top-0 h-dvh overflow-y-auto px-3 pb-6 flex flex-col",
            custom_attrs={"data-print": "no"},
        ),
        rx.el.div(
            rx.el.header(
                rx.el.div(*tools, class_name="mx-auto max-w-[1080px] flex items-center gap-2 h-16 px-8 max-md:hidden"),
                rx.el.div(
                    mark(),
                    rx.el.span(title, class_name="ml-2.5 text-lead font-semibold truncate"),
                    rx.el.span(class_name="flex-1"),
                    *phone_tools,
                    class_name="md:hidden flex items-center h-14 px-4",
                ),
                class_name="sticky top-0 z-20 bg-surface",
                custom_attrs={"data-print": "no"},
            ),
            rx.el.main(
                *over,
                *content,
                id="main",
                class_name="mx-auto max-w-[1080px] px-8 max-md:px-3 pt-3 max-md:pt-1 pb-16 max-md:pb-6",
            ),
            class_name="min-w-0",
        ),
        rx.el.nav(
            *tabs,
            class_name=(
                "md:hidden fixed inset-x-0 bottom-0 z-30 bg-surface-raised border-t border-line grid grid-cols-5 "
                "pb-[env(safe-area-inset-bottom)]"
            ),
            custom_attrs={"aria-label": t("Main sections"), "data-print": "no"},
        ),
        class_name="md:grid md:grid-cols-[248px_minmax(0,1fr)] max-md:pb-24",
    )


def rail_tab(label: Text, href: Text, symbol: str, *, current: bool | rx.Var[bool] = False) -> rx.Component:
    """Show one of the staff's five tabs at the foot of a phone."""
    here = {"aria-current": _page(current)}
    return anchor(icon(symbol, 22), label, href=href, class_name=_RAIL_TAB, custom_attrs=here)


def rail_tab_button(label: Text, symbol: str, *, opens: str) -> rx.Component:
    """Show the tab of the staff that opens a sheet instead of leading to a page."""
    return rx.el.button(
        icon(symbol, 22), label, type="button", class_name=_RAIL_TAB, custom_attrs=layer_attributes(opens=opens)
    )


def staff_frame(
    *content: Any, brand: Text, title: Text, links: Any, tools: Any, search: Any, tabs: Any = (), over: Any = ()
) -> rx.Component:
    """Show a page of the staff: the dark rail, tools on top, all the width for content; on a phone dark tabs.

    Of the links among the tabs a phone shows the first four; the button after them opens the rest.
    """
    return rx.el.div(
        language_mark(),
        skip_link(),
        rx.el.aside(
            anchor(
                mark(),
                href="/staff",
                class_name="grid place-items-center h-12 mb-2 rounded-md",
                custom_attrs={"aria-label": brand},
            ),
            rx.el.nav(rx.el.ul(*links, class_name="grid gap-1"), custom_attrs={"aria-label": t("Staff sections")}),
            class_name="on-dark max-md:hidden sticky top-0 h-dvh overflow-y-auto bg-surface-brand px-2 py-3",
            custom_attrs={"data-print": "no"},
        ),
        rx.el.div(
            rx.el.header(
                rx.el.span(title, class_name="md:hidden text-lead font-semibold truncate"),
                search,
                rx.el.span(class_name="flex-1"),
                *tools,
                class_name=("sticky top-0 z-20 bg-surface flex items-center gap-2 h-16 max-md:h-14 px-6 max-md:px-4"),
                custom_attrs={"data-print": "no"},
            ),
            rx.el.main(*over, *content, id="main", class_name="px-6 max-md:px-3 pb-8"),
            class_name="min-w-0",
        ),
        rx.el.nav(
            *tabs,
            class_name=(
                "on-dark md:hidden fixed inset-x-0 bottom-0 z-30 bg-surface-brand grid grid-flow-col auto-cols-fr "
                "[&>a:nth-of-type(n+5)]:hidden pb-[env(safe-area-inset-bottom)]"
            ),
            custom_attrs={"aria-label": t("Main sections"), "data-print": "no"},
        )
        if tabs
        else rx.fragment(),
        class_name="md:grid md:grid-cols-[88px_minmax(0,1fr)] max-md:pb-20",
    )


def outside_frame(
    *content: Any, brand: Text, motto: Text, promises: tuple[Text, ...], support: Text, tools: Any
) -> rx.Component:
    """Show a page outside the door: sign-in, sign-up, recovery. The dark panel speaks, the form stands beside it."""
    name = rx.el.span(mark(), brand, class_name="flex items-center gap-3 text-lead font-semibold")
    small = rx.el.span(mark(), brand, class_name="lg:hidden flex items-center gap-2.5 text-lead font-semibold")
    lines = (
        rx.el.li(icon("check", class_name="shrink-0 text-brand-fill"), promise, class_name="flex gap-3")
        for promise in promises
    )
    return rx.el.div(
        language_mark(),
        rx.el.aside(
            name,
            rx.el.div(
                rx.el.p(motto, class_name="text-display text-balance"),
                rx.el.div(brand_ruler(), class_name="mt-10 max-w-[420px]"),
                rx.el.ul(*lines, class_name="mt-10 space-y-3 text-on-brand-soft"),
                class_name="my-auto",
            ),
            rx.el.p(support, class_name="text-small text-on-brand-soft"),
            class_name="on-dark max-lg:hidden bg-surface-brand text-on-brand p-12 flex flex-col m-3 rounded-xl",
            custom_attrs={"aria-label": t("About the cabinet")},
        ),
        rx.el.main(
            rx.el.div(small, rx.el.span(), *tools, class_name="flex justify-between items-center"),
            rx.el.div(*content, class_name="m-auto w-full max-w-[400px] py-8"),
            id="main",
            class_name="flex flex-col px-6 py-6 max-md:px-4",
        ),
        class_name="min-h-dvh grid grid-cols-1 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] bg-surface-raised",
    )


def _page(current: bool | rx.Var[bool]) -> Any:
    if isinstance(current, bool):
        return "page" if current else "false"
    return rx.cond(current, "page", flag(False))
