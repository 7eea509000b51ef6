import pytest
from sqlalchemy import func, select, text

from cabinet.models.journal import EventRow
from tests.jobs.story import promise

pytestmark = pytest.mark.databases("sqlite", "postgres")


def recorded(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(EventRow))


def test_events_that_nobody_takes_stop_the_commit(database):
    database.hooks.before_commit = None

    with pytest.raises(RuntimeError, match="nobody takes them"):
        database.run(promise)

    assert recorded(database) == 0


def test_events_that_cannot_be_handed_over_stop_the_commit(database):
    def fail(_session, _events):
        raise ConnectionError

    database.hooks.before_commit = fail

    with pytest.raises(ConnectionError):
        database.run(promise)

    assert recorded(database) == 0


@pytest.mark.databases("postgres")
def test_a_deed_that_waited_in_vain_for_a_lock_is_run_again(database):
    """Somebody holds it for longer than a lock is waited for; he is gone when the deed comes again."""
    lock = text("SELECT pg_advisory_xact_lock(1)")
    holder = database.write.connect()
    holder.execute(lock)
    tries = []

    def deed(session):
        tries.append(len(tries) + 1)
        if len(tries) == 2:
            holder.close()
        session.execute(lock)

    database.run(deed)

    assert tries == [1, 2]
