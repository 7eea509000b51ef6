"""Nothing secret is ever in a log, whoever writes it and however."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from cabinet.operate import logs

SECRETS = [
    ("a header", {"headers": {"cookie": "__Host-cabinet=top-secret", "host": "x"}}),
    ("Cookie: __Host-cabinet=top-secret; a=b", {}),
    ("headers {'cookie': '__Host-cabinet=top-secret'}", {}),
    ("Set-Cookie: __Host-cabinet=top-secret; Path=/", {}),
    ("Authorization: Bearer top-secret", {}),
    ("{'authorization': 'Bearer top-secret'}", {}),
    ("a token cab_top-secret-top-secret-top", {}),
    ("GET /staff/invite?token=top-secret HTTP/1.1", {}),
    ("a form", {"password": "top-secret"}),
    ("a form", {"form": {"new_password": "top-secret"}}),
    ("a form", {"code": "top-secret"}),
    ("settings", {"smtp_secret": "top-secret", "access_token": "top-secret"}),
]


@pytest.fixture
def lines():
    """What is written, as the lines of a JSON log. The loggers are given back as they were."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure()
    (handler,) = root.handlers
    written = io.StringIO()
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(("words", "more"), SECRETS)
def test_a_secret_is_blanked_in_our_own_lines(lines, words, more):
    structlog.stdlib.get_logger("ours").warning(words, **more)

    (line,) = lines()
    assert "top-secret" not in json.dumps(line)
    assert line["level"] == "warning"


@pytest.mark.parametrize("words", [words for words, more in SECRETS if not more])
def test_and_in_everybody_elses(lines, words):
    logging.getLogger("reflex").error("unknown event %s", words)

    (line,) = lines()
    assert "top-secret" not in json.dumps(line)
    assert line["logger"] == "reflex"


@pytest.mark.parametrize("card", ["2200 7001 2345 4417", "2200-7001-2345-4417", "4111111111111111"])
def test_a_cards_number_is_blanked(lines, card):
    logging.getLogger("any").warning("paid with %s", card)

    (line,) = lines()
    assert line["event"] == "paid with •••• ••••"


def test_a_traceback_is_one_line_and_keeps_no_secret(lines):
    try:
        raise ValueError("Cookie: __Host-cabinet=top-secret")
    except ValueError:
        logging.getLogger("any").exception("a bug")

    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "top-secret" not in line["exception"]


def test_a_line_break_in_a_value_makes_no_second_line(lines):
    logging.getLogger("any").warning("name %s", 'Anna\n{"event": "forged"}')

    assert len(lines()) == 1


def test_what_is_no_secret_stays(lines):
    structlog.stdlib.get_logger("pay").info("credited", payment="П-2026-000123", amount_minor=150_000)

    (line,) = lines()
    assert (line["payment"], line["amount_minor"], line["event"]) == ("П-2026-000123", 150000, "credited")
