"""What the documents name exists: files, commands, make targets, settings, links; and the floors are the contracts'."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from cabinet import cli
from cabinet.settings import ROOT
from tests import documents
from tests.operate.test_settings import NAMES

PAPERS = ("README*.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/**/*.md")
DOCUMENTS = sorted(str(path.relative_to(ROOT)) for paper in PAPERS for path in ROOT.glob(paper))
ARCHITECTURE = "docs/architecture.md"

MADE = {"var", ".venv", ".web", ".frontend", ".tools", ".env", "build", "keys"}
"""What is there only after something has run."""
MADE_FILES = {"sandbox.db", "cabinet.db", "script-hashes.json"}
FILE_ENDS = "py|md|toml|yaml|csv|js|css|html|po|lock|json|db|sh|example|png|ttf"
TYPED = re.compile(r"\b(?:CABINET_[A-Z_]+|DATABASE_URL|REDIS_URL)\b")
"""Settings and other variables of the environment."""


def committed() -> set[str]:
    """Every committed file, with its folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git working copy")
    files = {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()}
    return files | {str(folder) for name in files for folder in Path(name).parents}


def spans(document: str) -> list[str]:
    """What stands in backticks, and the lines of blocks of code."""
    text = documents.text(document)
    blocks = re.findall(r"^```(?!mermaid)\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    bare = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [*re.findall(r"`([^`\n]+)`", bare), *(line.strip() for block in blocks for line in block.splitlines())]


def wrong_files(document: str) -> list[str]:
    there = committed()
    names = {Path(name).name for name in there}
    tops = {name.partition("/")[0] for name in there} - {"."}
    wrong = []
    for span in spans(document):
        for word in re.findall(rf"(?<![\w/.<:-])[\w.@-][\w./@*-]*(?:/|\.(?:{FILE_ENDS}))(?![\w(])", span):
            path = word.rstrip("/")
            top, inside, _ = path.partition("/")
            if top in MADE or path in MADE_FILES or "://" in span or "@" in path:
                continue
            if inside and top in tops:
                found = any(Path(name).match(path) for name in there) if "*" in path else path in there
            else:
                found = inside != "" or path in names
            if not found:
                wrong.append(word)
    return wrong


def wrong_commands(document: str) -> list[str]:
    """`cabinet` commands that the program does not have, `make` targets that the Makefile does not."""
    targets = set(re.findall(r"^([\w-]+):", documents.text("Makefile"), re.MULTILINE))
    wrong = []
    for span in spans(document):
        for words in re.findall(r"(?:^|\s)make((?: [a-z][\w-]*)+)(?=$|\s|[A-Z;])", span):
            wrong += [f"make {target}" for target in words.split() if target not in targets]
        for words in re.findall(r"(?:^|python -m )cabinet((?: [\w-]+)+)", span):
            wrong += [f"cabinet{words}"] if not _known(words.split()) else []
    return wrong


def _known(words: list[str]) -> bool:
    command: Any = typer.main.get_command(cli.app)
    for word in words:
        if word.startswith("--"):
            if word not in {option for each in command.params for option in each.opts} | {"--help"}:
                return False
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return False
            command = command.commands[word]
    return True


def wrong_settings(document: str) -> list[str]:
    others = {word for path in ("Makefile", *_tests()) for word in TYPED.findall(documents.text(path))}
    return [word for word in TYPED.findall(documents.text(document)) if word not in NAMES and word not in others]


def _tests() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in (ROOT / "tests").glob("*.py")]


def wrong_links(document: str) -> list[str]:
    here = (ROOT / document).parent
    links = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", documents.text(document))
    wrong = []
    for link in (first or second for first, second in links):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (here / path).resolve() if path else ROOT / document
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            wrong.append(link)
    return wrong


def _anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_exists(document):
    named = {
        "files": wrong_files(document),
        "commands": wrong_commands(document),
        "settings": wrong_settings(document),
        "links": wrong_links(document),
    }

    assert {kind: wrong for kind, wrong in named.items() if wrong} == {}


def test_what_does_not_exist_is_noticed(monkeypatch):
    page = (
        "`cabinet/nowhere.py` `nowhere.md` `docs/nowhere/` `cabinet fly` `cabinet staff fire` `cabinet seed --fast` "
        "`make coffee` `CABINET_COFFEE` [a](docs/nowhere.md) [b](README.md#nowhere) `cabinet/cli.py` `make test`"
    )
    monkeypatch.setattr(documents, "text", lambda path: page if path == "page.md" else (ROOT / path).read_text())

    assert wrong_files("page.md") == ["cabinet/nowhere.py", "nowhere.md", "docs/nowhere/"]
    assert wrong_commands("page.md") == ["cabinet fly", "cabinet staff fire", "cabinet seed --fast", "make coffee"]
    assert wrong_settings("page.md") == ["CABINET_COFFEE"]
    assert wrong_links("page.md") == ["docs/nowhere.md", "README.md#nowhere"]


def contract(name: str) -> list[list[str]]:
    contracts = tomllib.loads(documents.text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (found,) = [each for each in contracts if each["name"].startswith(name)]
    return [re.findall(r"\w+", layer) for layer in found["layers"]]


@pytest.mark.parametrize(
    ("heading", "column", "name"),
    [("The floors", "floor", "Floors"), ("The rows of the domain", "row", "Domain rows")],
)
def test_the_floors_of_the_document_are_those_of_the_contract(heading, column, name):
    (rows,) = documents.tables(ARCHITECTURE, heading)

    assert [sorted(re.findall(r"\w+", row[column])) for row in rows] == [sorted(layer) for layer in contract(name)]


def test_every_arrow_of_the_diagram_points_down_and_is_an_import():
    height = {floor: place for place, layer in enumerate(contract("Floors")) for floor in layer}
    arrows = re.findall(r"^  (\w+) --> (\w+)$", documents.text(ARCHITECTURE), re.MULTILINE)

    assert arrows
    assert [arrow for arrow in arrows if height[arrow[0]] >= height[arrow[1]]] == []
    assert [arrow for arrow in arrows if not _imports(*arrow)] == []


def _imports(above: str, below: str) -> bool:
    folder = ROOT / "cabinet" / above
    files = folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
    wanted = re.compile(rf"^from cabinet\.{below}\b|^from cabinet import .*\b{below}\b", re.MULTILINE)
    return any(wanted.search(file.read_text()) for file in files)
