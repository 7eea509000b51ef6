"""What is committed names no package registry and no place of one machine: it is anybody's to install.

The npm registry comes from npm itself, the lock files carry hashes and no addresses. The forbidden names are put
together here from pieces, so that this file may be committed too.
"""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

REGISTRIES = (
    ("registry", "npmjs", "org"),
    ("registry", "npmmirror", "com"),
    ("registry", "yarnpkg", "com"),
    ("pypi", "org"),
    ("files", "pythonhosted", "org"),
    ("proxy", "golang", "org"),
)
PLACES = ("work", "farm", "root")


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git working copy")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_registry_and_no_machine_is_named():
    hosts = "|".join(re.escape(".".join(parts)) for parts in REGISTRIES)
    places = "|".join(PLACES)
    forbidden = re.compile(rf"{hosts}|(?<![\w.*])/(?:{places})/".encode())
    named = {
        f"{file.relative_to(ROOT)}: {found[0].decode()}"
        for file in committed()
        for found in forbidden.finditer(file.read_bytes())
    }

    assert not named


def test_the_lock_of_the_front_end_carries_hashes_and_no_addresses():
    lock = (ROOT / "reflex.lock/package-lock.json").read_text()

    assert '"integrity": "sha512-' in lock
    assert '"resolved"' not in lock
