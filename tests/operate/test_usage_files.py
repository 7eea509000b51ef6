"""`cabinet import usage`: what is wrong is said by line, nothing counts twice, a broken-off file goes on."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cabinet import db
from cabinet.domain.usage import Verdict
from cabinet.kit import clock
from cabinet.models.usage import UsageDay, UsageImport, UsageRecord
from cabinet.operate import migrations, usage_files
from cabinet.operate.usage_files import FileWrong, Outcome
from tests import personae, using
from tests.moments import NOON
from tests.operate.command import cabinet, environment
from tests.waiting import until

pytestmark = pytest.mark.databases("sqlite", "postgres")

HEADER = "account,product,unit,amount,started_at,external_id"
GOOD = "4102887,mobile,minutes,61,2026-11-20T10:00:00+03:00,"
EVENTS: list[object] = []


@pytest.fixture(autouse=True)
def anna(database, monkeypatch):
    """Anna has a tariff that counts; the clock stands at `NOON`, events are gathered."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    EVENTS.clear()
    database.hooks.before_commit = lambda _session, events: EVENTS.extend(events)
    someone = database.run(personae.anna_in)
    database.run(using.counting, someone)
    return someone


@pytest.fixture
def bring(database, tmp_path):
    """Bring lines in as a file; return what came of it and what was said."""

    def do(*lines: str, header: str = HEADER, name: str = "usage.csv", **how) -> tuple[Outcome, list[str]]:
        file = tmp_path / name
        file.write_bytes("\n".join((header, *lines)).encode("utf-8", "surrogateescape"))
        said: list[str] = []
        outcome = usage_files.bring_in(database, file, say=said.append, rest=lambda _seconds: None, **how)
        return outcome, said

    return do


def there(database) -> tuple[int, int]:
    """Return how many records there are, and what the days sum up to."""
    with database.reading() as session:
        records = session.scalar(select(func.count()).select_from(UsageRecord))
        return records, int(session.scalar(select(func.sum(UsageDay.amount))) or 0)


def test_what_is_wrong_is_said_by_line_and_the_rest_comes_in(database, bring, tmp_path):
    report = tmp_path / "report.csv"
    outcome, said = bring(
        GOOD + "a",
        "9999999,mobile,minutes,61,2026-11-20T10:00:00+03:00,b",
        "4 102 887,,minutes,60,2026-11-20T10:00:00Z,c",
        "",
        GOOD.replace("61", "6.1") + "d",
        GOOD.replace("minutes", "litres") + "e",
        GOOD.replace("+03:00", "") + "f",
        GOOD + "g,one more",
        GOOD.replace("mobile", "mob\udcffile") + "=h",
        GOOD.replace("61", "62") + "a",
        GOOD.replace("61", "٦١") + "i",
        GOOD.replace("2026-11-20", "0001-01-01") + "j",
        report=report,
    )

    assert (outcome.rows, outcome.added, outcome.known, outcome.wrong) == (11, 2, 0, 9)
    assert there(database) == (2, 121)
    assert [line.partition(":")[0] for line in said] == [f"line {n}" for n in (3, 6, 7, 8, 9, 10, 11, 12, 13)]
    assert said[0] == "line 3: b: there is no such account"
    with report.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["line"], row["code"]) for row in rows] == [
        ("3", "account_unknown"),
        ("6", "number"),
        ("7", "unit"),
        ("8", "moment"),
        ("9", "columns"),
        ("10", "bytes"),
        ("11", "changed"),
        ("12", "number"),
        ("13", "too_old"),
    ]
    assert rows[5]["external_id"] == "'=h"


def test_every_verdict_has_its_words():
    assert {str(each) for each in Verdict if not each.well} <= set(usage_files.WORDS)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found_out_and_the_order_of_columns_is_free(database, bring, delimiter):
    header = delimiter.join(("external_id", "Unit", "amount", "account", "started_at", "peak_mbit"))
    line = delimiter.join(("a", "gigabytes", "1048576", "4102887", "2026-11-20T10:00:00+03:00", "87"))

    outcome, _ = bring(line, header="\ufeff" + header)

    assert (outcome.added, there(database)) == (1, (1, 1_048_576))


