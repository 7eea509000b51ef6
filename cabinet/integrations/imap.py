"""The company's mailbox over IMAP4rev1 (RFC 3501): what nobody has read is taken, and marked as read afterwards.

Letters stay where they are. One that is no reply to a letter of ours is flagged: a person has to look at it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

import anyio.to_thread

from cabinet.domain.base.ports import Came
from cabinet.kit.errors import GatewayError

T = TypeVar("T")

TIMEOUT_SECONDS: Final = 20
LETTERS_MAX: Final = 20
"""Taken at once."""
BYTES_MAX: Final = 40 * 1024 * 1024
"""A larger letter is left for a person."""
TOGETHER_BYTES_MAX: Final = BYTES_MAX
"""So much is held in memory at once, and the last letter beside it."""
_LOCAL: Final = ("localhost", "127.0.0.1")


class ImapMailbox:
    """`Mailbox` over IMAP: TLS on `imaps://`, on `imap://` STARTTLS (but on loopback); a folder is the path.

    What a server says of a failure may name the person, so an error keeps the command and nothing else.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.secure = parts.scheme == "imaps"
        self.port = parts.port or (993 if self.secure else 143)
        self.username, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.folder = unquote(parts.path.strip("/")) or "INBOX"

    async def fresh(self) -> Sequence[Came]:
        return await anyio.to_thread.run_sync(self._in_it, _unread)

    async def dealt_with(self, key: str, *, known: bool) -> None:
        marks = "(\\Seen)" if known else "(\\Seen \\Flagged)"
        await anyio.to_thread.run_sync(self._in_it, lambda box: _asked(box, "STORE", key, "+FLAGS.SILENT", marks))

    def _in_it(self, deed: Callable[[imaplib.IMAP4], T]) -> T:
        try:
            with self._opened() as box:
                return deed(box)
        except (imaplib.IMAP4.error, OSError) as error:
            raise GatewayError(f"IMAP: {type(error).__name__}", permanent=False) from None

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        context = ssl.create_default_context()
        if self.secure:
            box: imaplib.IMAP4 = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
        else:
            box = imaplib.IMAP4(self.host, self.port, timeout=TIMEOUT_SECONDS)
        with box:
            if not self.secure and self.host not in _LOCAL:
                box.starttls(context)
            box.login(self.username, self.password)
            _checked(box.select(f'"{self.folder}"'))
            yield box


def _unread(box: imaplib.IMAP4) -> Sequence[Came]:
    (found,) = _asked(box, "SEARCH", "UNSEEN", "UNDELETED") or [b""]
    letters: list[Came] = []
    for uid in (found or b"").decode().split()[:LETTERS_MAX]:
        letters.append(_came(box, uid))
        if sum(len(each.raw) for each in letters) >= TOGETHER_BYTES_MAX:
            break
    return letters


def _came(box: imaplib.IMAP4, uid: str) -> Came:
    size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(_lines(_asked(box, "FETCH", uid, "(RFC822.SIZE)"))))
    if size is None or int(size[1]) > BYTES_MAX:
        return Came(key=uid, raw=b"")
    parts = _asked(box, "FETCH", uid, "(BODY.PEEK[])")
    return Came(key=uid, raw=next((part[1] for part in parts if isinstance(part, tuple)), b""))


def _lines(parts: Sequence[Any]) -> list[bytes]:
    return [part if isinstance(part, bytes) else part[0] for part in parts if part]


def _asked(box: imaplib.IMAP4, command: str, *words: str) -> list[Any]:
    return _checked(box.uid(command, *words))


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    said, data = answer
    if said != "OK":
        raise imaplib.IMAP4.error("refused")
    return data
