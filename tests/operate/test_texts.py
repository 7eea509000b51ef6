"""The texts that customers agree to are whole, in both languages, and bound by their digest."""

from __future__ import annotations

import re

import pytest

from cabinet.domain.security import entry
from cabinet.operate.texts import LEGAL

CYRILLIC = re.compile(r"[А-яЁё]")


def test_each_purpose_that_a_sign_up_asks_for_has_a_text():
    assert {text.purpose for text in LEGAL} == set(entry.PURPOSES)


@pytest.mark.parametrize("text", LEGAL, ids=lambda text: text.purpose)
def test_a_text_is_in_both_languages_and_in_no_mix_of_them(text):
    for words in (text.title, text.body):
        assert set(words) == {"ru", "en"}
        assert CYRILLIC.search(words["ru"])
        assert not CYRILLIC.search(words["en"])


def test_the_company_is_named_where_the_data_go():
    (consent,) = [text for text in LEGAL if text.purpose == "personal_data"]

    row = consent.row("Звезда")

    assert "компании «Звезда»" in row["body"]["ru"]
    assert "allow Звезда to process" in row["body"]["en"]
    assert row["version"] == 1


def test_the_digest_covers_title_and_body():
    terms = LEGAL[0]

    assert terms.row("A")["sha256"] == terms.row("B")["sha256"]
    assert LEGAL[1].row("A")["sha256"] != LEGAL[1].row("B")["sha256"]
    assert re.fullmatch(r"[0-9a-f]{64}", terms.row("A")["sha256"])
