""".env.example is the list of settings: all of them, nothing else, each as it is by default, each explained."""

from itertools import pairwise

import pytest
from dotenv import dotenv_values
from pydantic import AliasChoices, SecretStr

from cabinet.settings import ROOT, Settings

EXAMPLE = ROOT / ".env.example"


def name_of(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"CABINET_{field.upper()}"


NAMES = {name_of(field): field for field in Settings.model_fields}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return Settings(_env_file=None)


def test_every_setting_is_there_and_nothing_else():
    assert list(dotenv_values(EXAMPLE)) == list(NAMES)


def test_each_stands_with_its_default(bare: Settings):
    assert Settings(_env_file=EXAMPLE) == bare
    empty = [name for name, given in dotenv_values(EXAMPLE).items() if given == ""]
    assert {name for name, field in NAMES.items() if _plain(getattr(bare, field)) in ("", None)} == set(empty)


def test_each_is_explained_by_the_line_above_it():
    pairs = pairwise(EXAMPLE.read_text().splitlines())

    assert [line for above, line in pairs if line.startswith(tuple(NAMES)) and not above.startswith("# ")] == []


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
