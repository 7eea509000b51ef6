import json
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from cabinet import db, jobs
from cabinet.jobs import dispatch
from cabinet.jobs.engine import Engine
from cabinet.kit import clock
from cabinet.kit.errors import Conflict, GatewayError
from tests.jobs import story
from tests.jobs.story import GiftPromised, change, give, given, note, noted, promise, thank
from tests.waiting import until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def install(database):
    """Install the jobs with the test's own tables and nothing else; stop what the test started."""

    def with_tables(**tables):
        jobs.install(database, zone="UTC", pace=story.HURRIED, **story.EMPTY | tables)

    yield with_tables
    jobs.stop()


@pytest.fixture
def worker(database_url, tmp_path):
    """Start processes that carry jobs out; the test may kill them, and the end of it does."""
    started = []

    def start(what="gifts", *, stalls=False):
        """Return the process, and the file that it makes when it stalls."""
        ready, stalled = tmp_path / f"{len(started)}-ready", tmp_path / f"{len(started)}-stalled"
        command = [sys.executable, "-m", "tests.jobs.worker", database_url, ready, stalled if stalls else "-", what]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        started.append(process)
        until(lambda: ready.exists() or process.poll() is not None, seconds=30)
        return process, stalled

    yield start
    for process in started:
        process.kill()
        process.communicate()


def tasks(database, *states):
    """Return the ids of the tasks, of all or of those in one of the states, in order."""
    statement = f"SELECT workflow_uuid, status FROM {dbos(database)}workflow_status ORDER BY workflow_uuid"
    with database.reading() as session:
        return [row.workflow_uuid for row in session.execute(text(statement)) if not states or row.status in states]


def all_done(database):
    return not tasks(database, "ENQUEUED", "PENDING", "DELAYED")


def dbos(database):
    return "" if database.sqlite else "dbos."


def promise_and_fail(session):
    promise(session)
    raise ZeroDivisionError


# After a commit


def test_each_commit_is_followed_once_and_no_rollback_is(database, install):
    install(reactions={GiftPromised: (give,)})

    for _ in range(100):
        database.run(promise)
        with pytest.raises(ZeroDivisionError):
            database.run(promise_and_fail)
    jobs.start()
    until(lambda: given(database) == 100 and all_done(database), seconds=30)

    assert len(tasks(database)) == 100


def test_the_events_of_one_transaction_are_one_task(database, install):
    install(reactions={GiftPromised: (give,)})

    with database.transaction() as session:
        first = promise(session)
        for _ in range(9):
            promise(session)
    jobs.start()
    until(lambda: given(database) == 10, seconds=10)

    assert tasks(database) == [f"events:{first}"]


def test_an_event_that_nothing_follows_from_puts_no_task(database, install):
    install()

    database.run(promise)

    assert tasks(database) == []


def test_a_task_carries_ids_only_and_no_pickle(database, install):
    install(reactions={GiftPromised: (give,)})

    gift = database.run(promise)

    with database.reading() as session:
        stored = session.connection().execute(text(f"SELECT inputs FROM {dbos(database)}workflow_input")).scalar()
    task_id = f"events:{gift}"
    assert json.loads(stored) == {"positionalArgs": ["events", task_id, 1, str(gift)], "namedArgs": {}}


def test_a_reaction_that_fails_twice_is_tried_again_and_done_once(database, install):
    attempts = []

    def stumble(session, actor, gift, /, *, now):
        give(session, actor, gift, now=now)
        attempts.append(gift.id)
        if len(attempts) < 3:
            raise ConnectionError

    install(reactions={GiftPromised: (stumble,)})
    jobs.start()
    gift = database.run(promise)
    until(lambda: len(attempts) == 3 and all_done(database), seconds=20)

    assert attempts == [gift] * 3
    assert given(database) == 1


def test_a_failing_reaction_stops_neither_its_siblings_nor_other_events(database, install):
    alarms = []
    healthy = threading.Event()

    def stumble(session, actor, gift, /, *, now):
        if not healthy.is_set():
            raise ConnectionError

    install(reactions={GiftPromised: (stumble, give, thank)}, alarm=alarms.append)
    jobs.start()
    with database.transaction() as session:
        gifts = [promise(session) for _ in range(3)]
    (letter,) = until(jobs.dead, seconds=20)

    assert alarms == [letter.id] == [f"events:{gifts[0]}~3"]
    assert given(database) == 3
    assert noted(database) == {gift.hex[:20]: 1 for gift in gifts}

    healthy.set()
    jobs.resume(letter.id)
    until(lambda: not jobs.dead() and all_done(database), seconds=10)

    assert given(database) == 3


