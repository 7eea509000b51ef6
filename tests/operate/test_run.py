"""`cabinet run` as a whole: it serves, has its data directory to itself, ends at a word, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from cabinet.settings import ROOT
from tests.operate.command import cabinet, environment
from tests.waiting import until

pytestmark = [pytest.mark.slow]

READY = "Stop with Ctrl+C"
START_SECONDS_MAX = 120
END_SECONDS_MAX = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """`cabinet run` on ports of its own, with the front end that the tests have built."""

    def __init__(self, home: Path, *, background: bool = False, **more: str) -> None:
        self.port, self.sandbox_port = free_port(), free_port()
        self.ports = {"PORT": str(self.port), "CABINET_SANDBOX_PORT": str(self.sandbox_port)}
        self.home, self.log = home, home.parent / "run.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", ('trap "" INT; ' if background else "") + 'exec "$0" -m cabinet run', sys.executable],
                cwd=ROOT,
                env=environment(home, **self.ports, **more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, words: str) -> None:
        until(lambda: words in self.said or self.process.poll() is not None, seconds=START_SECONDS_MAX)
        assert words in self.said, self.said

    def tell(self, number: signal.Signals) -> int:
        """Do to the terminal's group what Ctrl+C does, and return the exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(END_SECONDS_MAX)

    def let_go(self) -> bool:
        """Tell whether nobody listens on any of its ports."""
        return not any(listens(port) for port in (self.port, self.sandbox_port))


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def run(built_frontend, tmp_path):
    started = []

    def start(**more):
        started.append(Run(tmp_path / "home", **more))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            os.killpg(each.process.pid, signal.SIGKILL)
            each.process.wait()


def test_a_first_run_serves_and_ends_at_ctrl_c(run):
    first = run()
    first.wait_for(READY)

    page = httpx.get(f"http://localhost:{first.port}/sign-in/", headers={"Accept": "text/html"}, trust_env=False)
    assert page.status_code == 200
    assert listens(first.sandbox_port)

    # A second one on the same home is refused in one sentence, and so is a reset.
    for command in ("run", "reset-demo"):
        refused = cabinet(first.home, command, **first.ports)
        assert refused.returncode == 1
        assert refused.stdout == ""
        assert refused.stderr.startswith(f"Another cabinet is at work in {first.home} (process {first.process.pid}).")

    assert first.tell(signal.SIGINT) in (0, 130)
    assert first.let_go()
    assert "Traceback" not in first.said
    assert first.said.endswith("Stopped.\n")


def test_it_ends_when_it_is_told_twice(run):
    """Ctrl+C reaches a whole group, and people press it twice."""
    first = run()
    first.wait_for(READY)

    os.killpg(first.process.pid, signal.SIGINT)
    assert first.tell(signal.SIGTERM) in (0, 130, -signal.SIGTERM)

    until(first.let_go, seconds=END_SECONDS_MAX)
    assert "Traceback" not in first.said


def test_killed_while_it_serves_it_leaves_nobody_behind_and_starts_again(run):
    first = run()
    first.wait_for(READY)

    first.process.kill()
    first.process.wait()
    until(first.let_go, seconds=END_SECONDS_MAX)

    again = run()
    again.wait_for(READY)
    assert "Telling the story" not in again.said
    assert again.tell(signal.SIGTERM) == 0


def test_killed_while_the_story_is_told_it_tells_the_whole_of_it_next_time(run, tmp_path):
    first = run()
    home = tmp_path / "home"
    until((home / "cabinet.db.telling").exists, seconds=START_SECONDS_MAX)
    first.process.kill()
    first.process.wait()

    again = run()
    again.wait_for(READY)
    assert "Telling the story" in again.said
    assert again.tell(signal.SIGTERM) == 0
    assert cabinet(home, "ledger", "verify").returncode == 0
    assert not list(home.glob("*.telling*"))
    opened = cabinet(home, "token", "make", "4102887")
    assert opened.returncode == 0, opened.stderr


def test_stopped_while_the_story_is_told_it_says_so(run, tmp_path):
    """Even where a shell has started it in the background, with SIGINT ignored."""
    first = run(background=True)
    until((tmp_path / "home" / "cabinet.db.telling").exists, seconds=START_SECONDS_MAX)

    assert first.tell(signal.SIGINT) == 130
    assert "Traceback" not in first.said
    assert first.said.endswith("Stopped. What was finished so far is kept.\n")


def test_busy_ports_are_named_before_anything_is_done(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = cabinet(tmp_path / "home", "run", PORT=str(port), CABINET_SANDBOX_PORT=str(free_port()))
        theirs = cabinet(tmp_path / "home", "run", PORT=str(free_port()), CABINET_SANDBOX_PORT=str(port))

    assert (refused.returncode, theirs.returncode) == (1, 1)
    assert refused.stderr == (
        f"Port {port} is taken by another program. Stop it, or take another port: make run PORT={port + 1}\n"
    )
    assert theirs.stderr.endswith(f"take another port: make run CABINET_SANDBOX_PORT={port + 1}\n")


def test_phone_serves_the_address_over_https_and_says_what_that_means(run, tmp_path):
    phone = run(PHONE="127.0.0.1")
    phone.wait_for("nobody vouches")

    origin = f"https://127.0.0.1:{phone.port}"
    trusting = ssl.create_default_context(cafile=tmp_path / "home" / "keys" / "network.pem")
    with httpx.Client(verify=trusting, trust_env=False) as client:
        assert client.get(f"{origin}/sign-in/", headers={"Accept": "text/html"}).status_code == 200
        signed_in = client.post(
            f"{origin}/auth/sign-in",
            data={"login": "+79162041836", "password": "anna-4102887"},
            headers={"Origin": origin},
        )
        assert signed_in.status_code == 303
        assert signed_in.cookies["__Host-cabinet"]
    assert httpx.get(f"http://127.0.0.1:{phone.sandbox_port}/switches", trust_env=False).status_code == 200

    said = phone.said
    assert "█▀▀▀▀▀█" in said or "▄▄▄▄▄" in said
    assert f"Меридиан: {origin}" in said
    assert "everyone's phone with all its codes" in said
    assert f"http://127.0.0.1:{phone.sandbox_port}" in said
    assert phone.tell(signal.SIGINT) in (0, 130)
