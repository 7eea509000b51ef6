"""Names of files: shown to people and handed to their systems, so that nothing in them may be more than a name."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

NAME_LENGTH_MAX: Final = 120
UNNAMED: Final = "file"
_PLAIN: Final = frozenset(
    {"avif", "bmp", "docx", "gif", "heic", "jpeg", "jpg", "pdf", "png", "txt", "webp", "xlsx", "zip"}
)
"""Endings that the right one takes the place of; any other stays in the name as a word."""
_HIDDEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Signs that nobody sees: line breaks, marks that turn the writing round, halves of letters."""
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$)(\.|$)", re.IGNORECASE)
"""Devices on Windows, whatever their ending."""


def file_name(given: str, endings: tuple[str, ...]) -> str:
    """Return a harmless name with one of the endings: the last part of what was given, without anything hidden.

    A name that ends otherwise gets the first of `endings`, because the content has decided what the file is.
    """
    named = unicodedata.normalize("NFC", given[:2_000]).replace("\\", "/").rpartition("/")[2]
    named = "".join(sign for sign in named if unicodedata.category(sign) not in _HIDDEN)
    named = re.sub(r'[<>:"|?*`$;&\s]+', " ", named).strip(" .")
    stem, dot, end = named.rpartition(".")
    if not dot or not stem:
        stem, end = named, ""
    if f".{end.lower()}" in endings:
        stem, ending = stem.rstrip(" ."), f".{end.lower()}"
    elif stem and end.lower() in _PLAIN:
        stem, ending = stem.rstrip(" ."), endings[0] if endings else ""
    else:
        # The old ending stays inside the name only while it says nothing to any system.
        stem, ending = named.replace(".", " ").strip(), endings[0] if endings else ""
    stem = stem.lstrip(".-~ ") or UNNAMED
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return stem[: NAME_LENGTH_MAX - len(ending)].rstrip(" .") + ending
