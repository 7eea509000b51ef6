"""Files that no house should let in as they are, made here: pictures that fill the memory, documents that act, archives
that never end, names that lead elsewhere. No file of the corpus lies in the repository.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from PIL import Image

MARKER = b"EVIL-PAYLOAD"
"""What is hidden in pictures: after they are drawn anew it must be nowhere."""
SCRIPT = b"<script>alert('" + MARKER + b"')</script>"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP")


@dataclass(frozen=True)
class Bad:
    """A file and what may come of it: `refused`, or `either`, refused or drawn anew without what was hidden."""

    about: str
    name: str
    content: bytes = field(repr=False)
    verdict: str = "refused"

    def __str__(self) -> str:
        return self.about


@cache
def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a picture with something to see in it."""
    drawn = Image.new("RGB", size)
    drawn.putdata([(x * 4 % 256, x * 7 % 256, x * 13 % 256) for x in range(size[0] * size[1])])
    written = io.BytesIO()
    drawn.save(written, kind)
    return written.getvalue()


def with_exif() -> bytes:
    """Return a photo that says where it was made, and by what."""
    exif = Image.Exif()
    exif[0x010F] = MARKER.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (56.0, 51.0, 30.0)
    written = io.BytesIO()
    Image.new("RGB", (64, 32), "teal").save(written, "JPEG", exif=exif, comment=MARKER)
    return written.getvalue()


def pdf(body: bytes = b"", *, head: bytes = b"%PDF-1.4\n", tail: bytes = b"%%EOF\n") -> bytes:
    """Return a small PDF with something more in it."""
    page = b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Count 0/Kids[]>> endobj\n"
    return head + page + body + b"trailer <</Root 1 0 R>>\n" + tail


def archive(**entries: bytes) -> bytes:
    """Return a zip; in names `__` stands for a dot."""
    return packed({name.replace("__", "."): content for name, content in entries.items()})


