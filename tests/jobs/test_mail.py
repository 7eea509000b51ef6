"""From a mailbox to the thread: over a real port, once for a letter, whatever breaks on the way."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet import settings, wiring
from cabinet.domain import tickets
from cabinet.integrations.files import LocalFiles
from cabinet.integrations.scanning import SampleScanner
from cabinet.jobs import mail
from cabinet.kit import clock
from cabinet.kit.errors import GatewayError
from cabinet.kit.replies import LINE
from cabinet.models.files import StoredFile
from cabinet.models.tickets import TicketFile, TicketLetter, TicketMessage
from tests import corpus, imap, personae

BASE = "support@meridian.example"
ANNA = "Анна <Sokolova@example.ru>"


@pytest.fixture
def post(tmp_path, monkeypatch):
    """The company's mailbox, a store of files and a data directory of the test's own."""
    with imap.serving() as served:
        for name, value in {"MAIL": "smtp", "MAIL_REPLIES": BASE, "IMAP_URL": served.url()}.items():
            monkeypatch.setenv(f"CABINET_{name}", value)
        monkeypatch.setenv("CABINET_HOME", str(tmp_path / "home"))
        settings.get.cache_clear()
        wiring.mailbox.cache_clear()
        store = LocalFiles(tmp_path / "files")
        monkeypatch.setattr(wiring, "files", lambda: store)
        yield served
    settings.get.cache_clear()
    wiring.mailbox.cache_clear()


@pytest.fixture
def ticket(database):
    database.hooks.before_commit = lambda _session, _events: None
    anna = database.run(personae.anna_in)
    wish = tickets.Wish(draft_id=uuid4(), topic="other", subject="Вечером падает скорость", body="38 вместо 300")
    return database.run(tickets.open_, anna.actor, wish, now=clock.now())


def letter(ticket, body="AX3000", *, sender=ANNA, to="", files=(), key="<1@example.ru>"):
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = sender, "Re: Обращение", key
    made["To"] = to or tickets.letter_address(settings.get().keyring, BASE, ticket.id)
    made.set_content(f"{body}\n\nпт, 27 нояб., Меридиан <noreply@meridian.example>:\n> {LINE}\n> Ответ")
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def take():
    asyncio.run(mail.take(clock.now()))


def read(database, column):
    with database.reading() as session:
        return list(session.scalars(select(column)))


def test_a_reply_lands_in_the_thread_with_its_files(database, post, ticket):
    uid = post.put(letter(ticket, files=[("screen.png", corpus.picture())]))

    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300", "AX3000"]
    assert read(database, StoredFile.name) == ["screen.png"]
    assert len(read(database, TicketFile.file_id)) == 1
    assert post.flags[uid] == {"\\Seen"}


def test_files_alone_are_words_enough(database, post, ticket):
    post.put(letter(ticket, " ", files=[("screen.png", corpus.picture())]))

    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300", "screen.png"]


def test_a_file_that_harms_stays_out_and_the_words_come(database, post, ticket):
    post.put(letter(ticket, files=[("run.exe", b"MZ" + b"\0" * 600), ("screen.png", corpus.picture())]))

    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300", "AX3000"]
    with database.reading() as session:
        beside = session.scalars(select(StoredFile.name).join(TicketFile, TicketFile.file_id == StoredFile.id)).all()
    assert beside == ["screen.png"]


def test_brought_twice_it_is_one_message(database, post, ticket):
    first, second = post.put(letter(ticket)), post.put(letter(ticket))

    take()
    post.flags[first].clear()
    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300", "AX3000"]
    assert post.flags == {first: {"\\Seen"}, second: {"\\Seen"}}


def test_a_letter_from_veras_address_is_not_taken(database, post, ticket):
    database.run(personae.vera_in)
    uid = post.put(letter(ticket, "Смените мне тариф", sender="vera@example.com", files=[("a.png", corpus.picture())]))

    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300"]
    assert read(database, StoredFile.id) == []
    assert read(database, TicketLetter.refusal) == ["tickets.another_address"]
    assert post.flags[uid] == {"\\Seen"}


@pytest.mark.parametrize("to", [BASE, "support+b5gbuuukbzgj7hilnixr2ps3o6wv33toqllilzvvfq@meridian.example"])
def test_what_is_no_reply_of_ours_is_put_before_a_person(database, post, ticket, to):
    uid = post.put(letter(ticket, to=to))
    broken = post.put(b"\x00\xff\x00")

    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300"]
    assert post.flags == {uid: {"\\Seen", "\\Flagged"}, broken: {"\\Seen", "\\Flagged"}}


def test_an_absence_note_is_no_answer(database, post, ticket):
    uid = post.put(b"Auto-Submitted: auto-replied\r\n" + letter(ticket, "Я в отпуске"))

    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300"]
    assert read(database, TicketLetter.key) == []
    assert post.flags[uid] == {"\\Seen"}


def test_while_files_cannot_be_judged_a_letter_waits_and_others_go_on(database, post, ticket, monkeypatch):
    class Away:
        name = "away"

        async def scan(self, content):
            raise GatewayError("clamd does not answer", permanent=False)

    waits = post.put(letter(ticket, "с файлом", files=[("a.png", corpus.picture())]))
    goes = post.put(letter(ticket, "без файла", key="<2@example.ru>"))
    monkeypatch.setattr(wiring, "scanner", Away)
    take()
    assert read(database, TicketMessage.body) == ["38 вместо 300", "без файла"]
    assert post.flags == {waits: set(), goes: {"\\Seen"}}

    monkeypatch.setattr(wiring, "scanner", SampleScanner)
    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300", "без файла", "с файлом"]
    assert len(read(database, TicketFile.file_id)) == 1


def test_a_process_that_died_before_marking_takes_nothing_twice(database, post, ticket, monkeypatch):
    uid = post.put(letter(ticket, files=[("a.png", corpus.picture())]))
    post.refuses = "STORE"
    take()
    assert post.flags[uid] == set()

    post.refuses = ""
    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300", "AX3000"]
    assert len(read(database, StoredFile.id)) == 1
    assert post.flags[uid] == {"\\Seen"}


def test_without_a_mailbox_nothing_is_asked(database, post, ticket, monkeypatch):
    post.put(letter(ticket))
    monkeypatch.setenv("CABINET_MAIL_REPLIES", "")
    settings.get.cache_clear()
    wiring.mailbox.cache_clear()

    take()

    assert post.asked == []


def test_two_rounds_at_once_take_a_letter_and_its_files_once(database, post, ticket, monkeypatch):
    uid = post.put(letter(ticket, files=[("a.png", corpus.picture())]))
    rounds = []

    class Slow(SampleScanner):
        async def scan(self, content):
            if not rounds:
                rounds.append(1)
                await mail.take(clock.now())
            return await super().scan(content)

    monkeypatch.setattr(wiring, "scanner", Slow)
    take()

    assert read(database, TicketMessage.body) == ["38 вместо 300", "AX3000"]
    assert len(read(database, StoredFile.id)) == 1
    assert post.flags[uid] == {"\\Seen"}
