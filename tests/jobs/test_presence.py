import pytest

from cabinet.jobs import presence
from tests.jobs.story import change
from tests.waiting import until


@pytest.fixture
def enter(database):
    entered = []

    def announce():
        entered.append(presence.enter(database))
        return entered[-1]

    yield announce
    for one in entered:
        one.leave()


def sees_gone(one, name):
    with one.gone(name) as gone:
        return gone


def test_a_name_that_nobody_holds_is_a_dead_ones(enter):
    with enter().gone("4711-00000000") as gone:
        assert gone


def test_one_is_not_gone_oneself(enter):
    one = enter()

    with one.gone(one.name) as gone:
        assert not gone


@pytest.mark.databases("postgres")
def test_another_is_not_gone_until_it_leaves(enter):
    one, other = enter(), enter()

    with one.gone(other.name) as gone:
        assert not gone
    other.leave()

    until(lambda: sees_gone(one, other.name), seconds=5)


@pytest.mark.databases("postgres")
def test_a_dead_one_is_shown_to_one_finder_at_a_time(enter):
    one, other = enter(), enter()

    with one.gone("4711-00000000") as first, other.gone("4711-00000000") as second:
        assert (first, second) == (True, False)


@pytest.mark.databases("postgres")
def test_a_lock_that_the_server_dropped_is_taken_again(database, enter):
    one, other = enter(), enter()
    change(database, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")

    one.renew()
    other.renew()

    with other.gone(one.name) as gone:
        assert not gone
