"""A talk: bubbles of both sides, notes in the middle, ticks, who is typing, the field that sends with Enter (4.4)."""

from __future__ import annotations

from typing import Any

import reflex as rx

from cabinet.components import buttons, threads
from cabinet.components.buttons import BUTTON, KINDS
from cabinet.components.icon import icon
from cabinet.components.recipes import FIELD
from cabinet.components.text import Text, shown_if, t

_SHAPE = "max-w-[min(52ch,82%)] px-4 py-2.5 text-wrap rounded-lg"
_OWN = f"{_SHAPE} bg-accent text-on-accent rounded-br-xs self-end [&_a]:text-on-accent"
_OTHER = f"{_SHAPE} bg-surface-sunken rounded-bl-xs self-start"


def talk(lines: rx.Var[Any], shown: rx.Var[Any], *, on_earlier: Any) -> rx.Component:
    """Show the lines of a talk, the newest at the foot, under what it is about; `shown` is the card around them."""
    return rx.el.ol(
        rx.cond(
            shown.more,
            rx.el.li(
                buttons.button(t("Earlier messages"), kind="ghost", size="sm", on_click=on_earlier),
                class_name="text-center",
            ),
            rx.fragment(),
        ),
        shown_if(
            shown.about,
            rx.el.li(
                t("About: {what}", what=""),
                rx.cond(shown.about_link != "", buttons.link(shown.about, shown.about_link), rx.el.span(shown.about)),
                class_name="text-center text-small text-ink-soft",
            ),
        ),
        rx.foreach(lines, bubble),
        rx.cond(
            shown.typing != "",
            rx.el.li(
                rx.el.span(
                    *(rx.el.i(class_name="size-1.5 rounded-full bg-ink-faint") for _ in range(3)),
                    class_name="inline-flex gap-1 motion-safe:animate-pulse",
                    custom_attrs={"aria-hidden": "true"},
                ),
                shown.typing,
                class_name="flex items-center gap-2 text-small text-ink-soft",
            ),
            rx.fragment(),
        ),
        class_name="flex-1 min-h-0 overflow-y-auto px-6 max-md:px-4 py-5 flex flex-col gap-3",
        tab_index=0,
        custom_attrs={
            "aria-label": t("Messages of the chat"),
            "aria-live": "polite",
            "data-follows": shown.last.to_string(),
        },
    )


def bubble(line: rx.Var[Any]) -> rx.Component:
    """Show one line."""
    return rx.match(
        line.kind,
        ("own", _said(line, _OWN, "flex flex-col items-end")),
        ("other", _said(line, _OTHER, "flex flex-col items-start")),
        ("day", rx.el.li(_plain(line), class_name="text-center text-small text-ink-soft", key=line.key)),
        rx.el.li(
            rx.cond(line.link != "", buttons.link(_plain(line), line.link), _plain(line)),
            class_name="text-center text-small text-ink-soft py-1",
            key=line.key,
        ),
    )


def form(
    *above: Any,
    identity: str,
    label: Text,
    draft: rx.Var[str],
    files: rx.Var[Any],
    to: str,
    sent: rx.Var[int],
    keeps: rx.Var[str] | str,
    refusal: rx.Var[str],
    on_submit: Any,
    on_type: Any,
    on_look: Any,
    on_drop: Any,
    value: Text = "",
    key: Any = None,
    on_blur: Any = None,
) -> rx.Component:
    """Show the field of a talk with its clip and its arrow. What was `sent` leaves the field, what came after stays.

    `keeps` names the talk: what was typed for it comes back into a field that is made anew.
    """
    keyed = {"key": key} if key is not None else {}
    typed = {"on_blur": on_blur} if on_blur is not None else {}
    return rx.el.form(
        *above,
        threads.waiting(files, on_drop),
        rx.el.div(
            threads.clip(),
            rx.el.input(type="hidden", name="key", default_value=""),
            rx.el.button(type="button", hidden=True, on_click=on_look, custom_attrs={"data-uploads-done": ""}),
            rx.el.div(
                rx.el.label(label, html_for=f"field-{identity}", class_name="sr-only"),
                _field(identity, label, value, keeps, sent, on_change=on_type, **typed),
                class_name="flex-1 min-w-0",
            ),
            rx.el.button(
                icon("arrow-up", 20),
                rx.el.span(t("Send"), class_name="sr-only"),
                type="submit",
                class_name=f"{BUTTON} size-11 shrink-0 {KINDS['primary']}",
            ),
            class_name="flex items-end gap-2",
        ),
        threads.refusal(refusal),
        id=identity,
        on_submit=on_submit,
        reset_on_submit=False,
        class_name="group grid gap-3 px-6 max-md:px-4 py-4 border-t border-line",
        custom_attrs={"data-uploads": draft, "data-uploads-to": to},
        **keyed,
    )


def _field(identity: str, label: Text, value: Text, keeps: Any, sent: rx.Var[int], **events: Any) -> rx.Component:
    return rx.el.textarea(
        id=f"field-{identity}",
        name="body",
        rows="1",
        default_value=value,
        placeholder=label,
        max_length=5_000,
        class_name=f"{FIELD} min-h-11 max-h-40 py-2.5 resize-none block field-sizing-content",
        custom_attrs={
            "data-enter": "",
            "data-keeps": keeps,
            "data-sent": sent.to_string(),
            "autocomplete": "off",
        },
        **events,
    )


def pulse(seconds: int, on_beat: Any) -> rx.Component:
    """Call the server every so often while the page is before somebody's eyes."""
    return rx.el.button(type="button", hidden=True, on_click=on_beat, custom_attrs={"data-pulse": str(seconds)})


def seen(what: rx.Var[str], on_seen: Any) -> rx.Component:
    """Call the server when what is shown is before somebody's eyes: at once, or when the tab comes to the front."""
    return rx.el.button(type="button", hidden=True, on_click=on_seen, custom_attrs={"data-seen": what})


def _said(line: rx.Var[Any], shape: str, side: str) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.cond(line.pieces.length() > 0, threads.words(line.pieces), rx.fragment()),
            threads.attached(line.files),
            class_name=shape,
        ),
        rx.cond(
            (line.when != "") | (line.tick != ""),
            rx.el.span(
                line.when,
                rx.match(
                    line.tick,
                    ("read", _tick("check-check", "text-accent-ink", t("Read"))),
                    ("got", _tick("check-check", "", t("Delivered"))),
                    ("sent", _tick("check", "", t("Sent"))),
                    rx.fragment(),
                ),
                class_name="text-micro text-ink-soft mt-1 px-1 tabular-nums flex items-center gap-1",
            ),
            rx.fragment(),
        ),
        class_name=side,
        key=line.key,
    )


def _tick(symbol: str, colour: str, meaning: Text) -> rx.Component:
    return rx.fragment(icon(symbol, 14, class_name=f"shrink-0 {colour}"), rx.el.span(meaning, class_name="sr-only"))


def _plain(line: rx.Var[Any]) -> rx.Component:
    return shown_if(line.pieces[0].text, rx.el.span(line.pieces[0].text))
