"""The judgement: what a file is, by its first bytes, and what has to hold for its kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import filetype

from cabinet.kit.errors import Invalid
from cabinet.kit.uploads import archives, documents, images
from cabinet.kit.uploads.names import NAME_LENGTH_MAX, file_name
from cabinet.kit.uploads.refusals import ArchiveWrong, Empty, TypeRefused

__all__ = ["ACCEPTED", "NAME_LENGTH_MAX", "Clean", "clean"]

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"})
TEXTS: Final = {".txt": "text/plain", ".log": "text/plain", ".md": "text/plain", ".csv": "text/csv"}
PDF: Final = "application/pdf"
ACCEPTED: Final = (
    "image/*,.pdf,.txt,.log,.md,.csv,.docx,.xlsx,.pptx,.odt,.ods,.odp,.zip",
    "JPG, PNG, WebP, GIF, PDF, DOCX, XLSX, TXT, ZIP",
)
"""What is taken: as a browser's chooser wants it, and as people are told."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A file that may be kept and handed on."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    preview: bytes = field(default=b"", repr=False)
    """A small WebP of a picture."""

    @property
    def is_picture(self) -> bool:
        return bool(self.preview)


def clean(name: str, content: bytes) -> Clean:
    """Return what may be kept of a file that somebody sent; refuse the rest, saying why."""
    if not content:
        raise Empty()
    kind = _kind(content)
    if kind in PICTURES:
        picture = images.redraw(content)
        return Clean(file_name(name, picture.endings), picture.media_type, picture.content, picture.preview)
    if kind == PDF:
        documents.check_pdf(content)
        return Clean(file_name(name, (".pdf",)), PDF, content)
    if content.startswith(b"PK\x03\x04"):
        media_type, ending = archives.check(content, _judge_inside)
        return Clean(file_name(name, (ending,)), media_type, content)
    return _text(name, content)


def _kind(content: bytes) -> str:
    """Return the media type by the content, "" when nothing known begins so."""
    if content.startswith(b"%PDF-"):
        return PDF
    found = filetype.guess(content[:8_192])
    return str(found.mime) if found is not None else ""


def _text(name: str, content: bytes) -> Clean:
    """A text has no first bytes to know it by: it has to be called one, and to read as one."""
    ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if ending not in TEXTS or _kind(content):
        raise TypeRefused()
    documents.check_text(content)
    return Clean(file_name(name, (ending,)), TEXTS[ending], content)


def _judge_inside(name: str, content: bytes) -> None:
    """Judge a file of an archive; one archive in another is not taken, since nobody could say how deep it goes."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise ArchiveWrong()
    try:
        if _kind(content) in PICTURES:
            images.look(content)
        elif content:
            clean(name, content)
    except Invalid as inner:
        raise archives.refuse_inside(inner) from inner
