"""Troubleshooters as they are shipped: a tree of questions in each file, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlmodel import Session

from cabinet.domain import troubleshooting
from cabinet.domain.base.actor import Actor
from cabinet.models.troubleshooting import Troubleshooter

HERE: Final = Path(__file__).parent


def bring(session: Session, actor: Actor) -> None:
    """Have the shipped trees as their files are; a second time changes nothing."""
    for tree in shipped():
        troubleshooting.keep(session, actor, tree)


def shipped() -> Iterator[Troubleshooter]:
    """Read the files."""
    for file in sorted(HERE.glob("*.toml")):
        yield Troubleshooter(code=file.stem, **tomllib.loads(file.read_text()))
