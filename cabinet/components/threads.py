"""A thread of messages, the files beside them, and the form that takes files by choice, by drop and by paste."""

from __future__ import annotations

from typing import Any

import reflex as rx

from cabinet.components import buttons, rows, status
from cabinet.components.buttons import BUTTON, KINDS
from cabinet.components.icon import icon
from cabinet.components.recipes import BUTTON_LABEL, LINK
from cabinet.components.text import Text, shown_if, t

ACCEPTED = "image/*,.pdf,.doc,.docx,.xls,.xlsx,.odt,.ods,.txt,.log,.csv,.zip"


def thread(messages: rx.Var[Any], *, on_edit: Any = None, on_split: Any = None) -> rx.Component:
    """Show messages, the oldest on top. `on_edit` and `on_split` make an event of a message's key."""
    return rx.el.ol(
        rx.foreach(messages, lambda message: _message(message, on_edit, on_split)),
        class_name="space-y-6",
        custom_attrs={"aria-live": "polite"},
    )


def form(
    *content: Any,
    identity: str,
    draft: rx.Var[str],
    files: rx.Var[Any],
    to: str,
    on_submit: Any,
    on_look: Any,
    on_drop: Any,
    key: Any,
    clipped: bool = False,
) -> rx.Component:
    """Show a form whose draft takes files. `to` is the route they go to, `on_drop` makes an event of a file's key.

    A `clipped` one has a clip in the line of its buttons, the last of its content, in place of the words about files.
    """
    told = rx.el.button(type="button", hidden=True, on_click=on_look, custom_attrs={"data-uploads-done": ""})
    words = rx.el.label(icon("paperclip", 18), t("Attach files"), file_input(), class_name=BUTTON_LABEL)
    hint = rx.el.p(t("Or drag them here, or paste a screenshot."), class_name="text-small text-ink-soft max-md:hidden")
    line = "flex flex-wrap items-center gap-3"
    return rx.el.form(
        *content[:-1],
        waiting(files, on_drop),
        *(
            (rx.el.div(content[-1], clip(), told, _by_keys(), class_name="flex flex-wrap items-center gap-2"),)
            if clipped
            else (rx.el.div(words, hint, told, class_name=line), content[-1])
        ),
        id=identity,
        on_submit=on_submit,
        reset_on_submit=False,
        class_name="group grid gap-4",
        key=key,
        custom_attrs={"data-uploads": draft, "data-uploads-to": to},
    )


def waiting(files: rx.Var[Any], on_drop: Any) -> rx.Component:
    """Show the files of a draft, each with its way out, and how the upload goes."""
    return rx.fragment(
        rx.el.ul(rx.foreach(files, lambda file: _waiting(file, on_drop)), class_name="grid gap-2 empty:hidden"),
        rx.el.p(
            t("The files are on their way…"),
            class_name="hidden group-data-uploading:block text-small text-ink-soft",
            custom_attrs={"role": "status"},
        ),
        rx.el.p(
            t("A file did not get through. Check the connection and choose it once more."),
            class_name="hidden group-data-upload-failed:block text-small text-bad",
        ),
    )


def _by_keys() -> rx.Component:
    return rx.el.span("Ctrl Enter", class_name="ml-auto text-small text-ink-soft max-md:hidden")


def clip() -> rx.Component:
    """Show the clip that adds files to a draft."""
    return rx.el.label(
        icon("paperclip", 20),
        rx.el.span(t("Attach files"), class_name="sr-only"),
        file_input(),
        class_name=f"relative {BUTTON} size-11 shrink-0 {KINDS['quiet']} cursor-pointer "
        "has-focus-visible:outline-2 has-focus-visible:outline-accent-ink",
    )


def file_input() -> rx.Component:
    """The hidden input of a draft's files; its label looks like a button."""
    return rx.el.input(
        type="file", multiple=True, accept=ACCEPTED, class_name="sr-only", custom_attrs={"data-upload": ""}
    )


def attached(files: rx.Var[Any]) -> rx.Component:
    """Show the files beside a message, each a link."""
    return rx.el.div(rx.foreach(files, _attached), class_name="mt-2.5 flex flex-wrap gap-2 empty:hidden")


