"""The directory of files: whole or not at all, nobody else's to look at, no path by any key."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from cabinet.domain.base.ports import Files
from cabinet.integrations.files import LocalFiles
from cabinet.kit.errors import GatewayError

pytestmark = pytest.mark.anyio

KEY = "0" * 31 + "a"


@pytest.fixture
def store(tmp_path):
    return LocalFiles(tmp_path / "files")


async def test_what_was_put_is_there_until_it_is_dropped(store):
    shop: Files = store
    await shop.put(KEY, b"one")
    await shop.put(f"{KEY}.s", b"small")
    assert (await shop.get(KEY), await shop.get(f"{KEY}.s")) == (b"one", b"small")
    await shop.put(KEY, b"one")

    await shop.drop(KEY)
    await shop.drop(KEY)

    with pytest.raises(GatewayError) as missing:
        await shop.get(KEY)
    assert missing.value.permanent


async def test_nobody_else_looks_into_it(store):
    await store.put(KEY, b"one")

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [store.directory, *store.directory.rglob("*")]}
    assert modes == {"files": 0o700, "00": 0o700, KEY: 0o600}


@pytest.mark.parametrize(
    "key", ["", "..", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + ".x", "a" * 31 + "/", "\0" * 32]
)
async def test_only_a_key_of_ours_becomes_a_place(store, key):
    for deed in (store.get(key), store.drop(key), store.put(key, b"x")):
        with pytest.raises(ValueError, match="not a key"):
            await deed


async def test_a_disk_that_fails_is_worth_another_try(tmp_path):
    (tmp_path / "files").write_text("no directory")

    with pytest.raises(GatewayError) as failed:
        await LocalFiles(tmp_path / "files").put(KEY, b"x")
    assert not failed.value.permanent


async def test_old_keys_are_found_and_half_written_files_go(store):
    now = datetime.now(UTC)
    await store.put(KEY, b"one")
    other = "1" * 32
    await store.put(other, b"two")
    half = store.directory / "00" / "b.part"
    half.write_bytes(b"ha")
    for file in (half, store.directory / "00" / KEY):
        os.utime(file, ((now - timedelta(hours=9)).timestamp(),) * 2)

    assert await store.keys("00", before=now - timedelta(hours=6)) == [KEY]
    assert not half.exists()
    assert await store.keys("11", before=now - timedelta(hours=6)) == []
    assert await store.keys("11", before=now + timedelta(hours=1)) == [other]
    assert await store.keys("ff", before=now) == []
