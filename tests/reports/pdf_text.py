"""What a reader of our PDFs can select and copy: their text. Enough for what reportlab draws."""

from __future__ import annotations

import base64
import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+\+\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ONE = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4})>")
_MANY = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{2})> \[(.*?)\]", re.DOTALL)
_CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def lines(pdf: bytes) -> list[str]:
    """Return the texts of a PDF of one page in the order in which they are drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    tables = {name: _table(objects, body) for body in objects.values() if (name := _font_name(body))}
    (page,) = [stream for body in objects.values() if b" Tj" in (stream := _stream(body))]
    shown, table = [], {}
    for font, drawn in _SHOWN.findall(page):
        if font:
            table = tables[font]
        else:
            shown.append("".join(table[sign] for sign in _ESCAPE.sub(_unescaped, drawn)))
    return [text.replace("\u00a0", " ") for text in shown]


def _font_name(body: bytes) -> bytes | None:
    found = re.search(rb"/Name /(F\d+\+\d+)", body)
    return found and found[1]


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if not found:
        return b""
    raw = found[1].strip()
    if b"/ASCII85Decode" in body:
        raw = base64.a85decode(raw.removesuffix(b"~>"))
    return zlib.decompress(raw) if b"/FlateDecode" in body else raw


def _table(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    reference = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert reference, "a font without a table of its signs: nothing of it can be copied"
    map_ = _stream(objects[int(reference[1])])
    table = {int(code, 16): chr(int(sign, 16)) for code, sign in _ONE.findall(map_)}
    for first, _, signs in _MANY.findall(map_):
        for place, sign in enumerate(re.findall(rb"<([0-9A-Fa-f]{4})>", signs)):
            table[int(first, 16) + place] = chr(int(sign, 16))
    return table


def _unescaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8)]) if sign.isdigit() else _CONTROL.get(sign, sign)
