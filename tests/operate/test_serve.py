"""A busy port is named with the way out."""

import socket

import pytest

from cabinet.operate import serve
from cabinet.settings import Settings


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def busy_port():
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_free_port_is_taken_without_a_word(free_port):
    serve.require_free("127.0.0.1", free_port, way_out="")


def test_a_busy_port_is_refused_with_the_way_out(busy_port, free_port):
    with pytest.raises(serve.PortBusy, match=f"Port {busy_port} is taken .* make run PORT={busy_port + 1}"):
        serve.require_ports(Settings(port=busy_port, sandbox_port=free_port))


def test_so_is_the_acquirers(busy_port, free_port):
    with pytest.raises(serve.PortBusy, match=f"make run CABINET_SANDBOX_PORT={busy_port + 1}"):
        serve.require_ports(Settings(port=free_port, sandbox_port=busy_port))


def test_where_there_is_no_sandbox_its_port_is_anybodys(busy_port, free_port):
    serve.require_ports(Settings(port=free_port, sandbox_port=busy_port, payments="none"))


def test_only_a_process_of_another_one_watches_it():
    assert serve.end_with_parent() is None
