"""The `cabinet` command as an operator gives it: a process with a data directory and settings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cabinet.settings import ROOT

OURS = ("CABINET_", "PORT", "PHONE", "DATABASE_URL", "REDIS_URL")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment in which only these settings are set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "100",
        "CABINET_HOME": str(home),
        "CABINET_ENV_FILE": str(home.parent / "cabinet.env"),
        **more,
    }


def cabinet(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cabinet", *arguments],
        cwd=home.parent,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
