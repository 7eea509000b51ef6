"""A letter that came in reply to one of ours: who sent it, to whom, what was said above the quote, the files.

RFC 5322 and MIME are the standard library's; what a quote looks like is nobody's standard, so our letters draw a line
at their top, and everything from that line on is ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Final

LINE: Final = "– – – – – – – –"
"""The sign that our letters draw at their top; programs that quote keep it, and no person types it."""
FILES_MAX: Final = 20
HEAD_BYTES_MAX: Final = 256 * 1024
HEADERS_MAX: Final = 20
HEADER_LENGTH_MAX: Final = 4_000
LINE_LENGTH_MAX: Final = 1_000
"""No program writes a longer line between words and quote."""
PAGE_LENGTH_MAX: Final = 100_000
"""So much of an HTML letter is read: the words stand at its top."""
_ATTRIBUTION: Final = re.compile(
    r"""^(>|-{3,}|_{5,})          # a quote, «-----Original Message-----», the rule that Outlook draws
    |^(от|from|дата|date|отправлено|sent|кому|to|тема|subject):\s   # the headers that it repeats
    |@.*[:>]$|<$                 # «пт, 27 нояб. 2026 г. в 18:00, Меридиан <mail@meridian.example>:», in two lines too
    |\b(wrote|пишет|писал|написал\w*):$""",
    re.IGNORECASE | re.VERBOSE,
)
_BLOCKS: Final = frozenset({"address", "article", "div", "h1", "h2", "h3", "li", "ol", "p", "pre", "table", "tr", "ul"})
_UNSEEN: Final = frozenset({"head", "script", "style", "title"})


class Unreadable(ValueError):
    """It is no letter that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the head of a letter says. `key` is the same for the same letter, however often it is brought."""

    key: str
    sender: str
    """The bare address, in small letters; "" where there is none, or several."""
    recipients: Sequence[str]
    automatic: bool
    """A program wrote it: an absence note, a report of the post. Nobody answers those (RFC 3834)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What was said above the quote, and the files with their names."""

    said: str = field(repr=False)
    files: Sequence[tuple[str, bytes]] = field(default=(), repr=False)


def envelope(raw: bytes) -> Envelope:
    """Read the head of a letter alone: whose it is has to be known before anything of a stranger's is taken apart."""
    head = BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:HEAD_BYTES_MAX])
    senders = _addresses(head, "From")
    return Envelope(
        key=hashlib.sha256(_header(head, "Message-ID").encode() or raw).hexdigest(),
        sender=senders[0] if len(senders) == 1 else "",
        recipients=[each for name in ("To", "Cc", "Delivered-To", "X-Original-To") for each in _addresses(head, name)],
        automatic=_automatic(head, senders),
    )


def content(raw: bytes) -> Content:
    """Read a letter. Raise `Unreadable` for what no program of a person could have sent."""
    try:
        letter = message_from_bytes(raw, policy=policy.default)
        return Content(said=above_quote(_text(letter)), files=_files(letter))
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as wrong:
        raise Unreadable(type(wrong).__name__) from wrong


def above_quote(text: str) -> str:
    """Return what was written above the letter that it answers, without what programs put between the two."""
    lines = text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    at = next((place for place, line in enumerate(lines) if LINE in line), None)
    if at is None:
        return text.strip()
    kept = lines[:at]
    while kept and _is_between(kept[-1].strip()):
        kept.pop()
    return "\n".join(line.rstrip() for line in kept).strip()


def _is_between(line: str) -> bool:
    return not line or (len(line) <= LINE_LENGTH_MAX and _ATTRIBUTION.search(line) is not None)


def _header(head: Message, name: str) -> str:
    return str(head.get(name, "")).strip()[:HEADER_LENGTH_MAX]


def _addresses(head: Message, name: str) -> list[str]:
    lines = [str(each)[:HEADER_LENGTH_MAX] for each in head.get_all(name, [])[:HEADERS_MAX]]
    return [address.lower() for _, address in getaddresses(lines) if address]


def _automatic(head: Message, senders: Sequence[str]) -> bool:
    submitted = _header(head, "Auto-Submitted").lower() or "no"
    reported = head.get_content_type() == "multipart/report" or _header(head, "Return-Path") == "<>"
    bulk = _header(head, "Precedence").lower() in ("auto_reply", "bulk", "junk", "list")
    postmen = ("mailer-daemon@", "postmaster@")
    return not submitted.startswith("no") or reported or bulk or any(each.startswith(postmen) for each in senders)


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain", "html"))
    if body is None:
        return ""
    said = _content(body)
    return said if body.get_content_type() == "text/plain" else _plain(said[:PAGE_LENGTH_MAX])


def _content(part: MIMEPart) -> str:
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    try:
        return raw.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        return raw.decode("utf-8", errors="replace")


def _files(letter: EmailMessage) -> Sequence[tuple[str, bytes]]:
    """Return what hangs on it; a picture inside the text is a file too."""
    body = letter.get_body(("plain", "html"))
    found = []
    for part in letter.walk():
        name = part.get_filename()
        if part is body or part.is_multipart() or not name:
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            found.append((name, content))
    return found[:FILES_MAX]


class _Words(HTMLParser):
    """The words of a page, line by line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in _UNSEEN
        if tag == "br" or tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in _UNSEEN and self.unseen > 0
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(re.sub(r"\s+", " ", data))


def _plain(page: str) -> str:
    reader = _Words()
    reader.feed(page)
    reader.close()
    lines = (line.strip() for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
