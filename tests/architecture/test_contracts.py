"""The import contracts of pyproject.toml hold: a wrong arrow fails like a wrong sum."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_import_contract_is_kept():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_no_state_is_left_out_of_their_independence():
    """A new state joins the list of the contract, or is one of the five that all states share."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (listed,) = [contract["modules"] for contract in contracts if contract["type"] == "independence"]
    shared = {"base", "guard", "live", "locale", "typed"}
    files = (ROOT / "cabinet/state").rglob("*.py")
    there = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files if file.stem != "__init__"}

    assert sorted(listed) == sorted(name for name in there if name.rpartition(".")[2] not in shared)
