"""The bell of one process: whoever listens hears every ring, on the thread that rings."""

from __future__ import annotations

import threading
from uuid import uuid4

from cabinet.integrations.bell import LocalBell

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