def test_a_dry_run_says_the_same_and_changes_nothing(database, bring):
    lines = (GOOD + "a", GOOD + "a", GOOD.replace("61", "-61") + "b", GOOD.replace("61", "-1") + "c", "x,y,z")

    tried, said = bring(*lines, dry_run=True)
    assert there(database) == (0, 0)
    with database.reading() as session:
        assert session.scalars(select(UsageImport)).all() == []
    done, told = bring(*lines)

    assert (tried.added, tried.known, tried.wrong) == (done.added, done.known, done.wrong) == (2, 1, 2)
    assert said == told
    assert there(database) == (2, 0)


def test_the_same_file_again_does_nothing_and_its_records_in_another_file_are_known(database, bring):
    bring(GOOD + "a", GOOD + "b")
    again, _ = bring(GOOD + "a", GOOD + "b", name="again.csv")
    other, _ = bring(GOOD + "a", GOOD + "b", GOOD + "c")

    assert again.through
    assert (other.added, other.known) == (1, 2)
    assert there(database) == (3, 183)


def test_a_file_with_wrong_lines_may_be_brought_in_again_when_they_are_mended(database, bring, anna):
    lines = (GOOD + "a", GOOD.replace("mobile", "second") + "b")
    first, _ = bring(*lines)

    database.run(using.counting, anna, "second")
    second, _ = bring(*lines)

    assert (first.added, first.wrong) == (1, 1)
    assert (second.added, second.known, second.wrong) == (1, 1, 0)
    assert there(database) == (2, 122)


def many(count: int) -> list[str]:
    return [f"{GOOD}{place}" for place in range(count)]


def test_a_file_that_is_broken_off_goes_on_where_it_stopped(database, bring, monkeypatch):
    monkeypatch.setattr(usage_files, "PAGE_ROWS", 10)
    take_page, calls = usage_files.usage.take_page, []

    def dies(session, *arguments, **more):
        calls.append(arguments)
        if len(calls) == 3:
            take_page(session, *arguments, **more)
            raise KeyboardInterrupt
        return take_page(session, *arguments, **more)

    monkeypatch.setattr(usage_files.usage, "take_page", dies)
    with pytest.raises(KeyboardInterrupt):
        bring(*many(45), "wrong")
    assert there(database) == (20, 20 * 61)

    outcome, said = bring(*many(45), "wrong")

    assert (outcome.skipped, outcome.rows, outcome.added, outcome.wrong) == (20, 26, 25, 1)
    assert said == [f"line 47: (no external_id): {usage_files.WORDS['columns']}"]
    assert there(database) == (45, 45 * 61)
    with database.reading() as session:
        held = session.scalars(select(UsageImport)).one()
    assert (held.rows, held.added, held.wrong, held.ended_at) == (46, 45, 1, NOON)


def test_two_processes_with_one_file_do_not_count_it_twice(database, bring, monkeypatch):
    monkeypatch.setattr(usage_files, "PAGE_ROWS", 10)
    take_page, calls = usage_files.usage.take_page, []

    def outrun(session, actor, digest, page, *, now):
        calls.append(page)
        if len(calls) == 2:
            take_page(session, actor, digest, page, now=now)
        return take_page(session, actor, digest, page, now=now)

    monkeypatch.setattr(usage_files.usage, "take_page", outrun)

    with pytest.raises(FileWrong, match="is further"):
        bring(*many(25))
    assert there(database) == (10, 610)
    monkeypatch.setattr(usage_files.usage, "take_page", take_page)
    bring(*many(25))
    assert there(database) == (25, 25 * 61)


def test_customers_are_told_at_growing_distances_and_at_the_end_of_every_record_once(database, bring, monkeypatch):
    monkeypatch.setattr(usage_files, "PAGE_ROWS", 10)

    bring(*many(95))

    with database.reading() as session:
        ids = sorted(session.scalars(select(UsageRecord.id)))
    told = [range(event.first, event.last + 1) for event in EVENTS]
    assert [len(each) for each in told] == [10, 20, 40, 25]
    assert [place for each in told for place in each] == ids


