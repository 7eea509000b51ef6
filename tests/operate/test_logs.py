"""What a log may hold: one JSON object a line, and nothing that opens a door."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from cabinet.operate import logs

LIBRARY = "a-library-with-a-handler-of-its-own"
TOKEN = "Zk3pQ9vT1mX7cR5bN8sL2wY6hJ4gF0dA"


@pytest.fixture
def log(monkeypatch) -> Iterator[object]:
    """Production's log: what was written comes back as objects."""
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logging.getLogger(LIBRARY).addHandler(logging.StreamHandler())
    logs.configure(plain=False)

    def written() -> list[dict[str, object]]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield written
    root.handlers[:] = kept
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "said",
    [
        f"headers {{'host': 'localhost', 'cookie': '__Host-cabinet={TOKEN}; cabinet-locale=ru'}}",
        f'{{"Cookie": "__Host-cabinet={TOKEN}"}}',
        f"Cookie: __Host-cabinet={TOKEN}",
        f"set-cookie: __Host-cabinet-staff={TOKEN}; HttpOnly",
        f"(b'cookie', b'__Host-cabinet={TOKEN}')",
        f"authorization: Bearer cab_{TOKEN}",
        f"{{'Authorization': 'Bearer cab_{TOKEN}'}}",
        f"a program came with cab_{TOKEN}",
        f"GET /staff/invite?token={TOKEN}",
        f"GET /_event/?token={TOKEN}&EIO=4",
        f"Event(name='x', payload={{'password': '{TOKEN}'}})",
        f'{{"password": "{TOKEN}"}}',
        f"payload={{'form': {{'code': '{TOKEN}'}}}}",
    ],
)
def test_a_secret_is_blanked_wherever_it_stands(log, said):
    logging.getLogger("reflex.app").error(said)
    structlog.get_logger("ours").error(said)
    try:
        raise ValueError(said)
    except ValueError as error:
        structlog.get_logger("ours").error("a bug", exc_info=error)

    lines = log()
    assert len(lines) == 3
    assert TOKEN not in str(lines)


@pytest.mark.parametrize(
    "field", ["cookie", "set_cookie", "authorization", "password", "secret_key", "token", "code", "access_token"]
)
def test_a_field_with_the_name_of_a_secret_is_blanked(log, field):
    structlog.get_logger("ours").info("something", **{field: TOKEN, "inside": {field: TOKEN}})

    (line,) = log()
    assert line[field] == "…"
    assert TOKEN not in str(line)


def test_the_number_of_a_card_is_blanked(log):
    structlog.get_logger("ours").info("paid by 2200 7001 2345 4417 today")

    (line,) = log()
    assert line["event"] == "paid by •••• •••• today"


def test_what_is_no_secret_is_left_as_it_is(log):
    structlog.get_logger("ours").info("event denied", handler="payments_state.load", reason="access.sign_in_needed")

    (line,) = log()
    assert line["handler"] == "payments_state.load"
    assert {"level": "info", "logger": "ours", "event": "event denied"}.items() <= line.items()


def test_one_event_stays_on_one_line(log):
    structlog.get_logger("ours").error('a page broke\n{"level": "forged"}', error="first\r\nsecond")

    assert len(log()) == 1


def test_loggers_with_handlers_of_their_own_go_through_the_same_formatter(log):
    logging.getLogger(LIBRARY).error(f"cookie: __Host-cabinet={TOKEN}")

    (line,) = log()
    assert TOKEN not in str(line)
