"""`cabinet init`, as an operator runs it: what it leaves behind is a production installation, or nothing."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cabinet.settings import ROOT

ANSWERS = {
    "--url": "https://portal.example",
    "--brand": "Сеть",
    "--admin-login": "admin@portal.example",
    "--admin-name": "Анна",
    "--smtp-url": "smtp://user:password@mail.example:587",
    "--mail-from": "Сеть <noreply@portal.example>",
}


@pytest.fixture
def cabinet(tmp_path: Path):
    """The command in an empty directory, with a data directory that is not there yet."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CABINET_")}
        variables = {**kept, "PYTHONPATH": str(ROOT), "CABINET_HOME": str(tmp_path / "home"), **environment}
        command = [sys.executable, "-m", "cabinet", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)

    return run


def init(cabinet, **environment: str) -> subprocess.CompletedProcess[str]:
    return cabinet("init", *(word for answer in ANSWERS.items() for word in answer), **environment)


def test_a_fresh_installation_is_safe_as_it_is(cabinet, tmp_path):
    made = init(cabinet)

    assert re.search(r"https://portal\.example/staff/invite\?token=[\w-]{43}\n", made.stdout), made.stderr
    closed = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "home", tmp_path / ".env")}
    assert closed == {"home": 0o700, ".env": 0o600}
    found = cabinet("doctor").stdout.splitlines()
    assert "ok   The settings are safe for production" in found
    assert [line for line in found if line.startswith("BAD")] in (
        [],
        ["BAD  The front end is built from these sources"],
    )


def test_an_installation_that_is_there_is_never_touched(cabinet, tmp_path):
    init(cabinet)
    settings = tmp_path / ".env"
    before = settings.read_bytes()

    again = init(cabinet)
    assert (again.returncode, "There is an installation already" in again.stderr) == (1, True)
    assert settings.read_bytes() == before

    settings.unlink()
    again = init(cabinet)
    assert (again.returncode, "There is an installation already" in again.stderr) == (1, True)
    assert not settings.exists()


def test_an_init_that_cannot_reach_its_database_leaves_no_settings_behind(cabinet, tmp_path):
    failed = init(cabinet, DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/nothing")

    assert failed.returncode == 1
    assert not (tmp_path / ".env").exists()
