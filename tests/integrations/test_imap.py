"""The company's mailbox against a server on loopback: what is taken, how it is marked, how a failure is told."""

from __future__ import annotations

import ssl
import traceback

import pytest

from cabinet.domain.base.ports import Came
from cabinet.integrations import imap as module
from cabinet.integrations.imap import BYTES_MAX, LETTERS_MAX, ImapMailbox
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError
from cabinet.operate import lan
from cabinet.settings import Settings
from tests import imap

pytestmark = pytest.mark.anyio

LETTER = "From: a@example.ru\r\n\r\nМодель AX3000\r\n".encode()


@pytest.fixture
def post():
    with imap.serving() as served:
        yield served


async def test_unread_letters_come_and_are_marked_when_they_were_dealt_with(post):
    uids = [post.put(LETTER), post.put(b"Subject: no reply\r\n\r\n")]
    mailbox = ImapMailbox(post.url())

    came = await mailbox.fresh()
    assert came == [Came(key=str(uids[0]), raw=LETTER), Came(key=str(uids[1]), raw=b"Subject: no reply\r\n\r\n")]
    assert post.flags == {uids[0]: set(), uids[1]: set()}

    await mailbox.dealt_with(came[0].key, known=True)
    await mailbox.dealt_with(came[1].key, known=False)

    assert post.flags == {uids[0]: {"\\Seen"}, uids[1]: {"\\Seen", "\\Flagged"}}
    assert await mailbox.fresh() == []
    assert set(post.letters) == set(uids)


async def test_an_empty_mailbox_gives_nothing_and_a_full_one_a_part(post):
    mailbox = ImapMailbox(post.url())
    assert await mailbox.fresh() == []

    uids = [post.put(LETTER) for _ in range(LETTERS_MAX + 5)]

    assert [each.key for each in await mailbox.fresh()] == [str(uid) for uid in uids[:LETTERS_MAX]]


async def test_a_letter_that_is_too_large_is_not_brought(post):
    uid = post.put(LETTER)
    post.sizes[uid] = BYTES_MAX + 1

    assert await ImapMailbox(post.url()).fresh() == [Came(key=str(uid), raw=b"")]
    assert not any("BODY" in each for each in post.asked)


async def test_another_folder_is_the_path(post):
    await ImapMailbox(f"{post.url()}/Replies").fresh()

    assert 'SELECT "Replies"' in post.asked


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH"])
async def test_a_refusal_is_told_without_what_the_server_said(post, command):
    post.put(LETTER)
    post.refuses = command

    with pytest.raises(GatewayError) as told:
        await ImapMailbox(post.url()).fresh()

    assert not told.value.permanent
    assert imap.WORD not in "".join(traceback.format_exception(told.value))


async def test_a_server_that_is_not_there_is_tried_again():
    with imap.serving() as post:
        url = post.url()

    with pytest.raises(GatewayError) as told:
        await ImapMailbox(url).fresh()

    assert not told.value.permanent


async def test_letters_are_brought_until_they_fill_the_memory(post, monkeypatch):
    uids = [post.put(LETTER) for _ in range(5)]
    monkeypatch.setattr(module, "TOGETHER_BYTES_MAX", 2 * len(LETTER))

    assert [each.key for each in await ImapMailbox(post.url()).fresh()] == [str(uid) for uid in uids[:2]]


@pytest.fixture
def tls(tmp_path):
    """A certificate for 127.0.0.1 that nobody vouches for yet, and what a server does with it."""
    made = lan.certificate(Settings(home=tmp_path), "127.0.0.1", now=clock.now())
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(made.file, made.key)
    return made, served


async def test_over_tls_only_a_known_server_is_spoken_to(tls, monkeypatch):
    made, served = tls
    with imap.serving(served) as post:
        post.put(LETTER)
        with pytest.raises(GatewayError):
            await ImapMailbox(post.url("imaps")).fresh()
        assert post.asked == []

        monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
        assert [each.raw for each in await ImapMailbox(post.url("imaps")).fresh()] == [LETTER]


async def test_elsewhere_than_here_a_login_goes_over_starttls_or_not_at_all(tls, post, monkeypatch):
    made, served = tls
    post.put(LETTER)
    monkeypatch.setattr(module, "_LOCAL", ())
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    with pytest.raises(GatewayError):
        await ImapMailbox(post.url()).fresh()
    assert not any("LOGIN" in each for each in post.asked)

    post.offers = served
    assert [each.raw for each in await ImapMailbox(post.url()).fresh()] == [LETTER]
    commands = [each.partition(" ")[0] for each in post.asked]
    assert commands.index("STARTTLS") < commands.index("LOGIN")
