"""The shell: frame, menus, notices, the dialog of a session that is over. The site map puts every page into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx
from reflex.style import color_mode, set_color_mode

from cabinet import settings
from cabinet.components import buttons, choices, fields, forms, frame, layers, rows, states, status, surfaces
from cabinet.components.text import Text, t
from cabinet.kit.i18n import LOCALES, mark
from cabinet.state.base import NoticeState, SessionState
from cabinet.state.live import LiveState
from cabinet.state.locale import LocaleState
from cabinet.state.notices import NoticesState
from cabinet.state.shell import ShellState
from cabinet.widgets.menus import CUSTOMER_MENU, CUSTOMER_TABS, STAFF_MENU, Entry, is_current, is_tab_of

LANGUAGES = {"ru": "Русский", "en": "English"}


MOTTO = (
    mark("Bills, services and help in one place"),
    (
        mark("You see how many days the money lasts"),
        mark("The price is known before you pay"),
        mark("The receipt comes by itself"),
    ),
)
STAFF_MOTTO = (
    mark("The workplace of the staff"),
    (
        mark("Every payment with its whole story"),
        mark("A refund with a reason, its answer comes by itself"),
        mark("Whatever is done stands in the journal"),
    ),
)
"""What the dark panel beside the door says to customers, and to those who serve them."""


def customer_shell(content: rx.Component, *, route: str, title: str) -> rx.Component:
    """Put a customer's page into the frame."""
    return rx.fragment(
        frame.customer_frame(
            content,
            brand=settings.get().brand,
            title=t(title) if route != "/" else settings.get().brand,
            groups=[_group(name, entries, route) for name, entries in CUSTOMER_MENU],
            tools=_tools(),
            phone_tools=_phone_tools(),
            tabs=[*(_tab(entry, route) for entry in CUSTOMER_TABS), _more_tab()],
            over=(_offline(),),
        ),
        _more_sheet(route),
        _around(),
        live("notifications", LiveState.notifications, ShellState.count_unread),
        live("chat", LiveState.chat, ShellState.count_answers),
    )


def staff_shell(content: rx.Component, *, route: str, title: str) -> rx.Component:
    """Put a page of the staff into its frame."""
    right = next(entry.right for entry in STAFF_MENU if entry.route == route)
    return rx.fragment(
        frame.staff_frame(
            rx.cond((ShellState.staff_name == "") | ShellState.staff_rights.contains(right), content, _no_right(title)),
            brand=settings.get().brand,
            title=t(title),
            links=_permitted(frame.rail_link, route),
            tabs=[*_permitted(frame.rail_tab, route), frame.rail_tab_button(t("More"), "menu", opens="staff-more")],
            search=rx.cond(ShellState.staff_rights.contains("customers.read"), _search(), rx.fragment()),
            tools=[
                rx.el.span(ShellState.staff_name, class_name="text-small text-ink-soft max-md:hidden"),
                _person_button(
                    ShellState.staff_initials, t("Menu of {name}", name=ShellState.staff_name), "staff-menu"
                ),
                _menu("staff-menu", "/auth/staff/sign-out"),
            ],
            over=(_offline(),),
        ),
        layers.sheet("staff-more", t("More"), _menu_lines(rx.el.ul(*_permitted(frame.nav_link, route)))),
        _around(),
    )


def _search() -> rx.Component:
    """Look for a customer, a payment, a ticket from any page; a phone has the page of customers for it."""
    words = t("Name, phone, address, number")
    return forms.search_form(
        "/staff/customers",
        t("Search over everything"),
        fields.search_field("q", words, placeholder=words, wide=True, key="K"),
        class_name="max-md:hidden flex-1",
    )


def _permitted(link: Callable[..., rx.Component], route: str) -> list[rx.Component]:
    """Return the staff's menu as links of one shape, those that the role may follow."""
    return [
        rx.cond(
            ShellState.staff_rights.contains(entry.right),
            link(t(entry.title), entry.route, entry.symbol, current=entry.route == route),
            rx.fragment(),
        )
        for entry in STAFF_MENU
    ]


def _no_right(title: str) -> rx.Component:
    return rx.fragment(
        surfaces.page_head(t(title), quiet=True),
        states.empty(
            t("Your role does not open this section"),
            t("If you need it for your work, ask the administrator for the right."),
        ),
    )


