"""The demonstration on the local network: which address, and a certificate that a program can check."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from datetime import timedelta

import pytest

from cabinet.operate import lan
from cabinet.settings import Settings
from tests.moments import NOON


@pytest.fixture
def demo(tmp_path):
    return Settings(home=tmp_path / "home", port=8443, sandbox_port=8444)


@pytest.mark.parametrize("off", ["", "0", "no", " off ", "False"])
def test_without_phone_nothing_leaves_this_machine(off):
    assert not lan.wanted(off)


def test_an_address_of_this_machine_may_be_named():
    assert lan.wanted("127.0.0.1")
    assert lan.address("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize("foreign", ["203.0.113.7", "phone", "::1", "1.2.3"])
def test_what_is_no_address_of_this_machine_is_refused_with_the_way_out(foreign):
    with pytest.raises(lan.NoNetwork, match="make run PHONE=1"):
        lan.address(foreign)


def test_a_machine_without_a_network_is_told_what_to_do(monkeypatch):
    def unreachable(*_: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(lan.socket.socket, "connect", unreachable)

    with pytest.raises(lan.NoNetwork, match="in no network"):
        lan.address("1")


def test_the_certificate_is_made_once_for_an_address_and_kept_private(demo):
    first = lan.certificate(demo, "127.0.0.1", now=NOON)
    again = lan.certificate(demo, "127.0.0.1", now=NOON + timedelta(days=300))

    assert again == first
    assert len(first.sha256.split(":")) == 32
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(demo.home.joinpath("keys").stat().st_mode) == 0o700


def test_another_address_or_the_end_of_its_days_makes_a_new_one(demo):
    first = lan.certificate(demo, "127.0.0.1", now=NOON)
    moved = lan.certificate(demo, "192.168.1.5", now=NOON)
    late = lan.certificate(demo, "192.168.1.5", now=NOON + timedelta(days=392))

    assert len({first.sha256, moved.sha256, late.sha256}) == 3


def test_a_certificate_that_was_cut_short_is_made_anew(demo):
    first = lan.certificate(demo, "127.0.0.1", now=NOON)
    first.file.write_bytes(first.file.read_bytes()[:100])

    assert lan.certificate(demo, "127.0.0.1", now=NOON).sha256 != first.sha256


def test_whoever_knows_the_certificate_trusts_the_address_and_no_other(demo, monkeypatch):
    from cabinet.kit import clock

    made = lan.certificate(demo, "127.0.0.1", now=clock.now())
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(made.file, made.key)
    knowing = ssl.create_default_context(cafile=made.file)

    def shake_hands(name: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=_answer, args=(listener, ours), daemon=True).start()
            with (
                socket.create_connection(listener.getsockname()) as plain,
                knowing.wrap_socket(plain, server_hostname=name) as safe,
            ):
                assert safe.recv(2) == b"ok"

    shake_hands("127.0.0.1")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands("192.168.1.5")


def _answer(listener: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listener.accept()
    try:
        with context.wrap_socket(connection, server_side=True) as safe:
            safe.sendall(b"ok")
    except OSError:
        connection.close()


def test_only_that_address_is_served_by_the_cabinet_and_by_the_acquirer(demo):
    made = lan.certificate(demo, "192.168.1.5", now=NOON)

    assert lan.environment(demo, "192.168.1.5", made) == {
        "CABINET_HOST": "192.168.1.5",
        "CABINET_PUBLIC_URL": "https://192.168.1.5:8443",
        "CABINET_TLS_CERTIFICATE": str(made.file),
        "CABINET_TLS_KEY": str(made.key),
        "CABINET_SANDBOX_HOST": "192.168.1.5",
    }


def test_the_acquirers_pages_are_at_its_own_address():
    assert Settings(sandbox_host="192.168.1.5", sandbox_port=8444).sandbox_url == "http://192.168.1.5:8444"
    assert Settings(sandbox_port=3002).sandbox_url == "http://127.0.0.1:3002"
