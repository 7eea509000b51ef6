"""The bell: whoever listens hears every ring, in this process and through Redis in any other."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest

from cabinet.integrations.bell import LocalBell, RedisBell
from tests.waiting import until

ANNA = uuid4()


def test_every_listener_hears_who_and_what():
    bell, heard, also = LocalBell(), [], []
    bell.listen(lambda person, topic: heard.append((person, topic)))
    bell.listen(lambda person, topic: also.append((person, topic)))

    bell.ring(ANNA, "payments")
    bell.ring(ANNA, "notifications")

    assert heard == also == [(ANNA, "payments"), (ANNA, "notifications")]


def test_a_ring_that_nobody_listens_to_is_lost_and_nothing_more():
    bell, heard = LocalBell(), []

    bell.ring(ANNA, "payments")
    bell.listen(lambda person, topic: heard.append(topic))

    assert heard == []


def test_a_job_rings_from_its_own_thread():
    bell, heard = LocalBell(), []
    bell.listen(lambda _person, _topic: heard.append(threading.current_thread().name))

    job = threading.Thread(target=bell.ring, args=(ANNA, "payments"), name="a job")
    job.start()
    job.join()

    assert heard == ["a job"]


@pytest.fixture
def bell_at(redis_url):
    """Bells as several processes have them, each with what it heard."""
    made = []

    def bell(*, listens=True, url=redis_url):
        made.append(RedisBell(url))
        heard = []
        if listens:
            made[-1].listen(lambda person, topic: heard.append((person, topic)))
        if listens and url == redis_url:
            until(made[-1]._hearing.is_set, seconds=10)
        return made[-1], heard

    yield bell
    for each in made:
        each.close()


def test_every_process_hears_a_ring_once(bell_at):
    here, heard_here = bell_at()
    _, heard_there = bell_at()

    here.ring(ANNA, "payments")
    here.ring(ANNA, "sessions")

    rings = [(ANNA, "payments"), (ANNA, "sessions")]
    until(lambda: heard_here == rings and heard_there == rings, seconds=10)


def test_a_worker_that_listens_to_nothing_is_heard(bell_at):
    worker, _ = bell_at(listens=False)
    _, heard = bell_at()

    worker.ring(ANNA, "payments")

    until(lambda: heard == [(ANNA, "payments")], seconds=10)


def test_without_redis_a_ring_is_heard_at_home_and_fails_nothing(bell_at):
    bell, heard = bell_at(url="redis://127.0.0.1:1/0")

    bell.ring(ANNA, "payments")

    assert heard == [(ANNA, "payments")]
