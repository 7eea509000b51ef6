"""The sandbox acquirer as tests meet it: a real process, a merchant who hears its webhooks, a scriptless browser."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import httpx

from cabinet.kit import clock
from cabinet.settings import ROOT
from tests.waiting import until

KEY: Final = "a-key-of-the-tests"
WEBHOOK_SECRET: Final = "whsec_YSBzZWNyZXQgb2YgdGhlIHRlc3Rz"
RETURN_URL: Final = "http://localhost:3000/pay/back?of=tests"
DROP: Final = 0
"""The merchant hangs up without an answer."""
START_SECONDS_MAX: Final = 30
_COMMAND: Final = (sys.executable, "-W", "error", "-m", "cabinet.sandbox")
_TLS: Final = httpx.create_ssl_context()


@dataclass(frozen=True)
class Call:
    """A webhook as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def about(self) -> str:
        """The payment's id at the acquirer."""
        return self.told["object"].get("payment_id") or self.told["object"]["id"]


class Merchant:
    """Hears webhooks on a port of its own; says 200 unless it was told to answer a payment's calls otherwise."""

    def __init__(self) -> None:
        self.heard: list[Call] = []
        self.answers: dict[str, list[int]] = {}
        merchant = self

        class Ear(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                call = Call({name.lower(): value for name, value in self.headers.items()}, body)
                planned = merchant.answers.get(call.about) or [200]
                status = planned.pop(0)
                merchant.heard.append(call)
                if status == DROP:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Ear)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/sandbox"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def about(self, payment_id: str) -> list[Call]:
        """Return what was heard about the payment, in the order in which it came."""
        return [call for call in list(self.heard) if call.about == payment_id]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Sandbox:
    """The process. It may be killed at any moment and started again on the same port and file."""

    def __init__(self, home: Path, merchant: Merchant) -> None:
        self.home = home
        self.merchant = merchant
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "sandbox.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert self._process is None
        command = [*_COMMAND, "--webhook-url", self.merchant.url]
        environment = _environment(self.home, CABINET_SANDBOX_PORT=str(self.port))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.home, env=environment, stdout=log, stderr=log)
        until(self._answers, seconds=START_SECONDS_MAX)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(timeout=20)
        self._process = None
        return code

    def restart(self) -> None:
        self.kill()
        self.start()

    def ask(self, verb: str, path: str, body: Any = None, *, key: str = "", token: str = KEY) -> httpx.Response:
        """Call the API as the merchant."""
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        with _client() as client:
            return client.request(verb, self.url + path, json=body, headers=headers)

    def open_payment(self, **changes: Any) -> dict[str, Any]:
        """Open a payment and return what the API said of it."""
        order = order_of(**changes)
        answer = self.ask("POST", "/v1/payments", order, key=order["merchant_payment_id"])
        assert answer.status_code == 200, answer.text
        return answer.json()

    def open_quietly(self) -> None:
        """Open a payment whose answer may never come."""
        with suppress(httpx.TransportError, AssertionError):
            self.open_payment()

    def payment(self, payment_id: str) -> dict[str, Any]:
        return self.ask("GET", f"/v1/payments/{payment_id}").json()

    def set_switch(self, name: str, times: int = 1, value: int | None = None) -> None:
        answer = self.ask("POST", "/switches", {"name": name, "times": times, "value": value})
        assert answer.status_code == 200, answer.text

    def reset(self) -> None:
        """Let everything go right again."""
        assert self.ask("DELETE", "/switches").status_code == 200

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        try:
            with _client() as client:
                return client.get(f"{self.url}/switches").is_success
        except httpx.TransportError:
            return False


@contextmanager
def running(home: Path) -> Iterator[Sandbox]:
    """Run a sandbox of its own in the directory, and a merchant beside it."""
    merchant = Merchant()
    sandbox = Sandbox(home, merchant)
    try:
        sandbox.start()
        yield sandbox
    finally:
        if sandbox._process is not None:
            sandbox.stop()
        merchant.close()


