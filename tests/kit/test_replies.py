"""Letters as programs send them: the words above the quote, the files, who wrote, and who is no person."""

from __future__ import annotations

import base64

import pytest

from cabinet.kit import replies
from cabinet.kit.replies import LINE

HEAD = """From: Anna <Sokolova@Example.ru>
To: "Support" <support+abc@meridian.example>
Subject: Re: Ticket
Message-ID: <1@example.ru>
MIME-Version: 1.0
"""
OURS = f"{LINE}\nЧтобы ответить, напишите выше этой черты\n\nОтвет по обращению Т-1"
QUOTED = "\n".join(f"> {line}" for line in OURS.splitlines())


def letter(body, *, kind='text/plain; charset="utf-8"', more=""):
    coded = base64.encodebytes(body.encode()).decode()
    return f"{HEAD}{more}Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n{coded}".encode()


GMAIL = f"AX3000\n\nпт, 27 нояб. 2026 г. в 18:00, Меридиан <noreply@meridian.example>:\n\n{QUOTED}"
GMAIL_IN_TWO = f"AX3000\n\nпт, 27 нояб. 2026 г. в 18:00, Меридиан <\nnoreply@meridian.example>:\n{QUOTED}"
APPLE = f"AX3000\r\n\r\n> 27 нояб. 2026 г., в 18:00, Меридиан написал(а):\r\n> \r\n{QUOTED}"
ENGLISH = f"AX3000\n\nOn Fri, Nov 27, 2026 at 6:00 PM Meridian <noreply@meridian.example> wrote:\n{QUOTED}"
MAIL_RU = f"AX3000\n \nПятница, 27 ноября 2026, 18:00 +03:00 от Меридиан <noreply@meridian.example>:\n \n{OURS}"
OUTLOOK = (
    "AX3000\n\n________________________________\nОт: Меридиан <noreply@meridian.example>\n"
    f"Отправлено: 27 ноября 2026 г. 18:00\nКому: Анна\nТема: Ответ\n\n{OURS}"
)
OLD_OUTLOOK = f"AX3000\n\n-----Original Message-----\nFrom: Meridian\nSent: Friday\nTo: Anna\nSubject: Answer\n\n{OURS}"


@pytest.mark.parametrize(
    "body", [GMAIL, GMAIL_IN_TWO, APPLE, ENGLISH, MAIL_RU, OUTLOOK, OLD_OUTLOOK, f"AX3000\n{OURS}"]
)
def test_the_words_end_where_the_quote_begins(body):
    assert replies.content(letter(body)).said == "AX3000"


def test_words_of_several_lines_stay_as_they_are():
    body = f"Модель: AX3000.\n\nОт роутера до стены метр.\nКак быть с кабелем:\nпокупать?\n\n{GMAIL[8:]}"

    assert replies.content(letter(body)).said == (
        "Модель: AX3000.\n\nОт роутера до стены метр.\nКак быть с кабелем:\nпокупать?"
    )


def test_without_our_line_all_of_it_is_said():
    assert replies.content(letter("> это не ваша цитата\nAX3000\n")).said == "> это не ваша цитата\nAX3000"


def test_a_page_is_read_as_words():
    page = (
        "<html><head><style>p{color:red}</style></head><body><div>Модель&nbsp;AX3000</div><div>и ещё<br>кабель</div>"
        f'<script>alert(1)</script><div class="gmail_quote">пт, Меридиан &lt;<a>n@m.example</a>&gt;:<p>{LINE}</p></div>'
    )

    assert replies.content(letter(page, kind="text/html; charset=utf-8")).said == "Модель AX3000\n\nи ещё\nкабель"


def test_an_old_letter_is_read_by_its_own_letters():
    raw = HEAD.encode() + b"Content-Type: text/plain; charset=windows-1251\nContent-Transfer-Encoding: 8bit\n\n"

    assert replies.content(raw + "Модель AX3000".encode("cp1251")).said == "Модель AX3000"


@pytest.mark.parametrize("charset", ["no-such-charset", "utf-8", "ascii"])
def test_letters_that_nobody_knows_do_not_lose_the_words(charset):
    raw = HEAD.encode() + f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode()

    assert "AX3000" in replies.content(raw + "Модель".encode("cp1251") + b" AX3000").said


def test_who_writes_and_to_whom():
    read = replies.envelope(letter("AX3000", more="Cc: other@example.ru\nDelivered-To: Support+XYZ@Meridian.example\n"))

    assert read.sender == "sokolova@example.ru"
    assert read.recipients == ["support+abc@meridian.example", "other@example.ru", "support+xyz@meridian.example"]


def test_two_writers_are_none():
    raw = letter("AX3000").replace(b"From: Anna <Sokolova@Example.ru>", b"From: a@example.ru, b@example.ru")

    assert replies.envelope(raw).sender == ""


def test_files_hang_on_it_with_their_names():
    png = base64.b64encode(b"\x89PNG picture").decode()
    raw = f"""{HEAD}Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

see it
--b
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*=UTF-8''%D1%8D%D0%BA%D1%80%D0%B0%D0%BD.png

{png}
--b
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Disposition: inline; filename="wall.png"

{png}
--b--
""".encode()
    read = replies.content(raw)

    assert read.said == "see it"
    assert read.files == [("экран.png", b"\x89PNG picture"), ("wall.png", b"\x89PNG picture")]


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "Return-Path: <>",
        "From: MAILER-DAEMON@example.ru",
    ],
)
def test_a_program_is_no_person(header):
    name = header.partition(":")[0]
    raw = b"\n".join(line for line in letter("Я в отпуске").split(b"\n") if not line.startswith(name.encode()))

    assert replies.envelope(header.encode() + b"\n" + raw).automatic
    assert not replies.envelope(letter("Я дома", more="Auto-Submitted: no\n")).automatic


def test_the_key_is_the_message_id_or_the_whole():
    same, other = letter("AX3000"), letter("другое письмо, тот же номер")
    nameless = same.replace(b"Message-ID: <1@example.ru>\n", b"")

    assert replies.envelope(same).key == replies.envelope(other).key
    assert replies.envelope(nameless).key != replies.envelope(nameless + b"\n").key


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 500, b"From: \nTo: \n\n", b"Content-Type: multipart/mixed\n\n--"])
def test_what_is_no_letter_says_nothing_or_is_refused(raw):
    assert (replies.envelope(raw).sender, replies.envelope(raw).recipients) == ("", [])
    try:
        read = replies.content(raw)
    except replies.Unreadable:
        return
    assert not read.files


@pytest.mark.parametrize("line", ["@" * 300_000 + ":", "@<" * 100_000, "от: " * 100_000], ids=["at", "less", "from"])
def test_a_line_that_no_program_writes_is_somebodys_words(line):
    """Looked for in such a line, an address would take time by the square of its length."""
    assert replies.content(letter(f"{line}\n{LINE}")).said == line.strip()


def test_of_a_page_without_end_the_top_is_read():
    said = replies.content(letter("слово " * 50_000, kind="text/html; charset=utf-8")).said

    assert said.startswith("слово слово")
    assert len(said) <= 100_000


def test_of_a_head_without_end_the_top_is_read():
    many = b"".join(b"To: a%d@example.ru\n" % place for place in range(5_000))

    assert len(replies.envelope(many + b"\nx").recipients) == 20
    assert replies.envelope(b"To: " + b"@" * 300_000 + b"\n\nx").recipients == []
