"""What was sought, marked where it stands (4.3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from cabinet.kit import words
from cabinet.kit.shapes import Piece

LENGTH: Final = 150
"""Of a snippet, in letters."""
BEFORE: Final = 40
READ_MAX: Final = 6_000
ELLIPSIS: Final = "…"


def marked(text: str, stems: Collection[str]) -> list[Piece]:
    """Return the whole text, what was sought in it marked."""
    return _pieces(text, list(_places(text, stems)))


def snippet(text: str, summary: str, stems: Collection[str]) -> list[Piece]:
    """Return the part of the text with the most of what was sought; the summary when nothing of it is there."""
    text = text[:READ_MAX].replace("\n", " ")
    places = list(_places(text, stems))
    if not places:
        return marked(summary, stems)
    starts = [begins for begins, _ in places]
    best = max(starts, key=lambda start: (sum(start <= each < start + LENGTH - BEFORE for each in starts), -start))
    begins = 0 if best <= BEFORE else _blank(text, best - BEFORE, best) + 1
    ends = len(text) if len(text) <= begins + LENGTH else text.rfind(" ", begins, begins + LENGTH)
    ends = min(max(ends, next(end for start, end in places if start == best)), begins + 2 * LENGTH)
    shown = [(start - begins, end - begins) for start, end in places if begins <= start and end <= ends]
    pieces = _pieces(text[begins:ends], shown)
    return [
        *([Piece(ELLIPSIS)] if begins else []),
        *pieces,
        *([Piece(ELLIPSIS)] if ends < len(text) else []),
    ]


def _blank(text: str, since: int, before: int) -> int:
    """Return where the first blank of a part is; the part's begin when a long word fills it."""
    found = text.find(" ", since, before)
    return found if found >= 0 else since


def _places(text: str, stems: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where words with these stems stand. A word begins as its stem does, but for the last letter at most."""
    if not stems:
        return
    beginnings = {stem[: max(2, len(stem) - 1)] for stem in stems}
    joined = {beginning[0] + "[-‐‑']?" + beginning[1:] for beginning in beginnings if beginning.isascii()}
    joined |= {"wi[-‐‑']?fi"} if "wifi" in stems else set()
    either = "|".join(sorted(joined | {re.escape(each) for each in beginnings}))
    for found in re.finditer(rf"(?<![0-9a-zа-я])(?:{either})[0-9a-zа-я]*", words.fold(text)):
        if words.stem(re.sub(r"[-‐‑']", "", found.group())) in stems:
            yield found.span()


def _pieces(text: str, places: list[tuple[int, int]]) -> list[Piece]:
    pieces, last = [], 0
    for begins, ends in places:
        if begins > last:
            pieces.append(Piece(text[last:begins]))
        pieces.append(Piece(text[begins:ends], marked=True))
        last = ends
    return [*pieces, Piece(text[last:])] if last < len(text) else pieces