def test_many_wrong_lines_are_counted_not_all_shown(bring):
    outcome, said = bring(*["x"] * 60)

    assert outcome.wrong == 60
    assert len(said) == usage_files.SHOWN_MAX + 1
    assert said[-1].startswith("… and 10 more lines")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("account,unit", "missing: amount, started_at, external_id"),
        ("", "missing: account"),
        (HEADER + ",secret", "secret"),
        (HEADER + ",unit", "named twice"),
    ],
)
def test_a_file_without_the_columns_is_refused_whole(bring, header, words):
    with pytest.raises(FileWrong, match=words):
        bring(GOOD + "a", header=header)


def test_a_file_that_is_not_there_is_said(database, tmp_path):
    with pytest.raises(FileWrong, match="cannot be read"):
        usage_files.bring_in(database, tmp_path / "nothing.csv", say=lambda _: None)


@pytest.mark.databases("sqlite")
def test_between_pages_the_web_process_has_its_turn(database, tmp_path, monkeypatch):
    monkeypatch.setattr(usage_files, "PAGE_ROWS", 10)
    file = tmp_path / "usage.csv"
    file.write_text("\n".join((HEADER, *many(25))))
    rests: list[float] = []

    usage_files.bring_in(database, file, say=lambda _: None, rest=rests.append)

    assert len(rests) == 2
    assert all(0 < seconds <= usage_files.PAUSE_SECONDS_MAX for seconds in rests)


@pytest.mark.slow
@pytest.mark.databases("sqlite")
def test_the_command_is_killed_beside_a_writer_and_begun_again(tmp_path):
    home = tmp_path / "home"
    assert cabinet(home, "migrate").returncode == 0
    database = db.use(db.Database(f"sqlite:///{home / 'cabinet.db'}"))
    database.hooks.before_commit = lambda _session, _events: None
    assert not migrations.pending(database)
    database.run(using.counting, database.run(personae.anna_in))
    file, now = tmp_path / "usage.csv", clock.now
    moment = (now() - timedelta(days=1)).isoformat()
    file.write_text("\n".join((HEADER, *(f"4102887,mobile,minutes,60,{moment},{n}" for n in range(6_000)))))

    child = subprocess.Popen(
        [sys.executable, "-m", "cabinet", "import", "usage", str(file)], cwd=tmp_path, env=environment(home)
    )
    until(lambda: there(database)[0] > 0, seconds=60)
    database.run(personae.boris_in)
    child.send_signal(signal.SIGKILL)
    child.wait()
    before = there(database)
    done = cabinet(home, "import", "usage", str(file))
    again = cabinet(home, "import", "usage", str(file))

    assert before[0] % usage_files.PAGE_ROWS == 0
    assert done.returncode == 0, done.stderr
    assert there(database) == (6_000, 6_000 * 60)
    assert "nothing to do" in again.stdout
    assert before[0] == 6_000 or f"went on after {before[0]:,} rows" in done.stdout
    database.dispose()


@pytest.mark.slow
@pytest.mark.databases("sqlite")
def test_the_command_says_what_is_wrong_and_ends_with_one(tmp_path):
    home = tmp_path / "home"
    assert cabinet(home, "migrate").returncode == 0
    file = tmp_path / "usage.csv"
    file.write_text(f"{HEADER}\n{GOOD}a\n")

    done = cabinet(home, "import", "usage", str(file), "--dry-run")
    strange = cabinet(home, "import", "usage", str(Path(tmp_path) / "nothing"))

    assert done.returncode == strange.returncode == 1
    assert "line 2: a: there is no such account" in done.stdout
    assert "1 rows: 0 would be added, 0 known, 1 wrong." in done.stdout
    assert "cannot be read" in strange.stderr
    assert "Traceback" not in done.stderr + strange.stderr
