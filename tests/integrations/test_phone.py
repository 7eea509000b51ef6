"""The demonstration's phone keeps what a gateway would have sent, once for its key."""

from __future__ import annotations

import base64

import pytest
from sqlmodel import select

from cabinet.domain.base.ports import File, Letter, TextMessage
from cabinet.integrations import phone
from cabinet.integrations.phone import PhoneMail, PhoneSms
from cabinet.models.notifications import Channel, PhoneMessage

pytestmark = pytest.mark.anyio

LETTER = Letter(
    key="d-1",
    to="sokolova@example.ru",
    subject="Получено 500 ₽",
    text="Платёж П-1 дошёл.",
    html="<p>Платёж П-1 дошёл.</p>",
    files=(File(name="Чек.pdf", media_type="application/pdf", content=b"%PDF-1.4"),),
)


def kept(database):
    with database.reading() as session:
        return session.exec(select(PhoneMessage).order_by(PhoneMessage.id)).all()


async def test_a_letter_is_kept_with_its_files(database):
    ref = await PhoneMail().send(LETTER)

    (message,) = kept(database)
    assert ref == f"phone-{message.id}"
    assert (message.channel, message.address) == (Channel.email, "sokolova@example.ru")
    assert (message.subject, message.body) == ("Получено 500 ₽", "Платёж П-1 дошёл.")
    (file,) = message.attachments
    assert (file["name"], base64.b64decode(file["content"])) == ("Чек.pdf", b"%PDF-1.4")


async def test_a_text_message_is_kept(database):
    await PhoneSms().send(TextMessage(key="d-2", to="+79162041836", text="Код 123456"))

    (message,) = kept(database)
    assert (message.channel, message.address, message.body) == (Channel.sms, "+79162041836", "Код 123456")


async def test_a_repeated_sending_is_the_same_message(database):
    assert await PhoneMail().send(LETTER) == await PhoneMail().send(LETTER)

    assert len(kept(database)) == 1


async def test_a_large_file_is_cut_rather_than_kept_whole(database):
    large = File(name="video.bin", media_type="application/octet-stream", content=b"x" * (phone.FILE_BYTES_MAX + 1))

    await PhoneMail().send(Letter(key="d-3", to="a@example.ru", subject="", text="", html="", files=(large,)))

    (message,) = kept(database)
    assert len(base64.b64decode(message.attachments[0]["content"])) == phone.FILE_BYTES_MAX
