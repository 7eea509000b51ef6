"""`cabinet import usage`: a file of records, a page at a time, judged by line, kept once (docs/operating.md)."""

from __future__ import annotations

import csv
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO

from cabinet.db import Database
from cabinet.domain import measures, usage
from cabinet.domain.base.actor import Actor
from cabinet.domain.usage import Incoming, Verdict
from cabinet.kit import clock
from cabinet.models.catalog import Unit

IMPORTER: Final = Actor.system("import:usage")
REQUIRED: Final = ("account", "unit", "amount", "started_at", "external_id")
OPTIONAL: Final = ("product", "peak_mbit")
PAGE_ROWS: Final = usage.ROWS_MAX
SHOWN_MAX: Final = 50
"""How many lines that are wrong are named on the screen; the report has all."""
SAY_EVERY: Final = 50
"""Pages between two words of how far it is."""
PAUSE_SECONDS_MAX: Final = 1.0
CHUNK_BYTES: Final = 1 << 20
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")

WORDS: Final[Mapping[str, str]] = {
    Verdict.account_unknown: "there is no such account",
    Verdict.product_unknown: "there is no such product in the catalogue",
    Verdict.not_held: "the account did not have the product at that moment",
    Verdict.not_counted: "nothing that the account had at that moment counts this unit",
    Verdict.ambiguous: "more than one service of the account counts this unit: name the product",
    Verdict.changed: "another record with other content bears this external_id",
    Verdict.amount_wrong: f"the amount is 0, or larger than {usage.AMOUNT_MAX}, or the speed is out of bounds",
    Verdict.below_zero: "the correction takes away more than was used on that day",
    Verdict.in_future: "started_at lies in the future",
    Verdict.too_old: "started_at is older than records are kept",
    Verdict.id_wrong: "external_id is empty or longer than 80 characters",
    "columns": "the row has another number of fields than the header",
    "bytes": "the row is not UTF-8",
    "csv": "the row cannot be read as CSV",
    "number": "amount and peak_mbit are whole numbers",
    "unit": "unit is one of " + ", ".join(measures.BASE),
    "moment": "started_at is an instant with its zone, 2026-11-24T14:05:00+03:00",
}
"""What is said of a row that was not taken in, by its code."""


class FileWrong(Exception):
    """The file cannot be brought in at all. The message says why."""


@dataclass(slots=True)
class Outcome:
    """What came of a file."""

    rows: int = 0
    added: int = 0
    known: int = 0
    wrong: int = 0
    skipped: int = 0
    """Rows that an earlier run that was broken off had brought in."""
    through: bool = False
    """The very file was brought in before, to its end: nothing was done now."""


@dataclass(slots=True)
class _Read:
    """A page of the file: its records with their lines, and the rows that are none."""

    after: int
    rows: list[Incoming] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    unread: list[tuple[int, str, str]] = field(default_factory=list)
    """The line, what it says of itself, the code of what is wrong."""
    last: bool = False


