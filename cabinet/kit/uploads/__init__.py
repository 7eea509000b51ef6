"""What people send: judged by its content, made harmless or refused. Nothing that a sender says of a file is believed.

A picture is drawn anew, so that its metadata and whatever else was hidden in it are gone; everything else is let in
only when it is what its kind must be. Pure work on bytes: slow for a large picture, so call it in a thread.
"""

from cabinet.kit.uploads.judging import ACCEPTED, NAME_LENGTH_MAX, Clean, clean
from cabinet.kit.uploads.names import file_name
from cabinet.kit.uploads.refusals import (
    Active,
    ArchiveWrong,
    Broken,
    Empty,
    Locked,
    NotText,
    TooLarge,
    TooManyPixels,
    TypeRefused,
)

__all__ = [
    "ACCEPTED",
    "NAME_LENGTH_MAX",
    "Active",
    "ArchiveWrong",
    "Broken",
    "Clean",
    "Empty",
    "Locked",
    "NotText",
    "TooLarge",
    "TooManyPixels",
    "TypeRefused",
    "clean",
    "file_name",
]
