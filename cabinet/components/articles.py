"""Articles: the editors' words as a page shows them, sentences with marked parts."""

from __future__ import annotations

import reflex as rx

from cabinet.components.text import Text
from cabinet.kit.shapes import Piece

_PROSE = (
    "text-lead max-w-[62ch] wrap-anywhere [&_p]:my-4 [&_h2]:text-title [&_h2]:mt-7 [&_h2]:mb-2 [&_h3]:font-medium "
    "[&_h3]:mt-5 [&_ul]:my-4 [&_ul]:list-disc [&_ul]:pl-5 [&_li]:my-2 [&_a]:text-accent-ink [&_a]:underline "
    "[&_a]:underline-offset-4 [&_code]:text-small [&_code]:bg-surface-sunken [&_code]:rounded-sm [&_code]:px-1.5 "
    "[&_pre]:overflow-x-auto [&_blockquote]:border-l-2 [&_blockquote]:border-line-strong [&_blockquote]:pl-4 "
    "[&_table]:w-full [&_table]:text-small [&_th]:text-left [&_th]:py-2 [&_td]:py-2 [&_td]:pr-4 [&_td]:align-top "
    "[&_img]:rounded-lg [&_video]:rounded-lg [&_video]:max-h-[75dvh] "
    "[&_figure]:my-6 [&_figcaption]:mt-2 [&_figcaption]:text-small [&_figcaption]:text-ink-soft "
)
_STEPS = (
    "[&_ol]:my-6 [&_ol]:grid [&_ol]:gap-5 [&_ol]:[counter-reset:step] [&_ol>li]:relative [&_ol>li]:pl-11 "
    "[&_ol>li]:my-0 [&_ol>li]:[counter-increment:step] [&_ol>li>strong:first-child]:block "
    "[&_ol>li>strong:first-child]:font-medium [&_ol>li]:before:content-[counter(step)] [&_ol>li]:before:absolute "
    "[&_ol>li]:before:left-0 [&_ol>li]:before:top-0 [&_ol>li]:before:size-8 [&_ol>li]:before:grid "
    "[&_ol>li]:before:place-items-center [&_ol>li]:before:rounded-full [&_ol>li]:before:bg-accent-soft "
    "[&_ol>li]:before:text-accent-ink [&_ol>li]:before:text-small [&_ol>li]:before:font-medium"
)


def words(html: Text, *, locale: Text) -> rx.Component:
    """Show an article's body: HTML that `kit.markdown` has made, of a short list of tags and nothing that acts."""
    return rx.el.div(
        rx.html(html, class_name=_PROSE + _STEPS),
        lang=locale,
    )


def pieces(found: rx.Var[list[Piece]]) -> rx.Component:
    """Show a sentence, what was sought in it marked."""
    return rx.foreach(
        found,
        lambda piece: rx.cond(
            piece.marked, rx.el.mark(piece.words, class_name="bg-warn-soft text-inherit rounded-sm"), piece.words
        ),
    )
