"""Pictures: looked at by their head, drawn anew, so that nothing but the picture is left."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from PIL import Image, ImageOps, UnidentifiedImageError

from cabinet.kit.uploads.refusals import Broken, TooManyPixels

Seen = TypeVar("Seen")

PIXELS_MAX: Final = 40_000_000
SIDE_MAX: Final = 4_096
"""A larger picture is made smaller: a photo of a screen says nothing more with twice the dots."""
PREVIEW_SIDE: Final = 480
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP")
"""What is drawn at all. Pillow knows dozens of others, some of them by programs of their own."""
_KEPT: Final = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
"""What stays what it was; all others become PNG, of a moving picture only the first moment."""
_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_ENDINGS: Final = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",), "WEBP": (".webp",)}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew, with a small copy of it."""

    content: bytes
    media_type: str
    endings: tuple[str, ...]
    preview: bytes


def redraw(content: bytes) -> Picture:
    """Return the picture without anything that came with it."""
    return _opened(content, _redrawn)


def look(content: bytes) -> None:
    """Refuse what is no picture, or too large a one, by its head alone."""
    _opened(content, _measure)


def _opened(content: bytes, work: Callable[[Image.Image], Seen]) -> Seen:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, all of which goes.
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                return work(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError) as wrong:
        raise Broken() from wrong
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, ArithmeticError) as wrong:
        # What Pillow says of a picture that is not whole, by format and by place.
        raise Broken() from wrong


def _measure(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > PIXELS_MAX:
        raise TooManyPixels(pixels=width * height // 1_000_000, most=PIXELS_MAX // 1_000_000)
    if width < 1 or height < 1:
        raise Broken()


def _redrawn(opened: Image.Image) -> Picture:
    _measure(opened)
    found = opened.format or ""
    if found == "JPEG":
        # Read at half or a quarter of its size at once, where it is that much too large.
        opened.draft("RGB", (SIDE_MAX, SIDE_MAX))
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    bare = _bare(upright, alpha=found != "JPEG")
    kept = _KEPT.get(found, "PNG")
    if kept == "JPEG":
        bare = bare.convert("RGB")
    return Picture(_written(bare, kept), _TYPES[kept], _ENDINGS[kept], _preview(bare))


def _bare(picture: Image.Image, *, alpha: bool) -> Image.Image:
    """Return the dots alone, in a picture that never had anything else."""
    clear = alpha and (picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info)
    mode = "RGBA" if clear else "RGB"
    plain = picture.convert(mode)
    bare = Image.new(mode, plain.size)
    bare.paste(plain)
    return bare


def _written(picture: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    if kind == "PNG":
        picture.save(written, kind)
    elif kind == "WEBP":
        picture.save(written, kind, quality=88, method=2)
    else:
        picture.save(written, kind, quality=88)
    return written.getvalue()


def _preview(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    written = io.BytesIO()
    small.save(written, "WEBP", quality=78, method=2)
    return written.getvalue()
