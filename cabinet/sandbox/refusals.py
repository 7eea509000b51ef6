"""What the acquirer refuses: an HTTP status, a code for programs, a sentence for whoever reads the log."""

from __future__ import annotations


class Refused(Exception):
    """The acquirer says no, and nothing has changed."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def unknown(what: str) -> Refused:
    """Return the refusal for an object that the acquirer has never seen."""
    return Refused(404, f"{what}_unknown", f"there is no such {what}")
