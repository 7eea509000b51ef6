"""On a local network the merchant has a certificate that nobody but itself vouches for: the acquirer is told of it."""

from __future__ import annotations

import ssl

import httpx
import pytest

from cabinet.kit import clock
from cabinet.operate import lan
from cabinet.sandbox import cards
from cabinet.settings import Settings
from tests import sandboxing
from tests.sandboxing import Merchant, Sandbox
from tests.waiting import until

GOOD_CARD = next(card.number for card in cards.BY_NAME.values() if not card.verdict and not card.asks_code)


@pytest.fixture
def merchant(tmp_path):
    """A merchant on HTTPS, and the certificate."""
    made = lan.certificate(Settings(home=tmp_path), "127.0.0.1", now=clock.now())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.file, made.key)
    shop = Merchant()
    shop._server.socket = context.wrap_socket(shop._server.socket, server_side=True)
    shop.url = shop.url.replace("http://", "https://")
    yield shop, made.file
    shop.close()


@pytest.mark.parametrize("known", [True, False])
def test_only_a_certificate_that_it_was_told_of_is_trusted(merchant, tmp_path, monkeypatch, known):
    shop, certificate = merchant
    plain = sandboxing._environment
    more = {"CABINET_TLS_CERTIFICATE": str(certificate)} if known else {}
    monkeypatch.setattr(sandboxing, "_environment", lambda home, **given: plain(home, **given, **more))
    sandbox = Sandbox(tmp_path, shop)
    sandbox.start()
    try:
        payment = sandbox.open_payment()
        sandboxing.pay_by_card(payment["confirmation"]["url"], GOOD_CARD)
        if known:
            (call,) = until(lambda: shop.about(payment["id"]), seconds=20)
            assert call.told["type"]
        else:
            until(lambda: "ConnectError" in sandbox.log.read_text(), seconds=20)
            assert shop.heard == []
    finally:
        sandbox.kill()


def test_the_pages_are_at_the_address_it_listens_on(tmp_path, monkeypatch):
    plain = sandboxing._environment
    more = {"CABINET_SANDBOX_HOST": "127.0.0.2"}
    monkeypatch.setattr(sandboxing, "_environment", lambda home, **given: plain(home, **given, **more))
    shop = Merchant()
    sandbox = Sandbox(tmp_path, shop)
    sandbox.url = sandbox.url.replace("127.0.0.1", "127.0.0.2")
    sandbox.start()
    try:
        payment = sandbox.open_payment()
        assert payment["confirmation"]["url"].startswith(f"http://127.0.0.2:{sandbox.port}/pay/")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{sandbox.port}/", trust_env=False)
    finally:
        sandbox.kill()
        shop.close()