def test_only_a_dead_letter_can_be_resumed(database, install):
    install(reactions={GiftPromised: (give,)})
    jobs.start()
    gift = database.run(promise)
    until(lambda: given(database) == 1 and all_done(database), seconds=10)

    with pytest.raises(LookupError, match="no dead letter"):
        jobs.resume(f"events:{gift}")


def test_two_reactions_of_one_name_are_refused_at_once(database, install):
    with pytest.raises(ValueError, match="one name"):
        install(reactions={GiftPromised: (give, give)})


def test_a_name_that_the_journal_cannot_hold_is_refused_at_once(database, install):
    def give_with_a_name_that_is_much_too_long_to_be_kept_in_the_journal_of_reactions(*_args, now):
        pass

    with pytest.raises(ValueError, match="more than 80"):
        install(
            reactions={GiftPromised: (give_with_a_name_that_is_much_too_long_to_be_kept_in_the_journal_of_reactions,)}
        )


# Outside


def test_an_errand_runs_after_the_reactions_and_again_for_what_was_made_up_for(database, install):
    seen = []

    def stumble(session, actor, gift, /, *, now):
        if not seen:
            raise ConnectionError
        note(session, "made up for")

    async def carry(gift):
        balance = await db.in_reading(lambda _session: given(database))
        seen.append((gift.id, balance, len(noted(database))))

    install(reactions={GiftPromised: (stumble, give)}, after={GiftPromised: (carry,)})
    jobs.start()
    gift = database.run(promise)
    until(lambda: len(seen) == 2 and all_done(database), seconds=20)

    assert seen == [(gift, 1, 0), (gift, 1, 1)]


def test_an_errand_writes_in_a_transaction_of_its_own(database, install):
    async def carry(gift):
        await db.in_transaction(note, "carried")

    install(after={GiftPromised: (carry,)})
    jobs.start()
    database.run(promise)
    until(lambda: noted(database), seconds=10)

    assert noted(database) == {"carried": 1}


def test_a_hopeless_gateway_is_not_asked_again(database, install):
    asked = []

    async def carry(gift):
        asked.append(gift.id)
        raise GatewayError("no such number", permanent=True)

    install(after={GiftPromised: (carry,)})
    jobs.start()
    gift = database.run(promise)
    until(jobs.dead, seconds=10)

    assert asked == [gift]


def test_a_dead_letter_keeps_nothing_of_what_the_failure_said(database, install):
    async def carry(gift):
        raise GatewayError("Anna Sokolova has no such number", permanent=True)

    install(after={GiftPromised: (carry,)})
    jobs.start()
    database.run(promise)
    until(jobs.dead, seconds=10)

    with database.reading() as session:
        (error,) = session.scalars(text(f"SELECT error FROM {dbos(database)}workflow_output WHERE error IS NOT NULL"))
    assert "Sokolova" not in error


def test_slow_errands_do_not_hold_up_reactions(database, install):
    end = threading.Event()

    def wait(gift):
        end.wait()

    install(reactions={GiftPromised: (give,)}, after={GiftPromised: (wait,)})
    jobs.start()
    for _ in range(20):
        database.run(promise)
    try:
        until(lambda: given(database) == 20, seconds=10)
    finally:
        end.set()
    until(lambda: all_done(database), seconds=20)


# By name


def test_the_same_key_is_done_once(database, install):
    def greet(whom):
        database.run(note, whom)

    install(children={"greet": greet})
    jobs.enqueue("greet", "anna", "Anna")
    jobs.enqueue("greet", "anna", "Anna again")
    jobs.start()
    until(lambda: noted(database), seconds=10)
    jobs.enqueue("greet", "anna", "Anna again")
    until(lambda: all_done(database), seconds=10)

    assert noted(database) == {"Anna": 1}


def test_an_unknown_name_is_a_bug_before_anything_is_written(database, install):
    install()

    with pytest.raises(KeyError):
        jobs.enqueue("greet", "anna")