def outside_shell(content: rx.Component, *, route: str, title: str) -> rx.Component:
    """Put a page before sign-in beside the dark panel."""
    held = settings.get()
    motto, promises = STAFF_MOTTO if route.startswith("/staff") else MOTTO
    return rx.fragment(
        frame.outside_frame(
            content,
            brand=held.brand,
            motto=t(motto),
            promises=tuple(t(each) for each in promises),
            support=support(held.demo, held.support_phone),
            tools=[_language_menu()],
        ),
        _around(),
    )


def support(demo: bool, phone: str) -> rx.Var[str]:
    """Return whom to call. Only the demonstration answers at any hour."""
    return t("Support {phone}, round the clock", phone=phone) if demo else t("Support {phone}", phone=phone)


def bare_shell(content: rx.Component, *, route: str, title: str) -> rx.Component:
    """Leave a page as it is, with notices only."""
    return rx.fragment(content, _around())


def live(topic: str, revision: rx.Var[int], loader: Any) -> rx.Component:
    """Call a guarded loader of the page each time the topic rings: assets/cabinet.js presses a button nobody sees.

    An element with a new key and `on_mount` would be called for the first ring only: Reflex keeps the effect in the
    component around it, which is not mounted anew.
    """
    return rx.el.button(
        type="button",
        hidden=True,
        on_click=loader,
        custom_attrs={"data-rings": revision.to_string(), "data-topic": topic},
    )


def address(chosen: rx.Var[str]) -> rx.Component:
    """Let the address name what is chosen on a desk, so that a link leads to it and a new document opens it again."""
    return rx.el.span(hidden=True, custom_attrs={"data-address": rx.cond(chosen == "", "", "?open=" + chosen)})


def _around() -> rx.Component:
    return rx.fragment(_notice(), _session_over(), _incident())


def _notice() -> rx.Component:
    return states.toast(NoticeState.words, on_close=NoticesState.close, refused=NoticeState.tone == "bad")


def _session_over() -> rx.Component:
    """Say that the session has ended, and lead to the door by a native link: the socket must not be kept."""
    door = rx.cond(SessionState.session_over == "staff", "/staff/sign-in", "/sign-in")
    return layers.sheet(
        "session-over",
        t("The session is over"),
        rx.el.p(t("Nothing is lost. Sign in again to go on."), class_name="text-ink-soft"),
        footer=buttons.link_button(t("Sign in"), door, kind="primary", outside=True, stretch=True),
        shown=SessionState.session_over != "",
        on_close=NoticesState.stay,
    )


def _incident() -> rx.Component:
    return layers.sheet(
        "incident",
        t("Something broke on our side"),
        rx.el.p(t("Nothing was done by halves. Try again in a minute."), class_name="text-ink-soft"),
        rx.el.p(
            t("Code for support"),
            " ",
            rx.el.code(NoticeState.incident, class_name="font-mono text-ink"),
            class_name="mt-4 text-small text-ink-soft",
        ),
        footer=buttons.button(t("Close"), closes="incident", stretch=True),
        shown=NoticeState.incident != "",
        on_close=NoticesState.forget_incident,
    )


def _offline() -> rx.Component:
    return rx.el.div(
        states.offline_bar(t("No connection."), t("The figures may be old. Payments come back with the network.")),
        class_name="mb-3 has-[>:empty]:hidden relative z-[11]",
    )


def _group(name: str, entries: Sequence[Entry], route: str) -> rx.Component:
    links = [
        frame.nav_link(
            t(entry.title),
            entry.route,
            entry.symbol,
            current=is_current(entry, route),
            counter=_counter(entry.route),
        )
        for entry in entries
    ]
    return frame.nav_group(*links, title=t(name) if name else None)


def _counter(route: str) -> rx.Component | None:
    number = {"/notifications": ShellState.unread, "/chat": ShellState.answers}.get(route)
    return rx.cond(number > 0, status.counter(number, t("not seen yet")), rx.fragment()) if number is not None else None


def _tab(entry: Entry, route: str) -> rx.Component:
    news = (
        rx.cond(ShellState.unread > 0, status.dot(t("there is news")), rx.fragment())
        if entry.route == "/notifications"
        else None
    )
    return frame.tab(t(entry.title), entry.route, entry.symbol, current=is_tab_of(entry, route), news=news)


def _more_tab() -> rx.Component:
    return frame.tab_button(t("More"), "menu", opens="more")


