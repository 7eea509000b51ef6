"""Texts that editors write in Markdown: drawn as HTML of a short list of tags, or told as plain words.

Nothing that acts gets through, and nothing that lies elsewhere: a picture or film is one of ours or none at all. Raw
HTML is shown as the letters it is made of; what the renderer made is judged once more by an allowlist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

MEDIA: Final = "/articles/"
OURS: Final = re.compile(r"/articles/[a-z0-9][a-z0-9-]*\.(?:png|webp|jpg|webm|mp4)|/files/[0-9a-f-]{36}")
"""Where pictures and films of articles lie, and what people sent."""
FILM_ENDS: Final = (".webm", ".mp4")
_TAGS: Final = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote", "hr", "br", "a",
    "img", "video", "figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"src", "alt", "loading"},
    "video": {"src", "controls", "preload", "poster", "playsinline", "aria-label"},
    "ol": {"start"},
}
_OUTSIDE: Final = ("http", "https", "mailto", "tel")


def html(text: str) -> str:
    """Return the text as HTML that may stand in a page of ours."""
    return nh3.clean(
        str(_parser.render(text)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=set(_OUTSIDE),
        link_rel="noopener nofollow",
        attribute_filter=_own_media,
    )


def plain(text: str) -> str:
    """Return the words of the text, a block to a line."""
    return "\n".join(line for line, _ in blocks(text))


def blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text block by block, without signs: its words, and whether it is a heading."""
    heading = False
    for token in _parser.parse(text):
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        if token.type == "inline":
            words = " ".join("".join(_words(token.children or ())).split())
            if words:
                yield words, heading
        elif token.type in ("fence", "code_block") and token.content.strip():
            yield " ".join(token.content.split()), False


def media(text: str) -> list[str]:
    """Return the addresses of all pictures and films that the text asks for."""
    found = (child for token in _parser.parse(text) for child in token.children or ())
    return [str(child.attrGet("src") or "") for child in found if child.type == "image"]


def _words(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield " "


def _own_media(tag: str, attribute: str, value: str) -> str | None:
    if attribute in ("src", "poster"):
        return value if OURS.fullmatch(value) else None
    if attribute == "href" and not _harmless(value):
        return None
    return value


def _harmless(address: str) -> bool:
    """Tell whether a link leads to a page of ours or, in plain sight, to another site."""
    if address.startswith("/"):
        return not address.startswith(("//", "/\\"))
    return address.startswith("#") or urlsplit(address).scheme in _OUTSIDE


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Draw a picture or a film with its words below; what is not ours leaves its words only."""
    token = tokens[index]
    words = nh3.clean_text("".join(_words(token.children or ())))
    source = str(token.attrGet("src") or "")
    if not OURS.fullmatch(source):
        return words
    caption = f"<figcaption>{words}</figcaption>" if words else ""
    if source.endswith(FILM_ENDS):
        poster = f"{source.rpartition('.')[0]}.webp"
        seen = f'src="{source}" poster="{poster}" controls preload="none" playsinline aria-label="{words}"'
        return f"<figure><video {seen}></video>{caption}</figure>"
    return f'<figure><img src="{source}" alt="{words}" loading="lazy">{caption}</figure>'


def _made() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image)
    return parser


_parser: Final = _made()
