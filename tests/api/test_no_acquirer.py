"""Webhooks of an installation that has no acquirer: there is nobody who could send one."""

import httpx
import pytest

from cabinet import api, settings, wiring


@pytest.fixture
def no_acquirer(monkeypatch):
    monkeypatch.setenv("CABINET_PAYMENTS", "none")
    settings.get.cache_clear()
    wiring.provider.cache_clear()
    yield
    monkeypatch.undo()
    settings.get.cache_clear()
    wiring.provider.cache_clear()


@pytest.mark.usefixtures("no_acquirer", "database")
@pytest.mark.parametrize("name", ["sandbox", "yookassa"])
async def test_without_an_acquirer_a_webhook_finds_nothing(name):
    transport = httpx.ASGITransport(api.routes(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://portal.example") as client:
        answer = await client.post(f"/webhooks/{name}", content=b"{}")

    assert answer.status_code == 404
