import pytest
from sqlalchemy import func, select

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
