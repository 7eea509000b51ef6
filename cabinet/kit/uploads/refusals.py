"""Why a file is not taken; each says to its sender what would be."""

from cabinet.kit.errors import Invalid


class Empty(Invalid):
    """There is nothing in it."""

    code = "uploads.empty"


class TooLarge(Invalid):
    """It has more bytes than may come."""

    code = "uploads.too_large"


class TypeRefused(Invalid):
    """It is of a kind that is not taken, whatever its name says."""

    code = "uploads.type_refused"


class Broken(Invalid):
    """It begins like its kind and does not go on so."""

    code = "uploads.broken"


class TooManyPixels(Invalid):
    """A picture that would fill the memory once it is drawn."""

    code = "uploads.too_many_pixels"


class Locked(Invalid):
    """It is behind a password: nobody can say what is in it."""

    code = "uploads.locked"


class Active(Invalid):
    """A document that would do something when it is opened."""

    code = "uploads.active"


class NotText(Invalid):
    """It is called a text and is none."""

    code = "uploads.not_text"


class ArchiveWrong(Invalid):
    """An archive that unpacks to too much, or to what is not taken by itself."""

    code = "uploads.archive_wrong"
