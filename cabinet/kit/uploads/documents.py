"""PDF and plain text: nothing that runs, nothing that cannot be read."""

from __future__ import annotations

import re
import unicodedata
import zlib
from typing import Final

from cabinet.kit.uploads.refusals import Active, Broken, Locked, NotText

UNPACKED_MAX: Final = 20_000_000
"""How much of a PDF's packed parts is looked through."""
_ACTIVE: Final = re.compile(
    rb"/(JavaScript|Launch|RichMedia|EmbeddedFiles?|ImportData|SubmitForm|Rendition|Movie|Sound|GoToE)(?![A-Za-z0-9])"
)
_SHORT: Final = re.compile(rb"/(JS|XFA)(?![A-Za-z0-9])")
"""Names so short that they come up by chance in a packed picture: sought outside of what is packed."""
_PACKED: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_TAIL_BYTES: Final = 2_048
_ALLOWED_CONTROLS: Final = "\t\n\r\f"


def check_pdf(content: bytes) -> None:
    """Refuse a PDF that is cut off, locked, or would do something when it is opened."""
    if not re.match(rb"%PDF-[12]\.\d", content):
        raise Broken()
    if b"%%EOF" not in content[-_TAIL_BYTES:]:
        raise Broken()
    if _is_active(content):
        raise Active()
    if re.search(rb"/Encrypt(?![A-Za-z0-9])", content):
        raise Locked()
    for part in _unpacked(content):
        if _is_active(part):
            raise Active()


def check_text(content: bytes) -> None:
    """Refuse what no reader would call a text: other encodings, control signs, pages of the web."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = _old_text(content)
    if any(sign not in _ALLOWED_CONTROLS and unicodedata.category(sign) == "Cc" for sign in words):
        raise NotText()
    if words.lstrip().startswith("<"):
        raise NotText()


def _old_text(content: bytes) -> str:
    """Read a text of an old Russian Windows."""
    try:
        return content.decode("cp1251")
    except UnicodeDecodeError as wrong:
        raise NotText() from wrong


def _is_active(part: bytes) -> bool:
    """Tell whether it names something that acts; a name may be written with signs as `#4a`."""
    plain = _plain(part)
    return _ACTIVE.search(plain) is not None or _SHORT.search(_PACKED.sub(b"", plain)) is not None


def _plain(part: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _unpacked(content: bytes) -> list[bytes]:
    """Return the packed parts of a PDF that hold objects: names stand in the clear nowhere else."""
    parts: list[bytes] = []
    room = UNPACKED_MAX
    for found in _PACKED.finditer(content):
        head = content[max(0, found.start() - 400) : found.start()]
        if b"/ObjStm" not in _plain(head):
            continue
        try:
            part = zlib.decompressobj().decompress(found[1], room + 1)
        except zlib.error as wrong:
            raise Broken() from wrong
        room -= len(part)
        if room < 0:
            raise Broken()
        parts.append(part)
    return parts
