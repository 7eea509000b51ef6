"""One running sandbox for the tests of its pages and its API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import sandboxing


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sandboxing.Sandbox]:
    with sandboxing.running(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture
def sandbox(running_sandbox: sandboxing.Sandbox) -> sandboxing.Sandbox:
    """A running sandbox in which nothing goes wrong on purpose."""
    running_sandbox.reset()
    return running_sandbox