def packed(entries: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return written.getvalue()


WORD = {
    "[Content_Types].xml": b"<?xml version='1.0'?><Types/>",
    "_rels/.rels": b"<?xml version='1.0'?><Relationships/>",
    "word/document.xml": b"<?xml version='1.0'?><document>text</document>",
}


def word(**more: bytes) -> bytes:
    """Return a document of Word's kind; in names `__` stands for a dot and `_S_` for a slash."""
    return packed({**WORD, **{name.replace("__", ".").replace("_S_", "/"): body for name, body in more.items()}})


def corpus() -> list[Bad]:
    """Return every bad file."""
    return [
        *_cut(),
        *_flipped(),
        *_bombs(),
        *_polyglots(),
        *_vectors(),
        *_disguised(),
        *_programs(),
        *_archives(),
        *_office(),
        *_pdfs(),
        *_texts(),
        Bad("nothing in it", "empty.png", b""),
        Bad("eicar", "eicar.txt", EICAR),
        Bad("eicar with blanks", "eicar.log", EICAR + b"\n" * 20),
    ]


def _cut() -> Iterator[Bad]:
    for kind in FORMATS:
        whole = picture(kind)
        for share in (1, 3, 10, 25, 40, 60, 80, 95):
            yield Bad(f"{kind} cut at {share} %", f"cut.{kind.lower()}", whole[: len(whole) * share // 100], "either")


def _flipped() -> Iterator[Bad]:
    dice = random.Random(20261124)
    for kind in FORMATS:
        for number in range(14):
            spoiled = bytearray(picture(kind))
            for _ in range(1 + number * 3):
                spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            yield Bad(f"{kind} spoiled {number}", f"spoiled.{kind.lower()}", bytes(spoiled), "either")


def png_of(width: int, height: int, rows: int = 0) -> bytes:
    """Return a PNG that says it is that large; its data are empty rows, packed a thousandfold."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + width * 3)
    body = b"".join(packer.compress(row) for _ in range(rows)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _bombs() -> Iterator[Bad]:
    for side in (7_000, 30_000, 65_535, 2**31 - 1):
        yield Bad(f"PNG of {side} dots a side", "bomb.png", png_of(side, side))
    yield Bad("PNG of 30,000 dots, with rows", "bomb.png", png_of(30_000, 30_000, rows=600))
    for kind, at, width in (("BMP", 18, "<ii"), ("GIF", 6, "<HH")):
        huge = bytearray(picture(kind))
        struct.pack_into(width, huge, at, 60_000, 60_000)
        yield Bad(f"{kind} that says it is huge", f"bomb.{kind.lower()}", bytes(huge), "either")
    frames = [Image.new("P", (8, 8), number % 7) for number in range(10_000)]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=10)
    yield Bad("GIF of 10,000 moments", "film.gif", written.getvalue(), "either")
    text = b"zTXtComment\0\0" + zlib.compress(b"x" * 50_000_000, 9)
    whole = picture("PNG")
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    yield Bad("PNG with a packed comment of 50 MB", "note.png", whole[:33] + chunk + whole[33:], "either")


def _polyglots() -> Iterator[Bad]:
    for kind in FORMATS:
        whole = picture(kind)
        yield Bad(f"{kind} and a script behind it", f"a.{kind.lower()}", whole + SCRIPT, "either")
        yield Bad(f"{kind} and an archive behind it", f"a.{kind.lower()}", whole + archive(evil__js=MARKER), "either")
        yield Bad(f"{kind} and PHP behind it", f"a.{kind.lower()}.php", whole + b"<?php " + MARKER, "either")
    gif = b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert('" + MARKER + b"')"
    yield Bad("GIF that is JavaScript", "a.gif", gif, "either")
    yield Bad("JPEG with a comment that is a page", "a.html", with_exif(), "either")
    yield Bad("PDF and JavaScript", "a.js", pdf(b"/*") + b"*/alert(1)" + b" " * 3_000)
    yield Bad("PDF behind a page", "a.pdf", SCRIPT + pdf())
    yield Bad("archive behind a PDF", "a.pdf", pdf() + archive(evil__js=MARKER) + b" " * 3_000)


def _vectors() -> Iterator[Bad]:
    head = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    bodies = {
        "a script": SCRIPT,
        "a foreign object": b"<foreignObject><body onload='alert(1)'/></foreignObject>",
        "a link": b"<a xlink:href='javascript:alert(1)'>x</a>",
        "an image elsewhere": b"<image xlink:href='http://127.0.0.1/x'/>",
        "an animation": b"<animate onbegin='alert(1)'/>",
        "a style": b"<style>@import url(http://127.0.0.1/)</style>",
        "a use": b"<use xlink:href='data:image/svg+xml;base64,AAAA'/>",
        "an entity": b"&xxe;",
    }
    for about, body in bodies.items():
        drawn = head + body + b"</svg>"
        for name in ("a.svg", "a.png", "a.txt"):
            yield Bad(f"SVG with {about} as {name}", name, drawn)
    entity = b"<!DOCTYPE svg [<!ENTITY xxe SYSTEM 'file:///etc/passwd'>]>" + head + b"&xxe;</svg>"
    yield Bad("SVG with an entity of the system's", "a.svg", entity)
    yield Bad("SVG, packed", "a.svgz", zlib.compress(head))


def _disguised() -> Iterator[Bad]:
    page = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
    for name in ("a.html", "a.htm", "a.png", "a.jpg", "a.pdf", "a.docx", "a.zip", "a.txt", "a.csv", "a", "a.xhtml"):
        yield Bad(f"page as {name}", name, page)
        yield Bad(f"page behind blanks as {name}", name, b"\xef\xbb\xbf \r\n\t" + page)
    for name in ("a.js", "a.mjs", "a.css", "a.json", "a.xml", "a.xsl", "a.php", "a.py", "a.hta", "a.url", "a.desktop"):
        yield Bad(f"plain words as {name}", name, b"alert('" + MARKER + b"')")


def _programs() -> Iterator[Bad]:
    heads = {
        "Windows program": b"MZ\x90\0\x03\0\0\0" + b"\0" * 200,
        "Linux program": b"\x7fELF\x02\x01\x01" + b"\0" * 200,
        "Mac program": b"\xca\xfe\xba\xbe\0\0\0\x02" + b"\0" * 200,
        "Java class": b"\xca\xfe\xba\xbe\0\0\x004" + b"\0" * 200,
        "shortcut": b"L\0\0\0\x01\x14\x02\0" + b"\0" * 200,
        "old office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "rich text": rb"{\rtf1\object\objupdate}",
        "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 100,
        "rar": b"Rar!\x1a\x07\x01\0" + b"\0" * 100,
        "gzip": b"\x1f\x8b\x08" + b"\0" * 100,
        "bzip2": b"BZh91AY&SY" + b"\0" * 100,
        "xz": b"\xfd7zXZ\0" + b"\0" * 100,
        "tar": b"a" * 257 + b"ustar\x0000" + b"\0" * 300,
        "iso": b"\0" * 32_769 + b"CD001" + b"\0" * 100,
        "flash": b"CWS\x0a" + b"\0" * 100,
        "sqlite": b"SQLite format 3\0" + b"\0" * 100,
        "film": b"\0\0\0\x20ftypisom" + b"\0" * 100,
        "sound": b"ID3\x03" + b"\0" * 100,
        "font": b"\0\x01\0\0\0" + b"\0" * 100,
        "postscript": b"%!PS-Adobe-3.0\n(x) run\n",
        "tiff": b"II*\0" + b"\0" * 100,
        "icon": b"\0\0\x01\0\x01\0" + b"\0" * 100,
        "shell script": b"#!/bin/sh\nrm -rf /\n",
        "batch file": b"@echo off\r\ndel *.*\r\n",
    }
    for about, content in heads.items():
        for name in ("a.png", "a.exe"):
            yield Bad(f"{about} as {name}", name, content)
    for name in ("a.sh", "a.bat", "a.ps1", "a.vbs", "a.reg", "a.scr", "a.cmd"):
        yield Bad(f"commands as {name}", name, b"echo " + MARKER)


def overlapping(entries: int = 250, each: int = 40_000_000) -> bytes:
    """Return a zip whose many entries are one and the same packed block: kilobytes that unpack to 10 GB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(each)) + packer.flush()
    crc = zlib.crc32(bytes(each))
    sizes = struct.pack("<III", crc, len(block), each)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"a" + block
    listed = b""
    for number in range(entries):
        name = f"{number}.txt".encode()
        listed += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
        listed += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, entries, entries, len(listed), len(local), 0)
    return local + listed + end


def lying(real: int = 120_000_000) -> bytes:
    """Return a zip that says it unpacks to ten bytes."""
    whole = packed({"a.txt": bytes(real)})
    return whole.replace(struct.pack("<I", real), struct.pack("<I", 10))


def linked() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        entry = zipfile.ZipInfo("link.txt")
        entry.external_attr = 0o120777 << 16
        made.writestr(entry, "/etc/passwd")
    return written.getvalue()


def locked() -> bytes:
    whole = bytearray(packed({"a.txt": b"secret"}))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(sign) + at] |= 1
    return bytes(whole)


