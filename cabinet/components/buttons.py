"""Buttons and links. A button is a verb with its object or sum; one primary in a panel."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from cabinet.components.icon import icon
from cabinet.components.recipes import LINK, flag
from cabinet.components.text import Text, given

Kind = Literal["primary", "secondary", "raised", "outline", "ghost", "quiet", "danger", "onbrand", "brandline"]
Size = Literal["md", "sm", "lg"]

BUTTON = (
    "inline-flex items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap transition-colors "
    "duration-150 disabled:opacity-50 aria-busy:pointer-events-none"
)
SIZES: dict[Size, str] = {
    "md": "h-11 px-5 max-md:px-4 text-body",
    "sm": "h-9 px-3.5 text-small max-md:h-11",
    "lg": "h-13 px-6 text-body",
}
KINDS: dict[Kind, str] = {
    "primary": "bg-accent text-on-accent hover:bg-accent-hover",
    "secondary": "bg-surface-sunken text-ink hover:bg-line",
    "raised": "bg-surface-raised text-ink hover:bg-surface-sunken",
    "outline": "border border-line-strong text-ink hover:bg-surface-hover",
    "ghost": "text-accent-ink hover:bg-accent-soft",
    "quiet": "text-ink-soft hover:bg-surface-sunken hover:text-ink",
    "danger": "bg-bad-soft text-bad hover:bg-bad hover:text-surface-raised",
    "onbrand": "bg-on-brand text-surface-brand hover:bg-on-brand-soft",
    "brandline": "border border-on-brand-soft/50 text-on-brand hover:bg-brand-line",
}


def button(
    label: Text,
    *,
    kind: Kind = "secondary",
    size: Size = "md",
    symbol: str = "",
    on_click: Any = None,
    submit: bool = False,
    form: str = "",
    busy: bool | rx.Var[bool] = False,
    busy_label: Text = "",
    disabled: bool | rx.Var[bool] = False,
    opens: str = "",
    closes: str = "",
    menu: str = "",
    stretch: bool = False,
    hotkey: str = "",
    says: str = "",
    class_name: str = "",
) -> rx.Component:
    """Show a button. `opens` and `closes` name a dialog, `menu` a popover: these need no server.

    It sends the form that it stands in with `submit`, or another one by its id with `form`: a dialog's foot needs that.

    A form with several of them is told which one sent it: what that one `says` stands in `forms.submitter`.

    A `hotkey` is the place of a key that presses it, `KeyT`, whatever letters the keyboard has.

    While `busy` it says `busy_label` («Платим…») beside a turning circle and takes no clicks.
    """
    rested = rx.fragment(icon(symbol, 18) if symbol else rx.fragment(), label)
    working = rx.fragment(
        icon("loader-circle", 18, class_name="shrink-0 animate-spin"), busy_label if given(busy_label) else label
    )
    attributes: dict[str, Any] = layer_attributes(opens=opens, closes=closes, menu=menu) | hotkey_attributes(hotkey)
    content = rested
    if isinstance(busy, rx.Var) or busy:
        attributes["aria-busy"] = flag(busy)
        content = rx.cond(busy, working, rested) if isinstance(busy, rx.Var) else working
    return rx.el.button(
        content,
        type="submit" if submit or form else "button",
        disabled=disabled,
        class_name=f"{BUTTON} {SIZES[size]} {KINDS[kind]}{' flex-1' if stretch else ''} {class_name}".rstrip(),
        custom_attrs={**attributes, **({"form": form} if form else {}), **({"value": says} if says else {})},
        **_click(on_click),
    )


def hotkey_attributes(place: str) -> dict[str, str]:
    """Return what lets a key of the page press an element, or move into it; assets/cabinet.js listens."""
    return {"data-hotkey": place, "aria-keyshortcuts": place.removeprefix("Key")} if place else {}


def icon_button(
    symbol: str,
    label: Text,
    *,
    kind: Kind = "quiet",
    small: bool = False,
    on_click: Any = None,
    disabled: bool | rx.Var[bool] = False,
    opens: str = "",
    closes: str = "",
    menu: str = "",
    hotkey: str = "",
    class_name: str = "",
) -> rx.Component:
    """Show a button that is only an icon; its label is for those who cannot see the icon. `small` is for rows."""
    size = "size-9 max-md:size-11 shrink-0" if small else "size-11 shrink-0"
    return rx.el.button(
        icon(symbol),
        type="button",
        disabled=disabled,
        class_name=f"relative {BUTTON} {size} {KINDS[kind]} {class_name}".rstrip(),
        custom_attrs={
            "aria-label": label,
            **layer_attributes(opens=opens, closes=closes, menu=menu),
            **hotkey_attributes(hotkey),
        },
        **_click(on_click),
    )


def link_button(
    label: Text,
    href: Text,
    *,
    kind: Kind = "secondary",
    size: Size = "md",
    symbol: str = "",
    outside: bool = False,
    stretch: bool = False,
    class_name: str = "",
) -> rx.Component:
    """Show a link that looks like a button. `outside` is for what is not a page of ours: an API route, a file."""
    return anchor(
        icon(symbol, 18) if symbol else rx.fragment(),
        label,
        href=href,
        outside=outside,
        class_name=f"{BUTTON} {SIZES[size]} {KINDS[kind]}{' flex-1' if stretch else ''} {class_name}".rstrip(),
    )


def icon_link(symbol: str, label: Text, href: Text) -> rx.Component:
    """Show a link that is only an icon; its label is for those who cannot see the icon."""
    return anchor(
        icon(symbol),
        href=href,
        class_name=f"relative {BUTTON} size-11 shrink-0 {KINDS['quiet']}",
        custom_attrs={"aria-label": label},
    )


def link(label: Text, href: Text, *, outside: bool = False, small: bool = False, beside: bool = False) -> rx.Component:
    """Show a link inside a sentence. `beside` opens it in a tab of its own: what is typed here stays."""
    tab = {"target": "_blank"} if beside else {}
    return anchor(label, href=href, outside=outside, class_name=f"{LINK} text-small" if small else LINK, **tab)


def more_link(label: Text, href: Text, *, outside: bool = False) -> rx.Component:
    """Show the way to the whole list from the head of a panel."""
    style = (
        f"{LINK} text-small inline-flex items-center gap-0.5 whitespace-nowrap min-h-6 max-md:min-h-11 max-md:-my-2.5"
    )
    return anchor(label, icon("chevron-right", 16), href=href, outside=outside, class_name=style)


def copy_button(value: Text, label: Text, done: Text) -> rx.Component:
    """Show a button that puts the value on the clipboard and says so for two seconds."""
    return rx.el.button(
        rx.el.span(icon("copy", 18), label, class_name="contents group-data-copied:hidden"),
        rx.el.span(
            icon("check", 18), done, class_name="hidden group-data-copied:contents", custom_attrs={"role": "status"}
        ),
        type="button",
        class_name=f"group {BUTTON} {SIZES['sm']} {KINDS['secondary']}",
        custom_attrs={"data-copy": value},
    )


def anchor(*content: Any, href: Text, outside: bool = False, class_name: str = "", **attributes: Any) -> rx.Component:
    """Return a link without a look: within the app by the router, `outside` it by the browser."""
    # Reflex makes a router's link of its own `a` too, and the router knows no file and no API route.
    leaving = {"reload_document": True} if outside else {}
    return ReactRouterLink.create(*content, to=href, class_name=class_name, **leaving, **attributes)


def layer_attributes(*, opens: str = "", closes: str = "", menu: str = "") -> dict[str, Any]:
    """Return the attributes by which a button opens or closes a native layer without the server."""
    if opens:
        return {"command": "show-modal", "commandfor": opens}
    if closes:
        return {"command": "close", "commandfor": closes}
    return {"popovertarget": menu} if menu else {}


def _click(on_click: Any) -> dict[str, Any]:
    return {} if on_click is None else {"on_click": on_click}
