"""The servers that are measured: the cabinet and the baselines, each a process tree on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cabinet import settings
from tests.waiting import answers, until

BASELINE = Path(__file__).parent / "baseline"
START_SECONDS_MAX = 60
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
_CABINET = """
from cabinet import settings
from cabinet.operate import frontend, serve
serve.serve(settings.get(), frontend.ready(settings.get()))
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    process_id: int

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def cpu_seconds(self) -> float:
        """Return the processor time that the server and its children have used."""
        return sum(_cpu(each) for each in _tree(self.process_id))


@contextmanager
def cabinet(home: Path, port: int | None = None, **environment: str) -> Iterator[Server]:
    """Serve the built cabinet from a data directory."""
    port = port or free_port()
    variables = {"PORT": str(port), "CABINET_HOME": str(home), **environment}
    with _running([sys.executable, "-c", _CABINET], settings.ROOT, port, variables, home / "web.log") as server:
        yield server


@contextmanager
def echo(home: Path) -> Iterator[Server]:
    """Serve the bare Reflex app: its events only, without a front end."""
    port = free_port()
    variables = {
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_DIR": str(settings.ROOT / ".tools" / "reflex"),
        "REFLEX_WEB_WORKDIR": str(home / "echo-web"),
        "__REFLEX_SKIP_COMPILE": "true",
    }
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--factory",
        "--port",
        str(port),
        "echo.echo:app",
    ]
    with _running(command, BASELINE / "echo", port, variables, home / "echo.log") as server:
        yield server


@contextmanager
def django(home: Path, number: str) -> Iterator[Server]:
    """Serve the Django page of the account with that number, read from the same database."""
    port = free_port()
    variables = {"BENCH_DATABASE": str(home / "cabinet.db"), "BENCH_ACCOUNT": number}
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]
    with _running([*command, "django_page:app"], BASELINE, port, variables, home / "django.log") as server:
        yield server


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(
    command: Sequence[str], where: Path, port: int, variables: Mapping[str, str], log: Path
) -> Iterator[Server]:
    with (
        log.open("w") as story,
        subprocess.Popen(
            command, cwd=where, env={**os.environ, **variables}, stdout=story, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            until(
                lambda: process.poll() is not None or answers(f"http://localhost:{port}/ping"),
                seconds=START_SECONDS_MAX,
            )
            if process.poll() is not None:
                raise RuntimeError(f"{' '.join(command)} has ended:\n{log.read_text()[-3000:]}")
            yield Server(port, process.pid)
        finally:
            process.terminate()


def _tree(root: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents[int(entry.name)] = int(fields[1])
    found = [root]
    for process_id in found:
        found += [child for child, parent in parents.items() if parent == process_id]
    return found


def _cpu(process_id: int) -> float:
    fields = _stat(process_id)
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS if fields else 0.0


def _stat(process_id: int) -> list[str]:
    """Return the fields of /proc/<id>/stat after the name, which may have blanks in it."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
