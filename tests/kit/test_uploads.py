"""Files judged by their content: good ones come through harmless, the corpus of bad ones not as it is."""

from __future__ import annotations

import io
import unicodedata

import pytest
from PIL import Image

from cabinet.kit import i18n, uploads
from cabinet.kit.errors import Invalid
from tests import corpus

BAD = corpus.corpus()
LETTERS = pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def judged(bad):
    try:
        return uploads.clean(bad.name, bad.content), None
    except Invalid as refusal:
        return None, refusal


def test_the_corpus_is_as_large_as_it_has_to_be(record_property):
    count = len(BAD) + len(corpus.NAMES)
    record_property("bad files and names", count)

    assert count >= 300
    assert len({bad.about for bad in BAD}) == len(BAD)


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_bad_file_is_refused_or_drawn_anew(bad):
    clean, refusal = judged(bad)
    if clean is None:
        assert all(len(i18n.text(locale, refusal.code, **refusal.details)) > 20 for locale in i18n.LOCALES)
        return
    # What only a scanner knows is a text like any other here.
    assert bad.verdict == "either" or corpus.EICAR in bad.content
    assert corpus.MARKER not in clean.content + clean.preview
    if clean.is_picture:
        assert clean.media_type in ("image/jpeg", "image/png", "image/webp")
        assert max(opened(clean.content).size) <= 4_096


@pytest.mark.parametrize("name", corpus.NAMES, ids=repr)
def test_a_name_is_only_a_name(name):
    clean = uploads.clean(name, corpus.picture()).name

    assert clean.endswith(".png")
    assert 5 <= len(clean) <= 120
    assert not set(clean) & set('/\\"<>:|?*`$;&\r\n\t\0')
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in clean)
    assert not clean.startswith((".", "-", " ", "~"))
    assert clean.partition(".")[0].lower() not in ("con", "nul", "lpt1")
    assert clean.encode()


@LETTERS
def test_a_picture_stays_what_it_shows(kind):
    clean = uploads.clean(f"screen.{kind.lower()}", corpus.picture(kind))

    drawn = opened(clean.content)
    assert (drawn.format, drawn.size) == (kind, (64, 48))
    assert drawn.getpixel((10, 10)) == pytest.approx(
        opened(corpus.picture(kind)).convert("RGB").getpixel((10, 10)), abs=30
    )
    assert opened(clean.preview).format == "WEBP"


def test_what_a_photo_says_of_its_maker_is_gone_and_it_stands_upright():
    clean = uploads.clean("photo.jpg", corpus.with_exif())

    drawn = opened(clean.content)
    assert dict(drawn.getexif()) == {}
    assert corpus.MARKER not in clean.content
    # It was made with the camera on its side.
    assert drawn.size == (32, 64)


@pytest.mark.parametrize("kind", ["GIF", "AVIF", "BMP"])
def test_what_browsers_show_differently_becomes_png(kind):
    clean = uploads.clean(f"a.{kind.lower()}", corpus.picture(kind))

    assert (clean.name, clean.media_type, opened(clean.content).format) == ("a.png", "image/png", "PNG")


def test_a_large_photo_is_made_smaller():
    clean = uploads.clean("large.jpg", corpus.picture("JPEG", (5_000, 200)))

    assert opened(clean.content).size[0] <= 4_096
    assert max(opened(clean.preview).size) == 480


def test_what_can_be_seen_through_stays_so():
    written = io.BytesIO()
    Image.new("RGBA", (4, 4), (10, 20, 30, 0)).save(written, "PNG")

    assert opened(uploads.clean("a.png", written.getvalue()).content).getpixel((0, 0)) == (10, 20, 30, 0)


@pytest.mark.parametrize(
    ("name", "content", "kept", "media_type"),
    [
        ("Договор.pdf", corpus.pdf(), "Договор.pdf", "application/pdf"),
        ("Договор.PDF", corpus.pdf(head=b"%PDF-2.0\n"), "Договор.pdf", "application/pdf"),
        ("scan", corpus.pdf(), "scan.pdf", "application/pdf"),
        ("log.txt", "ошибка 42\r\n".encode(), "log.txt", "text/plain"),
        ("old.txt", "ошибка 42".encode("cp1251"), "old.txt", "text/plain"),
        ("router.log", b"\xef\xbb\xbf2026-11-24 PPPoE down\n", "router.log", "text/plain"),
        ("a.csv", b"a;b\n1;2\n", "a.csv", "text/csv"),
        ("a.docx", corpus.word(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.zip", corpus.word(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            "a.odt",
            corpus.packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
            "a.odt",
            "application/vnd.oasis.opendocument.text",
        ),
        ("logs.zip", corpus.archive(a__txt=b"x", b__png=corpus.picture()), "logs.zip", "application/zip"),
    ],
    ids=lambda part: part[:24] if isinstance(part, str) else "",
)
def test_a_good_document_is_kept_as_it_is(name, content, kept, media_type):
    clean = uploads.clean(name, content)

    assert (clean.name, clean.media_type, clean.content) == (kept, media_type, content)
    assert not clean.is_picture


def test_a_picture_packed_in_a_pdf_is_no_program():
    """Two letters after a slash come up by chance in packed data."""
    stream = b"3 0 obj <</Length 12>> stream\n" + b"\x01/JS \x02/XFA " + b"\nendstream endobj\n"

    assert uploads.clean("scan.pdf", corpus.pdf(stream)).content


def test_a_link_in_a_document_is_no_danger():
    link = b"<R><Relationship Type='http://x/hyperlink' Target='https://a.ru' TargetMode=\"External\"/></R>"

    assert uploads.clean("a.docx", corpus.word(word_S__rels_S_document__xml__rels=link)).content