def bring_in(
    database: Database,
    file: Path,
    *,
    dry_run: bool = False,
    report: Path | None = None,
    say: Callable[[str], None],
    rest: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Bring a file of records in, or with `dry_run` only say what would come of it.

    Broken off, it goes on where it stopped; the same file once more changes nothing. `rest` is called between pages on
    SQLite, as long as a page took: so the web process beside it gets its turns to write.
    """
    outcome = Outcome()
    digest = _digest(file)
    with ExitStack() as stack:
        told = _Told(say, stack.enter_context(_opened(report)) if report else None)
        if not dry_run:
            held = database.run(usage.begin, IMPORTER, digest, file.name, now=clock.now())
            outcome.through, outcome.skipped = held.ended_at is not None, held.rows
        if outcome.through:
            return outcome
        for number, page in enumerate(_pages(file, outcome.skipped), start=1):
            begun = time.monotonic()
            verdicts = _judged(database, page) if dry_run else _taken(database, digest, page)
            _count(outcome, page, verdicts)
            told.lines(page, verdicts)
            if number % SAY_EVERY == 0:
                say(f"{outcome.skipped + outcome.rows:,} rows…")
            if database.sqlite and not dry_run and not page.last:
                rest(min(time.monotonic() - begun, PAUSE_SECONDS_MAX))
        told.rest()
    return outcome


class _Told:
    """Names the lines that are wrong: the first on the screen, all of them in the report."""

    def __init__(self, say: Callable[[str], None], report: TextIO | None) -> None:
        self.say = say
        self.writer: Any = csv.writer(report) if report else None
        self.count = 0
        if self.writer:
            self.writer.writerow(("line", "external_id", "code", "words"))

    def lines(self, page: _Read, verdicts: Sequence[Verdict]) -> None:
        wrong = [
            (line, row.external_id, str(verdict))
            for line, row, verdict in zip(page.lines, page.rows, verdicts, strict=True)
            if not verdict.well
        ]
        for line, external_id, code in sorted([*wrong, *page.unread]):
            self.count += 1
            if self.count <= SHOWN_MAX:
                self.say(f"line {line}: {external_id or '(no external_id)'}: {WORDS[code]}")
            if self.writer:
                self.writer.writerow((line, _harmless(external_id), code, WORDS[code]))

    def rest(self) -> None:
        if self.count > SHOWN_MAX:
            self.say(f"… and {self.count - SHOWN_MAX:,} more lines; `--report FILE` writes all of them down.")


def _judged(database: Database, page: _Read) -> Sequence[Verdict]:
    return database.look(usage.judge, IMPORTER, page.rows, now=clock.now())


def _taken(database: Database, digest: str, page: _Read) -> Sequence[Verdict]:
    sent = usage.Page(page.rows, page.after, len(page.unread), page.last)
    try:
        return database.run(usage.take_page, IMPORTER, digest, sent, now=clock.now())
    except usage.ImportOutrun:
        raise FileWrong("Another process brings this very file in, and is further. Wait until it is through.") from None


def _count(outcome: Outcome, page: _Read, verdicts: Sequence[Verdict]) -> None:
    outcome.rows += len(page.rows) + len(page.unread)
    outcome.added += sum(verdict is Verdict.added for verdict in verdicts)
    outcome.known += sum(verdict is Verdict.known for verdict in verdicts)
    outcome.wrong += len(page.unread) + sum(not verdict.well for verdict in verdicts)


def _pages(file: Path, skip: int) -> Iterator[_Read]:
    """Yield the rows of the file after the first `skip`, a page at a time; the last page may be empty."""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader, names = _header(file, lines)
        page = _Read(skip)
        for number, fields in enumerate(_rows(reader)):
            if number < skip:
                continue
            if len(page.rows) + len(page.unread) == PAGE_ROWS:
                yield page
                page = _Read(number)
            read = _record(names, fields)
            if isinstance(read, Incoming):
                page.rows.append(read)
                page.lines.append(reader.line_num)
            else:
                page.unread.append((reader.line_num, _called(names, fields), read))
        page.last = True
        yield page


def _header(file: Path, lines: TextIO) -> tuple[Any, list[str]]:
    first = lines.readline(10_000)
    lines.seek(0)
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    names = [name.strip().lower() for name in next(_rows(reader), None) or []]
    missing = [name for name in REQUIRED if name not in names]
    strange = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
    if missing:
        raise FileWrong(f"{file}: the first row has to name the columns; missing: {', '.join(missing)}.")
    if strange or len(set(names)) < len(names):
        named = ", ".join(name[:40] for name in strange or names)
        raise FileWrong(f"{file}: columns that are not known or named twice: {named}.")
    return reader, names


def _rows(reader: Any) -> Iterator[list[str] | None]:
    """Yield the fields of each row that is not empty; None for one that is no CSV."""
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        if fields:
            yield fields


def _record(names: Sequence[str], fields: list[str] | None) -> Incoming | str:
    """Read a row; return the code of what is wrong where it is none."""
    if fields is None:
        return "csv"
    if len(fields) != len(names):
        return "columns"
    said = {name: value.strip() for name, value in zip(names, fields, strict=True)}
    if any("\N{REPLACEMENT CHARACTER}" in value or "\0" in value for value in said.values()):
        return "bytes"
    if said["unit"] not in measures.BASE:
        return "unit"
    peak = said.get("peak_mbit") or "0"
    if _WHOLE.fullmatch(said["amount"]) is None or _WHOLE.fullmatch(peak) is None:
        return "number"
    try:
        started_at = datetime.fromisoformat(said["started_at"])
        if started_at.tzinfo is None:
            return "moment"
        started_at = started_at.astimezone(UTC)
    except (ValueError, OverflowError):
        return "moment"
    return Incoming(
        account="".join(said["account"].split()),
        product=said.get("product", ""),
        unit=Unit(said["unit"]),
        amount=int(said["amount"]),
        started_at=started_at,
        external_id=said["external_id"],
        peak_mbit=int(peak),
    )


def _called(names: Sequence[str], fields: list[str] | None) -> str:
    place = names.index("external_id")
    return fields[place][:80] if fields is not None and place < len(fields) else ""


def _harmless(cell: str) -> str:
    """Return the cell so that no table program takes it for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _digest(file: Path) -> str:
    found = hashlib.sha256()
    try:
        with file.open("rb") as content:
            while chunk := content.read(CHUNK_BYTES):
                found.update(chunk)
    except OSError as wrong:
        raise FileWrong(f"{file} cannot be read: {wrong}.") from None
    return found.hexdigest()


def _opened(report: Path) -> TextIO:
    try:
        return report.open("w", encoding="utf-8", newline="")
    except OSError as wrong:
        raise FileWrong(f"{report} cannot be written: {wrong}.") from None
