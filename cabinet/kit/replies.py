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
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser
from typing import Final

LINE: Final = "– – – – – – – –"
"""The sign that our letters draw at their top; programs that quote keep it, and no person types it."""
FILES_MAX: Final = 20
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
class Reply:
    """A letter as it came. `key` is the same for the same letter, however often it is brought."""

    key: str
    sender: str
    """The bare address, in small letters; "" where there is none, or several."""
    recipients: Sequence[str]
    said: str = field(repr=False)
    files: Sequence[tuple[str, bytes]] = field(default=(), repr=False)
    automatic: bool = False
    """A program wrote it: an absence note, a report of the post. Nobody answers those (RFC 3834)."""


def read(raw: bytes) -> Reply:
    """Read a letter. Raise `Unreadable` for what no program of a person could have sent."""
    try:
        letter = message_from_bytes(raw, policy=policy.default)
        senders = getaddresses([str(each) for each in letter.get_all("From", [])])
        to = [str(each) for name in ("To", "Cc", "Delivered-To", "X-Original-To") for each in letter.get_all(name, [])]
        return Reply(
            key=hashlib.sha256(str(letter.get("Message-ID", "")).strip().encode() or raw).hexdigest(),
            sender=senders[0][1].lower() if len(senders) == 1 else "",
            recipients=[address.lower() for _, address in getaddresses(to) if address],
            said=above_quote(_text(letter)),
            files=_files(letter),
            automatic=_automatic(letter),
        )
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as wrong:
        raise Unreadable(type(wrong).__name__) from wrong


def above_quote(text: str) -> str:
    """Return what was written above the letter that it answers, without what programs put between the two."""
    lines = text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    at = next((place for place, line in enumerate(lines) if LINE in line), None)
    if at is None:
        return text.strip()
    kept = lines[:at]
    while kept and (not kept[-1].strip() or _ATTRIBUTION.search(kept[-1].strip())):
        kept.pop()
    return "\n".join(line.rstrip() for line in kept).strip()


def _automatic(letter: EmailMessage) -> bool:
    said = str(letter.get("Auto-Submitted", "no")).lower().strip()
    reported = letter.get_content_type() == "multipart/report" or str(letter.get("Return-Path", "")).strip() == "<>"
    bulk = str(letter.get("Precedence", "")).lower().strip() in ("auto_reply", "bulk", "junk", "list")
    name = parseaddr(str(letter.get("From", "")))[1].partition("@")[0].lower()
    return not said.startswith("no") or reported or bulk or name in ("mailer-daemon", "postmaster")


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain", "html"))
    if body is None:
        return ""
    said = _content(body)
    return said if body.get_content_type() == "text/plain" else _plain(said)


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
