"""Archives and office documents, which are archives: bounded, without tricks, without programs."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from typing import Final

from cabinet.kit.errors import Invalid
from cabinet.kit.uploads.refusals import Active, ArchiveWrong, Broken, Locked

ENTRIES_MAX: Final = 1_000
UNPACKED_BYTES_MAX: Final = 100_000_000
_CHUNK: Final = 65_536
_ENCRYPTED: Final = 0x1
_PROGRAMS: Final = re.compile(r"(vbaProject|vbaData|activeX|\.bin$|macros?/|Basic/|Scripts/)", re.IGNORECASE)
_OUTSIDE: Final = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)
_HARMLESS_OUTSIDE: Final = re.compile(rb"/hyperlink[\"']", re.IGNORECASE)
_OFFICE: Final = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
}
_OPEN: Final = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}
ZIP: Final = ("application/zip", ".zip")


def check(content: bytes, judge: Callable[[str, bytes], object]) -> tuple[str, str]:
    """Return the media type and ending of an archive; refuse one that is too much, tricky or unsafe.

    What is in a plain archive is judged by `judge` as if it had come by itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _entries(archive)
            kind = _office(archive, entries)
            _look_inside(archive, entries, judge if kind is None else _judge_office)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as wrong:
        raise Broken() from wrong
    except RuntimeError as locked:  # zipfile's word for a password
        raise Locked() from locked
    return kind or ZIP


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if not 0 < len(entries) <= ENTRIES_MAX:
        raise ArchiveWrong()
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise ArchiveWrong()
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise Locked()
        if _leads_out(entry.filename) or _is_link(entry):
            raise ArchiveWrong()
    if sum(entry.file_size for entry in entries) > UNPACKED_BYTES_MAX:
        raise ArchiveWrong()
    return [entry for entry in entries if not entry.is_dir()]


def _leads_out(name: str) -> bool:
    path = name.replace("\\", "/")
    return path.startswith("/") or ":" in path or ".." in path.split("/") or "\0" in path


def _is_link(entry: zipfile.ZipInfo) -> bool:
    mode = entry.external_attr >> 16
    return bool(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0)


def _office(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[str, str] | None:
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        found = [kind for name, kind in _OFFICE.items() if name in names]
        if len(found) != 1:
            raise Broken()
        return found[0]
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
        kind = archive.read("mimetype").decode("ascii", "replace").strip()
        return (kind, _OPEN[kind]) if kind in _OPEN else None
    return None


def _look_inside(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], judge: Callable[[str, bytes], object]
) -> None:
    """Unpack each entry into memory, one at a time, and no further than all of them together may go."""
    room = UNPACKED_BYTES_MAX
    for entry in entries:
        unpacked = bytearray()
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += chunk
                room -= len(chunk)
                # An archive may say one size and unpack to another.
                if room < 0 or len(unpacked) > entry.file_size:
                    raise ArchiveWrong()
        judge(entry.filename, bytes(unpacked))


def _judge_office(name: str, content: bytes) -> None:
    if _PROGRAMS.search(name):
        raise Active()
    if not name.lower().endswith((".xml", ".rels")):
        return
    head = content[:4_000].replace(b"\0", b"")
    if b"<!DOCTYPE" in head.upper() or b"<!ENTITY" in content.upper():
        raise Active()
    if name.lower().endswith(".rels"):
        for found in _OUTSIDE.findall(content):
            if b'"External"' in found and not _HARMLESS_OUTSIDE.search(found):
                raise Active()


def refuse_inside(inner: Invalid) -> ArchiveWrong:
    """Return what to say of an archive for the sake of something in it."""
    return ArchiveWrong(inner=inner.code)
