"""A busy port is named with the way out."""

import socket

import pytest

from cabinet.operate import serve


def test_a_free_port_is_taken_without_a_word():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    serve.require_free("127.0.0.1", port)


def test_a_busy_port_is_refused_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(serve.PortBusy, match=f"make run PORT={port + 1}"):
            serve.require_free("127.0.0.1", port)
