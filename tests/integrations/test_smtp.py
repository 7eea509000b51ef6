"""Mail against a real SMTP server on loopback: what is sent, how it is refused, what is worth another try."""

from __future__ import annotations

import socket
import ssl
import traceback
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from anyio import to_thread

from cabinet.domain.base.ports import File, Letter
from cabinet.integrations import smtp
from cabinet.integrations.smtp import SmtpMail
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError
from cabinet.operate import lan
from cabinet.settings import Settings
from tests.waiting import until

pytestmark = pytest.mark.anyio

SENDER = "Меридиан <no-reply@meridian.example>"
LETTER = Letter(
    key="d-1",
    to="sokolova@example.ru",
    subject="Получено 500 ₽ — Меридиан",
    text="Платёж П-1 дошёл.",
    html="<p>Платёж П-1 дошёл.</p>",
    files=(File(name="Чек Ч-1.pdf", media_type="application/pdf", content=b"%PDF-1.4 \x00\xff"),),
)


class Server:
    """A mail server that keeps what it takes, and answers as it is told to."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.to: list[str] = []
        self.rcpt_answer = "250 OK"
        self.data_answer = "250 OK"
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server, session, envelope):
        if self.data_answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
            self.to += envelope.rcpt_tos
        return self.data_answer

    def authenticate(self, server, session, envelope, mechanism, auth_data):
        self.logins.append((auth_data.login, auth_data.password))
        return AuthResult(success=auth_data.password == b"the word", handled=False)


@pytest.fixture
def server():
    return Server()


class Post(Controller):
    """The mail server on a thread of its own, which knows its connections."""

    def factory(self):
        self.connections = [*getattr(self, "connections", ()), super().factory()]
        return self.connections[-1]

    @property
    def busy(self):
        """Whether a connection is still being closed: a loop that stops on one leaves its socket to the collector."""
        return any(each.transport is not None for each in getattr(self, "connections", ()))


@pytest.fixture
async def start(server):
    """Start the mail server, with what it is to demand; return its port."""
    running = []

    def started(**demands):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Post(server, hostname="127.0.0.1", port=port, **demands)
        controller.start()
        running.append(controller)
        return port

    yield started
    for controller in running:
        await to_thread.run_sync(lambda post=controller: until(lambda: not post.busy, seconds=10))
        controller.stop()


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """A certificate for 127.0.0.1, which this process trusts."""
    made = lan.certificate(Settings(home=tmp_path), "127.0.0.1", now=clock.now())
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.file, made.key)
    return context


async def test_a_letter_arrives_whole(server, start):
    ref = await SmtpMail(f"smtp://127.0.0.1:{start()}", SENDER).send(LETTER)

    (message,) = server.taken
    assert server.to == ["sokolova@example.ru"]
    assert (message["From"], message["To"]) == (SENDER, "sokolova@example.ru")
    assert message["Subject"] == "Получено 500 ₽ — Меридиан"
    assert message.get_body(("plain",)).get_content().strip() == "Платёж П-1 дошёл."
    assert message.get_body(("html",)).get_content().strip() == "<p>Платёж П-1 дошёл.</p>"
    (receipt,) = message.iter_attachments()
    assert (receipt.get_filename(), receipt.get_content_type()) == ("Чек Ч-1.pdf", "application/pdf")
    assert receipt.get_content() == b"%PDF-1.4 \x00\xff"
    assert ref == message["Message-ID"] == "<d-1@meridian.example>"


async def test_a_reply_goes_where_the_letter_says(server, start):
    port = start()
    for letter in (LETTER, replace(LETTER, reply_to="support+abc@meridian.example")):
        await SmtpMail(f"smtp://127.0.0.1:{port}", SENDER).send(letter)

    assert [message["Reply-To"] for message in server.taken] == [None, "support+abc@meridian.example"]


async def test_a_repeat_carries_the_same_message_id(server, start):
    mail = SmtpMail(f"smtp://127.0.0.1:{start()}", SENDER)

    assert await mail.send(LETTER) == await mail.send(LETTER)


async def test_a_login_goes_over_starttls(server, start, tls):
    port = start(tls_context=tls, require_starttls=True, auth_required=True, authenticator=server.authenticate)

    await SmtpMail(f"smtp://no-reply:the%20word@127.0.0.1:{port}", SENDER).send(LETTER)

    assert server.logins == [(b"no-reply", b"the word")]
    assert len(server.taken) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_password_is_never_sent_in_the_clear(server, start):
    """A server without STARTTLS, or somebody in between who hides it, gets no login and no letter."""
    port = start(auth_required=True, auth_require_tls=False, authenticator=server.authenticate)

    with pytest.raises(GatewayError) as failed:
        await SmtpMail(f"smtp://no-reply:word@127.0.0.1:{port}", SENDER).send(LETTER)

    assert not failed.value.permanent
    assert (server.logins, server.taken) == ([], [])


async def test_a_server_that_nobody_vouches_for_gets_nothing(server, start, tls, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    port = start(tls_context=tls, require_starttls=True, authenticator=server.authenticate)

    with pytest.raises(GatewayError, match="SMTP: ") as failed:
        await SmtpMail(f"smtp://no-reply:word@127.0.0.1:{port}", SENDER).send(LETTER)

    assert not failed.value.permanent
    assert server.logins == []


async def test_a_refused_login_is_tried_again_and_names_no_password(server, start, tls):
    """Somebody will correct the settings: the messages of that hour must not be lost."""
    port = start(tls_context=tls, require_starttls=True, auth_required=True, authenticator=server.authenticate)

    with pytest.raises(GatewayError) as failed:
        await SmtpMail(f"smtp://no-reply:top-secret@127.0.0.1:{port}", SENDER).send(LETTER)

    assert not failed.value.permanent
    assert str(failed.value) == "SMTP 535"


@pytest.mark.parametrize(
    ("where", "answer", "permanent"),
    [
        ("rcpt_answer", "450 mailbox busy sokolova@example.ru", False),
        ("rcpt_answer", "550 no such user sokolova@example.ru", True),
        ("data_answer", "451 try later", False),
        ("data_answer", "554 looks like spam", True),
    ],
)
async def test_an_answer_of_the_server_tells_whether_another_try_helps(server, start, where, answer, permanent):
    setattr(server, where, answer)

    with pytest.raises(GatewayError) as failed:
        await SmtpMail(f"smtp://127.0.0.1:{start()}", SENDER).send(LETTER)

    assert failed.value.permanent is permanent
    assert "sokolova" not in "".join(traceback.format_exception(failed.value))
    assert server.taken == []


async def test_nobody_listening_is_tried_again():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(GatewayError) as failed:
        await SmtpMail(f"smtp://127.0.0.1:{port}", SENDER).send(LETTER)

    assert not failed.value.permanent


async def test_a_server_that_says_nothing_is_left(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        with pytest.raises(GatewayError) as failed:
            await SmtpMail(f"smtp://127.0.0.1:{port}", SENDER).send(LETTER)

    assert not failed.value.permanent


@pytest.mark.parametrize(
    "subject", ["Чек\r\nBcc: vera@example.com", "Чек\nBcc: vera@example.com\n\nbody", "Чек\x0bBcc: vera@example.com"]
)
async def test_a_subject_makes_no_header_of_its_own(server, start, subject):
    letter = Letter(key="d-2", to="sokolova@example.ru", subject=subject, text="т", html="<p>т</p>")

    await SmtpMail(f"smtp://127.0.0.1:{start()}", SENDER).send(letter)

    (message,) = server.taken
    assert message["Bcc"] is None
    assert server.to == ["sokolova@example.ru"]


@pytest.mark.parametrize(
    "address",
    ["sokolova@example.ru\r\nRCPT TO:<vera@example.com>", "a@example.ru, vera@example.com", "no address", ""],
)
async def test_an_address_that_is_none_is_given_up(server, start, address):
    letter = Letter(key="d-3", to=address, subject="т", text="т", html="<p>т</p>")

    with pytest.raises(GatewayError) as failed:
        await SmtpMail(f"smtp://127.0.0.1:{start()}", SENDER).send(letter)

    assert failed.value.permanent
    assert server.to == []


async def test_the_address_of_a_server_is_read_from_the_settings():
    plain = SmtpMail("smtp://mail.example", SENDER)
    safe = SmtpMail("smtps://user%40company:w%2Ford@mail.example", SENDER)

    assert (plain.host, plain.port, plain.tls, plain.username) == ("mail.example", 587, False, None)
    assert (safe.port, safe.tls, safe.username, safe.password) == (465, True, "user@company", "w/ord")
    assert timedelta(seconds=smtp.TIMEOUT_SECONDS) <= timedelta(seconds=30)
