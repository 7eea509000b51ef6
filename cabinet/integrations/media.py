"""Pictures and films of the knowledge base: those that are shipped, and before them the company's own (4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cabinet.kit import markdown

TYPES: Final = {
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".webm": "video/webm",
    ".mp4": "video/mp4",
}


class ArticleMedia:
    """Files in directories, the first that has a name counts. Whoever may write there is the company itself."""

    def __init__(self, *directories: Path) -> None:
        self.directories: Sequence[Path] = directories

    def find(self, name: str) -> Path | None:
        """Return where a picture or film lies; None when there is none such, or its name is no name of one."""
        if not markdown.OURS.fullmatch(f"{markdown.MEDIA}{name}"):
            return None
        return next((place for directory in self.directories if (place := directory.joinpath(name)).is_file()), None)

    def names(self) -> list[str]:
        """Return the names of all that can be shown, in order."""
        there = {place.name for directory in self.directories if directory.is_dir() for place in directory.iterdir()}
        return sorted(name for name in there if self.find(name))