def run_once(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program until it ends by itself."""
    return subprocess.run(
        [*_COMMAND, *arguments],
        cwd=home,
        env=_environment(home, **environment),
        capture_output=True,
        text=True,
        timeout=START_SECONDS_MAX,
        check=False,
    )


def order_of(**changes: Any) -> dict[str, Any]:
    """Return the body of a request for a payment of 500 roubles by card."""
    return {
        "merchant_payment_id": str(uuid4()),
        "number": "П-2026-000123",
        "amount": {"value": "500.00", "currency": "RUB"},
        "description": "Пополнение лицевого счёта 4 102 887",
        "customer": "anna",
        "method": {"type": "card"},
        "return_url": RETURN_URL,
        "expires_at": (clock.now() + timedelta(minutes=20)).isoformat(),
    } | changes


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, which buttons it has."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert given.get("method") == "post", "a form that does not post puts its fields into the address"
            self.found.append(Form(given["action"]))
        elif tag == "input" and self.found:
            form = self.found[-1]
            form.names.add(given["name"])
            if given.get("type") != "checkbox" or "checked" in given:
                form.values[given["name"]] = given.get("value", "")
        elif tag == "button" and self.found:
            self.found[-1].buttons.append((given.get("name", ""), given.get("value", "")))


class Browser:
    """A payer's browser: opens pages, sends their forms as they stand plus what was typed, follows redirects.

    It stops where it is sent to another site, and remembers that address in `left`.
    """

    def __init__(self, *, language: str = "ru") -> None:
        self.headers = {"Accept-Language": language}
        self.left = ""

    def open(self, url: str) -> Browser:
        """Open an address."""
        with _client() as client:
            self._arrive(client, client.get(url, headers=self.headers))
        return self

    def send(self, to: str, *, press: tuple[str, str] | None = None, switch: str = "", **typed: str | None) -> Browser:
        """Send the form that goes to `…/to`, with what was typed and the button pressed; None leaves a field out."""
        form = next(
            each for each in self.forms if f"/{to}" in each.action and switch in ("", each.values.get("name", ""))
        )
        assert set(typed) <= form.names, f"no such fields: {set(typed) - form.names}"
        assert press is None or press in form.buttons
        values = form.values | typed | (dict([press]) if press else {})
        headers = self.headers | {"Sec-Fetch-Site": "same-origin"}
        with _client() as client:
            sent = {name: value for name, value in values.items() if value is not None}
            self._arrive(client, client.post(urljoin(self.at, form.action), data=sent, headers=headers))
        return self

    @property
    def forms(self) -> list[Form]:
        parser = _Forms()
        parser.feed(self.page)
        return parser.found

    def _arrive(self, client: httpx.Client, answer: httpx.Response) -> None:
        self.left = ""
        while answer.is_redirect:
            there = urljoin(str(answer.url), answer.headers["location"])
            assert answer.status_code == 303
            if urlsplit(there).netloc != answer.url.netloc.decode():
                self.left = there
                return
            answer = client.get(there, headers=self.headers)
        self.at = str(answer.url)
        self.status = answer.status_code
        self.page = answer.text
        self.answer = answer


def pay_by_card(url: str, number: str, *, keep: bool | None = None, cvc: str = "739") -> Browser:
    """Open the hosted page and send the card's form."""
    browser = Browser().open(url)
    more = {} if keep is None else {"keep": "yes" if keep else None}
    return browser.send("card", number=number, expiry="12/39", cvc=cvc, **more)


def code_on(page: str) -> str:
    """Return the one-time code from the panel of the SMS."""
    panel = page.split('id="sms"')[1].split("<p>")[1]
    return "".join(sign for sign in panel[:8] if sign.isdigit())


def _environment(home: Path, **more: str) -> dict[str, str]:
    ours = ("CABINET_", "PORT", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "PYTHONPATH": str(ROOT),
        "CABINET_HOME": str(home),
        "CABINET_SANDBOX_KEY": KEY,
        "CABINET_SANDBOX_WEBHOOK_SECRET": WEBHOOK_SECRET,
        **more,
    }


def _client() -> httpx.Client:
    return httpx.Client(timeout=20, trust_env=False, verify=_TLS)
