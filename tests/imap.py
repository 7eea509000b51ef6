"""A mailbox over IMAP4rev1 on loopback: as much of RFC 3501 as a program that reads letters needs."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, WORD = "support", "the word"


@dataclass
class Post:
    """What lies in the mailbox, by uid, with the flags of each letter, and how the server answers."""

    letters: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    """What the server says of a letter's size, when that is not its length."""
    refuses: str = ""
    """A command that is answered with NO."""
    asked: list[str] = field(default_factory=list)
    port: int = 0
    offers: ssl.SSLContext | None = None
    """What STARTTLS turns to; None where it is not offered."""

    def put(self, raw: bytes) -> int:
        """Bring a letter; return its uid."""
        uid = max(self.letters, default=40) + 1
        self.letters[uid], self.flags[uid] = raw, set()
        return uid

    def url(self, scheme: str = "imap", word: str = WORD) -> str:
        return f"{scheme}://{USER}:{word.replace(' ', '%20')}@127.0.0.1:{self.port}"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            self.post.asked.append(rest)
            self.answer(tag, rest)
            if rest.upper().startswith("LOGOUT"):
                return

    @property
    def post(self) -> Post:
        found: Post = self.server.post  # type: ignore[attr-defined]
        return found

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def answer(self, tag: str, rest: str) -> None:
        command, *words = rest.replace("UID ", "").split(" ", 2)
        name = command.upper()
        if name == self.post.refuses or (name == "LOGIN" and f'"{WORD}"' not in rest):
            return self.say(f"{tag} NO no")
        if name == "CAPABILITY":
            self.say(f"* CAPABILITY IMAP4rev1{' STARTTLS' if self.post.offers else ''}")
        elif name == "STARTTLS":
            return self.turn_to_tls(tag)
        elif name == "SELECT":
            self.say(f"* {len(self.post.letters)} EXISTS")
        elif name == "SEARCH":
            unread = [str(uid) for uid in sorted(self.post.letters) if "\\Seen" not in self.post.flags[uid]]
            self.say(f"* SEARCH {' '.join(unread)}".rstrip())
        elif name == "FETCH":
            self.fetch(int(words[0]), words[1])
        elif name == "STORE":
            self.post.flags[int(words[0])] |= set(re.findall(r"\\\w+", words[1]))
        return self.say(f"{tag} OK done")

    def turn_to_tls(self, tag: str) -> None:
        assert self.post.offers is not None
        self.say(f"{tag} OK begin")
        self.request = self.post.offers.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def fetch(self, uid: int, what: str) -> None:
        raw = self.post.letters[uid]
        if "RFC822.SIZE" in what:
            return self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {self.post.sizes.get(uid, len(raw))})")
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        return None


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True
    allow_reuse_address = True
    tls: ssl.SSLContext | None = None

    def get_request(self):
        connection, address = super().get_request()
        return (self.tls.wrap_socket(connection, server_side=True) if self.tls else connection), address


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Post]:
    """Serve an empty mailbox on a free port."""
    post = Post()
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.post, server.tls, post.port = post, tls, server.server_address[1]  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()