def test_a_batch_goes_in_pages_of_two_hundred_with_ids_of_their_own(database, install):
    charged = []
    install(children={"billing": lambda account, run: charged.append((account, run))})
    accounts = [uuid4() for _ in range(450)]

    assert jobs.in_pages("billing", "2026-11", accounts) == 3
    assert tasks(database) == ["billing:2026-11:0001", "billing:2026-11:0002", "billing:2026-11:0003"]

    jobs.start()
    until(lambda: all_done(database), seconds=10)
    jobs.in_pages("billing", "2026-11", accounts)
    until(lambda: all_done(database), seconds=10)

    assert sorted(charged) == sorted((str(account), "2026-11") for account in accounts)


def test_a_refused_object_does_not_stop_its_page_and_a_failed_one_is_tried_again_alone(database, install):
    accounts = [uuid4() for _ in range(5)]
    charged = []

    def charge(account, _run):
        charged.append(account)
        if account == str(accounts[1]):
            raise Conflict
        if account == str(accounts[3]) and len(charged) <= 5:
            raise ConnectionError

    install(children={"billing": charge})
    jobs.start()
    jobs.in_pages("billing", "2026-11", accounts)
    until(lambda: len(charged) == 6 and all_done(database), seconds=20)

    assert charged == [str(account) for account in [*accounts, accounts[3]]]
    assert jobs.dead() == []


def test_objects_that_go_together_are_tried_alone_when_one_of_them_fails(database, install):
    accounts = [uuid4() for _ in range(6)]
    charged = []

    def charge(some, _run):
        charged.append(some)
        if str(accounts[4]) in some and len(some) > 1:
            raise ConnectionError

    install(children={"billing": jobs.Together(charge, at_once=3)})
    jobs.start()
    jobs.in_pages("billing", "2026-11", accounts)
    until(lambda: all_done(database), seconds=20)

    ids = [str(account) for account in accounts]
    assert charged == [ids[:3], ids[3:], ids[3:4], ids[4:5], ids[5:]]


def test_what_waits_for_the_outside_world_does_not_go_in_pages(database, install):
    async def ask(account, run):
        pass

    install(children={"ask": ask})

    with pytest.raises(TypeError, match="outside world"):
        jobs.in_pages("ask", "2026-11", [uuid4()])


# By the clock


def test_each_second_is_heard_once(database, install):
    install(jobs=story.EVERY_SECOND)
    jobs.start()
    until(lambda: len(noted(database)) >= 2, seconds=20)

    assert set(noted(database).values()) == {1}


@pytest.mark.slow
@pytest.mark.databases("postgres")
def test_each_second_is_heard_once_by_two_processes(database, worker):
    worker("seconds")
    worker("seconds")

    until(lambda: len(noted(database)) >= 4, seconds=30)

    assert set(noted(database).values()) == {1}


def test_a_failed_tick_is_tried_again_when_every_tick_counts(database, install):
    heard = []

    def stumble(due):
        heard.append(due)
        if len(heard) == 1:
            raise ConnectionError

    install(jobs={"second": jobs.Job("* * * * * *", stumble, every_tick=True)})
    jobs.start()

    until(lambda: heard and heard.count(heard[0]) == 2, seconds=20)


def test_a_failed_tick_is_otherwise_left_to_the_next_one(database, install):
    heard = []

    def stumble(due):
        heard.append(due)
        raise ConnectionError

    install(jobs={"second": jobs.Job("* * * * * *", stumble)})
    jobs.start()
    until(lambda: len(heard) >= 3, seconds=20)

    assert len(set(heard)) == len(heard)
    assert jobs.dead() == []


def test_ticks_that_nobody_was_there_for_are_made_up_for_when_every_one_counts(database, install):
    heard = []
    table = {"hour": jobs.Job("0 * * * *", heard.append, every_tick=True)}
    install(jobs=table)
    jobs.start()
    jobs.stop()
    three_hours_ago = clock.now() - timedelta(hours=3)
    change(database, f"UPDATE {dbos(database)}workflow_schedules SET last_fired_at = '{three_hours_ago.isoformat()}'")

    install(jobs=table)
    jobs.start()
    until(lambda: len(heard) == 3, seconds=10)

    assert [due.minute for due in heard] == [0, 0, 0]
    assert min(heard) > three_hours_ago


# When processes die


@pytest.mark.slow
def test_the_work_of_a_killed_process_is_finished_by_another_once(database, install, worker):
    install(reactions={GiftPromised: (give, thank)})
    gifts = [database.run(promise) for _ in range(5)]
    victim, stalled = worker(stalls=True)
    until(stalled.exists, seconds=20)
    if not database.sqlite:
        worker()

    victim.kill()
    victim.wait()
    if database.sqlite:
        worker()
    until(lambda: all_done(database), seconds=60)

    assert given(database) == 5
    assert noted(database) == {gift.hex[:20]: 1 for gift in gifts}