def _archives() -> Iterator[Bad]:
    yield Bad("zip of 10 GB in kilobytes", "bomb.zip", overlapping())
    yield Bad("zip that lies of its size", "bomb.zip", lying())
    yield Bad("zip of 120 MB of nothing", "bomb.zip", packed({"a.txt": b"0" * 120_000_000}))
    yield Bad("zip of 1,500 files", "many.zip", packed({f"{number}.txt": b"x" for number in range(1_500)}))
    for name in (
        "../a.txt", "../../etc/passwd.txt", "/etc/passwd.txt", "..\\..\\boot.txt", "C:\\a.txt", "c:/a.txt",
        "a/../../b.txt",
                "\\\\server\\share.txt", "a:stream.txt", "..",
    ):  # fmt: skip
        yield Bad(f"zip that leads to {name}", "slip.zip", packed({name: b"x"}))
    yield Bad("zip with a link", "link.zip", linked())
    yield Bad("zip with a password", "locked.zip", locked())
    yield Bad("zip without anything", "none.zip", packed({}))
    yield Bad("zip in a zip", "deep.zip", archive(a__zip=archive(b__txt=b"x")))
    yield Bad("document in a zip", "deep.zip", packed({"a.docx": word()}))
    yield Bad("archive of gzip in a zip", "deep.zip", packed({"a.gz": b"\x1f\x8b\x08" + b"\0" * 40}))
    inside = {
        "a page": ("a.html", b"<!doctype html>" + SCRIPT),
        "an SVG": ("a.svg", b"<svg>" + SCRIPT + b"</svg>"),
        "a program": ("setup.exe", b"MZ" + b"\0" * 200),
        "a script": ("a.js", b"alert(1)"),
        "a PDF that acts": ("a.pdf", pdf(b"3 0 obj <</S/JavaScript/JS(app.alert(1))>> endobj\n")),
        "a huge picture": ("a.png", png_of(30_000, 30_000)),
        "the test file of scanners, unpacked": ("a.com", EICAR),
    }
    for about, (name, content) in inside.items():
        yield Bad(f"zip with {about}", "inside.zip", packed({"readme.txt": b"hello", name: content}))
    whole = packed({"a.txt": b"hello" * 100})
    for share in (10, 30, 50, 70, 90, 98):
        yield Bad(f"zip cut at {share} %", "cut.zip", whole[: len(whole) * share // 100])
    spoiled = bytearray(whole)
    spoiled[40] ^= 0xFF
    yield Bad("zip whose sum is wrong", "crc.zip", bytes(spoiled))
    yield Bad(
        "Java archive", "a.jar", packed({"META-INF/MANIFEST.MF": b"Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"})
    )
    yield Bad("Android program", "a.apk", packed({"AndroidManifest.xml": b"\x03\0", "classes.dex": b"dex\n035\0"}))


def _office() -> Iterator[Bad]:
    doctype = b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><document>&x;</document>"
    laughs = b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><document>&b;</document>"
    template = (
        b"<Relationships><Relationship Id='1' Type='http://x/attachedTemplate' Target='http://127.0.0.1/evil.dotm' "
        b'TargetMode="External"/></Relationships>'
    )
    yield Bad("document with an entity of the system's", "a.docx", word(word_S_document__xml=doctype))
    yield Bad("document with entities that multiply", "a.docx", word(word_S_document__xml=laughs))
    late = b"<?xml version='1.0'?>" + b" " * 9_000 + b"<!DOCTYPE d [<!ENTITY x 'y'>]><document/>"
    yield Bad("document with an entity far down", "a.docx", word(word_S_document__xml=late))
    yield Bad(
        "document with an entity in UTF-16", "a.docx", word(word_S_document__xml=doctype.decode().encode("utf-16"))
    )
    yield Bad("document with a template elsewhere", "a.docx", word(word_S__rels_S_settings__xml__rels=template))
    for name in (
        "word/vbaProject.bin",
        "word/activeX/activeX1.xml",
        "word/embeddings/oleObject1.bin",
        "xl/macros/a.xml",
    ):
        yield Bad(f"document with {name}", "a.docx", packed({**WORD, name: b"\xd0\xcf\x11\xe0"}))
        yield Bad(f"document with {name} as docm", "a.docm", packed({**WORD, name: b"\xd0\xcf\x11\xe0"}))
    both = packed({**WORD, "xl/workbook.xml": b"<workbook/>"})
    yield Bad("document that is two", "a.docx", both)
    yield Bad("document that is none", "a.docx", packed({"[Content_Types].xml": b"<Types/>"}))
    basic = {"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/Standard/Module1.xml": b"<x/>"}
    yield Bad("open document with Basic", "a.odt", packed(basic))
    yield Bad("open document with scripts", "a.odt", packed({**basic, "Scripts/python/a.py": b"x"}))
    slip = packed({**WORD, "../../evil.xml": b"<x/>"})
    yield Bad("document that leads out", "a.docx", slip)
    yield Bad("document of 120 MB of nothing", "a.docx", packed({**WORD, "word/media/a.xml": b" " * 120_000_000}))


def object_stream(content: bytes) -> bytes:
    body = zlib.compress(content)
    head = b"7 0 obj <</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length " + str(len(body)).encode() + b">> stream\n"
    return head + body + b"\nendstream endobj\n"


def _pdfs() -> Iterator[Bad]:
    acts = {
        "JavaScript": b"3 0 obj <</S/JavaScript/JS(app.alert(1))>> endobj\n",
        "JavaScript by another spelling": b"3 0 obj <</S/J#61vaScr#69pt/J#53(app.alert(1))>> endobj\n",
        "JavaScript in a packed part": object_stream(b"3 0 <</S/JavaScript/JS(app.alert(1))>>"),
        "a program to start": b"3 0 obj <</S/Launch/F(cmd.exe)>> endobj\n",
        "a file inside": b"3 0 obj <</Type/EmbeddedFile/Length 3>> stream\nabc\nendstream endobj\n",
        "files inside": b"3 0 obj <</Names<</EmbeddedFiles 4 0 R>>>> endobj\n",
        "a film": b"3 0 obj <</Subtype/RichMedia>> endobj\n",
        "a form that sends": b"3 0 obj <</S/SubmitForm/F(http://127.0.0.1/)>> endobj\n",
        "a form that imports": b"3 0 obj <</S/ImportData/F(x)>> endobj\n",
        "a form of XFA": b"3 0 obj <</XFA 4 0 R>> endobj\n",
        "a rendition": b"3 0 obj <</S/Rendition/JS(x)>> endobj\n",
        "a way to another file": b"3 0 obj <</S/GoToE/F(x)>> endobj\n",
        "a password": b"3 0 obj <</Encrypt 4 0 R>> endobj\n",
        "a packed part that never ends": object_stream(b" " * 60_000_000),
        "a packed part that is none": b"7 0 obj <</Type/ObjStm>> stream\nnot packed\nendstream endobj\n",
        "JavaScript within a stream that is none": b"% stream\n<</S/JavaScript/JS(app.alert(1))>>\n% endstream\n",
    }
    for about, body in acts.items():
        yield Bad(f"PDF with {about}", "a.pdf", pdf(body))
    yield Bad("PDF without an end", "a.pdf", pdf(tail=b""))
    yield Bad("PDF without a version", "a.pdf", pdf(head=b"%PDF-\n"))
    yield Bad("PDF of version 9", "a.pdf", pdf(head=b"%PDF-9.9\n"))
    yield Bad("PDF behind blanks", "a.pdf", b"  \n" + pdf())
    for share in (20, 50, 80):
        yield Bad(f"PDF cut at {share} %", "a.pdf", pdf(b"x" * 9_000)[: 9_000 * share // 100])


def _texts() -> Iterator[Bad]:
    bodies = {
        "a zero": b"abc\0def",
        "a bell": b"abc\x07",
        "a terminal's command": b"\x1b]0;title\x07\x1b[2J",
        "UTF-16": "привет".encode("utf-16"),
        "UTF-32": "привет".encode("utf-32"),
        "noise": bytes(range(256)) * 4,
        "XML": b"<?xml version='1.0'?><a/>",
        "a page": b"<html>" + SCRIPT,
        "a deletion": b"abc\x7f",
        "no letter of its alphabet": b"\x98" * 20,
    }
    for about, content in bodies.items():
        for name in ("a.txt", "a.csv"):
            yield Bad(f"text with {about} as {name}", name, content)
    for name in ("a", "a.", "txt", ".txt.exe", "a.txt.js", "a.html"):
        yield Bad(f"text named {name!r}", name, b"plain words")


NAMES = (
    "../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\Windows\\a.png", "a\0.png", "a\r\nSet-Cookie: x=1.png",
    "\u202egnp.exe", "\u200b.png", "\ufeffa.png", "x" * 300 + ".png", "я" * 300, "CON", "con.png", "LPT1.png", "NUL",
    ".htaccess", "..", ".", "", " ", "   .png", "a.png.", "a.png ", "-rf.png", "~a.png", 'a"b.png', "a'b.png",
    "a;b.png",     "a|b.png", "a`id`.png", "$(id).png", "<img src=x onerror=alert(1)>.png", "a.png/../../b", "a%00.png",
    "%2e%2e%2fa.png",     "a.php.png", "a.png.exe", "a.exe",
    "скрин 20-11.png", "ФОТО.PNG", "\ud800.png", "a\u2028b.png", "👍.png",
    "a\tb.png",     "javascript:alert(1).png", "file:///etc/passwd", "a&b.png", "a?b=1.png", "a#b.png", "*.png",
)  # fmt: skip
"""Names that are sent with a good picture: it is taken, under a name that is only a name."""
