"""A busy port is named with the way out; what runs beside the cabinet is kept running."""

import socket
from pathlib import Path

import pytest

from cabinet.operate import serve
from tests.waiting import until

_LIVES_A_MOMENT = """
import os
with open(os.environ["LIVES"], "a") as lives:
    lives.write(os.environ.get("SET_LATER", "as it was") + ";")
"""


def test_a_free_port_is_taken_without_a_word():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    serve.require_free("127.0.0.1", port)


def test_a_busy_port_is_refused_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(serve.PortBusy, match=f"make run PORT={port + 1}"):
            serve.require_free("127.0.0.1", port)


def test_a_program_beside_us_is_started_again_with_the_environment_that_it_had(tmp_path: Path, monkeypatch):
    (tmp_path / "lives_a_moment.py").write_text(_LIVES_A_MOMENT)
    lives = tmp_path / "lives"
    lives.touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("LIVES", str(lives))

    with serve._beside("lives_a_moment"):
        until(lives.read_text, seconds=20)
        # The server sets variables while it starts. A child that shares them by address may be started on a dead one.
        monkeypatch.setenv("SET_LATER", "changed under it")
        until(lambda: lives.read_text().count(";") >= 2, seconds=20)

    assert set(lives.read_text().split(";")) == {"as it was", ""}
