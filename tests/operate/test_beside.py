"""A program beside ours: started again when it dies, given up when it cannot live, never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cabinet.operate.beside import Beside, GaveUp
from cabinet.settings import ROOT
from tests.waiting import until

LIVE = "import sys; sys.stdin.read()"
HURRIED = (0.01, 0.01)


@pytest.fixture
def said():
    return []


def beside(script, said, *, give_up=lambda: None):
    return Beside("The helper", ["-c", script], say=said.append, give_up=give_up, pauses_seconds=HURRIED)


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_lives_as_long_as_the_block(said):
    with beside(LIVE, said) as program:
        pid = program.pid
        assert exists(pid)

    assert not exists(pid)
    assert said == []


def test_it_is_started_again_and_why_is_said(said):
    with beside(LIVE, said) as program:
        first = program.pid
        os.kill(first, signal.SIGKILL)
        until(lambda: program.pid not in (None, first), seconds=10)

    assert said == ["The helper has ended: exit code -9. It is started again in 0.01 s."]


def test_it_is_given_up_with_its_last_words(said, capfd):
    called = threading.Event()

    with (
        pytest.raises(GaveUp, match=r"The helper ended 3 times running .* said last: Port 3002 is taken"),
        beside("import sys; sys.exit('Port 3002 is taken')", said, give_up=called.set),
    ):
        assert called.wait(20)

    assert said == ["The helper has ended: Port 3002 is taken. It is started again in 0.01 s."] * 2
    assert capfd.readouterr().err.count("Port 3002 is taken") == 3


def test_ctrl_c_on_the_terminal_does_not_reach_it(said):
    with beside(LIVE, said) as program:
        assert os.getpgid(program.pid) != os.getpgid(0)


def test_one_that_will_not_stop_is_stopped(said, monkeypatch):
    monkeypatch.setattr("cabinet.operate.beside.STOP_SECONDS", 0.2)
    deaf = "import signal, sys; signal.signal(15, signal.SIG_IGN); sys.stderr.write('deaf\\n'); signal.pause()"

    with beside(deaf, said) as program:
        until(lambda: list(program._last_words) == ["deaf"], seconds=10)
        pid = program.pid

    assert not exists(pid)


def test_the_acquirer_outlives_not_even_our_kill_9(tmp_path: Path):
    """Else the next `make run` would find the acquirer's port taken."""
    script = (
        "import sys, time\n"
        "from cabinet.operate.beside import Beside\n"
        "arguments = ['-m', 'cabinet.sandbox', '--with-parent']\n"
        "with Beside('It', arguments, say=print, give_up=lambda: None) as program:\n"
        "    print(program.pid, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    environment = {**os.environ, "CABINET_HOME": str(tmp_path), "CABINET_SANDBOX_PORT": "0", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as ours:
        assert ours.stdout is not None
        pid = int(ours.stdout.readline())
        until((tmp_path / "sandbox.db").exists, seconds=30)
        ours.kill()

        until(lambda: not exists(pid), seconds=15)
