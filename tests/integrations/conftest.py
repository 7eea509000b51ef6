"""The drivers of the providers, and one event loop for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import sandboxing
from tests.integrations.provider_contract import Driver
from tests.integrations.sandbox_driver import SandboxDriver


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sandboxing.Sandbox]:
    """A running sandbox acquirer."""
    with sandboxing.running(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture(params=["sandbox"])
def driver(request: pytest.FixtureRequest) -> Driver:
    """Everybody but us, for each provider in turn. A new adapter adds its name here and its driver beside."""
    process = request.getfixturevalue("sandbox")
    process.reset()
    return SandboxDriver(process)
