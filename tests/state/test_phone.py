"""The demonstration's phone answers letters: as a letter, to the address that the letter named."""

from __future__ import annotations

from email import message_from_string, policy

import pytest
from sqlalchemy import select

from cabinet import settings
from cabinet.kit import replies
from cabinet.models.notifications import Channel, PhoneLetter, PhoneMessage
from cabinet.state.phone import PhoneState
from tests.moments import NOON

TO = "support+b5gbuuukbzgj7hilnixr2ps3o6wv33toqllilzvvfq@meridian.example"
BODY = f"{replies.LINE}\nЧтобы ответить, напишите выше этой черты\n\nОтвет по обращению Т-1"


@pytest.fixture
def guest(installation):
    return installation.tab(path="/phone")


@pytest.fixture
def letters(installation):
    """Two letters that Anna has: one that may be answered, and one that may not."""
    told = {"channel": Channel.email, "address": "sokolova@example.ru", "body": BODY, "at": NOON}
    with installation.database.transaction() as session:
        rows = [PhoneMessage(key="d-1", subject="Ответ", reply_to=TO, **told), PhoneMessage(key="d-2", **told)]
        session.add_all(rows)
        session.flush()
        return [str(each.id) for each in rows]


def sent(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(PhoneLetter)))


def test_an_answer_leaves_as_a_letter_with_the_quote(installation, guest, letters):
    guest.do(PhoneState.load)
    shown = {row.id: row.answerable for row in guest[PhoneState].messages}
    assert shown == {letters[0]: True, letters[1]: False}

    guest.do(PhoneState.ask, key=letters[0])
    guest.do(PhoneState.reply, form={"words": "Модель AX3000"})

    (letter,) = sent(installation)
    made = message_from_string(letter.raw, policy=policy.default)
    assert (made["From"], made["To"], made["Subject"]) == ("sokolova@example.ru", TO, "Re: Ответ")
    assert made["In-Reply-To"] == "<d-1>"
    assert "> Ответ по обращению Т-1" in made.get_content()
    head = replies.envelope(letter.raw.encode())
    assert (head.sender, head.recipients, head.automatic) == ("sokolova@example.ru", [TO], False)
    assert replies.content(letter.raw.encode()).said == "Модель AX3000"
    assert guest[PhoneState].form == ""


@pytest.mark.parametrize("words", ["", "   ", "\n\t\xa0"])
def test_an_answer_without_words_is_refused(installation, guest, letters, words):
    guest.do(PhoneState.ask, key=letters[0])
    guest.do(PhoneState.reply, form={"words": words})

    assert guest[PhoneState].refusal.replace("\xa0", " ") == "Напишите ответ, до 10 000 знаков."
    assert sent(installation) == []


@pytest.mark.parametrize("key", ["second", "0", "999999", "-1", "x", "9" * 19, ""])
def test_a_letter_that_names_no_address_cannot_be_answered(installation, guest, letters, key):
    guest.do(PhoneState.ask, key=letters[1] if key == "second" else key)
    guest.do(PhoneState.reply, form={"words": "Модель AX3000"})

    assert "ответить нельзя" in guest[PhoneState].refusal.replace("\xa0", " ")
    assert sent(installation) == []


def test_outside_the_demonstration_nothing_is_sent(installation, guest, letters, monkeypatch):
    guest.do(PhoneState.ask, key=letters[0])
    monkeypatch.setenv("CABINET_MODE", "production")
    settings.get.cache_clear()

    guest.do(PhoneState.reply, form={"words": "Модель AX3000"})

    assert sent(installation) == []
