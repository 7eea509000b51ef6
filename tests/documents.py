"""What documents say in tables: the examples in them are run, the lists in them are compared with the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cabinet.kit.money import Money
from cabinet.settings import ROOT

Row = dict[str, str]
Table = list[Row]


def text(path: str) -> str:
    """Return the document's text."""
    return (ROOT / path).read_text()


def tables(path: str, heading: str) -> list[Table]:
    """Return the tables of the section under the heading, up to the next heading."""
    (section,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text(path), re.MULTILINE | re.DOTALL)
    return list(_tables(section.splitlines()))


def headings(path: str, under: str) -> list[str]:
    """Return the headings of the third level under one of the second."""
    (section,) = re.findall(rf"^## {re.escape(under)}\n(.*?)(?=^## |\Z)", text(path), re.MULTILINE | re.DOTALL)
    return re.findall(r"^### (.+)$", section, re.MULTILINE)


def money(cell: str, currency: str = "RUB") -> Money:
    """Read an amount: 1 234.50, −7.50."""
    return Money.parse(cell, currency)


def _tables(lines: list[str]) -> Iterator[Table]:
    found: list[list[str]] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            found.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
        elif found:
            names, _, *rows = found
            yield [dict(zip(names, row, strict=True)) for row in rows]
            found = []