def words(pieces: rx.Var[Any]) -> rx.Component:
    """Show a text with its links; a word of any length breaks."""
    return rx.el.p(
        rx.foreach(
            pieces,
            lambda piece: rx.cond(
                piece.href != "",
                rx.el.a(
                    piece.text,
                    href=piece.href,
                    target="_blank",
                    rel="noopener noreferrer nofollow",
                    class_name=LINK,
                ),
                rx.el.span(piece.text),
            ),
        ),
        class_name="whitespace-pre-wrap wrap-anywhere",
    )


def _message(message: rx.Var[Any], on_edit: Any, on_split: Any) -> rx.Component:
    notes = rx.foreach(
        message.notes,
        lambda note: rx.el.p(
            icon("clock", 14), note, class_name="mt-3 flex items-center gap-2 text-small text-ink-soft"
        ),
    )
    mend = _deed(message, message.can_edit, t("Edit the message"), on_edit)
    part = _deed(message, message.can_split, t("A ticket of its own…"), on_split)
    return rx.el.li(
        rx.el.span(rows.avatar(message.initials, size=36, own=message.own), class_name="pt-0.5"),
        rx.el.div(
            rx.el.p(
                rx.el.b(message.name, class_name="font-medium"),
                rx.cond(
                    message.private,
                    status.status(t("The staff only"), "warn", symbol="lock"),
                    shown_if(message.role, rx.el.span(message.role, class_name="text-small text-ink-soft")),
                ),
                rx.cond(message.edited, rx.el.span(t("edited"), class_name="text-small text-ink-soft"), rx.fragment()),
                rx.el.span(message.when, class_name="text-small text-ink-soft ml-auto tabular-nums"),
                class_name="flex flex-wrap gap-x-2 items-baseline",
            ),
            rx.el.div(words(message.pieces), class_name="mt-1 max-w-[62ch]"),
            attached(message.files),
            mend,
            part,
            notes,
            class_name=["min-w-0 flex-1", rx.cond(message.private, "bg-warn-soft rounded-lg p-4", "")],
        ),
        class_name="flex gap-3",
        key=message.key,
    )


def _deed(message: rx.Var[Any], can: rx.Var[bool], words: Text, deed: Any) -> rx.Component:
    if deed is None:
        return rx.fragment()
    small = buttons.button(words, kind="ghost", size="sm", on_click=deed(message.key))
    return rx.cond(can, rx.el.p(small, class_name="mt-1.5 -ml-3.5"), rx.fragment())


def _attached(file: rx.Var[Any]) -> rx.Component:
    return buttons.anchor(
        icon("paperclip", 18),
        rx.el.span(file.name, class_name="min-w-0 wrap-anywhere"),
        rx.el.span(file.soft, class_name="text-ink-soft font-normal whitespace-nowrap"),
        href="/files/" + file.key.to(str),
        outside=True,
        class_name="inline-flex items-center gap-2.5 min-h-11 px-3 py-1.5 rounded-md bg-surface-sunken hover:bg-line "
        "text-small font-medium max-w-full",
    )


def _waiting(file: rx.Var[Any], on_drop: Any) -> rx.Component:
    return rx.el.li(
        icon("paperclip", 18, class_name="shrink-0 text-ink-soft"),
        rx.el.span(
            rx.el.span(file.name, class_name="block font-medium wrap-anywhere"),
            rx.cond(
                file.refused != "",
                rx.el.span(file.refused, class_name="block text-small text-bad"),
                rx.el.span(file.soft, class_name="block text-small text-ink-soft"),
            ),
            class_name="min-w-0 flex-1",
        ),
        buttons.icon_button("x", t("Take the file out"), small=True, on_click=on_drop(file.key)),
        class_name="flex items-center gap-3 rounded-md bg-surface-sunken px-3 py-1.5",
        key=file.key,
    )


def refusal(said: Text) -> rx.Component:
    """Show why a form was not taken; it is read aloud when it comes."""
    return rx.el.div(
        shown_if(said, rx.el.p(said, class_name="text-small text-bad")),
        class_name="empty:hidden",
        custom_attrs={"role": "alert"},
    )