@pytest.mark.slow
@pytest.mark.databases("postgres")
def test_the_work_of_a_living_process_is_left_to_it(database, install, worker):
    install(reactions={GiftPromised: (give, thank)})
    database.run(promise)
    _owner, stalled = worker(stalls=True)
    until(stalled.exists, seconds=20)

    jobs.start()
    dispatch.current().engine.sweep()
    dispatch.current().engine.sweep()

    assert len(tasks(database, "PENDING")) == 1
    assert noted(database) == {}


@pytest.mark.slow
@pytest.mark.databases("sqlite")
def test_a_second_process_refuses_to_run_the_jobs_of_one_sqlite_file(database, install, worker):
    install()
    first, _ = worker()

    with pytest.raises(jobs.JobsElsewhere):
        jobs.start()

    first.kill()
    first.wait()
    jobs.start()


def test_a_process_runs_one_engine(database, install):
    install()
    jobs.start()

    with pytest.raises(RuntimeError, match="runs already"):
        jobs.start()


def test_a_task_that_was_dropped_here_is_given_out_again(database, install, monkeypatch):
    done = threading.Event()
    away = [ConnectionError("the database is away"), None]

    def stumble():
        if away:
            raise ConnectionError
        done.set()

    def put(self, session, task, *, attempt):
        if attempt == 2 and (error := away.pop(0)):
            raise error
        putting(self, session, task, attempt=attempt)

    putting = Engine._put
    install(children={"stumble": stumble})
    jobs.start()
    jobs.enqueue("stumble", "once")
    monkeypatch.setattr(Engine, "_put", put)

    until(done.is_set, seconds=20)


def test_a_task_that_kills_its_processes_is_a_dead_letter_and_sounds_the_alarm(database, install):
    alarms = []
    install(reactions={GiftPromised: (give,)}, alarm=alarms.append)
    gift = database.run(promise)
    change(database, f"UPDATE {dbos(database)}workflow_status SET recovery_attempts = 51")

    jobs.start()
    until(lambda: alarms, seconds=10)

    assert alarms == [f"events:{gift}"]
    assert [letter.id for letter in jobs.dead()] == [f"events:{gift}"]

    jobs.resume(f"events:{gift}")
    until(lambda: given(database) == 1, seconds=10)


def test_work_of_another_version_is_left_to_it(database, install):
    install(children={"greet": lambda: database.run(note, "greeted")})
    jobs.enqueue("greet", "anna")
    install()
    jobs.start()
    until(lambda: tasks(database, "PENDING"), seconds=10)
    jobs.stop()

    install(children={"greet": lambda: database.run(note, "greeted")})
    jobs.start()
    until(lambda: all_done(database), seconds=10)

    assert noted(database) == {"greeted": 1}


def test_what_was_left_waiting_is_done_after_the_restart(database, install):
    install(reactions={GiftPromised: (give,)})
    jobs.start()
    for _ in range(50):
        database.run(promise)
    jobs.stop()

    install(reactions={GiftPromised: (give,)})
    jobs.start()
    until(lambda: all_done(database), seconds=20)

    assert given(database) == 50


# Housekeeping


def test_what_was_done_long_ago_is_deleted_and_dead_letters_are_kept_longer(database, install):
    def stumble():
        raise GatewayError("never", permanent=True)

    install(children={"stumble": stumble, "greet": lambda: None})
    jobs.start()
    jobs.enqueue("stumble", "anna")
    jobs.enqueue("greet", "anna")
    until(lambda: all_done(database), seconds=10)
    tidy = dispatch.current().engine.tidy

    assert tidy(now=clock.now() + timedelta(days=29)) == 0
    assert tidy(now=clock.now() + timedelta(days=31)) == 1
    assert tasks(database) == ["stumble:anna"]
    assert tidy(now=clock.now() + timedelta(days=366)) == 1
    assert tasks(database) == []


def test_a_schedule_that_is_no_more_in_the_table_is_forgotten(database, install):
    install(jobs=story.EVERY_SECOND)
    jobs.start()
    jobs.stop()
    install()
    jobs.start()

    with database.reading() as session:
        known = list(session.scalars(text(f"SELECT schedule_name FROM {dbos(database)}workflow_schedules")))
    assert known == ["engine.tidy"]