def _more_sheet(route: str) -> rx.Component:
    """Show on a phone what the five tabs do not lead to, and what is under the avatar of a wide screen."""
    tabs = {entry.route for entry in CUSTOMER_TABS}
    groups = [(name, [entry for entry in entries if entry.route not in tabs]) for name, entries in CUSTOMER_MENU]
    return layers.sheet(
        "more",
        t("More"),
        rx.el.div(
            rows.avatar(ShellState.initials, own=True),
            rx.el.div(
                rx.el.p(ShellState.name, class_name="font-medium"),
                rx.el.p(t("Contract {number}", number=ShellState.contract), class_name="text-small text-ink-soft"),
            ),
            class_name="flex items-center gap-3.5 pb-2",
        ),
        _menu_lines(*(_group(name, entries, route) for name, entries in groups if entries)),
        _theme("theme-phone"),
        rx.el.div(_language_form(), class_name="mt-4"),
        rx.el.div(_sign_out("/auth/sign-out"), class_name="mt-4"),
    )


def _menu_lines(*groups: Any) -> rx.Component:
    """Lay the lines of a menu for fingers; the sheet's own edge stands in for their padding."""
    return rx.el.nav(*groups, class_name="-mx-3 mb-4 [&_a]:min-h-11", custom_attrs={"aria-label": t("Sections")})


def _tools() -> list[Any]:
    contract = rx.el.span(
        t("Contract {number}", number=ShellState.contract), class_name="text-small text-ink-soft whitespace-nowrap"
    )
    return [
        rx.el.span(class_name="flex-1"),
        rx.cond(ShellState.contract != "", contract, rx.fragment()),
        _chat(),
        _bell(),
        _person_button(ShellState.initials, t("Menu of {name}", name=ShellState.name), "person-menu"),
        _menu("person-menu", "/auth/sign-out"),
    ]


def _phone_tools() -> list[Any]:
    return [_chat(), _bell()]


def _chat() -> rx.Component:
    return _dotted("headset", t("Chat with an operator"), "/chat", ShellState.answers, t("an operator has answered"))


def _bell() -> rx.Component:
    return _dotted("bell", t("Notifications"), "/notifications", ShellState.unread, t("there is news"))


def _dotted(symbol: str, label: Text, href: str, count: rx.Var[int], meaning: Text) -> rx.Component:
    """Show an icon that leads to a page, with a dot while something there was not seen."""
    return rx.el.span(
        buttons.icon_link(symbol, label, href),
        rx.cond(
            count > 0,
            rx.el.span(status.dot(meaning), class_name="absolute right-2.5 top-2.5 pointer-events-none"),
            rx.fragment(),
        ),
        class_name="relative",
    )


def _person_button(initials: Text, label: Text, menu: str) -> rx.Component:
    return rx.el.button(
        rows.avatar(initials, size=36, own=True),
        rx.el.span(label, class_name="sr-only"),
        type="button",
        class_name="rounded-full size-11 grid place-items-center -mr-1",
        custom_attrs={"popovertarget": menu},
    )


def _menu(identity: str, sign_out: str) -> rx.Component:
    return layers.menu(
        identity,
        rx.el.div(_theme(f"theme{sign_out.replace('/', '-')}"), class_name="px-3 py-2"),
        rx.el.div(_language_form(), class_name="px-3 pb-2"),
        layers.menu_line(),
        _sign_out(sign_out),
        label=t("Settings"),
        class_name="w-max",
    )


def _theme(name: str) -> rx.Component:
    return choices.segment(
        name,
        t("Theme"),
        (("system", t("As the system")), ("light", t("Light")), ("dark", t("Dark"))),
        chosen=color_mode,
        on_change=set_color_mode,
        wide=True,
    )


def _language_form() -> rx.Component:
    """Let the browser post the choice: the page comes back whole in the other language."""
    return forms.native_form(
        "/preferences/locale",
        forms.hidden("next", rx.State.router.url.path),
        *(
            rx.el.button(
                LANGUAGES[locale],
                type="submit",
                name="locale",
                value=locale,
                lang=locale,
                class_name=(
                    "flex-1 h-9 max-md:h-11 px-3.5 rounded-sm text-small font-medium text-ink-soft hover:text-ink "
                    "aria-pressed:bg-surface-raised aria-pressed:text-ink aria-pressed:shadow-thumb"
                ),
                custom_attrs={"aria-pressed": rx.cond(LocaleState.code == locale, "true", "false")},
            )
            for locale in LOCALES
        ),
        class_name="flex p-1 gap-0.5 rounded-md bg-surface-sunken",
    )


def _language_menu() -> rx.Component:
    return rx.el.div(_language_form(), class_name="ml-auto")


def _sign_out(action: str) -> rx.Component:
    return forms.native_form(
        action,
        buttons.button(t("Sign out"), kind="quiet", submit=True, symbol="log-out", class_name="w-full"),
    )
