"""`make run` on a machine that lacks something says what; what the command line names reaches the program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cabinet.settings import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")


@pytest.fixture
def clone(tmp_path):
    """A fresh clone, as far as make looks at it."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    return tmp_path


def make(clone: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    own = ("PORT", "PHONE", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return subprocess.run(
        ["make", *arguments], cwd=clone, env=kept | more, capture_output=True, text=True, timeout=60, check=False
    )


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def uv(clone: Path, script: str = "exit 0") -> None:
    """Stand in for uv: it makes an environment whose Python tells what it was called with."""
    told = 'echo "$@"; echo "PORT=$PORT PHONE=$PHONE"'
    program(clone / ".tools/bin/uv", f'if [ "$1" = venv ]; then mkdir -p .venv/bin; exit 0; fi; {script}')
    program(clone / ".venv/bin/python", told)


def test_an_old_python_is_named(clone):
    old = program(clone / "old", "exit 1")

    refused = make(clone, "run", f"PYTHON={old}")

    assert refused.returncode != 0
    assert "Cabinet needs Python 3.11 or newer. Name one that is installed" in refused.stderr


def test_a_missing_pip_is_named(clone):
    bare = program(clone / "bare", f'[ "$1" = -m ] && exit 1; exec {sys.executable} "$@"')

    refused = make(clone, "run", f"PYTHON={bare}")

    assert refused.returncode != 0
    assert "Cabinet needs pip. On Debian and Ubuntu: apt install python3-pip" in refused.stderr


def test_a_network_that_stays_away_is_tried_three_times_and_explained(clone):
    uv(clone, "echo tried >> tries; exit 1")
    program(clone / "bin/sleep", "exit 0")

    refused = make(clone, "run", PATH=f"{clone / 'bin'}{os.pathsep}{os.environ['PATH']}")

    assert (clone / "tries").read_text() == "tried\n" * 3
    assert "Installing what Cabinet stands on…" in refused.stdout
    assert refused.stdout.count("Trying again in five seconds") == 2
    assert "run the same command again" in refused.stderr
    assert not (clone / ".venv/run.stamp").exists()


def test_port_and_phone_reach_the_program(clone):
    uv(clone)

    told = make(clone, "run", "PORT=4000", "PHONE=1")

    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-2:] == ["-m cabinet run", "PORT=4000 PHONE=1"]


def test_the_command_of_an_operator_works_from_anywhere(clone, tmp_path_factory):
    uv(clone)
    assert make(clone, "run").returncode == 0

    elsewhere = tmp_path_factory.mktemp("elsewhere")
    told = subprocess.run(
        [clone / ".venv/bin/cabinet", "doctor"], cwd=elsewhere, capture_output=True, text=True, check=True
    )

    assert told.stdout.splitlines()[0] == "-m cabinet doctor"


def test_make_alone_lists_the_commands(clone):
    told = make(clone).stdout

    for command in ("run", "test", "check", "reset-demo", "bench", "audit"):
        assert any(line.startswith(f"{command} ") for line in told.splitlines()), command
    assert "PHONE=1" in told
